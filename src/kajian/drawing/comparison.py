"""What a model adds: the direct and the small-area estimate of every area on one row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, TICK_STEPS, guide, require
from kajian.drawing.columns import (
    EDGE_MM,
    GAP_MM,
    column_axes,
    columns_of,
    margin_of,
    name_rows,
    page_height,
)
from kajian.drawing.comparison_marks import LAYERS, MEANING, explain, glyph_mm
from kajian.drawing.precision import (
    CAUTION,
    SHOWN,
    TICK,
    UNSAMPLED,
    checked_labels,
    draw_marks,
    draw_total,
)
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import FULL_MM, PALE, finish, new_figure, text_mm, theme
from kajian.errors import MethodError
from kajian.language import format_percent

ROW_MM = 3.9
FOOT_MM = 10.0
KEY_LINE_MM = 4.2
WITHIN_AXIS = 0.75  # share of the direct intervals that end within the axis at least


def estimate_comparison(
    table: pd.DataFrame,
    *,
    name: str,
    direct: tuple[str, str, str],
    model: tuple[str, str, str],
    direct_label: str | None = None,
    model_label: str | None = None,
    truth: str | None = None,
    group: str | None = None,
    total: float | None = None,
    xlabel: str,
    meaning: Mapping[str, str] = MEANING,
    total_label: str = "kota",
    axis_end: float | None = None,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw the direct and the small-area estimate of every area, each with its interval.

    Parameters
    ----------
    table
        One row per area, drawn from top to bottom as they stand; more than 20 rows stand in two
        columns.
    name
        Column of the name.
    direct, model
        Columns of the estimate and of the two ends of its interval (percent): hollow grey dots
        above, filled dots below the middle of the row. Where a number is missing, nothing is
        drawn of that estimate.
    direct_label, model_label
        Columns of the precision, one of :data:`kajian.mapping.survey.result.LABELS`: an estimate
        that is ``tidak ditampilkan`` has no dot, only its interval; a small-area estimate that is
        ``hati-hati`` has a hollow dot.
    truth
        Column of the true value (percent), an upright tick, where the data are simulated.
    group
        Column of the group (kecamatan), whose name stands above its rows.
    total
        Value of the whole city (percent), a line through all rows.
    xlabel
        Quantity and unit.
    meaning
        Words of the legend instead of those of :data:`MEANING`.
    total_label
        Name of that line.
    axis_end
        Right end of the axes, which begin at 0. By default they cover every dot and truth, every
        small-area interval and three direct intervals in four; one that goes on ends in an arrow.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column is missing, a label is unknown, an estimate is outside its interval, a dot
        or truth is off the axes, or the rows do not fit the page.
    """
    labels = [direct_label, model_label]
    optional = [column for column in (*labels, truth, group) if column]
    require(table, [name, *direct, *model, *optional])
    of_survey = _marks(table, name, direct, direct_label)
    of_model = _marks(table, name, model, model_label)
    bare = np.isnan(of_survey[:, 2])
    hidden = np.isnan(of_model[:, 2])
    rough = np.zeros(len(table), dtype=bool)
    if model_label:
        rough = table[model_label].eq(CAUTION).to_numpy(bool)
    marks = {
        "direct": _only(of_survey, ~bare),
        "withheld": _only(of_survey, bare),
        "model": _only(of_model, ~rough & ~hidden),
        "rough": _only(of_model, rough),
        "hidden": _only(of_model, hidden),
    }
    silent = np.isnan(of_survey[:, 0])
    truths = table[truth].to_numpy(float) if truth else np.full(len(table), np.nan)
    end = _axis_end(marks, truths, total, axis_end)
    slots = columns_of(table, name, group)
    kinds = [kind for kind, found in marks.items() if np.isfinite(found).any()]
    kinds += ["truth"] * bool(np.isfinite(truths).any())
    kinds += ["cut"] * any((found[:, 1] > end).any() for found in marks.values())
    kinds += ["silent"] * bool(silent.any())
    words = {**MEANING, **meaning}
    width = size_mm[0] if size_mm else FULL_MM
    lengths = [glyph_mm(kind) + text_mm(words[kind])[0] for kind in kinds]
    places = flow(lengths, GAP_MM, width - 1)
    top = KEY_LINE_MM * (1 + max((line for _, line in places), default=-1))
    top += 1 if total is None else LINE_MM
    height = page_height(slots, len(table), ROW_MM, top + FOOT_MM, size_mm)
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        for kind, (x, line) in zip(kinds, places, strict=True):
            explain(page, kind, words[kind], x + 0.5, height - KEY_LINE_MM * (line + 0.5))
        margin = margin_of(table[name], slots)
        page.text((margin + width - EDGE_MM) / 2, 1.2, xlabel, ha="center")
        for side, ax in enumerate(column_axes(fig, slots, margin, FOOT_MM, top)):
            ax.set_xlim(0, end)
            own = slots.column == side
            y = slots.line[own]
            ax.hlines(y, 0, end, color=PALE, linewidth=0.6, zorder=0)
            for kind, (look, shift) in LAYERS.items():
                draw_marks(ax, look, np.column_stack([marks[kind][own], y + shift]), (0, end))
            ax.plot(truths[own], y, "|", **TICK)
            name_rows(ax, list(table[name]), slots, side, silent)
            guide(ax)
            if total is not None:
                draw_total(ax, total, f"{total_label} {format_percent(total, 1)}")
        return finish(fig)


