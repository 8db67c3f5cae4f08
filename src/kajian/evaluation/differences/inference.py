"""From influence functions to standard errors, degrees of freedom, intervals and bands.

An estimate that departs from its truth by the mean of one number per unit, its influence, has the
variance of that mean. Two ways to estimate it are offered. ``"large"`` is that of Callaway &
Sant'Anna (2021, section 4): units are drawn at random from a population, cohort
sizes included, and the normal distribution is used. ``"small"`` takes the sizes of the cohorts as
given, as when all 54 kelurahan of a city are observed: influences are centred within cohorts, each
cohort's sum of squares has its own factor n/(n - 1), and the t distribution has the degrees of
freedom of Welch (1947). Without covariates its variance is unbiased for any number of units.

Coverage of 95% intervals, measured in simulated panels of 54 units and 5 years with normal errors
and three cohorts: ``"small"`` 94-96% with cohorts of 10 (covariates or not, bands 94%), 93-96% with
cohorts of 4 (bands 90%), 87-98% with cohorts of 2 or 3 (bands 76%); ``"large"`` 92-97% (bands 89%),
84-96% (bands 71%) and 64-94% (bands 40%).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.differences.panel_check import some
from kajian.linear.fixed_effects import RELATIVE_ZERO, Codes, Floats, group_sums

Inference = Literal["small", "large"]
Weights = Literal["mammen", "rademacher"]

FEW = {True: 4, False: 20}
"""Fewer clusters in a cohort make ``"small"`` (True) or ``"large"`` intervals too narrow."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """Who is independent of whom.

    Attributes
    ----------
    cohort, cluster
        Codes, shape (N,).
    stratum
        Code of each cluster's stratum, shape (G,): its cohort, when every cluster lies within one
        cohort; otherwise all zero.
    small
        Whether cohort sizes are taken as given (see the module).
    """

    cohort: Codes
    cluster: Codes
    stratum: Codes
    small: bool

    @property
    def n_clusters(self) -> int:
        """Number of clusters G."""
        return int(self.stratum.size)

    @property
    def notes(self) -> list[str]:
        """What a reader must know about the intervals, in Indonesian."""
        fewest, needed = int(np.bincount(self.stratum).min()), FEW[self.small]
        if fewest >= needed:
            return []
        return [
            f"Kelompok terkecil hanya {fewest} klaster (perlu {needed}): "
            "selang kepercayaan dan nilai-p terlalu yakin"
        ]

    def contributions(self, influence: Floats) -> Floats:
        """Sum influences, shape (N, m), by cluster to C, shape (G, m), with covariance C'C."""
        if self.small:
            sizes = np.bincount(self.cohort)[:, None]
            influence = influence - (group_sums(influence, self.cohort) / sizes)[self.cohort]
        sums = group_sums(influence, self.cluster) / self.cluster.size
        if self.small:
            sizes = np.bincount(self.stratum)
            sums = sums * np.sqrt(sizes / (sizes - 1))[self.stratum, None]
        return sums

    def degrees_of_freedom(self, contributions: Floats) -> Floats:
        """Welch's degrees of freedom, shape (m,); infinite with ``"large"``."""
        if not self.small:
            return np.full(contributions.shape[1], np.inf)
        variances = group_sums(contributions**2, self.stratum)
        spare = (np.bincount(self.stratum) - 1)[:, None]
        return np.asarray(variances.sum(axis=0) ** 2 / (variances**2 / spare).sum(axis=0))


def sampling(cohorts: Floats, clusters: Codes, inference: Inference) -> Sampling:
    """Group units for inference.

    Parameters
    ----------
    cohorts
        First treated times, shape (N,), infinite for never.
    clusters
        Codes, shape (N,).
    inference
        ``"small"`` or ``"large"`` (see the module).

    Raises
    ------
    MethodError
        Unknown inference, or fewer than two clusters in a cohort or in all, whose variance cannot
        be estimated.
    """
    if inference not in ("small", "large"):
        raise MethodError(
            f"Inferensi {inference!r} tidak dikenal. Perbaikan: pilih 'small' atau 'large'."
        )
    labels, cohort = np.unique(cohorts, return_inverse=True)
    first = np.unique(clusters, return_index=True)[1]
    nested = bool((cohort == cohort[first][clusters]).all())
    stratum = cohort[first] if nested else np.zeros(first.size, dtype=np.intp)
    alone = np.bincount(stratum) < 2
    if alone.any():
        who = "seluruh panel"
        if nested:
            lonely = labels[alone & np.isfinite(labels)]
            who = some(f"kohort {g:.0f}" for g in lonely) or "kelompok yang tidak diperlakukan"
        raise MethodError(
            f"Ragam tidak dapat diduga dari satu unit (atau satu klaster): {who}. Perbaikan: "
            "gabungkan kohort itu dengan yang terdekat, keluarkan, atau pakai klaster lebih halus."
        )
    return Sampling(cohort=cohort, cluster=clusters, stratum=stratum, small=inference == "small")


