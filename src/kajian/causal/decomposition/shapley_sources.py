"""Shapley decomposition of inequality by source of income (Shorrocks 2013)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.causal.decomposition.inequality import LABELS, Measure, inequality
from kajian.causal.decomposition.sampling import (
    bootstrapped,
    cluster_codes,
    degrees_of_freedom,
    positive_weights,
)
from kajian.causal.decomposition.shapley import contributions
from kajian.causal.decomposition.shapley_result import Shapley
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import require_columns

ROUNDING = 1e-13
SOURCE_MEASURES = ("gini", "theil", "mld", "variance")


def shapley_sources(
    data: pd.DataFrame,
    sources: Sequence[str],
    *,
    measure: Measure = "gini",
    weights: str | None = None,
    cluster: str | None = None,
    strata: str | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> Shapley:
    """Share the inequality of total income among its sources.

    What a source contributes is how much inequality falls when everybody receives its mean
    instead, averaged over all orders in which sources may be made equal (Shorrocks
    2013). For the variance this is the covariance of the source with the total (Shorrocks 1982).

    Parameters
    ----------
    data
        One row per household or person.
    sources
        Columns that add up to total income, in one unit; at most 12. A loss may be negative.
    measure
        ``"gini"``, ``"theil"``, ``"mld"``, or ``"variance"`` (in squared units).
    weights
        Column of survey weights, positive (times household size, for inequality of persons).
    cluster, strata
        Columns of the survey's design, for the bootstrap.
    draws, rng
        Bootstrap draws (200 or more; 0 for none) and their source of randomness.
    level
        Of the intervals.

    Raises
    ------
    MethodError
        Missing column or value, a source twice, a total that does not vary, a value that the
        measure does not allow once some sources are equal for all, weights that are not positive,
        an unknown measure, or a design that cannot be resampled.

    References
    ----------
    Shorrocks (2013), "Decomposition procedures for distributional analysis: a unified framework
    based on the Shapley value", Journal of Economic Inequality 11, 99-126. Shorrocks (1982),
    "Inequality decomposition by factor components", Econometrica 50, 193-211.
    """
    if measure not in SOURCE_MEASURES or not 0 < level < 1:
        raise MethodError(
            f"Ukuran {measure!r} atau taraf {level:g} tidak dikenal. Perbaikan: pilih ukuran "
            f"{', '.join(SOURCE_MEASURES)}, dan taraf di antara 0 dan 1."
        )
    names = [sources] if isinstance(sources, str) else list(sources)
    columns = [*names, *(name for name in (weights, cluster, strata) if name)]
    require_columns(data, columns)
    if not names or len(set(names)) < len(names):
        raise MethodError(
            f"Daftar sumber {', '.join(names)} kosong atau berulang. "
            "Perbaikan: sebut setiap sumber sekali."
        )
    for name in columns:
        numeric = name not in names or pd.api.types.is_numeric_dtype(data[name])
        wrong = data[name].isna() if numeric else pd.Series(True, index=data.index)
        if wrong.any():
            raise MethodError(
                f"Kolom {name} kosong atau bukan angka pada {int(wrong.sum())} baris (indeks "
                f"pertama: {data.index[wrong][0]}). Perbaikan: isi 0 bila sumber itu tidak ada, "
                "atau keluarkan barisnya."
            )
    parts = data[names].to_numpy(dtype=float).T
    w = positive_weights(data, weights)
    codes, stratum = cluster_codes(data, cluster), cluster_codes(data, strata)
    # An order of its own, so that neither sums nor draws depend on the order of the table.
    order = np.lexsort([*parts, w, *(each for each in (codes, stratum) if each is not None)])
    parts, w = parts[:, order], w[order]
    codes, stratum = (None if each is None else each[order] for each in (codes, stratum))
    income = parts.sum(axis=0)
    if not np.isfinite(income).all() or np.ptp(income) == 0:
        raise MethodError(
            "Jumlah sumber tak terhingga atau sama bagi semua baris. Perbaikan: periksa kolomnya."
        )

    def shares(weight: Floats) -> Floats:
        kept = weight > 0
        mean = income[kept] @ weight[kept] / weight.sum()
        return contributions(
            parts[:, kept], weight[kept], measure, lambda sums: _allowed(sums + mean, measure)
        )

    return Shapley(
        measure=measure,
        factors=tuple(names),
        contributions=shares(w),
        total=float(inequality(income, w, measure)),
        replicates=bootstrapped(shares, w, codes, stratum, draws, rng),
        df=degrees_of_freedom(w.size, codes, stratum),
        level=level,
        n_obs=w.size,
        n_dropped=0,
    )


def _allowed(values: Floats, measure: Measure) -> Floats:
    """Refuse incomes for which the measure is not defined; rounding counts as zero."""
    smallest, zero = float(values.min()), ROUNDING * float(np.abs(values).max())
    if measure == "variance" or smallest > (-zero if measure == "gini" else zero):
        return values
    raise MethodError(
        f"{LABELS[measure]} tidak terdefinisi: pendapatan {smallest:.3g} muncul bila sebagian "
        "sumber disamaratakan. Perbaikan: periksa sumber yang nol atau negatif, atau pakai ukuran "
        "gini (tanpa nilai negatif) atau variance."
    )
