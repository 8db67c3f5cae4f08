"""Weights of synthetic difference-in-differences, and of the two methods it lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kajian.evaluation.synthetic.simplex import Floats, min_norm_point, nearest_in_hull

METHODS = ("sdid", "sc", "did")
SLIGHT = 1e-6  # ridge of the time weights, in noise levels: they are unique, and barely moved

Block = tuple[int, NDArray[np.intp]]  # times before the start, and the columns that start together


@dataclass(frozen=True, slots=True, eq=False)
class BlockFit:
    """One group of units that start together, against units that never start.

    Attributes
    ----------
    before, treated, controls
        Number of times before the start, columns of the group, and columns of the J controls.
    unit, time
        (3, J) and (3, before) weights, in the order of ``METHODS``.
    zeta
        Ridge of the unit weights, in the unit of the outcome.
    """

    before: int
    treated: NDArray[np.intp]
    controls: NDArray[np.intp]
    unit: Floats
    time: Floats
    zeta: float

    def changes(self, values: Floats) -> Floats:
        """Mean outcome after the start less the weighted outcome before it, (3, units)."""
        changes: Floats = values[self.before :].mean(axis=0) - self.time @ values[: self.before]
        return changes

    def estimates(self, values: Floats) -> Floats:
        """Effect by each method, (3,)."""
        changes = self.changes(values)
        own = changes[:, self.treated].mean(axis=1)
        estimates: Floats = own - (self.unit * changes[:, self.controls]).sum(axis=1)
        return estimates


def fit_block(values: Floats, block: Block, controls: NDArray[np.intp]) -> BlockFit:
    """Weigh controls and earlier times for one group.

    Parameters
    ----------
    values
        (T, N) outcomes.
    block
        Times before the start, and the group's columns.
    controls
        Columns of the J controls.

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), AER 111, equations 4 to 6.
    """
    before, treated = block
    own, others = values[:, treated].mean(axis=1), values[:, controls]
    J = len(controls)
    noise = float(np.diff(others[:before], axis=0).std())
    zeta = float((len(treated) * (len(values) - before)) ** 0.25) * noise
    ridge = zeta * np.sqrt(before)
    path = others[:before] - own[:before, None]
    unit = _ridged(path - path.mean(axis=0), ridge)
    drift = others[:before].T - others[before:].mean(axis=0)[:, None]
    time = _ridged(drift - drift.mean(axis=0), SLIGHT * noise * np.sqrt(J))
    plain = nearest_in_hull(others[:before], own[:before]).weights
    return BlockFit(
        before=before,
        treated=treated,
        controls=controls,
        unit=np.array([unit, plain, np.full(J, 1.0 / J)]),
        time=np.array([time, np.zeros(before), np.full(before, 1.0 / before)]),
        zeta=zeta,
    )


def _ridged(misses: Floats, ridge: float) -> Floats:
    """Minimise ``||misses @ w||**2 + ridge**2 ||w||**2`` over the simplex, exactly."""
    if ridge == 0:
        return nearest_in_hull(misses, np.zeros(len(misses))).weights
    return min_norm_point(np.vstack([misses, ridge * np.eye(misses.shape[1])]))


def pooled(values: Floats, blocks: Sequence[BlockFit]) -> Floats:
    """Effects averaged over groups by their number of treated unit-times, (3,)."""
    sizes = [len(block.treated) * (len(values) - block.before) for block in blocks]
    estimates = np.array([block.estimates(values) for block in blocks])
    return np.average(estimates, axis=0, weights=sizes)
