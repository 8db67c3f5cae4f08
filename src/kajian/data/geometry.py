"""Outlines of regions: a valid coverage, its neighbours and its distances.

Shapes are measured in the UTM zone of the place. Distances between regions and areas are taken
on the WGS84 ellipsoid instead (Karney 2013, "Algorithms for geodesics", J. Geodesy 87): Jawa
Tengah is wider than half a UTM zone, and the ellipsoid needs no choice of zone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from scipy import sparse

from kajian.errors import DataError, MethodError

Rule = Literal["line", "touch"]
ELLIPSOID = Geod(ellps="WGS84")
LONLAT = "EPSG:4326"


def metric(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Project to the WGS84 UTM zone of the place (Surakarta: EPSG:32749), in metres.

    Raises
    ------
    DataError
        When the table has no CRS.
    """
    require_crs(units)
    west, south, east, north = units.to_crs(LONLAT).total_bounds
    zone = int(((west + east) / 2 + 180) // 6) + 1
    return units.to_crs(f"EPSG:{(32600 if south + north >= 0 else 32700) + zone}")


def areas_km2(units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Area of each outline on the WGS84 ellipsoid, in row order of `units`."""
    require_crs(units)
    shapes = shapely.orient_polygons(units.to_crs(LONLAT).geometry.to_numpy())
    return np.array([ELLIPSOID.geometry_area_perimeter(shape)[0] for shape in shapes]) / 1e6


def neighbours(units: gpd.GeoDataFrame, *, key: str, rule: Rule = "line") -> pd.DataFrame:
    """Pairs of neighbouring regions in both directions.

    Parameters
    ----------
    units
        A valid coverage (see `check_coverage`).
    key
        Column with the code of a region.
    rule
        ``line``: the common border has positive length (rook); ``touch``: one point is enough
        (queen).

    Returns
    -------
    pd.DataFrame
        Columns ``origin, destination, shared_m`` (length of the common border), sorted by both
        codes. A region without neighbour has no row.
    """
    first, second, shared = bordering_pairs(units, rule)
    codes = units[key].to_numpy()
    table = pd.DataFrame(
        {
            "origin": codes[np.r_[first, second]],
            "destination": codes[np.r_[second, first]],
            "shared_m": np.r_[shared, shared],
        }
    )
    return table.sort_values(["origin", "destination"], ignore_index=True)


def contiguity_matrix(
    units: gpd.GeoDataFrame, key: str, rule: Rule = "line"
) -> sparse.csr_array[Any, Any]:
    """Binary symmetric n x n matrix of neighbours, in row order of `units`.

    Raises
    ------
    DataError
        When a code stands twice: the rows of the matrix would be ambiguous.
    """
    repeated = units[key][units[key].duplicated()]
    if len(repeated):
        raise DataError(
            "satu wilayah punya lebih dari satu baris geometri",
            remedy="gabungkan (dissolve) menjadi satu baris untuk setiap kode",
            column=key,
            rows=[str(code) for code in repeated.unique()],
        )
    first, second, _ = bordering_pairs(units, rule)
    cells = (np.r_[first, second], np.r_[second, first])
    return sparse.csr_array((np.ones(len(cells[0])), cells), shape=(len(units), len(units)))


def centroids_lonlat(units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Longitude and latitude of the centroids in degrees: columns ``lon, lat``, index of `units`.

    Centroids are those of the projected outlines; a centroid may lie outside its outline.
    """
    centroids = metric(units).geometry.centroid.to_crs(LONLAT)
    return pd.DataFrame({"lon": centroids.x, "lat": centroids.y})


def distance_matrix_km(units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Geodesic distances between `centroids_lonlat`, n x n, in row order of `units`."""
    longitude, latitude = centroids_lonlat(units).to_numpy().T
    n = len(units)
    origin, destination = np.divmod(np.arange(n * n), n)
    metres = ELLIPSOID.inv(
        longitude[origin], latitude[origin], longitude[destination], latitude[destination]
    )[2]
    return np.asarray(metres, dtype=np.float64).reshape(n, n) / 1000


def knn_matrix(units: gpd.GeoDataFrame, k: int) -> sparse.csr_array[Any, Any]:
    """Binary n x n matrix of the `k` nearest regions by `distance_matrix_km`.

    Not symmetric in general. Ties go to the earlier row of `units`.

    Raises
    ------
    MethodError
        When `k` is not between 1 and n - 1.
    """
    n = len(units)
    if not 1 <= k < n:
        raise MethodError(
            f"k = {k} tidak mungkin untuk {n} wilayah. Perbaikan: pilih k antara 1 dan {n - 1}"
        )
    distances = distance_matrix_km(units)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    cells = (np.repeat(np.arange(n), k), nearest.ravel())
    return sparse.csr_array((np.ones(n * k), cells), shape=(n, n))


def inverse_distance(distances_km: NDArray[np.float64]) -> sparse.csr_array[Any, Any]:
    """Weights ``1 / d`` between all pairs, zero on the diagonal; n x n from `distance_matrix_km`.

    Raises
    ------
    MethodError
        When two regions have no distance between them.
    """
    away = ~np.eye(len(distances_km), dtype=bool)
    if not (distances_km[away] > 0).all():
        raise MethodError(
            "Dua wilayah berjarak nol. Perbaikan: periksa batas wilayah yang berulang."
        )
    weights = np.divide(1.0, distances_km, out=np.zeros_like(distances_km), where=away)
    return sparse.csr_array(weights)


def row_standardise(W: sparse.csr_array[Any, Any]) -> sparse.csr_array[Any, Any]:
    """Divide each row by its sum; the row of an island stays zero."""
    sums = np.asarray(W.sum(axis=1), dtype=np.float64)
    factors = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums != 0)
    return sparse.csr_array(sparse.diags_array(factors) @ W)


def connected(W: sparse.csr_array[Any, Any]) -> bool:
    """Whether every region can be reached from every other, directions ignored."""
    return count_components(W) == 1


def count_components(W: sparse.csr_array[Any, Any]) -> int:
    """Count the connected parts, directions ignored."""
    return int(sparse.csgraph.connected_components(W, directed=False)[0])


def bordering_pairs(
    units: gpd.GeoDataFrame, rule: Rule
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Row positions i < j of neighbours and the length of their common border in metres."""
    if rule not in get_args(Rule):
        raise MethodError(
            f"aturan tetangga '{rule}' tidak dikenal. "
            f"Perbaikan: pilih salah satu dari {', '.join(get_args(Rule))}"
        )
    shapes = metric(units).geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    borders = shapely.boundary(shapes)
    shared = shapely.length(shapely.intersection(borders[first], borders[second]))
    kept = shared > 0 if rule == "line" else np.ones(len(shared), dtype=bool)
    return first[kept], second[kept], shared[kept]


def require_crs(units: gpd.GeoDataFrame, file: str | Path | None = None) -> None:
    """Refuse a layer without CRS.

    Raises
    ------
    DataError
        Naming the file and the remedy.
    """
    if units.crs is None:
        raise DataError(
            "data geometri tidak menyebut sistem koordinat (CRS)",
            remedy="simpan ulang dengan CRS-nya (GeoJSON: EPSG:4326), "
            "misalnya lewat set_crs bila sistemnya diketahui",
            file=file,
            column="geometry",
        )
