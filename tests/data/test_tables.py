"""Raw tables: the shipped ones are read whole, and a file that is not what it says is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kajian.data.passport import PASSPORT, read_passport
from kajian.data.seal import seal
from kajian.data.tables import check_source, read_layer, read_table
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data" / "raw"
SOURCES = sorted(file.parent for file in RAW.glob(f"*/{PASSPORT}"))


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


def test_missing_file(copy, fault):
    folder = copy("umk-jateng")
    (folder / "umk_kabkota.csv").unlink()
    assert "tidak ditemukan" in fault(folder, "umk_kabkota").problem


def test_changed_file_asks_for_a_seal(copy, fault):
    folder = copy("umk-jateng")
    file = folder / "umk_kabkota.csv"
    file.write_bytes(file.read_bytes().replace(b"1125000", b"1125001"))  # same size
    error = fault(folder, "umk_kabkota")
    assert "sha256" in error.problem
    assert "`kajian seal umk-jateng`" in error.remedy
    assert "CHANGELOG" in error.remedy
    seal(folder)
    assert read_table(read_passport(folder), "umk_kabkota")["umk_rp"].iloc[0] == 1125001


@pytest.mark.parametrize(
    ("old", "new", "column", "problem"),
    [
        ("luas_2012_km2,", "luas_2012_ha,", "luas_2012_km2", "kolom tidak ada"),
        ("luas_2012_km2,", "nama,", "nama", "lebih dari sekali"),
    ],
)
def test_missing_or_repeated_column(copy, spoil, fault, old, new, column, problem):
    folder = copy("surakarta")
    spoil(folder, "kecamatan.csv", old, new)
    assert any(e.column == column and problem in e.problem for e in check_source(folder))
    fault(folder, "kecamatan")


def test_unexpected_column(copy, fault):
    folder = copy("surakarta")
    file = folder / "kecamatan.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(f"{line},x\n" for line in lines), encoding="utf-8")
    seal(folder)
    error = fault(folder, "kecamatan")
    assert (error.column, "tidak dikenal" in error.problem) == ("x", True)


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
def test_broken_csv(copy, fault, change, problem, rows):
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


def test_check_source_collects_the_faults_of_all_tables(copy, spoil):
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
