"""Points on the ground: a regular grid, the unit each point belongs to, and the outer boundary."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from kajian.errors import MethodError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def check_spacing(spacing_m: float) -> None:
    """Refuse a distance between grid points that is not positive."""
    if not (np.isfinite(spacing_m) and spacing_m > 0):
        raise MethodError(f"Jarak kisi {spacing_m} m tidak sah. Perbaikan: isi misalnya 50.")


def grid_points(units: gpd.GeoDataFrame, spacing_m: float) -> tuple[NDArray[np.object_], Integers]:
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


def nearest_unit(
    units: gpd.GeoDataFrame, place: NDArray[np.object_], tolerance_m: float
) -> Integers:
    """Position of each point's unit, or of the nearest one within the tolerance; else -1."""
    home = _first_unit(units, place)
    outside = np.flatnonzero(home < 0)
    point, unit = shapely.STRtree(units.geometry.to_numpy()).query_nearest(
        place[outside], max_distance=max(tolerance_m, 1e-9), all_matches=False
    )
    home[outside[point]] = unit
    return home


def edge_distance(units: gpd.GeoDataFrame, place: NDArray[np.object_]) -> Floats:
    """Distance in metres from each point to the boundary of the union of all units."""
    lines = shapely.get_parts(shapely.boundary(units.union_all()))
    corners, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    segments = shapely.linestrings(np.stack([corners[:-1][same], corners[1:][same]], axis=1))
    _, distance = shapely.STRtree(segments).query_nearest(
        place, return_distance=True, all_matches=False
    )
    return np.asarray(distance, dtype=float)
