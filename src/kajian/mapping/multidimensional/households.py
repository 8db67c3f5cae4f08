"""Households as a counting measure sees them: deprivations, persons, groups; checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

EVERYONE = "semua"


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    """Checked households.

    Attributes
    ----------
    columns
        d boolean arrays (n,): deprived in this indicator or not.
    persons
        Shape (n,): persons (or households) that each household stands for.
    group
        Shape (n,): position in `groups`.
    groups
        Labels.
    """

    columns: tuple[Bools, ...]
    persons: Floats
    group: Integers
    groups: pd.Index

    def matrix(self, start: int = 0, stop: int | None = None) -> Bools:
        """Return the columns as one array (rows, d)."""
        return np.column_stack([column[start:stop] for column in self.columns])

    def together(self) -> Households:
        """All groups as one."""
        return replace(self, group=np.zeros_like(self.group), groups=pd.Index([EVERYONE]))


def checked_households(
    deprivations: ArrayLike | pd.DataFrame,
    sample_weights: ArrayLike | None,
    by: ArrayLike | None,
    size: ArrayLike | None,
    domains: Sequence[Any] | pd.Index | None,
) -> Households:
    """Check what households are given; parameters and errors as in `alkire_foster`."""
    columns = _columns(deprivations)
    n = len(columns[0])
    persons = np.ones(n)
    for numbers, name in ((sample_weights, "penimbang"), (size, "ukuran rumah tangga")):
        if numbers is not None:
            persons = persons * _positive(numbers, n, name)
    if by is None:
        group, groups = np.zeros(n, dtype=np.intp), pd.Index([EVERYONE])
    else:
        group, groups = _groups(by, n, domains)
    return Households(columns=columns, persons=persons, group=group, groups=groups)


def _columns(deprivations: ArrayLike | pd.DataFrame) -> tuple[Bools, ...]:
    """Boolean columns, as views where they are boolean already."""
    if isinstance(deprivations, pd.DataFrame):
        named = deprivations.items()
        columns = tuple(_booleans(column.to_numpy(), [str(name)])[0] for name, column in named)
    else:
        matrix = np.asarray(deprivations)
        if matrix.ndim != 2:
            raise MethodError(
                f"Deprivasi berdimensi {matrix.ndim}, bukan 2. "
                "Perbaikan: satu baris per rumah tangga, satu kolom per indikator."
            )
        columns = tuple(_booleans(matrix, [str(number + 1) for number in range(matrix.shape[1])]))
    if not columns or not columns[0].size:
        raise MethodError(
            "Tabel deprivasi kosong. Perbaikan: sediakan sedikitnya satu rumah tangga dan satu "
            "indikator."
        )
    return columns


def _booleans(values: NDArray[Any], names: list[str]) -> Bools:
    """Refuse what is not 0 or 1 in (n,) or (n, columns), and return (columns, n)."""
    matrix = values.reshape(len(values), len(names))
    if matrix.dtype == bool:
        return matrix.T
    if matrix.dtype.kind not in "iuf":
        matrix = pd.DataFrame(matrix).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    deprived: Bools = matrix == 1
    wrong = ~deprived & (matrix != 0)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise MethodError(
            f"{int(wrong.sum())} deprivasi kosong atau bukan 0 dan 1, pertama pada indikator "
            f"{names[column]} di baris {row + 1}. Perbaikan: lengkapi; terdeprivasi 1, tidak 0."
        )
    return deprived.T


def _positive(values: ArrayLike, n: int, name: str) -> Floats:
    numbers = np.asarray(values, dtype=float)
    if numbers.shape != (n,):
        raise MethodError(
            f"Kolom {name} berisi {numbers.size} angka, padahal ada {n} rumah tangga. "
            "Perbaikan: ambil keduanya dari tabel yang sama."
        )
    wrong = ~(np.isfinite(numbers) & (numbers > 0))
    if wrong.any():
        raise MethodError(
            f"{int(wrong.sum())} {name} kosong, nol, negatif, atau tak hingga, pertama di baris "
            f"{int(wrong.argmax()) + 1}. Perbaikan: periksa kolomnya."
        )
    return numbers


def _groups(
    by: ArrayLike, n: int, domains: Sequence[Any] | pd.Index | None
) -> tuple[Integers, pd.Index]:
    column = by if isinstance(by, pd.Series) else pd.Series(np.asarray(by))
    code, labels = pd.factorize(column, sort=domains is None)
    found = pd.Index(np.asarray(labels))
    if code.shape != (n,) or (code < 0).any():
        raise MethodError(
            f"Kelompok tercatat untuk {int((code >= 0).sum())} dari {n} rumah tangga. "
            "Perbaikan: lengkapi kelompok setiap rumah tangga."
        )
    if domains is None:
        return code, found
    groups = pd.Index(domains).unique()
    place = groups.get_indexer(found)
    if (place < 0).any():
        unknown = found[place < 0]
        raise MethodError(
            f"{len(unknown)} kelompok tidak ada dalam daftar domain, antara lain '{unknown[0]}'. "
            "Perbaikan: lengkapi daftar domain atau perbaiki kodenya."
        )
    return place[code], groups
