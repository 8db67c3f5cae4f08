"""What the spatial models share: how they start, and what is told of the maximum."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from kajian.causal.spatial.filter import SpatialFilter, spatial_filter
from kajian.causal.spatial.result import SpatialRegression
from kajian.causal.spatial.weights import neighbours
from kajian.errors import MethodError
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats
from kajian.linear.regression import ols
from kajian.linear.result import Regression

PERFECT = 1e-7
"""Residuals this small beside the outcome leave nothing to estimate a variance from."""


def start(
    formula: str, data: pd.DataFrame, weights: pd.DataFrame, unit: str
) -> tuple[Regression, SpatialFilter]:
    """Fit by least squares and place the weights in the order of the used rows.

    Raises
    ------
    MethodError
        As in `ols` and `neighbours`; units without a neighbour among the used rows.
    """
    fit = ols(formula, data, vcov="iid")
    units = fit.labels(unit)
    linked = neighbours(weights, units)
    islands = units[linked.sum(axis=1) == 0]
    if not islands.empty:
        raise MethodError(
            f"{len(islands)} satuan tidak punya tetangga di antara {fit.n_obs} baris yang dipakai "
            f"({fit.n_dropped} baris tak lengkap dilewati): {', '.join(map(str, islands[:5]))}. "
            "Perbaikan: hubungkan dengan satuan terdekat, atau keluarkan dari data."
        )
    return fit, spatial_filter(linked)


def require_enough(n: int, k: int) -> None:
    """Refuse samples that do not exceed the k coefficients, the spatial parameter and sigma2."""
    if n <= k + 2:
        raise MethodError(
            f"{n} baris lengkap tidak cukup untuk {k + 2} parameter. "
            "Perbaikan: kurangi suku, atau tambah satuan."
        )


def completed(
    model: Literal["lag", "error", "durbin"],
    fit: Regression,
    terms: tuple[str, ...],
    X: Floats,
    filtered: Floats,
    coefficients: Floats,
    parameter: float,
    residuals: Floats,
    lattice: SpatialFilter,
) -> SpatialRegression:
    """Describe a maximum: its height, and the inverse of the information there.

    With Z the design whose residuals are independent (`filtered`: X itself in a lag model,
    (I - lambda W) X in an error model), G = W (I - rho W)^-1, and v = G X beta in a lag model and
    zero in an error model, the information of (beta, rho, sigma2) has the blocks
    Z'Z / sigma2, Z'v / sigma2, tr(G G + G'G) + v'v / sigma2, tr(G) / sigma2 and n / (2 sigma2^2)
    (Anselin 1988, chapter 6).

    Raises
    ------
    MethodError
        When the model fits the outcome perfectly.
    """
    n, k = X.shape
    if np.linalg.norm(residuals) <= PERFECT * np.linalg.norm(fit.y):
        raise MethodError(
            "Model mencocokkan hasil dengan sempurna, sehingga galat tidak dapat diduga. "
            "Perbaikan: periksa apakah hasil dihitung dari suku atau dari nilai tetangganya."
        )
    sigma2 = float(residuals @ residuals / n)
    height = lattice.log_determinant(parameter) - n / 2 * (np.log(2 * np.pi * sigma2) + 1)
    G, trace, traces = lattice.information(parameter)
    mean = X @ coefficients
    shift = np.zeros(n) if model == "error" else G @ mean
    information = np.zeros((k + 2, k + 2))
    information[:k, :k] = filtered.T @ filtered / sigma2
    information[:k, k] = information[k, :k] = filtered.T @ shift / sigma2
    information[k, k] = traces + shift @ shift / sigma2
    information[k, k + 1] = information[k + 1, k] = trace / sigma2
    information[k + 1, k + 1] = n / (2 * sigma2**2)
    scale = np.sqrt(np.diag(information))
    covariance = np.linalg.inv(information / np.outer(scale, scale)) / np.outer(scale, scale)
    return SpatialRegression(
        model=model,
        outcome=fit.outcome,
        terms=terms,
        coefficients=coefficients,
        spatial_parameter=parameter,
        sigma2=sigma2,
        covariance=covariance,
        log_likelihood=float(height),
        pseudo_r2=_squared_correlation(fit.y, mean + parameter * shift),
        residuals=residuals,
        sample=fit.sample,
        n_obs=n,
        n_dropped=fit.n_dropped,
        n_lagged=k - len(fit.terms),
        n_links=int((lattice.W > 0).sum()),
        eigenvalues=lattice.eigenvalues,
        bounds=lattice.bounds,
    )


def _squared_correlation(y: Floats, expected: Floats) -> float:
    """Correlate an outcome with its expectation; zero when that does not vary."""
    spread = expected - expected.mean()
    if np.linalg.norm(spread) <= RELATIVE_ZERO * np.linalg.norm(expected):
        return 0.0
    return float(np.corrcoef(y, spread)[0, 1] ** 2)
