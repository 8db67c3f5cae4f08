"""Inequality within every domain, with how far each estimate may be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_total
from kajian.mapping.survey.linearisation import Linearised, check_level, checked, population
from kajian.mapping.survey.result import DomainEstimates, Floats
from kajian.mapping.welfare.inequality import linearised_gini


def inequality_table(
    x: ArrayLike,
    design: SurveyDesign,
    by: ArrayLike,
    *,
    statistic: Callable[[Floats, Floats], Linearised] = linearised_gini,
    size: ArrayLike | None = None,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> DomainEstimates:
    """Estimate an inequality index within every domain.

    Parameters
    ----------
    x
        Shape (n,), positive, any unit.
    design
        How the sample was drawn.
    by
        Shape (n,), the domain of every household.
    statistic
        The index, of values and weights: also `linearised_theil`, `linearised_mld` and others.
    size
        Shape (n,), persons in the household, for inequality between persons.
    domains
        All domains, in the order wanted, also those without a sample.
    level
        Of the confidence intervals.

    Returns
    -------
    DomainEstimates
        Errors over the whole design, missing for a domain with one cluster.

    Raises
    ------
    MethodError
        As for `gini` and `domain_mean`; also when x has a zero.

    Notes
    -----
    An index from few households is too low: the Gini of n independent draws by about one part in
    n. The error of a domain: Deville (1999), Survey Methodology 25, 193-203; clusters outside it
    count with zero, as in `kajian.mapping.survey.domains`.
    """
    check_level(level)
    values = checked(x, design.weights.size, "nilai", above=0)
    persons = population(values.size, None, size, design).weights
    drawn = domain_total(values, design, by, domains=domains, level=level)
    place = drawn.domains.get_indexer(pd.Index(np.asarray(by)))
    several = drawn.clusters > 1
    estimate, simple = np.full((2, several.size), np.nan)
    scores = np.zeros(values.size)
    for number in np.unique(place):
        inside = place == number
        estimate[number], influence = statistic(values[inside], persons[inside])
        scores[inside] = persons[inside] / design.weights[inside] * influence
        if several[number]:
            # Of a simple random sample of as many households, as in `domain_mean`.
            weights, own = design.weights[inside], scores[inside]
            simple[number] = weights.sum() * (weights @ own**2) / (own.size - 1)
    of_scores = domain_total(scores, design, by, domains=domains)
    error = np.where(several, of_scores.std_error, np.nan)
    half = stdtrit(drawn.df, (1 + level) / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        design_effect = error**2 / simple
    return replace(
        drawn,
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=estimate + half,
        design_effect=design_effect,
    )
