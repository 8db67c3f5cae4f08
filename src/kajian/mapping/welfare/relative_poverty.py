"""Poverty against a line that is a share of the median, which is itself estimated."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import Linearised, Measure, checked, measured, population
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.poverty import linearised_mean
from kajian.mapping.welfare.weighted_order import weighted_quantile


def relative_line(
    welfare: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    share: float = 0.6,
    quantile: float = 0.5,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate a line at a share of a quantile of welfare, 60 percent of the median by default.

    Parameters
    ----------
    welfare
        Shape (n,), spending or income per person.
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    share
        Positive.
    quantile
        Above 0, below 1.
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for the median person.
    level
        Of the confidence interval.

    Returns
    -------
    Measure
        In the unit of welfare.

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, a weight or size is not positive, share or
        quantile is out of range, or welfare does not vary.

    Notes
    -----
    The quantile as in R's laeken; its error by Deville (1999) and Osier (2009), Survey Research
    Methods 3, 167-195, with a Gaussian kernel for the density and Silverman's (1986, eq. 3.31)
    bandwidth for n rows.
    """
    x = _checked(welfare, share, quantile)
    sample = population(x.size, weights, size, design)
    found = linearised_line(x, sample.weights, share, quantile)
    return measured("relative_line", "Garis kemiskinan relatif", found, sample, level)


def at_risk_of_poverty(
    welfare: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    share: float = 0.6,
    quantile: float = 0.5,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the share of persons below the relative line, with the error of the line.

    Parameters, errors and sources as in `relative_line`.
    """
    x = _checked(welfare, share, quantile)
    sample = population(x.size, weights, size, design)
    line = linearised_line(x, sample.weights, share, quantile)
    fixed = linearised_mean((x < line.estimate).astype(float), sample.weights)
    slope = density(x, sample.weights, line.estimate)
    found = Linearised(fixed.estimate, fixed.influence + slope * line.influence)
    return measured(
        "at_risk_of_poverty", "Proporsi berisiko miskin", found, sample, level, share=True
    )


def linearised_line(x: Floats, weights: Floats, share: float, quantile: float) -> Linearised:
    """Linearise a share of a weighted quantile."""
    at = weighted_quantile(x, weights, quantile)
    below = (x <= at).astype(float)
    influence = -(below - quantile) / (weights.sum() * density(x, weights, at))
    return Linearised(share * at, share * influence)


def density(x: Floats, weights: Floats, at: float) -> float:
    """Estimate the density of the weighted values at a point, by a Gaussian kernel."""
    total = weights.sum()
    centre = weights @ x / total
    deviation = np.sqrt(weights @ (x - centre) ** 2 / total)
    quarters = weighted_quantile(x, weights, 0.75) - weighted_quantile(x, weights, 0.25)
    spread = min(deviation, quarters / 1.34) if quarters > 0 else deviation
    width = 0.9 * spread * x.size**-0.2
    kernel = np.exp(-0.5 * ((x - at) / width) ** 2)
    return float(weights @ kernel / (total * width * np.sqrt(2 * np.pi)))


def _checked(welfare: ArrayLike, share: float, quantile: float) -> Floats:
    if not (0 < quantile < 1 and 0 < share < np.inf):
        raise MethodError(
            f"share {share} atau quantile {quantile} di luar batas. Perbaikan: isi misalnya "
            "share=0.6 dan quantile=0.5."
        )
    x = checked(welfare, None, "kesejahteraan")
    if x.min() == x.max():
        raise MethodError(
            f"Semua {x.size} kesejahteraan sama, sehingga galat garis relatif tidak ada. "
            "Perbaikan: periksa kolomnya."
        )
    return x
