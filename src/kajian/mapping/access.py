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

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Distance and density per unit and group of facilities.

    Attributes
    ----------
    distances
        One row per unit and group: the key column, group, mean_m, median_m, p90_m (straight-line
        metres over the grid points of the unit), edge_share (share of grid points for which the
        outer boundary is nearer than the nearest facility: there the distance is an upper bound,
        since facilities beyond the boundary are unknown), lower_m (the mean if a facility stood
        just across the boundary everywhere: the lower bound), grid_points.
    density
        One row per unit and group: the key column, group, facilities (inside the unit), area_km2,
        per_km2.
    spacing_m
        Distance between grid points.
    """

    distances: pd.DataFrame
    density: pd.DataFrame
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
    tolerance_m: float = 0.0,
) -> Access:
    """Average the distance to the nearest facility over a regular grid in each unit.

    A grid point belongs to one unit: on a shared border, to the unit that comes first in the
    table. A unit too small for the grid is represented by one point inside it. Facilities outside
    all units count for distance, not for density (but see `tolerance_m`).

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
    tolerance_m
        A facility this near outside all units counts for the density of the nearest unit.

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
    _check(units, points, key, by, spacing_m)
    place, home = _grid(units, spacing_m)
    grid = np.bincount(home, minlength=len(units))
    to_edge = _edge_distance(units, place)
    names = units[key].to_numpy()
    inside = _home_of(units, points.geometry.to_numpy(), tolerance_m)
    groups = points[by].to_numpy() if by else np.full(len(points), "semua", dtype=object)
    area_km2 = units.area.to_numpy() / 1e6
    distances, densities = [], []
    for group in sorted(set(groups)):
        member = groups == group
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
        found = inside[member]
        facilities = np.bincount(found[found >= 0], minlength=len(units))
        densities.append(
            pd.DataFrame(
                {
                    key: names,
                    "group": group,
                    "facilities": facilities,
                    "area_km2": area_km2,
                    "per_km2": facilities / area_km2,
                }
            )
        )
    return Access(
        distances=pd.concat(distances, ignore_index=True),
        density=pd.concat(densities, ignore_index=True),
        spacing_m=spacing_m,
    )


def summarise_by(units_table: pd.DataFrame, parent: str, value: str, area: str) -> pd.DataFrame:
    """Summarise units by the area they belong to in both ways, since the order can differ.

    The unweighted mean answers "how is the typical unit of this area served?"; the weighted mean
    answers "how far is it from a place drawn at random in this area?".

    Parameters
    ----------
    units_table
        One row per unit.
    parent
        Column with the larger area (for example the kecamatan).
    value
        Column to average.
    area
        Column with positive weights: area, or the number of grid points.

    Returns
    -------
    DataFrame
        One row per parent: the parent column, units, mean_unweighted, mean_weighted,
        order_unweighted, order_weighted (1 is the largest mean).

    Raises
    ------
    MethodError
        An absent column, a missing value, or a weight that is not positive.
    """
    absent = [name for name in (parent, value, area) if name not in units_table.columns]
    if absent:
        raise MethodError(f"Kolom {', '.join(absent)} tidak ada. Perbaikan: periksa ejaannya.")
    table = units_table[[parent, value, area]]
    if table.isna().any(axis=None) or not (table[area] > 0).all():
        raise MethodError(
            f"Ringkasan menurut {parent} memerlukan {value} yang lengkap dan {area} yang positif. "
            "Perbaikan: lengkapi baris yang kosong."
        )
    groups = table.assign(total=table[value] * table[area]).groupby(parent)
    summary = pd.DataFrame(
        {
            "units": groups.size(),
            "mean_unweighted": groups[value].mean(),
            "mean_weighted": groups["total"].sum() / groups[area].sum(),
        }
    )
    for way in ("unweighted", "weighted"):
        order = summary[f"mean_{way}"].rank(ascending=False, method="min")
        summary[f"order_{way}"] = order.astype(int)
    return summary.reset_index()


def _check(
    units: gpd.GeoDataFrame, points: gpd.GeoDataFrame, key: str, by: str | None, spacing_m: float
) -> None:
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
    if not spacing_m > 0:
        raise MethodError(f"Jarak kisi {spacing_m} m tidak sah. Perbaikan: isi misalnya 50.")


def _grid(units: gpd.GeoDataFrame, spacing_m: float) -> tuple[NDArray[np.object_], Integers]:
    """Return grid points and the position of the unit that each belongs to."""
    x_low, y_low, x_high, y_high = units.total_bounds
    # Centres of the cells of a lattice through the origin, so that it does not move with the units.
    x, y = (
        (np.arange(np.floor(low / spacing_m), np.ceil(high / spacing_m)) + 0.5) * spacing_m
        for low, high in ((x_low, x_high), (y_low, y_high))
    )
    place = shapely.points(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    home = _first_unit(units, place)
    place, home = place[home >= 0], home[home >= 0]
    missed = np.setdiff1d(np.arange(len(units)), home)
    substitutes = units.geometry.iloc[missed].representative_point().to_numpy()
    return np.concatenate([place, substitutes]), np.concatenate([home, missed])


def _first_unit(units: gpd.GeoDataFrame, place: NDArray[np.object_]) -> Integers:
    """Position of the first unit that holds or touches each point; -1 where there is none."""
    point, unit = shapely.STRtree(units.geometry.to_numpy()).query(place, predicate="intersects")
    home = np.full(len(place), len(units), dtype=np.int64)
    np.minimum.at(home, point, unit)
    return np.where(home == len(units), -1, home)


def _home_of(units: gpd.GeoDataFrame, place: NDArray[np.object_], tolerance_m: float) -> Integers:
    """Position of each point's unit, or of the nearest one within the tolerance; else -1."""
    home = _first_unit(units, place)
    outside = np.flatnonzero(home < 0)
    point, unit = shapely.STRtree(units.geometry.to_numpy()).query_nearest(
        place[outside], max_distance=max(tolerance_m, 1e-9), all_matches=False
    )
    home[outside[point]] = unit
    return home


def _edge_distance(units: gpd.GeoDataFrame, place: NDArray[np.object_]) -> Floats:
    """Distance in metres from each point to the boundary of the union of all units."""
    lines = shapely.get_parts(shapely.boundary(units.union_all()))
    corners, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    segments = shapely.linestrings(np.stack([corners[:-1][same], corners[1:][same]], axis=1))
    _, distance = shapely.STRtree(segments).query_nearest(
        place, return_distance=True, all_matches=False
    )
    return np.asarray(distance, dtype=float)
