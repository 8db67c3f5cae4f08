"""A legend of lines and dots that flows across the top of a chart (all in mm)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from kajian.drawing.strip import flow
from kajian.drawing.style import text_mm

GLYPH_MM = 6.0
WORDS_MM = 1.5  # between a mark and its words
GAP_MM = 4.5  # between marks
LINE_MM = 4.2
EDGE_MM = 1.0  # at both ends of a line


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One entry: a piece of line with its dot in the middle.

    Attributes
    ----------
    words
        What it means.
    look
        Of the line and its dot, as matplotlib's ``plot`` takes them.
    """

    words: str
    look: Mapping[str, Any]


def key_height(marks: Sequence[Mark], width: float) -> float:
    """Return the height (mm) that a legend takes on a page of some width."""
    return LINE_MM * (1 + max((line for _, line in _places(marks, width)), default=-1))


def draw_mark_key(page: Axes, marks: Sequence[Mark], width: float, top: float) -> None:
    """Draw the legend downwards from ``top`` on page axes."""
    for mark, (left, line) in zip(marks, _places(marks, width), strict=True):
        x, y = left + EDGE_MM, top - LINE_MM * (line + 0.5)
        page.plot([x, x + GLYPH_MM / 2, x + GLYPH_MM], [y] * 3, markevery=[1], **mark.look)
        page.text(x + GLYPH_MM + WORDS_MM, y, mark.words, va="center_baseline")


def _places(marks: Sequence[Mark], width: float) -> list[tuple[float, int]]:
    lengths = [GLYPH_MM + WORDS_MM + text_mm(mark.words)[0] for mark in marks]
    return flow(lengths, GAP_MM, width - 2 * EDGE_MM)
