"""Which cells and sums must stay hidden so that no small count can be worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FREE = 0

Cell = tuple[int, int]
Arcs = dict[int, list[tuple[int, Cell]]]


@dataclass(slots=True, eq=False)
class Pattern:
    """What is hidden, of n rows in g groups with k counts each.

    Attributes
    ----------
    counts
        Shape (n, k), whole numbers.
    group
        Shape (n,), the number of the group of each row.
    small
        Shape (n, k): counts from 1 to threshold - 1.
    hidden
        Shape (n, k): the small ones and those that hide them.
    no_total, no_sum, no_row
        Shapes (g, k), (k,), (n,): totals of groups, columns and rows that are not published.
    """

    counts: NDArray[np.int64]
    group: NDArray[np.intp]
    threshold: int
    small: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    no_total: NDArray[np.bool_]
    no_sum: NDArray[np.bool_]
    no_row: NDArray[np.bool_]

    def lines(self) -> NDArray[np.intp]:
        """Shape (2, n, k): the published sum over a row, and down a column, that each cell joins.

        The groups of a column whose totals are hidden have one sum together: what the others
        leave of the total of the column. A cell without a sum has the line 0.
        """
        (n, k), groups = self.counts.shape, len(self.no_total)
        row = np.where(self.no_row, _FREE, 1 + np.arange(n))[:, None]
        apart = self.no_total[self.group]
        column = 1 + n + np.arange(k) * (groups + 1) + np.where(apart, groups, self.group[:, None])
        column = np.where(apart & self.no_sum, _FREE, column)
        return np.stack([np.broadcast_to(row, (n, k)), column])

    def spare(self) -> NDArray[np.bool_]:
        """Shape (n, k): counts that can still be hidden; a zero protects nothing."""
        return ~self.hidden & (self.counts > 0)

    def withhold(self, line: int) -> None:
        """Keep a sum back; the total of a group can hide only behind that of another."""
        (n, _), groups = self.counts.shape, len(self.no_total)
        if line <= n:
            self.no_row[line - 1] = True
            return
        column, at = divmod(line - 1 - n, groups + 1)
        if at < groups:
            self.no_total[at, column] = True
            return
        sums = np.bincount(self.group, weights=self.counts[:, column], minlength=groups)
        others = np.flatnonzero(~self.no_total[:, column] & (sums > 0))
        if others.size:
            self.no_total[others[sums[others].argmin()], column] = True
        else:
            self.no_sum[column] = True


def protect(
    counts: NDArray[np.int64], group: NDArray[np.intp], threshold: int, *, row_totals: bool
) -> Pattern:
    """Hide small counts and, as long as a line is weak, its smallest other count or its sum.

    Each step hides one thing more, and a table of which nothing is shown is safe, so it ends.
    """
    n, k = counts.shape
    small = (counts > 0) & (counts < threshold)
    pattern = Pattern(
        counts=counts,
        group=group,
        threshold=threshold,
        small=small,
        hidden=small.copy(),
        no_total=np.zeros((group.max(initial=0) + 1, k), dtype=bool),
        no_sum=np.zeros(k, dtype=bool),
        no_row=np.full(n, not row_totals),
    )
    while line := _weak_line(pattern):
        spare = (pattern.lines() == line).any(axis=0) & pattern.spare()
        if spare.any():
            smallest = np.where(spare, counts, counts.max() + 1).argmin()
            pattern.hidden.flat[smallest] = True
        else:
            pattern.withhold(line)
    return pattern


def _weak_line(pattern: Pattern) -> int:
    """Find a line that gives away what it hides; ``_FREE`` when there is none."""
    lines = pattern.lines()
    hidden = lines[:, pattern.hidden].ravel()
    number = np.bincount(hidden)
    total = np.bincount(hidden, weights=np.tile(pattern.counts[pattern.hidden], 2))
    weak = (number == 1) | ((number > 0) & (total < pattern.threshold))
    weak[:1] = False
    if weak.any():
        return int(weak.argmax())
    exposed = _exposed_cell(pattern, lines)
    if exposed is None:
        return _FREE
    row, column = lines[:, *exposed].tolist()
    spare = pattern.spare()
    helpful = [line for line in (column, row) if spare[(lines == line).any(axis=0)].any()]
    return int(next(filter(None, [*helpful, column, row])))


def _exposed_cell(pattern: Pattern, lines: NDArray[np.intp]) -> Cell | None:
    """Find a small count that can have no other value, given all published sums.

    A hidden count may rise or fall by one when others on its lines make up for it, and so on
    around a cycle. Rising leads from the line of the row to that of the column, falling back.
    """
    low = np.where(pattern.small, 1, pattern.threshold)
    falls = pattern.hidden & (pattern.counts > low)
    rises = pattern.hidden & ~(pattern.small & (pattern.counts == pattern.threshold - 1))
    arcs: Arcs = {}
    for start, end, moves in ((0, 1, rises), (1, 0, falls)):
        for i, j in np.argwhere(moves).tolist():
            arcs.setdefault(int(lines[start, i, j]), []).append((int(lines[end, i, j]), (i, j)))
    for i, j in np.argwhere(pattern.small).tolist():
        row, column = lines[:, i, j].tolist()
        may_rise = rises[i, j] and _leads(arcs, column, row, (i, j))
        may_fall = falls[i, j] and _leads(arcs, row, column, (i, j))
        if not may_rise and not may_fall:
            return i, j
    return None


def _leads(arcs: Arcs, start: int, goal: int, cell: Cell) -> bool:
    """Whether a way leads from one line to another without the cell itself."""
    seen, ahead = {start}, [start]
    while ahead and goal not in seen:
        ends = {end for end, along in arcs.get(ahead.pop(), []) if along != cell}
        ahead += ends - seen
        seen |= ends
    return goal in seen
