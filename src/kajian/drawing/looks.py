"""How units look on a map, and the boxes of the legend that explain each look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.drawing.classes import Rule, class_bounds, class_of, class_range
from kajian.drawing.legend import Entry
from kajian.drawing.style import mix, sequential, text_colour
from kajian.errors import MethodError

Look = Mapping[str, Any]

OUTLINE = "#7d888d"
MISSING: Look = {
    "facecolor": "white",
    "edgecolor": "#aab3b7",
    "hatch": "////////",
    "linewidth": 0.5,
}
WITHHELD: Look = {**MISSING, "hatch": "....."}


def filled(colour: str) -> dict[str, Any]:
    """Return how a unit, or its legend box, looks in a colour."""
    return {"facecolor": colour, "edgecolor": OUTLINE, "linewidth": 0.4}


def flagged(fill: str) -> dict[str, Any]:
    """Return the diagonal lines over a flagged unit: visible on its fill, quieter than words."""
    return {
        "facecolor": "none",
        "edgecolor": mix(fill, text_colour(fill), 0.38),
        "hatch": "\\\\\\\\",
        "linewidth": 0.0,
    }


def colour_classes(
    values: NDArray[np.float64],
    classes: int | Sequence[float],
    decimals: int,
    unit_suffix: str,
    rule: Rule = "kuantil",
) -> tuple[list[Look], list[Entry]]:
    """Return the look of each value, :data:`MISSING` where there is none, and the legend.

    Parameters
    ----------
    values
        Numbers, shape (n,), missing allowed.
    classes, decimals, unit_suffix, rule
        As in :func:`kajian.maps.choropleth`.

    Raises
    ------
    MethodError
        When the classes do not cover the values, or there are more than the scale has.
    """
    if not np.isfinite(values).any():  # nothing may be shown: a map of outlines
        return [MISSING] * len(values), []
    bounds = class_bounds(values, classes, decimals, rule)
    scale = [filled(colour) for colour in sequential(len(bounds))]
    looks = [scale[i] if i >= 0 else MISSING for i in class_of(values, bounds, decimals)]
    lowest = np.nanmin(values.round(decimals)) if isinstance(classes, int) else -np.inf
    lows = [lowest, *(bounds[:-1] + 10.0**-decimals)]
    entries = [
        Entry(class_range(low, high, decimals) + unit_suffix, look)
        for low, high, look in zip(lows, bounds, scale, strict=True)
    ]
    return looks, entries


def marks(looks: Sequence[Look], *meanings: tuple[str, Look]) -> list[Entry]:
    """Return the boxes of those looks that are on the map, in the given order."""
    return [Entry(label, look) for label, look in meanings if look in looks]


def caution(label: str, entries: Sequence[Entry]) -> Entry:
    """Return the box of flagged units: their lines over the middle colour of the legend."""
    fills = [entry.style["facecolor"] for entry in entries if "hatch" not in entry.style]
    ground = str(fills[(len(fills) - 1) // 2]) if fills else "white"
    return Entry(label, {**flagged(ground), "facecolor": ground, "linewidth": 0.4})


def flags_of(units: gpd.GeoDataFrame, hatch: pd.Series | None) -> NDArray[np.bool_]:
    """Return the flags as an array, after checking that they belong to the rows."""
    if hatch is None:
        return np.zeros(len(units), dtype=bool)
    if not hatch.index.equals(units.index):
        raise MethodError(
            "Tanda arsiran tidak sebaris dengan batas wilayah. "
            "Perbaikan: buat Series dengan indeks yang sama dengan tabel batasnya."
        )
    return hatch.to_numpy(bool)
