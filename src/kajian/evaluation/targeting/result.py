"""What targeting found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.targeting.quantities import NAMES
from kajian.language import format_interval, format_number, format_percent, format_rupiah

ALL = "semua"
SHOWN = ("coverage", "leakage", "ineligible_reached", "exclusion_excess", "leakage_excess")


@dataclass(frozen=True, slots=True, eq=False)
class Targeting:
    """Whom a programme reaches. Shares run from 0 to 1.

    Attributes
    ----------
    measures
        One row per group and term (see `targeting`), the whole first (``by`` and ``group`` are
        ``semua``): ``by, group, term, estimate, std_error, p_value, conf_low, conf_high, n,
        clusters, df, label``. ``n`` and ``clusters`` are those of the denominator; ``df`` are its
        clusters minus strata. The label is ``tampil``; ``ditahan``, fewer than `minimum` rows;
        ``tanpa dasar``, no row in the denominator; or ``tanpa galat``, an estimate whose error
        cannot be computed (one cluster, or no variation).
    comparisons
        One row per grouping, term and group: the group minus ``versus``, which is the other group
        where there are two and all others (``lainnya``) where there are more, with the columns
        above and ``p_holm``, adjusted for the groups of that grouping and term.
    incidence
        One row per tenth of welfare (1 poorest) and term, with the same columns: ``coverage``,
        ``benefit_share`` and ``cumulative_share``. Empty without welfare.
    population, eligible, recipients, eligible_reached
        Weighted totals of rows, such as households.
    n
        Rows.
    sampling
        False for a census: its figures are exact, so that errors, p-values and intervals are
        missing.
    bottom
        Share of the population in the CGH index.
    level, minimum
        Of the intervals; fewest rows that are shown.
    """

    measures: pd.DataFrame
    comparisons: pd.DataFrame
    incidence: pd.DataFrame
    population: float
    eligible: float
    recipients: float
    eligible_reached: float
    n: int
    sampling: bool
    bottom: float
    level: float
    minimum: int

    def measure(self, term: str) -> pd.Series:
        """Return the row of `measures` for the whole.

        Raises
        ------
        MethodError
            When there is no such term.
        """
        whole = self.measures[self.measures["by"] == ALL].set_index("term")
        if term not in whole.index:
            raise MethodError(
                f"Ukuran '{term}' tidak ada. Perbaikan: pilih salah satu dari "
                f"{', '.join(whole.index)}."
            )
        return whole.T[term]

    def tidy(self) -> pd.DataFrame:
        """Return `measures`."""
        return self.measures.copy()

    def __str__(self) -> str:
        unit = "rumah tangga" if self.sampling else "rumah tangga; sensus, tanpa galat sampel"
        lines = [
            f"Ketepatan sasaran: {format_number(self.recipients, 0)} penerima, "
            f"{format_number(self.eligible, 0)} berhak, dari "
            f"{format_number(self.population, 0)} {unit}"
        ]
        for term in SHOWN:
            lines.append(f"  {NAMES[term]}: {_words(self.measure(term), self.level)}")
        cost = self.measures.query("by == @ALL and term == 'cost_per_eligible_rp'")["estimate"]
        if cost.notna().any():
            lines.append(f"  {NAMES['cost_per_eligible_rp']}: {format_rupiah(cost.iloc[0])}")
        held = int((self.measures["label"] == "ditahan").sum())
        if held:
            lines.append(f"  {held} angka ditahan karena kurang dari {self.minimum} baris")
        return "\n".join(lines)


def _words(row: pd.Series, level: float) -> str:
    if np.isnan(row["estimate"]):
        return str(row["label"])
    share = format_percent(100 * row["estimate"], 1)
    if np.isnan(row["conf_low"]):
        return share
    interval = format_interval(100 * row["conf_low"], 100 * row["conf_high"], "persen", 1)
    return f"{share} (selang {format_number(100 * level, 0)}%: {interval})"
