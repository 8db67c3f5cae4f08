"""Estimates for areas from a sample survey, with errors that follow its design.

The variance is that of Taylor linearisation over the whole design: strata, clusters drawn in the
first stage as if with replacement (which is cautious, the more so the more clusters of a stratum
were drawn), and weights. A domain, such as a kelurahan, keeps every cluster of the design; clusters
without it count with zero, since which households fell into the domain is itself chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, stdtrit

from kajian.errors import MethodError
from kajian.linear.strata import stratified_variance
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.result import DomainEstimates, Floats, Integers


def domain_mean(
    values: ArrayLike,
    design: SurveyDesign,
    by: ArrayLike,
    *,
    size: ArrayLike | None = None,
    proportion: bool = False,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> DomainEstimates:
    """Estimate the mean of a value in every domain.

    Parameters
    ----------
    values
        Shape (n,), finite; 0 and 1 for a share.
    design
        How the sample was drawn.
    by
        Shape (n,), the domain of every household.
    size
        Shape (n,), persons in the household, for a mean over persons; without it, over households.
    proportion
        Whether the mean is a share from 0 to 1, whose interval is made on the logit scale; shares
        of exactly 0 or 1 have none.
    domains
        All domains, in the order wanted, also those without a sample; without it, those in `by`.
    level
        Of the confidence interval.

    Returns
    -------
    DomainEstimates

    Raises
    ------
    MethodError
        When lengths differ, a number is not finite, a domain is missing or not among `domains`, a
        size is negative, or a proportion has a value outside 0-1.

    Notes
    -----
    A ratio of weighted totals: Binder (1983), International Statistical Review 51, 279-292;
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 5. Degrees of freedom
    of a domain and the logit interval: Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    values = _numbers(values, design, "nilai")
    if proportion and not ((values >= 0) & (values <= 1)).all():
        raise MethodError(
            "Proporsi memuat nilai di luar 0-1. Perbaikan: bagi persentase dengan 100."
        )
    sizes = np.ones(values.size) if size is None else _numbers(size, design, "ukuran")
    found = domain_ratio(values * sizes, sizes, design, by, domains=domains, level=level)
    return _on_logit_scale(found) if proportion else found


def domain_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    design: SurveyDesign,
    by: ArrayLike,
    *,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> DomainEstimates:
    """Estimate the ratio of two totals in every domain, as children out of school to children.

    Households whose denominator is zero are not counted in `n` and `clusters`; the rest is as in
    `domain_mean`.
    """
    numerator = _numbers(numerator, design, "pembilang")
    denominator = _numbers(denominator, design, "penyebut")
    if (denominator < 0).any():
        raise MethodError("Ukuran atau penyebut negatif. Perbaikan: periksa kolomnya.")
    sample = _sample(design, by, domains)
    w, used = design.weights, denominator > 0
    y, x = sample.sums(w * numerator), sample.sums(w * denominator)
    n = sample.sums(used)
    size, households, count = x.sum(axis=0), sample.sums(w * used).sum(axis=0), n.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = y.sum(axis=0) / size
        variance = stratified_variance((y - estimate * x) / size, sample.stratum)
        residual = numerator - estimate[sample.domain] * denominator
        spread = sample.sums(w * residual**2).sum(axis=0) / households * count / (count - 1)
        simple = spread / count * (households / size) ** 2
        design_effect = variance / simple
    several = (n > 0).sum(axis=0) > 1
    variance = np.where(several, variance, np.nan)
    design_effect = np.where(several, design_effect, np.nan)
    return _estimates(sample, estimate, variance, n, design_effect, level)


