"""Charts of the brief: one function, one chart, returned as a matplotlib ``Figure``.

A chart carries no title: the brief prints the finding above it and the caption below. Lines and
dots are named where they end instead of in a legend. Sizes are millimetres on paper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kajian.drawing.axes import end_labels, require, value_axis, year_axis
from kajian.drawing.change import change_chart
from kajian.drawing.comparison import estimate_comparison
from kajian.drawing.contour import sensitivity_contour
from kajian.drawing.contributions import stacked_contributions
from kajian.drawing.curves import lorenz_chart, sensitivity_lines
from kajian.drawing.decisions import decision_chart
from kajian.drawing.diagram import causal_diagram
from kajian.drawing.domains import domain_estimates
from kajian.drawing.estimates import coefficient_plot, synthetic_paths
from kajian.drawing.events import bounds_chart, event_study_chart
from kajian.drawing.forest import balance_chart, effect_comparison
from kajian.drawing.joint_display import joint_display
from kajian.drawing.jump import discontinuity_chart
from kajian.drawing.register import programme_chart
from kajian.drawing.rows import paired_dots, rank_chart
from kajian.drawing.shares import share_bars
from kajian.drawing.specifications import specification_chart
from kajian.drawing.stamp import stamp
from kajian.drawing.style import (
    ACCENT,
    CONTRAST,
    FULL_MM,
    INK,
    LINE,
    MUTED,
    SHADE,
    add_axes,
    finish,
    new_figure,
    save_figure,
    text_mm,
    theme,
)
from kajian.drawing.targets import targeting_chart
from kajian.drawing.themes import theme_matrix
from kajian.errors import MethodError
from kajian.language import format_number

__all__ = [
    "balance_chart",
    "bounds_chart",
    "causal_diagram",
    "change_chart",
    "coefficient_plot",
    "decision_chart",
    "discontinuity_chart",
    "dispersion_plot",
    "domain_estimates",
    "effect_comparison",
    "estimate_comparison",
    "event_study_chart",
    "joint_display",
    "lorenz_chart",
    "paired_dots",
    "programme_chart",
    "rank_chart",
    "save_figure",
    "sensitivity_contour",
    "sensitivity_lines",
    "share_bars",
    "specification_chart",
    "stacked_contributions",
    "stamp",
    "synthetic_paths",
    "targeting_chart",
    "theme_matrix",
    "time_paths",
]

HIGHLIGHT_COLOURS = (ACCENT, CONTRAST, INK)


def time_paths(
    table: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    highlight: Mapping[str, str],
    ylabel: str,
    gaps: Collection[int] = (),
    others: str = "kabupaten/kota lain",
    median: str | None = "median",
    size_mm: tuple[float, float] = (FULL_MM, 75.0),
) -> Figure:
    """Draw one line per unit over the years, the highlighted ones in colour and named.

    Parameters
    ----------
    table
        Long table, one row per unit and year.
    unit, time, value
        Columns of the unit's key, of the year (whole numbers) and of the value.
    highlight
        Up to three keys with the name written at the end of their line; the first is accented.
    ylabel
        Quantity and unit, written above the axis.
    gaps
        Years that are left out for every unit; a year absent from the table breaks lines as well.
    others, median
        Names of the grey lines and of the median line; without a median line when None.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column or a highlighted key is missing, or a unit has two rows for one year.
    """
    require(table, [unit, time, value])
    wide = _by_year(table, unit, time, value, gaps)
    absent = [key for key in highlight if key not in wide.columns]
    if absent or len(highlight) > len(HIGHLIGHT_COLOURS):
        raise MethodError(
            f"Wilayah yang ditonjolkan tidak dapat digambar: {', '.join(absent or highlight)}. "
            f"Perbaikan: pilih paling banyak tiga kode dari kolom {unit}."
        )
    grey = wide.drop(columns=list(highlight))
    names = {others: grey.ffill().iloc[-1].max()} if others and not grey.empty else {}
    colours = {others: MUTED}
    with theme():
        fig = new_figure(*size_mm)
        words = [*highlight.values(), *names, median or ""]
        ax = add_axes(fig, 9, 6, 4 + max(text_mm(word, weight=600)[0] for word in words), 7)
        ax.plot(grey.index, grey.to_numpy(), color=LINE, linewidth=0.7, zorder=1)
        if median:
            middle = wide.median(axis=1)
            ax.plot(middle.index, middle, color=INK, linewidth=1.1, linestyle=(0, (3, 1.6)))
            names[median], colours[median] = middle.dropna().iloc[-1], INK
        for colour, (key, label) in zip(HIGHLIGHT_COLOURS, highlight.items(), strict=False):
            ax.plot(wide.index, wide[key], color=colour, linewidth=2, zorder=4)
            _isolated_points(ax, wide[key], colour)
            names[label], colours[label] = wide[key].dropna().iloc[-1], colour
        year_axis(ax, wide.index)
        value_axis(ax, ylabel)
        end_labels(ax, names, colours)
        _mark_gaps(ax, wide)
        return finish(fig)


def dispersion_plot(
    table: pd.DataFrame,
    *,
    time: str,
    measures: Mapping[str, str],
    decimals: int = 2,
    size_mm: tuple[float, float] = (FULL_MM, 50.0),
) -> Figure:
    """Draw measures of inequality between units over the years, each in its own panel.

    Parameters
    ----------
    table
        One row per year.
    time
        Column of the year.
    measures
        Value columns with the words written above their panel.
    decimals
        Decimals of the first and last value, which are written at their points.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing.
    """
    require(table, [time, *measures])
    rows = table.set_index(time)[list(measures)].sort_index()
    rows = rows.reindex(range(int(rows.index.min()), int(rows.index.max()) + 1))
    with theme():
        fig = new_figure(*size_mm)
        panel = size_mm[0] / len(measures)
        for i, (column, label) in enumerate(measures.items()):
            ax = add_axes(fig, i * panel + 10, 6, (len(measures) - 1 - i) * panel + 6, 8)
            series = rows[column]
            ax.plot(series.index, series, color=ACCENT, linewidth=1.8)
            _isolated_points(ax, series, ACCENT)
            ends = series.dropna().iloc[[0, -1]]
            ax.plot(ends.index, ends, "o", color=ACCENT, markersize=4)
            inward = series.dropna().iloc[[1, -2]]
            for (year, number), beside in zip(ends.items(), inward, strict=True):
                below = beside > number
                ax.annotate(
                    format_number(number, decimals),
                    (year, number),
                    xytext=(0, -5 if below else 5),
                    textcoords="offset points",
                    ha="center",
                    va="top" if below else "bottom",
                    color=ACCENT,
                    fontweight=600,
                )
            ax.margins(y=0.2)
            year_axis(ax, rows.index, pad=0.9)
            value_axis(ax, label, ticks=4)
        return finish(fig)


def _by_year(
    table: pd.DataFrame, unit: str, time: str, value: str, gaps: Collection[int]
) -> pd.DataFrame:
    """Return years x units with every year from first to last, empty where nothing is known."""
    twice = table.duplicated([unit, time])
    if twice.any():
        first = table.loc[twice, [unit, time]].iloc[0]
        raise MethodError(
            f"Wilayah {first[unit]} punya lebih dari satu baris untuk {first[time]}. "
            "Perbaikan: sisakan satu baris per wilayah dan tahun."
        )
    wide = table.set_index([time, unit])[value].astype(float).unstack()  # noqa: PD010
    wide.loc[wide.index.isin(list(gaps))] = np.nan
    return wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1))


def _isolated_points(ax: Axes, series: pd.Series, colour: str) -> None:
    """Mark values between two gaps, which a line cannot show."""
    alone = series.notna() & series.shift(1).isna() & series.shift(-1).isna()
    ax.plot(series.index[alone], series[alone], "o", color=colour, markersize=3)


def _mark_gaps(ax: Axes, wide: pd.DataFrame) -> None:
    """Name the years without any value, just above the axis."""
    for year in wide.index[wide.isna().all(axis=1)]:
        ax.axvspan(year - 0.5, year + 0.5, color=SHADE, linewidth=0, zorder=0)
        ax.text(
            year,
            0.02,
            f"{year}: tidak ada data",
            transform=ax.get_xaxis_transform(),
            rotation=90,
            ha="center",
            va="bottom",
            color=MUTED,
        )
