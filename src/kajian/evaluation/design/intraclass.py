"""How alike the members of a cluster are, from data of before the draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtri

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.linear.frame import codes_of, require_columns


@dataclass(frozen=True, slots=True, eq=False)
class IntraclassCorrelation:
    """Intraclass correlation and the cluster sizes that a design needs to know.

    Attributes
    ----------
    outcome, cluster
        Columns.
    icc
        ANOVA estimate; it may be slightly negative. For planning use ``max(icc, 0)``.
    conf_low, conf_high, level
        Interval from the F distribution, exact for equal sizes and normal data.
    sd
        Square root of the sum of both variance components, in units of the outcome.
    n, n_clusters, mean_size, cv
        Rows, clusters, rows per cluster and their coefficient of variation.
    """

    outcome: str
    cluster: str
    icc: float
    conf_low: float
    conf_high: float
    level: float
    sd: float
    n: int
    n_clusters: int
    mean_size: float
    cv: float

    def tidy(self) -> pd.DataFrame:
        """Return one row; ``std_error`` and ``p_value`` are missing."""
        return pd.DataFrame(
            {
                "term": ["icc"],
                "estimate": self.icc,
                "std_error": np.nan,
                "p_value": np.nan,
                "conf_low": self.conf_low,
                "conf_high": self.conf_high,
            }
        )

    def __str__(self) -> str:
        return (
            f"Korelasi dalam {self.cluster} untuk {self.outcome}: {format_number(self.icc, 3)} "
            f"(selang kepercayaan {format_number(100 * self.level, 0)}%: "
            f"{format_number(self.conf_low, 3)} sampai {format_number(self.conf_high, 3)}); "
            f"{self.n_clusters} klaster, rata-rata {format_number(self.mean_size, 1)} baris, "
            f"koefisien keragaman ukuran {format_number(self.cv, 2)}"
        )


def intraclass_correlation(
    data: pd.DataFrame, outcome: str, cluster: str, *, level: float = 0.95
) -> IntraclassCorrelation:
    """Estimate the intraclass correlation by analysis of variance.

    With mean squares MSB between and MSW within clusters of average size m0 (corrected for unequal
    sizes), icc = (MSB - MSW) / (MSB + (m0 - 1) MSW) (Donner & Klar 2000).

    Parameters
    ----------
    data
        One row per observation at baseline; rows without outcome or cluster are left out.
    outcome, cluster
        Numeric column, and the column with the future unit of assignment.
    level
        Confidence level.

    Raises
    ------
    MethodError
        Fewer than two clusters, no cluster with two rows, an outcome that does not vary within
        clusters, a level outside (0, 1).
    """
    require_columns(data, [outcome, cluster])
    rows = data[[outcome, cluster]].dropna()
    codes = codes_of(rows[cluster])
    sizes = np.bincount(codes)
    n, groups = len(rows), sizes.size
    if groups < 2 or n <= groups or not 0 < level < 1:
        raise MethodError(
            f"Korelasi dalam klaster tidak dapat ditaksir dari {n} baris dalam {groups} klaster "
            f"pada tingkat {level}. Perbaikan: perlu dua klaster atau lebih dengan beberapa baris, "
            "dan tingkat kepercayaan di antara 0 dan 1."
        )
    y = rows[outcome].to_numpy(dtype=float)
    means = np.bincount(codes, y) / sizes
    within = float(((y - means[codes]) ** 2).sum()) / (n - groups)
    between = float((sizes * (means - y.mean()) ** 2).sum()) / (groups - 1)
    if within <= 1e-18 * max(between, float((y**2).mean())):
        raise MethodError(
            f"Hasil {outcome} tidak berubah di dalam {cluster}, sehingga korelasinya satu menurut "
            "rancangan. Perbaikan: pakai hasil tingkat baris, atau rencanakan per klaster."
        )
    typical = (n - (sizes**2).sum() / n) / (groups - 1)
    ratio = between / within
    quantiles = fdtri(groups - 1, n - groups, [(1 + level) / 2, (1 - level) / 2])
    low, high = ((f - 1) / (f + typical - 1) for f in ratio / quantiles)
    return IntraclassCorrelation(
        outcome=outcome,
        cluster=cluster,
        icc=(ratio - 1) / (ratio + typical - 1),
        conf_low=float(low),
        conf_high=float(high),
        level=level,
        sd=float(np.sqrt(within + max(between - within, 0.0) / typical)),
        n=n,
        n_clusters=groups,
        mean_size=n / groups,
        cv=float(sizes.std() / sizes.mean()),
    )
