"""Arithmetic of omitted-variable bias in partial R2 (Cinelli & Hazlett 2020)."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from kajian.linear.fixed_effects import Floats


def adjusted(
    estimate: float, std_error: float, df: float, r2_dz_x: Floats, r2_yz_dx: Floats
) -> tuple[Floats, Floats]:
    """Return the estimate and standard error that a confounder Z would leave, by broadcasting.

    The bias is ``se sqrt(df) sqrt(R2_yz R2_dz / (1 - R2_dz))`` and is taken to have the sign of
    the estimate, so it moves the estimate towards zero and beyond; the standard error is multiplied
    by ``sqrt((1 - R2_yz) / (1 - R2_dz) * df / (df - 1))``.

    Parameters
    ----------
    estimate, std_error, df
        Of the treatment without Z; the classical error and the residual degrees of freedom.
    r2_dz_x
        Share of the treatment left by the covariates X that Z explains, in [0, 1).
    r2_yz_dx
        Share of the outcome left by treatment and covariates that Z explains, in [0, 1].
    """
    bias = std_error * np.sqrt(df * r2_yz_dx * r2_dz_x / (1 - r2_dz_x))
    error = std_error * np.sqrt((1 - r2_yz_dx) / (1 - r2_dz_x) * (df / (df - 1)))
    return estimate - np.copysign(bias, estimate), error


def robustness_value(f: float, f_critical: float = 0.0) -> float:
    """Smallest R2 with treatment and outcome that a confounder needs to reach the null.

    A confounder with both partial R2 equal to r changes the estimate by ``r / sqrt(1 - r)`` in
    the unit of `f`; r solves this for the difference of `f` and `f_critical`. With
    ``f f_critical > 1`` (few degrees of freedom) the confounder that harms the t statistic most
    explains less of the outcome than r, and r is the minimum over that share. Zero when nothing
    is needed.

    Parameters
    ----------
    f
        Partial Cohen's f of treatment with outcome, times the share q of the estimate to undo.
    f_critical
        Critical value of t over the root of its degrees of freedom; zero for the point estimate.
    """
    if f <= f_critical:
        return 0.0
    if f * f_critical > 1:
        return (f**2 - f_critical**2) / (1 + f**2)
    excess = (f - f_critical) ** 2
    return float((np.sqrt(excess**2 + 4 * excess) - excess) / 2)


def critical_f(df: float, level: float) -> float:
    """Critical value of t with df - 1 degrees of freedom, over their root."""
    return float(stdtrit(df - 1, (1 + level) / 2) / np.sqrt(df - 1))
