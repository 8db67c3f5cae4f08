"""The plan of a map: the scale it gets, and where legend, words and list go, before any drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kajian.data.geometry import metric
from kajian.drawing.ground import Frame, Shapes, free_place
from kajian.drawing.key import key_size
from kajian.drawing.labels import Label, place_groups, place_names, place_numbers
from kajian.drawing.legend import MapLegend
from kajian.drawing.sheet import Sheet, lay_out
from kajian.errors import MethodError

LabelStyle = Literal["none", "name", "number"]
MARGIN_MM = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Where everything on the page goes, before anything is drawn."""

    sheet: Sheet
    legend: MapLegend
    legend_corner: tuple[float, float]
    labels: list[Label]
    key: pd.DataFrame | None = None
    key_corner: tuple[float, float] = (0.0, 0.0)


def arrange(
    units: gpd.GeoDataFrame,
    numbering: pd.DataFrame,
    legends: Sequence[MapLegend],
    style: LabelStyle,
    bold: Sequence[int],
    size_mm: tuple[float, float],
) -> Plan:
    """Give everything its place; a map whose names find none is numbered instead.

    Parameters
    ----------
    units
        Outlines with a CRS.
    numbering
        Table of :func:`label_key` for `units`.
    legends
        Forms that the legend can take, the narrowest first.
    style
        How units are named.
    bold
        Rows that must carry their name.
    size_mm
        Width and height of the page.
    """
    left, bottom, right, top = MARGIN_MM, MARGIN_MM, size_mm[0] - MARGIN_MM, size_mm[1] - MARGIN_MM
    table = numbering.loc[units.index]
    key, key_corner = None, (right, top)
    if style == "number":
        key, width = numbering, key_size(numbering, top)[0]
        key_corner, right = (right - width, top), right - width - 4
    frame = (left, bottom, right, top)
    names = list(table["name"])
    sheet, legend, corner = _furnish(metric(units).geometry.to_numpy(), names, legends, frame)
    shapes, taken = sheet.shapes, [_rectangle(corner, legend.size)]
    if sheet.inset is not None:
        taken.append(sheet.inset)
    words: list[Label] = []
    if style == "number":
        words = place_numbers(shapes, dict(enumerate(table["number"])), [])
    if style == "name":
        words, unnamed = place_names(shapes, names, bold=bold, obstacles=taken, frame=frame)
        if unnamed:
            numbers = {row: i for i, row in enumerate(unnamed, start=1)}
            words += place_numbers(shapes, numbers, [label.box for label in words])
            key = pd.DataFrame({"number": numbers.values(), "name": [names[i] for i in unnamed]})
            size = key_size(key, top)
            ground = [*taken, *(label.box for label in words), *_ground(sheet)]
            place = free_place(size, ground, frame)
            if place is None:
                return arrange(units, numbering, legends, "number", bold, size_mm)
            key_corner = (place[0], place[1] + size[1])
            taken.append(_rectangle(place, size))
    if "group" in table:
        ground = [*taken, *(label.box for label in words)]
        words += place_groups(*dissolve(table, shapes)[::-1], ground, frame)
    return Plan(sheet, legend, corner, words, key, key_corner)


def _furnish(
    outlines: Shapes,
    names: Sequence[str],
    legends: Sequence[MapLegend],
    frame: Frame,
) -> tuple[Sheet, MapLegend, tuple[float, float]]:
    """Draw the map as large as it goes with its legend still on free ground."""
    left, bottom, right, top = frame
    fitting = [legend for legend in legends if legend.size[0] <= right - left] or legends[:1]
    for lift in np.arange(0, (top - bottom) / 2, 2.0):
        sheet = lay_out(outlines, names, frame, float(lift))
        if sheet is None:
            continue
        ground = _ground(sheet)
        for legend in fitting:
            corner = free_place(legend.size, ground, frame)
            if corner:
                return sheet, legend, corner
    raise MethodError(
        "Legenda tidak muat di samping peta. Perbaikan: perbesar ukuran peta, kurangi kelas, "
        "atau singkat teks legenda."
    )


def label_key(
    units: gpd.GeoDataFrame,
    *,
    key: str = "kode_wilayah",
    name: str = "nama",
    group: str | None = None,
) -> pd.DataFrame:
    """Return the numbers of the units on a numbered map: by code, group after group.

    Returns
    -------
    pandas.DataFrame
        Columns ``number`` (from 1), ``name``, ``key`` and, when grouped, ``group``; the index is
        that of `units`.
    """
    columns = {key: "key", name: "name"} | ({group: "group"} if group else {})
    table = pd.DataFrame(units[list(columns)]).rename(columns=columns).sort_values("key")
    if group:
        first = table.groupby("group")["key"].transform("min")
        table = table.iloc[np.lexsort((table["key"], first))]
    table.insert(0, "number", range(1, len(table) + 1))
    return table


def dissolve(table: pd.DataFrame, shapes: Shapes) -> tuple[list[str], Shapes]:
    """Dissolve outlines by group, in the order of the groups' names."""
    names = sorted(table["group"].unique())
    rows = [(table["group"] == name).to_numpy() for name in names]
    return names, np.array([shapely.union_all(shapes[row]) for row in rows], dtype=object)


def _ground(sheet: Sheet) -> list[shapely.Geometry]:
    """Return the ground that legend and lists keep clear of."""
    land = shapely.buffer(shapely.union_all(sheet.shapes), 1.5)
    return [land] if sheet.inset is None else [land, sheet.inset]


def _rectangle(corner: tuple[float, float], size: tuple[float, float]) -> shapely.Polygon:
    return shapely.box(*corner, corner[0] + size[0], corner[1] + size[1])
