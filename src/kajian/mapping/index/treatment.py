"""Missing values filled in and outliers drawn in, by rule, every change on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError

Impute = Literal["none", "median", "nearest"]
Outliers = Literal["none", "winsor", "clip"]
Floats = NDArray[np.float64]

MOST_MISSING = 0.35  # share of units above which an indicator is not filled in
NEIGHBOURS = 5  # most similar units whose mean fills a gap
SKEWNESS, KURTOSIS = 2.0, 3.5  # an indicator beyond both has outliers
MOST_WINSORISED = 5  # values of one indicator
QUANTILES = (0.025, 0.975)
DECISIONS = ["step", "code", "unit", "before", "after", "note"]


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """Indicators of n units after treatment.

    Attributes
    ----------
    complete
        Indicators without missing values, shape (n, k).
    filled_error
        Error of the values filled in, zero elsewhere, shape (n, k): the root mean square
        distance between the observed values and what the rule would have put there.
    limits
        Between which values were drawn in, shape (k, 2); infinite where they were left alone.
    decisions
        One row per changed value: step (``imputasi``, ``pencilan``), code, unit, before, after,
        note.
    """

    complete: pd.DataFrame
    filled_error: Floats
    limits: Floats
    decisions: pd.DataFrame


def treated(
    values: pd.DataFrame,
    impute: Impute = "none",
    outliers: Outliers = "none",
    group: pd.Series | None = None,
) -> Treated:
    """Fill missing values in, then draw outliers in.

    Parameters
    ----------
    values
        Shape (n, k), numbers; complete for ``impute="none"``.
    impute
        ``"median"``: of the units of the same `group`, or of all. ``"nearest"``: mean of the
        5 units that are most alike on the other indicators (mean squared difference in standard
        deviations; equally distant units all count).
    outliers
        ``"winsor"``: while skewness is beyond 2 and excess kurtosis above 3.5, the values farthest
        out on the longer side move to the next value, at most 5 of an indicator. ``"clip"``: to
        the quantiles 2.5 and 97.5 percent.
    group
        A label per unit, for the medians.

    Returns
    -------
    Treated

    Raises
    ------
    MethodError
        An indicator with more than 35 percent missing, nothing to fill from, or a unit without
        group.

    Notes
    -----
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 3 and 5. The two
    thresholds together are the rule of the R package COINr (Becker et al. 2022, JOSS 7(78)).
    """
    filled, error = values, np.zeros(values.shape)
    missing = values.isna()
    if missing.any(axis=None):
        share = missing.mean()
        if (share > MOST_MISSING).any():
            raise MethodError(
                f"Indikator {share.idxmax()} kosong pada {share.max():.0%} unit, terlalu banyak "
                f"untuk diisi (batas {MOST_MISSING:.0%}). Perbaikan: keluarkan indikatornya."
            )
        rule = _nearest(values) if impute == "nearest" else _medians(values, group)
        unfilled = (missing & rule.isna()).any()
        if unfilled.any():
            raise MethodError(
                f"Nilai kosong indikator {unfilled.idxmax()} tidak dapat diisi: tidak ada unit "
                "lain dalam kelompoknya, atau tidak ada indikator lain sebagai pembanding. "
                "Perbaikan: pakai impute='median' tanpa group, atau lengkapi datanya."
            )
        filled = values.where(~missing, rule)
        error = np.where(missing, np.sqrt(((values - rule) ** 2).mean()), 0.0)
    limits = np.array([_limits(filled[code].to_numpy(), outliers) for code in filled])
    untouched = np.isinf(limits).all()
    drawn_in = filled if untouched else filled.clip(limits[:, 0], limits[:, 1], axis=1)
    notes = {
        code: f"ditarik ke batas ({outliers})"
        + ("" if _regular(drawn_in[code].to_numpy()) else "; sebaran masih menceng")
        for code in filled
    }
    decisions = [
        _changes("imputasi", values, filled, dict.fromkeys(values, f"diisi ({impute})")),
        _changes("pencilan", filled, drawn_in, notes),
    ]
    return Treated(drawn_in, error, limits, pd.concat(decisions, ignore_index=True))


def _medians(values: pd.DataFrame, group: pd.Series | None) -> pd.DataFrame:
    if group is None:
        return pd.DataFrame(dict(values.median()), index=values.index)
    label = group.reindex(values.index)
    if label.isna().any():
        raise MethodError(
            f"Unit tanpa kelompok: {', '.join(map(str, label.index[label.isna()][:5]))}. "
            "Perbaikan: lengkapi group untuk semua unit."
        )
    return values.groupby(label).transform("median")


def _nearest(values: pd.DataFrame) -> pd.DataFrame:
    """Mean of the most similar other units that have the value; missing when there is none."""
    x = values.to_numpy()
    spread = np.nanstd(x, axis=0)
    z = x / np.where(spread > 0, spread, 1.0)
    apart = (z[:, None] - z) ** 2
    shared = ~np.isnan(apart)
    apart = np.where(shared, apart, 0.0)
    total, count = apart.sum(axis=2), shared.sum(axis=2)
    result = np.full_like(x, np.nan)
    for j in range(x.shape[1]):
        others = count - shared[:, :, j]
        possible = (others > 0) & ~np.isnan(x[:, j])
        np.fill_diagonal(possible, False)
        distance = np.full(others.shape, np.inf)
        np.divide(total - apart[:, :, j], others, out=distance, where=possible)
        last = min(NEIGHBOURS, len(x)) - 1
        limit = np.partition(distance, last, axis=1)[:, [last]]
        near = possible & (distance <= limit * (1 + 1e-9))
        number = near.sum(axis=1)
        sums = near @ np.where(np.isnan(x[:, j]), 0.0, x[:, j])
        np.divide(sums, number, out=result[:, j], where=number > 0)
    return pd.DataFrame(result, index=values.index, columns=values.columns)


def _limits(x: Floats, outliers: Outliers) -> tuple[float, float]:
    """Bounds to which the values of one indicator are drawn in."""
    if outliers == "clip":
        low, high = np.quantile(x, QUANTILES)
        return float(low), float(high)
    low, high = -np.inf, np.inf
    while outliers == "winsor":
        now = np.clip(x, low, high)
        inside = now[(now > now.min()) & (now < now.max())]
        if _regular(now) or inside.size == 0:
            break
        upwards = _shape(now)[0] > 0
        following = (low, float(inside.max())) if upwards else (float(inside.min()), high)
        if ((x < following[0]) | (x > following[1])).sum() > MOST_WINSORISED:
            break
        low, high = following
    return low, high


def _regular(x: Floats) -> bool:
    """Whether a distribution is free of outliers by the rule on skewness and kurtosis."""
    skewness, kurtosis = _shape(x)
    return not (abs(skewness) > SKEWNESS and kurtosis > KURTOSIS)


def _shape(x: Floats) -> tuple[float, float]:
    """Skewness and excess kurtosis, adjusted for the sample size; missing below 4 values."""
    column: pd.Series[float] = pd.Series(x)
    return column.skew(), column.kurt()  # type: ignore[return-value]


def _changes(
    step: str, before: pd.DataFrame, after: pd.DataFrame, notes: dict[object, str]
) -> pd.DataFrame:
    """One row per value that differs."""
    rows, columns = np.nonzero(before.to_numpy() != after.to_numpy())
    codes = before.columns[columns]
    return pd.DataFrame(
        {
            "step": step,
            "code": codes,
            "unit": before.index[rows],
            "before": before.to_numpy()[rows, columns],
            "after": after.to_numpy()[rows, columns],
            "note": [notes[code] for code in codes],
        },
        columns=DECISIONS,
    )
