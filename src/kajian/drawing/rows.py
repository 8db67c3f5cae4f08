"""Charts with one row per unit or method: ranks and pairs of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from kajian.drawing.axes import number_ticks, require
from kajian.drawing.columns import EDGE_MM, column_axes, margin_of, name_rows, page_height
from kajian.drawing.slots import place_rows
from kajian.drawing.style import (
    ACCENT,
    CONTRAST,
    FULL_MM,
    HALF_MM,
    INK,
    LINE,
    MUTED,
    SHADE,
    add_axes,
    finish,
    new_figure,
    page_mm,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

RANK_MM = 3.2  # of a row, where the rows choose the height
RANK_FOOT_MM = 9.0


def rank_chart(
    ranks: pd.DataFrame,
    *,
    highlight: Collection[str] = (),
    xlabel: str = "Peringkat",
    columns: int = 1,
    size_mm: tuple[float, float] = (FULL_MM, 122.0),
) -> Figure:
    """Draw the rank of every unit as a dot with its interval, the best rank on top.

    Parameters
    ----------
    ranks
        Columns ``label``, ``rank``, ``low``, ``high``; one row per unit. Ranks count from 1.
    highlight
        Labels drawn in the accent colour.
    xlabel
        What is ranked and which end is which.
    columns
        One or two columns of rows, the better half at the left.
    size_mm
        Width and height on paper; 35 rows need about 120 mm, 54 in two columns about 100 mm.

    Raises
    ------
    MethodError
        When a column or a highlighted label is missing, or the rows do not fit the page.
    """
    require(ranks, ["label", "rank", "low", "high"])
    absent = set(highlight) - set(ranks["label"])
    if absent:
        raise MethodError(
            f"Label yang ditonjolkan tidak ada di tabel: {', '.join(sorted(absent))}. "
            "Perbaikan: samakan ejaannya dengan kolom label."
        )
    if columns not in (1, 2):
        raise MethodError(f"Peringkat dalam {columns} lajur. Perbaikan: pakai columns=1 atau 2.")
    rows = ranks.sort_values(["rank", "high", "label"], ignore_index=True)
    chosen = rows["label"].isin(list(highlight)).to_numpy()
    slots = place_rows(len(rows), columns)
    last = max(rows["high"].max(), len(rows))
    page_height(slots, len(rows), RANK_MM, RANK_FOOT_MM + 1, size_mm)
    with theme():
        fig = new_figure(*size_mm)
        margin = margin_of(rows["label"], slots) + 1
        axes = column_axes(fig, slots, margin, RANK_FOOT_MM, 1)
        for side, ax in enumerate(axes):
            own = slots.column == side
            _draw_ranks(ax, rows[own], slots.line[own], chosen[own])
            ax.set_xlim(0.5, last + 0.5)
            ax.xaxis.set_major_locator(FixedLocator([1, *range(5, int(last) + 1, 5)]))
            name_rows(ax, list(rows["label"]), slots, side, np.zeros(len(rows), dtype=bool))
            for tick, accented in zip(ax.get_yticklabels(), chosen[own], strict=True):
                tick.set(color=ACCENT if accented else INK, fontweight=600 if accented else 400)
        middle = (margin + size_mm[0] - EDGE_MM) / 2 / size_mm[0]
        fig.text(middle, 1.2 / size_mm[1], xlabel, ha="center")
        return finish(fig)


def _draw_ranks(
    ax: Axes, rows: pd.DataFrame, y: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> None:
    """Draw ranks with their intervals, the chosen ones in the accent colour."""
    ax.hlines(y, 0.5, rows["low"], color=SHADE, linewidth=0.6, zorder=0)
    for mask, colour, width in ((~chosen, MUTED, 1.3), (chosen, ACCENT, 2.2)):
        ax.hlines(y[mask], rows["low"][mask], rows["high"][mask], color=colour, linewidth=width)
        dots: dict[str, Any] = {"color": colour, "markersize": 2.2 + width, "clip_on": False}
        ax.plot(rows["rank"][mask], y[mask], "o", **dots)


FILLED: dict[str, Any] = {"color": ACCENT, "markerfacecolor": ACCENT}
HOLLOW: dict[str, Any] = {"color": CONTRAST, "markerfacecolor": "white", "markeredgewidth": 1.4}


def paired_dots(
    table: pd.DataFrame,
    *,
    a_label: str,
    b_label: str,
    xlabel: str,
    decimals: int = 1,
    size_mm: tuple[float, float] = (HALF_MM, 50.0),
) -> Figure:
    """Draw two values per unit as joined dots, with both numbers written.

    Parameters
    ----------
    table
        Columns ``label``, ``a``, ``b``; rows are drawn from top to bottom as they stand.
    a_label, b_label
        What the filled and the hollow dots show.
    xlabel
        Quantity and unit.
    decimals
        Decimals of the written numbers.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing.
    """
    require(table, ["label", "a", "b"])
    y = np.arange(len(table))
    a, b = table["a"].to_numpy(float), table["b"].to_numpy(float)
    with theme():
        fig = new_figure(*size_mm)
        ax = add_axes(fig, max(text_mm(label)[0] for label in table["label"]) + 3, 10, 2, 6)
        ax.hlines(y, np.minimum(a, b), np.maximum(a, b), color=LINE, linewidth=2)
        for values, partner, look in ((a, b, FILLED), (b, a, HOLLOW)):
            ax.plot(values, y, "o", markersize=5.5, **look)
            for value, other, row in zip(values, partner, y, strict=True):
                outward = -1 if value < other or (value == other and values is a) else 1
                ax.annotate(
                    format_number(value, decimals),
                    (value, row),
                    xytext=(5.5 * outward, 0),
                    textcoords="offset points",
                    ha="right" if outward < 0 else "left",
                    va="center_baseline",
                    color=look["color"],
                )
        ax.margins(x=0.22)
        ax.set(ylim=(len(table) - 0.4, -0.6), xlabel=xlabel)
        ax.set_yticks(y, table["label"])
        ax.spines["left"].set_visible(False)
        number_ticks(ax.xaxis, 5)
        _dot_key(fig, ((a_label, FILLED), (b_label, HOLLOW)))
        return finish(fig)


def _dot_key(fig: Figure, entries: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Write the names of the dots on one line at the top of the page."""
    width, height = page_mm(fig)
    page = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    page.axis("off")
    right = width - 1
    for label, look in reversed(entries):
        right -= text_mm(label)[0]
        page.text(right, height - 3, label, va="center_baseline", color=look["color"])
        page.plot(right - 2, height - 3, "o", markersize=5.5, **look)
        right -= 8
