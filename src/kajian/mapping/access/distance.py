"""Access to facilities: distance from everywhere in a unit to the nearest one, and density."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kajian.errors import MethodError
from kajian.mapping.access.grid import check_spacing, edge_distance, grid_points, nearest_unit
from kajian.mapping.access.metric import (
    amounts,
    check_columns,
    check_key,
    check_metric,
    check_points,
)


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
        just across the boundary everywhere: the lower bound), grid_points; and persons, where the
        population was given.
    spacing_m
        Distance between grid points.
    """

    distances: pd.DataFrame
    spacing_m: float

    def tidy(self) -> pd.DataFrame:
        """Return the distances, one row per unit and group."""
        return self.distances.copy()

    def overall(self, parent: Mapping[Any, str] | pd.Series | None = None) -> pd.DataFrame:
        """Average over all units, or over those of each larger area.

        Parameters
        ----------
        parent
            Larger area (the kecamatan) by unit; without it all units are the one area ``"semua"``.

        Returns
        -------
        DataFrame
            One row per area and group: parent, group, mean_m, lower_m, edge_share, as in
            `distances`. A unit counts by its persons where the population was given, else by its
            grid points, that is, by its area.

        Raises
        ------
        MethodError
            A unit without a larger area, or an area without people.
        """
        key = self.distances.columns[0]
        by_people = "persons" in self.distances.columns
        weight = self.distances["persons" if by_people else "grid_points"]
        units = self.distances[key]
        area = units.map(parent) if parent is not None else pd.Series("semua", units.index)
        if absent := units[area.isna()].unique().tolist():
            raise MethodError(
                f"{len(absent)} wilayah tanpa wilayah induk: {', '.join(map(str, absent[:5]))}. "
                "Perbaikan: lengkapi induknya."
            )
        averaged = ["mean_m", "lower_m", "edge_share"]
        by = [area.rename("parent"), self.distances["group"]]
        total = weight.groupby(by).sum()
        if empty := total.index.get_level_values("parent")[total == 0].unique().tolist():
            raise MethodError(
                f"Wilayah tanpa penduduk: {', '.join(map(str, empty[:5]))}. "
                "Perbaikan: periksa kolom penduduknya."
            )
        sums = self.distances[averaged].mul(weight, axis=0).groupby(by).sum()
        return sums.div(total, axis=0).reset_index()

    def __str__(self) -> str:
        means = self.overall().set_index("group")["mean_m"].items()
        parts = "; ".join(f"{group} {mean:.0f} m" for group, mean in means)
        people = ", tiap orang sama" if "persons" in self.distances.columns else ""
        points = self.distances.groupby("group")["grid_points"].sum().iloc[0]
        return (
            f"Jarak rata-rata ke fasilitas terdekat (kisi {self.spacing_m:g} m, "
            f"{points} titik{people}): {parts}"
        )


def access(
    units: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    *,
    key: str,
    by: str | None = None,
    spacing_m: float = 50.0,
    population: str | None = None,
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
    population
        Column of `units` with their persons, by which means over units are then weighted. Within
        a unit people are taken to live everywhere alike, so its own figures do not change.

    Returns
    -------
    Access

    Raises
    ------
    MethodError
        CRS missing, in degrees or not the same in both tables; an absent column, doubled keys, a
        missing, empty or invalid geometry, no facility, a facility without a group, persons that
        are missing or negative, or a spacing that is not positive.

    Notes
    -----
    Straight-line distance from a grid is how Apparicio et al. (2008), International Journal of
    Health Geographics 7:7, measure access to the nearest service while limiting aggregation
    error.
    """
    check_spacing(spacing_m)
    _check(units, points, key, by)
    persons = {} if population is None else {"persons": amounts("units", units, population)}
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
                    **persons,
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
    check_metric(units=units, points=points)
    check_points(points=points)
    check_key("units", units, key)
    check_columns("points", points, by)
