"""Estimates for many small areas: what a sample tells of each, beside the truth where known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kajian.drawing.axes import LINE_MM, TICK_STEPS, number_ticks, require
from kajian.drawing.legend import flow
from kajian.drawing.precision import (
    CAUTION,
    CUT,
    CUT_MEANING,
    LOOKS,
    MEANING,
    SHOWN,
    TRUTH,
    UNSAMPLED,
    draw_rows,
    draw_total,
    explain,
    glyph_mm,
    marks_drawn,
)
from kajian.drawing.sheet import page_axes
from kajian.drawing.slots import Slots, place_rows
from kajian.drawing.style import (
    FULL_MM,
    INK,
    MUTED,
    PALE,
    add_axes,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_percent

ROW_MM = 3.3
CLOSEST_MM = 2.7  # the words of rows that stand nearer touch
TALLEST_COLUMN = 20  # rows; more are drawn in two columns
GAP_MM = 4.0  # between columns
EDGE_MM = 3.0  # at the right of a column, for half a tick label
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
        Column of the precision, one of :data:`kajian.mapping.survey_result.LABELS`: ``layak`` (a
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
    if group and table[group].isna().any():
        lost = table.loc[table[group].isna(), name].iloc[0]
        raise MethodError(
            f"Kolom {group} kosong pada baris {lost}. Perbaikan: isi kelompok setiap baris."
        )
    rows = _checked(pd.DataFrame({key: table[column] for key, column in columns.items()}))
    end = _axis_end(rows, total, axis_end)
    sides = 1 if len(rows) <= TALLEST_COLUMN else 2
    slots = place_rows(len(rows), sides, table[group] if group else None)
    words = {**MEANING, **meaning, CUT: CUT_MEANING, TRUTH: truth_label}
    kinds = marks_drawn(rows, end)
    width = size_mm[0] if size_mm else FULL_MM
    lengths = [glyph_mm(kind) + text_mm(words[kind])[0] for kind in kinds]
    places = flow(lengths, GAP_MM, width - 1)
    top = KEY_LINE_MM * (1 + max((line for _, line in places), default=-1))
    top += 1 if total is None else LINE_MM
    least = top + FOOT_MM + ROW_MM * slots.lines
    height = size_mm[1] if size_mm else least
    if height - top - FOOT_MM < CLOSEST_MM * slots.lines:
        raise MethodError(
            f"{len(rows)} baris tidak muat pada gambar setinggi {height:.0f} mm. "
            f"Perbaikan: pakai tinggi sekitar {least:.0f} mm."
        )
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        for kind, (x, line) in zip(kinds, places, strict=True):
            explain(page, kind, words[kind], x + 0.5, height - KEY_LINE_MM * (line + 0.5))
        names = [*rows["name"], *(text for *_, text in slots.headings)]
        margin = max(text_mm(text, weight=600)[0] for text in names) + 2
        page.text((margin + width - EDGE_MM) / 2, 1.2, xlabel, ha="center")
        panel = (width - GAP_MM * (slots.columns - 1)) / slots.columns
        for side in range(slots.columns):
            left = side * (panel + GAP_MM)
            ax = add_axes(fig, left + margin, FOOT_MM, width - left - panel + EDGE_MM, top)
            ax.set(xlim=(0, end), ylim=(slots.lines - 0.3, -0.5))
            draw_rows(ax, rows.assign(y=slots.line)[slots.column == side], end)
            _name_rows(ax, rows, slots, side)
            if total is not None:
                draw_total(ax, total, f"{total_label} {format_percent(total, 1)}")
        return finish(fig)


def _checked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a known label each, and with what may be drawn of each."""
    rows = rows.assign(label=rows["label"].astype(object).fillna(UNSAMPLED))
    strange = rows[~rows["label"].isin([*LOOKS, UNSAMPLED])]
    if len(strange):
        raise MethodError(
            f"Ketelitian '{strange['label'].iloc[0]}' pada baris {strange['name'].iloc[0]} tidak "
            f"dikenal. Perbaikan: pakai {', '.join([*LOOKS, UNSAMPLED])}."
        )
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


def _name_rows(ax: Axes, rows: pd.DataFrame, slots: Slots, side: int) -> None:
    """Write the names of areas and groups beside one column, and the numbers below it."""
    headings = [(line, text) for column, line, text in slots.headings if column == side]
    own = slots.column == side
    lines = [*(line for line, _ in headings), *slots.line[own]]
    ax.set_yticks(lines, [*(text for _, text in headings), *rows["name"][own]])
    silent = [*(False for _ in headings), *(rows["label"][own] == UNSAMPLED)]
    for i, (tick, muted) in enumerate(zip(ax.get_yticklabels(), silent, strict=True)):
        tick.set(color=MUTED if muted else INK, fontweight=600 if i < len(headings) else 400)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=PALE, linewidth=0.7)
    ax.set_axisbelow(True)
    number_ticks(ax.xaxis, 5)
