"""A map of two quantities that belong together, such as need and spending."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import require
from kajian.drawing.classes import Rule, class_bounds, class_of, rule_words
from kajian.drawing.compose import draw_map
from kajian.drawing.legend import Block, Entry
from kajian.drawing.looks import MISSING, WITHHELD, Look, caution, filled, flags_of, marks
from kajian.drawing.plan import LabelStyle, label_key
from kajian.drawing.square import NUMBERS, SquareLegend
from kajian.drawing.style import FULL_MM
from kajian.errors import MethodError
from kajian.language import format_number

# By class of the first quantity (towards orange) and of the second (towards blue). Every step up
# is darker, and the nine are eight units of CIE L* apart, so that each has a grey of its own.
SCHEME = (
    ("#f2f0ed", "#a9e2ef", "#3ab7cf"),
    ("#f6b28a", "#988c84", "#306879"),
    ("#bc5728", "#6c4231", "#3b3738"),
)
STEPS = {1: (1,), 2: (0, 2), 3: (0, 1, 2)}


def bivariate_map(
    units: gpd.GeoDataFrame,
    x: str,
    y: str,
    *,
    classes: int | tuple[Sequence[float], Sequence[float]] = 3,
    rule: Rule = "kuantil",
    x_title: str,
    y_title: str,
    decimals: tuple[int, int] = (1, 1),
    labels: LabelStyle = "number",
    key: str = "kode_wilayah",
    name: str = "nama",
    group: str | None = None,
    highlight: Collection[str] = (),
    hatch: pd.Series | None = None,
    hatch_label: str = "hati-hati",
    withheld: pd.Series | None = None,
    withheld_label: str = "tidak ditampilkan",
    missing_label: str = "tidak ada data",
    size_mm: tuple[float, float] = (FULL_MM, 118.0),
) -> Figure:
    """Draw two quantities per unit in one colour each, explained by a square legend.

    Parameters
    ----------
    units
        Outlines with a CRS, one row per unit.
    x, y
        Columns of the quantities across (towards orange) and upwards (towards blue) in the
        legend; a unit that lacks either is hatched.
    classes
        Number of classes of each quantity, at most three, or the upper bounds for both, rising,
        of which the last covers the largest value.
    rule
        How a number of classes is made, as in :func:`kajian.maps.choropleth`.
    x_title, y_title
        Quantity and unit.
    decimals
        How the bounds of both are written; values are classed as they are printed.
    labels, key, name, group, highlight, hatch, hatch_label, missing_label, size_mm
        As in :func:`kajian.maps.choropleth`.
    withheld, withheld_label
        Flag per row of `units` (same index) whose numbers are not shown (dots on white), and
        what it means.

    Raises
    ------
    MethodError
        When a column or code is missing, no unit has both quantities, there are more than three
        classes, they do not cover the data, or the flags do not belong to the rows.
    DataError
        When the outlines have no CRS.
    """
    require(units, [x, y, key, name, *([group] if group else [])])
    hidden = flags_of(units, withheld)
    values = units[[x, y]].to_numpy(float)
    shown = np.isfinite(values).all(axis=1) & ~hidden
    values = np.where(shown[:, None], values, np.nan)
    asked = (classes, classes) if isinstance(classes, int) else classes
    bounds = [class_bounds(values[:, i], asked[i], decimals[i], rule) for i in (0, 1)]
    if max(map(len, bounds)) > len(SCHEME):
        raise MethodError(
            f"Peta dua besaran punya paling banyak {len(SCHEME)} kelas untuk masing-masing, bukan "
            f"{max(map(len, bounds))}. Perbaikan: pakai classes=3 atau paling banyak tiga batas."
        )
    colours = [[SCHEME[i][j] for j in STEPS[len(bounds[1])]] for i in STEPS[len(bounds[0])]]
    own = np.column_stack([class_of(values[:, i], bounds[i], decimals[i]) for i in (0, 1)])
    looks: list[Look] = [filled(colours[i][j]) if i >= 0 else MISSING for i, j in own]
    for row in np.flatnonzero(hidden):
        looks[row] = WITHHELD
    flags = flags_of(units, hatch) & shown
    counts = np.zeros((len(bounds[0]), len(bounds[1])), dtype=np.intp)
    np.add.at(counts, tuple(own[shown].T), 1)
    explained = [caution(hatch_label, [Entry("", filled(SCHEME[1][1]))])] if flags.any() else []
    explained += marks(looks, (withheld_label, WITHHELD), (missing_label, MISSING))
    starts = values if isinstance(classes, int) else np.full_like(values, np.nan)
    ticks = [_ticks(starts[:, i], bounds[i], decimals[i]) for i in (0, 1)]
    legends = [
        SquareLegend(
            titles=(x_title, y_title),
            ticks=(ticks[0], ticks[1]),
            colours=colours,
            counts=counts,
            marks=Block("", explained, NUMBERS),
            rule=rule_words(classes, rule),
            beside=beside,
        )
        for beside in (False, True)
    ]
    return draw_map(
        units,
        looks,
        legends,
        numbering=label_key(units, key=key, name=name, group=group),
        labels=labels,
        highlight=highlight,
        flags=flags,
        size_mm=size_mm,
    )


def _ticks(values: np.ndarray, bounds: np.ndarray, decimals: int) -> list[str]:
    """Write the ends of the classes; where bounds are given, the first class has no lower end."""
    known = values[np.isfinite(values)]
    first = format_number(float(known.min().round(decimals)), decimals) if len(known) else ""
    return [first, *(format_number(float(bound), decimals) for bound in bounds)]
