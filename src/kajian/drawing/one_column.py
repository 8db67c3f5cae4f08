"""Charts with one named row per estimate: their page, their numbers, their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kajian.drawing.axes import guide, require
from kajian.drawing.columns import EDGE_MM, margin_of, name_rows, page_height
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.sheet import page_axes
from kajian.drawing.slots import place_rows
from kajian.drawing.style import ACCENT, FULL_MM, INK, PALE, add_axes, new_figure, page_mm, text_mm
from kajian.errors import MethodError

FOOT_MM = 10.0
DOT: dict[str, Any] = {
    "color": ACCENT, "marker": "o", "markersize": 4.8, "linewidth": 1.8, "markeredgewidth": 1.2,
}  # fmt: skip
HOLLOW: dict[str, Any] = {**DOT, "markerfacecolor": "white", "linestyle": ""}


def numbers_of(table: pd.DataFrame, name: str, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return an estimate and the two ends of its interval per row, shape (n, 3).

    Parameters
    ----------
    table
        One row per estimate.
    name
        Column that names a row.
    columns
        Of the estimate and of the two ends; both ends may be missing.

    Raises
    ------
    MethodError
        When a column is missing, an estimate is missing, or an interval has one end, is infinite,
        or ends before it begins.
    """
    require(table, [name, *columns])
    numbers = np.column_stack([_floats(table[column]) for column in columns])
    estimate, low, high = numbers.T
    bare = np.isnan(low) & np.isnan(high)
    whole = np.isfinite(low) & np.isfinite(high) & (low <= high)
    wrong = ~np.isfinite(estimate) | ~(bare | whole)
    if wrong.any():
        raise MethodError(
            f"Taksiran atau selang pada baris {table[name][wrong].iloc[0]} kosong sebagian atau "
            f"terbalik. Perbaikan: periksa kolom {', '.join(columns)}."
        )
    return numbers


def row_figure(
    names: Sequence[str],
    *,
    marks: Sequence[Mark],
    xlabel: str,
    groups: pd.Series | None = None,
    row_mm: float = 5.0,
    above_mm: float = 1.0,
    right_mm: float = EDGE_MM,
    size_mm: tuple[float, float] | None = None,
) -> tuple[Figure, Axes, NDArray[np.float64]]:
    """Return a figure with a legend on top, its axes, and the height of every row.

    Parameters
    ----------
    names
        Of the rows, shape (n,).
    marks
        Of the legend.
    xlabel
        Quantity and unit, below the axis.
    groups
        Group per row, whose name stands above its rows.
    row_mm
        Height of a row where none is asked for.
    above_mm, right_mm
        Room between legend and rows, and at the right of the rows.
    size_mm
        Width and height asked for.

    Raises
    ------
    MethodError
        When the rows do not fit the page.
    """
    slots = place_rows(len(names), 1, groups)
    width = size_mm[0] if size_mm else FULL_MM
    top = key_height(marks, width) + above_mm
    height = page_height(slots, len(names), row_mm, top + FOOT_MM, size_mm)
    fig = new_figure(width, height)
    margin = margin_of(names, slots)
    ax = add_axes(fig, margin, FOOT_MM, right_mm, top)
    ax.set_ylim(slots.lines - 0.3, -0.5)
    name_rows(ax, names, slots, 0, np.zeros(len(names), dtype=bool))
    ax.hlines(
        slots.line, 0, 1, color=PALE, linewidth=0.6, zorder=0, transform=ax.get_yaxis_transform()
    )
    page = page_axes(fig)
    draw_mark_key(page, marks, width, height)
    name_axis(page, xlabel, margin, width - right_mm)
    return fig, ax, slots.line


def name_axis(page: Axes, words: str, left: float, right: float) -> None:
    """Write what an axis from ``left`` to ``right`` (mm) shows at the foot of the page."""
    fig = page.get_figure(root=True)
    assert isinstance(fig, Figure)
    half = text_mm(words)[0] / 2 + 0.5
    middle = min(max((left + right) / 2, half), page_mm(fig)[0] - half)
    page.text(middle, 1.2, words, ha="center")


def zero_axis(ax: Axes, values: NDArray[np.float64]) -> None:
    """Let an axis cover all values and zero, and draw the line at zero."""
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    pad = 0.04 * (high - low) or 1.0
    ax.set_xlim(low - pad, high + pad)
    ax.axvline(0, color=INK, linewidth=0.8, zorder=1)
    guide(ax)


def _floats(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(float, na_value=np.nan))
