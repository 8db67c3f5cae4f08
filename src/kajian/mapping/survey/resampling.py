"""Bootstrap under a survey's design, for any statistic of the weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import check_level
from kajian.mapping.survey.result import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """A statistic and what it was in resamples of the clusters.

    Attributes
    ----------
    estimate, std_error
        With the weights of the design; standard deviation over the replicates.
    conf_low, conf_high
        Interval at `level` from the t distribution with `df` degrees of freedom.
    values
        Shape (replicates,).
    df
        Clusters minus strata.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    values: Floats
    df: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return one row: term, estimate, std_error, p_value, conf_low, conf_high."""
        row = ("bootstrap", self.estimate, self.std_error, np.nan, self.conf_low, self.conf_high)
        columns = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
        return pd.DataFrame([row], columns=columns)

    def __str__(self) -> str:
        estimate, error = (format_number(x, 4) for x in (self.estimate, self.std_error))
        return (
            f"Dugaan {estimate}, galat baku bootstrap {error} ({self.values.size} ulangan klaster, "
            f"{self.df} derajat bebas)"
        )


def design_bootstrap(
    statistic: Callable[[Floats], float],
    design: SurveyDesign,
    replicates: int,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
) -> Bootstrap:
    """Resample clusters within strata and compute a statistic every time.

    Parameters
    ----------
    statistic
        Takes the weights of the households, shape (n,), some of them zero, and returns a number:
        ``lambda w: linearised_gini(x, w * size).estimate``.
    design
        How the sample was drawn.
    replicates
        Resamples, at least 2; 200 or more for a standard error.
    rng
        Source of randomness. The result does not depend on the order of the rows.
    level
        Of the interval.

    Returns
    -------
    Bootstrap

    Raises
    ------
    MethodError
        When a stratum has one cluster, there are fewer than two replicates, or a replicate's
        statistic is not finite.

    Notes
    -----
    The rescaling bootstrap of Rao, Wu and Yue (1992), Survey Methodology 18, 209-217: of the m
    clusters of a stratum m - 1 are drawn with replacement, and the weights of a cluster drawn k
    times are multiplied by ``k m / (m - 1)``.
    """
    check_level(level)
    if replicates < 2:
        raise MethodError(f"{replicates} ulangan bootstrap. Perbaikan: isi sedikitnya 2.")
    cluster, first, clusters = _sorted_clusters(design)
    values = np.empty(replicates)
    for number in range(replicates):
        factor = _factors(first, clusters, rng)
        values[number] = statistic(design.weights * factor[cluster])
    if not np.isfinite(values).all():
        raise MethodError(
            f"Statistik tak terhingga atau kosong pada {int((~np.isfinite(values)).sum())} dari "
            f"{replicates} ulangan. Perbaikan: gabungkan strata atau domain yang terlalu kecil."
        )
    estimate, error = float(statistic(design.weights.copy())), float(values.std(ddof=1))
    df = int((clusters - 1).sum())
    half = float(stdtrit(df, (1 + level) / 2)) * error
    return Bootstrap(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=estimate + half,
        values=values,
        df=df,
        level=level,
    )


def _sorted_clusters(design: SurveyDesign) -> tuple[Integers, Integers, Integers]:
    """Number clusters by stratum and label; the first number and the count of every stratum."""
    pairs = pd.MultiIndex.from_arrays([design.strata, design.cluster])
    cluster, found = pd.factorize(pairs, sort=True)
    stratum = pd.factorize(found.get_level_values(0))[0]
    clusters = np.bincount(stratum)
    if (clusters == 1).any():
        raise MethodError(
            f"{int((clusters == 1).sum())} strata hanya berisi satu klaster, yang tidak dapat "
            "diulang. Perbaikan: gabungkan dengan strata serupa."
        )
    return cluster, np.cumsum(clusters) - clusters, clusters


def _factors(first: Integers, clusters: Integers, rng: np.random.Generator) -> Floats:
    """Draw by how much every cluster's weights are multiplied in one replicate."""
    start, count = np.repeat(first, clusters - 1), np.repeat(clusters, clusters - 1)
    drawn = start + (rng.random(start.size) * count).astype(np.intp)
    times = np.bincount(drawn, minlength=int(clusters.sum()))
    return np.asarray(times * np.repeat(clusters / (clusters - 1), clusters))
