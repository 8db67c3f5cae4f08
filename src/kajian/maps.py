"""Maps of the brief: classes of a number, and kinds of local clusters, on the same sheet.

North is up. Outlines are projected to the UTM zone of the place, where areas and distances are
true to about 0.1% for a city and 1% for a province of several hundred kilometres.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.classes import class_bounds
from kajian.drawing.compose import MISSING, colour_classes, draw_map, filled
from kajian.drawing.legend import Entry
from kajian.drawing.pair import choropleth_pair
from kajian.drawing.plan import LabelStyle
from kajian.drawing.stamp import stamp
from kajian.drawing.style import FULL_MM, save_figure
from kajian.errors import MethodError

__all__ = [
    "choropleth",
    "choropleth_pair",
    "class_bounds",
    "cluster_map",
    "label_key",
    "save_figure",
    "stamp",
]

NOT_SIGNIFICANT = "tidak nyata"
CLUSTER_PALETTE = {
    "HH": "#8f3a10",
    "LL": "#2b7b80",
    "HL": "#e9a879",
    "LH": "#a9d3d0",
    NOT_SIGNIFICANT: "#f1f3f4",
}
CLUSTER_NAMES = {
    "HH": "tinggi, dikelilingi tinggi",
    "LL": "rendah, dikelilingi rendah",
    "HL": "tinggi, dikelilingi rendah",
    "LH": "rendah, dikelilingi tinggi",
}


def choropleth(
    units: gpd.GeoDataFrame,
    column: str,
    *,
    classes: int | Sequence[float] = 5,
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
        Number of classes with about equally many units, or their upper bounds, rising, of which
        the last covers the largest value. At most five.
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
    fills, entries = colour_classes(values, classes, decimals, unit_suffix)
    if None in fills:
        entries.append(Entry(missing_label, MISSING))
    return draw_map(
        units,
        fills,
        entries,
        legend_title,
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        hatch=hatch,
        hatch_label=hatch_label,
        size_mm=size_mm,
    )


def cluster_map(
    units: gpd.GeoDataFrame,
    categories: pd.Series,
    *,
    palette: Mapping[str, str] = CLUSTER_PALETTE,
    category_names: Mapping[str, str] = CLUSTER_NAMES,
    legend_title: str = "Gerombol lokal",
    labels: LabelStyle = "none",
    key: str = "kode_wilayah",
    name: str = "nama",
    group: str | None = None,
    highlight: Collection[str] = (),
    hatch: pd.Series | None = None,
    hatch_label: str = "",
    missing_label: str = "tanpa tetangga atau data",
    size_mm: tuple[float, float] = (FULL_MM, 100.0),
) -> Figure:
    """Draw the kind of local cluster of every unit.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit.
    categories
        Kind per row of `units` (same index): a key of `palette`; missing or empty is hatched.
    palette
        Colour of each kind, in the order of the legend; all are listed, with how many units
        they hold.
    category_names
        Words for the kinds in the legend; a kind without words is written as it is.
    legend_title, labels, key, name, group, highlight, hatch, hatch_label, missing_label, size_mm
        As in :func:`choropleth`.

    Raises
    ------
    MethodError
        When a kind is not in the palette, or the categories do not belong to the rows.
    """
    require(units, [key, name, *([group] if group else [])])
    if not categories.index.equals(units.index):
        raise MethodError(
            "Kategori tidak sebaris dengan batas wilayah. "
            "Perbaikan: buat Series dengan indeks yang sama dengan tabel batasnya."
        )
    kinds = [str(kind) if pd.notna(kind) and kind != "" else None for kind in categories]
    unknown = sorted({kind for kind in kinds if kind is not None and kind not in palette})
    if unknown:
        raise MethodError(
            f"Kategori {', '.join(unknown)} tidak punya warna. "
            f"Perbaikan: pakai {', '.join(palette)}, atau tambahkan warnanya di palette."
        )
    fills = [None if kind is None else palette[kind] for kind in kinds]
    entries = [
        Entry(f"{category_names.get(kind, kind)} ({kinds.count(kind)})", filled(colour))
        for kind, colour in palette.items()
    ]
    if None in fills:
        entries.append(Entry(missing_label, MISSING))
    return draw_map(
        units,
        fills,
        entries,
        legend_title,
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        hatch=hatch,
        hatch_label=hatch_label,
        size_mm=size_mm,
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
