"""Outlines that form one coverage: no overlap, no gap, borders that match."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kajian.data.geometry import (
    areas_km2,
    bordering_pairs,
    contiguity_matrix,
    count_components,
    metric,
    require_crs,
)
from kajian.errors import DataError
from kajian.language import format_number


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """A set of outlines without overlap and without gap.

    Attributes
    ----------
    n_units
        Number of outlines.
    pairs_line, pairs_touch
        Pairs of units that share a line, and that share at least a point.
    components
        Connected parts of the map under the line rule.
    area_km2
        Total area on the ellipsoid.
    """

    n_units: int
    pairs_line: int
    pairs_touch: int
    components: int
    area_km2: float

    def tidy(self) -> pd.DataFrame:
        """One row per figure: ``term, estimate, unit``."""
        return pd.DataFrame(
            [
                ("n_units", self.n_units, "wilayah"),
                ("pairs_line", self.pairs_line, "pasangan"),
                ("pairs_touch", self.pairs_touch, "pasangan"),
                ("components", self.components, "bagian"),
                ("area_km2", self.area_km2, "km2"),
            ],
            columns=["term", "estimate", "unit"],
        )

    def __str__(self) -> str:
        return (
            f"{self.n_units} wilayah tanpa celah dan tumpang tindih, "
            f"luas {format_number(self.area_km2, 2)} km2; "
            f"{self.pairs_line} pasangan berbagi garis batas ({self.pairs_touch} bersinggungan), "
            f"{self.components} bagian terhubung"
        )


def check_coverage(
    units: gpd.GeoDataFrame, *, key: str, file: str | Path | None = None
) -> Coverage:
    """Check that outlines form one valid coverage and describe it.

    Parameters
    ----------
    units
        Polygons with a CRS, one row per region.
    key
        Column that names a region in messages.
    file
        Named in the error.

    Raises
    ------
    DataError
        Without CRS; with an empty or broken outline; when two outlines overlap, their common
        border does not match vertex by vertex, or the union has a hole. Names the units at fault.
    """
    require_crs(units, file)
    names = units[key].astype(str).to_numpy()
    _check_shapes(units.geometry.to_numpy(), names, file)
    shapes = metric(units).geometry.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        raise _broken_coverage(shapes, names, file)
    holes = _holes(shapes)
    if len(holes):
        around = np.unique(shapely.STRtree(shapes).query(holes, predicate="intersects")[1])
        raise DataError(
            f"ada {len(holes)} celah di antara wilayah",
            remedy="tutup celah itu atau tambahkan wilayah yang belum ada di berkas batas",
            file=file,
            column="geometry",
            rows=[str(name) for name in names[around]],
        )
    _, _, shared = bordering_pairs(units, "touch")
    W = contiguity_matrix(units, key)
    return Coverage(
        n_units=len(units),
        pairs_line=int((shared > 0).sum()),
        pairs_touch=len(shared),
        components=count_components(W),
        area_km2=float(areas_km2(units).sum()),
    )


def _check_shapes(
    shapes: NDArray[np.object_], names: NDArray[np.str_], file: str | Path | None
) -> None:
    """Refuse what is not a whole polygon, and say why."""
    is_polygon = np.isin(
        shapely.get_type_id(shapes),
        [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
    )
    absent = ~is_polygon | shapely.is_empty(shapes)
    if absent.any():
        raise DataError(
            "geometri kosong atau bukan poligon",
            remedy="isi batas wilayah sebagai Polygon atau MultiPolygon",
            file=file,
            column="geometry",
            rows=[str(name) for name in names[absent]],
        )
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        reasons = shapely.is_valid_reason(shapes[invalid])
        raise DataError(
            "poligon tidak sah",
            remedy="perbaiki di QGIS (Fix geometries) atau dengan make_valid, lalu periksa",
            file=file,
            column="geometry",
            rows=[f"{name} ({why})" for name, why in zip(names[invalid], reasons, strict=True)],
        )


def _broken_coverage(
    shapes: NDArray[np.object_], names: NDArray[np.str_], file: str | Path | None
) -> DataError:
    """Name the pairs that overlap, or else the units whose borders do not match."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common_m2 = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    overlapping = common_m2 > 0
    if overlapping.any():
        places = zip(
            names[first[overlapping]],
            names[second[overlapping]],
            common_m2[overlapping],
            strict=True,
        )
        return DataError(
            "batas wilayah tumpang tindih",
            remedy="rapikan garis batas pasangan itu agar tepat berimpit",
            file=file,
            column="geometry",
            rows=[f"{a} dan {b} ({format_number(area, 1)} m2)" for a, b, area in places],
        )
    at_fault = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    return DataError(
        "garis batas bersama tidak berimpit titik demi titik",
        remedy="rapikan garis batas wilayah itu dengan tetangganya (snap)",
        file=file,
        column="geometry",
        rows=[str(name) for name in names[at_fault]],
    )


def _holes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Empty places enclosed by the union of all outlines."""
    parts = shapely.get_parts(shapely.coverage_union_all(shapes))
    rings = [ring for part in parts for ring in part.interiors]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
