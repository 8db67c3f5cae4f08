"""Columns of a table as numbers, in an order that does not depend on how they came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import codes_of, require_columns

SHOWN = 5


def in_fixed_order(data: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return these columns with rows sorted by their content, so that row order cannot matter."""
    require_columns(data, list(columns))
    chosen = data[list(dict.fromkeys(columns))]
    keys = [
        chosen[name].to_numpy(dtype=float)
        if pd.api.types.is_numeric_dtype(chosen[name])
        else codes_of(chosen[name])
        for name in chosen
    ]
    return chosen.iloc[np.lexsort(keys[::-1])].reset_index(drop=True)


def numbers(data: pd.DataFrame, column: str) -> Floats:
    """Return a numeric column as floats, shape (n,); missing values stay missing.

    Raises
    ------
    MethodError
        The column is not numeric, or holds an infinite value.
    """
    if not pd.api.types.is_numeric_dtype(data[column]):
        raise MethodError(f"Kolom {column} bukan angka. Perbaikan: ubah kolom itu ke angka.")
    values = data[column].to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise MethodError(
            f"Kolom {column} memuat {int(np.isinf(values).sum())} nilai tak hingga. "
            "Perbaikan: periksa pembagian dengan nol atau logaritma nol."
        )
    return values


def some(items: Iterable[object]) -> str:
    """Name the first few items and count the rest."""
    names = list(map(str, items))
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" dan {rest} lainnya" if rest > 0 else "")
