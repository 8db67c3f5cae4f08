"""Single values: each planted fault is named once, with its line, column and remedy."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.restricted.rules import iso_dates


def test_sound_tables_have_no_fault(tables, check):
    assert check(tables) == []


SAMPLE = "3 (tahun 2024)"
YEAR = "3 (tahun 1999) berisi '1999'"
WARD = "3 (tahun 2024, kode_wilayah 33.72.01.1002)"
DATED = "esik/0/tanggal_daftar"
# Table, row from 0, column; the value that is put there; what the error says of it.
WRONG = [
    ("rumah_tangga/0/jk_kepala", "LK", "daftar pilihan", "L untuk laki-laki", "2"),
    ("rumah_tangga/1/luas_lantai_m2", "45,5", "koma desimal", "titik", "3 berisi '45,5'"),
    ("rumah_tangga/1/luas_lantai_m2", "0.5", "di luar rentang", "m2", "3 berisi '0.5'"),
    ("rumah_tangga/1/punya_motor", "2", "di luar rentang", "ya = 1", "3 berisi '2'"),
    ("rumah_tangga/1/desil", "4.0", "bukan bilangan bulat", "kosongkan", "3 berisi '4.0'"),
    ("rumah_tangga/1/jk_kepala", None, "wajib diisi", "isi nilainya", "3"),
    ("rumah_tangga/1/jk_kepala", "  ", "wajib diisi", "isi nilainya", "3"),
    ("rumah_tangga/0/kode_wilayah", "3372011001", "kode BPS", "padanan", "2"),
    ("orang/3/nama", None, "wajib diisi", "isi nilainya", "5"),
    ("orang/3/kategori_ppks", "miskin", "daftar pilihan", "fakir_miskin", "5"),
    ("orang/2/tanggal_lahir", "2010-06-31", "kalender", "tahun-bulan", "4"),
    ("orang/1/tanggal_data", "2025-06-31", "kalender", "bulan", "3 berisi '2025-06-31'"),
    (DATED, "31/12/2024", "urutan", "2025-12-31", "2 berisi '31/12/2024'"),
    (DATED, "12-31-2024", "urutan", "2025-12-31", "2 berisi '12-31-2024'"),
    (DATED, "2024/12/31", "urutan", "2025-12-31", "2 berisi '2024/12/31'"),
    (DATED, "2023-02-29", "kalender", "bulan", "2 berisi '2023-02-29'"),
    (DATED, "Januari", "bukan tanggal", "2025-12-31", "2"),
    ("survei/1/penimbang", "0", "nol atau negatif", "akhir", f"{SAMPLE} berisi '0'"),
    ("survei/1/penimbang", "-3.5", "nol atau negatif", "akhir", f"{SAMPLE} berisi '-3.5'"),
    ("survei/1/penimbang", "satu", "bukan angka", "angka saja", SAMPLE),
    ("survei/1/penimbang", None, "wajib diisi", "penimbang akhir", SAMPLE),
    ("survei/1/anak_13_18", "-1", "di luar rentang", "orang", f"{SAMPLE} berisi '-1'"),
    ("penerima/1/nilai_rp", "3 juta", "bukan bilangan bulat", "ribuan", "3 (program SEMBAKO)"),
    ("rumah_tangga/0/jk_kepala", "Perempuan", "daftar pilihan", "P untuk perempuan", "2"),
    ("penerima/1/program", "pkh ", "spasi di depan", "hapus spasinya", "3"),
    ("penerima/1/program", "Sembako", "huruf besar/kecil", "tulis 'SEMBAKO'", "3"),
    ("rumah_tangga/0/status_rumah", "Milik Sendiri", "spasi", "tulis 'milik_sendiri'", "2"),
    ("rumah_tangga/1/desil", "-", "pengganti isi", "kosongkan", "3 berisi '-'"),
    ("rumah_tangga/1/jk_kepala", "-", "pengganti isi", "tanyakan ke sumber", "3 berisi '-'"),
    ("kelurahan/1/penduduk", "N/A", "pengganti isi", "tanyakan ke sumber", WARD),
    ("kelurahan/1/air_layak_pct", "–", "pengganti isi", "kosongkan", WARD),
    ("kelurahan/1/penduduk", None, "wajib diisi", "tanyakan ke sumber", WARD),
    ("esik/0/kode_wilayah", "Kadipiro", "bukan kode kelurahan", "mis. 33.72.05.1001", "2"),
    ("esik/0/tanggal_daftar", "2024-12-31 ", "spasi", "TRIM", "2"),
    ("survei/1/klaster", " A1", "spasi", "TRIM", SAMPLE),
    ("survei/1/tahun", "1999", "kecil 2010, paling besar 2100", "survei.yaml", YEAR),
    ("rumah_tangga/1/rw", "0", "paling kecil 1,", "periksa nilainya; bila", "3 berisi '0'"),
    ("belanja/0/jenis", None, "wajib diisi", "isi", "2 (tahun 2024, kode_wilayah 33.72.01.1001)"),
]


@pytest.mark.parametrize(("cell", "value", "problem", "remedy", "shown"), WRONG)
def test_a_wrong_value(spoilt, cell, value, problem, remedy, shown):
    table, row, column = cell.split("/")
    error = spoilt(table, int(row), column, value)
    assert error.column == column
    assert problem in error.problem
    assert remedy in error.remedy
    assert error.rows == [shown]
    assert not [
        word for word in ("paspor", "hapus baris", "\\d", "dalam tanpa") if word in str(error)
    ]


@pytest.mark.parametrize("column", ["nik", "no_kk"])
@pytest.mark.parametrize(
    ("value", "problem", "remedy"),
    [
        ("9.97201E+15", "tersimpan sebagai angka", "format sel sebagai teks"),
        ("9,97201E+15", "tersimpan sebagai angka", "format sel sebagai teks"),
        ("9972010101900001.0", "tersimpan sebagai angka", "format sel sebagai teks"),
        ("997201010190001", "bukan 16 digit", "16 digit"),
        ("'9972010101900001", "bukan 16 digit", "tanda petik"),
        ("997201 010190 0001", "bukan 16 digit", "tanpa spasi"),
        ("9972013213900001", "tidak mungkin", "dokumen"),
        ("9972013002900001", "tidak mungkin", "dokumen"),
        ("9972012902910001", "tidak mungkin", "dokumen"),
        ("9972010113900001", "tidak mungkin", "dokumen"),
        ("9972010101900000", "berakhiran 0000", "dibulatkan lembar kerja"),
        ("3372010101900001", "tidak berawalan 99", "jangan campur"),
    ],
)
def test_a_malformed_identity_number(spoilt, column, value, problem, remedy):
    error = spoilt("esik", 1, column, value)
    assert error.column == column
    assert problem in error.problem
    assert remedy in error.remedy
    assert error.rows == ["3"]


def test_a_woman_s_day_is_possible_in_a_nik_only(spoilt):
    error = spoilt("esik", 1, "no_kk", "9972014101900001")
    assert "tanggal terbit" in error.problem


def test_real_numbers_must_not_be_simulated(tables, check):
    errors = check({"esik": tables["esik"]}, simulated=False)
    assert [error.column for error in errors] == ["nik", "no_kk"]
    assert all("bukan kode provinsi" in error.problem for error in errors)
    assert all(error.rows == ["2", "3"] for error in errors)


def test_real_numbers_of_a_province_pass(tables, check):
    real = tables["esik"].replace({r"^99": "33"}, regex=True)
    assert check({"esik": real}, simulated=False) == []


def test_a_fault_in_many_rows_is_one_error_with_all_of_them(tables, check):
    tables["orang"]["jk"] = tables["orang"]["jk"].map({"L": "1", "P": "2"})
    [error] = check(tables)
    codes = zip("23456", "12121", strict=True)
    assert error.rows == [f"{line} berisi '{code}'" for line, code in codes]


def test_dates_are_read_once_per_value_and_missing_otherwise():
    text = pd.Series(["2024-02-29", None, "2023-02-29", "29-02-2024", "2024-02-29"], dtype="str")
    dates = iso_dates(text)
    assert dates.isna().tolist() == [False, True, True, True, False]
    assert dates[0] == dates[4] == pd.Timestamp(2024, 2, 29)
