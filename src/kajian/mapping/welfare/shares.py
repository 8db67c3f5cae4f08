"""Shares of welfare: Lorenz curve, Palma ratio, quantile share ratio, with errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kajian.errors import MethodError
from kajian.language import format_percent
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import variance_of_totals
from kajian.mapping.survey.linearisation import (
    Linearised,
    Measure,
    check_level,
    measured,
    population,
)
from kajian.mapping.survey.result import Floats
from kajian.mapping.welfare.concentration import outcome_of
from kajian.mapping.welfare.weighted_order import lower_totals, weighted_quantile

TENTHS = tuple(number / 10 for number in range(1, 10))


@dataclass(frozen=True, slots=True, eq=False)
class LorenzCurve:
    """Points of a Lorenz curve; arrays have one element per point.

    Attributes
    ----------
    population_share
        From 0 to 1, poorest first.
    estimate
        What those persons have, as a share of everything.
    std_error, conf_low, conf_high
        Point by point: an interval at `level` for each, not a band for the curve.
    """

    population_share: Floats
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats
    n: int
    clusters: int
    df: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return a row per point: population_share, estimate, std_error, conf_low, conf_high."""
        names = ["population_share", "estimate", "std_error", "conf_low", "conf_high"]
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def __str__(self) -> str:
        middle = int(np.abs(self.population_share - 0.5).argmin())
        poorest = format_percent(100 * self.population_share[middle], 0)
        theirs = format_percent(100 * self.estimate[middle], 1)
        return (
            f"Kurva Lorenz ({self.population_share.size} titik): {poorest} terbawah "
            f"memiliki {theirs} dari keseluruhan"
        )


def lorenz(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    points: Sequence[float] = TENTHS,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> LorenzCurve:
    """Estimate what the poorest shares of the population have, as a share of everything.

    Parameters
    ----------
    x
        Shape (n,), not negative, not all zero, any unit.
    weights
        Shape (n,), households that each row stands for; with a design, those of the design.
    points
        Shares of the population, from 0 to 1.
    design
        How the sample was drawn; without it, every row is an independent draw.
    size
        Shape (n,), persons in the household, for the shares of persons.
    level
        Of each interval.

    Returns
    -------
    LorenzCurve

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, x is negative or zero everywhere, a weight or
        size is not positive, or a point is outside 0-1.

    Notes
    -----
    Straight lines between rows, as Lorenz drew it. Influence values of partial sums: Langel and
    Tillé (2011), Journal of Statistical Planning and Inference 141, 2976-2985. They need no
    estimate of the density.
    """
    check_level(level)
    shares = np.asarray(points, dtype=float)
    if shares.size == 0 or not ((shares >= 0) & (shares <= 1)).all():
        raise MethodError("Titik kurva Lorenz di luar 0-1. Perbaikan: isi misalnya 0.1 sampai 0.9.")
    values = outcome_of(x, None, "nilai")
    sample = population(values.size, weights, size, design)
    found = linearised_lorenz(values, sample.weights, shares.tolist())
    estimate = np.array([point.estimate for point in found])
    scores = (sample.weights * point.influence for point in found)
    variance, clusters, df = variance_of_totals(scores, sample.design)
    half = stdtrit(df, (1 + level) / 2) * np.sqrt(variance)
    return LorenzCurve(
        population_share=shares,
        estimate=estimate,
        std_error=np.sqrt(variance),
        conf_low=estimate - half,
        conf_high=estimate + half,
        n=values.size,
        clusters=clusters,
        df=df,
        level=level,
    )


def palma(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate what the richest 10 percent have over what the poorest 40 percent have.

    Parameters and errors as in `lorenz`; the poorest 40 percent must have something.

    Notes
    -----
    From the Lorenz curve, ``(1 - L(0.9)) / L(0.4)``. Palma (2011), Development and Change 42,
    87-153; the ratio was named after him by Cobham and Sumner (2013).
    """
    values = outcome_of(x, None, "nilai")
    sample = population(values.size, weights, size, design)
    found = linearised_palma(values, sample.weights)
    return measured("palma", "Rasio Palma", found, sample, level)


def quantile_share_ratio(
    x: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    share: float = 0.2,
    design: SurveyDesign | None = None,
    size: ArrayLike | None = None,
    level: float = 0.95,
) -> Measure:
    """Estimate the mean of the richest over the mean of the poorest; S80/S20 by default.

    Parameters and errors as in `lorenz`, and

    Parameters
    ----------
    share
        Of the population at each end, above 0 up to 0.5.

    Notes
    -----
    Eurostat's definition as in R's laeken: means of those above the upper and of those up to the
    lower quantile. Errors: Osier (2009), Survey Research Methods 3, 167-195; Langel and Tillé
    (2011), as in `lorenz`.
    """
    if not 0 < share <= 0.5:
        raise MethodError(f"share {share} di luar 0-0,5. Perbaikan: isi misalnya 0.2.")
    values = outcome_of(x, None, "nilai")
    sample = population(values.size, weights, size, design)
    found = linearised_share_ratio(values, sample.weights, share)
    name = f"Rasio S{100 - 100 * share:g}/S{100 * share:g}"
    return measured("quantile_share_ratio", name, found, sample, level)


def linearised_lorenz(x: Floats, weights: Floats, points: Sequence[float]) -> list[Linearised]:
    """Linearise points of the Lorenz curve."""
    total = weights @ x
    return [
        Linearised(float(lower / total), (influence - lower / total * x) / total)
        for lower, influence in lower_totals(x, weights, points)
    ]


def linearised_palma(x: Floats, weights: Floats) -> Linearised:
    """Linearise the Palma ratio."""
    return _ratio_of_ends(x, weights, 0.4, 0.9)


def linearised_share_ratio(x: Floats, weights: Floats, share: float = 0.2) -> Linearised:
    """Linearise the quantile share ratio, whose estimate is that of R's laeken."""
    low, high = (weighted_quantile(x, weights, end) for end in (share, 1 - share))
    poorest, richest = weights * (x <= low), weights * (x > high)
    if not richest.any() or poorest @ x == 0:
        raise MethodError(
            "Rasio kuantil tidak terdefinisi: kelompok terbawah tidak memiliki apa pun, atau tak "
            "seorang pun di atas kuantil atas. Perbaikan: periksa kolomnya, atau pakai gini."
        )
    estimate = (richest @ x / richest.sum()) / (poorest @ x / poorest.sum())
    smooth = _ratio_of_ends(x, weights, share, 1 - share)
    return Linearised(float(estimate), smooth.influence)


def _ratio_of_ends(x: Floats, weights: Floats, low: float, high: float) -> Linearised:
    """Linearise what lies above `high` over what lies below `low` on the Lorenz curve."""
    [(poorest, of_poorest), (below, of_below)] = lower_totals(x, weights, [low, high])
    if poorest <= 0:
        raise MethodError(
            f"{100 * low:g}% terbawah tidak memiliki apa pun, sehingga rasionya tak terhingga. "
            "Perbaikan: periksa nilai nol, atau pakai gini."
        )
    ratio = (weights @ x - below) / poorest
    return Linearised(float(ratio), (x - of_below - ratio * of_poorest) / poorest)
