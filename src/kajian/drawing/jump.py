"""A regression discontinuity: means of bins, and the curves that meet at the cutoff."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import stdtrit

from kajian.drawing.axes import LINE_MM, NumberTicks, number_ticks, require, value_axis
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.precision import draw_total
from kajian.drawing.sheet import page_axes
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    MUTED,
    add_axes,
    finish,
    mix,
    new_figure,
    theme,
)
from kajian.errors import MethodError

SIDES = ("left", "right")
BIN: dict[str, Any] = {
    "color": MUTED, "marker": "o", "markersize": 4.2, "markerfacecolor": "white",
    "markeredgewidth": 1.1, "linewidth": 1.0,
}  # fmt: skip
WHISKER = mix(MUTED, "#ffffff", 0.45)
CURVE: dict[str, Any] = {"color": ACCENT, "linewidth": 2.2}


def discontinuity_chart(
    bins: pd.DataFrame,
    curve: pd.DataFrame,
    *,
    cutoff: float,
    xlabel: str,
    ylabel: str,
    cutoff_label: str = "ambang",
    level: float = 0.95,
    size_mm: tuple[float, float] = (FULL_MM, 72.0),
) -> Figure:
    """Draw an outcome on both sides of a cutoff.

    Parameters
    ----------
    bins
        One row per bin, as :func:`kajian.evaluation.discontinuity.bins.rd_bins` makes them:
        ``side`` (``left``, ``right``), ``x_mean``, ``y_mean``, ``std_error``, ``n``. A bin without
        an error has no interval.
    curve
        Points of the fitted curves: ``side``, ``x``, ``y``.
    cutoff, cutoff_label
        In units of x, an upright line, and its name.
    xlabel, ylabel
        What decides, and the outcome, with their units.
    level
        Of the intervals of the means, from Student's t of each bin.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing, a side is unknown, or a bin or a curve lies on the other side.
    """
    require(bins, ["side", "x_mean", "y_mean", "std_error", "n"])
    require(curve, ["side", "x", "y"])
    for table, column in ((bins, "x_mean"), (curve, "x")):
        along = table[column].to_numpy(float)
        right = (table["side"] == "right").to_numpy()
        wrong = ~table["side"].isin(SIDES) | np.where(right, along < cutoff, along > cutoff)
        if wrong.any() or not np.isfinite(along).all():
            raise MethodError(
                f"Kolom {column} kosong, atau sisinya tidak sesuai dengan ambang {cutoff:g}. "
                "Perbaikan: pakai bin dan kurva dari rd_bins dengan ambang yang sama."
            )
    rows = bins.sort_values("x_mean")
    x, y, error, n = rows[["x_mean", "y_mean", "std_error", "n"]].to_numpy(float).T
    half = stdtrit(np.maximum(n - 1, 1), (1 + level) / 2) * error
    marks = [Mark(f"rata-rata kelompok dan selang {NumberTicks()(100 * level)}%", BIN)]
    marks += [Mark("kurva yang ditaksir di tiap sisi", CURVE)]
    with theme():
        fig = new_figure(*size_mm)
        top = key_height(marks, size_mm[0]) + LINE_MM + 6
        ax = add_axes(fig, 11, 10, 3, top)
        ax.set_xlabel(xlabel)
        known = np.isfinite(half)
        ax.vlines(x[known], (y - half)[known], (y + half)[known], color=WHISKER, linewidth=1.0)
        ax.plot(x, y, **{**BIN, "linestyle": ""}, zorder=3)
        for side in SIDES:
            points = curve[curve["side"] == side].sort_values("x")
            ax.plot(points["x"], points["y"], **CURVE, zorder=4)
        ax.margins(x=0.03, y=0.06)
        value_axis(ax, ylabel, rise=3.0 + LINE_MM)
        number_ticks(ax.xaxis, 7)
        draw_total(ax, cutoff, f"{cutoff_label} {NumberTicks()(cutoff)}")
        draw_mark_key(page_axes(fig), marks, *size_mm)
        return finish(fig)
