"""Theil's T and the mean log deviation under a survey's design, whole or by group."""

from __future__ import annotations

from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import Linearised, Measure, checked, measured, population
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.theil_decomposition import TheilDecomposition, decomposed

NAMES = {"theil": "Indeks Theil T", "mld": "Indeks Theil L (deviasi log rata-rata)"}


@overload
def theil(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: None = None,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure: ...
@overload
def theil(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: ArrayLike | pd.DataFrame,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> TheilDecomposition: ...
def theil(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: ArrayLike | pd.DataFrame | None = None,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure | TheilDecomposition:
    """Estimate Theil's T, ``mean((x / m) ln(x / m))`` with m the mean.

    Parameters
    ----------
    x
        Shape (n,), positive, any unit.
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    by
        Shape (n,), the group of every row; or a table of nested groups, coarsest first, such as
        kecamatan and kelurahan. With it, inequality between and within groups.
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for inequality between persons.
    level
        Of the confidence intervals.

    Returns
    -------
    Measure or TheilDecomposition

    Raises
    ------
    MethodError
        When lengths differ, a number or group is missing, x, a weight or a size is not positive,
        or groups are not nested.

    Notes
    -----
    Theil (1967), Economics and Information Theory, ch. 4. Groups count in the within part by
    their share of the total of x: Shorrocks (1980), Econometrica 48, 613-625.

    Between many small groups part of the inequality is chance: means of n rows each differ, and
    add about ``v / (2 n)`` to the part between, with v the squared coefficient of variation inside.
    """
    return _estimated("theil", x, weights, by, design, size, level)


@overload
def mean_log_deviation(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: None = None,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure: ...
@overload
def mean_log_deviation(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: ArrayLike | pd.DataFrame,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> TheilDecomposition: ...
def mean_log_deviation(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    by: ArrayLike | pd.DataFrame | None = None,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure | TheilDecomposition:
    """Estimate the mean log deviation (Theil's L), ``mean(ln(m / x))`` with m the mean.

    Parameters, errors and sources as in `theil`; groups count in the within part by their share of
    persons, so that it is what would be left if all groups had the same mean.
    """
    return _estimated("mld", x, weights, by, design, size, level)


def linearised_theil(x: Floats, weights: Floats) -> Linearised:
    """Linearise Theil's T of values relative to their mean."""
    count = weights.sum()
    relative = x * (count / (weights @ x))
    terms = relative * np.log(relative)
    estimate = float(weights @ terms / count)
    return Linearised(estimate, (terms - (estimate + 1) * relative + 1) / count)


def linearised_mld(x: Floats, weights: Floats) -> Linearised:
    """Linearise the mean log deviation of values relative to their mean."""
    count = weights.sum()
    relative = x * (count / (weights @ x))
    logs = np.log(relative)
    estimate = float(-(weights @ logs) / count)
    return Linearised(estimate, (relative - 1 - logs - estimate) / count)


def _estimated(
    term: str,
    x: ArrayLike,
    weights: ArrayLike | None,
    by: ArrayLike | pd.DataFrame | None,
    design: SurveyDesign | None,
    size: ArrayLike | None,
    level: float,
) -> Measure | TheilDecomposition:
    remedy = "logaritma memerlukan nilai positif; periksa barisnya, atau pakai gini"
    values = checked(x, None, "nilai", above=0, remedy=remedy)
    sample = population(values.size, weights, size, design)
    if by is not None:
        return decomposed(term, NAMES[term], values, sample, by, level)
    index = linearised_theil if term == "theil" else linearised_mld
    return measured(term, NAMES[term], index(values, sample.weights), sample, level)
