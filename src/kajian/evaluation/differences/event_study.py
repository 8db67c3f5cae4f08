"""Effects by time since treatment, with what went before as a check of parallel trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.group_time import Control
from kajian.evaluation.differences.inference import (
    Inference,
    Sampling,
    Weights,
    band_table,
    interval_table,
)
from kajian.evaluation.differences.joint_test import JointTest, joint_test
from kajian.evaluation.differences.panel_check import Integers, some
from kajian.evaluation.differences.staggered import att_gt
from kajian.evaluation.differences.two_period import Method
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Effects by relative time, all against one reference time before treatment.

    Attributes
    ----------
    outcome
        Name of the outcome, whose units the estimates have.
    times
        Relative times (time minus first treated time), ascending, without the reference, shape
        (k,).
    estimates
        Shape (k,); those before the reference would be zero under parallel trends.
    covariance
        Shape (k, k).
    reference
        Relative time of the base, such as -1.
    n_units, n_clusters
        Units and clusters, treated or not.
    df
        Degrees of freedom of the covariance: the smallest of `term_df`; infinite with ``"large"``
        inference.
    term_df
        Degrees of freedom of each estimate, shape (k,).
    n_treated
        Treated units behind each estimate, shape (k,): where it changes, so do the places compared.
    contributions
        Shape (G, k): by cluster; their cross product is the covariance.
    sampling
        The grouping of units for inference.
    notes
        What was left out and what to beware of, in Indonesian.
    """

    outcome: str
    times: Integers
    estimates: Floats
    covariance: Floats
    reference: int
    n_units: int
    n_clusters: int
    df: float
    term_df: Floats
    n_treated: Integers
    contributions: Floats
    sampling: Sampling
    notes: tuple[str, ...]

    @property
    def std_errors(self) -> Floats:
        """Standard errors, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def pretrend(self) -> JointTest:
        """Test that all estimates before the reference are zero.

        A test that does not reject is no proof of parallel trends: see what it could have found.

        Raises
        ------
        MethodError
            When no time lies before the reference, or too few clusters for so many.
        """
        before = self.times < self.reference
        return joint_test(self.estimates[before], self.contributions[:, before], self.sampling)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row per relative time (`term`) with pointwise intervals, and `n_treated`."""
        table = interval_table(self.times, self.estimates, self.std_errors, self.term_df, level)
        return table.assign(n_treated=self.n_treated)

    def bands(
        self,
        *,
        rng: np.random.Generator,
        draws: int = 9_999,
        level: float = 0.95,
        weights: Weights = "mammen",
    ) -> pd.DataFrame:
        """Simultaneous intervals: ``term, estimate, conf_low, conf_high``.

        See :func:`kajian.evaluation.differences.inference.simultaneous_quantiles`.
        """
        return band_table(
            self.times,
            self.estimates,
            self.contributions,
            self.term_df,
            level=level,
            draws=draws,
            weights=weights,
            rng=rng,
        )

    def __str__(self) -> str:
        lines = [
            f"Studi peristiwa untuk {self.outcome}: {self.n_units} unit, {self.n_clusters} "
            f"klaster; acuan: waktu {format_number(self.reference, 0)} dari awal perlakuan"
        ]
        lines += [
            f"  {format_number(e, 0)}: {format_number(estimate, 3)} ({format_p_value(p)}; 95%: "
            f"{format_number(low, 3)} sampai {format_number(high, 3)}; {n} unit diperlakukan)"
            for e, estimate, _, p, low, high, n in self.tidy().astype(object).to_numpy()
        ]
        try:
            test = self.pretrend()
            lines.append(
                f"Tren sebelum perlakuan, {test.n_restrictions} dugaan serentak: "
                f"{format_p_value(test.p_value)} (tidak menolak bukan bukti tren sejajar)"
            )
        except MethodError as error:
            lines.append(f"Tren sebelum perlakuan tidak diuji. {error}")
        return "\n".join([*lines, *self.notes])


def event_study(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    control: Control = "not_yet",
    anticipation: int = 0,
    covariates: Sequence[str] = (),
    method: Method = "dr",
    cluster: str | None = None,
    allow_gaps: Sequence[int] = (),
    balance: int | None = None,
    inference: Inference = "small",
) -> EventStudy:
    """Estimate effects by time since treatment, free of comparisons with treated units.

    The dynamic average of `att_gt` with a universal base, so that every estimate is a difference
    from the same reference and their covariance can enter bounds on parallel trends. With one
    cohort and no covariates the estimates equal those of the two-way fixed-effects event study.

    Parameters
    ----------
    data, outcome, unit, time, cohort, control, anticipation, covariates, method, cluster
        As in :func:`kajian.evaluation.differences.staggered.att_gt`.
    allow_gaps
        As in `att_gt`; relative times count calendar time.
    balance
        As in :func:`kajian.evaluation.differences.aggregation.aggregate`.
    inference
        As in `att_gt`.

    Raises
    ------
    MethodError
        As in `att_gt` and `aggregate`; also when a gap gives cohorts different distances to their
        base, so that there is no common reference.

    References
    ----------
    Callaway & Sant'Anna (2021), section 3; Roth (2024), "Interpreting event-studies from recent
    difference-in-differences methods", on the universal base.
    """
    effects = att_gt(
        data,
        outcome=outcome,
        unit=unit,
        time=time,
        cohort=cohort,
        control=control,
        base_period="universal",
        anticipation=anticipation,
        covariates=covariates,
        method=method,
        cluster=cluster,
        allow_gaps=allow_gaps,
        inference=inference,
    )
    references = np.unique(effects.bases - effects.cohorts)
    if references.size > 1:
        raise MethodError(
            f"Waktu yang hilang membuat kohort tidak beracuan sama: {some(references)} dari awal "
            "perlakuan. Perbaikan: keluarkan kohort yang mulai tepat sesudah waktu yang hilang, "
            "atau pakai att_gt dengan rata-rata 'simple'."
        )
    average = aggregate(effects, "dynamic", balance=balance)
    return EventStudy(
        outcome=outcome,
        times=average.terms,
        estimates=average.estimates,
        covariance=average.covariance,
        reference=int(references[0]),
        n_units=len(effects.panel.units),
        n_clusters=effects.sampling.n_clusters,
        df=float(average.df.min()),
        term_df=average.df,
        n_treated=average.n_treated,
        contributions=average.contributions,
        sampling=effects.sampling,
        notes=tuple(effects.notes),
    )
