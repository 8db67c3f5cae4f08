"""Estimates for many small areas: what a sample tells of each, beside the truth where known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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
from kajian.drawing.precision import (
    CAUTION,
    CUT,
    CUT_MEANING,
    MEANING,
    SHOWN,
    TRUTH,
    UNSAMPLED,
    checked_labels,
    draw_rows,
    draw_total,
    explain,
    glyph_mm,
    marks_drawn,
)
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import FULL_MM, finish, new_figure, text_mm, theme
from kajian.errors import MethodError
from kajian.language import format_percent

ROW_MM = 3.3
FOOT_MM = 10.0
KEY_LINE_MM = 4.2
WITHIN_AXIS = 0.75  # share of the intervals that end within the axis at least


def domain_estimates(
    table: pd.DataFrame,
    *,
    name: str,
    estimate: str,
    low: str,
    high: str,
    label: str,
    truth: str | None = None,
    group: str | None = None,
    total: float | None = None,
    xlabel: str,
    meaning: Mapping[str, str] = MEANING,
    truth_label: str = "kebenaran",
    total_label: str = "kota",
    axis_end: float | None = None,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw the estimate of every area with its interval, marked by how precise it is.

    Parameters
    ----------
    table
        One row per area, drawn from top to bottom as they stand; more than 20 rows stand in two
        columns.
    name, estimate, low, high
        Columns of the name, the estimate (percent) and the two ends of its interval.
    label
        Column of the precision, one of :data:`kajian.mapping.survey.result.LABELS`: ``layak`` (a
        filled dot), ``hati-hati`` (a hollow dot), ``tidak ditampilkan`` (no dot, only a pale
        interval, or these words where it is missing or without length), ``tanpa sampel`` or
        missing (these words).
    truth
        Column of the true value (percent), an upright tick, where the data are simulated.
    group
        Column of the group (kecamatan), whose name stands above its rows.
    total
        Value of the whole city (percent), a line through all rows.
    xlabel
        Quantity and unit.
    meaning, truth_label, total_label
        Words of the legend and of the line.
    axis_end
        Right end of the axes, which begin at 0. By default they cover every dot and truth and
        three intervals in four; an interval that goes on ends in an arrow.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column is missing, a label is unknown, an estimate to be drawn is missing or
        outside its interval, a dot or truth is off the axes, or the rows do not fit the page.
    """
    columns = {"name": name, "estimate": estimate, "low": low, "high": high, "label": label}
    columns |= {"truth": truth} if truth else {}
    require(table, [*columns.values(), *([group] if group else [])])
    rows = _checked(pd.DataFrame({key: table[column] for key, column in columns.items()}))
    end = _axis_end(rows, total, axis_end)
    slots = columns_of(table, name, group)
    words = {**MEANING, **meaning, CUT: CUT_MEANING, TRUTH: truth_label}
    kinds = marks_drawn(rows, end)
    width = size_mm[0] if size_mm else FULL_MM
    lengths = [glyph_mm(kind) + text_mm(words[kind])[0] for kind in kinds]
    places = flow(lengths, GAP_MM, width - 1)
    top = KEY_LINE_MM * (1 + max((line for _, line in places), default=-1))
    top += 1 if total is None else LINE_MM
    height = page_height(slots, len(rows), ROW_MM, top + FOOT_MM, size_mm)
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        for kind, (x, line) in zip(kinds, places, strict=True):
            explain(page, kind, words[kind], x + 0.5, height - KEY_LINE_MM * (line + 0.5))
        margin = margin_of(rows["name"], slots)
        page.text((margin + width - EDGE_MM) / 2, 1.2, xlabel, ha="center")
        silent = (rows["label"] == UNSAMPLED).to_numpy()
        for side, ax in enumerate(column_axes(fig, slots, margin, FOOT_MM, top)):
            ax.set_xlim(0, end)
            draw_rows(ax, rows.assign(y=slots.line)[slots.column == side], end)
            name_rows(ax, list(rows["name"]), slots, side, silent)
            guide(ax)
            if total is not None:
                draw_total(ax, total, f"{total_label} {format_percent(total, 1)}")
        return finish(fig)


def _checked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a known label each, and with what may be drawn of each."""
    rows = rows.assign(label=checked_labels(rows["label"], rows["name"]))
    dotted = rows["label"].isin([SHOWN, CAUTION])
    apart = rows[dotted & ~rows["estimate"].between(rows["low"], rows["high"])]
    if len(apart):
        raise MethodError(
            f"Dugaan pada baris {apart['name'].iloc[0]} kosong atau di luar selangnya. "
            "Perbaikan: periksa kolom dugaan dan kedua batas selangnya."
        )
    spans = dotted | (rows["low"] < rows["high"])  # a sample without a poor household has none
    return rows.assign(
        estimate=rows["estimate"].where(dotted),
        low=rows["low"].where(spans),
        high=rows["high"].where(spans),
    )


def _axis_end(rows: pd.DataFrame, total: float | None, wanted: float | None) -> float:
    """Return where the axes end: a round number beyond all points and most intervals."""
    points = [*rows.filter(["estimate", "truth"]).to_numpy(float).ravel(), total or 0.0]
    largest = float(np.nanmax(points))
    if np.nanmin(points) < 0 or largest > (wanted or np.inf):
        raise MethodError(
            "Ada dugaan atau kebenaran di luar sumbu gambar. "
            "Perbaikan: periksa persennya, atau perbesar axis_end."
        )
    reach = rows.loc[rows["label"] != UNSAMPLED, "high"].quantile(WITHIN_AXIS)
    ticks = MaxNLocator(5, steps=TICK_STEPS).tick_values(0, np.nanmax([largest, reach, 1e-6]))
    return wanted or float(ticks[-1])
