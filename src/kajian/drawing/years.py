"""Small multiples: one small map per year, in the same classes and under one legend."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import geopandas as gpd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.classes import Rule
from kajian.drawing.panels import Flags, classed, draw_panels
from kajian.errors import MethodError

MOST = 6
IN_A_ROW = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}


def small_multiples(
    units: gpd.GeoDataFrame,
    columns: Sequence[Hashable],
    *,
    titles: Sequence[str] | None = None,
    classes: int | Sequence[float] = 5,
    rule: Rule = "kuantil",
    legend_title: str,
    decimals: int,
    unit_suffix: str = "",
    name: str = "nama",
    group: str | None = None,
    hatch: Flags | None = None,
    hatch_label: str = "hati-hati",
    withheld: Flags | None = None,
    withheld_label: str = "tidak ditampilkan",
    missing_label: str = "tidak ada data",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw the same quantity in up to six years, one small map for each.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit, with a column per year.
    columns
        Columns of the years, in the order of the maps.
    titles
        Words above the maps; by default the names of the columns.
    classes, rule
        Number of classes, made by the rule of the numbers of all years together, or their upper
        bounds, as in :func:`kajian.maps.choropleth`.
    legend_title, decimals, unit_suffix
        As in :func:`kajian.maps.choropleth`.
    name, group
        Columns of the name, and of the group (kecamatan) whose outline is heavier and whose name
        stands outside the first map.
    hatch, hatch_label
        For each year a flag per row of `units` (same index) or None, drawn as diagonal lines,
        and what it means.
    withheld, withheld_label
        For each year a flag per row of `units` (same index) or None: the number is not shown
        (dots on white), and what that means.
    missing_label
        Legend of the units without a number (diagonal lines on white).
    size_mm
        Width and height on paper; by default full width and as high as maps and legend need.

    Raises
    ------
    MethodError
        When there are no years or more than six, titles or flags do not belong to them, a column
        is missing, the classes do not cover the data, or legend and maps do not fit the page.
    DataError
        When the outlines have no CRS.
    """
    count = len(columns)
    nothing: Flags = [None] * count
    lengths = {len(part) for part in (titles, hatch, withheld) if part is not None}
    if not 1 <= count <= MOST or lengths - {count}:
        raise MethodError(
            f"{count} tahun tidak dapat digambar, atau judul dan tandanya tidak sebanyak itu. "
            f"Perbaikan: pilih 1 sampai {MOST} kolom, dengan satu judul dan tanda untuk masing-"
            "masing."
        )
    require(units, [*columns, name, *([group] if group else [])])
    panels = classed(
        units,
        columns,
        classes=classes,
        rule=rule,
        title=legend_title,
        decimals=decimals,
        unit_suffix=unit_suffix,
        hatch=nothing if hatch is None else hatch,
        withheld=nothing if withheld is None else withheld,
        labels=(hatch_label, withheld_label, missing_label),
    )
    words = [str(column) for column in columns] if titles is None else titles
    return draw_panels(
        units,
        panels,
        words,
        columns=IN_A_ROW[count],
        name=name,
        group=group,
        named=1,
        size_mm=size_mm,
    )
