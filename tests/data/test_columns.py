"""Values of a table: every wrong one is named by column, line and key, once."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.seal import seal
from kajian.data.tables import check_source

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
def test_bad_value_names_column_line_and_key(copy, spoil, fault, old, new, column, problem, remedy):
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


def test_enum_lists_the_options(copy, spoil, fault):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", ",SMA,swasta", ",SMU,swasta")
    error = fault(folder, "sekolah_2019")
    assert "SD, SMP, SMA, SMK, SLB" in error.remedy
    assert error.rows == ["2 (npsn 20327935) berisi 'SMU'"]


def test_swapped_coordinates_are_out_of_range(copy, spoil):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", "-7.5624,110.7975", "110.7975,-7.5624")
    assert {error.column for error in check_source(folder)} == {"lintang", "bujur"}


def test_duplicate_single_key_is_told_once(copy, spoil):
    folder = copy("sekolah-surakarta")
    spoil(folder, "sekolah_2019.csv", "20327939,", "20327936,")
    [error] = check_source(folder)
    assert "kunci utama berulang" in error.problem
    assert error.rows == ["3 (npsn 20327936)", "4 (npsn 20327936)"]
