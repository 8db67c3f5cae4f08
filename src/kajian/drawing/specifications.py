"""A specification curve: every declared estimate above the choices that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kajian.drawing.axes import value_axis
from kajian.drawing.columns import margin_of, name_rows
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.one_column import name_axis, numbers_of
from kajian.drawing.sheet import page_axes
from kajian.drawing.slots import place_rows
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    INK,
    MM_PER_POINT,
    PALE,
    add_axes,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

ROW_MM = 3.5
CURVE_MM = 44.0
FOOT_MM = 5.5
FAINT = "#9aa4a9"
Looks = tuple[tuple[NDArray[np.bool_], dict[str, Any]], ...]


def specification_chart(
    table: pd.DataFrame,
    *,
    dimensions: Mapping[str, str],
    ylabel: str,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw all estimates of a declared set in order, and which options each of them uses.

    Parameters
    ----------
    table
        One row per specification: ``estimate``, ``conf_low``, ``conf_high``, and the option that
        it uses of every dimension. Rows are ordered by their estimate here.
    dimensions
        Columns of the dimensions, with their headings; none for the estimates alone. Options
        stand in the order of a categorical column, or else by the median of their estimates.
    ylabel
        Quantity and unit of the estimates.
    size_mm
        Width and height on paper; by default full width and as high as the options need.

    Raises
    ------
    MethodError
        When a column, an estimate or an option is missing, an interval is not one, or the chart
        does not fit the page.
    """
    found = table.assign(baris=np.arange(len(table)))
    columns = ("estimate", "conf_low", "conf_high")
    numbers_of(found, "baris", columns)
    absent = [name for name in dimensions if name not in found or found[name].isna().any()]
    if absent:
        raise MethodError(
            f"Kolom pilihan {', '.join(absent)} tidak ada atau kosong pada sebagian baris. "
            "Perbaikan: isi pilihan setiap spesifikasi."
        )
    keys = ["estimate", "conf_low", *dimensions]
    rows = found.sort_values(keys, kind="stable", ignore_index=True)
    numbers = rows[list(columns)].to_numpy(float)
    options = _options(rows, dimensions)
    width = size_mm[0] if size_mm else FULL_MM
    clear = (numbers[:, 1] > 0) | (numbers[:, 2] < 0)
    looks = _looks(clear, 0.7 * width / len(rows))
    counts = {True: clear.sum(), False: (~clear).sum()}
    words = ("selang tidak mencakup nol", "selang mencakup nol")
    marks = [
        Mark(
            f"{text} ({format_number(counts[kind], 0)})",
            {**look, "linewidth": 1.4, "markersize": 4},
        )
        for kind, text, (_, look) in zip((True, False), words, looks, strict=True)
        if counts[kind]
    ]
    slots = None
    if len(options):
        slots = place_rows(len(options), 1, options["heading"])
    matrix = ROW_MM * slots.lines + 2.5 if slots else 0.0
    top = key_height(marks, width) + 6
    height = size_mm[1] if size_mm else top + CURVE_MM + matrix + FOOT_MM
    if height - top - matrix - FOOT_MM < CURVE_MM / 3:
        raise MethodError(
            f"{len(options)} pilihan tidak muat pada gambar setinggi {height:.0f} mm. "
            f"Perbaikan: pakai tinggi sekitar {top + CURVE_MM + matrix + FOOT_MM:.0f} mm."
        )
    median = float(np.median(numbers[:, 0]))
    middle = f"median {format_number(median, _decimals(numbers[:, 0]))}"
    left = max(11.0, margin_of(options["option"], slots) if slots else 0.0)
    right = 3 + text_mm(middle, weight=600)[0]
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        draw_mark_key(page, marks, width, height)
        ax = add_axes(fig, left, FOOT_MM + matrix, right, top)
        _draw_curve(ax, numbers, looks, ylabel)
        _draw_median(ax, median, middle)
        if slots:
            below = add_axes(fig, left, FOOT_MM, right, height - FOOT_MM - matrix + 2.5)
            below.set(xlim=ax.get_xlim(), ylim=(slots.lines - 0.5, -0.5))
            name_rows(below, list(options["option"]), slots, 0, np.zeros(len(options), bool))
            _draw_options(below, rows, options, slots.line, looks)
        count = format_number(len(rows), 0)
        name_axis(page, f"{count} spesifikasi, menurut besar taksirannya", left, width - right)
        return finish(fig)


