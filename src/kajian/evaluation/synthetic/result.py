"""Result of a synthetic control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.evaluation.synthetic.predictors import PredictorTable
from kajian.language import format_number

SHARED = 0.01  # weights below one per cent are left out of the summary, never out of the result
POOR_FIT = 0.5  # a convention: the comparator should follow at least half of the variation
SINGLE = 1.0 - 1e-6  # a donor of this weight is the comparator
AS_GOOD = 1.05  # minima of an outcome MSPE up to this many times the smallest fit as well


@dataclass(frozen=True, slots=True, eq=False)
class PredictorFit:
    """Importances of predictors, the balance they give, and how far other minima lead.

    Attributes
    ----------
    table
        The predictors as declared, and their values by unit.
    fit_times
        Times at which the outcome was followed when the importances were chosen.
    importance
        (K,), indexed by predictor: positive, summing to one; of predictors divided by their
        standard deviation across units.
    balance
        K rows indexed by predictor: ``treated, synthetic, donor_mean``, in the predictor's unit.
    mspe
        Mean squared gap of the outcome over ``fit_times``.
    starts
        One row per start of the search: ``start`` (predictors favoured at first), ``start_mspe``,
        ``mspe`` reached, ``weight_change`` (largest difference from the weights chosen) and
        ``mean_gap`` under the weights reached there.
    exact
        Whether a mixture meets all predictors exactly, so that importances decide nothing; the
        mixture that follows the outcome most closely is then taken.
    """

    table: PredictorTable
    fit_times: tuple[int, ...]
    importance: pd.Series
    balance: pd.DataFrame
    mspe: float
    starts: pd.DataFrame
    exact: bool

    @property
    def mean_gap_range(self) -> tuple[float, float]:
        """Smallest and largest mean gap among minima within five per cent of the best MSPE."""
        gaps = self.starts.loc[self.starts["mspe"] <= AS_GOOD * self.mspe, "mean_gap"]
        return float(gaps.min()), float(gaps.max())

    def __str__(self) -> str:
        heavy = self.importance[self.importance >= SHARED].sort_values(
            ascending=False, kind="stable"
        )
        shares = ", ".join(f"{label} {format_number(v, 3)}" for label, v in heavy.items())
        low, high = (format_number(gap, 3) for gap in self.mean_gap_range)
        good = int((self.starts["mspe"] <= AS_GOOD * self.mspe).sum())
        lines = [
            f"Kepentingan prediktor: {shares}",
            f"{good} dari {len(self.starts)} titik awal mencapai galat dalam 5% dari yang terbaik; "
            f"selisih rata-ratanya {low} sampai {high}",
        ]
        if self.exact:
            lines = [
                "Semua prediktor dapat ditiru persis, sehingga kepentingannya tidak menentukan; "
                "dipilih campuran yang paling mengikuti luaran."
            ]
        if self.table.uneven:
            lines.append(
                f"Waktu yang tersedia berbeda antarunit untuk {', '.join(self.table.uneven)}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticControl:
    """A treated unit beside its weighted comparator. Gaps are in the unit of the outcome.

    Attributes
    ----------
    treated, outcome, start
        Code of the treated unit, name of the outcome, and first time counted as treated.
    weights
        (J,), indexed by donor: non-negative, summing to one.
    actual, synthetic, gap
        (T,), indexed by time; ``gap = actual - synthetic``.
    pre_rmspe, post_rmspe
        Root mean squared gap before, and from, the start.
    mean_gap
        Mean gap from the start on.
    pre_r2
        ``1 - sum(gap**2) / sum((actual - mean(actual))**2)`` before the start: one is a perfect
        fit, zero no better than a flat line at the treated unit's own mean (Ferman and Pinto 2021).
    outside_range
        Times before the start at which the treated unit lies above or below every donor, so that no
        convex combination can reach it.
    unique
        Whether no other weights fit equally well; see :func:`nearest_in_hull` for the choice made
        where others do. With predictors: whether no others are as near under the importances.
    concentration
        Weight of the heaviest donor: near one, the comparator is a single place.
    outcomes
        (T, 1 + J) table the fit rests on, times by units, treated unit first.
    dropped_times
        Declared incomplete times that were left out.
    fit_note
        What a reader must know about the fit, in Indonesian; empty when there is nothing to say.
    predictors
        Importances and balance of the predictors; ``None`` when matched on outcomes alone.
    """

    treated: str
    outcome: str
    start: int
    weights: pd.Series
    actual: pd.Series
    synthetic: pd.Series
    gap: pd.Series
    pre_rmspe: float
    post_rmspe: float
    mean_gap: float
    pre_r2: float
    outside_range: tuple[int, ...]
    unique: bool
    concentration: float
    outcomes: pd.DataFrame
    dropped_times: tuple[int, ...]
    fit_note: str
    predictors: PredictorFit | None = None

    @property
    def ratio(self) -> float:
        """Post-RMSPE over pre-RMSPE; infinite when the fit before the start is perfect."""
        return rmspe_ratio(self.pre_rmspe, self.post_rmspe)

    @property
    def single(self) -> bool:
        """Whether one donor carries all the weight."""
        return self.concentration > SINGLE

    @property
    def comparable(self) -> bool:
        """Whether a mixture of donors resembled the treated unit before the start.

        It follows half of the variation or more, is not a single donor, and the treated unit lies
        within the range of the donors at half of the times or more.
        """
        before = int((self.gap.index < self.start).sum())
        inside = 2 * len(self.outside_range) <= before
        return inside and not self.single and self.pre_r2 >= POOR_FIT

    def tidy(self) -> pd.DataFrame:
        """One row per time: ``time, actual, synthetic, gap, after`` (from the start on)."""
        return pd.DataFrame(
            {
                "time": self.gap.index,
                "actual": self.actual.to_numpy(),
                "synthetic": self.synthetic.to_numpy(),
                "gap": self.gap.to_numpy(),
                "after": np.asarray(self.gap.index >= self.start),
            }
        )

    def __str__(self) -> str:
        heavy = self.weights[self.weights >= SHARED].sort_values(ascending=False, kind="stable")
        recipe = ", ".join(f"{code} {format_number(w, 3)}" for code, w in heavy.items())
        lines = [
            f"Kontrol sintetis {self.treated} untuk {self.outcome}, mulai {self.start}",
            f"Pembanding: {recipe}",
            f"RMSPE sebelum {format_number(self.pre_rmspe, 3)}, "
            f"sesudah {format_number(self.post_rmspe, 3)}; "
            f"selisih rata-rata sesudah {format_number(self.mean_gap, 3)}",
        ]
        if self.predictors:
            lines.append(str(self.predictors))
        if self.dropped_times:
            lines.append(f"Tidak dipakai: {', '.join(map(str, self.dropped_times))}")
        if self.fit_note:
            lines.append(self.fit_note)
        return "\n".join(lines)


def rmspe_ratio(pre: float, post: float) -> float:
    """Divide post-RMSPE by pre-RMSPE; infinite over a perfect fit, zero when both are zero."""
    if pre > 0:
        return post / pre
    return float("inf") if post > 0 else 0.0
