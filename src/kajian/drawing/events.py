"""Effects by year since a programme began, and how far they hold when trends are not parallel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from kajian.drawing.axes import NumberTicks, require, value_axis
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.one_column import numbers_of
from kajian.drawing.sheet import page_axes
from kajian.drawing.style import (
    ACCENT,
    CONTRAST,
    FULL_MM,
    INK,
    MUTED,
    add_axes,
    finish,
    mix,
    new_figure,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

DOT: dict[str, Any] = {"marker": "o", "markersize": 5.0, "linewidth": 1.8, "markeredgewidth": 1.2}
BEFORE: dict[str, Any] = {**DOT, "color": MUTED, "markerfacecolor": "white", "linewidth": 1.2}
AFTER: dict[str, Any] = {**DOT, "color": ACCENT}
REFERENCE: dict[str, Any] = {"color": INK, "marker": "s", "markersize": 4.0, "linestyle": ""}
TRUTH: dict[str, Any] = {
    "color": CONTRAST, "marker": "D", "markersize": 6.0, "markerfacecolor": "none",
    "markeredgewidth": 1.3, "linestyle": "",
}  # fmt: skip
BAND: dict[str, Any] = {
    "color": mix(ACCENT, "#ffffff", 0.78), "linewidth": 6.5, "solid_capstyle": "butt",
}  # fmt: skip
CLEAR: dict[str, Any] = {"color": ACCENT, "linewidth": 3.4, "solid_capstyle": "butt"}
UNCLEAR: dict[str, Any] = {"color": "#9aa4a9", "linewidth": 1.8, "solid_capstyle": "butt"}


def event_study_chart(
    table: pd.DataFrame,
    *,
    time: str,
    estimate: str,
    low: str,
    high: str,
    reference: int,
    ylabel: str,
    truth: str | None = None,
    band_low: str | None = None,
    band_high: str | None = None,
    xlabel: str = "Tahun sejak program mulai",
    truth_label: str = "efek yang ditanam",
    size_mm: tuple[float, float] = (FULL_MM, 72.0),
) -> Figure:
    """Draw the effect by year since the beginning, with the years before as a check.

    Parameters
    ----------
    table
        One row per year since the beginning (0 is the first year of the programme) without the
        reference, in any order.
    time, estimate, low, high
        Columns of the year, the estimate and the ends of its pointwise interval; both ends may
        be missing.
    reference
        The year that all others are compared with, drawn at zero.
    ylabel
        Quantity and unit.
    truth, truth_label
        Column of the effect that a simulation planted, open diamonds, and their name; where it is
        missing nothing is drawn.
    band_low, band_high
        Columns of the ends of the intervals that hold for all years at once.
    xlabel
        What the years count from.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column or an estimate is missing, an interval is not one, a year repeats, is not
        whole or is the reference.
    """
    band = [column for column in (band_low, band_high) if column]
    require(table, [time, *([truth] if truth else [])])
    table = table.sort_values(time)
    numbers = numbers_of(table, time, (estimate, low, high))
    at = table[time].to_numpy(float)
    if len({reference, *at}) <= len(at) or (at != np.round(at)).any():
        raise MethodError(
            f"Tahun pada kolom {time} berulang, tidak bulat, atau memuat tahun acuan {reference}. "
            "Perbaikan: sediakan satu baris per tahun selain tahun acuan."
        )
    after = at >= 0
    marks = [Mark("sebelum program", BEFORE)] * bool((~after).any())
    marks += [Mark("sejak program", AFTER)] * bool(after.any())
    marks += [Mark("tahun acuan", REFERENCE)]
    drawn = [numbers]
    with theme():
        fig, ax = _page(size_mm, xlabel)
        if len(band) == 2:
            ends = numbers_of(table, time, (estimate, *band))
            drawn.append(ends)
            marks += [Mark("selang serentak semua tahun", BAND)]
            ax.vlines(at, ends[:, 1], ends[:, 2], **_line(BAND), zorder=1)
        for some, look in ((~after, BEFORE), (after, AFTER)):
            ax.vlines(at[some], numbers[some, 1], numbers[some, 2], **_line(look), zorder=3)
            ax.plot(at[some], numbers[some, 0], **{**look, "linestyle": ""}, zorder=4)
        ax.plot(reference, 0, **REFERENCE, zorder=4)
        if truth:
            planted = table[truth].to_numpy(float, na_value=np.nan)
            drawn.append(planted)
            marks += [Mark(truth_label, TRUTH)]
            ax.plot(at, planted, **TRUTH, zorder=5)
        ends_of = [min(reference, at.min()) - 0.6, max(reference, at.max()) + 0.6]
        ax.set_xlim(*ends_of)
        every = int(np.ceil((ends_of[1] - ends_of[0]) / 24))
        years = np.arange(np.ceil(ends_of[0]), ends_of[1])
        ax.xaxis.set_major_locator(FixedLocator(list(years[years % every == 0])))
        ax.xaxis.set_major_formatter(NumberTicks())
        if ends_of[0] < -0.5 < ends_of[1]:
            ax.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
        return _dressed(fig, ax, marks, np.concatenate([np.ravel(part) for part in drawn]), ylabel)


def bounds_chart(
    table: pd.DataFrame,
    *,
    bound: str,
    low: str,
    high: str,
    original: tuple[float, float],
    xlabel: str,
    ylabel: str,
    original_label: str = "tren sejajar",
    size_mm: tuple[float, float] = (FULL_MM, 62.0),
) -> Figure:
    """Draw the interval of an effect by how far trends may have differed.

    Parameters
    ----------
    table
        One row per allowed violation, in any order.
    bound, low, high
        Columns of the violation and of the ends of the interval under it.
    original, original_label
        The interval when trends are parallel, which stands first, and its name.
    xlabel, ylabel
        What the violation is measured in; quantity and unit of the effect.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing, a violation repeats, or an interval is not one.
    """
    require(table, [bound, low, high])
    rows = table.sort_values(bound)
    sizes = rows[bound].to_numpy(float)
    ends = np.vstack([original, rows[[low, high]].to_numpy(float)])
    wrong = ~(np.isfinite(ends).all(axis=1) & (ends[:, 0] <= ends[:, 1]))
    if wrong.any() or not (np.diff(sizes) > 0).all() or not np.isfinite(sizes).all():
        raise MethodError(
            f"Nilai {bound} berulang atau kosong, atau ada selang yang kosong, tak terhingga atau "
            f"terbalik. Perbaikan: periksa kolom {bound}, {low} dan {high}."
        )
    unclear = (ends[:, 0] <= 0) & (ends[:, 1] >= 0)
    at = np.array([0.0, *np.arange(1.4, len(sizes) + 1)])
    decimals = next((d for d in range(4) if np.allclose(sizes, sizes.round(d), atol=1e-9)), 4)
    marks = []
    with theme():
        fig, ax = _page(size_mm, xlabel)
        for some, look, words in (
            (~unclear, CLEAR, "tidak mencakup nol"),
            (unclear, UNCLEAR, "mencakup nol"),
        ):
            ax.vlines(at[some], *ends[some].T, **_line(look), zorder=3)
            marks += [Mark(f"selang {words}", look)] * bool(some.any())
        ax.set_xlim(-0.6, at[-1] + 0.6)
        ax.set_xticks(at, [original_label, *(format_number(size, decimals) for size in sizes)])
        ax.axvline(0.7, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
        return _dressed(fig, ax, marks, ends.ravel(), ylabel)


def _line(look: dict[str, Any]) -> dict[str, Any]:
    """Return what a line without dots takes of a look."""
    return {key: look[key] for key in ("color", "linewidth")}


def _page(size_mm: tuple[float, float], xlabel: str) -> tuple[Figure, Axes]:
    fig = new_figure(*size_mm)
    ax = add_axes(fig, 11, 10, 3, 12)
    ax.set_xlabel(xlabel)
    return fig, ax


def _dressed(
    fig: Figure, ax: Axes, marks: list[Mark], values: NDArray[np.float64], ylabel: str
) -> Figure:
    """Make room for the legend, write the axis and the line at zero."""
    width, height = fig.get_size_inches() * 25.4
    top = key_height(marks, width) + 6
    x0, y0, wide, _ = ax.get_position().bounds
    ax.set_position((x0, y0, wide, (height - top) / height - y0))
    draw_mark_key(page_axes(fig), marks, width, height)
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    pad = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - pad, high + pad)
    ax.axhline(0, color=INK, linewidth=0.8, zorder=2)
    value_axis(ax, ylabel)
    return finish(fig)
