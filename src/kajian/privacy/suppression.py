"""Hide small counts in a table, and enough others that the hidden ones cannot be worked out.

This is a simple heuristic that hides the smallest cells first. It is safe, which is checked
exactly, but not optimal: an integer program may find a pattern that hides less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.privacy.kinds import COMPLEMENTARY_MARK
from kajian.privacy.protection import protect

ALL = "seluruhnya"


@dataclass(frozen=True, slots=True, eq=False)
class Suppressed:
    """A table that may be shown.

    Attributes
    ----------
    table
        The table, hidden counts as ``<5`` (primary) or ``x`` (complementary), rates as ``x``.
    primary, complementary
        Shape (rows, counts): what was hidden, and why.
    hidden_totals
        Shape (groups + 1, counts): totals of groups, and over all rows, that may not be shown.
    hidden_row_totals
        Shape (rows,): totals over the counts of a row that may not be shown. Where one of a group
        is hidden, the sum of all counts of the group may be shown only with all its totals.
    threshold
        Smallest number that is shown.
    """

    table: pd.DataFrame
    primary: pd.DataFrame
    complementary: pd.DataFrame
    hidden_totals: pd.DataFrame
    hidden_row_totals: pd.Series
    threshold: int

    def tidy(self) -> pd.DataFrame:
        """Return one row per count: how many cells and totals are hidden."""
        return pd.DataFrame(
            {
                "term": list(self.primary.columns),
                "cells": len(self.primary),
                "primary": self.primary.sum().to_numpy(),
                "complementary": self.complementary.sum().to_numpy(),
                "totals": self.hidden_totals.sum().to_numpy(),
            }
        )

    def __str__(self) -> str:
        hidden = self.hidden_totals.to_numpy().sum() + self.hidden_row_totals.sum()
        totals = f"; {hidden} jumlah jangan diterbitkan" if hidden else ""
        return (
            f"{self.primary.to_numpy().sum()} sel di bawah {self.threshold} disembunyikan, "
            f"bersama {self.complementary.to_numpy().sum()} sel pelengkap "
            f"dari {self.primary.size}{totals}"
        )


def suppress(
    table: pd.DataFrame,
    *,
    counts: Sequence[str],
    threshold: int = 5,
    within: str | Sequence[str] | None = None,
    rates: Mapping[str, str | Sequence[str]] | None = None,
    row_totals: bool = False,
) -> Suppressed:
    """Hide counts below a threshold, and their way back through published totals.

    Parameters
    ----------
    table
        One row per area or class, without rows of totals.
    counts
        Columns with numbers of people or households, whole and not missing.
    threshold
        Smallest number that may be shown, at least 3: a hidden ``<2`` could only be 1.
    within
        Columns whose groups have published totals; the total of a column counts as published.
    rates
        Column of a rate, and the count or counts (numerator, denominator) it is made of; hidden
        wherever one of them is.
    row_totals
        Whether the sum over ``counts`` is published for each row.

    Returns
    -------
    Suppressed

    Raises
    ------
    MethodError
        A column is not there, a count is missing, negative or not whole, or the threshold is
        below 3.

    Notes
    -----
    Primary cells are those from 1 to threshold - 1. A line is a set of cells with a published
    sum. While a line has a single hidden cell, or hides less than the threshold, its smallest
    other cell is hidden; a line without another positive cell keeps its total back, and, if that
    is the total of a group, so does the group with the smallest sum. Zeros stay: hiding them
    protects nothing.

    What is left is checked exactly, for a reader who knows that ``<5`` is 1 to 4 and ``x`` at
    least 5. Each hidden cell joins a row and a column of sums; a cell can have another value if
    and only if a cycle through it shifts units between cells without leaving those bounds
    (Gusfield 1988, SIAM Journal on Computing 17(3)). A primary cell without one gets company.
    With the bounds whole and each cell in one row and one column, the values in between are
    whole as well. The heuristic: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
    """
    rates = rates or {}
    keys = [within] if isinstance(within, str) else list(within or [])
    made_of = {r: [of] if isinstance(of, str) else list(of) for r, of in rates.items()}
    values = _checked(table, list(counts), keys, made_of, threshold)
    group, labels = _grouped(table, keys)
    pattern = protect(values, group, threshold, row_totals=row_totals)
    primary = pd.DataFrame(pattern.small, table.index, list(counts))
    hidden = pd.DataFrame(pattern.hidden, table.index, list(counts))
    totals = np.vstack([pattern.no_total, pattern.no_sum])[-1 - len(labels) :]
    return Suppressed(
        table=_marked(table, primary, hidden, made_of, threshold),
        primary=primary,
        complementary=hidden & ~primary,
        hidden_totals=pd.DataFrame(totals, [*labels, ALL], list(counts)),
        hidden_row_totals=pd.Series(pattern.no_row & row_totals, table.index),
        threshold=threshold,
    )


def _checked(
    table: pd.DataFrame,
    counts: list[str],
    keys: list[str],
    made_of: dict[str, list[str]],
    threshold: int,
) -> NDArray[np.int64]:
    """Counts as whole numbers, shape (rows, counts)."""
    if threshold < 3:
        raise MethodError(
            f"Ambang {threshold} tidak menyembunyikan apa pun: '<2' hanya dapat berarti 1. "
            "Perbaikan: pakai ambang sedikitnya 3."
        )
    if unknown := [name for name in [*counts, *keys, *made_of] if name not in table.columns]:
        raise MethodError(
            f"Kolom {', '.join(unknown)} tidak ada pada tabel. "
            f"Perbaikan: pilih dari {', '.join(map(str, table.columns))}."
        )
    if loose := [rate for rate, of in made_of.items() if not set(of) <= set(counts)]:
        raise MethodError(
            f"Persentase {', '.join(loose)} dibuat dari kolom yang tidak ikut disembunyikan. "
            f"Perbaikan: pilih pembilang dan penyebutnya dari counts: {', '.join(counts)}."
        )
    values = table[counts].to_numpy(dtype=float, na_value=np.nan)
    whole = np.isfinite(values) & (values >= 0) & (values == np.floor(values))
    if not whole.all():
        wrong = [name for name, fine in zip(counts, whole.all(axis=0), strict=True) if not fine]
        raise MethodError(
            f"Kolom {', '.join(wrong)}: {(~whole).sum()} sel kosong, negatif, atau bukan bilangan "
            "bulat. Perbaikan: isi dengan banyaknya orang atau rumah tangga; nol bila tidak ada."
        )
    return values.astype(np.int64)


def _grouped(table: pd.DataFrame, keys: list[str]) -> tuple[NDArray[np.intp], list[str]]:
    """Number of the group of each row, and the names of the groups."""
    if not keys:
        return np.zeros(len(table), dtype=np.intp), []
    names = table[keys].astype("str").agg(" / ".join, axis="columns")
    number, labels = pd.factorize(names)
    return number, list(labels)


def _marked(
    table: pd.DataFrame,
    primary: pd.DataFrame,
    hidden: pd.DataFrame,
    made_of: dict[str, list[str]],
    threshold: int,
) -> pd.DataFrame:
    """Write the marks; a column with nothing hidden stays as it is."""
    shown = table.copy()
    for name in primary:
        if hidden[name].any():
            cells = table[name].astype(object).mask(hidden[name], COMPLEMENTARY_MARK)
            shown[name] = cells.mask(primary[name], f"<{threshold}")
    for rate, counts in made_of.items():
        beside = hidden[counts].any(axis="columns")
        if beside.any():
            shown[rate] = table[rate].astype(object).mask(beside, COMPLEMENTARY_MARK)
    return shown
