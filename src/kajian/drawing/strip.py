"""Legends across the page: under maps that stand side by side, and above charts (all in mm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from kajian.drawing.legend import (
    GAP_MM,
    ROW_MM,
    SWATCH_MM,
    TITLE_MM,
    Entry,
    draw_box,
    draw_foot,
    foot_mm,
)
from kajian.drawing.style import BODY, text_mm


@dataclass(frozen=True, slots=True)
class Strip:
    """A legend across the page: title and scale bar above lines of boxes.

    Attributes
    ----------
    title
        Quantity and unit.
    blocks
        Boxes; each block begins on a line of its own.
    width
        Of the strip, mm.
    rule
        By which rule the classes are made.
    """

    title: str
    blocks: Sequence[Sequence[Entry]]
    width: float
    rule: str = ""

    @property
    def places(self) -> list[tuple[Entry, float, int]]:
        """Every box with its left end (mm) and its line below the title (from 0)."""
        places: list[tuple[Entry, float, int]] = []
        for block in self.blocks:
            below = places[-1][2] + 1 if places else 0
            lengths = [SWATCH_MM[0] + 2 + text_mm(entry.label)[0] for entry in block]
            lines = flow(lengths, GAP_MM, self.width)
            places += [(entry, x, below + i) for entry, (x, i) in zip(block, lines, strict=True)]
        return places

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""
        last = max((line for *_, line in self.places), default=-1)
        return self.width, TITLE_MM + 1 + ROW_MM * (1 + last)

    @property
    def least_width(self) -> float:
        """Width (mm) below which words would leave the strip."""
        title = text_mm(self.title, BODY, 600)[0] + GAP_MM + foot_mm(self.rule)
        boxes = [text_mm(entry.label)[0] for block in self.blocks for entry in block]
        return max(title, SWATCH_MM[0] + 2 + max(boxes, default=0))

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw the strip upwards from its lower left corner."""
        x, y = corner[0], corner[1] + self.size[1] - TITLE_MM
        ax.text(x, y + 0.9, self.title, fontsize=BODY, fontweight=600)
        left = x + self.width - foot_mm(self.rule, metres_per_mm)
        draw_foot(ax, left, y + 1.1, metres_per_mm, self.rule)
        for entry, left, line in self.places:
            low = y - 1 - ROW_MM * (line + 1) + (ROW_MM - SWATCH_MM[1])
            draw_box(ax, entry, x + left, low)


def flow(lengths: list[float], gap: float, width: float) -> list[tuple[float, int]]:
    """Set entries of a legend one after the other, on as many lines as they need (all in mm).

    Parameters
    ----------
    lengths
        Of each entry, with its mark.
    gap, width
        Room between entries, and of a line.

    Returns
    -------
    list of (float, int)
        Left end and line (from 0) of each entry.
    """
    places: list[tuple[float, int]] = []
    x, line = 0.0, 0
    for length in lengths:
        if x > 0 and x + length > width:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += length + gap
    return places
