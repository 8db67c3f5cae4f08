"""Weighted inequality measures of many distributions at once."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kajian.linear.fixed_effects import Floats

Measure = Literal["gini", "theil", "mld", "variance"]
LABELS = {
    "gini": "Indeks Gini",
    "theil": "Indeks Theil T",
    "mld": "Deviasi log rata-rata",
    "variance": "Ragam",
    "r2": "R²",
}


def inequality(values: Floats, weights: Floats, measure: Measure) -> Floats:
    """Measure the inequality of each row of values.

    Parameters
    ----------
    values
        Shape (..., n), any unit: not negative for the Gini index, positive for Theil's T and the
        mean log deviation.
    weights
        Shape (n,), positive.
    measure
        ``"gini"`` over all pairs (without the factor n / (n - 1)), ``"theil"`` (T),
        ``"mld"`` (Theil's L) or ``"variance"`` (divided by the sum of weights).

    Returns
    -------
    ndarray of shape (...,); the variance in squared units of the values.
    """
    share = weights / weights.sum()
    mean = values @ share
    if measure == "gini":
        order = np.argsort(values, axis=-1)
        ordered = share[order]
        rank = 2 * np.cumsum(ordered, axis=-1) - ordered
        products = np.take_along_axis(values, order, axis=-1) * ordered * rank
        found = products.sum(axis=-1) / mean - 1
    elif measure == "variance":
        found = (values - mean[..., None]) ** 2 @ share
    else:
        relative = values / mean[..., None]
        logs = np.log(relative)
        found = (relative * logs) @ share if measure == "theil" else -(logs @ share)
    return np.asarray(found)
