"""What explains the looks of a map: boxes under titles, the scale bar, the rule of the classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kajian.drawing.axes import LINE_MM, wrap
from kajian.drawing.style import BODY, INK, MUTED, text_mm
from kajian.language import format_number

SWATCH_MM = (6.0, 2.8)
ROW_MM = 4.0
TITLE_MM = 3.7
TITLE_WIDTH_MM = 48.0  # a longer title takes another line
BAR_MM = 24.0  # the scale bar is at most this long
BAR_WORDS_MM = 9.0  # its length, written at its end
BAR_GAP_MM = 1.2
FOOT_MM = 6.5  # scale bar and the room above it
GAP_MM = 4.0  # between columns
BLOCK_MM = 1.6  # above a further title


class MapLegend(Protocol):
    """What can stand beside a map, with its scale bar."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw it upwards from its lower left corner."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One box of a legend and what it means."""

    label: str
    style: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Boxes under a title, in one or more columns, over a remark.

    Attributes
    ----------
    title
        Quantity and unit.
    entries
        The boxes.
    note
        Remark below the boxes, or empty.
    columns
        Columns of boxes.
    """

    title: str
    entries: Sequence[Entry]
    note: str = ""
    columns: int = 1

    @property
    def rows(self) -> int:
        """Number of boxes in the longest column."""
        return -(-len(self.entries) // self.columns)

    @property
    def lines(self) -> list[str]:
        """Title, broken into lines."""
        return wrap(self.title, self._widest, BODY, 600).split("\n") if self.title else []

    @property
    def notes(self) -> list[str]:
        """Remark, broken into lines."""
        return wrap(self.note, self._widest).split("\n") if self.note else []

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""
        words = [text_mm(line, BODY, 600)[0] for line in self.lines]
        words += [text_mm(line)[0] for line in self.notes]
        height = TITLE_MM * len(self.lines) + ROW_MM * self.rows
        height += LINE_MM * len(self.notes) + (1 if self.notes else 0)
        return max([*words, self._columns_mm]), height

    @property
    def _widest(self) -> float:
        return max(TITLE_WIDTH_MM, self._columns_mm)

    @property
    def _widths(self) -> list[float]:
        labels = [text_mm(entry.label)[0] for entry in self.entries]
        starts = range(0, len(labels), max(self.rows, 1))
        return [SWATCH_MM[0] + 2 + max(labels[i : i + self.rows]) for i in starts]

    @property
    def _columns_mm(self) -> float:
        return sum(self._widths) + GAP_MM * max(len(self._widths) - 1, 0)

    def draw(self, ax: Axes, x: float, y: float) -> None:
        """Draw downwards from the upper left corner."""
        for line in self.lines:
            y -= TITLE_MM
            ax.text(x, y + 0.9, line, fontsize=BODY, fontweight=600)
        for i, entry in enumerate(self.entries):
            column = i // self.rows
            left = x + sum(self._widths[:column]) + GAP_MM * column
            draw_box(ax, entry, left, y - ROW_MM * (i % self.rows + 1))
        y -= ROW_MM * self.rows + 1
        for line in self.notes:
            y -= LINE_MM
            ax.text(x, y + 0.9, line, color=MUTED)


@dataclass(frozen=True, slots=True)
class Legend:
    """Blocks one above the other or side by side; scale bar and rule of the classes at the foot."""

    blocks: Sequence[Block]
    rule: str = ""
    beside: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""
        widths, heights = zip(*(block.size for block in self.blocks), strict=True)
        foot = foot_mm(self.rule)
        if self.beside:
            wide = sum(widths) + 2 * GAP_MM * (len(widths) - 1)
            return max(wide, foot), max(heights) + FOOT_MM
        return max(*widths, foot), sum(heights) + BLOCK_MM * (len(heights) - 1) + FOOT_MM

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw blocks and foot upwards from the lower left corner."""
        x, y = corner[0], corner[1] + self.size[1]
        for block in self.blocks:
            block.draw(ax, x, y)
            if self.beside:
                x += block.size[0] + 2 * GAP_MM
            else:
                y -= block.size[1] + BLOCK_MM
        draw_foot(ax, corner[0], corner[1] + 0.6, metres_per_mm, self.rule)


def legend_variants(blocks: Sequence[Block], rule: str = "") -> list[Legend]:
    """Return the forms that a legend can take, the narrowest first."""
    forms = [
        Legend([Block(block.title, block.entries, block.note, columns) for block in blocks], rule)
        for columns in (1, 2, 3)
    ]
    return [*forms, Legend(blocks, rule, beside=True)] if len(blocks) > 1 else forms


def draw_box(ax: Axes, entry: Entry, left: float, low: float) -> None:
    """Draw one box of a legend and the words at its right."""
    ax.add_patch(Rectangle((left, low), *SWATCH_MM, **entry.style))
    words = (left + SWATCH_MM[0] + 2, low + SWATCH_MM[1] / 2)
    ax.text(*words, entry.label, va="center_baseline")


def foot_mm(rule: str, metres_per_mm: float | None = None) -> float:
    """Return the width (mm) of scale bar and rule of the classes: at most, or at a scale."""
    bar = BAR_MM + BAR_WORDS_MM
    if metres_per_mm is not None:
        length, words = scale_bar(metres_per_mm)
        bar = length + BAR_GAP_MM + text_mm(words)[0]
    return bar + (GAP_MM + text_mm(rule)[0] if rule else 0)


def scale_bar(metres_per_mm: float) -> tuple[float, str]:
    """Return the longest bar of a round number of kilometres (mm), and what it says."""
    longest = BAR_MM * metres_per_mm / 1000
    power = 10.0 ** np.floor(np.log10(longest))
    km = max(step * power for step in (1, 2, 5) if step * power <= longest)
    return km * 1000 / metres_per_mm, f"{format_number(km, 0 if km >= 1 else 1)} km"


def draw_foot(ax: Axes, x: float, y: float, metres_per_mm: float, rule: str) -> None:
    """Draw the scale bar with its length, then the rule of the classes."""
    length, words = scale_bar(metres_per_mm)
    end = x + length
    ax.plot([x, x, end, end], [y + 1, y, y, y + 1], color=INK, linewidth=0.8, gid="scale")
    ax.text(end + BAR_GAP_MM, y - 0.2, words)
    if rule:
        ax.text(end + BAR_GAP_MM + text_mm(words)[0] + GAP_MM, y - 0.2, rule, color=MUTED)
