"""Health centres with invented names, places and staff."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kajian.twin.places import Place
from kajian.twin.truth import YEAR, Facilities

WGS84 = "EPSG:4326"
DIGITS = 6  # of a degree: a tenth of a metre


def draw_facilities(
    units: gpd.GeoDataFrame,
    places: Sequence[Place],
    model: Facilities,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the table ``fasilitas``.

    Every kelurahan expects health centres in proportion to its people. They are spread over the
    city: one for every so many people, counted through the kelurahan in the order of `places`
    from a random start, each at a random place in its kelurahan. Staff is lognormal, rounded, and
    at least one.

    Parameters
    ----------
    units
        One row per kelurahan: ``kode_wilayah`` and the outline, in any CRS.

    Notes
    -----
    Systematic sampling with probability proportional to size: Madow (1949), Annals of Mathematical
    Statistics 20, 333-354.
    """
    count = model.puskesmas
    outline = units.set_index("kode_wilayah").geometry.to_crs(WGS84)
    until = np.cumsum([place.persons for place in places])
    turn = (rng.random() + np.arange(count)) / count * until[-1]
    codes = [places[home].code for home in np.searchsorted(until, turn)]
    staff = model.tenaga_kesehatan * np.exp(model.simpangan_tenaga * rng.standard_normal(count))
    lon, lat = np.transpose([_inside(outline[code], rng) for code in codes])
    numbers = range(1, count + 1)
    return pd.DataFrame(
        {
            "tahun": YEAR,
            "id_fasilitas": [f"SIM-P{number:02d}" for number in numbers],
            "nama_fasilitas": [f"Puskesmas Simulasi {number:02d}" for number in numbers],
            "jenis_fasilitas": "puskesmas",
            "kode_wilayah": codes,
            "lintang": lat,
            "bujur": lon,
            "kapasitas": np.maximum(np.rint(staff), 1).astype(int),
        }
    )


def _inside(outline: shapely.Geometry, rng: np.random.Generator) -> tuple[float, float]:
    """Draw a point of an area, all places in it alike: longitude and latitude (degrees)."""
    low_x, low_y, high_x, high_y = outline.bounds
    while True:
        x, y = np.round(rng.uniform((low_x, low_y), (high_x, high_y)), DIGITS).tolist()
        if shapely.contains_xy(outline, x, y):
            return x, y
