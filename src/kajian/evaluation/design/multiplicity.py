"""Many outcomes, one claim: family-wise error and false discovery rate."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.linear.frame import require_columns

Floats = NDArray[np.float64]
Method = Literal["holm", "bh", "by"]
TIE = 1e-9


def adjust_p_values(p_values: ArrayLike, method: Method = "holm") -> Floats:
    """Adjust the p-values of one family.

    Parameters
    ----------
    p_values
        Shape (m,), each in 0-1.
    method
        ``"holm"`` controls the chance of any false rejection (Holm 1979); ``"bh"`` the expected
        share of false ones among rejections, for independent or positively dependent tests
        (Benjamini & Hochberg 1995); ``"by"`` the same under any dependence (Benjamini & Yekutieli
        2001).

    Returns
    -------
    ndarray
        Adjusted p-values in the order given, shape (m,).

    Raises
    ------
    MethodError
        An empty family, a p-value that is missing or outside 0-1, or an unknown method.
    """
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or p.size == 0 or not ((p >= 0) & (p <= 1)).all():
        raise MethodError(
            "Nilai p harus satu deret angka antara 0 dan 1 tanpa yang kosong. "
            "Perbaikan: keluarkan uji yang tidak menghasilkan nilai p."
        )
    if method not in ("holm", "bh", "by"):
        raise MethodError(
            f"Cara penyesuaian {method!r} tidak dikenal. Perbaikan: pilih 'holm', 'bh' atau 'by'."
        )
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, p.size + 1)
    if method == "holm":
        sorted_adjusted = np.maximum.accumulate(p[order] * (p.size + 1 - ranks))
    else:
        penalty = (1 / ranks).sum() if method == "by" else 1.0
        raised = p[order] * p.size / ranks * penalty
        sorted_adjusted = np.minimum.accumulate(raised[::-1])[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(sorted_adjusted, 1.0)
    return adjusted


def adjust_family(
    table: pd.DataFrame,
    *,
    method: Method = "holm",
    family: str | None = None,
    p_value: str = "p_value",
) -> pd.DataFrame:
    """Adjust p-values within declared families.

    Parameters
    ----------
    table
        One row per test.
    method
        As in `adjust_p_values`.
    family
        Column that names the family of each test; None when all rows are one family.
    p_value
        Column of p-values.

    Returns
    -------
    DataFrame
        The table with ``p_adjusted``, ``family_size`` and ``adjustment``.

    Raises
    ------
    MethodError
        As `adjust_p_values`; missing column, or a test without a family.
    """
    require_columns(table, [p_value] if family is None else [p_value, family])
    if family is not None and table[family].isna().any():
        raise MethodError(
            f"{int(table[family].isna().sum())} uji tidak bernama keluarga pada kolom {family}. "
            "Perbaikan: nyatakan keluarga setiap uji sebelum hasilnya dilihat."
        )
    p = table[p_value].to_numpy(dtype=float)
    codes = np.zeros(len(table)) if family is None else pd.factorize(table[family])[0]
    adjusted, size = np.empty(len(table)), np.empty(len(table), dtype=int)
    for code in np.unique(codes):
        members = codes == code
        adjusted[members] = adjust_p_values(p[members], method)
        size[members] = members.sum()
    return table.assign(p_adjusted=adjusted, family_size=size, adjustment=method)


def westfall_young(observed: ArrayLike, draws: ArrayLike, *, enumerated: bool = False) -> Floats:
    """Adjust by the joint distribution of all statistics, step by step.

    The largest statistic is compared with the largest of each draw, the second with the largest of
    the rest, and so on (free step-down, Westfall & Young 1993; with studentised statistics it is
    also the procedure of Romano & Wolf 2005). It takes the dependence between tests as it is.

    Parameters
    ----------
    observed
        Statistics, shape (m,); larger is more extreme, on comparable scales.
    draws
        The same statistics under the complete null, shape (draws, m), each row from one assignment
        or one bootstrap sample.
    enumerated
        Whether the draws are all possible ones, the observed included.

    Returns
    -------
    ndarray
        Adjusted p-values, shape (m,): never below 1 / (draws + 1), or 1 / draws when enumerated.

    Raises
    ------
    MethodError
        Shapes that do not match, or a statistic that is not a number.
    """
    own, null = np.asarray(observed, dtype=float), np.asarray(draws, dtype=float)
    if own.ndim != 1 or null.ndim != 2 or null.shape[1] != own.size or not null.size:
        raise MethodError(
            f"Statistik berbentuk {own.shape} tidak cocok dengan undian berbentuk {null.shape}. "
            "Perbaikan: beri satu kolom undian per statistik."
        )
    if np.isnan(own).any() or np.isnan(null).any():
        raise MethodError(
            "Ada statistik kosong. Perbaikan: keluarkan hasil yang tidak dapat diuji."
        )
    order = np.argsort(-own, kind="stable")
    largest = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    own_sorted = own[order]
    extreme = (largest >= own_sorted - TIE * np.maximum(1.0, np.abs(own_sorted))).sum(axis=0)
    extra = 0 if enumerated else 1
    adjusted = np.empty(own.size)
    adjusted[order] = np.maximum.accumulate((extreme + extra) / (len(null) + extra))
    return adjusted
