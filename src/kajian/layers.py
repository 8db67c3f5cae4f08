"""Map layers for people: GeoPackage files with described columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio

from kajian.errors import MethodError
from kajian.files import whole_file

# GeoPackage stores when it was written; a fixed moment keeps equal layers equal in bytes.
WRITTEN = "2025-01-01T00:00:00Z"


def write_layer(
    units: gpd.GeoDataFrame, path: Path, title: str, columns: Mapping[str, str]
) -> None:
    """Write a GeoPackage with a title and a description of every column.

    Parameters
    ----------
    units
        The layer, with a CRS.
    path
        Target, ending in ``.gpkg``.
    title
        What the layer shows, in Indonesian.
    columns
        What each column means, with its unit.

    Raises
    ------
    MethodError
        When a column is not described or the CRS is missing.
    """
    if units.crs is None:
        raise MethodError(f"Lapisan '{path.stem}' tanpa CRS. Perbaikan: set_crs(...) lebih dahulu.")
    if absent := sorted(set(units.columns) - set(columns) - {units.geometry.name}):
        raise MethodError(
            f"Lapisan '{path.stem}': kolom {', '.join(absent)} belum dijelaskan. "
            "Perbaikan: tambahkan arti dan satuannya pada columns=."
        )
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": WRITTEN})
    try:
        with whole_file(path) as temporary:
            units.to_file(temporary, layer=path.stem, driver="GPKG", DESCRIPTION=title)
            shown = {name: text for name, text in columns.items() if name in units.columns}
            _describe(temporary, path.stem, shown)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _describe(path: Path, layer: str, columns: Mapping[str, str]) -> None:
    """Fill the GeoPackage schema extension's table of column descriptions (OGC 12-128, F.9)."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, "
            "column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, "
            "constraint_name TEXT, PRIMARY KEY (table_name, column_name))"
        )
        database.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, description) VALUES (?, ?, ?)",
            [(layer, name, text) for name, text in columns.items()],
        )
        database.executemany(
            "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_schema', "
            "'http://www.geopackage.org/spec/#extension_schema', 'read-write')",
            [("gpkg_data_columns", None)],
        )
