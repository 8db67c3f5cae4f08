"""Maps of one scale and one legend in a row or a grid: what pairs and small multiples share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kajian.data.geometry import metric
from kajian.drawing.classes import Rule, rule_words
from kajian.drawing.compose import draw_units
from kajian.drawing.ground import Frame
from kajian.drawing.labels import place_groups
from kajian.drawing.legend import Block, MapLegend, legend_variants
from kajian.drawing.looks import MISSING, WITHHELD, Look, caution, colour_classes, flags_of, marks
from kajian.drawing.plan import MARGIN_MM, dissolve
from kajian.drawing.sheet import Sheet, draw_inset, draw_shape, lay_out, page_axes
from kajian.drawing.strip import Strip
from kajian.drawing.style import BODY, FULL_MM, INK, SMALL, new_figure, text_mm, theme
from kajian.errors import MethodError

TITLE_MM = 6.5
GAP_MM = 6.0  # between the maps
RISE_MM = 3.0  # above the legend
TALLEST = 1.5  # height of a map by its width, at most, where no height is asked for

Flags = Sequence[pd.Series | None]


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """What several maps show; the first axis of every array is the map.

    Attributes
    ----------
    looks
        Look of every unit on every map.
    flags
        Units with diagonal lines, shape (maps, n).
    block
        Title and boxes of the classes.
    marks
        Boxes of the other looks.
    rule
        By which rule the classes are made.
    """

    looks: Sequence[Sequence[Look]]
    flags: NDArray[np.bool_]
    block: Block
    marks: Block
    rule: str


def classed(
    units: gpd.GeoDataFrame,
    columns: Sequence[object],
    *,
    classes: int | Sequence[float],
    rule: Rule,
    title: str,
    decimals: int,
    unit_suffix: str,
    hatch: Flags,
    withheld: Flags,
    labels: tuple[str, str, str],
) -> Panels:
    """Give the numbers of several maps the same classes.

    Parameters
    ----------
    units
        Outlines, one row per unit.
    columns
        Column of each map.
    classes, rule, title, decimals, unit_suffix
        Of the legend, as in :func:`kajian.maps.choropleth`.
    hatch, withheld
        Flags of each map: numbers under diagonal lines, and numbers that are not shown.
    labels
        What the flags mean, and the units without a number.
    """
    values = np.stack([units[column].to_numpy(float) for column in columns])
    hidden = np.stack([flags_of(units, flags) for flags in withheld])
    values[hidden] = np.nan
    flags = np.stack([flags_of(units, flags) for flags in hatch]) & np.isfinite(values)
    found, entries = colour_classes(values.ravel(), classes, decimals, unit_suffix, rule)
    for place in np.flatnonzero(hidden):
        found[place] = WITHHELD
    looks = [found[i : i + len(units)] for i in range(0, len(found), len(units))]
    explained = [caution(labels[0], entries)] if flags.any() else []
    explained += marks(found, (labels[1], WITHHELD), (labels[2], MISSING))
    words = rule_words(classes, rule) if entries else ""
    return Panels(looks, flags, Block(title, entries), Block("", explained), words)


def draw_panels(
    units: gpd.GeoDataFrame,
    panels: Panels,
    titles: Sequence[str],
    *,
    columns: int,
    name: str,
    group: str | None,
    named: int,
    size_mm: tuple[float, float] | None,
) -> Figure:
    """Draw the maps, and their legend below them or in the free corner of their grid.

    Parameters
    ----------
    units
        Outlines with a CRS.
    panels
        What the maps show.
    titles
        Words above the maps.
    columns
        Maps in a row.
    name, group, size_mm
        As in :func:`kajian.maps.choropleth_pair`.
    named
        On how many of the maps the names of the groups stand.
    """
    width = size_mm[0] if size_mm else FULL_MM
    rows = -(-len(titles) // columns)
    half = (width - 2 * MARGIN_MM - GAP_MM * (columns - 1)) / columns
    strip = Strip(
        panels.block.title, [panels.block.entries, panels.marks.entries], width - 2 * MARGIN_MM,
        panels.rule,
    )  # fmt: skip
    spare = (rows * columns - len(titles)) * (half + GAP_MM) - GAP_MM
    blocks = [panels.block, *([panels.marks] if panels.marks.entries else [])]
    corner: list[MapLegend] = [
        form for form in legend_variants(blocks, panels.rule) if form.size[0] <= spare
    ]
    widest = max(text_mm(title, BODY, 600)[0] for title in titles)
    for legend in (*corner, strip):
        beneath = legend is strip
        foot = MARGIN_MM + (legend.size[1] + RISE_MM if beneath else 0)
        room = (size_mm[1] - foot) / rows - TITLE_MM if size_mm else TALLEST * half
        sheet = None
        if room > 0 and widest <= half and (not beneath or strip.least_width <= strip.width):
            outlines = metric(units).geometry.to_numpy()
            frame = (MARGIN_MM, 0.0, MARGIN_MM + half, room)
            sheet = lay_out(outlines, list(units[name]), frame)
        if sheet is None:
            continue
        bottom = 0.0 if size_mm else _lowest(sheet)
        cell = room - bottom + TITLE_MM
        if beneath or legend.size[1] <= cell - TITLE_MM:
            break
    else:
        raise MethodError(
            f"{_maps(len(titles))} dengan legendanya tidak muat pada lebar {width:.0f} mm. "
            "Perbaikan: perbesar ukurannya, atau singkat judul dan teks legendanya."
        )
    height = foot + rows * cell
    place = MARGIN_MM if beneath else width - MARGIN_MM - spare
    with theme():
        fig = new_figure(width, height)
        legend.draw(page_axes(fig), (place, MARGIN_MM), sheet.metres_per_mm)
        for i, title in enumerate(titles):
            x, y = i % columns * (half + GAP_MM), foot - bottom + (rows - 1 - i // columns) * cell
            ax = page_axes(fig)  # the sheet's millimetres, moved to where this map stands
            ax.set(xlim=(-x, width - x), ylim=(-y, height - y))
            ax.text(MARGIN_MM, room + 2.5, title, fontsize=BODY, fontweight=600)
            draw_units(ax, sheet.shapes, panels.looks[i], panels.flags[i])
            draw_inset(ax, sheet)
            if group:
                spill = GAP_MM / 2 if named < columns else 0  # of words, beside the first maps
                frame = (MARGIN_MM, bottom, MARGIN_MM + half + spill, room)
                _draw_groups(ax, sheet, units[group], frame, named=i < named)
        return fig


def _draw_groups(ax: Axes, sheet: Sheet, groups: pd.Series, frame: Frame, *, named: bool) -> None:
    """Draw the heavier outlines of the groups, and their names outside the map."""
    names, outlines = dissolve(pd.DataFrame({"group": groups}), sheet.shapes)
    for outline in outlines:
        draw_shape(ax, outline, facecolor="none", edgecolor=INK, linewidth=0.9)
    taken = [] if sheet.inset is None else [sheet.inset]
    for label in place_groups(outlines, names, taken, frame, SMALL, 400) if named else []:
        ax.text(label.x, label.y, label.text, ha="center", va="center")


def _lowest(sheet: Sheet) -> float:
    """Return the lower end (mm) of what a sheet holds."""
    drawn = [*sheet.shapes, *([] if sheet.inset is None else [sheet.inset])]
    return float(shapely.total_bounds(drawn)[1])


def _maps(count: int) -> str:
    return "Dua peta" if count == 2 else f"{count} peta"
