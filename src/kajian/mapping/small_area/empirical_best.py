"""Poverty of small areas from sampled welfare and a register of all households."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from kajian.errors import MethodError
from kajian.mapping.small_area.covariates import coefficient_table
from kajian.mapping.small_area.nested_error import (
    AtRatio,
    nested_error_sample,
    placed,
    population_basis,
)
from kajian.mapping.small_area.result import SmallAreaEstimates
from kajian.mapping.survey.result import Floats


def empirical_best_poverty(
    log_welfare: ArrayLike,
    X: ArrayLike | pd.DataFrame,
    area: ArrayLike,
    population: pd.DataFrame,
    population_area: ArrayLike,
    log_line: float,
    *,
    size: ArrayLike | None = None,
    direct: pd.Series | None = None,
    direct_variance: pd.Series | None = None,
    constant: bool = True,
    level: float = 0.95,
) -> SmallAreaEstimates:
    """Estimate the share of people below a poverty line in every area of a register.

    The model is fitted to the logarithm of welfare in the survey; every household of the register
    then has a probability of being poor, given its covariates and what the survey saw in its area.

    Parameters
    ----------
    log_welfare
        Shape (n,), logarithm of each sampled household's welfare, such as spending per head.
    X
        Shape (n, p), covariates of the sampled households.
    area
        Shape (n,), the area of every sampled household.
    population
        Shape (N, p), the same covariates of all households; columns as in `X`.
    population_area
        Shape (N,), their areas; also areas without sample.
    log_line
        Logarithm of the poverty line, in the units of `log_welfare`.
    size
        Shape (N,), persons in each household of the register; without it, households count.
    direct, direct_variance
        What the survey alone says, labelled by area, to compare with.
    constant
        Whether to add a constant.
    level
        Of the confidence interval.

    Returns
    -------
    SmallAreaEstimates
        For the areas of the register, in the order of their labels; shares from 0 to 1. `gamma`
        is the weight of the sample in an area's effect, `n` its households, `mse` and
        `interval_mse` are the same.

    Raises
    ------
    MethodError
        As for `unit_level`; also when the line or a size of the register is not a number, or an
        area of the sample is not in the register.

    Notes
    -----
    Molina and Rao (2010), Canadian Journal of Statistics 38, 369-385. The best predictor of a
    head count needs no simulation: given the sample, welfare is normal. The error adds, by
    linearisation, the area's effect, the coefficients and the variance between households; the
    chance of who among so many households is poor; and, by averaging over the restricted
    likelihood as in `fay_herriot`, the variance between areas. With few units in each area it is
    rather too large than too small: by 16 percent in our test of 27 areas with 18 households each.

    Errors must be normal on the logarithmic scale, and households of one block no more alike than
    those of one area. Sampled households, a small part of all, are predicted like the others.
    """
    if not 0 < level < 1 or not np.isfinite(log_line):
        raise MethodError(
            f"level {level} di luar 0-1 atau garis kemiskinan {log_line} bukan angka. Perbaikan: "
            "isi level misalnya 0.95 dan logaritma garis kemiskinan."
        )
    sample = nested_error_sample(log_welfare, X, area, constant=constant)
    labels = pd.Index(np.asarray(population_area))
    people = np.ones(len(labels)) if size is None else np.asarray(size, dtype=float)
    if not len(population) == len(labels) == people.size:
        raise MethodError(
            f"Register ({len(population)}), wilayahnya ({len(labels)}), dan jumlah anggota "
            f"({people.size}) tidak sama panjang. Perbaikan: ambil dari tabel yang sama."
        )
    wrong = ~(np.isfinite(people) & (people > 0)) | labels.isna()
    if wrong.any():
        raise MethodError(
            f"{int(wrong.sum())} rumah tangga register tanpa wilayah atau tanpa anggota (pertama: "
            f"baris ke-{int(wrong.argmax()) + 1}). Perbaikan: lengkapi registernya."
        )
    areas = labels.unique().sort_values()
    code = areas.get_indexer(labels)
    where, n = placed(sample, areas)
    basis = population_basis(sample, X, population)
    total = np.bincount(code, people)
    weight = people / total[code]
    df = int(sample.n.sum()) - basis.shape[1]

    def spread(of_sampled: Floats) -> Floats:
        everywhere = np.zeros((len(areas), *of_sampled.shape[1:]))
        everywhere[where] = of_sampled
        return everywhere

    def mean(values: Floats) -> Floats:
        return np.bincount(code, weight * values).astype(float)

    def predicted(at: AtRatio) -> tuple[Floats, Floats]:
        """Shares of poor persons for known variances, and their squared error."""
        gamma, effect, centre = spread(at.gamma), spread(at.effect), spread(sample.means)
        effect_variance = at.area_variance * (1 - gamma)
        deviation = np.sqrt(at.unit_variance + effect_variance)
        distance = (log_line - basis @ at.beta - effect[code]) / deviation[code]
        poor = ndtr(distance)
        density = np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi)
        slope = mean(density) / deviation
        change = (
            np.column_stack([mean(density * column) for column in basis.T]) / deviation[:, None]
        )
        change -= (slope * gamma)[:, None] * centre
        error = (
            slope**2 * effect_variance
            + ((change @ at.covariance) * change).sum(axis=1)
            + mean(density * distance) ** 2 / (2 * df)
            + mean(weight * poor * (1 - poor))
        )
        return mean(poor), error

    best = sample.fit()
    estimate, _ = predicted(best)
    mse = np.zeros(len(areas))
    for at, share in sample.likely(best):
        other, error = predicted(at)
        mse += share * (error + (other - estimate) ** 2)
    synthetic = mean(
        ndtr((log_line - basis @ best.beta) / np.sqrt(best.unit_variance + best.area_variance))
    )
    empty = pd.Series(np.nan, index=areas)
    alone = empty if direct is None else direct.reindex(areas)
    alone_variance = empty if direct_variance is None else direct_variance.reindex(areas)
    return SmallAreaEstimates(
        areas=areas,
        estimate=estimate,
        mse=mse,
        interval_mse=mse,
        synthetic=synthetic,
        gamma=spread(best.gamma),
        direct=np.asarray(alone, dtype=float),
        direct_std_error=np.sqrt(np.asarray(alone_variance, dtype=float)),
        n=n,
        proportion=True,
        coefficients=coefficient_table(sample.table, best.beta, best.covariance, level),
        area_variance=best.area_variance,
        unit_variance=best.unit_variance,
        loglik=best.loglik,
        level=level,
    )
