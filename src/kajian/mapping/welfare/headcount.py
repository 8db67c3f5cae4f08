"""Poverty by domain, with how far each estimate may be shown, and a guard over the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean
from kajian.mapping.survey.linearisation import checked, population
from kajian.mapping.survey.result import DomainEstimates
from kajian.mapping.welfare.poverty import checked_line, gap_values
from kajian.mapping.welfare.weighted_order import weighted_quantile

# Where lines of use lie, as a multiple of the median: a fifth (few poor) to 1.2 (most are poor). A
# slip by twelve, months for years, moves those to 2.4 and above, or to 0.1 and below. The bounds
# lie between.
LOWEST_RATIO, HIGHEST_RATIO = 0.15, 1.75
USUAL_RATIO = 0.5
SLIPS = {
    1 / 1000: "garis ditulis dalam ribuan rupiah, kesejahteraan dalam rupiah",
    1 / 30: "garis per hari, kesejahteraan per bulan",
    1 / 12: "garis per bulan, kesejahteraan per tahun",
    4: "garis per rumah tangga, kesejahteraan per orang",
    12: "garis per tahun, kesejahteraan per bulan",
    30: "garis per bulan, kesejahteraan per hari",
    1000: "garis dalam rupiah, kesejahteraan ditulis dalam ribuan rupiah",
}


def headcount_table(
    welfare: ArrayLike,
    line: ArrayLike,
    design: SurveyDesign,
    by: ArrayLike,
    *,
    size: ArrayLike | None = None,
    domains: Sequence[Any] | pd.Index | None = None,
    alpha: float = 0,
    level: float = 0.95,
) -> DomainEstimates:
    """Estimate a poverty measure in every domain.

    Parameters
    ----------
    welfare
        Shape (n,), spending or income per person in the unit and the period of the line.
    line
        Poverty line, positive: one for all, or shape (n,).
    design
        How the sample was drawn.
    by
        Shape (n,), the domain of every household.
    size
        Shape (n,), positive: persons in the household, for shares of persons.
    domains
        All domains, in the order wanted, also those without a sample.
    alpha
        0, 1 or 2, as in `kajian.mapping.welfare.poverty.fgt`.
    level
        Of the confidence intervals.

    Returns
    -------
    DomainEstimates
        Fractions, with intervals on the logit scale, standard errors, and labels by relative
        standard error: ``layak`` up to 25 percent, ``hati-hati`` up to 50, above that
        ``tidak ditampilkan``.

    Raises
    ------
    MethodError
        As for `fgt`, `domain_mean` and `check_line`.
    """
    values = gap_values(welfare, line, alpha)
    check_line(line, welfare, population(values.size, None, size, design).weights)
    return domain_mean(
        values,
        design,
        by,
        size=size,
        proportion=bool((values <= 1).all()),
        domains=domains,
        level=level,
    )


def check_line(line: ArrayLike, welfare: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Refuse a poverty line that cannot be in the period and the unit of welfare.

    Parameters
    ----------
    line
        Poverty line, positive: one for all, or shape (n,).
    welfare
        Shape (n,).
    weights
        Shape (n,), persons that each row stands for.

    Returns
    -------
    float
        The line as a multiple of the median: one over the weighted median of welfare relative to
        the line.

    Raises
    ------
    MethodError
        When that is below 0.15 or above 1.75, or the median is not positive.

    Notes
    -----
    A convention of this kit, not of a paper. Half the persons of a population live below a line at
    1. A slip by twelve is caught for every line between 0.146 and 1.8 of the median. A slip by less
    than a factor of four or so, such as a line of another year, is not caught.
    """
    x = checked(welfare, None, "kesejahteraan")
    w = np.ones(x.size) if weights is None else checked(weights, x.size, "penimbang", above=0)
    median = weighted_quantile(x / checked_line(line, x.size), w, 0.5)
    if median <= 0:
        raise MethodError(
            "Median kesejahteraan nol atau negatif, sehingga garis tidak dapat diperiksa. "
            "Perbaikan: periksa kolom kesejahteraan."
        )
    ratio = 1 / median
    if not LOWEST_RATIO <= ratio <= HIGHEST_RATIO:
        slip = min(SLIPS, key=lambda factor: abs(np.log(ratio / USUAL_RATIO / factor)))
        shown = format_number(ratio, 2 if ratio >= LOWEST_RATIO else 5)
        raise MethodError(
            f"Garis kemiskinan {shown} kali median kesejahteraan, di luar {LOWEST_RATIO:g}-"
            f"{HIGHEST_RATIO:g}; mungkin {SLIPS[slip]}. Perbaikan: samakan periode dan satuan "
            "garis dengan kesejahteraan."
        )
    return ratio