def _only(marks: NDArray[np.float64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the marks of some rows, and nothing of the others."""
    return np.where(rows[:, None], marks, np.nan)


def _marks(
    table: pd.DataFrame, name: str, columns: tuple[str, str, str], label: str | None
) -> NDArray[np.float64]:
    """Return low, high and estimate of each row, without what may not be shown, shape (n, 3)."""
    estimate, low, high = (table[column].to_numpy(float) for column in columns)
    kinds = checked_labels(table[label], table[name]) if label else None
    shown = np.ones(len(table), dtype=bool)
    if kinds is not None:
        shown = kinds.isin([SHOWN, CAUTION]).to_numpy()
        low, high = (np.where(kinds == UNSAMPLED, np.nan, end) for end in (low, high))
    whole = np.isfinite(low) & np.isfinite(high)
    apart = shown & whole & ~((low <= estimate) & (estimate <= high))
    if apart.any():
        raise MethodError(
            f"Dugaan pada baris {table[name][apart].iloc[0]} kosong atau di luar selangnya. "
            f"Perbaikan: periksa kolom {', '.join(columns)}."
        )
    drawn = whole & (shown | (low < high))  # a sample without a poor household has no interval
    found = np.column_stack([low, high, np.where(shown, estimate, np.nan)])
    return np.where(drawn[:, None], found, np.nan)


def _axis_end(
    marks: Mapping[str, NDArray[np.float64]],
    truths: NDArray[np.float64],
    total: float | None,
    wanted: float | None,
) -> float:
    """Return where the axes end: a round number beyond all that has to be seen."""
    points = np.concatenate([truths, [total or 0.0], *(found[:, 2] for found in marks.values())])
    largest = float(np.nanmax(points))
    if np.nanmin(points) < 0 or largest > (wanted or np.inf):
        raise MethodError(
            "Ada dugaan atau kebenaran di luar sumbu gambar. "
            "Perbaikan: periksa persennya, atau perbesar axis_end."
        )
    highs = pd.Series(np.concatenate([marks["direct"][:, 1], marks["withheld"][:, 1]]))
    reach = [largest, float(highs.quantile(WITHIN_AXIS)), 1e-6]
    reach += [
        float(np.max(marks[kind][:, 1], initial=0.0, where=~np.isnan(marks[kind][:, 1])))
        for kind in ("model", "rough", "hidden")
    ]
    ticks = MaxNLocator(5, steps=TICK_STEPS).tick_values(0, np.nanmax(reach))
    return wanted or float(ticks[-1])
