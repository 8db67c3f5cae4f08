"""Map layers for people: equal in bytes, described, and readable by GDAL."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import box

from kajian.errors import MethodError
from kajian.layers import write_layer

COLUMNS = {"kode_wilayah": "kode Kemendagri", "jarak_sd_m": "jarak rata-rata ke SD, meter"}


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "kode_wilayah": ["33.72.01.1001", "33.72.01.1002"],
            "jarak_sd_m": [410.5, 389.25],
            "geometry": [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)],
        },
        crs="EPSG:32749",
    )


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_two_writes_at_different_times_are_equal_in_bytes(
    units: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    write_layer(units, tmp_path / "a" / "akses.gpkg", "Akses", COLUMNS)
    time.sleep(1.1)
    write_layer(units, tmp_path / "b" / "akses.gpkg", "Akses", COLUMNS)
    first, second = (tmp_path / folder / "akses.gpkg" for folder in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == ["akses.gpkg"]


def test_the_layer_reads_back(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "akses.gpkg"
    write_layer(units, path, "Akses", COLUMNS)
    back = gpd.read_file(path, layer="akses")
    assert list(pyogrio.list_layers(path)[:, 0]) == ["akses"]
    assert back.crs == units.crs
    assert back["kode_wilayah"].tolist() == units["kode_wilayah"].tolist()
    assert back["jarak_sd_m"].tolist() == units["jarak_sd_m"].tolist()
    assert back.geometry.geom_equals(units.geometry).all()


def test_title_and_columns_are_described(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "akses.gpkg"
    write_layer(units, path, "Akses sekolah negeri", COLUMNS | {"lain": "tidak ada di lapisan"})
    described = rows(path, "SELECT table_name, column_name, description FROM gpkg_data_columns")
    assert described == [("akses", name, text) for name, text in COLUMNS.items()]
    assert rows(path, "SELECT description FROM gpkg_contents") == [("Akses sekolah negeri",)]
    extensions = rows(path, "SELECT table_name, extension_name FROM gpkg_extensions")
    assert ("gpkg_data_columns", "gpkg_schema") in extensions
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    # GDAL reads the title from the file itself.
    assert pyogrio.read_info(path)["layer_metadata"]["DESCRIPTION"] == "Akses sekolah negeri"


def test_gdal_writes_the_date_of_others_afterwards(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_layer(units, tmp_path / "akses.gpkg", "Akses", COLUMNS)
    units.to_file(tmp_path / "lain.gpkg", driver="GPKG")
    query = "SELECT last_change FROM gpkg_contents"
    assert rows(tmp_path / "akses.gpkg", query) == [("2025-01-01T00:00:00Z",)]
    assert rows(tmp_path / "lain.gpkg", query) != [("2025-01-01T00:00:00Z",)]


def test_an_undescribed_column_is_refused_and_the_old_layer_stays(
    units: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "akses.gpkg"
    write_layer(units, path, "Akses", COLUMNS)
    before = path.read_bytes()
    with pytest.raises(MethodError, match=r"'akses': kolom indeks belum dijelaskan.*Perbaikan"):
        write_layer(units.assign(indeks=1.0), path, "Akses", COLUMNS)
    assert path.read_bytes() == before


def test_a_layer_without_crs_is_refused(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(MethodError, match=r"tanpa CRS.*set_crs"):
        write_layer(units.set_crs(None, allow_override=True), tmp_path / "a.gpkg", "A", COLUMNS)
    assert not list(tmp_path.iterdir())
