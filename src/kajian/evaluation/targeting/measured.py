"""From a linearised statistic to an estimate with its error, or a label that says why not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.targeting.quantities import Quantity, Scale
from kajian.evaluation.targeting.sample import Sample

LABELS = ("tampil", "tanpa galat", "ditahan", "tanpa dasar")
FIGURES = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
COUNTS = ("n", "clusters", "df")
ROUNDING = 1e-10  # smaller errors are the rounding of a sample without variation


class Rule(NamedTuple):
    """Level of the intervals, and fewest rows behind a figure that is shown."""

    level: float
    minimum: int


def empty(label: str) -> dict[str, Any]:
    """Give a row without figures; only a count of zero is said."""
    nothing = {**dict.fromkeys(FIGURES, np.nan), **dict.fromkeys(COUNTS), "label": label}
    return nothing | {"n": 0} if label == LABELS[3] else nothing


def measured(found: Quantity, sample: Sample, rule: Rule) -> dict[str, Any]:
    """Give a statistic of the rows of a sample its error under the design.

    Returns
    -------
    dict
        `FIGURES`, `COUNTS` and ``label``; see `Targeting`.

    Notes
    -----
    Shares: Wilson's interval with the t quantile and the effective sample size
    ``p (1 - p) / variance`` (Kish's design effect; Korn and Graubard 1998, Survey Methodology 24).
    A share of exactly 0 or 1 has no variance in the sample: each cluster then counts as one
    answer, which is cautious. Amounts: t interval of the logarithm. Signed measures: t interval
    cut at -1 and 1. Floors: t interval of the statistic before it is cut at zero.
    """
    n = int(found.base.sum())
    if n == 0 or np.isnan(found.estimate):
        return empty(LABELS[3])
    if n < rule.minimum:
        return empty(LABELS[2])
    unit, raw = found.unit, _exact(found.estimate)
    shown = max(raw, 0.0) if found.scale == "floor" else raw
    row = empty(LABELS[0]) | {"estimate": unit * shown, "n": n}
    if not sample.sampling:
        return row
    clusters, df, effective = sample.degrees(found.base)
    row |= {"clusters": clusters, "df": df}
    error = float(np.sqrt(sample.variance(found.influence)))
    error = error if error > ROUNDING * max(abs(raw), 1e-3) else 0.0
    t = float(stdtrit(df, (1 + rule.level) / 2))
    low, high = _interval(raw, found.scale, error, t, effective)
    if clusters < 2 or np.isnan(low):
        return row | {"label": LABELS[1]}
    row |= {"std_error": unit * error, "conf_low": unit * low, "conf_high": unit * high}
    if error > 0 and not np.isnan(found.null):
        row["p_value"] = 2 * float(stdtr(df, -abs(raw - found.null / unit) / error))
    return row


def effective_size(p: float, error: float, clusters: float) -> float:
    """Independent answers that a share is worth."""
    return p * (1 - p) / error**2 if error > 0 and 0 < p < 1 else clusters


def wilson(p: float, n: float, t: float) -> tuple[float, float]:
    """Wilson's interval of a share from n independent answers."""
    middle = (p + t**2 / (2 * n)) / (1 + t**2 / n)
    half = t / (1 + t**2 / n) * float(np.sqrt(p * (1 - p) / n + (t / (2 * n)) ** 2))
    return middle - half if p > 0 else 0.0, middle + half if p < 1 else 1.0


def _exact(value: float) -> float:
    """Take what is 0 or 1 but for rounding as 0 or 1."""
    nearest = round(value)
    return float(nearest) if nearest in (0, 1) and abs(value - nearest) < ROUNDING else value


def _interval(
    p: float, scale: Scale, error: float, t: float, effective: float
) -> tuple[float, float]:
    if scale == "share":
        return wilson(p, effective_size(p, error, effective), t)
    if error == 0:
        return np.nan, np.nan
    if scale == "amount":
        factor = float(np.exp(t * error / p)) if p > 0 else np.nan
        return p / factor, p * factor
    least = 0.0 if scale == "floor" else -1.0
    return max(p - t * error, least), min(max(p + t * error, least), 1.0)


def table(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Put rows together, with counts that may be missing."""
    found = pd.DataFrame(rows)
    return found.astype({name: "Int64" for name in COUNTS if name in found})


def rule_of(level: float, minimum: int) -> Rule:
    """Check a confidence level and a minimum."""
    if not 0 < level < 1:
        raise MethodError(f"level {level} di luar 0-1. Perbaikan: isi misalnya 0.95.")
    if minimum < 1:
        raise MethodError(f"minimum {minimum} di bawah 1. Perbaikan: isi 5, batas sel kecil.")
    return Rule(level, minimum)
