"""Access to facilities: distance from everywhere in a unit to the nearest one, and density."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kajian.errors import MethodError
from kajian.mapping.grid import edge_distance, grid_points, nearest_unit


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Distance per unit and group of facilities.

    Attributes
    ----------
    distances
        One row per unit and group: the key column, group, mean_m, median_m, p90_m (straight-line
        metres over the grid points of the unit), edge_share (share of grid points for which the
        outer boundary is nearer than the nearest facility: there the distance is an upper bound,
        since facilities beyond the boundary are unknown), lower_m (the mean if a facility stood
        just across the boundary everywhere: the lower bound), grid_points.
    spacing_m
        Distance between grid points.
    """

    distances: pd.DataFrame
    spacing_m: float

    def tidy(self) -> pd.DataFrame:
        """Return the distances, one row per unit and group."""
        return self.distances.copy()

    def __str__(self) -> str:
        table = self.distances.assign(total=lambda t: t["mean_m"] * t["grid_points"])
        sums = table.groupby("group")[["total", "grid_points"]].sum()
        means = (sums["total"] / sums["grid_points"]).items()
        parts = "; ".join(f"{group} {mean:.0f} m" for group, mean in means)
        return (
            f"Jarak rata-rata ke fasilitas terdekat (kisi {self.spacing_m:g} m, "
            f"{int(sums['grid_points'].iloc[0])} titik): {parts}"
        )


def access(
    units: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    *,
    key: str,
    by: str | None = None,
    spacing_m: float = 50.0,
) -> Access:
    """Average the distance to the nearest facility over a regular grid in each unit.

    A grid point belongs to one unit: on a shared border, to the unit that comes first in the
    table. A unit too small for the grid is represented by one point inside it. Facilities outside
    all units count too.

    Parameters
    ----------
    units
        Areas in a metric CRS, n rows.
    points
        Facilities in the same CRS.
    key
        Column of `units` that names each unit once.
    by
        Column of `points` with the kind of facility; without it all facilities form the one group
        ``"semua"``.
    spacing_m
        Distance between grid points in metres.

    Returns
    -------
    Access

    Raises
    ------
    MethodError
        CRS missing, in degrees or not the same in both tables; an absent column, doubled keys, a
        missing, empty or invalid geometry, no facility, a facility without a group, or a spacing
        that is not positive.

    Notes
    -----
    Straight-line distance from a grid is how Apparicio et al. (2008), International Journal of
    Health Geographics 7:7, measure access to the nearest service while limiting aggregation
    error.
    """
    if not spacing_m > 0:
        raise MethodError(f"Jarak kisi {spacing_m} m tidak sah. Perbaikan: isi misalnya 50.")
    _check(units, points, key, by)
    place, home = grid_points(units, spacing_m)
    grid = np.bincount(home, minlength=len(units))
    to_edge = edge_distance(units, place)
    names = units[key].to_numpy()
    distances = []
    for group, member in _groups(points, by):
        distance, _ = cKDTree(shapely.get_coordinates(points.geometry.to_numpy()[member])).query(
            shapely.get_coordinates(place)
        )
        per_unit = pd.DataFrame(
            {"m": distance, "edge": to_edge < distance, "lower": np.minimum(distance, to_edge)}
        ).groupby(home)
        distances.append(
            pd.DataFrame(
                {
                    key: names,
                    "group": group,
                    "mean_m": per_unit["m"].mean().to_numpy(),
                    "median_m": per_unit["m"].median().to_numpy(),
                    "p90_m": per_unit["m"].quantile(0.9).to_numpy(),
                    "edge_share": per_unit["edge"].mean().to_numpy(),
                    "lower_m": per_unit["lower"].mean().to_numpy(),
                    "grid_points": grid,
                }
            )
        )
    return Access(distances=pd.concat(distances, ignore_index=True), spacing_m=spacing_m)


def density(
    units: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    *,
    key: str,
    by: str | None = None,
    tolerance_m: float = 0.0,
) -> pd.DataFrame:
    """Count the facilities in each unit, and per square kilometre of it.

    Parameters
    ----------
    units, points, key, by
        As for `access`.
    tolerance_m
        A facility this near outside all units counts for the nearest unit.

    Returns
    -------
    DataFrame
        One row per unit and group: the key column, group, facilities, area_km2, per_km2.

    Raises
    ------
    MethodError
        As for `access`.
    """
    _check(units, points, key, by)
    inside = nearest_unit(units, points.geometry.to_numpy(), tolerance_m)
    area_km2 = units.area.to_numpy() / 1e6
    densities = []
    for group, member in _groups(points, by):
        found = inside[member]
        facilities = np.bincount(found[found >= 0], minlength=len(units))
        densities.append(
            pd.DataFrame(
                {
                    key: units[key].to_numpy(),
                    "group": group,
                    "facilities": facilities,
                    "area_km2": area_km2,
                    "per_km2": facilities / area_km2,
                }
            )
        )
    return pd.concat(densities, ignore_index=True)


def _groups(points: gpd.GeoDataFrame, by: str | None) -> list[tuple[str, NDArray[np.bool_]]]:
    """Name each group of facilities, and say which rows belong to it."""
    groups = points[by].to_numpy() if by else np.full(len(points), "semua", dtype=object)
    return [(group, groups == group) for group in sorted(set(groups))]


def _check(units: gpd.GeoDataFrame, points: gpd.GeoDataFrame, key: str, by: str | None) -> None:
    """Refuse tables from which a distance in metres cannot be taken."""
    remedy = "Perbaikan: proyeksikan dengan .to_crs('EPSG:32749') atau zona UTM setempat."
    for name, table in (("units", units), ("points", points)):
        if table.crs is None:
            raise MethodError(
                f"Tabel {name} tidak punya sistem koordinat (CRS). "
                "Perbaikan: tetapkan dengan .set_crs(...) sesuai sumbernya, lalu proyeksikan."
            )
        if any(axis.unit_name not in ("metre", "meter") for axis in table.crs.axis_info):
            raise MethodError(f"CRS tabel {name} tidak bersatuan meter. {remedy}")
    if units.crs != points.crs:
        raise MethodError(f"CRS units dan points berbeda. {remedy}")
    for name, frame, column in (("units", units, key), ("points", points, by)):
        if column is not None and column not in frame.columns:
            raise MethodError(f"Kolom {column} tidak ada di {name}. Perbaikan: periksa ejaannya.")
    if units[key].isna().any() or units[key].duplicated().any():
        raise MethodError(f"Kolom {key} kosong atau berulang. Perbaikan: satu baris per wilayah.")
    if units.empty or points.empty:
        raise MethodError(
            "Tabel wilayah atau fasilitas kosong. Perbaikan: periksa saringan sebelumnya."
        )
    for name, table in (("units", units), ("points", points)):
        shape = table.geometry
        broken = table.index[shape.isna() | shape.is_empty | ~shape.is_valid]
        if len(broken):
            raise MethodError(
                f"Geometri {name} kosong atau tidak sah pada {len(broken)} baris: "
                f"{', '.join(map(str, broken[:5]))}. Perbaikan: perbaiki atau keluarkan baris itu."
            )
    if not (points.geom_type == "Point").all():
        raise MethodError("Fasilitas harus berupa titik. Perbaikan: pakai .representative_point().")
    if by is not None and points[by].isna().any():
        raise MethodError(
            f"{int(points[by].isna().sum())} fasilitas tanpa {by}. "
            "Perbaikan: lengkapi jenisnya atau keluarkan fasilitas itu."
        )
