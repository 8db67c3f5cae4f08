"""Map layers: attributes read as text, coordinate system and shapes checked."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from kajian.data.resource import Resource
from kajian.errors import DataError

_REASONS = {
    "Self-intersection": "garis batas memotong dirinya",
    "Ring Self-intersection": "garis batas menyentuh dirinya",
    "Hole lies outside shell": "lubang di luar batas",
    "Holes are nested": "lubang di dalam lubang",
    "Nested shells": "bagian di dalam bagian lain",
    "Interior is disconnected": "bagian dalam terputus",
    "Duplicate Rings": "garis batas tertulis dua kali",
    "Too few points in geometry component": "titik terlalu sedikit",
    "Invalid Coordinate": "koordinat bukan angka",
}


def read_shapes(file: Path, resource: Resource) -> gpd.GeoDataFrame:
    """Read a layer with its attributes as text, indexed by the feature's number from 1.

    Raises
    ------
    DataError
        When the file cannot be read in the declared format or has no geometry.
    """
    try:
        if resource.format == "parquet":
            layer = gpd.read_parquet(file)
        else:
            # Broken shapes come back as missing and are named with the empty ones.
            layer = gpd.read_file(file, on_invalid="ignore")
    except (DataSourceError, ValueError, OSError) as error:
        raise DataError(
            f"lapisan peta tidak dapat dibaca sebagai {resource.format}",
            remedy="kembalikan berkas asli atau ekspor ulang dari aplikasi SIG",
            file=file,
        ) from error
    if not isinstance(layer, gpd.GeoDataFrame):
        raise DataError(
            "lapisan peta tidak memuat geometri",
            remedy="ekspor ulang bersama geometrinya; tabel tanpa geometri disimpan sebagai CSV",
            file=file,
        )
    # convert_dtypes: a whole number beside a missing one is 2010, not 2010.0.
    attributes = layer.drop(columns=layer.geometry.name).convert_dtypes().astype("str")
    text = gpd.GeoDataFrame(attributes, geometry=layer.geometry.array)
    text.index = pd.RangeIndex(1, len(text) + 1)
    return text


def find_shape_errors(layer: gpd.GeoDataFrame, resource: Resource, file: Path) -> list[DataError]:
    """Say what is wrong with the CRS and the geometry of a layer.

    Parameters
    ----------
    layer
        What `read_shapes` gave.
    resource
        Declares ``crs`` and ``geometry_types``.
    file
        Named in the errors.

    Returns
    -------
    list of DataError
        The CRS alone when it is wrong; else one per kind of fault, each with all its features.
    """
    if (wrong_crs := _crs_error(layer.crs, resource, file)) is not None:
        return [wrong_crs]
    shapes = layer.geometry
    empty = shapes.isna() | shapes.is_empty
    types = resource.geometry_types or ()
    left, bottom, right, top = shapes.bounds.to_numpy().T
    on_globe = (left >= -180) & (right <= 180) & (bottom >= -90) & (top <= 90)
    reasons = pd.Series(map(_translated, shapely.is_valid_reason(shapes.to_numpy())), shapes.index)
    faults = (
        (empty, "", "geometri kosong atau rusak", "gambar ulang wilayah itu atau hapus barisnya"),
        (
            ~empty & ~shapes.geom_type.isin(types),
            " bertipe " + shapes.geom_type.astype("str"),
            f"tipe geometri bukan {' atau '.join(types)}",
            "pakai lapisan yang memuat tipe itu",
        ),
        (
            ~empty & ~shapes.is_valid,
            ": " + reasons,
            "geometri tidak sah",
            "perbaiki di QGIS dengan Fix Geometries, lalu periksa hasilnya di peta",
        ),
        (
            ~empty & ~on_globe & CRS(resource.crs).is_geographic,
            "",
            "koordinat tidak mungkin berupa derajat",
            f"proyeksikan ulang ke {resource.crs}; koordinatnya mungkin dalam meter",
        ),
    )
    names = _feature_names(layer, resource)
    return [
        DataError(
            problem,
            remedy=remedy,
            file=file,
            column="geometry",
            rows=(names + detail)[rows].tolist(),
        )
        for rows, detail, problem, remedy in faults
        if rows.any()
    ]


def _crs_error(found: CRS | None, resource: Resource, file: Path) -> DataError | None:
    if found is None:
        return DataError(
            "lapisan peta tidak mempunyai sistem koordinat (CRS)",
            remedy=f"tetapkan CRS-nya ({resource.crs} menurut paspor), lalu ekspor ulang",
            file=file,
        )
    if not found.equals(CRS(resource.crs), ignore_axis_order=True):
        return DataError(
            f"sistem koordinat lapisan ({found.name}) bukan {resource.crs}",
            remedy=f"proyeksikan ulang ke {resource.crs} atau perbaiki crs di paspor",
            file=file,
        )
    return None


def _feature_names(layer: gpd.GeoDataFrame, resource: Resource) -> pd.Series:
    """Name each feature by its number and its key."""
    keys = layer[list(resource.table_schema.primary_key)].fillna("tanpa kode")
    return pd.Series(
        [f"{number} ({', '.join(key)})" for number, *key in keys.itertuples(name=None)],
        index=layer.index,
    )


def _translated(reason: str | None) -> str:
    """Say in Indonesian why GEOS finds a shape invalid, and where (x y)."""
    name, _, place = (reason or "").partition("[")
    return _REASONS.get(name, name) + (f" di {place.rstrip(']')}" if place else "")