def standard_errors(contributions: Floats, scale: float) -> Floats:
    """Standard errors, shape (m,).

    Parameters
    ----------
    contributions
        Shape (G, m).
    scale
        Spread of the outcome, beside which a standard error is judged to be zero.

    Raises
    ------
    MethodError
        When one is zero: all units changed by exactly the same amount.
    """
    errors: Floats = np.sqrt((contributions**2).sum(axis=0))
    if (errors <= RELATIVE_ZERO * scale).any():
        raise MethodError(
            f"{int((errors <= RELATIVE_ZERO * scale).sum())} dugaan tidak bergalat baku: perubahan "
            "hasil sama persis pada semua unit yang dibandingkan. Perbaikan: periksa apakah hasil "
            "disalin dari waktu lain atau hampir selalu nol."
        )
    return errors


def interval_table(
    terms: object, estimates: Floats, errors: Floats, df: Floats, level: float
) -> pd.DataFrame:
    """Arrange estimates with two-sided t tests and intervals (normal where df is infinite)."""
    half = t_quantile(df, (1 + level) / 2) * errors
    statistic = -np.abs(estimates / errors)
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimates,
            "std_error": errors,
            "p_value": 2 * np.where(np.isinf(df), ndtr(statistic), stdtr(df, statistic)),
            "conf_low": estimates - half,
            "conf_high": estimates + half,
        }
    )


def band_table(
    terms: object,
    estimates: Floats,
    contributions: Floats,
    df: Floats,
    *,
    level: float,
    draws: int,
    weights: Weights,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Arrange estimates, shape (m,), with intervals that hold together.

    The parameters from `contributions` on are those of `simultaneous_quantiles`.
    """
    half = np.sqrt((contributions**2).sum(axis=0)) * simultaneous_quantiles(
        contributions, df, level=level, draws=draws, weights=weights, rng=rng
    )
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimates,
            "conf_low": estimates - half,
            "conf_high": estimates + half,
        }
    )


def t_quantile(df: Floats, probability: float) -> Floats:
    """Quantile of the t distribution, normal where df is infinite, shape of `df`."""
    return np.where(np.isinf(df), ndtri(probability), stdtrit(df, probability))


def simultaneous_quantiles(
    contributions: Floats,
    df: Floats,
    *,
    level: float,
    draws: int,
    weights: Weights,
    rng: np.random.Generator,
) -> Floats:
    """Critical values, shape (m,), with which all m intervals hold together.

    The multiplier bootstrap of Callaway & Sant'Anna (2021, section 4): each cluster's
    contribution is multiplied by one random weight, and the largest absolute t statistic of each
    draw is kept, studentised by the analytic standard error. Its quantile is for the normal
    distribution; the t distribution with `df` gets the quantile of the same probability.

    Raises
    ------
    MethodError
        Unknown weights, or too few draws for the level.
    """
    if weights not in ("mammen", "rademacher") or draws * (1 - level) < 1:
        raise MethodError(
            f"Bobot {weights!r} dengan {draws} undian tidak dapat dipakai pada taraf {level:g}. "
            "Perbaikan: pilih 'mammen' atau 'rademacher' dengan sedikitnya 999 undian."
        )
    size = (draws, contributions.shape[0])
    if weights == "rademacher":
        multipliers = rng.choice([-1.0, 1.0], size=size)
    else:
        root = np.sqrt(5)
        low = rng.random(size) < (root + 1) / (2 * root)
        multipliers = np.where(low, (1 - root) / 2, (1 + root) / 2)
    errors = np.sqrt((contributions**2).sum(axis=0))
    largest = np.abs(multipliers @ contributions / errors).max(axis=1)
    probability = float(ndtr(np.quantile(largest, level, method="higher")))
    return t_quantile(df, max(probability, (1 + level) / 2))
