"""Concentration of an outcome along a rank: the concentration index and Kakwani's index."""

from __future__ import annotations

from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import Linearised, Measure, checked, measured, population
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.weighted_order import mid_sums


def concentration_index(
    outcome: ArrayLike,
    rank_by: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate how far an outcome is concentrated among those who rank high.

    Parameters
    ----------
    outcome
        Shape (n,), not negative, per person, not all zero: aid received, visits, taxes.
    rank_by
        Shape (n,), finite: what persons are ranked by, lowest first; ties share their mean rank.
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for measures over persons.
    level
        Of the confidence interval.

    Returns
    -------
    Measure
        From -1 (all of it with the lowest) to 1 (with the highest), tested against 0. For an
        outcome of 0 and 1 with mean m it cannot leave m - 1 to 1 - m.

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, the outcome is negative or zero everywhere, or a
        weight or size is not positive.

    Notes
    -----
    ``2 cov(outcome, rank) / mean``: Kakwani, Wagstaff and van Doorslaer (1997), Journal of
    Econometrics 77, 87-103. Influence values as for the Gini; they carry the error of the ranks.
    """
    y = outcome_of(outcome, None, "nilai")
    rank = checked(rank_by, y.size, "pemeringkat")
    sample = population(y.size, weights, size, design)
    found = linearised_concentration(y, rank, sample.weights)
    return measured("concentration", "Indeks konsentrasi", found, sample, level, gradient=True)


def kakwani(
    payment: ArrayLike,
    income: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate how progressive a payment is: its concentration index minus the Gini of income.

    Parameters
    ----------
    payment
        Shape (n,), not negative, not all zero: a tax, or a benefit.
    income
        Shape (n,), not negative, not all zero, by which persons are ranked.
    weights, design, size, level
        As in `concentration_index`.

    Returns
    -------
    Measure
        Zero for a payment in proportion to income, above it for one that is progressive; for a
        benefit below it means that it reduces inequality. Tested against 0.

    Raises
    ------
    MethodError
        As for `concentration_index`, for both columns.

    Notes
    -----
    Kakwani (1977), Economic Journal 87, 71-80. Both parts come from the same sample, and the error
    is that of their difference.
    """
    y = outcome_of(payment, None, "pembayaran")
    x = outcome_of(income, y.size, "pendapatan")
    sample = population(y.size, weights, size, design)
    found = linearised_kakwani(y, x, sample.weights)
    return measured("kakwani", "Indeks Kakwani", found, sample, level, gradient=True)


def outcome_of(values: ArrayLike, n: int | None, name: str) -> Floats:
    """Take n numbers, none negative and not all zero."""
    numbers = checked(values, n, name, least=0)
    if not numbers.any():
        raise MethodError(
            f"Semua {name} nol, sehingga sebarannya tidak ada. Perbaikan: periksa kolomnya."
        )
    return numbers


def linearised_concentration(outcome: Floats, rank_by: Floats, weights: Floats) -> Linearised:
    """Linearise ``2 sum w h F / (N Y) - 1``, F the weights below and half of those level.

    With the outcome ranked by itself this is the Gini, and the influence values are those of
    Langel and Tillé (2013).
    """
    count, total = weights.sum(), weights @ outcome
    below, outcome_below = mid_sums(rank_by, weights, weights * outcome)
    estimate = float(2 * (weights * outcome) @ below / (count * total) - 1)
    change = 2 * (outcome * below + total - outcome_below) / (count * total)
    return Linearised(estimate, change - (estimate + 1) * (1 / count + outcome / total))


def linearised_kakwani(payment: Floats, income: Floats, weights: Floats) -> Linearised:
    """Linearise the difference of the payment's concentration index and the Gini of income."""
    of_payment = linearised_concentration(payment, income, weights)
    of_income = linearised_concentration(income, income, weights)
    return Linearised(
        of_payment.estimate - of_income.estimate, of_payment.influence - of_income.influence
    )
