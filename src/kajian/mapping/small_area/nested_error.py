"""The nested-error model ``y = X b + area effect + unit error`` by REML, from sums per area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.small_area.covariates import CONSTANT, Covariates, covariates, numeric_columns
from kajian.mapping.small_area.reml_search import best_variance, likely_variances
from kajian.mapping.survey.result import Floats, Integers

# Ratios of the variance between areas to that between units.
SMALLEST, LARGEST = 1e-8, 1e8


@dataclass(frozen=True, slots=True, eq=False)
class AtRatio:
    """The model at one ratio of variances; covariates in the orthonormal basis.

    Attributes
    ----------
    area_variance, unit_variance
        Variances between areas, and between units of an area.
    beta, covariance
        Coefficients, shape (p,), and their covariance.
    gamma, effect
        Shape (g,): weight of an area's own sample, and its predicted effect.
    loglik, score
        Restricted log-likelihood, and its derivative by the ratio.
    """

    area_variance: float
    unit_variance: float
    beta: Floats
    covariance: Floats
    gamma: Floats
    effect: Floats
    loglik: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class NestedErrorSample:
    """What the likelihood needs of n units in g areas.

    Attributes
    ----------
    table
        The covariates; p columns.
    areas, n
        Labels of the sampled areas, and their units; shape (g,).
    sums, residual_sums
        Sums over the units of each area of the basis, shape (g, p), and of the residuals of
        ordinary least squares, shape (g,).
    ordinary
        Ordinary least squares coefficients.
    residual_squares
        Sum of squared residuals of ordinary least squares.
    """

    table: Covariates
    areas: pd.Index
    n: Integers
    sums: Floats
    residual_sums: Floats
    ordinary: Floats
    residual_squares: float

    @property
    def means(self) -> Floats:
        """Means of the basis over the units of each area, shape (g, p)."""
        return self.sums / self.n[:, None]

    def at(self, ratio: float) -> AtRatio:
        """Fit everything else at a given ratio of variances."""
        S, s, n = self.sums, self.residual_sums, self.n
        w = 1 / (1 + n * ratio)
        A = np.eye(S.shape[1]) - S.T @ (S * (ratio * w)[:, None])
        covariance = np.linalg.inv(A).astype(float)
        change = -covariance @ (S.T @ (ratio * w * s))  # of ordinary least squares
        squares = self.residual_squares - float(ratio * w @ s**2 + change @ A @ change)
        df = int(n.sum()) - len(A)
        unit_variance = squares / df
        residual = s - S @ change
        determinant = float(np.linalg.slogdet(A)[1]) - np.log(w).sum()
        trace = float(np.trace(covariance @ (S.T @ (S * (w**2)[:, None]))))
        return AtRatio(
            area_variance=ratio * unit_variance,
            unit_variance=unit_variance,
            beta=self.ordinary + change,
            covariance=covariance * unit_variance,
            gamma=n * ratio * w,
            effect=ratio * w * residual,
            loglik=-0.5 * float(determinant + df * (np.log(2 * np.pi * unit_variance) + 1)),
            score=0.5 * float((w**2 @ residual**2) / unit_variance - n @ w + trace),
        )

    def _profile(self, ratio: float) -> tuple[float, float]:
        at = self.at(ratio)
        return at.loglik, at.score

    def fit(self) -> AtRatio:
        """Fit by restricted maximum likelihood."""
        return self.at(best_variance(self._profile, SMALLEST, LARGEST))

    def likely(self, best: AtRatio) -> list[tuple[AtRatio, float]]:
        """Fits at ratios around the best one, each with its share of the likelihood."""
        ratio = best.area_variance / best.unit_variance
        ratios, shares = likely_variances(self._profile, ratio, LARGEST)
        return [(self.at(float(r)), float(s)) for r, s in zip(ratios, shares, strict=True)]


def nested_error_sample(
    y: ArrayLike, X: ArrayLike | pd.DataFrame, area: ArrayLike, *, constant: bool
) -> NestedErrorSample:
    """Check a sample of units and take the sums that the likelihood needs.

    Parameters
    ----------
    y
        Shape (n,), finite.
    X
        Shape (n, p), covariates.
    area
        Shape (n,), the area of every unit.
    constant
        Whether to add a constant.

    Raises
    ------
    MethodError
        When lengths differ, a value or area is missing, a covariate says nothing new, no area has
        two units, there is one area, or units of one area do not differ.
    """
    values, labels = np.asarray(y, dtype=float), pd.Index(np.asarray(area))
    if values.ndim != 1 or not values.size == len(labels) == len(np.asarray(X)):
        raise MethodError(
            f"Nilai ({values.size}), wilayah ({len(labels)}), dan kovariat "
            f"({len(np.asarray(X))}) tidak sama panjang. Perbaikan: ambil ketiganya dari tabel "
            "yang sama."
        )
    missing = ~np.isfinite(values) | labels.isna()
    if missing.any():
        raise MethodError(
            f"{int(missing.sum())} unit sampel tanpa nilai atau tanpa wilayah (pertama: baris "
            f"ke-{int(missing.argmax()) + 1}). Perbaikan: lengkapi atau keluarkan barisnya."
        )
    areas = labels.unique().sort_values()
    code = areas.get_indexer(labels)
    n = np.bincount(code)
    if len(areas) < 2 or n.max() < 2:
        raise MethodError(
            f"Sampel berisi {len(areas)} wilayah dengan paling banyak {n.max()} unit, sehingga "
            "ragam antarwilayah dan antarunit tidak dapat dipisahkan. Perbaikan: pakai "
            "fay_herriot, atau gabungkan sampel."
        )
    table = covariates(X, constant=constant)
    Q = table.basis
    ordinary = Q.T @ values
    residual = values - Q @ ordinary
    sample = NestedErrorSample(
        table=table,
        areas=areas,
        n=n,
        sums=np.column_stack([np.bincount(code, column) for column in Q.T]),
        residual_sums=np.bincount(code, residual).astype(float),
        ordinary=ordinary,
        residual_squares=float(residual @ residual),
    )
    within = sample.residual_squares - float((sample.residual_sums**2 / n).sum())
    if within <= 1e-12 * float(values @ values) or sample.at(LARGEST).score > 0:
        raise MethodError(
            "Unit dalam satu wilayah tidak berbeda setelah kovariat diperhitungkan, sehingga "
            "ragam antarunit tidak terhitung. Perbaikan: periksa apakah nilai wilayah disalin ke "
            "setiap unit; bila benar, pakai fay_herriot."
        )
    return sample


def placed(sample: NestedErrorSample, areas: pd.Index) -> tuple[Integers, Integers]:
    """Where among all areas each sampled one is, and the sampled units of all areas."""
    if not areas.is_unique:
        raise MethodError(
            f"Wilayah '{areas[areas.duplicated()][0]}' berulang pada tabel populasi. "
            "Perbaikan: satu baris per wilayah."
        )
    where = areas.get_indexer(sample.areas)
    if (where < 0).any():
        unknown = sample.areas[where < 0]
        raise MethodError(
            f"{len(unknown)} wilayah sampel tidak ada pada tabel populasi "
            f"({', '.join(map(str, unknown[:5]))}). Perbaikan: lengkapi tabel populasi."
        )
    n = np.zeros(len(areas), dtype=np.intp)
    n[where] = sample.n
    return where, n


def population_basis(
    sample: NestedErrorSample, X: ArrayLike | pd.DataFrame, population: pd.DataFrame
) -> Floats:
    """Covariates of the population, or means of them, in the basis of the sample; shape (N, p)."""
    if isinstance(X, pd.DataFrame):
        absent = [str(name) for name in X.columns if name not in population.columns]
        if absent:
            raise MethodError(
                f"Tabel populasi tidak memuat kovariat {', '.join(absent)}. Perbaikan: "
                "lengkapi kolomnya dengan nama yang sama seperti pada sampel."
            )
        population = population[list(X.columns)]
    columns = numeric_columns(population)[0]
    if sample.table.names[0] == CONSTANT:
        columns = np.column_stack([np.ones(len(columns)), columns])
    if columns.shape[1] != len(sample.table.names):
        raise MethodError(
            f"Tabel populasi memuat {population.shape[1]} kovariat, sampel "
            f"{np.atleast_2d(np.asarray(X).T).shape[0]}. Perbaikan: samakan kolomnya."
        )
    return np.asarray(columns @ sample.table.turn)
