"""What a decomposition of the difference between two groups knows about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kajian.language import format_number, format_percent

TOTAL = "(total)"
PARTS = {
    "difference": "selisih",
    "endowments": "susunan",
    "coefficients": "koefisien",
    "interaction": "interaksi",
    "explained": "terjelaskan",
    "unexplained": "tak terjelaskan",
}
REFERENCES = {
    "A": "koefisien kelompok A",
    "B": "koefisien kelompok B",
    "neumark": "gabungan tanpa penanda kelompok",
    "jann": "gabungan dengan penanda kelompok",
    "cotton": "rata-rata tertimbang kedua kelompok",
}


@dataclass(frozen=True, slots=True, eq=False)
class Oaxaca:
    """A difference between the means of two groups, split by an Oaxaca-Blinder decomposition.

    Attributes
    ----------
    outcome, group
        Names; every part is in units of the outcome.
    groups, means, n_obs
        Labels of the groups A and B, their mean outcomes, and their rows.
    difference
        Mean of A minus mean of B.
    reference
        Whose coefficients price the explained part (see `oaxaca`).
    table
        One row per part and term (see `tidy`).
    base_dependent
        Categorical terms whose own rows in the parts "coefficients" and "unexplained" (where they
        enter an interaction: in every part) depend on the choice of base category; totals do not.
    n_dropped
        Rows left out because a value is missing.
    n_clusters, df
        Clusters, or None, and degrees of freedom of the t distribution.
    level
        Of the intervals.
    """

    outcome: str
    group: str
    groups: tuple[Any, Any]
    means: tuple[float, float]
    n_obs: tuple[int, int]
    difference: float
    reference: str
    table: pd.DataFrame
    base_dependent: tuple[str, ...]
    n_dropped: int
    n_clusters: int | None
    df: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per part and term.

        Columns: part (difference; endowments, coefficients, interaction; explained, unexplained),
        term (``"(total)"`` or a term of the formula), estimate, std_error, p_value, conf_low,
        conf_high. The threefold parts add up to the difference, and so do the twofold ones; the
        terms of a part add up to its total. The constant has no row where it cannot contribute.
        """
        return self.table.copy()

    @property
    def overall(self) -> pd.DataFrame:
        """The totals only: one row per part, indexed by it."""
        return self.table[self.table["term"] == TOTAL].set_index("part").drop(columns="term")

    def __str__(self) -> str:
        first, second = self.groups
        lines = [
            f"Selisih {self.outcome} {first} ({format_number(self.means[0], 3)}; n = "
            f"{self.n_obs[0]}) dan {second} ({format_number(self.means[1], 3)}; n = "
            f"{self.n_obs[1]}): {format_number(self.difference, 3)}; acuan: "
            f"{REFERENCES[self.reference]}; {self.n_dropped} baris tak lengkap dilewati"
        ]
        lines += [
            f"  {PARTS[part]}: {format_number(estimate, 3)} "
            f"({format_percent(100 * self.level, 0)}: {format_number(low, 3)} sampai "
            f"{format_number(high, 3)})"
            for part, estimate, low, high in self.overall[["estimate", "conf_low", "conf_high"]]
            .reset_index()
            .to_numpy()
        ]
        lines.append("  Bagian tak terjelaskan memuat semua yang tidak ada dalam rumus.")
        if self.base_dependent:
            lines.append(
                f"  Rincian koefisien {', '.join(self.base_dependent)} bergantung pada kategori "
                "acuannya; jumlahnya tidak."
            )
        return "\n".join(lines)
