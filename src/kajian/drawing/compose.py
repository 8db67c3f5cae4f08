"""Drawing one map: fills, outlines and flags, then words where they fit, then legend and key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray

from kajian.drawing.classes import class_bounds, class_range
from kajian.drawing.ground import Shapes
from kajian.drawing.labels import Label
from kajian.drawing.legend import Entry, draw_key
from kajian.drawing.plan import LabelStyle, arrange, dissolve
from kajian.drawing.sheet import draw_inset, draw_shape, page_axes
from kajian.drawing.style import (
    BODY,
    CONTRAST,
    INK,
    SMALL,
    mix,
    new_figure,
    sequential,
    text_colour,
    theme,
)
from kajian.errors import MethodError

MISSING = {"facecolor": "white", "edgecolor": "#aab3b7", "hatch": "////////", "linewidth": 0.5}
OUTLINE = "#7d888d"


def filled(colour: str) -> dict[str, object]:
    """Return how a unit, or its legend box, looks in a colour."""
    return {"facecolor": colour, "edgecolor": OUTLINE, "linewidth": 0.4}


def colour_classes(
    values: NDArray[np.float64],
    classes: int | Sequence[float],
    decimals: int,
    unit_suffix: str,
) -> tuple[list[str | None], list[Entry]]:
    """Return the colour of each value, None where it is missing, and the legend of the colours.

    Parameters
    ----------
    values
        Numbers, shape (n,), missing allowed.
    classes, decimals, unit_suffix
        As in :func:`kajian.maps.choropleth`.

    Raises
    ------
    MethodError
        When the classes do not cover the values, or there are more than the scale has.
    """
    values = values.round(decimals)
    if not np.isfinite(values).any():  # nothing may be shown: a map of outlines
        return [None] * len(values), []
    bounds = class_bounds(values, classes, decimals)
    scale = sequential(len(bounds))
    fills = [
        scale[int(np.searchsorted(bounds, value))] if np.isfinite(value) else None
        for value in values
    ]
    lowest = np.nanmin(values) if isinstance(classes, int) else -np.inf
    lows = [lowest, *(bounds[:-1] + 10.0**-decimals)]
    entries = [
        Entry(class_range(low, high, decimals) + unit_suffix, filled(colour))
        for low, high, colour in zip(lows, bounds, scale, strict=True)
    ]
    return fills, entries


def flagged(fill: str) -> dict[str, object]:
    """Return the diagonal lines over a flagged unit: visible on its fill, quieter than words."""
    return {
        "facecolor": "none",
        "edgecolor": mix(fill, text_colour(fill), 0.38),
        "hatch": "\\\\\\\\",
        "linewidth": 0.0,
    }


def draw_map(
    units: gpd.GeoDataFrame,
    fills: Sequence[str | None],
    entries: Sequence[Entry],
    title: str,
    *,
    numbering: pd.DataFrame,
    labels: LabelStyle,
    highlight: Collection[str],
    hatch: pd.Series | None,
    hatch_label: str,
    size_mm: tuple[float, float],
) -> Figure:
    """Draw outlines with their fills, legend, scale bar and words.

    Parameters
    ----------
    units
        Outlines with a CRS.
    fills
        Colour per row, None where there is no value.
    entries
        Legend rows of the colours.
    title
        Title of the legend.
    numbering
        Table of :func:`kajian.maps.label_key` for `units`.
    labels, highlight, hatch, hatch_label, size_mm
        As in :func:`kajian.maps.choropleth`.
    """
    table = numbering.loc[units.index]
    bold = _rows_of(table, highlight)
    flags = flags_of(units, hatch)
    if flags.any():
        entries = [*entries, Entry(hatch_label, flagged("white") | {"linewidth": 0.4})]
    plan = arrange(units, numbering, entries, title, labels, bold, size_mm)
    with theme():
        fig = new_figure(*size_mm)
        ax = page_axes(fig)
        plan.legend.draw(ax, plan.legend_corner, plan.sheet.metres_per_mm)
        if plan.key is not None:
            draw_key(ax, plan.key, plan.key_corner, plan.key_corner[1])
        draw_inset(ax, plan.sheet)
        _draw_units(ax, plan.sheet.shapes, fills, flags, bold)
        if "group" in table:
            for outline in dissolve(table, plan.sheet.shapes)[1]:
                draw_shape(ax, outline, facecolor="none", edgecolor=INK, linewidth=1.0)
        for label in plan.labels:
            _write(ax, label, fills, flags, bold)
        return fig


def _draw_units(
    ax: Axes,
    shapes: Shapes,
    fills: Sequence[str | None],
    flags: NDArray[np.bool_],
    bold: Sequence[int],
) -> None:
    """Draw fills, then flags, then the bold outlines on top of all neighbours."""
    for shape, fill, flag in zip(shapes, fills, flags, strict=True):
        draw_shape(ax, shape, **(filled(fill) if fill else MISSING))
        if flag:
            draw_shape(ax, shape, **flagged(fill or "white"))
    for row in bold:
        draw_shape(ax, shapes[row], facecolor="none", edgecolor=CONTRAST, linewidth=1.5, zorder=2)


def _write(
    ax: Axes,
    label: Label,
    fills: Sequence[str | None],
    flags: NDArray[np.bool_],
    bold: Sequence[int],
) -> None:
    """Write one label; a halo in the colour of its ground parts it from lines that it crosses."""
    on_map = label.unit >= 0 and label.leader is None
    fill = (fills[label.unit] or "white") if on_map else "white"
    look: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "fontsize": BODY if label.unit < 0 else SMALL,
        "fontweight": 600 if label.unit in bold or label.unit < 0 else 400,
        "linespacing": 1.0,
        "zorder": 5,
    }
    if label.leader:
        (x, y), end = label.leader
        ax.plot([x, end[0]], [y, end[1]], color=INK, linewidth=0.6, zorder=4)
        ax.plot(x, y, "o", color=INK, markersize=1.8, zorder=4)
    if on_map and (not label.inside or flags[label.unit] or fills[label.unit] is None):
        halo = ax.text(label.x, label.y, label.text, color=fill, gid="halo", **look)
        halo.set_path_effects([Stroke(linewidth=2.2, foreground=fill)])
    ax.text(label.x, label.y, label.text, color=text_colour(fill), gid="label", **look)


def _rows_of(table: pd.DataFrame, highlight: Collection[str]) -> list[int]:
    """Return the rows of the highlighted codes."""
    absent = sorted(set(highlight) - set(table["key"]))
    if absent:
        raise MethodError(
            f"Kode yang ditonjolkan tidak ada di peta: {', '.join(absent)}. "
            "Perbaikan: pakai kode dari tabel batas wilayah."
        )
    return [row for row, code in enumerate(table["key"]) if code in set(highlight)]


def flags_of(units: gpd.GeoDataFrame, hatch: pd.Series | None) -> NDArray[np.bool_]:
    """Return the flags as an array, after checking that they belong to the rows."""
    if hatch is None:
        return np.zeros(len(units), dtype=bool)
    if not hatch.index.equals(units.index):
        raise MethodError(
            "Tanda arsiran tidak sebaris dengan batas wilayah. "
            "Perbaikan: buat Series dengan indeks yang sama dengan tabel batasnya."
        )
    return hatch.to_numpy(bool)
