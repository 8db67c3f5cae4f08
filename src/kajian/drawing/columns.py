"""Charts of many rows in one or two columns: their axes, and the names beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kajian.drawing.slots import Slots, place_rows
from kajian.drawing.style import INK, MUTED, add_axes, page_mm, text_mm
from kajian.errors import MethodError

CLOSEST_MM = 2.7  # the words of rows that stand nearer touch
TALLEST_COLUMN = 20  # rows; more are drawn in two columns
GAP_MM = 4.0  # between columns
EDGE_MM = 3.0  # at the right of a column, for half a tick label


def columns_of(table: pd.DataFrame, name: str, group: str | None) -> Slots:
    """Return where the rows of a chart stand; more than 20 stand in two columns."""
    if group and table[group].isna().any():
        lost = table.loc[table[group].isna(), name].iloc[0]
        raise MethodError(
            f"Kolom {group} kosong pada baris {lost}. Perbaikan: isi kelompok setiap baris."
        )
    sides = 1 if len(table) <= TALLEST_COLUMN else 2
    return place_rows(len(table), sides, table[group] if group else None)


def page_height(
    slots: Slots, count: int, row_mm: float, frame_mm: float, size_mm: tuple[float, float] | None
) -> float:
    """Return the height of the page (mm): as asked for, or as high as the rows need.

    Parameters
    ----------
    slots
        Where the rows stand.
    count
        Number of rows, for the message.
    row_mm
        Height of a row where none is asked for.
    frame_mm
        Room above and below the rows.
    size_mm
        Width and height asked for.

    Raises
    ------
    MethodError
        When the rows would touch.
    """
    least = frame_mm + row_mm * slots.lines
    height = size_mm[1] if size_mm else least
    if height - frame_mm < CLOSEST_MM * slots.lines:
        raise MethodError(
            f"{count} baris tidak muat pada gambar setinggi {height:.0f} mm. "
            f"Perbaikan: pakai tinggi sekitar {least:.0f} mm."
        )
    return height


def margin_of(names: Iterable[str], slots: Slots) -> float:
    """Return the room (mm) that the names of rows and groups take at the left of a column."""
    words = [*names, *(text for *_, text in slots.headings)]
    return max(text_mm(text, weight=600)[0] for text in words) + 2


def column_axes(fig: Figure, slots: Slots, margin: float, foot: float, top: float) -> list[Axes]:
    """Return the axes of the columns, in which a row is one unit high (distances in mm)."""
    width, _ = page_mm(fig)
    panel = (width - GAP_MM * (slots.columns - 1)) / slots.columns
    axes = []
    for side in range(slots.columns):
        left = side * (panel + GAP_MM)
        ax = add_axes(fig, left + margin, foot, width - left - panel + EDGE_MM, top)
        ax.set_ylim(slots.lines - 0.3, -0.5)
        axes.append(ax)
    return axes


def name_rows(
    ax: Axes, names: Sequence[str], slots: Slots, side: int, muted: NDArray[np.bool_]
) -> None:
    """Write the names of rows, grey where muted, and of groups beside one column."""
    headings = [(line, text) for column, line, text in slots.headings if column == side]
    own = np.flatnonzero(slots.column == side)
    lines = [*(line for line, _ in headings), *slots.line[own]]
    ax.set_yticks(lines, [*(text for _, text in headings), *(names[int(row)] for row in own)])
    silent = [*(False for _ in headings), *muted[own]]
    for i, (tick, grey) in enumerate(zip(ax.get_yticklabels(), silent, strict=True)):
        tick.set(color=MUTED if grey else INK, fontweight=600 if i < len(headings) else 400)
    ax.spines["left"].set_visible(False)
