"""Maps of the brief: one function, one map, all in one style, returned as a matplotlib ``Figure``.

North is up. Outlines are projected to the UTM zone of the place, where areas and distances are
true to about 0.1% for a city and 1% for a province of several hundred kilometres. Every legend
has a scale bar and names the rule by which its classes are made; a mark stands in the legend
only where it stands on the map.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.bivariate import bivariate_map
from kajian.drawing.classes import Rule, class_bounds, rule_words
from kajian.drawing.clusters import (
    CLUSTER_NAMES,
    CLUSTER_PALETTE,
    HOTSPOT_NAMES,
    HOTSPOT_PALETTE,
    NOT_SIGNIFICANT,
    cluster_map,
)
from kajian.drawing.compose import draw_map
from kajian.drawing.legend import Block, legend_variants
from kajian.drawing.looks import MISSING, caution, colour_classes, flags_of, marks
from kajian.drawing.pair import choropleth_pair
from kajian.drawing.plan import LabelStyle, label_key
from kajian.drawing.precision_map import precision_map
from kajian.drawing.stamp import stamp
from kajian.drawing.style import FULL_MM, save_figure
from kajian.drawing.years import small_multiples

__all__ = [
    "CLUSTER_NAMES",
    "CLUSTER_PALETTE",
    "HOTSPOT_NAMES",
    "HOTSPOT_PALETTE",
    "NOT_SIGNIFICANT",
    "bivariate_map",
    "choropleth",
    "choropleth_pair",
    "class_bounds",
    "cluster_map",
    "label_key",
    "precision_map",
    "save_figure",
    "small_multiples",
    "stamp",
]


def choropleth(
    units: gpd.GeoDataFrame,
    column: str,
    *,
    classes: int | Sequence[float] = 5,
    rule: Rule = "kuantil",
    legend_title: str,
    decimals: int,
    unit_suffix: str = "",
    labels: LabelStyle = "none",
    key: str = "kode_wilayah",
    name: str = "nama",
    group: str | None = None,
    highlight: Collection[str] = (),
    hatch: pd.Series | None = None,
    hatch_label: str = "",
    missing_label: str = "tidak ada data",
    size_mm: tuple[float, float] = (FULL_MM, 100.0),
) -> Figure:
    """Draw a number per unit in few classes from light to dark.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit.
    column
        Column with the number; missing values are hatched.
    classes
        Number of classes, or their upper bounds, rising, of which the last covers the largest
        value. At most five.
    rule
        How a number of classes is made: ``"kuantil"`` with about equally many units in each,
        ``"jenks"`` with the least differences within classes (Fisher-Jenks), ``"sama"`` of equal
        width. The legend names it.
    legend_title
        Quantity, unit and year.
    decimals, unit_suffix
        How the bounds of the classes are written, such as 1 and ``"%"``. Values are classed as
        they are printed, after rounding to these decimals.
    labels
        ``"name"`` writes names in their unit or beside it, ``"number"`` writes numbers and lists
        the names at the right, by group.
    key, name, group
        Columns of the code, of the name, and of the group (kecamatan) whose outline is heavier
        and whose name stands outside the map.
    highlight
        Codes with a bold outline and a bold name.
    hatch, hatch_label
        Flag per row of `units` (same index), drawn as diagonal lines, and what it means.
    missing_label
        Legend of the units without a number.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column or code is missing, the classes do not cover the data, or the flags do not
        belong to the rows.
    DataError
        When the outlines have no CRS.
    """
    require(units, [column, key, name, *([group] if group else [])])
    values = units[column].to_numpy(float)
    looks, entries = colour_classes(values, classes, decimals, unit_suffix, rule)
    words = rule_words(classes, rule) if entries else ""
    entries += marks(looks, (missing_label, MISSING))
    flags = flags_of(units, hatch)
    if flags.any():
        entries.append(caution(hatch_label, entries))
    return draw_map(
        units,
        looks,
        legend_variants([Block(legend_title, entries)], words),
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        flags=flags,
        size_mm=size_mm,
    )