def domain_total(
    values: ArrayLike,
    design: SurveyDesign,
    by: ArrayLike,
    *,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> DomainEstimates:
    """Estimate the total of a value in every domain; parameters as in `domain_mean`."""
    values = _numbers(values, design, "nilai")
    sample = _sample(design, by, domains)
    scores, n = sample.sums(design.weights * values), sample.sums(np.ones(values.size))
    sampled = n.sum(axis=0) > 0
    estimate = np.where(sampled, scores.sum(axis=0), np.nan)
    variance = np.where(sampled, stratified_variance(scores, sample.stratum), np.nan)
    return _estimates(sample, estimate, variance, n, np.full(sampled.size, np.nan), level)


def variance_of_totals(
    scores: Iterable[ArrayLike], design: SurveyDesign
) -> tuple[Floats, int, int]:
    """Compute design variances of sums over the sample, such as of linearised statistics.

    Parameters
    ----------
    scores
        k columns of shape (n,), weights already in them.
    design
        How the sample was drawn.

    Returns
    -------
    tuple
        The k variances, the clusters of the design, and clusters minus strata (at least 1).
    """
    sample = _sample(design, np.zeros(design.weights.size, dtype=np.intp), None)
    clusters = sample.stratum.size
    sums = (np.bincount(sample.cluster, column, clusters).astype(float) for column in scores)
    variances = [stratified_variance(column[:, None], sample.stratum) for column in sums]
    df = max(clusters - int(sample.stratum.max()) - 1, 1)
    return np.concatenate(variances), clusters, df


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """The cluster and the domain of every household, and the stratum of every cluster, as codes."""

    labels: pd.Index
    domain: Integers
    cluster: Integers
    stratum: Integers

    def sums(self, values: NDArray[Any]) -> Floats:
        """Sums by cluster and domain, shape (clusters, domains)."""
        shape = self.stratum.size, len(self.labels)
        cell = np.ravel_multi_index((self.cluster, self.domain), shape)
        sums = np.bincount(cell, values, minlength=shape[0] * shape[1])
        return sums.astype(float).reshape(shape)


def _sample(
    design: SurveyDesign, by: ArrayLike, domains: Sequence[Any] | pd.Index | None
) -> _Sample:
    found = pd.Index(np.asarray(by))
    if len(found) != design.weights.size or found.hasnans:
        raise MethodError(
            f"Domain tercatat untuk {int(found.notna().sum())} dari {design.weights.size} rumah "
            "tangga sampel. Perbaikan: lengkapi domain setiap rumah tangga."
        )
    labels = found.unique().sort_values() if domains is None else pd.Index(domains).unique()
    domain = labels.get_indexer(found)
    if (domain < 0).any():
        unknown = found[domain < 0].unique()
        raise MethodError(
            f"{len(unknown)} domain sampel tidak ada dalam daftar domain, antara lain "
            f"'{unknown[0]}'. Perbaikan: lengkapi daftar domain atau perbaiki kodenya."
        )
    cluster = pd.factorize(design.cluster)[0]
    first = np.unique(cluster, return_index=True)[1]
    stratum = pd.factorize(design.strata)[0][first]
    return _Sample(labels=labels, domain=domain, cluster=cluster, stratum=stratum)


def _estimates(
    sample: _Sample,
    estimate: Floats,
    variance: Floats,
    n: Floats,
    design_effect: Floats,
    level: float,
) -> DomainEstimates:
    present = n > 0
    strata = np.zeros((sample.stratum.max() + 1, present.shape[1]), dtype=bool)
    np.logical_or.at(strata, sample.stratum, present)
    clusters = present.sum(axis=0)
    df = np.where(clusters > 0, np.maximum(clusters - strata.sum(axis=0), 1), 0)
    half = stdtrit(df, (1 + level) / 2) * np.sqrt(variance)
    return DomainEstimates(
        domains=sample.labels,
        estimate=estimate,
        std_error=np.sqrt(variance),
        conf_low=estimate - half,
        conf_high=estimate + half,
        n=n.sum(axis=0).astype(np.intp),
        clusters=clusters,
        df=df,
        design_effect=design_effect,
        df_design=sample.stratum.size - len(strata),
        level=level,
    )


def _on_logit_scale(found: DomainEstimates) -> DomainEstimates:
    p = found.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        half = stdtrit(found.df, (1 + found.level) / 2) * found.std_error / (p * (1 - p))
        low, high = expit(logit(p) - half), expit(logit(p) + half)
    return replace(found, conf_low=low, conf_high=high)


def _numbers(values: ArrayLike, design: SurveyDesign, name: str) -> Floats:
    numbers = np.asarray(values, dtype=float)
    if numbers.shape != design.weights.shape:
        raise MethodError(
            f"Kolom {name} berisi {numbers.size} angka, padahal rancangan memuat "
            f"{design.weights.size} rumah tangga. Perbaikan: ambil keduanya dari tabel yang sama."
        )
    if not np.isfinite(numbers).all():
        raise MethodError(
            f"{int((~np.isfinite(numbers)).sum())} {name} kosong atau tak hingga. Perbaikan: "
            "lengkapi; membuang barisnya mengubah rancangan, jadi jadikan domain tersendiri."
        )
    return numbers
