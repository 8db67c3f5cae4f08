"""Spatial lag and spatial Durbin models: outcomes that depend on neighbours' outcomes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from kajian.causal.spatial.filter import SpatialFilter
from kajian.causal.spatial.likelihood import completed, require_enough, start
from kajian.causal.spatial.result import SpatialRegression
from kajian.errors import MethodError
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats
from kajian.linear.regression import Regression


def spatial_lag(
    formula: str, data: pd.DataFrame, weights: pd.DataFrame, *, unit: str
) -> SpatialRegression:
    """Fit y = rho W y + X beta + e by maximum likelihood.

    The likelihood is concentrated in rho, with log |I - rho W| from the eigenvalues of W (Ord
    1975), and the covariance inverts the information matrix of (beta, rho, sigma2) (Anselin 1988,
    chapter 6). Errors are taken as independent, of equal variance and normal.

    Parameters
    ----------
    formula
        Such as ``"kemiskinan_pct ~ tpt_pct + np.log(umk_rp)"``.
    data
        One row per unit; rows with a missing value in a used column are left out, counted in
        `n_dropped`, and are nobody's neighbour.
    weights
        Square table of non-negative neighbour weights, units in rows and columns; rows are scaled
        to sum to one among the units used. Time and memory grow with n^3 and n^2: up to a few
        thousand units.
    unit
        Column of `data` with the labels of `weights`.

    Raises
    ------
    MethodError
        Missing column, collinear terms, too few rows, repeated unit, weights that are not square,
        lack a unit or leave one without neighbours, a perfect fit, or a rho at the end of its
        interval.
    """
    fit, lattice = start(formula, data, weights, unit)
    return _fit(fit, fit.terms, fit.X, lattice)


def spatial_durbin(
    formula: str, data: pd.DataFrame, weights: pd.DataFrame, *, unit: str
) -> SpatialRegression:
    """Fit y = rho W y + X beta + W X theta + e by maximum likelihood.

    A `spatial_lag` whose terms include the neighbours' mean of every term but the intercept
    (LeSage & Pace 2009, chapter 2).

    Parameters
    ----------
    formula, data, weights, unit
        As in `spatial_lag`.

    Raises
    ------
    MethodError
        As in `spatial_lag`; also when there is nothing to lag, or a lagged term is a combination of
        others.
    """
    fit, lattice = start(formula, data, weights, unit)
    own = [j for j, term in enumerate(fit.terms) if term != "Intercept"]
    if not own:
        raise MethodError(
            f"Rumus '{formula}' tidak memuat suku untuk dirata-ratakan antar tetangga. "
            "Perbaikan: tambahkan suku, atau pakai spatial_lag."
        )
    X = fit.X
    require_enough(fit.n_obs, len(fit.terms) + len(own))
    for j in own:
        lagged = lattice.W @ fit.X[:, j]
        scaled = X / np.linalg.norm(X, axis=0)
        left = lagged - scaled @ np.linalg.lstsq(scaled, lagged, rcond=None)[0]
        if np.linalg.norm(left) <= RELATIVE_ZERO * np.linalg.norm(fit.X[:, j]):
            raise MethodError(
                f"Rata-rata tetangga W_{fit.terms[j]} adalah kombinasi linear dari suku lain. "
                f"Perbaikan: keluarkan {fit.terms[j]} dari rumus, atau pakai spatial_lag."
            )
        X = np.column_stack([X, lagged])
    names = tuple(f"W_{fit.terms[j]}" for j in own)
    return _fit(fit, fit.terms + names, X, lattice)


def _fit(
    fit: Regression, terms: tuple[str, ...], X: Floats, lattice: SpatialFilter
) -> SpatialRegression:
    """Maximise the likelihood of a lag model with these terms, columns of X."""
    y, (n, k) = fit.y, X.shape
    require_enough(n, k)
    lagged = lattice.W @ y
    Q, R = np.linalg.qr(X)
    e_own, e_lagged = (column - Q @ (Q.T @ column) for column in (y, lagged))

    def log_density(rho: float) -> float:
        e = e_own - rho * e_lagged
        with np.errstate(divide="ignore"):
            return float(-n / 2 * np.log(e @ e))

    rho = lattice.maximise(log_density, "rho")
    residuals = e_own - rho * e_lagged
    coefficients = np.asarray(np.linalg.solve(R, Q.T @ (y - rho * lagged)), dtype=float)
    model: Literal["lag", "durbin"] = "lag" if k == len(fit.terms) else "durbin"
    return completed(model, fit, terms, X, X, coefficients, rho, residuals, lattice)
