"""Raw tables: the shipped ones are read whole, and every kind of bad input is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kajian.data.passport import PASSPORT, read_passport, seal
from kajian.data.tables import check_source, read_layer, read_table
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data" / "raw"
SOURCES = sorted(file.parent for file in RAW.glob(f"*/{PASSPORT}"))


@pytest.fixture
def copy(tmp_path):
    """Copy a shipped source to where it may be spoilt."""
    return lambda name: Path(shutil.copytree(RAW / name, tmp_path / name))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence in a file of the source and seal it."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    seal(folder)


def fault(folder: Path, name: str) -> DataError:
    """Read a table or layer that must fail."""
    passport = read_passport(folder)
    read = read_layer if passport.resource(name).crs else read_table
    with pytest.raises(DataError) as caught:
        read(passport, name)
    assert Path(caught.value.file).parent == folder
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_shipped_sources_have_no_fault(folder):
    assert check_source(folder) == []


def test_tables_have_the_types_of_the_passport():
    panel = read_table(read_passport(RAW / "bps-jateng"), "panel_kabkota")
    assert panel.shape == (525, 12)
    assert panel["kode_wilayah"].dtype == "str"
    assert panel["tahun"].dtype == "int64"
    assert panel["kemiskinan_pct"].dtype == "float64"
    assert "33.10" in set(panel["kode_wilayah"])
    assert panel["tpt_catatan"].isna().sum() == 280  # years that BPS did publish
    kecamatan = read_table(read_passport(RAW / "surakarta"), "kecamatan")
    assert kecamatan["penduduk_2021_jiwa"].dtype == "Int64"
    assert kecamatan["penduduk_2021_jiwa"].isna().tolist() == [False] * 3 + [True, False]


def test_two_sources_tell_the_same_poverty_rate():
    """The panel and the city series were compiled separately from BPS."""
    panel = read_table(read_passport(RAW / "bps-jateng"), "panel_kabkota")
    city = read_table(read_passport(RAW / "surakarta"), "seri_kota").query("indikator == 'P0'")
    one = panel.query("kode_wilayah == '33.72'").set_index("tahun")["kemiskinan_pct"]
    two = city.set_index("tahun")["nilai"]
    assert set(two.index) - set(one.index) == {2019}
    np.testing.assert_array_equal(one, two.drop(2019))


def test_panel_reproduces_the_published_ipm():
    """BPS: IPM of Surakarta 83.54 (2023) and 84.41 (2024); UNDP 2010 formula, limits of BPS."""
    panel = read_table(read_passport(RAW / "bps-jateng"), "panel_kabkota")
    city = panel.query("kode_wilayah == '33.72' and tahun in (2023, 2024)")
    health = (city["uhh_tahun"] - 20) / 65
    education = (city["hls_tahun"] / 18 + city["rls_tahun"] / 15) / 2
    spending = np.log(city["pengeluaran_ribu_rp"] / 1007.436) / np.log(26572.352 / 1007.436)
    ipm = 100 * np.cbrt(health * education * spending)
    # Published with two decimals, from components with two decimals.
    np.testing.assert_allclose(ipm, [83.54, 84.41], atol=0.01)


def test_layers_have_the_declared_crs():
    passport = read_passport(RAW / "batas-wilayah")
    districts = read_layer(passport, "kabkota_jateng")
    wards = read_layer(passport, "kelurahan_surakarta")
    assert (len(districts), len(wards)) == (35, 54)
    assert districts.crs == wards.crs == "EPSG:4326"
    assert list(wards.columns) == ["kode_wilayah", "nama", "kecamatan", "geometry"]
    assert wards.is_valid.all()


def test_table_is_not_a_layer():
    with pytest.raises(DataError, match="read_table"):
        read_layer(read_passport(RAW / "surakarta"), "kecamatan")
    with pytest.raises(DataError, match="read_layer"):
        read_table(read_passport(RAW / "batas-wilayah"), "kabkota_jateng")


def test_missing_file(copy):
    folder = copy("umk-jateng")
    (folder / "umk_kabkota.csv").unlink()
    assert "tidak ditemukan" in fault(folder, "umk_kabkota").problem


def test_changed_file_asks_for_a_seal(copy):
    folder = copy("umk-jateng")
    file = folder / "umk_kabkota.csv"
    file.write_bytes(file.read_bytes().replace(b"1125000", b"1125001"))  # same size
    error = fault(folder, "umk_kabkota")
    assert "sha256" in error.problem
    assert "`kajian seal umk-jateng`" in error.remedy
    assert "CHANGELOG" in error.remedy
    seal(folder)
    assert read_table(read_passport(folder), "umk_kabkota")["umk_rp"].iloc[0] == 1125001


ROW = "33.72,Kota Surakarta,2024,8.31,4.61,"


@pytest.mark.parametrize(
    ("old", "new", "column", "problem", "remedy"),
    [
        (",8.31,", ',"8,31",', "kemiskinan_pct", "koma desimal", "titik desimal"),
        (",8.31,", ",delapan,", "kemiskinan_pct", "bukan angka", "kosongkan"),
        (",8.31,", ",8.31 %,", "kemiskinan_pct", "bukan angka", "satuan"),
        (",8.31,", ",inf,", "kemiskinan_pct", "bukan angka", ""),
        (",8.31,", ",0.0831,", "kemiskinan_pct", "di luar rentang", "persen"),
        (",8.31,", ",831,", "kemiskinan_pct", "paling besar 50", "persen"),
        (",2024,", ",2024.0,", "tahun", "bukan bilangan bulat", ""),
        (",2024,", ",,", "tahun", "wajib diisi", ""),
        (",2024,", ",2023,", "kode_wilayah, tahun", "kunci utama berulang", ""),
        ("33.72,", "33.1,", "kode_wilayah", "33.10 menjadi 33.1", "teks"),
        ("33.72,", "3372,", "kode_wilayah", "kode BPS", "padanan"),
        ("33.72,", "34.72,", "kode_wilayah", "pola", "33"),
        ("Kota Surakarta", "", "nama", "wajib diisi", ""),
    ],
)
def test_bad_value_names_column_line_and_key(copy, old, new, column, problem, remedy):
    folder = copy("bps-jateng")
    lines = (folder / "panel_kabkota.csv").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if text.startswith(ROW))
    spoil(folder, "panel_kabkota.csv", ROW, ROW.replace(old, new))
    error = fault(folder, "panel_kabkota")
    assert error.column == column
    assert problem in error.problem
    assert remedy in error.remedy
    named = [row for row in error.rows if row.startswith(f"{line} (")]
    assert len(named) == 1
    assert "33.72" in named[0] or old.startswith("33.72")
    assert len(check_source(folder)) == 1  # one mistake, one message


@pytest.mark.parametrize(
    ("source", "name", "column", "factor"),
    [
        ("bps-jateng", "panel_kabkota", "kemiskinan_pct", 0.01),
        ("bps-jateng", "panel_kabkota", "tpt_pct", 0.01),
        ("bps-jateng", "panel_kabkota", "uhh_tahun", 12),
        ("bps-jateng", "panel_kabkota", "hls_tahun", 12),
        ("bps-jateng", "panel_kabkota", "rls_tahun", 12),
        ("bps-jateng", "panel_kabkota", "pengeluaran_ribu_rp", 1000),
        ("bps-jateng", "panel_kabkota", "pengeluaran_ribu_rp", 1 / 12),
        ("bps-jateng", "panel_kabkota", "pdrb_perkapita_riil_ribu_rp", 1000),
        ("bps-jateng", "panel_kabkota", "pdrb_perkapita_riil_ribu_rp", 0.001),
        ("umk-jateng", "umk_kabkota", "umk_rp", 1e-3),
        ("umk-jateng", "umk_kabkota", "umk_rp", 1e-6),
        ("surakarta", "kecamatan", "luas_2012_km2", 100),
        ("surakarta", "kecamatan", "penduduk_sp2010_jiwa", 0.001),
    ],
)
def test_wrong_unit_is_caught_in_every_row(copy, source, name, column, factor):
    folder = copy(source)
    file = folder / f"{name}.csv"
    table = pd.read_csv(file, dtype={"kode_wilayah": str})
    whole = table[column].dropna() % 1 == 0
    table[column] = (table[column] * factor).round(0 if name == "kecamatan" and whole.all() else 6)
    if name == "kecamatan" and whole.all():
        table[column] = table[column].astype("Int64")
    table.to_csv(file, index=False)
    seal(folder)
    [error] = [error for error in check_source(folder) if error.column == column]
    assert "rentang" in error.problem
    assert len(error.rows) == table[column].notna().sum()


@pytest.mark.parametrize(
    ("old", "new", "column", "problem"),
    [
        ("luas_2012_km2,", "luas_2012_ha,", "luas_2012_km2", "kolom tidak ada"),
        ("luas_2012_km2,", "nama,", "nama", "lebih dari sekali"),
    ],
)
def test_missing_or_repeated_column(copy, old, new, column, problem):
    folder = copy("surakarta")
    spoil(folder, "kecamatan.csv", old, new)
    assert any(e.column == column and problem in e.problem for e in check_source(folder))
    fault(folder, "kecamatan")


def test_unexpected_column(copy):
    folder = copy("surakarta")
    file = folder / "kecamatan.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(f"{line},x\n" for line in lines), encoding="utf-8")
    seal(folder)
    error = fault(folder, "kecamatan")
    assert (error.column, "tidak dikenal" in error.problem) == ("x", True)


def test_enum_lists_the_options(copy):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", ",SMA,swasta", ",SMU,swasta")
    error = fault(folder, "sekolah_2019")
    assert "SD, SMP, SMA, SMK, SLB" in error.remedy
    assert error.rows == ["2 (npsn 20327935) berisi 'SMU'"]


def test_swapped_coordinates_are_out_of_range(copy):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", "-7.5624,110.7975", "110.7975,-7.5624")
    assert {error.column for error in check_source(folder)} == {"lintang", "bujur"}


def test_duplicate_single_key_is_told_once(copy):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", "20327939,", "20327936,")
    [error] = check_source(folder)
    assert "kunci utama berulang" in error.problem
    assert error.rows == ["3 (npsn 20327936)", "4 (npsn 20327936)"]


@pytest.mark.parametrize(
    ("change", "problem", "rows"),
    [
        (lambda b: b.replace(b",", b";"), "titik koma", []),
        (lambda b: b.replace(b"8.64", b"8,64"), "jumlah isian", ["2 (11 isian, seharusnya 10)"]),
        (lambda b: b.replace(b"Serengan", b'"Serengan'), "CSV rusak", ["3"]),
        (lambda b: b.replace(b"Serengan", b"S\xe9rengan"), "tidak dapat dibaca", []),
        (lambda b: b"", "berkas kosong", []),
    ],
)
def test_broken_csv(copy, change, problem, rows):
    folder = copy("surakarta")
    file = folder / "kecamatan.csv"
    file.write_bytes(change(file.read_bytes()))
    seal(folder)
    error = fault(folder, "kecamatan")
    assert problem in error.problem
    assert error.rows == rows


def test_lines_are_counted_in_the_file(copy):
    """Byte order mark, Windows line ends, an empty line and a break inside quotes."""
    folder = copy("surakarta")
    file = folder / "kecamatan.csv"
    text = file.read_text(encoding="utf-8").replace("312,", '312,"dua\nbaris"')
    text = text.replace("33.72.03", "\n33.72.03").replace("157438", "15,7")
    text = text.replace("15,7", '"15,7"').replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    seal(folder)
    [error] = check_source(folder)
    # Line 3 has two lines, line 5 is empty: Banjarsari, sixth row, begins in line 8.
    assert error.rows == ["8 (kode_wilayah 33.72.05) berisi '15,7'"]


def test_check_source_collects_the_faults_of_all_tables(copy):
    folder = copy("surakarta")
    spoil(folder, "kecamatan.csv", "8.64", "864")
    spoil(folder, "kecamatan.csv", ",44120,", ",x,")
    spoil(folder, "seri_kota.csv", "13.96", '"13,96"')
    assert [(Path(e.file).name, e.column) for e in check_source(folder)] == [
        ("seri_kota.csv", "nilai"),
        ("kecamatan.csv", "luas_2012_km2"),
        ("kecamatan.csv", "penduduk_sp2010_jiwa"),
    ]
    (folder / PASSPORT).unlink()
    [error] = check_source(folder)
    assert "paspor tidak ditemukan" in error.problem


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
def test_layer_without_crs(relayer, suffix):
    folder = relayer(lambda layer: layer.set_crs(None, allow_override=True), suffix)
    error = fault(folder, "kabkota_jateng")
    assert "tidak mempunyai sistem koordinat" in error.problem
    assert "EPSG:4326" in error.remedy


def test_layer_with_another_crs(relayer):
    error = fault(relayer(lambda layer: layer.to_crs(32749), "gpkg"), "kabkota_jateng")
    assert "UTM zone 49S" in error.problem
    assert "proyeksikan ulang ke EPSG:4326" in error.remedy


def test_geojson_may_name_another_crs(copy):
    folder = copy("batas-wilayah")
    start = '"type": "FeatureCollection",'
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}
    spoil(folder, "kabkota_jateng.geojson", start, f'{start} "crs": {json.dumps(member)},')
    assert "UTM zone 49S" in fault(folder, "kabkota_jateng").problem


def test_metres_in_a_geojson_without_crs(relayer):
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
def test_bad_geometry_names_the_region(relayer, shape, problem, row):
    def replace(layer):
        layer.loc[9, "geometry"] = shape

    error = fault(relayer(replace), "kabkota_jateng")
    assert (error.column, error.rows) == ("geometry", [row])
    assert problem in error.problem


def test_ring_with_too_few_points_is_broken_geometry(copy):
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
def test_bad_code_in_a_layer(copy, code, problem):
    folder = copy("batas-wilayah")
    spoil(folder, "kelurahan_surakarta.geojson", '"33.72.01.1005"', json.dumps(code))
    assert any(problem in error.problem for error in check_source(folder))


def test_codes_stored_as_numbers_in_a_layer(relayer):
    folder = relayer(lambda layer: layer.assign(kode_wilayah=layer["kode_wilayah"].astype(float)))
    lost = [error for error in check_source(folder) if "33.10 menjadi 33.1" in error.problem]
    assert [error.rows for error in lost] == [
        ["10 (kode_wilayah 33.1) berisi '33.1'", "20 (kode_wilayah 33.2) berisi '33.2'"]
    ]


def test_unreadable_layer(copy):
    folder = copy("batas-wilayah")
    file = folder / "kabkota_jateng.geojson"
    file.write_bytes(file.read_bytes()[:5000])
    seal(folder)
    assert "tidak dapat dibaca" in fault(folder, "kabkota_jateng").problem


def test_layer_without_a_column(relayer):
    folder = relayer(lambda layer: layer.drop(columns="nama"))
    assert fault(folder, "kabkota_jateng").column == "nama"
