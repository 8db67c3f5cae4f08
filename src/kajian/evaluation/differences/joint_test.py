"""Wald's test that several effects are zero, with the degrees of freedom of few clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from kajian.errors import MethodError
from kajian.evaluation.differences.inference import Sampling
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats


@dataclass(frozen=True, slots=True, eq=False)
class JointTest:
    """Test that several effects are all zero.

    Attributes
    ----------
    statistic
        Wald statistic, of chi-squared size.
    n_restrictions
        Number of effects tested, q.
    df
        Degrees of freedom of the covariance. Where finite, (df - q + 1) / (q df) times the
        statistic is referred to F(q, df - q + 1), Hotelling's distribution.
    p_value
        Probability of a larger statistic under the null.
    """

    statistic: float
    n_restrictions: int
    df: float
    p_value: float


def joint_test(estimates: Floats, contributions: Floats, groups: Sampling) -> JointTest:
    """Test that all estimates, shape (q,), are zero.

    With ``"small"`` inference the degrees of freedom are those of Krishnamoorthy & Yu (2004),
    "Modified Nel and Van der Merwe test for the multivariate Behrens-Fisher problem", Statistics &
    Probability Letters 66, for any number of strata; with one estimate they are Welch's.

    Raises
    ------
    MethodError
        No effect to test, too few clusters for so many, or a singular covariance.
    """
    q = estimates.size
    remedy = "Perbaikan: gabungkan waktu atau kohort, sertakan lebih banyak unit atau waktu."
    if q == 0:
        raise MethodError(
            "Tidak ada dugaan sebelum perlakuan yang dapat diuji: semua kohort mulai pada waktu "
            f"kedua. {remedy}"
        )
    scale = np.sqrt((contributions**2).sum(axis=0))
    triangle = np.asarray(np.linalg.qr(contributions / scale, mode="r"))
    if len(triangle) < q or np.abs(np.diag(triangle)).min() < RELATIVE_ZERO:
        raise MethodError(f"{q} dugaan tidak dapat diuji serentak: saling menentukan. {remedy}")
    white = np.linalg.solve(triangle.T, (contributions / scale).T).T
    statistic = float((np.linalg.solve(triangle.T, estimates / scale) ** 2).sum())
    df = np.inf
    if groups.small:
        spread = 0.0
        for stratum in np.unique(groups.stratum):
            rows = white[groups.stratum == stratum]
            part = rows.T @ rows
            spread += ((part**2).sum() + np.trace(part) ** 2) / (len(rows) - 1)
        df = float(q * (q + 1) / spread)
    spare = df - q + 1
    if spare <= 0:
        raise MethodError(
            f"Uji serentak {q} dugaan tidak dapat dihitung dari {df:.1f} derajat bebas. {remedy}"
        )
    p_value = (
        chdtrc(q, statistic) if np.isinf(df) else fdtrc(q, spare, statistic * spare / (q * df))
    )
    return JointTest(statistic=statistic, n_restrictions=q, df=df, p_value=float(p_value))
