"""How alike the arms are in what was observed, before and after they were made comparable."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.evaluation.observational.arms import Arms, Covariates, Mask, arms_of
from kajian.linear.fixed_effects import Floats


def balance_table(
    data: pd.DataFrame,
    covariates: Covariates,
    treated: str,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Compare covariates between the treated and the others.

    Parameters
    ----------
    data, covariates, treated
        As in `propensity`.
    weights
        One per row of the table, not negative, zero for rows that are not used, such as the
        ``weights`` of an `Effect`.

    Returns
    -------
    pd.DataFrame
        One row per covariate, categories as dummies: ``covariate, mean_treated, mean_control, smd,
        variance_ratio``, and with weights the same again with ``_after``. The standardised mean
        difference divides, before and after alike, by the root of the mean of both arms' variances
        without weights; it is infinite where a covariate is constant in both arms but not the
        same. The variance ratio, treated over control, is missing where a control variance is zero.

    Raises
    ------
    MethodError
        As in `arms_of`; weights of another length, negative, missing, or all zero in an arm.

    Notes
    -----
    Stuart (2010), Statistical Science 25, 1-21; Austin (2009), Statistics in Medicine 28,
    3083-3107. Common rules of thumb ask for a difference below 0.1 and a ratio from 0.5 to 2.
    """
    arms = arms_of(data, treated, covariates)
    if weights is None:
        return balance_of(arms, None)
    w = np.asarray(weights, dtype=float)
    if w.shape != (len(data),) or not (np.isfinite(w) & (w >= 0)).all():
        raise MethodError(
            f"Bobot harus {len(data)} angka yang tidak negatif dan tidak kosong, satu per baris. "
            "Perbaikan: pakai `weights` dari hasil pada tabel yang sama."
        )
    used = w[arms.sample.index]
    if not (used[arms.d].any() and used[~arms.d].any()):
        raise MethodError(
            "Semua bobot nol pada salah satu kelompok. Perbaikan: periksa kolom bobot."
        )
    return balance_of(arms, used)


def balance_of(arms: Arms, weights: Floats | None) -> pd.DataFrame:
    """Compare covariates of rows already taken; weights of shape (n,)."""
    X = arms.X.drop(columns="Intercept", errors="ignore")
    values = X.to_numpy(dtype=float)
    even = np.ones(len(X))
    (mean_1, var_1), (mean_0, var_0) = _moments(values, arms.d, even)
    scale = np.sqrt((var_1 + var_0) / 2)
    table: dict[str, Any] = {"covariate": list(map(str, X.columns))}
    for suffix, w in (("", even), ("_after", weights)):
        if w is None:
            continue
        (mean_1, var_1), (mean_0, var_0) = _moments(values, arms.d, w)
        gap = mean_1 - mean_0
        with np.errstate(divide="ignore", invalid="ignore"):
            smd = np.where(gap == 0, 0.0, gap / scale)
            ratio = np.where(var_0 > 0, var_1 / var_0, np.nan)
        table |= {
            f"mean_treated{suffix}": mean_1,
            f"mean_control{suffix}": mean_0,
            f"smd{suffix}": smd,
            f"variance_ratio{suffix}": ratio,
        }
    return pd.DataFrame(table)


def _moments(values: Floats, d: Mask, w: Floats) -> list[tuple[Floats, Floats]]:
    """Means and unbiased variances by arm, treated first; each of shape (k,)."""
    found = []
    for rows in (d, ~d):
        share = w[rows] / w[rows].sum()
        mean = share @ values[rows]
        spare = 1 - share @ share
        variance = share @ (values[rows] - mean) ** 2 / spare if spare > 0 else np.zeros(mean.size)
        found.append((mean, np.asarray(variance)))
    return found
