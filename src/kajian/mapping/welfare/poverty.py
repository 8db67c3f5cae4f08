"""Poverty measures under a survey's design: Foster-Greer-Thorbecke, Watts, Sen.

Poor is who lives strictly below the line. Every measure looks at welfare divided by the line, so
the line may differ between households, such as between urban and rural ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import Linearised, Measure, checked, measured, population
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.weighted_order import mid_sums

FGT_NAMES: dict[float, str] = {
    0: "Proporsi miskin (P0)",
    1: "Indeks kedalaman kemiskinan (P1)",
    2: "Indeks keparahan kemiskinan (P2)",
}


def fgt(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    alpha: float = 0,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the mean over persons of the poverty gap, as a share of the line, to a power.

    Parameters
    ----------
    welfare
        Shape (n,), spending or income per person in the unit and the period of the line.
    line
        Poverty line, positive: one for all, or shape (n,).
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    alpha
        0 for the share of poor persons (P0), 1 for the depth (P1), 2 for the severity (P2).
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for measures over persons.
    level
        Of the confidence interval.

    Returns
    -------
    Measure
        A fraction, not a percentage; nothing is checked about the period of the line (see
        `kajian.mapping.welfare.headcount.check_line`).

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, a line, weight or size is not positive, alpha is
        negative, or welfare is negative with alpha above 0.

    Notes
    -----
    Foster, Greer and Thorbecke (1984), Econometrica 52, 761-766.
    """
    values = gap_values(welfare, line, alpha)
    sample = population(values.size, weights, size, design)
    name = FGT_NAMES.get(alpha, f"Ukuran kemiskinan FGT({alpha:g})")
    found = linearised_mean(values, sample.weights)
    return measured(f"fgt{alpha:g}", name, found, sample, level, share=alpha == 0)


def watts(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the mean over persons of ``ln(line / welfare)`` of the poor, zero for others.

    Parameters and errors as in `fgt`; welfare must be positive.

    Notes
    -----
    Watts (1968), An economic definition of poverty; Zheng (1993), Economics Letters 42, 81-86.
    """
    relative = relative_welfare(welfare, line, positive=True)
    sample = population(relative.size, weights, size, design)
    found = linearised_mean(np.maximum(-np.log(relative), 0.0), sample.weights)
    return measured("watts", "Indeks Watts", found, sample, level)


def sen(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate Sen's index, in which a gap weighs more the poorer its owner is among the poor.

    Parameters and errors as in `fgt`; welfare must not be negative.

    Notes
    -----
    ``H (I + (1 - I) G)`` with H the share of the poor, I their mean gap and G the Gini among them:
    Sen (1976), Econometrica 44, 219-231, in the form for many poor, as in R's ineq. Sen's own form
    for q poor has ``G q / (q + 1)``; that changes when every person is counted twice and has no
    counterpart with weights.
    """
    relative = relative_welfare(welfare, line)
    sample = population(relative.size, weights, size, design)
    return measured("sen", "Indeks Sen", linearised_sen(relative, sample.weights), sample, level)


def sen_shorrocks_thon(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the Sen-Shorrocks-Thon index, whose ranks are those among all persons.

    Parameters and errors as in `fgt`; welfare must not be negative.

    Notes
    -----
    Shorrocks (1995), Revisiting the Sen poverty index, Econometrica 63, 1225-1230.
    """
    relative = relative_welfare(welfare, line)
    sample = population(relative.size, weights, size, design)
    found = linearised_sst(relative, sample.weights)
    return measured("sst", "Indeks Sen-Shorrocks-Thon", found, sample, level)


def relative_welfare(welfare: ArrayLike, line: ArrayLike, *, positive: bool = False) -> Floats:
    """Divide checked welfare by the line."""
    if positive:
        remedy = "logaritma memerlukan nilai positif; periksa barisnya, atau pakai fgt dengan alpha"
        x = checked(welfare, None, "kesejahteraan", above=0, remedy=remedy)
    else:
        x = checked(welfare, None, "kesejahteraan", least=0)
    return x / checked_line(line, x.size)


def checked_line(line: ArrayLike, n: int) -> Floats:
    """Take one positive line for all, or n of them."""
    return checked(np.broadcast_to(line, n) if np.ndim(line) == 0 else line, n, "garis", above=0)


def gap_values(welfare: ArrayLike, line: ArrayLike, alpha: float) -> Floats:
    """Compute every row's gap as a share of its line, to the power alpha; zero for others."""
    if not (np.isfinite(alpha) and alpha >= 0):
        raise MethodError(f"alpha {alpha} negatif atau kosong. Perbaikan: isi 0, 1, atau 2.")
    if alpha == 0:
        x = checked(welfare, None, "kesejahteraan")
        return (x < checked_line(line, x.size)).astype(float)
    return np.asarray(np.maximum(1 - relative_welfare(welfare, line), 0.0) ** alpha)


def linearised_mean(values: Floats, weights: Floats) -> Linearised:
    """Linearise a weighted mean."""
    total = weights.sum()
    mean = float(weights @ values / total)
    return Linearised(mean, (values - mean) / total)


def linearised_sen(relative: Floats, weights: Floats) -> Linearised:
    """Linearise Sen's index of welfare relative to the line: ``2 sum w g (Q - F) / (N Q)``.

    Q are the poor, F those of them below a row and half of those level with it, g the gap.
    """
    poor = relative < 1
    all_of_them, poor_weight = weights.sum(), weights @ poor
    if poor_weight == 0:
        return Linearised(0.0, np.zeros(relative.size))
    gap, mass = np.maximum(1 - relative, 0.0), weights * poor
    below, gap_below = mid_sums(relative, mass, mass * gap)
    scale = all_of_them * poor_weight
    estimate = float(2 * (mass * gap) @ (poor_weight - below) / scale)
    change = 2 * (gap * (poor_weight - below) + gap_below) / scale - estimate / poor_weight
    return Linearised(estimate, np.where(poor, change, 0.0) - estimate / all_of_them)


def linearised_sst(relative: Floats, weights: Floats) -> Linearised:
    """Linearise the Sen-Shorrocks-Thon index: ``2 sum w g (N - F) / N^2``."""
    total = weights.sum()
    gap = np.maximum(1 - relative, 0.0)
    below, gap_below = mid_sums(relative, weights, weights * gap)
    estimate = float(2 * (weights * gap) @ (total - below) / total**2)
    change = 2 * (gap * (total - below) + gap_below) / total**2
    return Linearised(estimate, change - 2 * estimate / total)