def _options(rows: pd.DataFrame, dimensions: Mapping[str, str]) -> pd.DataFrame:
    """Return the options in the order of the rows of the matrix: dimension, heading, option."""
    found = []
    for dimension, heading in dimensions.items():
        column = rows[dimension]
        if isinstance(column.dtype, pd.CategoricalDtype):
            options = [each for each in column.cat.categories if (column == each).any()]
        else:
            middle = rows.groupby(dimension)["estimate"].median().reset_index()
            options = middle.sort_values(["estimate", dimension])[dimension].tolist()
        found += [(dimension, heading, option) for option in options]
    table = pd.DataFrame(found, columns=["dimension", "heading", "value"])
    return table.assign(option=table["value"].astype(str))


def _looks(clear: NDArray[np.bool_], room_mm: float) -> Looks:
    """Return which specifications stand out, and how both kinds are drawn."""
    size = float(np.clip(0.7 * room_mm / MM_PER_POINT, 1.3, 3.6))
    wide = float(np.clip(0.23 * room_mm / MM_PER_POINT, 0.5, 1.4))
    dot = {"marker": "o", "markersize": size, "markeredgewidth": min(1.0, 0.35 * size)}
    accented = {**dot, "color": ACCENT, "linewidth": wide}
    face = "white" if size > 2.2 else FAINT  # a smaller ring cannot be seen
    muted = {**dot, "color": FAINT, "markerfacecolor": face, "linewidth": wide}
    return ((clear, accented), (~clear, muted))


def _draw_curve(ax: Axes, numbers: NDArray[np.float64], looks: Looks, ylabel: str) -> None:
    """Draw estimates and intervals from left to right."""
    at = np.arange(len(numbers))
    for some, look in reversed(looks):
        ends = numbers[some, 1:].T
        ax.vlines(at[some], *ends, color=look["color"], linewidth=look["linewidth"], zorder=3)
        ax.plot(at[some], numbers[some, 0], **{**look, "linestyle": ""}, zorder=4)
    low, high = min(np.nanmin(numbers), 0.0), max(np.nanmax(numbers), 0.0)
    pad = 0.05 * (high - low) or 1.0
    ax.set(xlim=(-0.7, len(numbers) - 0.3), ylim=(low - pad, high + pad))
    ax.axhline(0, color=INK, linewidth=0.8, zorder=2)
    value_axis(ax, ylabel)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])


def _draw_median(ax: Axes, median: float, words: str) -> None:
    ax.axhline(median, color=INK, linewidth=0.8, linestyle=(0, (3, 1.6)), zorder=2)
    ax.annotate(
        words,
        (1, median),
        xycoords=ax.get_yaxis_transform(),
        xytext=(3, 0),
        textcoords="offset points",
        va="center_baseline",
        fontweight=600,
        annotation_clip=False,
    )


def _draw_options(
    ax: Axes, rows: pd.DataFrame, options: pd.DataFrame, lines: NDArray[np.float64], looks: Looks
) -> None:
    """Mark in every row of the matrix the specifications that use the option."""
    at = np.arange(len(rows))
    ax.hlines(lines, *ax.get_xlim(), color=PALE, linewidth=0.6, zorder=0)
    for (dimension, value), y in zip(
        options[["dimension", "value"]].itertuples(index=False), lines, strict=True
    ):
        uses = (rows[dimension] == value).to_numpy()
        for some, look in looks:
            spots = at[some & uses]
            ax.plot(spots, np.full(len(spots), y), **{**look, "linestyle": ""}, zorder=3)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])


def _decimals(values: NDArray[np.float64]) -> int:
    """Return decimals that tell estimates apart: two figures of their largest size."""
    largest = float(np.abs(values).max())
    return int(np.clip(1 - np.floor(np.log10(largest)), 0, 5)) if largest > 0 else 0
