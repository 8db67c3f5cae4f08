"""From the influence of each row to a standard error, a test and an interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats

FEWEST = 2


def check_level(level: float) -> None:
    """Refuse a confidence level outside 0-1."""
    if not 0 < level < 1:
        raise MethodError(f"Taraf {level} di luar 0-1. Perbaikan: isi misalnya 0.95.")


def check_estimand(estimand: str) -> None:
    """Refuse an unknown estimand."""
    if estimand not in ("ATE", "ATT"):
        raise MethodError(
            f"Estimand '{estimand}' tidak dikenal. Perbaikan: pilih 'ATE' (semua) atau 'ATT' "
            "(penerima saja)."
        )


def from_influence(influence: Floats, clusters: Codes | None) -> tuple[float, float]:
    """Standard error and degrees of freedom of a statistic.

    Parameters
    ----------
    influence
        How far each row moves it, shape (n,), summing to zero.
    clusters
        Codes of groups of rows that depend on each other, or None.

    Returns
    -------
    tuple
        Root of the sum of squares over G clusters (or rows) times G / (G - 1); and G - 1.
    """
    sums = influence if clusters is None else np.bincount(clusters, influence)
    g = sums.size
    if g < FEWEST:
        raise MethodError(
            "Hanya ada satu klaster, sehingga galat bakunya tidak terhitung. Perbaikan: pakai "
            "pengelompokan yang lebih halus."
        )
    return float(np.sqrt(g / (g - 1) * (sums @ sums))), float(g - 1)


def interval(estimate: float, std_error: float, df: float, level: float) -> dict[str, float]:
    """Two-sided p against zero and interval, from the t distribution."""
    if not std_error > 0:
        raise MethodError(
            "Galat baku nol: hasil tidak berubah di antara baris yang dibandingkan. Perbaikan: "
            "periksa kolom hasil dan kovariat."
        )
    half = float(stdtrit(df, (1 + level) / 2)) * std_error
    return {
        "estimate": estimate,
        "std_error": std_error,
        "p_value": 2 * float(stdtr(df, -abs(estimate) / std_error)),
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "df": df,
        "level": level,
    }


def effective(weights: Floats, rows: NDArray[np.bool_]) -> float:
    """Effective number of some rows, ``(sum w)^2 / sum w^2``."""
    w = weights[rows]
    return float(w.sum() ** 2 / (w @ w))
