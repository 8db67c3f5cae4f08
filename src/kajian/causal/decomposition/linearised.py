"""Estimates together with what every row contributes to their error, and their products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kajian.linear.covariance import bread
from kajian.linear.fixed_effects import Codes, Floats, group_sums


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """A vector of estimates and its influence values.

    Attributes
    ----------
    value
        Shape (k,).
    influence
        Shape (n, k): to first order the error of `value` is the sum of these over independent
        rows (or clusters of rows), each of mean zero.
    """

    value: Floats
    influence: Floats

    def __add__(self, other: Linearised) -> Linearised:
        return Linearised(self.value + other.value, self.influence + other.influence)

    def __sub__(self, other: Linearised) -> Linearised:
        return Linearised(self.value - other.value, self.influence - other.influence)

    def __mul__(self, other: Linearised) -> Linearised:
        return Linearised(
            self.value * other.value,
            self.influence * other.value + self.value * other.influence,
        )

    def __matmul__(self, matrix: Floats) -> Linearised:
        return Linearised(self.value @ matrix, self.influence @ matrix)

    def std_error(self, clusters: Codes | None) -> Floats:
        """Root of the summed squares over rows or clusters, shape (k,), with factor G / (G - 1)."""
        if clusters is None:
            return np.asarray(np.sqrt((self.influence**2).sum(axis=0)))
        sums = group_sums(self.influence, clusters)
        return np.asarray(np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum(axis=0)))


def mean(values: Floats, weights: Floats, rows: NDArray[np.bool_]) -> Linearised:
    """Weighted means of columns, shape (n, k), over some rows; influence scaled by n / (n - 1)."""
    share = np.where(rows, weights, 0) / weights[rows].sum()
    centre = share @ values
    scale = float(np.sqrt(rows.sum() / (rows.sum() - 1)))
    return Linearised(centre, scale * share[:, None] * (values - centre))


def coefficients(X: Floats, y: Floats, weights: Floats, rows: NDArray[np.bool_]) -> Linearised:
    """Weighted least squares over some rows; influence scaled by n / (n - k), as in HC1."""
    root = np.sqrt(weights[rows])
    scaled = X[rows] * root[:, None]
    found = np.asarray(np.linalg.lstsq(scaled, y[rows] * root, rcond=None)[0], dtype=float)
    errors = np.where(rows, weights * (y - X @ found), 0)
    factor = float(np.sqrt(len(scaled) / (len(scaled) - X.shape[1])))
    return Linearised(found, factor * (X * errors[:, None]) @ bread(scaled))
