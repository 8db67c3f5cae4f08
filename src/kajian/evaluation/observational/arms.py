"""The rows that can be compared: who was treated, and what was known of everyone before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import Formula
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.linear.collinearity import repeated_columns
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats
from kajian.linear.frame import model_frame, require_columns

Mask = NDArray[np.bool_]
Covariates = str | Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """Complete rows of a table.

    Attributes
    ----------
    treated
        Name of the column.
    sample
        The n complete rows; their index is the position in the table.
    d
        Whether each was treated, shape (n,).
    X
        Covariates with an intercept, shape (n, k), categories as dummies.
    formula
        Right-hand side that gave them.
    index
        Of the table.
    """

    treated: str
    sample: pd.DataFrame
    d: Mask
    X: pd.DataFrame
    formula: str
    index: pd.Index

    @property
    def n_dropped(self) -> int:
        """Rows left out because a value is missing."""
        return len(self.index) - len(self.sample)

    def labels(self, rows: Mask) -> str:
        """Name the first few of some rows by the index of the table."""
        first = self.index[self.sample.index[rows][:5]]
        return f"indeks {', '.join(map(str, first))}{', ...' if rows.sum() > 5 else ''}"

    def keep(self, rows: Mask) -> Arms:
        """Keep some of the rows."""
        return Arms(
            self.treated, self.sample[rows], self.d[rows], self.X[rows], self.formula, self.index
        )


def arms_of(
    data: pd.DataFrame, treated: str, covariates: Covariates, extra: Sequence[str] = ()
) -> Arms:
    """Take the rows that are complete in the treatment, the covariates and the extra columns.

    Parameters
    ----------
    data
        One row per unit.
    treated
        Column of True and False, or 1 and 0.
    covariates
        Names of columns, known before the treatment, or the right-hand side of a formula.
    extra
        Other columns that must not be missing.

    Raises
    ------
    MethodError
        A column is not there, the treatment is not yes or no, nobody or everybody was treated, no
        complete row, or covariates that repeat each other.
    """
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if not names:
        raise MethodError("Tidak ada kovariat. Perbaikan: sebutkan sedikitnya satu kolom.")
    require_columns(data, [treated, *extra, *([] if isinstance(covariates, str) else names)])
    known = data[treated].dropna()
    wrong = known[~known.isin([True, False])]
    if len(wrong):
        raise MethodError(
            f"Kolom {treated} memuat {len(wrong)} nilai selain ya dan tidak, antara lain "
            f"'{wrong.iloc[0]}'. Perbaikan: ubah menjadi True dan False."
        )
    table = data.reset_index(drop=True).assign(**{treated: data[treated].astype(float).to_numpy()})
    if not isinstance(covariates, str):
        names = [_term(table, name) for name in names]
    formula = " + ".join(names)
    sample, _, y, X = model_frame(f"{_quoted(treated)} ~ {formula}", table, list(extra))
    d = y == 1
    if not d.any() or d.all():
        raise MethodError(
            f"{'Semua' if d.any() else 'Tidak satu pun dari'} {d.size} baris lengkap menerima "
            f"perlakuan {treated}, sehingga tidak ada yang dapat dibandingkan. Perbaikan: periksa "
            "kolom itu dan nilai kosong kovariat."
        )
    require_independent(X)
    return Arms(treated, sample, d, X, formula, data.index)


def columns_of(covariates: Covariates) -> tuple[str, ...]:
    """Names of the columns that covariates use."""
    if not isinstance(covariates, str):
        return tuple(covariates)
    return tuple(map(str, Formula(covariates).required_variables))


def outcome_of(arms: Arms, outcome: str) -> Floats:
    """Take the outcome of the rows, shape (n,), which must vary."""
    try:
        y = arms.sample[outcome].to_numpy(dtype=float)
    except (TypeError, ValueError) as error:
        raise MethodError(
            f"Hasil {outcome} bukan angka ({error}). Perbaikan: ubah kolom itu ke angka."
        ) from error
    if not np.isfinite(y).all():
        raise MethodError(
            f"Hasil {outcome} tak hingga pada {int((~np.isfinite(y)).sum())} baris "
            f"({arms.labels(~np.isfinite(y))}). Perbaikan: periksa kolomnya."
        )
    if np.ptp(y) <= RELATIVE_ZERO * np.abs(y).max():
        raise MethodError(
            f"Hasil {outcome} sama pada semua {y.size} baris, sehingga tidak ada yang dapat "
            "dijelaskan. Perbaikan: periksa kolom hasil."
        )
    return y


def require_independent(X: pd.DataFrame, where: str = "") -> None:
    """Refuse a column that repeats the ones before it, or more columns than rows."""
    if len(X) < X.shape[1]:
        raise MethodError(
            f"{len(X)} baris{where} tidak cukup untuk {X.shape[1]} suku. Perbaikan: kurangi "
            "kovariat atau kategorinya."
        )
    repeated = repeated_columns(X.to_numpy(dtype=float))
    if repeated.size:
        raise MethodError(
            f"Kovariat {', '.join(map(str, X.columns[repeated]))} tidak berubah atau mengulang "
            f"kovariat lain{where}. Perbaikan: keluarkan dari daftar kovariat."
        )


def _term(table: pd.DataFrame, name: str) -> str:
    """Write a column as a term, categories as such."""
    numeric = pd.api.types.is_numeric_dtype(table[name])
    return _quoted(name) if numeric else f"C({_quoted(name)})"


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"
