"""Averages of scores: within each dimension, then over the dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError

Aggregate = Literal["arithmetic", "geometric", "harmonic", "mazziotta-pareto"]
Floats = NDArray[np.float64]

# Score of the worst and the best value, and the centre of z-scores (their spread is 10). A zero
# would erase all else from a geometric or harmonic mean; Mazziotta-Pareto has its published scale.
SCALES: dict[Aggregate, tuple[float, float, float]] = {
    "arithmetic": (0.0, 100.0, 50.0),
    "geometric": (1.0, 100.0, 50.0),
    "harmonic": (1.0, 100.0, 50.0),
    "mazziotta-pareto": (70.0, 130.0, 100.0),
}


def refuse_non_positive(scores: Floats, codes: Sequence[object], aggregate: Aggregate) -> None:
    """Refuse scores of zero or less, unless the mean is arithmetic.

    Parameters
    ----------
    scores
        Shape (..., k, n).
    codes
        Names of the k indicators or dimensions.
    aggregate
        As for `weighted_mean`.
    """
    if aggregate == "arithmetic" or scores.min() > 0:
        return
    wrong = (scores <= 0).any(axis=-1).reshape(-1, len(codes)).any(axis=0)
    name = {"geometric": "geometrik", "harmonic": "harmonik"}.get(aggregate, "Mazziotta-Pareto")
    raise MethodError(
        f"Rata-rata {name} memerlukan skor positif, tetapi skor {codes[int(wrong.argmax())]} memuat"
        " nol atau negatif. Perbaikan: pakai normalise='min-max', tangani pencilannya, atau pakai "
        "aggregate='arithmetic'."
    )


def weighted_mean(scores: Floats, weights: Floats, aggregate: Aggregate) -> Floats:
    """Average the scores of each unit.

    Parameters
    ----------
    scores
        Shape (..., k, n): k scores of n units, positive unless ``"arithmetic"``.
    weights
        Shape (..., g, k): one row for each of g averages, each row sums to 1.
    aggregate
        ``"arithmetic"``: shortfalls are offset fully. ``"geometric"``, ``"harmonic"``: in part,
        the harmonic mean the least. ``"mazziotta-pareto"``: the arithmetic mean M less the penalty
        ``S^2 / M``, with S the standard deviation between the scores of the unit: of two units
        with the same mean the less balanced one is lower.

    Returns
    -------
    ndarray
        Shape (..., g, n).

    Notes
    -----
    Mazziotta and Pareto (2016), Social Indicators Research 127(3): ``M - S cv`` with
    ``cv = S / M``, here with weights. The penalty is taken off because more is better here; for
    an index of deprivation it would be added.
    """
    if aggregate == "geometric":
        return np.asarray(np.exp(weights @ np.log(scores)))
    if aggregate == "harmonic":
        return np.asarray(1 / (weights @ (1 / scores)))
    mean = np.asarray(weights @ scores)
    if aggregate == "arithmetic":
        return mean
    variance = np.maximum(weights @ (scores * scores) - mean**2, 0.0)
    return np.asarray(mean - variance / mean)


def two_level_mean(
    scores: Floats, within: Floats, between: Floats, aggregate: Aggregate
) -> tuple[Floats, Floats]:
    """Average the indicators of each dimension, then the dimensions.

    Parameters
    ----------
    scores
        Shape (..., k, n), positive unless ``"arithmetic"``.
    within
        Shape (..., d, k): weights of the indicators, zero outside the dimension of the row.
    between
        Shape (..., d): weights of the dimensions.
    aggregate
        As for `weighted_mean`; the same at both levels.

    Returns
    -------
    dimensions, index
        Shapes (..., d, n) and (..., n).

    Raises
    ------
    MethodError
        When a Mazziotta-Pareto penalty exceeds the mean it is taken from.
    """
    dimensions = weighted_mean(scores, within, aggregate)
    if aggregate == "mazziotta-pareto" and dimensions.min() <= 0:
        raise MethodError(
            "Penalti Mazziotta-Pareto melebihi rata-rata dimensi, sehingga indeks tidak bermakna. "
            "Perbaikan: pakai normalise='min-max' atau 'z', yang skalanya sesuai."
        )
    index = weighted_mean(dimensions, between[..., None, :], aggregate)
    return dimensions, index[..., 0, :]
