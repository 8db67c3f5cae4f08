"""Rank of one unit among all, for every constant effect it may have had.

Freeing the treated unit's outcomes of a constant effect ``e`` changes the gap of unit ``j`` after
the start to ``gap_j + slope_j * e``: slope -1 for the treated unit itself, and the weight it has in
the comparator of every other. Squared statistics are therefore parabolas in ``e``, and the effects
at which one unit overtakes another are their crossings.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError

Floats = NDArray[np.float64]
Statistic = Literal["ratio", "mean_gap"]

ROUNDING = 1e-12


def contests(
    pre_rmspe: Floats, post_rmspe: Floats, mean_gap: Floats, slope: Floats, statistic: Statistic
) -> tuple[Floats, Floats]:
    """Set each unit's squared statistic against the treated unit's.

    Parameters
    ----------
    pre_rmspe, post_rmspe, mean_gap, slope
        (1 + J,), treated unit first.
    statistic
        ``"ratio"``: post-RMSPE over pre-RMSPE. ``"mean_gap"``: absolute mean gap.

    Returns
    -------
    Two (J, 3) arrays of coefficients of ``e**2, e, 1``: the other unit's side and the treated
    unit's side, multiplied by both pre-MSPEs so that a perfect fit needs no division by zero.
    """
    level = post_rmspe if statistic == "ratio" else mean_gap
    parabolas = np.column_stack([slope**2, 2 * slope * mean_gap, level**2])
    share = pre_rmspe**2 if statistic == "ratio" else np.ones_like(pre_rmspe)
    return parabolas[1:] * share[0], parabolas[0] * share[1:, None]


def p_value(theirs: Floats, own: Floats, effect: float = 0.0) -> float:
    """Share of all units, the treated one included, at least as extreme as the treated unit."""
    powers = np.array([effect**2, effect, 1.0])
    at_least = theirs @ powers >= (own @ powers) * (1 - ROUNDING)
    return float(1 + at_least.sum()) / (1 + len(theirs))


def not_rejected(theirs: Floats, own: Floats, level: float) -> tuple[float, float]:
    """Smallest interval of effects with a p-value above ``1 - level``; ``nan`` where none."""
    alpha = tail(level)
    crossings = [np.roots(row) for row in theirs - own]
    roots = np.concatenate(crossings) if crossings else np.empty(0)
    real = np.sort(roots.real[np.abs(roots.imag) <= ROUNDING * (1 + np.abs(roots.real))])
    edges = np.concatenate([[-np.inf], real, [np.inf]])
    kept = [
        (low, high)
        for low, high in pairwise(edges)
        if p_value(theirs, own, _between(low, high)) > alpha + ROUNDING
    ]
    return (float(kept[0][0]), float(kept[-1][1])) if kept else (float("nan"), float("nan"))


def tail(level: float) -> float:
    """Probability left outside a confidence level."""
    if not 0 < level < 1:
        raise MethodError(
            f"Tingkat kepercayaan {level} tidak di antara 0 dan 1. Perbaikan: tulis misalnya 0.95."
        )
    return 1.0 - level


def _between(low: float, high: float) -> float:
    """Return a point inside an interval whose ends may be infinite."""
    if np.isinf(low) and np.isinf(high):
        return 0.0
    if np.isinf(low):
        return high - 1.0 - abs(high)
    if np.isinf(high):
        return low + 1.0 + abs(low)
    return (low + high) / 2
