"""Which school coordinates can be used: rules, never a moved point.

The rules themselves, and what each decides, stand in :mod:`kajian.data.school_rules`.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kajian.data.school_rules import (
    EXCLUDED,
    against_outlines,
    impossible_coordinates,
    plain_names,
    school_points,
    shared_coordinates,
)
from kajian.errors import DataError
from kajian.language import format_percent

BOUNDARY_TOLERANCE_M = 45.0
MAX_UNUSABLE_SHARE = 0.10


def flag_schools(
    schools: pd.DataFrame,
    units: gpd.GeoDataFrame,
    *,
    tolerance_m: float = BOUNDARY_TOLERANCE_M,
) -> pd.DataFrame:
    """Apply every rule to every school.

    Parameters
    ----------
    schools
        Columns ``npsn, nama, status, kecamatan, lintang, bujur`` (degrees, WGS84).
    units
        Outlines of the city with the column ``kecamatan``.
    tolerance_m
        A school this near outside the city counts as inside: the outlines are generalised to
        about 45 m, so a smaller distance cannot tell inside from outside.

    Returns
    -------
    pd.DataFrame
        Columns ``npsn, nama, aturan, keterangan, keputusan``, sorted by npsn and rule.

    Raises
    ------
    DataError
        When an npsn stands twice, or a stated kecamatan is not one of `units`.
    """
    _check_schools(schools, units)
    impossible = impossible_coordinates(schools, units)
    placed = schools[~schools["npsn"].isin(impossible["npsn"])]
    found = [
        impossible,
        shared_coordinates(placed),
        against_outlines(placed, units, tolerance_m),
    ]
    return pd.concat(found).sort_values(["npsn", "aturan"], ignore_index=True)


def usable_schools(
    schools: pd.DataFrame,
    flags: pd.DataFrame,
    *,
    max_unusable_share: float = MAX_UNUSABLE_SHARE,
) -> gpd.GeoDataFrame:
    """Schools that no rule excludes, as points in EPSG:4326.

    Parameters
    ----------
    schools
        The table given to `flag_schools`.
    flags
        Its result.
    max_unusable_share
        Largest share of excluded schools with which the rest still describes the city.

    Raises
    ------
    DataError
        When the share is larger; names the excluded schools.
    """
    unusable = schools["npsn"].isin(flags.loc[flags["keputusan"] == EXCLUDED, "npsn"])
    if unusable.mean() > max_unusable_share:
        raise DataError(
            f"{int(unusable.sum())} dari {len(schools)} sekolah tidak dapat dipakai "
            f"(batas {format_percent(100 * max_unusable_share, 0)})",
            remedy="perbaiki koordinat sekolah itu pada sumbernya; "
            "periksa juga apakah lintang dan bujur tertukar",
            column="lintang, bujur",
            rows=schools.loc[unusable, "npsn"].astype(str).tolist(),
        )
    kept = schools[~unusable].reset_index(drop=True)
    return school_points(kept)


def _check_schools(schools: pd.DataFrame, units: gpd.GeoDataFrame) -> None:
    twice = schools.loc[schools["npsn"].duplicated(), "npsn"]
    if len(twice):
        raise DataError(
            "NPSN tercatat lebih dari sekali",
            remedy="sisakan satu baris untuk setiap sekolah",
            column="npsn",
            rows=[str(npsn) for npsn in twice.unique()],
        )
    nowhere = schools[schools["lintang"].eq(0) & schools["bujur"].eq(0)]
    if len(nowhere):
        raise DataError(
            "koordinat sekolah (0, 0): tanda koordinat belum diisi, bukan tempat",
            remedy="isi koordinat yang benar, atau kosongkan keduanya bila tidak diketahui",
            column="lintang, bujur",
            rows=[f"{row.npsn} ({row.nama})" for row in nowhere.itertuples()],
        )
    unknown = schools[~plain_names(schools["kecamatan"]).isin(plain_names(units["kecamatan"]))]
    if len(unknown):
        raise DataError(
            "kecamatan tidak dikenal",
            remedy=f"pakai salah satu dari: {', '.join(sorted(set(units['kecamatan'])))}",
            column="kecamatan",
            rows=[f"{row.npsn} ({row.kecamatan})" for row in unknown.itertuples()],
        )
