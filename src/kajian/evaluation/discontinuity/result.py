"""What a discontinuity design found at its cutoff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.evaluation.discontinuity.local_polynomial import Kernel
from kajian.language import format_number, format_p_value
from kajian.linear.power import mde


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump at the cutoff, right minus left, with its test of zero and its interval."""

    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True, eq=False)
class RegressionDiscontinuity:
    """A jump at a cutoff. Estimates are in the unit of the outcome.

    It is the effect of crossing the cutoff for units at the cutoff, and for no others, when nothing
    else changes there and units cannot place themselves on a side of their choice.

    Attributes
    ----------
    conventional
        Local polynomial estimate; its interval ignores the bias and is too narrow at an
        MSE-optimal bandwidth.
    robust
        Bias-corrected estimate with the interval to report.
    first_stage
        Robust jump of the treatment, in a fuzzy design; otherwise None.
    limit_left, limit_right
        Fitted outcome at the cutoff from each side, without covariates.
    cutoff, h, b
        In units of x: the cutoff, the bandwidth, and the bandwidth of the bias.
    order, kernel, level
        The choices made.
    n_left, n_right
        Rows with positive weight within h.
    n_obs, n_dropped
        Rows used for the design, and rows left out because a value is missing.
    repeated_share
        Share of rows that repeat another value of x: the larger of the two sides.
    n_clusters
        Clusters within h and b, or None; with clusters df is one less, otherwise infinite.
    df
        Degrees of freedom of the t distribution.
    note
        What a reader must know, in Indonesian; empty when there is nothing to say.
    """

    conventional: Jump
    robust: Jump
    first_stage: Jump | None
    limit_left: float
    limit_right: float
    cutoff: float
    h: float
    b: float
    order: int
    kernel: Kernel
    level: float
    n_left: int
    n_right: int
    n_obs: int
    n_dropped: int
    repeated_share: float
    n_clusters: int | None
    df: float
    note: str

    def mde(self, power: float = 0.8) -> float:
        """Smallest true jump that the robust test finds with this power, in units of y."""
        return mde(self.robust.std_error, df=self.df, level=1 - self.level, power=power)

    def tidy(self) -> pd.DataFrame:
        """Return rows `conventional`, `robust` and, in a fuzzy design, `first_stage`."""
        jumps = {"conventional": self.conventional, "robust": self.robust}
        if self.first_stage is not None:
            jumps["first_stage"] = self.first_stage
        columns = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
        rows = [[term, *(getattr(jump, name) for name in columns)] for term, jump in jumps.items()]
        return pd.DataFrame(rows, columns=["term", *columns])

    def __str__(self) -> str:
        kind = "Lompatan" if self.first_stage is None else "Dampak (rasio Wald)"
        robust = self.robust
        lines = [
            f"{kind} di ambang {format_number(self.cutoff, 2)}: "
            f"{format_number(self.conventional.estimate, 3)}; selang "
            f"{format_number(100 * self.level, 0)}% tahan bias "
            f"{format_number(robust.conf_low, 3)} sampai {format_number(robust.conf_high, 3)} "
            f"({format_p_value(robust.p_value)})",
            f"Polinomial derajat {self.order}, kernel {self.kernel}, lebar pita "
            f"{format_number(self.h, 3)} (bias {format_number(self.b, 3)}): "
            f"{self.n_left} baris di kiri dan {self.n_right} di kanan",
            f"Dampak terkecil yang terdeteksi dengan kuasa 80%: {format_number(self.mde(), 3)}",
        ]
        return "\n".join([*lines, *([self.note] if self.note else [])])


def jump_of(estimate: float, variance: float, level: float, df: float) -> Jump:
    """Test and interval of an estimate; without variance the p-value of a jump is zero."""
    se = float(np.sqrt(variance))
    half = float(stdtrit(df, (1 + level) / 2)) * se
    t = abs(estimate) / se if se > 0 else np.inf
    return Jump(estimate, se, float(2 * stdtr(df, -t)), estimate - half, estimate + half)
