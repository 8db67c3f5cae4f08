"""From a formula and a table to an outcome and a design matrix, with every row accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats


def model_frame(
    formula: str, data: pd.DataFrame, extra: list[str]
) -> tuple[pd.DataFrame, str, Floats, pd.DataFrame]:
    """Evaluate a formula on the rows that are complete in it and in the extra columns.

    Returns
    -------
    tuple
        The complete rows, the name and the values of the outcome, shape (n,), and the design
        matrix, shape (n, k), with an intercept unless the formula excludes it.

    Raises
    ------
    MethodError
        Unreadable formula, missing column, no complete row, or a value that is not finite.
    """
    try:
        parsed = Formula(formula)
        used = sorted(map(str, parsed.required_variables))
    except FormulaicError as error:
        raise MethodError(
            f"Rumus '{formula}' tidak terbaca ({error}). "
            "Perbaikan: tulis seperti 'hasil ~ suku_a + suku_b'."
        ) from error
    if not hasattr(parsed, "lhs"):
        raise MethodError(
            f"Rumus '{formula}' tidak menyebut hasil. "
            "Perbaikan: tulis seperti 'hasil ~ suku_a + suku_b'."
        )
    columns = list(dict.fromkeys([*used, *extra]))
    require_columns(data, columns)
    for name in used:
        if not pd.api.types.is_numeric_dtype(data[name]) and f"C({name}" not in formula:
            raise MethodError(
                f"Kolom {name} bukan angka. Perbaikan: ubah kolom itu ke angka, atau tulis "
                f"C({name}) dalam rumus bila memang kategori."
            )
    sample = data.loc[data[columns].notna().all(axis=1)]
    if sample.empty:
        present = ", ".join(f"{name} {data[name].notna().sum()}" for name in columns)
        raise MethodError(
            f"Tidak ada baris lengkap untuk regresi; nilai terisi per kolom: {present}. "
            "Perbaikan: periksa nilai kosong dan tahun yang dipilih."
        )
    try:
        with np.errstate(all="ignore"):
            matrices = parsed.get_model_matrix(sample, context={"np": np}, na_action="ignore")
    except FormulaicError as error:
        raise MethodError(
            f"Rumus '{formula}' tidak dapat dihitung ({error}). "
            "Perbaikan: pakai kolom tabel dan fungsi np, misalnya np.log(kolom)."
        ) from error
    left, design = pd.DataFrame(matrices.lhs), pd.DataFrame(matrices.rhs).astype(float)
    if left.shape[1] != 1:
        raise MethodError(
            f"Hasil regresi harus satu kolom angka, bukan {', '.join(map(str, left.columns))}. "
            "Perbaikan: periksa tipe kolom itu."
        )
    names = np.array([*map(str, left.columns), *map(str, design.columns)])
    wrong = ~np.isfinite(np.column_stack([left.astype(float), design]))
    if wrong.any():
        raise MethodError(
            f"{', '.join(names[wrong.any(axis=0)])} bukan angka terhingga pada "
            f"{int(wrong.any(axis=1).sum())} baris (indeks pertama: "
            f"{sample.index[wrong.any(axis=1)][0]}). "
            "Perbaikan: periksa nilai nol atau negatif di bawah logaritma."
        )
    return sample, str(left.columns[0]), left.to_numpy(dtype=float)[:, 0], design


def require_one_row_each(units: pd.Series, times: pd.Series) -> None:
    """Refuse rows that repeat a unit and time.

    Raises
    ------
    MethodError
        Naming the first repeated pairs.
    """
    pairs = pd.DataFrame({"unit": units.to_numpy(), "time": times.to_numpy()})
    repeated = pairs[pairs.duplicated()].drop_duplicates()
    if not repeated.empty:
        first = ", ".join(f"{unit} {time}" for unit, time in repeated.head(5).to_numpy())
        raise MethodError(
            f"Ada baris yang mengulang pasangan {units.name} dan {times.name}: {first}. "
            "Perbaikan: sisakan satu baris per pasangan."
        )


def codes_of(labels: pd.Series) -> Codes:
    """Return the levels of a column as numbers 0, 1, ... in sorted order, shape (n,)."""
    return np.asarray(pd.factorize(labels, sort=True)[0], dtype=np.intp)


def require_columns(data: pd.DataFrame, columns: list[str]) -> None:
    """Refuse a table that lacks a column, listing those it has."""
    missing = [name for name in columns if name not in data.columns]
    if missing:
        raise MethodError(
            f"Kolom {', '.join(missing)} tidak ada. Perbaikan: pakai kolom yang tersedia: "
            f"{', '.join(map(str, data.columns))}."
        )
