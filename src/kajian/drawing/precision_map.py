"""Estimate and precision on one map: colour tells the estimate, the pattern how far to trust it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import geopandas as gpd
import numpy as np
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.classes import Rule, rule_words
from kajian.drawing.compose import draw_map
from kajian.drawing.legend import Block, Entry, legend_variants
from kajian.drawing.looks import MISSING, WITHHELD, Look, caution, colour_classes, filled
from kajian.drawing.plan import LabelStyle, label_key
from kajian.drawing.precision import CAUTION, SHOWN, UNSAMPLED, checked_labels
from kajian.drawing.precision import WITHHELD as HIDDEN
from kajian.drawing.style import FULL_MM
from kajian.errors import MethodError

MEANING: Mapping[str, str] = MappingProxyType(
    {
        SHOWN: "layak: RSE sampai 25%",
        CAUTION: "hati-hati: RSE 25–50%",
        HIDDEN: "tidak ditampilkan: RSE di atas 50%",
        UNSAMPLED: "tanpa sampel",
    }
)


def precision_map(
    units: gpd.GeoDataFrame,
    estimate: str,
    precision: str,
    *,
    classes: int | Sequence[float] = 5,
    rule: Rule = "kuantil",
    legend_title: str,
    decimals: int,
    unit_suffix: str = "",
    precision_title: str = "Ketelitian (banyaknya wilayah)",
    meaning: Mapping[str, str] = MEANING,
    labels: LabelStyle = "number",
    key: str = "kode_wilayah",
    name: str = "nama",
    group: str | None = None,
    highlight: Collection[str] = (),
    size_mm: tuple[float, float] = (FULL_MM, 110.0),
) -> Figure:
    """Draw an estimate per unit in few classes, and over it how precise it is.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit.
    estimate
        Column with the estimate.
    precision
        Column with the precision, one of :data:`kajian.mapping.survey.result.LABELS`: ``layak``
        (the colour alone), ``hati-hati`` (diagonal lines over the colour), ``tidak ditampilkan``
        (dots on white: the estimate is nowhere on the map), ``tanpa sampel`` or missing
        (diagonal lines on white).
    classes, rule, legend_title, decimals, unit_suffix
        Of the estimates that are shown, as in :func:`kajian.maps.choropleth`.
    precision_title, meaning
        Title of the second part of the legend, and its words for each label; they are followed by
        how many units have it.
    labels, key, name, group, highlight, size_mm
        As in :func:`kajian.maps.choropleth`.

    Raises
    ------
    MethodError
        When a column or code is missing, a label is unknown, an estimate to be shown is missing,
        or the classes do not cover the data.
    DataError
        When the outlines have no CRS.
    """
    require(units, [estimate, precision, key, name, *([group] if group else [])])
    kinds = checked_labels(units[precision], units[name])
    shown = kinds.isin([SHOWN, CAUTION]).to_numpy()
    values = np.where(shown, units[estimate].to_numpy(float), np.nan)
    empty = shown & ~np.isfinite(values)
    if empty.any():
        raise MethodError(
            f"Dugaan {units[name][empty].iloc[0]} kosong padahal ketelitiannya "
            f"'{kinds[empty].iloc[0]}'. Perbaikan: isi kolom {estimate}, atau ubah ketelitiannya."
        )
    looks, entries = colour_classes(values, classes, decimals, unit_suffix, rule)
    blank: dict[str, Look] = {HIDDEN: WITHHELD, UNSAMPLED: MISSING}
    looks = [blank.get(kind, look) for kind, look in zip(kinds, looks, strict=True)]
    middle = caution("", entries)
    plain = filled(middle.style["facecolor"])
    boxes = {SHOWN: plain, CAUTION: middle.style} | blank
    words = {**MEANING, **meaning}
    explained = [
        Entry(f"{words[kind]} ({int((kinds == kind).sum())})", box)
        for kind, box in boxes.items()
        if (kinds == kind).any()
    ]
    blocks = [Block(legend_title, entries)] if entries else []
    return draw_map(
        units,
        looks,
        legend_variants(
            [*blocks, Block(precision_title, explained)],
            rule_words(classes, rule) if entries else "",
        ),
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        flags=(kinds == CAUTION).to_numpy(),
        size_mm=size_mm,
    )
