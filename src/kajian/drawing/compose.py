"""Drawing one map: looks, outlines and flags, then words where they fit, then legend and key."""

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

from kajian.drawing.ground import Shapes
from kajian.drawing.key import draw_key
from kajian.drawing.labels import Label
from kajian.drawing.legend import MapLegend
from kajian.drawing.looks import Look, flagged
from kajian.drawing.plan import LabelStyle, arrange, dissolve
from kajian.drawing.sheet import draw_inset, draw_shape, page_axes
from kajian.drawing.style import BODY, CONTRAST, INK, SMALL, new_figure, text_colour, theme
from kajian.errors import MethodError


def draw_map(
    units: gpd.GeoDataFrame,
    looks: Sequence[Look],
    legends: Sequence[MapLegend],
    *,
    numbering: pd.DataFrame,
    labels: LabelStyle,
    highlight: Collection[str],
    flags: NDArray[np.bool_] | None = None,
    size_mm: tuple[float, float],
) -> Figure:
    """Draw outlines with their looks, legend, scale bar and words.

    Parameters
    ----------
    units
        Outlines with a CRS.
    looks
        Look per row.
    legends
        Forms that the legend can take, the narrowest first.
    numbering
        Table of :func:`kajian.maps.label_key` for `units`.
    flags
        Rows with diagonal lines over their look, shape (n,).
    labels, highlight, size_mm
        As in :func:`kajian.maps.choropleth`.
    """
    table = numbering.loc[units.index]
    bold = _rows_of(table, highlight)
    if flags is None:
        flags = np.zeros(len(units), dtype=bool)
    plan = arrange(units, numbering, legends, labels, bold, size_mm)
    with theme():
        fig = new_figure(*size_mm)
        ax = page_axes(fig)
        plan.legend.draw(ax, plan.legend_corner, plan.sheet.metres_per_mm)
        if plan.key is not None:
            draw_key(ax, plan.key, plan.key_corner, plan.key_corner[1])
        draw_inset(ax, plan.sheet)
        draw_units(ax, plan.sheet.shapes, looks, flags)
        for row in bold:
            outline = {"facecolor": "none", "edgecolor": CONTRAST, "linewidth": 1.5, "zorder": 2}
            draw_shape(ax, plan.sheet.shapes[row], **outline)
        if "group" in table:
            for outline in dissolve(table, plan.sheet.shapes)[1]:
                draw_shape(ax, outline, facecolor="none", edgecolor=INK, linewidth=1.0)
        for label in plan.labels:
            _write(ax, label, looks, flags, bold)
        return fig


def draw_units(ax: Axes, shapes: Shapes, looks: Sequence[Look], flags: NDArray[np.bool_]) -> None:
    """Draw every unit in its look, then the lines over the flagged ones."""
    for shape, look in zip(shapes, looks, strict=True):
        draw_shape(ax, shape, **look)
    for row in np.flatnonzero(flags):
        draw_shape(ax, shapes[row], **flagged(str(looks[int(row)]["facecolor"])))


def _write(
    ax: Axes,
    label: Label,
    looks: Sequence[Look],
    flags: NDArray[np.bool_],
    bold: Sequence[int],
) -> None:
    """Write one label; a halo in the colour of its ground parts it from lines that it crosses."""
    on_map = label.unit >= 0 and label.leader is None
    fill = str(looks[label.unit]["facecolor"]) if on_map else "white"
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
    if on_map and (not label.inside or flags[label.unit] or "hatch" in looks[label.unit]):
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
