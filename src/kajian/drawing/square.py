"""The square legend of a bivariate map: classes of one quantity across, of the other upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, wrap
from kajian.drawing.legend import FOOT_MM, GAP_MM, TITLE_MM, Block, draw_foot, foot_mm
from kajian.drawing.looks import filled
from kajian.drawing.style import BODY, MUTED, text_colour, text_mm

ACROSS, UPWARDS = "makin tinggi →", "makin tinggi ↑"
ARROW_MM = 2.0  # between a title and these words
WIDEST_MM = 76.0  # a longer title takes another line
LEAST_CELL_MM = 7.2
NUMBERS = "Angka: banyaknya wilayah."


@dataclass(frozen=True, slots=True, eq=False)
class SquareLegend:
    """A square of colours between the titles of its two scales, with boxes and the scale bar.

    Attributes
    ----------
    titles
        Quantity and unit across, and upwards.
    ticks
        Ends of the classes across, and upwards; one more than there are classes.
    colours
        Colour by class across and class upwards.
    counts
        Units by class across and class upwards.
    marks
        Boxes of the other looks.
    rule
        By which rule the classes are made.
    beside
        Whether boxes and scale bar stand at the right of the square, or below all.
    """

    titles: tuple[str, str]
    ticks: tuple[Sequence[str], Sequence[str]]
    colours: Sequence[Sequence[str]]
    counts: NDArray[np.intp]
    marks: Block
    rule: str
    beside: bool

    @property
    def cell(self) -> float:
        """Side of a cell, mm."""
        return max(LEAST_CELL_MM, 1.4 + max(text_mm(tick)[0] for tick in self.ticks[0]))

    @property
    def left(self) -> float:
        """Room (mm) at the left of the square."""
        first = text_mm(self.ticks[0][0])[0] / 2
        return max(first, 1.2 + max(text_mm(tick)[0] for tick in self.ticks[1]))

    @property
    def square(self) -> tuple[float, float]:
        """Width and height (mm) of the square with its ticks."""
        across, up = self.counts.shape
        right = text_mm(self.ticks[0][-1])[0] / 2
        return self.left + self.cell * across + right, self.cell * up + LINE_MM + 2.4

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, mm."""
        wide, high = self._aside
        width, height = self.square
        titles = [_lines(title) for title in self.titles]
        words = [
            text_mm(line, BODY, 600)[0] + (line == lines[-1]) * (ARROW_MM + text_mm(ACROSS)[0])
            for lines in titles
            for line in lines
        ]
        if self.beside:
            width, height = width + GAP_MM + wide, max(height, high)
        else:
            width, height = max(width, wide), height + high + 1
        return max(width, *words), height + TITLE_MM * sum(map(len, titles)) + 0.5

    @property
    def _aside(self) -> tuple[float, float]:
        """Width and height (mm) of the boxes with the scale bar below them."""
        wide, high = self.marks.size
        return max(wide, foot_mm(self.rule)), high + FOOT_MM

    def draw(self, ax: Axes, corner: tuple[float, float], metres_per_mm: float) -> None:
        """Draw upwards from the lower left corner."""
        x, y = corner[0], corner[1] + self.size[1]
        y = _write_title(ax, self.titles[1], UPWARDS, x, y) - 0.5
        width, height = self.square
        self._draw_square(ax, x + self.left, y - 1.3 - self.cell * self.counts.shape[1])
        foot = (corner[0], corner[1] + 0.6)
        if self.beside:
            aside = x + width + GAP_MM
            low = y - max(height, self._aside[1])
            self.marks.draw(ax, aside, y - 0.6)
            foot = (aside, low + LINE_MM + 0.4)
            _write_title(ax, self.titles[0], ACROSS, x, low)
        else:
            below = _write_title(ax, self.titles[0], ACROSS, x, y - height)
            self.marks.draw(ax, x, below - 1)
        draw_foot(ax, *foot, metres_per_mm, self.rule)

    def _draw_square(self, ax: Axes, x: float, y: float) -> None:
        """Draw cells and ticks from the lower left corner of the square."""
        cell = self.cell
        for (i, j), count in np.ndenumerate(self.counts):
            colour = self.colours[i][j]
            corner = (x + cell * i, y + cell * j)
            ax.add_patch(Rectangle(corner, cell, cell, **filled(colour)))
            if count:
                look: dict[str, Any] = {
                    "ha": "center",
                    "va": "center_baseline",
                    "color": text_colour(colour),
                }
                ax.text(corner[0] + cell / 2, corner[1] + cell / 2, str(count), **look)
        for i, tick in enumerate(self.ticks[0]):
            ax.text(x + cell * i, y - LINE_MM, tick, ha="center")
        for j, tick in enumerate(self.ticks[1]):
            ax.text(x - 1, y + cell * j, tick, ha="right", va="center_baseline")


def _lines(title: str) -> list[str]:
    """Break a title so that the words after it fit its last line."""
    return wrap(title, WIDEST_MM - ARROW_MM - text_mm(ACROSS)[0], BODY, 600).split("\n")


def _write_title(ax: Axes, title: str, rising: str, x: float, y: float) -> float:
    """Write a title downwards, then which way its scale rises; return the lower end."""
    for line in _lines(title):
        y -= TITLE_MM
        ax.text(x, y + 0.9, line, fontsize=BODY, fontweight=600)
    ax.text(x + text_mm(line, BODY, 600)[0] + ARROW_MM, y + 0.9, rising, color=MUTED)
    return y
