"""Names above the parts of a bar, on as few lines as keep them and their leaders apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kajian.drawing.style import text_mm
from kajian.errors import MethodError

MOST_LINES = 6
MOST_STEPS = 2000  # of a search on so many lines
BETWEEN_MM = 2.0  # names on one line
ASIDE_MM = 0.8  # of a name, where the leader of a higher one passes


def name_lines(
    names: Sequence[str], middles: NDArray[np.float64], frame: tuple[float, float]
) -> list[tuple[float, int]]:
    """Find for each name a line above the bar where it meets neither names nor their leaders.

    Parameters
    ----------
    names
        Words, from left to right.
    middles
        Where their leaders stand (mm), rising.
    frame
        Left and right end of the lines, mm.

    Returns
    -------
    list of (float, int)
        Left end (mm) and line, 0 the lowest, of each name.
    """
    choices = [
        [_Name(left, left + size, float(x)) for left in _lefts(float(x), size, frame)]
        for x, size in zip(middles, (text_mm(name)[0] for name in names), strict=True)
    ]
    for lines in range(1, MOST_LINES + 1):
        placed = _place(choices, lines)
        if placed is not None:
            return [(name.left, line) for name, line in placed]
    raise MethodError(
        "Nama indikator di atas batang saling menutupi. "
        "Perbaikan: singkat namanya, perlebar gambar, atau gabungkan indikator yang kecil."
    )


@dataclass(frozen=True, slots=True)
class _Name:
    """Where a name begins and ends, and where its leader stands (mm)."""

    left: float
    right: float
    leader: float


def _lefts(x: float, size: float, frame: tuple[float, float]) -> list[float]:
    """Return where a name may begin: centred over its leader, or with an end at it."""
    last = max(frame[0], frame[1] - size)
    wanted = (x - size / 2, x - size + 1.0, x - 1.0)
    return list(dict.fromkeys(min(max(left, frame[0]), last) for left in wanted))


def _clear(one: tuple[_Name, int], other: tuple[_Name, int]) -> bool:
    """Say whether neither the names nor the leaders of two names on their lines meet."""
    (a, line_a), (b, line_b) = one, other
    if line_a == line_b:
        return a.left > b.right + BETWEEN_MM or a.right < b.left - BETWEEN_MM
    low, high = (a, b) if line_a < line_b else (b, a)
    return not low.left - ASIDE_MM < high.leader < low.right + ASIDE_MM


def _place(choices: list[list[_Name]], lines: int) -> list[tuple[_Name, int]] | None:
    """Search from left to right, the lowest lines first, and give up after many steps."""
    options = [[(name, line) for line in range(lines) for name in names] for names in choices]
    placed: list[tuple[_Name, int]] = []
    tried = [0]
    for _ in range(MOST_STEPS):
        depth = len(placed)
        if depth == len(options):
            return placed
        for i in range(tried[-1], len(options[depth])):
            if all(_clear(options[depth][i], other) for other in placed):
                placed.append(options[depth][i])
                tried[-1] = i + 1
                tried.append(0)
                break
        else:
            if not placed:
                return None
            placed.pop()
            tried.pop()
    return None
