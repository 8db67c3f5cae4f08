"""Small-area means from sampled units and known population means of the covariates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.small_area.covariates import coefficient_table
from kajian.mapping.small_area.nested_error import (
    AtRatio,
    NestedErrorSample,
    nested_error_sample,
    placed,
    population_basis,
)
from kajian.mapping.small_area.result import SmallAreaEstimates
from kajian.mapping.survey.result import Floats, Integers


def unit_level(
    y: ArrayLike,
    X: ArrayLike | pd.DataFrame,
    area: ArrayLike,
    population_means: pd.DataFrame,
    *,
    sizes: pd.Series | None = None,
    constant: bool = True,
    level: float = 0.95,
) -> SmallAreaEstimates:
    """Estimate means of areas by the nested-error model of Battese, Harter and Fuller.

    Parameters
    ----------
    y
        Shape (n,), the value of every sampled unit.
    X
        Shape (n, p), covariates of the sampled units.
    area
        Shape (n,), the area of every sampled unit.
    population_means
        Means of the covariates over all units of an area: one row per area, labelled by its
        index, also those without sample; columns as in `X`.
    sizes
        Units in each area's population, labelled like `population_means`. With it the estimate is
        of the mean of these units, of which the sample is known; without it, of an area of which
        the sample is a vanishing part.
    constant
        Whether to add a constant.
    level
        Of the confidence interval.

    Returns
    -------
    SmallAreaEstimates
        In the order of `population_means`; `direct` is the mean of the sampled units, and its
        error rests on the variance within areas over all areas.

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, a covariate is constant or a combination of
        others, population means lack an area or a column, a size is smaller than the sample, or
        the two variances cannot be told apart.

    Notes
    -----
    Battese, Harter and Fuller (1988), JASA 83, 28-36; mean squared error ``g1 + g2 + 2 g3`` by
    Prasad and Rao (1990), JASA 85, 163-171, with the REML variances' asymptotic covariance; Rao
    and Molina (2015), Small Area Estimation, 2nd ed., ch. 7. Intervals as in `fay_herriot`.

    Survey weights are not used: given the covariates, which unit was drawn must not depend on its
    value. Put what the design depends on into the covariates.
    """
    if not 0 < level < 1:
        raise MethodError(f"level {level} di luar 0-1. Perbaikan: isi misalnya 0.95.")
    sample = nested_error_sample(y, X, area, constant=constant)
    where, n = placed(sample, population_means.index)

    def spread(of_sampled: Floats, elsewhere: float = 0.0) -> Floats:
        everywhere = np.full((n.size, *of_sampled.shape[1:]), elsewhere)
        everywhere[where] = of_sampled
        return everywhere

    means = population_basis(sample, X, population_means)
    share, N = _sampled_share(n, sizes, population_means.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = (means - share[:, None] * spread(sample.means)) / (1 - share[:, None])
    rest = np.where((share < 1)[:, None], rest, 0.0)

    values, labels = np.asarray(y, dtype=float), pd.Index(np.asarray(area))
    code = sample.areas.get_indexer(labels)
    direct = np.bincount(code, values) / sample.n
    within = float(((values - direct[code]) ** 2).sum()) / (values.size - len(direct))
    direct = spread(direct, np.nan)

    def predicted(at: AtRatio) -> tuple[Floats, Floats]:
        """The best predictor for known variances, and its error ``g1 + g2``, of the rest."""
        gamma, effect = spread(at.gamma), spread(at.effect)
        change = rest - gamma[:, None] * spread(sample.means)
        leverage = ((change @ at.covariance) * change).sum(axis=1)
        return rest @ at.beta + effect, (1 - gamma) * at.area_variance + leverage

    best = sample.fit()
    unsampled, mse = predicted(best)
    interval_mse = np.zeros(len(means))
    for at, weight in sample.likely(best):
        other, error = predicted(at)
        interval_mse += weight * (error + (other - unsampled) ** 2)
    chance = np.where(N > 0, (1 - share) / np.where(N > 0, N, 1.0), 0.0) * best.unit_variance
    return SmallAreaEstimates(
        areas=population_means.index,
        estimate=share * np.where(n > 0, direct, 0.0) + (1 - share) * unsampled,
        mse=(1 - share) ** 2 * (mse + 2 * spread(_g3(sample, best))) + chance,
        interval_mse=(1 - share) ** 2 * interval_mse + chance,
        synthetic=means @ best.beta,
        gamma=spread(best.gamma),
        direct=direct,
        direct_std_error=np.sqrt((1 - share) * within / np.where(n > 0, n, np.nan)),
        n=n,
        proportion=False,
        coefficients=coefficient_table(sample.table, best.beta, best.covariance, level),
        area_variance=best.area_variance,
        unit_variance=best.unit_variance,
        loglik=best.loglik,
        level=level,
    )


def _g3(sample: NestedErrorSample, at: AtRatio) -> Floats:
    """What not knowing the variances adds, shape (g,), by their asymptotic covariance."""
    n, v, e = sample.n, at.area_variance, at.unit_variance
    alpha = e + n * v
    information = 0.5 * np.array(
        [
            [(n**2 / alpha**2).sum(), (n / alpha**2).sum()],
            [(n / alpha**2).sum(), ((n - 1) / e**2 + alpha**-2.0).sum()],
        ]
    )
    slope = np.array([e, -v])
    return np.asarray(n / alpha**3 * (slope @ np.linalg.solve(information, slope)))


def _sampled_share(n: Integers, sizes: pd.Series | None, areas: pd.Index) -> tuple[Floats, Floats]:
    """Share of each population that was sampled, and its size (zeros without sizes)."""
    if sizes is None:
        return np.zeros(n.size), np.zeros(n.size)
    N = sizes.reindex(areas).to_numpy(dtype=float)
    wrong = ~(np.isfinite(N) & (N > 0) & (n <= N))
    if wrong.any():
        raise MethodError(
            f"Ukuran populasi {int(wrong.sum())} wilayah kosong, nol, atau kurang dari sampelnya "
            f"({', '.join(map(str, areas[wrong][:5]))}). Perbaikan: lengkapi sizes menurut wilayah."
        )
    return n / N, N
