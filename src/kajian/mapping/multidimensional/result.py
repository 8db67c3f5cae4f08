"""What a counting measure says: for everybody, by indicator, by dimension, by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.language import format_number, format_percent

# What stands beside an estimate T, as columns T_std_error and so on.
PARTS = ("std_error", "conf_low", "conf_high", "rse_pct", "label")
NO_DESIGN = "tanpa rancangan"


@dataclass(frozen=True, slots=True, eq=False)
class MultidimensionalPoverty:
    """Multidimensional poverty (Alkire-Foster).

    Beside every estimate T stand T_std_error, T_conf_low, T_conf_high, T_rse_pct and T_label (how
    far it may be shown, see `kajian.mapping.survey.result.DomainEstimates`). Without a survey
    design, errors are missing and the label is `NO_DESIGN`: a register has no sampling error, and
    of a sample it would have to be known how it was drawn.

    H, M0, M1, M2 and headcounts are shares from 0 to 1 of persons (of households without `size`).
    A, 0 to 1, and contributions are missing where nobody is poor; everything is missing for a
    group without households. Limits are missing for an estimate of exactly 0 or 1.

    Attributes
    ----------
    measures
        term (H, A, M0; M1 and M2 with gaps), estimate, std_error, conf_low, conf_high, rse_pct,
        label. H: the poor; A: mean share of weighted deprivations that a poor person bears;
        M0 = H A.
    indicators
        code, dimension, weight; headcount: deprived; censored: deprived and poor;
        contribution_pct: part of M0. The weighted sum of `censored` is M0.
    dimensions
        dimension, weight; contribution_pct.
    by_group
        group, n (households), population_share (0 to 1), contribution_pct (of the group to M0 of
        all), and the measures.
    group_indicators, group_dimensions
        As `indicators` and `dimensions`, for each group; contributions are to M0 of the group.
    k
        Poverty cutoff.
    level
        Of the confidence intervals.
    n
        Households.
    df_design
        Clusters minus strata, or None without a design.
    """

    measures: pd.DataFrame
    indicators: pd.DataFrame
    dimensions: pd.DataFrame
    by_group: pd.DataFrame
    group_indicators: pd.DataFrame
    group_dimensions: pd.DataFrame
    k: float
    level: float
    n: int
    df_design: int | None

    @property
    def H(self) -> float:  # noqa: N802
        """Headcount ratio: share of persons who are poor."""
        return self._measured("H", "estimate")

    @property
    def A(self) -> float:  # noqa: N802
        """Intensity: mean weighted share of deprivations among the poor."""
        return self._measured("A", "estimate")

    @property
    def M0(self) -> float:  # noqa: N802
        """Adjusted headcount ratio."""
        return self._measured("M0", "estimate")

    def tidy(self) -> pd.DataFrame:
        """Return the measures, one row per term; there is no hypothesis and so no p-value."""
        return self.measures.copy()

    def _estimate(self, term: str) -> float:
        return self._measured(term, "estimate")

    def _measured(self, term: str, column: str) -> float:
        return float(self.measures.loc[self.measures["term"] == term, column].iloc[0])

    def __str__(self) -> str:
        said = (
            f"Kemiskinan multidimensi (Alkire-Foster) dari {format_number(self.n, 0)} rumah "
            f"tangga, {len(self.indicators)} indikator, k = {format_number(self.k, 2)}: "
        )
        if self.H == 0:
            return said + "tidak ada yang miskin"
        most = self.dimensions.nlargest(1, "contribution_pct").iloc[0]
        rest = "tanpa galat baku, karena rancangan survei tidak diberikan"
        if self.df_design is not None:
            error = self._measured("M0", "std_error")
            shown = "tidak terhitung" if np.isnan(error) else format_number(error, 4)
            rest = f"galat baku M0 {shown} menurut rancangan ({self.df_design} derajat bebas)"
        return (
            f"{said}H {format_percent(100 * self.H, 1)}, A {format_percent(100 * self.A, 1)}, "
            f"M0 {format_number(self.M0, 4)}; {rest}; penyumbang terbesar: {most['dimension']} "
            f"({format_percent(most['contribution_pct'], 1)})"
        )
