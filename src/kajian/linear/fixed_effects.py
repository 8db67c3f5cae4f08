"""Two-way fixed effects, removed exactly (Frisch & Waugh 1933; Lovell 1963)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import qr

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

RELATIVE_ZERO = 1e-9
"""A direction this small beside its origin is numerically nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffects:
    """The space that entity and time effects span.

    Attributes
    ----------
    entity, time
        Codes 0, 1, ... of the levels, shape (n,).
    basis
        Orthonormal columns, shape (n, r): the time effects with the entity means taken out.
    """

    entity: Codes
    time: Codes
    basis: Floats

    @property
    def rank(self) -> int:
        """Number of free parameters among the effects, exact for unbalanced panels too."""
        return int(self.entity.max()) + 1 + int(self.basis.shape[1])

    @property
    def leverage(self) -> Floats:
        """Diagonal of the projection on the effects, shape (n,)."""
        sizes = np.bincount(self.entity)[self.entity]
        return np.asarray(1 / sizes + (self.basis**2).sum(axis=1))

    def remove(self, values: Floats) -> Floats:
        """Return the part of each column, shape (n, p), that the effects do not explain."""
        within = _within(values, self.entity)
        return within - self.basis @ (self.basis.T @ within)


def two_way(entity: Codes, time: Codes) -> FixedEffects:
    """Find the space of two-way effects: entity by demeaning, time by a pivoted QR of the rest."""
    dummies = _within(np.eye(int(time.max()) + 1)[time], entity)
    q, r, _ = qr(dummies, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(r)) > RELATIVE_ZERO * np.sqrt(time.size)).sum())
    return FixedEffects(entity=entity, time=time, basis=np.ascontiguousarray(q[:, :rank]))


def group_sums(values: Floats, groups: Codes) -> Floats:
    """Sum the rows of an array of shape (n, p) within groups, giving shape (G, p)."""
    rows = np.arange(groups.size)
    member = sparse.csr_array((np.ones(groups.size), (groups, rows)))
    return np.asarray(member @ values)


def _within(values: Floats, groups: Codes) -> Floats:
    """Subtract from each column its mean within the groups."""
    return values - (group_sums(values, groups) / np.bincount(groups)[:, None])[groups]
