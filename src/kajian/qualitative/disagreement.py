"""Disagreement seen within units and that of values paired by chance, for any weights of units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


def disagreement(
    weights: Floats, codes: Integers, distance: Floats | None
) -> tuple[Floats, Floats]:
    """Return observed and expected disagreement, each of shape (w,), when units weigh so much.

    With o the coincidences of values within units and n_c how often value c occurs, they are the
    means of the distance over o and over n_c n_k / (n - 1), for n values in all (2011, section C).

    Parameters
    ----------
    weights
        Shape (w, units).
    codes, distance
        As in `kajian.qualitative.alpha.alpha_with_distance`, with two values or more in every unit;
        every value occurs.
    """
    given = codes >= 0
    size = given.sum(axis=0)
    times = np.array([(codes == value).sum(axis=0) for value in range(codes.max() + 1)])
    occurs = weights @ times.T
    total = occurs.sum(axis=1)
    if distance is None:
        # The ranks between two values are the difference of their midranks in the pooled values.
        midrank = np.cumsum(occurs, axis=1) - occurs / 2
        value = np.where(given, midrank[:, codes], 0.0)  # (w, coders, units)
        within = size * (value**2).sum(axis=1) - value.sum(axis=1) ** 2
        seen = (weights * within * (2 / (size - 1))).sum(axis=1)
        chance = 2 * (total * np.vecdot(occurs, midrank**2) - np.vecdot(occurs, midrank) ** 2)
    else:
        pairs = np.where(given[:, None] & given[None], distance[codes[:, None], codes[None]], 0.0)
        seen = weights @ (pairs.sum(axis=(0, 1)) / (size - 1))
        chance = np.vecdot(occurs @ distance, occurs)
    return seen / total, chance / (total * (total - 1))


def distances(codes: Integers, distance: Floats | None) -> Floats:
    """Return the distance of every two values, shape (values, values)."""
    if distance is not None:
        return distance
    times = np.bincount(codes[codes >= 0])
    midrank = np.cumsum(times) - times / 2
    return np.asarray(np.subtract.outer(midrank, midrank) ** 2)


def alphas(weights: Floats, codes: Integers, distance: Floats | None) -> Floats:
    """Return alpha for each row of weights, NaN where all values are alike."""
    observed, expected = disagreement(weights, codes, distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)
