"""Spatial autocorrelation left in the residuals of a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from kajian.causal.spatial.weights import neighbours, row_standardised
from kajian.language import format_number, format_p_value
from kajian.linear.result import Regression


@dataclass(frozen=True, slots=True, eq=False)
class ResidualMoran:
    """Moran's I of regression residuals.

    Attributes
    ----------
    statistic
        Moran's I, without unit.
    expected, std_error
        Its mean and standard deviation when errors are independent.
    z, p_value
        Standard deviate, and two-sided p from the normal distribution.
    n_obs, n_periods
        Residuals used, in so many periods.
    """

    statistic: float
    expected: float
    std_error: float
    z: float
    p_value: float
    n_obs: int
    n_periods: int

    def tidy(self) -> pd.DataFrame:
        """Return one row; the interval holds 95% of I under independence (not around I)."""
        half = ndtri(0.975) * self.std_error
        return pd.DataFrame(
            {
                "term": ["moran_residual"],
                "estimate": [self.statistic],
                "std_error": [self.std_error],
                "p_value": [self.p_value],
                "conf_low": [self.expected - half],
                "conf_high": [self.expected + half],
            }
        )

    def __str__(self) -> str:
        return (
            f"Moran's I residual: {format_number(self.statistic, 3)} (harapan tanpa autokorelasi "
            f"{format_number(self.expected, 3)}, galat baku {format_number(self.std_error, 3)}); "
            f"z = {format_number(self.z, 2)}; {format_p_value(self.p_value)}; "
            f"{self.n_obs} residual dalam {self.n_periods} periode"
        )


def residual_moran(
    fit: Regression, weights: pd.DataFrame, *, unit: str, time: str | None = None
) -> ResidualMoran:
    """Test regression residuals for spatial autocorrelation within periods.

    I = (n / S0) e'We / e'e, with W block-diagonal over the periods. Residuals are e = M u, where M
    removes the terms and the fixed effects, so they are correlated even when the errors u are
    not; with A = M (W + W') M / 2 and d = n - K the moments for independent normal errors are

        E[I] = (n / S0) tr(A) / d,
        E[I^2] = (n / S0)^2 (tr(A)^2 + 2 tr(A A)) / (d (d + 2))

    (Cliff & Ord 1981, section 8.3; Anselin 1988, section 8.1.1). The normal approximation holds
    more widely (Kelejian & Prucha 2001).

    Parameters
    ----------
    fit
        A fit of `ols` or `panel_fe`.
    weights
        Square table of non-negative neighbour weights, units in rows and columns. In each period
        the rows of the units observed are scaled to sum to one; units without a neighbour stay
        zero.
    unit, time
        Columns of the fitted sample; without `time` all rows form one period.

    Raises
    ------
    MethodError
        Weights that are not square, lack a unit, are negative, have a non-zero diagonal or link
        nobody; repeated unit and period.
    """
    units = fit.labels(unit)
    times = (
        fit.labels(time) if time else pd.Series(0, index=fit.sample.index, name="(satu periode)")
    )
    W = row_standardised(neighbours(weights, units, times))
    e, n = fit.residuals, fit.n_obs
    scale = n / W.sum()
    A = fit.residualise(fit.residualise((W + W.T) / 2).T)
    d = n - len(fit.terms) - (fit.fixed_effects.rank if fit.fixed_effects else 0)
    trace = float(np.trace(A))
    second = (trace**2 + 2 * float((A * A).sum())) / (d * (d + 2))
    statistic = float(scale * (e @ W @ e) / (e @ e))
    expected = float(scale * trace / d)
    std_error = float(scale * np.sqrt(second - (trace / d) ** 2))
    z = (statistic - expected) / std_error
    return ResidualMoran(
        statistic=statistic,
        expected=expected,
        std_error=std_error,
        z=z,
        p_value=float(2 * ndtr(-abs(z))),
        n_obs=n,
        n_periods=int(times.nunique()),
    )
