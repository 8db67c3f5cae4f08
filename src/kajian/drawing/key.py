"""The list of numbered names beside a map, under the names of their groups (all in mm)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kajian.drawing.style import MUTED, text_mm

GAP_MM = 4.0  # between columns
KEY_LINE_MM = 3.05
KEY_GAP_MM = 0.8  # above a group
NUMBER_MM = 4.4

Row = tuple[str | None, str]  # number and name; a group's name has no number


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
