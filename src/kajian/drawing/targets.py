"""Whom each programme reaches: one row per programme, one panel per measure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, TICK_STEPS, guide, require, wrap
from kajian.drawing.columns import margin_of, name_rows, page_height
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.one_column import DOT, HOLLOW
from kajian.drawing.precision import draw_total
from kajian.drawing.sheet import page_axes
from kajian.drawing.slots import place_rows
from kajian.drawing.style import (
    FULL_MM,
    INK,
    MM_PER_POINT,
    MUTED,
    PALE,
    SMALL,
    add_axes,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_percent

ROW_MM = 5.6
FOOT_MM = 6.0
PANEL_GAP_MM = 7.0
UNKNOWN = "tidak ditampilkan"


def targeting_chart(
    table: pd.DataFrame,
    *,
    label: str,
    measures: Mapping[str, str],
    total: Mapping[str, float] | None = None,
    total_label: str = "semua",
    decimals: int = 0,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw how well each programme reaches those it is meant for.

    Parameters
    ----------
    table
        One row per programme, drawn from top to bottom as they stand. A measure ``x`` has the
        columns ``x_pct``, ``x_bawah_pct``, ``x_atas_pct`` (percent): an estimate and its interval,
        whose ends are missing where nothing was sampled. Without the estimate the row says that
        it is not shown.
    label
        Column of the programme's name.
    measures
        Up to three measures, with the words above their panel.
    total, total_label
        For some measures the value of all programmes (percent), an upright line, and its name.
    decimals
        Decimals of the percentages, which are written at the right.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column is missing, a percentage is outside 0 to 100 or its interval, there are
        more than three measures, or the rows do not fit the page.
    """
    numbers = {prefix: _percentages(table, label, prefix) for prefix in measures}
    if not 1 <= len(measures) <= 3:
        raise MethodError(f"{len(measures)} ukuran. Perbaikan: pilih satu sampai tiga ukuran.")
    if strange := sorted(set(total or {}) - set(measures)):
        raise MethodError(
            f"Nilai total untuk ukuran yang tidak digambar: {', '.join(strange)}. "
            f"Perbaikan: pilih dari {', '.join(measures)}."
        )
    names = [str(name) for name in table[label]]
    slots, plain = place_rows(len(names), 1), np.zeros(len(names), dtype=bool)
    width = size_mm[0] if size_mm else FULL_MM
    margin = margin_of(names, slots)
    panel = (width - margin + PANEL_GAP_MM) / len(measures)
    right = 3 + max(text_mm(format_percent(100, decimals))[0], PANEL_GAP_MM / 2)
    titles = [wrap(words, panel - PANEL_GAP_MM, SMALL, 600) for words in measures.values()]
    shown = np.concatenate([rows[:, :2] for rows in numbers.values()])
    marks = [Mark("taksiran dan selang kepercayaannya", DOT)] * bool(np.isfinite(shown[:, 1]).any())
    bare = np.isfinite(shown[:, 0]) & np.isnan(shown[:, 1])
    marks += [Mark("seluruhnya terdata, tanpa selang", HOLLOW)] * bool(bare.any())
    heading = LINE_MM * max(title.count("\n") + 1 for title in titles) + LINE_MM * bool(total)
    top = key_height(marks, width) + heading + 2
    height = page_height(slots, len(names), ROW_MM, top + FOOT_MM, size_mm)
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        draw_mark_key(page, marks, width, height)
        for i, (prefix, rows) in enumerate(numbers.items()):
            left = margin + i * panel
            outer = width - left - panel + PANEL_GAP_MM
            ax = add_axes(fig, left, FOOT_MM, outer + right, top)
            ax.set_ylim(slots.lines - 0.3, -0.5)
            name_rows(ax, names if i == 0 else [""] * len(names), slots, 0, plain)
            _draw_measure(ax, rows, slots.line, decimals, right)
            for line, words in enumerate(titles[i].split("\n")):
                y = height - top + heading + 1.5 - LINE_MM * (line + 1)
                page.text(left, y, words, fontweight=600)
            if total and prefix in total:
                draw_total(ax, total[prefix], f"{total_label} {format_percent(total[prefix], 1)}")
        return finish(fig)


def _percentages(table: pd.DataFrame, label: str, prefix: str) -> NDArray[np.float64]:
    """Return estimate, low and high of one measure, shape (n, 3)."""
    columns = [f"{prefix}_pct", f"{prefix}_bawah_pct", f"{prefix}_atas_pct"]
    require(table, [label, *columns])
    numbers = np.column_stack([table[name].to_numpy(float, na_value=np.nan) for name in columns])
    estimate, low, high = numbers.T
    bare = np.isnan(low) & np.isnan(high)
    ordered = (low >= 0) & (low <= high) & (high <= 100)
    good = (np.isnan(estimate) | ((estimate >= 0) & (estimate <= 100))) & (bare | ordered)
    if not good.all():
        raise MethodError(
            f"Persentase {prefix} pada baris {table[label][~good].iloc[0]} di luar 0 sampai 100 "
            f"atau selangnya terbalik. Perbaikan: periksa kolom {', '.join(columns)}."
        )
    numbers[np.isnan(estimate)] = np.nan
    return numbers


def _draw_measure(
    ax: Axes, rows: NDArray[np.float64], y: NDArray[np.float64], decimals: int, right: float
) -> None:
    """Draw the estimates of one measure, and write them in a column at the right."""
    largest = float(np.nanmax(rows, initial=1e-6))
    end = min(float(MaxNLocator(5, steps=TICK_STEPS).tick_values(0, largest)[-1]), 100.0)
    ax.set_xlim(0, end)
    ax.hlines(y, 0, end, color=PALE, linewidth=0.6, zorder=0)
    bare = np.isnan(rows[:, 1])
    ends = rows[~bare, 1:].T
    ax.hlines(y[~bare], *ends, color=DOT["color"], linewidth=DOT["linewidth"])
    for some, look in ((~bare, DOT), (bare, HOLLOW)):
        ax.plot(rows[some, 0], y[some], **{**look, "linestyle": ""}, clip_on=False, zorder=4)
    for (estimate, *_), row in zip(rows, y, strict=True):
        known = np.isfinite(estimate)
        ax.annotate(
            format_percent(estimate, decimals) if known else UNKNOWN,
            (1, row),
            xycoords=ax.get_yaxis_transform(),
            xytext=((right - 0.8) / MM_PER_POINT, 0),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            color=INK if known else MUTED,
            annotation_clip=False,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5},
        )
    guide(ax)
