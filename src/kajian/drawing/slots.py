"""Where the rows of a long chart stand: side by side in columns, under their groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HEADING = 1.0  # lines that the name of a group takes
GROUP_GAP = 0.5  # and the room above it, where it is not the first of its column


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Place of every row of a chart.

    Attributes
    ----------
    column, line
        Column (from 0) and line from its top (in rows, 0 is the middle of the first), shape (n,).
    headings
        Column, line and text of the name of each group.
    lines
        Lines of the longest column.
    """

    column: NDArray[np.intp]
    line: NDArray[np.float64]
    headings: tuple[tuple[int, float, str], ...]
    lines: float

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.column.max()) + 1


def place_rows(count: int, columns: int, groups: pd.Series | None = None) -> Slots:
    """Spread rows over columns so that the longest is as short as it can be.

    Parameters
    ----------
    count
        Number of rows; they keep their order.
    columns
        One or two columns.
    groups
        Group per row. Groups stay whole, in the order in which they first appear.
    """
    if groups is None:
        blocks = [("", rows) for rows in np.array_split(np.arange(count), columns)]
    else:
        names = groups.to_numpy()
        blocks = [(str(name), np.flatnonzero(names == name)) for name in groups.unique()]
    cuts = [0] if columns == 1 or len(blocks) == 1 else range(1, len(blocks))
    cut = min(cuts, key=lambda i: max(_height(blocks[:i]), _height(blocks[i:])))
    column, line = np.zeros(count, dtype=np.intp), np.zeros(count)
    headings: list[tuple[int, float, str]] = []
    sides = [side for side in (blocks[:cut], blocks[cut:]) if side]
    for number, side in enumerate(sides):
        for i, (name, rows) in enumerate(side):
            above = _height(side[:i])
            if name:
                above += GROUP_GAP if i else 0
                headings.append((number, above, name))
                above += HEADING
            column[rows], line[rows] = number, above + np.arange(len(rows))
    return Slots(column, line, tuple(headings), max(_height(side) for side in sides))


def _height(blocks: list[tuple[str, NDArray[np.intp]]]) -> float:
    named = sum(bool(name) for name, _ in blocks)
    gaps = max(named - 1, 0) * GROUP_GAP
    return sum(len(rows) for _, rows in blocks) + HEADING * named + gaps
