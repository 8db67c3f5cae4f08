"""The rules that a school's coordinate must pass.

Each rule writes one row per school it catches. The rules ask only the table itself and the
outlines of the city, so that they hold for another city and another year:

=====================  ============  ==========================================================
aturan                 keputusan     caught when
=====================  ============  ==========================================================
koordinat_kosong       dikeluarkan   latitude or longitude is missing
koordinat_nol          dikeluarkan   latitude or longitude is exactly 0 (both: an error)
lintang_positif        dikeluarkan   north of the equator although the whole city lies south
di_luar_kota           dikeluarkan   farther than the tolerance outside every outline
di_tepi_kota           diberi tanda  outside every outline, within the tolerance
kecamatan_berbeda      diberi tanda  nearest outline is of another kecamatan than the one stated
koordinat_sama         diberi tanda  same coordinate as another school (a shared compound, or
                                     one point entered twice)
koordinat_sama_status  dikeluarkan   same coordinate as a school of the other status: a public
                                     and a private school hardly share a compound, so at least
                                     one is wrong and the table does not say which
=====================  ============  ==========================================================
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kajian.data.geometry import LONLAT, metric
from kajian.language import format_number

EXCLUDED = "dikeluarkan"
FLAGGED = "dipakai, diberi tanda"
FAR_M = 100_000.0


def impossible_coordinates(schools: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Schools whose coordinate is missing, zero, or north of the equator by mistake."""
    latitude, longitude = schools["lintang"], schools["bujur"]
    missing = latitude.isna() | longitude.isna()
    zero = ~missing & (latitude.eq(0) | longitude.eq(0))
    whole_city_south = units.to_crs(LONLAT).total_bounds[3] < 0
    north = ~missing & ~zero & latitude.gt(0) & whole_city_south
    return pd.concat(
        [
            _flags(schools[missing], "koordinat_kosong", EXCLUDED, "lintang atau bujur kosong"),
            _flags(
                schools[zero],
                "koordinat_nol",
                EXCLUDED,
                [f"koordinat ({place}) memuat nol" for place in _places(schools[zero])],
            ),
            _flags(
                schools[north],
                "lintang_positif",
                EXCLUDED,
                [
                    f"lintang {_degrees(value)} positif, padahal kota di selatan khatulistiwa"
                    for value in latitude[north]
                ],
            ),
        ]
    )


def shared_coordinates(placed: pd.DataFrame) -> pd.DataFrame:
    """Schools at exactly the same point, and those of them with different status."""
    at_point = placed.groupby(["lintang", "bujur"])
    others = at_point["npsn"].transform("size") - 1
    mixed = at_point["status"].transform("nunique") > 1
    shared, both = placed[others > 0], placed[mixed]
    return pd.concat(
        [
            _flags(
                shared,
                "koordinat_sama",
                FLAGGED,
                [
                    f"koordinat ({place}) sama dengan {count} sekolah lain"
                    for place, count in zip(_places(shared), others[others > 0], strict=True)
                ],
            ),
            _flags(
                both,
                "koordinat_sama_status",
                EXCLUDED,
                [
                    f"koordinat ({place}) dipakai sekolah negeri dan swasta sekaligus, "
                    "diduga sedikitnya satu keliru"
                    for place in _places(both)
                ],
            ),
        ]
    )


def against_outlines(
    placed: pd.DataFrame, units: gpd.GeoDataFrame, tolerance_m: float
) -> pd.DataFrame:
    """Schools outside the city, or in another kecamatan than they state."""
    districts = metric(units).dissolve("kecamatan").geometry
    points = school_points(placed).to_crs(districts.crs).geometry
    # A point that cannot be projected is infinitely far.
    with np.errstate(invalid="ignore"):
        distances = np.stack([points.distance(shape).to_numpy() for shape in districts], axis=1)
    distances = np.where(np.isfinite(distances), distances, np.inf)

    from_city = distances.min(axis=1)
    nearest = districts.index.to_numpy()[distances.argmin(axis=1)]
    known = pd.Index(plain_names(districts.index.to_series()))
    stated = known.get_indexer(plain_names(placed["kecamatan"]))
    from_stated = distances[np.arange(len(placed)), stated]

    far = from_city > tolerance_m
    edge = (from_city > 0) & ~far
    elsewhere = (from_stated > from_city) & ~far
    near_border = from_stated <= tolerance_m
    return pd.concat(
        [
            _flags(
                placed[far],
                "di_luar_kota",
                EXCLUDED,
                [f"{_metres(distance)} di luar batas kota" for distance in from_city[far]],
            ),
            _flags(
                placed[edge],
                "di_tepi_kota",
                FLAGGED,
                [
                    f"{_metres(distance)} di luar batas kota, "
                    f"masih dalam ketelitian garis batas ({_metres(tolerance_m)})"
                    for distance in from_city[edge]
                ],
            ),
            _flags(
                placed[elsewhere],
                "kecamatan_berbeda",
                FLAGGED,
                [
                    f"tertulis {row.kecamatan}, titiknya di {name}, "
                    f"{_metres(distance)} dari {row.kecamatan}"
                    + (" (masih dalam ketelitian garis batas)" if close else "")
                    for row, name, distance, close in zip(
                        placed[elsewhere].itertuples(),
                        nearest[elsewhere],
                        from_stated[elsewhere],
                        near_border[elsewhere],
                        strict=True,
                    )
                ],
            ),
        ]
    )


def school_points(schools: pd.DataFrame) -> gpd.GeoDataFrame:
    """Schools as points in longitude and latitude."""
    points = gpd.points_from_xy(schools["bujur"], schools["lintang"])
    return gpd.GeoDataFrame(schools, geometry=points, crs=LONLAT)


def plain_names(names: pd.Series) -> pd.Series:
    """Spelling without spaces and capitals: Pasar Kliwon is also written Pasarkliwon."""
    return names.str.replace(" ", "").str.casefold()


def _flags(schools: pd.DataFrame, rule: str, decision: str, text: str | list[str]) -> pd.DataFrame:
    return schools[["npsn", "nama"]].assign(aturan=rule, keterangan=text, keputusan=decision)


def _places(schools: pd.DataFrame) -> list[str]:
    pairs = zip(schools["lintang"], schools["bujur"], strict=True)
    return [f"{_degrees(latitude)}; {_degrees(longitude)}" for latitude, longitude in pairs]


def _degrees(value: float) -> str:
    return format_number(value, 6).rstrip("0").rstrip(",")


def _metres(distance: float) -> str:
    if distance > FAR_M:
        return f"lebih dari {format_number(FAR_M / 1000, 0)} km"
    return f"{format_number(distance, 1 if distance < 10 else 0)} m"
