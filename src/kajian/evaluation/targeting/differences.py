"""Differences in targeting between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from kajian.evaluation.targeting.groups import Grouping
from kajian.evaluation.targeting.measured import (
    LABELS,
    ROUNDING,
    Rule,
    effective_size,
    empty,
    table,
    wilson,
)
from kajian.evaluation.targeting.quantities import Quantity, accuracy
from kajian.evaluation.targeting.sample import Floats, Mask, Sample

OTHERS = "lainnya"
FARTHEST = 50.0  # t values beyond it count as p = 0


def compared(
    grouped: Sequence[Grouping], e: Floats, r: Floats, sample: Sample, rule: Rule
) -> pd.DataFrame:
    """Compare each group with the others, or the first of two groups with the second.

    Parameters as in `quantities`; columns as in `Targeting`.
    """
    rows = []
    for name, codes, levels in grouped:
        present = np.unique(codes)
        if present.size < 2:
            continue
        two = present.size == 2
        versus = levels[present[1]] if two else OTHERS
        for code in present[:1] if two else present:
            inside = codes == code
            parts = [accuracy(e[one], r[one], sample.weights[one]) for one in (inside, ~inside)]
            for term in parts[0]:
                key = {"by": name, "term": term, "group": levels[code], "versus": versus}
                rows.append(key | contrast(parts[0][term], parts[1][term], inside, sample, rule))
    together = table(rows)
    if rows:
        together["p_holm"] = together.groupby(["by", "term"])["p_value"].transform(holm)
    return together


def contrast(
    own: Quantity, other: Quantity, inside: Mask, sample: Sample, rule: Rule
) -> dict[str, Any]:
    """Subtract from a statistic of the rows inside that of the rows outside.

    Notes
    -----
    The error follows the design, clusters that hold both groups included. For shares the interval
    combines Wilson's intervals of the two (Newcombe 1998; with their correlation, Zou and Donner
    2008, Statistics in Medicine 27, 1693-1702) and p is where it would touch zero: of rare events
    a t test finds differences too often. Signed measures have a t interval. Degrees of freedom are
    the smaller of the two.
    """
    base = [_spread(part.base, rows) for part, rows in ((own, inside), (other, ~inside))]
    n = [int(part.sum()) for part in base]
    if min(n) == 0 or np.isnan(own.estimate - other.estimate):
        return empty(LABELS[3])
    if min(n) < rule.minimum:
        return empty(LABELS[2])
    d = own.estimate - other.estimate
    row = empty(LABELS[0]) | {"estimate": d, "n": n[0]}
    if not sample.sampling:
        return row
    clusters, dfs, effective = zip(*(sample.degrees(part) for part in base), strict=True)
    df = min(dfs)
    row |= {"clusters": clusters[0], "df": df}
    scores = _spread(own.influence, inside), _spread(other.influence, ~inside)
    v = [sample.variance(score) for score in scores]
    error = float(np.sqrt(sample.variance(scores[0] - scores[1])))
    if min(clusters) < 2 or error < ROUNDING:
        return row | {"label": LABELS[1]}
    t = float(stdtrit(df, (1 + rule.level) / 2))
    if own.scale == "signed":
        low, high = d - t * error, d + t * error
        p_value = 2 * float(stdtr(df, -abs(d) / error))
    else:
        p = own.estimate, other.estimate
        size = [effective_size(*one) for one in zip(p, np.sqrt(v), effective, strict=True)]
        both = float(np.sqrt(v[0] * v[1]))
        rho = float((v[0] + v[1] - error**2) / (2 * both)) if both > 0 else 0.0
        low, high = (d + side * _reach(p, size, rho, t, side) for side in (-1, 1))
        p_value = _touching_zero(p, size, rho, df)
    return row | {"std_error": error, "p_value": p_value, "conf_low": low, "conf_high": high}


def _reach(p: tuple[float, float], size: Sequence[float], rho: float, t: float, side: int) -> float:
    """How far the interval of a difference of shares reaches to one side of it."""
    first = abs(p[0] - wilson(p[0], size[0], t)[side > 0])
    second = abs(p[1] - wilson(p[1], size[1], t)[side < 0])
    return float(np.sqrt(max(first**2 + second**2 - 2 * rho * first * second, 0.0)))


def _touching_zero(p: tuple[float, float], size: Sequence[float], rho: float, df: int) -> float:
    """Two-sided p at which the interval of a difference of shares touches zero."""
    d = p[0] - p[1]
    if abs(d) < ROUNDING:
        return 1.0
    side = -1 if d > 0 else 1

    def short_of_zero(t: float) -> float:
        return abs(d) - _reach(p, size, rho, t, side)

    if short_of_zero(FARTHEST) > 0:
        return 0.0
    return 2 * float(stdtr(df, -brentq(short_of_zero, 0.0, FARTHEST)))


def _spread(values: Any, rows: Mask) -> Any:
    """Put values of some rows at their places among all, zero or False elsewhere."""
    everywhere = np.zeros(rows.size, dtype=values.dtype)
    everywhere[rows] = values
    return everywhere


def holm(p_values: pd.Series) -> pd.Series:
    """Adjust p-values for their number (Holm 1979); missing ones stay missing and do not count."""
    ordered = p_values.dropna().sort_values()
    factors = np.arange(len(ordered), 0, -1)
    adjusted = np.minimum(np.maximum.accumulate(ordered.to_numpy() * factors), 1.0)
    return pd.Series(adjusted, index=ordered.index).reindex(p_values.index)
