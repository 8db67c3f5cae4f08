"""What effects by cohort and time know about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kajian.evaluation.differences.inference import (
    Inference,
    Sampling,
    interval_table,
)
from kajian.evaluation.differences.joint_test import JointTest, joint_test
from kajian.evaluation.differences.panel import Panel
from kajian.evaluation.differences.panel_check import Integers
from kajian.evaluation.differences.two_period import Method
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats

Control = Literal["never", "not_yet"]
BasePeriod = Literal["varying", "universal"]


@dataclass(frozen=True, slots=True, eq=False)
class GroupTime:
    """Effects on cohorts at times, in units of the outcome: m cells, by cohort and time.

    Attributes
    ----------
    cohorts, times, bases
        Cohort, time and base time of each cell, shape (m,).
    estimates
        ATT(g, t), shape (m,); before treatment, estimates of a difference in trends.
    influence
        Influence of each unit on each cell, shape (N, m), with column means zero.
    contributions
        The same summed by cluster, shape (G, m), so that their cross product is the covariance.
    std_errors, df
        Shape (m,); degrees of freedom of t, infinite with ``"large"`` inference.
    n_treated, n_controls
        Units compared in each cell, shape (m,).
    without_control
        Pairs of cohort and time for which no untreated unit remains; they are not estimated.
    control, base_period, anticipation, method, inference
        The choices made; `method` is None without covariates.
    panel, sampling
        The data, and the grouping of units for inference.
    """

    cohorts: Integers
    times: Integers
    bases: Integers
    estimates: Floats
    influence: Floats
    contributions: Floats
    std_errors: Floats
    df: Floats
    n_treated: Integers
    n_controls: Integers
    without_control: tuple[tuple[int, int], ...]
    control: Control
    base_period: BasePeriod
    anticipation: int
    method: Method | None
    inference: Inference
    panel: Panel
    sampling: Sampling

    @property
    def covariance(self) -> Floats:
        """Covariance of the estimates, shape (m, m)."""
        return self.contributions.T @ self.contributions

    @property
    def after(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the cohort is treated at the time, shape (m,)."""
        return self.times >= self.cohorts

    @property
    def notes(self) -> list[str]:
        """What was left out and what to beware of, in Indonesian."""
        return [*self.panel.notes, *self.sampling.notes]

    def pretrend(self) -> JointTest:
        """Test that all effects before treatment, and before anticipation, are zero.

        Raises
        ------
        MethodError
            When there is none, or too few clusters for so many.
        """
        before = self.times < self.cohorts - self.anticipation
        return joint_test(self.estimates[before], self.contributions[:, before], self.sampling)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row per cell: the common columns, ``cohort, time, base, n_treated, n_controls``."""
        terms = [f"{g}:{t}" for g, t in zip(self.cohorts, self.times, strict=True)]
        table = interval_table(terms, self.estimates, self.std_errors, self.df, level)
        return table.assign(
            cohort=self.cohorts,
            time=self.times,
            base=self.bases,
            n_treated=self.n_treated,
            n_controls=self.n_controls,
        )

    def __str__(self) -> str:
        who = "tidak pernah" if self.control == "never" else "belum atau tidak pernah"
        columns = ["cohort", "time", "base", "estimate", "std_error", "p_value"]
        lines = [
            f"Dampak per kohort dan waktu (Callaway & Sant'Anna), {len(self.panel.units)} unit, "
            f"{self.sampling.n_clusters} klaster; pembanding: yang {who} diperlakukan"
        ]
        lines += [
            f"  kohort {g} pada {t} (dasar {b}): {format_number(estimate, 3)} (galat baku "
            f"{format_number(error, 3)}; {format_p_value(p)})"
            for g, t, b, estimate, error, p in self.tidy()[columns].astype(object).to_numpy()
        ]
        if self.without_control:
            cells = ", ".join(f"{g} pada {t}" for g, t in self.without_control)
            lines.append(f"Tanpa pembanding, tidak diduga: kohort {cells}")
        return "\n".join([*lines, *self.notes])
