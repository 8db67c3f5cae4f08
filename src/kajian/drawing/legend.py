"""What explains a map beside it: legend with scale bar, and the list of numbered names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kajian.drawing.axes import wrap
from kajian.drawing.style import BODY, INK, MUTED, text_mm
from kajian.language import format_number

SWATCH_MM = (6.0, 2.8)
ROW_MM = 4.0
TITLE_MM = 3.7
TITLE_WIDTH_MM = 48.0  # a longer title takes another line
BAR_MM = 26.0  # the scale bar is at most this long
FOOT_MM = 6.5  # scale bar and the room above it
GAP_MM = 4.0  # between columns
KEY_LINE_MM = 3.05
KEY_GAP_MM = 0.8  # above a group
NUMBER_MM = 4.4

Row = tuple[str | None, str]  # number and name; a group's name has no number


@dataclass(frozen=True, slots=True)
class Entry:
    """One box of a legend and what it means."""

    label: str
    style: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend in one or more columns, with the scale bar at its foot."""

    title: str
    entries: Sequence[Entry]
    columns: int

    @property
    def rows(self) -> int:
        """Number of boxes in the longest column."""
        return -(-len(self.entries) // self.columns)

    @property
    def lines(self) -> list[str]:
        """Title, broken into lines."""
        width = max(TITLE_WIDTH_MM, self._columns_mm)
        return wrap(self.title, width, BODY, 600).split("\n")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""
        titles = max(text_mm(line, BODY, 600)[0] for line in self.lines)
        height = TITLE_MM * len(self.lines) + ROW_MM * self.rows + FOOT_MM
        return max(titles, self._columns_mm, BAR_MM + 9), height

    @property
    def _widths(self) -> list[float]:
        labels = [text_mm(entry.label)[0] for entry in self.entries]
        starts = range(0, len(labels), self.rows)
        return [SWATCH_MM[0] + 2 + max(labels[i : i + self.rows]) for i in starts]

    @property
    def _columns_mm(self) -> float:
        return sum(self._widths) + GAP_MM * (len(self._widths) - 1)

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw title, boxes and scale bar, downwards from the upper left corner."""
        x, y = corner[0], corner[1] + self.size[1]
        for line in self.lines:
            y -= TITLE_MM
            ax.text(x, y + 0.9, line, fontsize=BODY, fontweight=600)
        for i, entry in enumerate(self.entries):
            column = i // self.rows
            left = x + sum(self._widths[:column]) + GAP_MM * column
            low = y - ROW_MM * (i % self.rows + 1)
            ax.add_patch(Rectangle((left, low), *SWATCH_MM, **entry.style))
            ax.text(
                left + SWATCH_MM[0] + 2, low + SWATCH_MM[1] / 2, entry.label, va="center_baseline"
            )
        draw_scale_bar(ax, x, corner[1] + 0.6, metres_per_mm)


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
    """

    title: str
    blocks: Sequence[Sequence[Entry]]
    width: float

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
    def height(self) -> float:
        """Height, mm."""
        return TITLE_MM + 1 + ROW_MM * (1 + self.places[-1][2])

    @property
    def least_width(self) -> float:
        """Width (mm) below which words would leave the strip."""
        title = text_mm(self.title, BODY, 600)[0] + GAP_MM + BAR_MM + 9
        boxes = [text_mm(entry.label)[0] for block in self.blocks for entry in block]
        return max(title, SWATCH_MM[0] + 2 + max(boxes))

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw the strip upwards from its lower left corner."""
        x, y = corner[0], corner[1] + self.height - TITLE_MM
        ax.text(x, y + 0.9, self.title, fontsize=BODY, fontweight=600)
        draw_scale_bar(ax, x + self.width - BAR_MM - 9, y + 1.1, metres_per_mm)
        for entry, left, line in self.places:
            low = y - 1 - ROW_MM * (line + 1) + (ROW_MM - SWATCH_MM[1])
            ax.add_patch(Rectangle((x + left, low), *SWATCH_MM, **entry.style))
            words = (x + left + SWATCH_MM[0] + 2, low + SWATCH_MM[1] / 2)
            ax.text(*words, entry.label, va="center_baseline")


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


def draw_scale_bar(ax: Axes, x: float, y: float, metres_per_mm: float) -> None:
    """Draw a bar of a round number of kilometres, with its length written at its end."""
    longest = BAR_MM * metres_per_mm / 1000
    power = 10.0 ** np.floor(np.log10(longest))
    km = max(step * power for step in (1, 2, 5) if step * power <= longest)
    end = x + km * 1000 / metres_per_mm
    ax.plot([x, x, end, end], [y + 1, y, y, y + 1], color=INK, linewidth=0.8, gid="scale")
    ax.text(end + 1.2, y - 0.2, f"{format_number(km, 0 if km >= 1 else 1)} km")


def key_size(key: pd.DataFrame, height_mm: float) -> tuple[float, float]:
    """Return width and height (mm) of the numbered list when it may be ``height_mm`` high."""
    columns = _columns(key, height_mm)
    width = sum(_column_mm(column) for column in columns) + GAP_MM * (len(columns) - 1)
    return width, max(_height_mm(column) for column in columns)


def draw_key(ax: Axes, key: pd.DataFrame, corner: tuple[float, float], height_mm: float) -> None:
    """Write numbered names in columns, under the names of their groups.

    Parameters
    ----------
    ax
        Page axes.
    key
        Columns ``number``, ``name`` and, where the list is grouped, ``group``.
    corner
        Upper left corner, mm.
    height_mm
        Height that the columns may take.
    """
    x, top = corner
    for column in _columns(key, height_mm):
        y = top
        for number, text in column:
            if number is None:
                y -= KEY_GAP_MM if y < top else 0
                ax.text(x, y - KEY_LINE_MM + 0.7, text, fontweight=600)
            else:
                ax.text(x + NUMBER_MM - 1, y - KEY_LINE_MM + 0.7, number, ha="right", color=MUTED)
                ax.text(x + NUMBER_MM, y - KEY_LINE_MM + 0.7, text)
            y -= KEY_LINE_MM
        x += _column_mm(column) + GAP_MM


def _columns(key: pd.DataFrame, height_mm: float) -> list[list[Row]]:
    """Split the list into columns that fit the height, breaking groups only where they must."""
    groups = key.groupby("group", sort=False) if "group" in key else [("", key)]
    columns: list[list[Row]] = [[]]
    for name, rows in groups:
        block: list[Row] = [(None, str(name))] if name else []
        block += [(str(n), str(t)) for n, t in zip(rows["number"], rows["name"], strict=True)]
        if columns[-1] and _height_mm(columns[-1] + block) > height_mm:
            columns.append([])
        for row in block:
            if columns[-1] and _height_mm([*columns[-1], row]) > height_mm:
                columns.append([])
            columns[-1].append(row)
    return columns


def _height_mm(column: Sequence[Row]) -> float:
    gaps = sum(number is None for number, _ in column[1:])
    return KEY_LINE_MM * len(column) + KEY_GAP_MM * gaps


def _column_mm(column: Sequence[Row]) -> float:
    return max(
        text_mm(text, weight=600)[0] if number is None else NUMBER_MM + text_mm(text)[0]
        for number, text in column
    )
