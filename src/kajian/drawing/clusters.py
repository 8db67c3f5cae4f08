"""A map of local clusters: what survives a correction, and how many a naive map would mark."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.compose import draw_map
from kajian.drawing.legend import Block, Entry, legend_variants
from kajian.drawing.looks import MISSING, Look, caution, filled, flags_of, marks
from kajian.drawing.plan import LabelStyle, label_key
from kajian.drawing.style import FULL_MM
from kajian.errors import MethodError
from kajian.language import format_number

NOT_SIGNIFICANT = "tidak nyata"
HOT, COLD = "#8f3a10", "#2b7b80"
NEUTRAL = "#f1f3f4"
CLUSTER_PALETTE: Mapping[str, str] = MappingProxyType(
    {"HH": HOT, "LL": COLD, "HL": "#e9a879", "LH": "#a9d3d0", NOT_SIGNIFICANT: NEUTRAL}
)
CLUSTER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "HH": "tinggi, dikelilingi tinggi",
        "LL": "rendah, dikelilingi rendah",
        "HL": "tinggi, dikelilingi rendah",
        "LH": "rendah, dikelilingi tinggi",
    }
)
HOTSPOT_PALETTE: Mapping[str, str] = MappingProxyType(
    {"panas": HOT, "dingin": COLD, NOT_SIGNIFICANT: NEUTRAL}
)
HOTSPOT_NAMES: Mapping[str, str] = MappingProxyType(
    {"panas": "titik panas: sekitarnya tinggi", "dingin": "titik dingin: sekitarnya rendah"}
)
LOOKS = {
    "moran": (CLUSTER_PALETTE, CLUSTER_NAMES),
    "getis": (HOTSPOT_PALETTE, HOTSPOT_NAMES),
}


def cluster_map(
    units: gpd.GeoDataFrame,
    categories: pd.Series,
    *,
    statistic: Literal["moran", "getis"] = "moran",
    palette: Mapping[str, str] | None = None,
    category_names: Mapping[str, str] | None = None,
    naive: int | None = None,
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
    statistic
        Whose kinds these are: ``"moran"`` has ``HH``, ``LL``, ``HL``, ``LH``, ``"getis"`` has
        ``panas`` and ``dingin``; both have ``tidak nyata``.
    palette
        Colour of each kind instead of those of the statistic, in the order of the legend; all are
        listed, with how many units they hold.
    category_names
        Words for the kinds in the legend; a kind without words is written as it is.
    naive
        How many units a map without correction for the many tests would mark; the legend says so.
    legend_title, labels, key, name, group, highlight, hatch, hatch_label, missing_label, size_mm
        As in :func:`kajian.maps.choropleth`.

    Raises
    ------
    MethodError
        When the statistic is unknown, a kind is not in the palette, the categories do not belong
        to the rows, or the naive map marks fewer units than this one.
    """
    require(units, [key, name, *([group] if group else [])])
    if statistic not in LOOKS:
        raise MethodError(
            f"Statistik gerombol '{statistic}' tidak dikenal. Perbaikan: pakai {', '.join(LOOKS)}."
        )
    own_palette, own_names = LOOKS[statistic]
    palette = own_palette if palette is None else palette
    category_names = own_names if category_names is None else category_names
    kinds = _kinds(units, categories, palette)
    looks: list[Look] = [MISSING if kind is None else filled(palette[kind]) for kind in kinds]
    entries = [
        Entry(f"{category_names.get(kind, kind)} ({kinds.count(kind)})", filled(colour))
        for kind, colour in palette.items()
    ]
    entries += marks(looks, (missing_label, MISSING))
    flags = flags_of(units, hatch)
    if flags.any():
        entries.append(caution(hatch_label, entries))
    block = Block(legend_title, entries, _naive_note(naive, kinds))
    return draw_map(
        units,
        looks,
        legend_variants([block]),
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        flags=flags,
        size_mm=size_mm,
    )


def _kinds(
    units: gpd.GeoDataFrame, categories: pd.Series, palette: Mapping[str, str]
) -> list[str | None]:
    """Return the kind of every row, None where it is missing or empty."""
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
    return kinds


def _naive_note(naive: int | None, kinds: list[str | None]) -> str:
    """Write how many units a map without correction would mark."""
    if naive is None:
        return ""
    marked = sum(kind not in (None, NOT_SIGNIFICANT) for kind in kinds)
    if naive < marked:
        raise MethodError(
            f"Peta tanpa koreksi menandai {naive} wilayah, lebih sedikit daripada {marked} yang "
            "bertahan. Perbaikan: hitung naive dari nilai-p sebelum koreksi."
        )
    return (
        f"Nyata setelah koreksi: {format_number(marked, 0)} wilayah. "
        f"Peta tanpa koreksi akan menandai {format_number(naive, 0)}."
    )
