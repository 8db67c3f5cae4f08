"""Multidimensional poverty by Alkire and Foster's counting method, with errors under the design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.multidimensional.counts import Totals, deprivation_counts, group_totals, scores
from kajian.mapping.multidimensional.households import (
    Bools,
    Floats,
    Households,
    checked_households,
)
from kajian.mapping.multidimensional.result import MultidimensionalPoverty
from kajian.mapping.multidimensional.shares import checked_cutoff, checked_shares
from kajian.mapping.multidimensional.tables import (
    Sample,
    dimension_table,
    indicator_table,
    measure_table,
    stacked,
)
from kajian.mapping.survey.design import SurveyDesign


def alkire_foster(
    deprivations: ArrayLike | pd.DataFrame,
    weights: ArrayLike | pd.Series,
    k: float,
    sample_weights: ArrayLike | None = None,
    *,
    by: ArrayLike | None = None,
    size: ArrayLike | None = None,
    design: SurveyDesign | None = None,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
    gaps: ArrayLike | None = None,
) -> MultidimensionalPoverty:
    """Measure who is poor in many ways at once, how poor, and in what.

    A household is poor when the weights of what it is deprived in add up to `k` or more.

    Parameters
    ----------
    deprivations
        Shape (n, d): True or 1 where the household is deprived, as from
        `deprivations.deprivation_matrix`. Booleans are fastest, in a DataFrame or
        a Fortran-ordered array; other numbers are checked first.
    weights
        Shape (d,), positive, sums to 1. A Series indexed by dimension and code, as from
        `deprivations.nested_weights`, names the indicators, groups them into
        dimensions, and is matched to the columns of a DataFrame by code.
    k
        Poverty cutoff, above 0 up to 1. Any deprivation is enough (union) with the smallest
        weight; all are needed (intersection) with 1. The paper's k of 2 in 4 is 0.5.
    sample_weights
        Shape (n,), households that each stands for; not needed with a design.
    by
        Shape (n,), the group of each household, such as its kelurahan.
    size
        Shape (n,), persons in the household, so that measures are about persons; without it, about
        households.
    design
        How a sample was drawn. Without it (a register, a census) there are no standard errors.
    domains
        All groups in the order wanted, also those without households.
    level
        Of the confidence intervals.
    gaps
        Shape (n, d), for cardinal indicators: how far below its cutoff a household is, as a share
        of that cutoff (0 to 1; 0 where not deprived). Adds M1 and M2.

    Returns
    -------
    MultidimensionalPoverty

    Raises
    ------
    MethodError
        When weights do not sum to 1 or do not match the indicators, k or a gap is out of range,
        lengths differ, values are missing or not 0 and 1, or sample weights contradict the design.

    Notes
    -----
    Alkire and Foster (2011), Counting and multidimensional poverty measurement, Journal of Public
    Economics 95, 476-487: H, A, M0 = HA, M1, M2, and the decompositions by group and by indicator.
    Censored headcounts: Alkire, Foster, Seth, Santos, Roche and Ballon (2015), Multidimensional
    Poverty Measurement and Analysis, Oxford University Press, ch. 5. Standard errors are those of
    `survey.domains.domain_mean`: H, M0 and headcounts are means over persons, A is the mean
    over poor persons, contributions are ratios. Indicators, weights and k are taken as given;
    `kajian.mapping.multidimensional.robustness.robustness` shows what they do.
    """
    checked_cutoff(k)
    if not 0 < level < 1:
        raise MethodError(f"Taraf {level} di luar 0-1. Perbaikan: isi misalnya level=0.95.")
    if design is not None:
        sample_weights = _weights_of_design(sample_weights, design)
    households = checked_households(deprivations, sample_weights, by, size, domains)
    shares = checked_shares(weights, deprivations, len(households.columns))
    weight = shares.to_numpy()
    severity = {}
    if gaps is not None:
        matrix = households.matrix()
        gap, (_, poor) = _checked_gaps(gaps, matrix), scores(matrix, weight, k)
        severity = {"M1": poor * (gap @ weight), "M2": poor * (gap**2 @ weight)}
    sample = None if design is None else Sample.of(households, size, design, weight, k, level)
    totals = group_totals(deprivation_counts(households), weight, k)

    def tables(groups: Households, found: Totals) -> tuple[pd.DataFrame, ...]:
        return (
            measure_table(groups, found, sample, severity),
            indicator_table(groups, found, shares, sample),
            dimension_table(groups, found, shares, sample),
        )

    whole = tables(households.together(), totals.together())
    parts = whole if by is None else tables(households, totals)
    return MultidimensionalPoverty(
        measures=stacked(whole[0]),
        indicators=whole[1].drop(columns="group"),
        dimensions=whole[2].drop(columns="group"),
        by_group=parts[0],
        group_indicators=parts[1],
        group_dimensions=parts[2],
        k=float(k),
        level=level,
        n=households.persons.size,
        df_design=None if design is None else _degrees_of_freedom(design),
    )


def _weights_of_design(sample_weights: ArrayLike | None, design: SurveyDesign) -> Floats:
    """Take the weights of the design, and refuse others beside them."""
    if sample_weights is not None and not np.array_equal(
        np.asarray(sample_weights, dtype=float), design.weights
    ):
        raise MethodError(
            "Penimbang (sample_weights) berbeda dari penimbang rancangan. "
            "Perbaikan: isi rancangan saja, atau samakan keduanya."
        )
    return design.weights


def _degrees_of_freedom(design: SurveyDesign) -> int:
    return int(pd.Series(design.cluster).nunique() - pd.Series(design.strata).nunique())


def _checked_gaps(gaps: ArrayLike, deprived: Bools) -> Floats:
    gap = np.asarray(gaps, dtype=float)
    if gap.shape != deprived.shape:
        raise MethodError(
            f"Kesenjangan (gaps) berbentuk {gap.shape}, deprivasi {deprived.shape}. "
            "Perbaikan: ambil keduanya dari tabel yang sama."
        )
    wrong = ~((gap >= 0) & (gap <= 1)) | (gap > 0) & ~deprived
    if wrong.any():
        row, column = np.argwhere(wrong)[0] + 1
        raise MethodError(
            f"{int(wrong.sum())} kesenjangan (gaps) kosong, di luar 0-1, atau tidak nol padahal "
            f"tidak terdeprivasi, pertama di baris {row} kolom {column}. Perbaikan: isi "
            "(batas - nilai) / batas bila terdeprivasi, dan 0 bila tidak."
        )
    return gap
