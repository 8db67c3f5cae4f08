"""Neighbour weights, checked and laid out in the order of a sample."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import require_one_row_each


def neighbours(weights: pd.DataFrame, units: pd.Series, times: pd.Series | None = None) -> Floats:
    """Return the weights between the rows of a sample, as given, and zero across periods.

    Parameters
    ----------
    weights
        Square table of non-negative neighbour weights, units in rows and columns.
    units, times
        One label per row; without `times` each unit has one row.

    Returns
    -------
    ndarray of shape (n, n)

    Raises
    ------
    MethodError
        Weights that are not square, repeat or lack a unit, are negative, have a non-zero diagonal
        or link nobody; repeated unit (and period).
    """
    if times is not None:
        require_one_row_each(units, times)
    elif units.duplicated().any():
        raise MethodError(
            f"Satuan {_first(units[units.duplicated()])} berulang pada kolom {units.name}. "
            "Perbaikan: sisakan satu baris per satuan, misalnya satu tahun."
        )
    if weights.shape[0] != weights.shape[1] or set(weights.index) != set(weights.columns):
        raise MethodError(
            "Bobot tetangga harus persegi dengan satuan yang sama pada baris dan kolom. "
            "Perbaikan: susun ulang tabel bobot."
        )
    if weights.index.has_duplicates:
        raise MethodError(
            f"Bobot tetangga mengulang satuan {_first(weights.index[weights.index.duplicated()])}. "
            "Perbaikan: satu baris dan satu kolom per satuan."
        )
    unknown = set(units) - set(weights.index)
    if unknown:
        raise MethodError(
            f"Satuan {_first(unknown)} tidak ada dalam bobot tetangga. "
            "Perbaikan: samakan kode satuan pada tabel dan bobot."
        )
    values = weights.loc[weights.index, weights.index].to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < 0).any() or np.diag(values).any():
        raise MethodError(
            "Bobot tetangga harus berupa angka tak negatif dengan diagonal nol. "
            "Perbaikan: periksa tabel bobot."
        )
    place = weights.index.get_indexer(pd.Index(units))
    linked = np.asarray(values[np.ix_(place, place)])
    if times is not None:
        linked = linked * (times.to_numpy()[:, None] == times.to_numpy())
    if not linked.any():
        raise MethodError(
            f"Tidak ada pasangan bertetangga{' dalam periode yang sama' * (times is not None)}. "
            f"Perbaikan: periksa kode satuan{' dan kolom waktu' * (times is not None)}."
        )
    return linked


def row_standardised(linked: Floats) -> Floats:
    """Scale each row to sum to one; rows without a neighbour stay zero."""
    sums = linked.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(linked, sums, out=np.zeros_like(linked), where=sums > 0))


def _first(units: pd.Series | pd.Index | set[object]) -> str:
    """Name the first five different units."""
    return ", ".join(sorted(set(map(str, units)))[:5])
