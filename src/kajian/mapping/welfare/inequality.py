"""Gini and Atkinson indices under a survey's design."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import Linearised, Measure, checked, measured, population
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.concentration import linearised_concentration, outcome_of


def gini(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the Gini index: half the mean absolute difference, relative to the mean.

    Parameters
    ----------
    x
        Shape (n,), not negative, not all zero, any unit.
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for inequality between persons.
    level
        Of the confidence interval.

    Returns
    -------
    Measure

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, x is negative or zero everywhere, or a weight or
        size is not positive.

    Notes
    -----
    Over all pairs of the weighted population, as in R's laeken and ineq: without the factor
    ``n / (n - 1)``, so that counting everybody twice changes nothing. Influence values: Langel and
    Tillé (2013), Variance estimation of the Gini index, JRSS-A 176, 521-540.
    """
    values = outcome_of(x, None, "nilai")
    sample = population(values.size, weights, size, design)
    return measured("gini", "Indeks Gini", linearised_gini(values, sample.weights), sample, level)


def atkinson(
    x: ArrayLike,
    epsilon: float,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate Atkinson's index: the share of the mean that equal spread would make superfluous.

    Parameters
    ----------
    x
        Shape (n,), not negative; positive where epsilon is 1 or more.
    epsilon
        Aversion to inequality, positive; 0.5, 1 and 2 are usual.
    weights, design, size, level
        As in `gini`.

    Returns
    -------
    Measure

    Raises
    ------
    MethodError
        As for `gini`; also when epsilon is not positive, or is 1 or more and x has a zero.

    Notes
    -----
    Atkinson (1970), Journal of Economic Theory 2, 244-263.
    """
    if not (np.isfinite(epsilon) and epsilon > 0):
        raise MethodError(f"epsilon {epsilon} tidak positif. Perbaikan: isi misalnya 0.5 atau 1.")
    if epsilon < 1:
        values = outcome_of(x, None, "nilai")
    else:
        remedy = "periksa barisnya, atau pilih epsilon di bawah 1"
        values = checked(x, None, "nilai", above=0, remedy=remedy)
    sample = population(values.size, weights, size, design)
    found = linearised_atkinson(values, sample.weights, epsilon)
    return measured(f"atkinson_{epsilon:g}", f"Indeks Atkinson ({epsilon:g})", found, sample, level)


def linearised_gini(x: Floats, weights: Floats) -> Linearised:
    """Linearise the Gini index."""
    return linearised_concentration(x, x, weights)


def linearised_atkinson(x: Floats, weights: Floats, epsilon: float) -> Linearised:
    """Linearise Atkinson's index, of values relative to their mean."""
    count = weights.sum()
    relative = x * (count / (weights @ x))
    if epsilon == 1:
        logs = np.log(relative)
        mean = weights @ logs / count
        equal, change = np.exp(mean), (logs - mean) / count
    else:
        powers = relative ** (1 - epsilon)
        mean = weights @ powers / count
        equal = mean ** (1 / (1 - epsilon))
        change = (powers / mean - 1) / (count * (1 - epsilon))
    return Linearised(float(1 - equal), equal * ((relative - 1) / count - change))
