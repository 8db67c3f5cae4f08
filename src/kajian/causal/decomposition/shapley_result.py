"""What a Shapley decomposition knows about itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kajian.causal.decomposition.inequality import LABELS
from kajian.language import format_number, format_percent
from kajian.linear.fixed_effects import Floats

TOTAL = "(total)"


@dataclass(frozen=True, slots=True, eq=False)
class Shapley:
    """An inequality, or an R2, shared among factors.

    Attributes
    ----------
    measure
        What is shared: gini, theil, mld, variance or r2.
    factors
        The m names; ``"(residual)"`` is what a regression leaves.
    contributions
        Shape (m,), in units of the measure; they add up to `total` and may be negative.
    total
        The measure itself.
    replicates
        Contributions in every bootstrap draw, shape (draws, m); None without draws.
    df, level
        Degrees of freedom (clusters minus strata) and level of the intervals.
    n_obs, n_dropped
        Rows used, and rows left out because a value is missing.
    """

    measure: str
    factors: tuple[str, ...]
    contributions: Floats
    total: float
    replicates: Floats | None
    df: int
    level: float
    n_obs: int
    n_dropped: int

    @property
    def shares(self) -> Floats:
        """Contributions over the total, shape (m,)."""
        return self.contributions / self.total

    def tidy(self) -> pd.DataFrame:
        """Return one row per factor, and ``"(total)"`` last.

        Columns: term, estimate (contribution), share (of the total). With draws also std_error,
        conf_low, conf_high of the contribution, and share_low, share_high: t intervals around the
        estimate, with the standard deviation over the draws (a flexible factor gets more in every
        draw than in the sample, so that percentiles would lie too high). There is no p-value: a
        contribution in a sample is not zero when the factor's true one is.
        """
        table = pd.DataFrame(
            {
                "term": [*self.factors, TOTAL],
                "estimate": np.append(self.contributions, self.total),
                "share": np.append(self.shares, 1.0),
            }
        )
        if self.replicates is None:
            return table
        drawn = np.column_stack([self.replicates, self.replicates.sum(axis=1)])
        t = float(stdtrit(self.df, (1 + self.level) / 2))
        error = drawn.std(axis=0, ddof=1)
        share_error = (drawn / drawn[:, -1:]).std(axis=0, ddof=1)
        return table.assign(
            std_error=error,
            conf_low=table["estimate"] - t * error,
            conf_high=table["estimate"] + t * error,
            share_low=table["share"] - t * share_error,
            share_high=table["share"] + t * share_error,
        )

    def __str__(self) -> str:
        table = self.tidy()
        lines = [
            f"{LABELS[self.measure]} {format_number(self.total, 4)} menurut faktor (Shapley; n = "
            f"{self.n_obs}, {self.n_dropped} baris tak lengkap dilewati)"
        ]
        for _, row in table.iloc[:-1].iterrows():
            text = f"  {row['term']}: {format_percent(100 * row['share'], 1)}"
            if self.replicates is not None:
                low, high = (
                    format_percent(100 * row[f"share_{end}"], 1) for end in ("low", "high")
                )
                text += f" ({format_percent(100 * self.level, 0)}: {low} sampai {high})"
            lines.append(text)
        lines.append("  Penguraian menyatakan keterkaitan, bukan sebab.")
        return "\n".join(lines)
