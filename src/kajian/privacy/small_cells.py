"""Counts of few people in what a study shows, and hidden counts that can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.privacy.headers import attributes, classes, counts_people
from kajian.privacy.hidden_cells import SUPPRESSED, WHOLE, recoverable, whole_numbers
from kajian.privacy.kinds import RATE, RECOVERABLE, SMALL

_RATE = re.compile(r".*_pct|.*\((?:%|persen)\)", re.IGNORECASE)
_UNNAMED = re.compile(r"0?")
_CODE = re.compile(r"[0-9]{1,2}|[0-9]{2}(?:\.[0-9]{2}){2}(?:\.[0-9]{4})?")
_HEADS = 5  # rows below the first that may still be headers


def find_small_cells(table: pd.DataFrame, threshold: int) -> Iterator[tuple[str, int, Any]]:
    """Find what a table of results tells about few people.

    Parameters
    ----------
    table
        Text cells. A column counts people or households when a header says so (``n``, ``n_...``,
        ``..._orang``, ``Jumlah ...``, ``(KK)`` and the like, see `headers.counts_people`), when
        it holds a hidden count such as ``<5``, or when it is of a cross-table of an attribute in
        the restricted tables. So does a row whose label says so.
    threshold
        Smallest number of people that may be shown.

    Yields
    ------
    (kind, position of the column, label of the row)
        A count from 1 to threshold - 1; a hidden count (``<5`` or ``x``) that follows from the
        published sums; a rate (``..._pct``) that is shown beside a hidden count.

    Notes
    -----
    Zero is shown: it says that nobody is concerned. It does disclose when a whole group is known
    to be elsewhere (nobody of a kelurahan is insured), a risk that the author must weigh. Years
    and snapshots have totals of their own. A kecamatan of one kelurahan has no total apart.
    Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
    """
    if table.empty:
        return
    counted = _counted(table)
    numbers = [whole_numbers(table.iloc[:, position].str.strip()) for position in counted]
    for position, number in zip(counted, numbers, strict=True):
        small = number.between(1, threshold - 1).to_numpy(bool)
        yield from ((SMALL, position, row) for row in table.index[small])
    yield from _small_in_rows(table, counted, threshold)
    given = recoverable(table, counted, threshold)
    for position, found in zip(counted, given.T, strict=True):
        yield from ((RECOVERABLE, position, row) for row in table.index[found])
    beside = np.zeros(len(table), dtype=bool)
    for position in counted:
        beside |= _matches(table, position, SUPPRESSED)
    for position, name in enumerate(table.columns):
        if _RATE.fullmatch(str(name)):
            shown = table.iloc[:, position].str.contains("[0-9]").to_numpy(bool)
            yield from ((RATE, position, row) for row in table.index[shown & beside])


def _counted(table: pd.DataFrame) -> list[int]:
    """Positions of the columns that count people."""
    cross = _is_cross_table(table)
    found = []
    for position, name in enumerate(table.columns):
        heads = [str(name), *table.iloc[:_HEADS, position]]
        if any(map(counts_people, heads)) or (position and _is_class(str(name), cross)):
            found.append(position)
        elif any(cell.startswith("<") for cell in table.iloc[:, position]):
            number = _matches(table, position, f"(?:{WHOLE}|{SUPPRESSED})?")
            if number.all():
                found.append(position)
    return found


def _is_cross_table(table: pd.DataFrame) -> tuple[bool, bool]:
    """Whether the rows are classes of people, and whether whole columns are counts of a class.

    pandas writes the name of the columns of a cross-table in the corner, and that of its rows
    alone in the row below.
    """
    corner, below = str(table.columns[0]), table.iloc[0]
    rows = below.iloc[0] if below.iloc[0] and not any(below.iloc[1:]) else ""
    axes = {name for name in (corner, rows) if name in attributes()}
    labels = {str(name).casefold() for name in table.columns[1:]}
    labelled = bool(axes) or len(labels & classes()) > 1
    if not (axes and corner and rows):
        return labelled, False
    body = table.iloc[1:, 1:]
    whole = body.apply(lambda column: column.str.fullmatch(r"[0-9]+")).to_numpy(bool)
    return labelled, bool(whole.size and whole.all())


def _is_class(name: str, cross: tuple[bool, bool]) -> bool:
    labelled, whole = cross
    is_one = bool(_UNNAMED.fullmatch(name) or _CODE.fullmatch(name)) or name.casefold() in classes()
    return whole or (labelled and is_one)


def _small_in_rows(
    table: pd.DataFrame, counted: list[int], threshold: int
) -> Iterator[tuple[str, int, Any]]:
    """Small counts in the rows whose label counts people, in columns that do not."""
    labels = table.iloc[:, 0]
    rows = labels[labels.map(counts_people).astype(bool).to_numpy()].index
    for position in range(1, table.shape[1]):
        if position not in counted and len(rows):
            number = whole_numbers(table.iloc[:, position][table.index.isin(rows)].str.strip())
            small = number.between(1, threshold - 1)
            yield from ((SMALL, position, row) for row in number.index[small])


def _matches(table: pd.DataFrame, position: int, pattern: str) -> NDArray[np.bool_]:
    return table.iloc[:, position].str.strip().str.fullmatch(pattern).to_numpy(bool)
