"""Charts with one row per unit or method: ranks and pairs of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from kajian.drawing.axes import number_ticks, require
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


def rank_chart(
    ranks: pd.DataFrame,
    *,
    highlight: Collection[str] = (),
    xlabel: str = "Peringkat",
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
    size_mm
        Width and height on paper; 35 rows need about 120 mm.

    Raises
    ------
    MethodError
        When a column or a highlighted label is missing.
    """
    require(ranks, ["label", "rank", "low", "high"])
    absent = set(highlight) - set(ranks["label"])
    if absent:
        raise MethodError(
            f"Label yang ditonjolkan tidak ada di tabel: {', '.join(sorted(absent))}. "
            "Perbaikan: samakan ejaannya dengan kolom label."
        )
    rows = ranks.sort_values(["rank", "high", "label"], ignore_index=True)
    chosen = rows["label"].isin(list(highlight)).to_numpy()
    y = np.arange(len(rows))
    with theme():
        fig = new_figure(*size_mm)
        widest = max(text_mm(label, weight=600)[0] for label in rows["label"])
        ax = add_axes(fig, widest + 3, 10, 3, 1)
        ax.hlines(y, 0.5, rows["low"], color=SHADE, linewidth=0.6, zorder=0)
        for mask, colour, width in ((~chosen, MUTED, 1.3), (chosen, ACCENT, 2.2)):
            ax.hlines(y[mask], rows["low"][mask], rows["high"][mask], color=colour, linewidth=width)
            ax.plot(rows["rank"][mask], y[mask], "o", color=colour, markersize=2.2 + width)
        last = max(rows["high"].max(), len(rows))
        ax.set(xlim=(0.5, last + 0.5), ylim=(len(rows) - 0.4, -0.6), xlabel=xlabel)
        ax.set_yticks(y, rows["label"])
        ax.xaxis.set_major_locator(FixedLocator([1, *range(5, int(last) + 1, 5)]))
        ax.spines["left"].set_visible(False)
        for tick, accented in zip(ax.get_yticklabels(), chosen, strict=True):
            tick.set(color=ACCENT if accented else INK, fontweight=600 if accented else 400)
        return finish(fig)


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
