"""Map layers: formats agree, and a wrong CRS or outline is named by region."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from kajian.data.passport import PASSPORT, read_passport
from kajian.data.seal import seal
from kajian.data.tables import check_source, read_layer

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture
def relayer(copy):
    """Replace the district layer by a changed one, in GeoJSON or another format."""

    def change(edit, suffix="geojson"):
        folder = copy("batas-wilayah")
        old = folder / "kabkota_jateng.geojson"
        layer = gpd.read_file(old)
        edited = edit(layer)
        layer = layer if edited is None else edited
        old.unlink()
        file = old.with_suffix(f".{suffix}")
        if suffix == "parquet":
            layer.to_parquet(file)
        else:
            layer.to_file(file)
        passport = folder / PASSPORT
        text = passport.read_text(encoding="utf-8").replace(old.name, file.name, 1)
        passport.write_text(text.replace("format: geojson", f"format: {suffix}", 1), "utf-8")
        seal(folder)
        return folder

    return change


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "parquet"])
def test_every_layer_format_gives_the_same(relayer, suffix):
    shipped = read_layer(read_passport(RAW / "batas-wilayah"), "kabkota_jateng")
    layer = read_layer(read_passport(relayer(lambda _: None, suffix)), "kabkota_jateng")
    pd.testing.assert_frame_equal(layer.drop(columns="geometry"), shipped.drop(columns="geometry"))
    assert layer.geom_equals(shipped).all()  # GeoPackage makes every polygon a multipolygon
    assert layer.crs == shipped.crs


def test_parquet_default_crs_is_longitude_latitude(relayer):
    folder = relayer(lambda layer: layer.set_crs("OGC:CRS84", allow_override=True), "parquet")
    assert read_layer(read_passport(folder), "kabkota_jateng").crs == "EPSG:4326"


# A file format may warn that there is no CRS while it is written.
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("suffix", ["gpkg", "parquet"])
def test_layer_without_crs(relayer, fault, suffix):
    folder = relayer(lambda layer: layer.set_crs(None, allow_override=True), suffix)
    error = fault(folder, "kabkota_jateng")
    assert "tidak mempunyai sistem koordinat" in error.problem
    assert "EPSG:4326" in error.remedy


def test_layer_with_another_crs(relayer, fault):
    error = fault(relayer(lambda layer: layer.to_crs(32749), "gpkg"), "kabkota_jateng")
    assert "UTM zone 49S" in error.problem
    assert "proyeksikan ulang ke EPSG:4326" in error.remedy


def test_geojson_may_name_another_crs(copy, spoil, fault):
    folder = copy("batas-wilayah")
    start = '"type": "FeatureCollection",'
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}
    spoil(folder, "kabkota_jateng.geojson", start, f'{start} "crs": {json.dumps(member)},')
    assert "UTM zone 49S" in fault(folder, "kabkota_jateng").problem


def test_metres_in_a_geojson_without_crs(relayer, fault):
    metres = lambda layer: layer.to_crs(32749).set_crs(4326, allow_override=True)  # noqa: E731
    error = fault(relayer(metres), "kabkota_jateng")
    assert "derajat" in error.problem
    assert len(error.rows) == 35


BOW = shapely.Polygon([(110, -7), (111, -8), (111, -7), (110, -8)])


@pytest.mark.parametrize(
    ("shape", "problem", "row"),
    [
        (BOW, "tidak sah", "10 (33.10): garis batas memotong dirinya di 110.5 -7.5"),
        (None, "kosong", "10 (33.10)"),
        (shapely.Polygon(), "kosong", "10 (33.10)"),
        (shapely.Point(110.6, -7.7), "bukan Polygon atau MultiPolygon", "10 (33.10) bertipe Point"),
    ],
)
def test_bad_geometry_names_the_region(relayer, fault, shape, problem, row):
    def replace(layer):
        layer.loc[9, "geometry"] = shape

    error = fault(relayer(replace), "kabkota_jateng")
    assert (error.column, error.rows) == ("geometry", [row])
    assert problem in error.problem


def test_ring_with_too_few_points_is_broken_geometry(copy, fault):
    folder = copy("batas-wilayah")
    file = folder / "kelurahan_surakarta.geojson"
    layer = json.loads(file.read_text(encoding="utf-8"))
    layer["features"][4]["geometry"]["coordinates"] = [[[110.8, -7.5], [110.9, -7.5]]]
    file.write_text(json.dumps(layer), encoding="utf-8")
    seal(folder)
    assert fault(folder, "kelurahan_surakarta").rows == ["5 (33.72.01.1005)"]


@pytest.mark.parametrize(
    ("code", "problem"),
    [("3372010005", "kode BPS"), (3372010005, "kode BPS"), ("33.72.01", "pola")],
)
def test_bad_code_in_a_layer(copy, spoil, code, problem):
    folder = copy("batas-wilayah")
    spoil(folder, "kelurahan_surakarta.geojson", '"33.72.01.1005"', json.dumps(code))
    assert any(problem in error.problem for error in check_source(folder))


def test_codes_stored_as_numbers_in_a_layer(relayer):
    folder = relayer(lambda layer: layer.assign(kode_wilayah=layer["kode_wilayah"].astype(float)))
    lost = [error for error in check_source(folder) if "33.10 menjadi 33.1" in error.problem]
    assert [error.rows for error in lost] == [
        ["10 (kode_wilayah 33.1) berisi '33.1'", "20 (kode_wilayah 33.2) berisi '33.2'"]
    ]


def test_unreadable_layer(copy, fault):
    folder = copy("batas-wilayah")
    file = folder / "kabkota_jateng.geojson"
    file.write_bytes(file.read_bytes()[:5000])
    seal(folder)
    assert "tidak dapat dibaca" in fault(folder, "kabkota_jateng").problem


def test_layer_without_a_column(relayer, fault):
    folder = relayer(lambda layer: layer.drop(columns="nama"))
    assert fault(folder, "kabkota_jateng").column == "nama"
