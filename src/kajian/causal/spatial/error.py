"""Spatial error model: errors that depend on neighbours' errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.causal.spatial.likelihood import completed, require_enough, start
from kajian.causal.spatial.result import SpatialRegression
from kajian.linear.fixed_effects import Floats


def spatial_error(
    formula: str, data: pd.DataFrame, weights: pd.DataFrame, *, unit: str
) -> SpatialRegression:
    """Fit y = X beta + u with u = lambda W u + e by maximum likelihood.

    The likelihood is concentrated in lambda: least squares of (I - lambda W) y on (I - lambda W) X
    at each value (Ord 1975). The covariance inverts the information matrix of
    (beta, lambda, sigma2), in which beta stands apart (Anselin 1988, chapter 6).

    Parameters
    ----------
    formula, data, weights, unit
        As in `spatial_lag`.

    Raises
    ------
    MethodError
        As in `spatial_lag`.
    """
    fit, lattice = start(formula, data, weights, unit)
    X, y, n = fit.X, fit.y, fit.n_obs
    require_enough(n, len(fit.terms))
    lagged_X, lagged_y = lattice.W @ X, lattice.W @ y

    def filtered(parameter: float) -> tuple[Floats, Floats, Floats]:
        Q, R = np.linalg.qr(X - parameter * lagged_X)
        outcome = y - parameter * lagged_y
        projected = Q.T @ outcome
        return outcome - Q @ projected, projected, R

    def log_density(parameter: float) -> float:
        e = filtered(parameter)[0]
        with np.errstate(divide="ignore"):
            return float(-n / 2 * np.log(e @ e))

    parameter = lattice.maximise(log_density, "lambda")
    residuals, projected, R = filtered(parameter)
    coefficients = np.asarray(np.linalg.solve(R, projected), dtype=float)
    design = X - parameter * lagged_X
    return completed(
        "error", fit, fit.terms, X, design, coefficients, parameter, residuals, lattice
    )
