"""Two maps side by side in the same classes, under one legend: an estimate beside the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kajian.data.geometry import metric
from kajian.drawing.axes import require
from kajian.drawing.compose import MISSING, colour_classes, filled, flagged, flags_of
from kajian.drawing.ground import Frame
from kajian.drawing.labels import place_groups
from kajian.drawing.legend import Entry, Strip
from kajian.drawing.plan import MARGIN_MM, dissolve
from kajian.drawing.sheet import Sheet, draw_inset, draw_shape, lay_out, page_axes
from kajian.drawing.style import BODY, FULL_MM, INK, new_figure, text_mm, theme
from kajian.errors import MethodError

Look = Mapping[str, Any]

WITHHELD = MISSING | {"hatch": "....."}
TITLE_MM = 6.5
GAP_MM = 6.0  # between the maps
RISE_MM = 3.0  # above the legend
TALLEST = 1.5  # height of a map by its width, at most, where no height is asked for


def choropleth_pair(
    units: gpd.GeoDataFrame,
    columns: tuple[str, str],
    *,
    titles: tuple[str, str],
    classes: int | Sequence[float] = 5,
    legend_title: str,
    decimals: int,
    unit_suffix: str = "",
    name: str = "nama",
    group: str | None = None,
    hatch: pd.Series | None = None,
    hatch_label: str = "hati-hati",
    withheld: pd.Series | None = None,
    withheld_label: str = "tidak ditampilkan",
    missing_label: str = "tanpa sampel",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw two numbers per unit on two maps of one scale and in the same classes.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit.
    columns
        Columns of the left and of the right map.
    titles
        Words above the two maps.
    classes
        Number of classes with about equally many of the numbers shown on both maps, or their
        upper bounds, as in :func:`kajian.maps.choropleth`.
    legend_title, decimals, unit_suffix
        As in :func:`kajian.maps.choropleth`.
    name, group
        Columns of the name, and of the group (kecamatan) whose outline is heavier and whose name
        stands outside the map.
    hatch, hatch_label
        Flag per row of `units` (same index), drawn as diagonal lines on the left map, and what
        it means.
    withheld, withheld_label
        Flag per row of `units` (same index) whose number the left map does not show (dots on
        white), and what it means.
    missing_label
        Legend of the units without a number (diagonal lines on white).
    size_mm
        Width and height on paper; by default full width and as high as maps and legend need.

    Raises
    ------
    MethodError
        When a column is missing, the classes do not cover the data, the flags do not belong to
        the rows, or legend and maps do not fit the page.
    DataError
        When the outlines have no CRS.
    """
    require(units, [*columns, name, *([group] if group else [])])
    values = np.stack([units[column].to_numpy(float) for column in columns])
    hidden = flags_of(units, withheld)
    values[0, hidden] = np.nan
    flags = flags_of(units, hatch) & np.isfinite(values[0])
    fills, entries = colour_classes(values.ravel(), classes, decimals, unit_suffix)
    looks: list[Look] = [filled(fill) if fill else MISSING for fill in fills]
    for row in np.flatnonzero(hidden):
        looks[row] = WITHHELD
    lines = {int(row): flagged(str(fills[row])) for row in np.flatnonzero(flags)}
    ground = str(entries[(len(entries) - 1) // 2].style["facecolor"])
    marks = (
        (flags.any(), hatch_label, flagged(ground) | {"facecolor": ground, "linewidth": 0.4}),
        (hidden.any(), withheld_label, WITHHELD),
        (MISSING in looks, missing_label, MISSING),
    )
    explained = [Entry(label, look) for used, label, look in marks if used]
    width = size_mm[0] if size_mm else FULL_MM
    legend = Strip(legend_title, [entries, explained], width - 2 * MARGIN_MM)
    half = (width - GAP_MM) / 2 - MARGIN_MM
    foot = MARGIN_MM + legend.height + RISE_MM
    room = size_mm[1] - foot - TITLE_MM if size_mm else TALLEST * half
    widest = max(text_mm(title, BODY, 600)[0] for title in titles)
    sheet = None
    if room > 0 and widest <= half and legend.least_width <= legend.width:
        frame = (MARGIN_MM, 0.0, MARGIN_MM + half, room)
        sheet = lay_out(metric(units).geometry.to_numpy(), list(units[name]), frame)
    if sheet is None:
        raise MethodError(
            f"Dua peta dengan legendanya tidak muat pada lebar {width:.0f} mm. "
            "Perbaikan: perbesar ukurannya, atau singkat judul dan teks legendanya."
        )
    bottom = 0.0 if size_mm else _lowest(sheet)
    frame = (MARGIN_MM, bottom, MARGIN_MM + half, room)
    height = foot + room - bottom + TITLE_MM
    with theme():
        fig = new_figure(width, height)
        legend.draw(page_axes(fig), (MARGIN_MM, MARGIN_MM), sheet.metres_per_mm)
        for side, title in enumerate(titles):
            x, y = side * (half + GAP_MM), foot - bottom
            ax = page_axes(fig)  # the sheet's millimetres, moved to where this map stands
            ax.set(xlim=(-x, width - x), ylim=(-y, height - y))
            ax.text(MARGIN_MM, room + 2.5, title, fontsize=BODY, fontweight=600)
            own = looks[side * len(units) : (side + 1) * len(units)]
            _draw_units(ax, sheet, own, lines if side == 0 else {})
            if group:
                _draw_groups(ax, sheet, units[group], frame)
        return fig


def _draw_units(ax: Axes, sheet: Sheet, looks: Sequence[Look], lines: Mapping[int, Look]) -> None:
    """Draw every unit in its look, then the lines over the flagged rows."""
    for shape, look in zip(sheet.shapes, looks, strict=True):
        draw_shape(ax, shape, **look)
    for row, look in lines.items():
        draw_shape(ax, sheet.shapes[row], **look)
    draw_inset(ax, sheet)


def _draw_groups(ax: Axes, sheet: Sheet, groups: pd.Series, frame: Frame) -> None:
    """Draw the heavier outlines of the groups, and their names outside the map."""
    names, outlines = dissolve(pd.DataFrame({"group": groups}), sheet.shapes)
    for outline in outlines:
        draw_shape(ax, outline, facecolor="none", edgecolor=INK, linewidth=0.9)
    taken = [] if sheet.inset is None else [sheet.inset]
    for label in place_groups(outlines, names, taken, frame):
        ax.text(label.x, label.y, label.text, ha="center", va="center")


def _lowest(sheet: Sheet) -> float:
    """Return the lower end (mm) of what a sheet holds."""
    drawn = [*sheet.shapes, *([] if sheet.inset is None else [sheet.inset])]
    return float(shapely.total_bounds(drawn)[1])
