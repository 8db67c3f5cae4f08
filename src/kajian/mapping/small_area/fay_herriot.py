"""Small-area estimates from direct estimates and covariates: the Fay-Herriot model by REML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.mapping.small_area.covariates import coefficient_table, covariates
from kajian.mapping.small_area.reml_search import best_variance, likely_variances
from kajian.mapping.small_area.result import SmallAreaEstimates
from kajian.mapping.survey.result import Floats

# Of the smallest sampling variance: so little between areas changes no digit that matters.
SMALL = 1e-6


def fay_herriot(
    direct: ArrayLike | pd.Series,
    variance: ArrayLike | pd.Series,
    X: ArrayLike | pd.DataFrame,
    *,
    areas: Sequence[Any] | pd.Index | None = None,
    names: Sequence[str] | None = None,
    constant: bool = True,
    proportion: bool = False,
    level: float = 0.95,
) -> SmallAreaEstimates:
    """Estimate small areas by the area-level model ``direct = X b + area effect + sampling error``.

    Parameters
    ----------
    direct
        Shape (m,), the survey's estimates; missing, together with `variance`, for areas without
        sample, which get the synthetic estimate with its own error.
    variance
        Shape (m,), variances of the sampling errors, taken as known: positive, in squared units of
        `direct`. Those of a few clusters each should be smoothed (`smoothed_variance`).
    X
        Shape (m, p), covariates without error, for every area.
    areas
        Labels; without them the index of `direct` if it is a Series, else 0, 1, ...
    names
        Names of the covariates, if `X` is not a DataFrame.
    constant
        Whether to add a constant; without it `X` should contain one.
    proportion
        Whether the estimates are shares from 0 to 1, at which they and their limits are cut off.
    level
        Of the confidence interval.

    Returns
    -------
    SmallAreaEstimates

    Raises
    ------
    MethodError
        When lengths or labels differ, an estimate comes without variance or the reverse, a
        variance is zero or negative, a covariate is missing, constant or a combination of others,
        or there are fewer areas with sample than coefficients plus five.

    Notes
    -----
    Restricted maximum likelihood; a variance between areas of zero is a possible answer, and said.
    Fay and Herriot (1979), JASA 74, 269-277. The mean squared error is ``g1 + g2 + 2 g3``, which
    is right to second order for REML: Prasad and Rao (1990), JASA 85, 163-171; Datta and Lahiri
    (2000), Statistica Sinica 10, 613-627.

    That error is right on average over samples (too large where areas hardly differ, since a
    variance cannot be negative), but an interval made of it fails in those samples that put the
    variance between areas too low: with 200 areas and a sixth of the sampling
    variance between them, 95% intervals held the truth in 91% of the cases, and in half of the
    cases where that variance was estimated as zero. The interval therefore averages the squared
    error about the estimate over the restricted likelihood of the variance (a flat prior, as in
    Morris (1983), JASA 78, 47-55): there 94%, and more where areas hardly differ.
    """
    y, d, labels = _checked(direct, variance, X, areas, level)
    sampled = ~np.isnan(y)
    table = covariates(X, constant=constant, names=names, fitted=sampled)
    y_s, d_s, Q = y[sampled], d[sampled], table.basis[sampled]
    if proportion and ((y_s < 0) | (y_s > 1)).any():
        raise MethodError(
            "Proporsi memuat nilai di luar 0-1. Perbaikan: bagi persentase dengan 100 (dan "
            "ragamnya dengan 10.000)."
        )

    def profile(s2: float) -> tuple[float, float]:
        return _restricted(s2, y_s, d_s, Q)

    low, high = _range(y_s, d_s, Q)
    s2 = best_variance(profile, low, high)
    found = _predicted(s2, y, d, table.basis)
    interval_mse = np.zeros(y.size)
    for likely, share in zip(*likely_variances(profile, s2, high), strict=True):
        other = _predicted(float(likely), y, d, table.basis)
        interval_mse += share * (other.mse + (other.estimate - found.estimate) ** 2)
    g3 = d**2 / (s2 + d) ** 3 * 2 / ((s2 + d_s) ** -2.0).sum()
    cut = (0.0, 1.0) if proportion else (-np.inf, np.inf)
    return SmallAreaEstimates(
        areas=labels,
        estimate=found.estimate.clip(*cut),
        mse=found.mse + np.where(sampled, 2 * g3, 0.0),
        interval_mse=interval_mse,
        synthetic=found.synthetic.clip(*cut),
        gamma=found.gamma,
        direct=y,
        direct_std_error=np.sqrt(d),
        n=sampled.astype(np.intp),
        proportion=proportion,
        coefficients=coefficient_table(table, found.beta, found.covariance, level),
        area_variance=s2,
        unit_variance=np.nan,
        loglik=profile(s2)[0],
        level=level,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Predicted:
    """The best predictor for a known variance between areas, and its error ``g1 + g2``."""

    beta: Floats
    covariance: Floats
    synthetic: Floats
    gamma: Floats
    estimate: Floats
    mse: Floats


def _predicted(s2: float, y: Floats, d: Floats, basis: Floats) -> _Predicted:
    sampled = ~np.isnan(y)
    Q, w = basis[sampled], 1 / (s2 + d[sampled])
    covariance = np.linalg.inv(Q.T @ (Q * w[:, None])).astype(float)
    beta = covariance @ (Q.T @ (w * y[sampled]))
    synthetic = basis @ beta
    gamma = np.where(sampled, s2 / (s2 + d), 0.0)
    leverage = ((basis @ covariance) * basis).sum(axis=1)
    return _Predicted(
        beta=beta,
        covariance=covariance,
        synthetic=synthetic,
        gamma=gamma,
        estimate=synthetic + np.where(sampled, gamma * (y - synthetic), 0.0),
        mse=np.where(sampled, gamma * d, s2) + (1 - gamma) ** 2 * leverage,
    )


def _restricted(s2: float, y: Floats, d: Floats, Q: Floats) -> tuple[float, float]:
    """Restricted log-likelihood of the variance between areas, and its derivative."""
    w = 1 / (s2 + d)
    A = Q.T @ (Q * w[:, None])
    r = w * (y - Q @ np.linalg.solve(A, Q.T @ (w * y)))
    B = Q.T @ (Q * (w * w)[:, None])
    logdet = float(np.linalg.slogdet(A)[1])
    loglik = 0.5 * (np.log(w).sum() - logdet - y @ r - (y.size - len(A)) * np.log(2 * np.pi))
    score = 0.5 * (r @ r - w.sum() + np.trace(np.linalg.solve(A, B)))
    return float(loglik), float(score)


def _range(y: Floats, d: Floats, Q: Floats) -> tuple[float, float]:
    """Two variances between which every turn of the restricted likelihood lies, zero apart.

    With P its projection and r the mean square of the ordinary residuals, ``y'PPy`` is at most
    ``(m - p) r / s2^2`` and the trace of P at least ``(m - p) / (s2 + max d)``: once
    ``s2^2 > r (s2 + max d)``, the likelihood falls.
    """
    residual = y - Q @ (Q.T @ y)
    r = float(residual @ residual) / (y.size - Q.shape[1])
    largest = float(d.max())
    falls = (r + np.sqrt(r * r + 4 * r * largest)) / 2
    return SMALL * float(d.min()), max(falls, largest)


def _checked(
    direct: ArrayLike | pd.Series,
    variance: ArrayLike | pd.Series,
    X: ArrayLike | pd.DataFrame,
    areas: Sequence[Any] | pd.Index | None,
    level: float,
) -> tuple[Floats, Floats, pd.Index]:
    y, d = np.asarray(direct, dtype=float), np.asarray(variance, dtype=float)
    if areas is not None:
        labels = pd.Index(areas)
    else:
        labels = direct.index if isinstance(direct, pd.Series) else pd.RangeIndex(y.size)
    if y.ndim != 1 or not y.shape == d.shape == labels.shape or len(np.asarray(X)) != y.size:
        raise MethodError(
            f"Pendugaan langsung ({y.size}), ragam ({d.size}), kovariat ({len(np.asarray(X))}), "
            f"dan label wilayah ({labels.size}) tidak sama panjang. Perbaikan: ambil semuanya "
            "dari tabel yang sama."
        )
    for other in (variance, X):
        labelled = isinstance(direct, pd.Series) and isinstance(other, pd.Series | pd.DataFrame)
        if labelled and not direct.index.equals(other.index):  # type: ignore[union-attr]
            raise MethodError(
                "Urutan wilayah pada pendugaan langsung, ragam, dan kovariat berbeda. Perbaikan: "
                "urutkan dengan .reindex pada kode wilayah yang sama."
            )
    if not labels.is_unique or not 0 < level < 1:
        raise MethodError(
            "Label wilayah berulang atau level di luar 0-1. Perbaikan: satu baris per wilayah, "
            "dan level misalnya 0.95."
        )
    _refuse(labels, np.isnan(y) != np.isnan(d), "hanya punya pendugaan atau hanya punya ragam")
    _refuse(labels, np.isinf(y) | np.isinf(d), "punya pendugaan atau ragam tak hingga")
    _refuse(labels, d <= 0, "punya ragam nol atau negatif")
    return y, d, labels


def _refuse(labels: pd.Index, wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        first = ", ".join(map(str, labels[wrong][:5]))
        raise MethodError(
            f"{int(wrong.sum())} wilayah {what} ({first}). Perbaikan: pakai smoothed_variance, "
            "atau kosongkan pendugaan dan ragamnya agar dianggap tanpa sampel."
        )
