"""Lagrange-multiplier tests of a linear regression against spatial dependence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from kajian.causal.spatial.weights import neighbours, row_standardised
from kajian.errors import MethodError
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats
from kajian.linear.result import Regression

TESTS = {
    "lm_error": "galat spasial",
    "lm_lag": "lag spasial",
    "robust_lm_error": "galat spasial, kebal terhadap lag",
    "robust_lm_lag": "lag spasial, kebal terhadap galat",
    "sarma": "lag dan galat bersama",
}


@dataclass(frozen=True, slots=True, eq=False)
class LmTests:
    """Five tests of one regression.

    Attributes
    ----------
    names
        ``lm_error``, ``lm_lag``, ``robust_lm_error``, ``robust_lm_lag``, ``sarma``.
    statistics, df, p_values
        Shape (5,) each: chi-squared statistics, their degrees of freedom and upper-tail p.
    n_obs
        Rows of the regression.
    """

    names: tuple[str, ...]
    statistics: Floats
    df: Floats
    p_values: Floats
    n_obs: int

    def tidy(self) -> pd.DataFrame:
        """Return one row per test: term, estimate (the statistic), df and p_value."""
        return pd.DataFrame(
            {
                "term": self.names,
                "estimate": self.statistics,
                "df": self.df.astype(int),
                "p_value": self.p_values,
            }
        )

    def __str__(self) -> str:
        lines = [f"Uji pengali Lagrange atas ketergantungan spasial (n = {self.n_obs})"]
        lines += [
            f"  {TESTS[name]}: {format_number(statistic, 2)} (db {df}); {format_p_value(p)}"
            for name, statistic, df, p in self.tidy().to_numpy()
        ]
        return "\n".join(lines)


def lm_tests(fit: Regression, weights: pd.DataFrame, unit: str) -> LmTests:
    """Test a regression for a spatial lag, a spatial error, each robust to the other, and both.

    With e the residuals, s2 = e'e / n, T = tr(W W + W'W) and
    J = T + (W X b)' M (W X b) / s2, the scores d_error = e'W e / s2 and d_lag = e'W y / s2 give

        d_error^2 / T,  d_lag^2 / J,  (d_error - T d_lag / J)^2 / (T (1 - T / J)),
        (d_lag - d_error)^2 / (J - T)

    and the joint statistic is the sum of the first and the last (Anselin, Bera, Florax & Yoon
    1996). All rest on normal errors of equal variance and on many units.

    Parameters
    ----------
    fit
        A fit of `ols` on one row per unit.
    weights
        Square table of non-negative neighbour weights; the rows of the units used are scaled to sum
        to one, and units without a neighbour stay zero.
    unit
        Column of the fitted sample with the labels of `weights`.

    Raises
    ------
    MethodError
        A fit with fixed effects, weights or units as in `residual_moran`, a perfect fit, or terms
        whose fitted values are their own neighbours' means (an intercept alone), which leave lag
        and error indistinguishable.
    """
    if fit.fixed_effects is not None:
        raise MethodError(
            "Uji pengali Lagrange ini untuk data satu waktu, bukan regresi efek tetap. "
            "Perbaikan: pakai fit dari ols, atau residual_moran untuk panel."
        )
    W = row_standardised(neighbours(weights, fit.labels(unit)))
    e = fit.residuals
    if np.linalg.norm(e) <= RELATIVE_ZERO * np.linalg.norm(fit.y):
        raise MethodError(
            "Regresi mencocokkan hasil dengan sempurna, sehingga tidak ada galat untuk diuji. "
            "Perbaikan: periksa apakah hasil dihitung dari sukunya."
        )
    variance = float(e @ e / fit.n_obs)
    spread = W @ (fit.y - e)
    apart = fit.residualise(spread[:, None])[:, 0]
    if np.linalg.norm(apart) <= RELATIVE_ZERO * np.linalg.norm(spread):
        raise MethodError(
            "Lag dan galat spasial tidak dapat dibedakan: rata-rata tetangga dari nilai dugaan "
            "sudah termuat dalam suku regresi. "
            "Perbaikan: tambahkan suku yang berbeda antar satuan, atau pakai residual_moran."
        )
    T = float((W * W.T).sum() + (W * W).sum())
    J = T + float(apart @ apart) / variance
    error, lag = float(e @ W @ e) / variance, float(e @ W @ fit.y) / variance
    robust_error = (error - T / J * lag) ** 2 / (T * (1 - T / J))
    robust_lag = (lag - error) ** 2 / (J - T)
    statistics = np.array(
        [error**2 / T, lag**2 / J, robust_error, robust_lag, error**2 / T + robust_lag]
    )
    df = np.array([1.0, 1, 1, 1, 2])
    return LmTests(tuple(TESTS), statistics, df, np.asarray(chdtrc(df, statistics)), fit.n_obs)
