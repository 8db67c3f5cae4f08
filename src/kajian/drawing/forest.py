"""One row per estimate: several ways of estimating an effect, and covariate balance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import LINE_MM, guide, require
from kajian.drawing.mark_key import Mark
from kajian.drawing.one_column import DOT, HOLLOW, numbers_of, row_figure, zero_axis
from kajian.drawing.precision import draw_total
from kajian.drawing.style import LINE, MUTED, finish, theme
from kajian.errors import MethodError
from kajian.language import format_number

BEFORE: dict[str, Any] = {**HOLLOW, "color": MUTED}
AFTER: dict[str, Any] = {**DOT, "linestyle": ""}
BALANCED = 0.1  # Austin (2009), Statistics in Medicine 28, 3083-3107


def effect_comparison(
    table: pd.DataFrame,
    *,
    label: str,
    estimate: str,
    low: str,
    high: str,
    truth: float | None = None,
    xlabel: str,
    kinds: str | None = None,
    truth_label: str = "efek yang ditanam",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw one effect as estimated in several ways, each with its interval.

    Parameters
    ----------
    table
        One row per way of estimating, drawn from top to bottom as they stand.
    label, estimate, low, high
        Columns of the name, the estimate and the ends of its interval; where both ends are
        missing there is a hollow dot without an interval.
    truth, truth_label
        The effect that a simulation planted, an upright line, and its name.
    xlabel
        Quantity and unit.
    kinds
        Column of the group, whose name stands above its rows.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column or an estimate is missing, an interval is not one, a row lacks its group, or
        the rows do not fit the page.
    """
    numbers = numbers_of(table, label, (estimate, low, high))
    groups = None
    if kinds:
        require(table, [kinds])
        groups = table[kinds]
        if groups.isna().any():
            raise MethodError(
                f"Kolom {kinds} kosong pada baris {table[label][groups.isna()].iloc[0]}. "
                "Perbaikan: isi kelompok setiap baris."
            )
    bare = np.isnan(numbers[:, 1])
    marks = [Mark("taksiran dan selang kepercayaannya", DOT)] * bool((~bare).any())
    marks += [Mark("taksiran tanpa selang", HOLLOW)] * bool(bare.any())
    named = truth is not None
    with theme():
        fig, ax, y = row_figure(
            [str(name) for name in table[label]],
            marks=marks,
            xlabel=xlabel,
            groups=groups,
            above_mm=1.0 + LINE_MM * named,
            size_mm=size_mm,
        )
        zero_axis(ax, np.append(numbers.ravel(), truth if truth is not None else 0.0))
        ax.hlines(y[~bare], *numbers[~bare, 1:].T, color=DOT["color"], linewidth=DOT["linewidth"])
        for rows, look in ((~bare, DOT), (bare, HOLLOW)):
            ax.plot(numbers[rows, 0], y[rows], **{**look, "linestyle": ""}, zorder=4)
        if truth is not None:
            draw_total(ax, truth, truth_label)
        return finish(fig)


def balance_chart(
    table: pd.DataFrame,
    *,
    label: str,
    before: str,
    after: str,
    names: tuple[str, str] = ("sebelum penyesuaian", "sesudah penyesuaian"),
    xlabel: str = "Selisih baku mutlak",
    threshold: float = BALANCED,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw how far two groups differ in every covariate before and after an adjustment.

    Parameters
    ----------
    table
        One row per covariate, drawn from top to bottom as they stand.
    label
        Column of the covariate's name.
    before, after
        Columns of its standardised difference; the sign is dropped. A covariate without the
        second has a hollow dot only.
    names
        What the hollow and the filled dots show.
    xlabel
        Quantity.
    threshold
        Difference that passes for balanced, an upright line.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column or a difference before is missing, or the rows do not fit the page.
    """
    numbers = np.abs(numbers_of(table, label, (before, after, after)))
    with theme():
        fig, ax, y = row_figure(
            [str(name) for name in table[label]],
            marks=[Mark(names[0], BEFORE), Mark(names[1], AFTER)],
            xlabel=xlabel,
            row_mm=4.4,
            above_mm=1.0 + LINE_MM,
            size_mm=size_mm,
        )
        ax.hlines(y, numbers[:, 0], numbers[:, 1], color=LINE, linewidth=1.6)
        ax.plot(numbers[:, 0], y, **BEFORE, zorder=3)
        ax.plot(numbers[:, 1], y, **AFTER, zorder=4)
        ax.set_xlim(0, 1.06 * max(float(np.nanmax(numbers)), 1.4 * threshold))
        guide(ax)
        decimals = next(d for d in range(1, 6) if round(threshold, d) == threshold or d == 5)
        draw_total(ax, threshold, f"batas {format_number(threshold, decimals)}")
        return finish(fig)
