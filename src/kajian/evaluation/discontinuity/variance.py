"""Variance of a weighted sum of outcomes: nearest neighbours or clusters."""

from __future__ import annotations

import numpy as np

from kajian.evaluation.discontinuity.local_polynomial import (
    Bandwidth,
    Kernel,
    fit_residuals,
    windows,
)
from kajian.linear.covariance import cluster_correction
from kajian.linear.fixed_effects import Codes, Floats

NEIGHBOURS = 3


def neighbour_residuals(x: Floats, y: Floats, neighbours: int = NEIGHBOURS) -> Floats:
    """Deviation of each outcome from the mean of its nearest neighbours on the same side.

    Neighbours are taken value by value of x, nearest first, until there are enough of them; all
    points that share a value, and both values at the same distance, come together. With J
    neighbours the deviation is scaled by `sqrt(J / (J + 1))`, so that its square estimates the
    variance of y at x (Abadie & Imbens 2006; Calonico, Cattaneo & Titiunik 2014).

    Parameters
    ----------
    x
        Ascending, shape (n,), at least two points.
    y
        Outcomes, shape (n,).
    neighbours
        Fewest neighbours of a point; all others when there are not so many.
    """
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    centred = y - y.mean()
    seen = np.concatenate([[0], np.cumsum(counts)])
    total = np.concatenate([[0.0], np.cumsum(centred)])[seen]
    edged = np.concatenate([[-np.inf], values, [np.inf]])
    rounding = 4 * np.finfo(float).eps * np.abs(values).max()
    low, high = np.arange(values.size), np.arange(1, values.size + 1)
    enough = min(neighbours, x.size - 1)
    while (short := seen[high] - seen[low] - 1 < enough).any():
        below, above = values - edged[low], edged[high + 1] - values
        low, high = (
            low - (short & (below <= above + rounding)),
            high + (short & (above <= below + rounding)),
        )
    others = (seen[high] - seen[low] - 1)[inverse]
    mean = ((total[high] - total[low])[inverse] - centred) / others
    return np.asarray(np.sqrt(others / (others + 1)) * (centred - mean))


def outcome_residuals(
    x: Floats, y: Floats, h: Bandwidth, order: int, kernel: Kernel, cluster: Codes | None
) -> Floats:
    """Residuals within h for `sum_variance`, shape (n,), zero outside.

    Nearest neighbours without clusters; with clusters those of the local polynomial, since
    neighbours of the same cluster would hide what it has in common.
    """
    if cluster is not None:
        return fit_residuals(x, y, h, order, kernel)
    residuals = np.zeros_like(x)
    for window, _ in windows(x, h, kernel):
        residuals[window] = neighbour_residuals(x[window], y[window])
    return residuals


def sum_variance(weights: Floats, residuals: Floats, cluster: Codes | None, order: int) -> float:
    """Variance of `weights @ y`.

    Parameters
    ----------
    weights, residuals
        Shapes (n,).
    cluster
        Codes, shape (n,): scores are summed within clusters, also across the cutoff, and corrected
        as CR1 for the `2 * (order + 1)` coefficients of both sides. None for independent rows.
    order
        Order of the polynomial behind the weights.
    """
    scores = weights * residuals
    if cluster is None:
        return float(scores @ scores)
    used = weights != 0
    sums = np.bincount(cluster[used], scores[used])
    present = np.bincount(cluster[used]) > 0
    factor = cluster_correction(int(used.sum()), int(present.sum()), 2 * (order + 1))
    return float(factor * (sums @ sums))
