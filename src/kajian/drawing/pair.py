"""Two maps side by side in the same classes, under one legend: an estimate beside another."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.classes import Rule
from kajian.drawing.panels import Flags, classed, draw_panels


def choropleth_pair(
    units: gpd.GeoDataFrame,
    columns: tuple[str, str],
    *,
    titles: tuple[str, str],
    classes: int | Sequence[float] = 5,
    rule: Rule = "kuantil",
    legend_title: str,
    decimals: int,
    unit_suffix: str = "",
    name: str = "nama",
    group: str | None = None,
    hatch: pd.Series | tuple[pd.Series | None, pd.Series | None] | None = None,
    hatch_label: str = "hati-hati",
    withheld: pd.Series | tuple[pd.Series | None, pd.Series | None] | None = None,
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
    classes, rule
        Number of classes, made by the rule of the numbers shown on both maps, or their upper
        bounds, as in :func:`kajian.maps.choropleth`.
    legend_title, decimals, unit_suffix
        As in :func:`kajian.maps.choropleth`.
    name, group
        Columns of the name, and of the group (kecamatan) whose outline is heavier and whose name
        stands outside the map.
    hatch, hatch_label
        Flag per row of `units` (same index), drawn as diagonal lines, and what it means: a
        Series for the left map, or one for each map.
    withheld, withheld_label
        Flag per row of `units` (same index) whose number is not shown (dots on white), and what
        it means: a Series for the left map, or one for each map.
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
    panels = classed(
        units,
        columns,
        classes=classes,
        rule=rule,
        title=legend_title,
        decimals=decimals,
        unit_suffix=unit_suffix,
        hatch=_of_both(hatch),
        withheld=_of_both(withheld),
        labels=(hatch_label, withheld_label, missing_label),
    )
    return draw_panels(
        units, panels, titles, columns=2, name=name, group=group, named=2, size_mm=size_mm
    )


def _of_both(flags: pd.Series | tuple[pd.Series | None, pd.Series | None] | None) -> Flags:
    """Return the flags of both maps; a Series alone belongs to the left."""
    return flags if isinstance(flags, tuple) else (flags, None)
