"""Files of restricted tables: which there are, and their text and types."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kajian.data.restricted.reading import find_tables, read_restricted, read_source, read_text
from kajian.data.restricted.tables import restricted_table
from kajian.errors import DataError

ESIK, BELANJA = restricted_table("esik"), restricted_table("belanja")


def test_tables_are_found_in_their_order(tmp_path):
    for name in ("orang.parquet", "rumah_tangga.csv", "esik.XLSX", "README.md", ".git", "~$a.xlsx"):
        (tmp_path / name).touch()
    (tmp_path / "survei.parquet").mkdir()
    found = find_tables(tmp_path)
    assert list(found) == ["rumah_tangga", "orang", "survei", "esik"]
    assert found["survei"] == tmp_path / "survei.parquet"


@pytest.mark.parametrize(
    ("files", "problem", "remedy"),
    [
        (["orang.csv", "orang.xlsx"], "tabel orang ada di 2 berkas: orang.csv, orang.xlsx", "satu"),
        (["orang.csv", "warga.csv"], "bukan tabel terbatas yang dikenal", "rumah_tangga, orang"),
        (["orang.csv", "orang.txt"], "bukan tabel terbatas yang dikenal", ".csv|.xlsx|.parquet"),
        (["README.md"], "tidak memuat satu tabel pun", "letakkan"),
    ],
)
def test_a_folder_that_is_not_understood(tmp_path, files, problem, remedy):
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=re.escape(problem)) as caught:
        find_tables(tmp_path)
    assert remedy in caught.value.remedy


def test_a_missing_folder(tmp_path):
    with pytest.raises(DataError, match=r"tidak ditemukan.*buat folder itu di luar git"):
        find_tables(tmp_path / "tidak-ada")


def test_a_file_in_the_place_of_the_folder(tmp_path):
    file = tmp_path / "terbatas"
    file.touch()
    with pytest.raises(DataError, match=r"ini berkas, bukan folder.*ke dalam sebuah folder"):
        find_tables(file)


def test_a_link_to_nowhere(tmp_path):
    link = tmp_path / "terbatas"
    link.symlink_to(tmp_path / "flashdisk")
    with pytest.raises(DataError, match=r"tautan yang putus.*pasang kembali media"):
        find_tables(link)


def test_a_folder_that_may_not_be_opened(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(DataError, match=r"tidak dapat dibuka.*izin baca"):
        find_tables(tmp_path)


# --- names of columns -------------------------------------------------------------------------


def test_a_name_that_is_nearly_right_is_put_right(tables, tmp_path):
    file = tmp_path / "esik.csv"
    tables["esik"].rename(columns={"nik": "NIK", "no_kk": "No. KK"}).to_csv(file, index=False)
    [error] = read_source(file, ESIK).faults
    assert "ganti nama kolom 'NIK' menjadi 'nik'" in error.remedy
    assert "ganti nama kolom 'No. KK' menjadi 'no_kk'" in error.remedy
    assert "hapus" not in error.remedy


def test_a_second_column_of_almost_the_same_name_is_one_too_many(tables, tmp_path):
    file = tmp_path / "esik.csv"
    tables["esik"].assign(NIK="x").to_csv(file, index=False)
    [error] = read_source(file, ESIK).faults
    assert (error.problem, error.column) == ("kolom tidak dikenal", "NIK")


@pytest.mark.parametrize("name", ["kelurahan", "belanja"])
@pytest.mark.parametrize("values", [None, ["", ""], ["1", ""]])
def test_an_optional_column_is_zero_where_it_is_not_there(tables, tmp_path, name, values):
    file, table = tmp_path / f"{name}.csv", restricted_table(name)
    content = tables[name].drop(columns="dijembatani")
    if values:
        content["dijembatani"] = values[: len(content)]
    content.to_csv(file, index=False)
    mark = read_restricted(file, table)["dijembatani"]
    assert mark.dtype == "int64"
    assert mark.tolist() == [int(v or 0) for v in (values or ["", ""])[: len(content)]]


# --- CSV ------------------------------------------------------------------------------------


def test_csv_is_text_in_the_order_of_the_schema(tables, tmp_path):
    file = tmp_path / "esik.csv"
    shuffled = tables["esik"][tables["esik"].columns[::-1]]
    file.write_text("\ufeff" + shuffled.to_csv(index=False), encoding="utf-8")
    text = read_text(file, ESIK)
    assert text.index.tolist() == [2, 3]
    pd.testing.assert_frame_equal(text.reset_index(drop=True), tables["esik"])


@pytest.mark.parametrize(
    ("content", "problem", "remedy"),
    [
        ("tahun;kode_wilayah;jenis;belanja_rp\n", "titik koma", "pemisah koma"),
        ("tahun\tkode_wilayah\tjenis\tbelanja_rp\n", "dipisahkan tab", "pemisah koma"),
        ("tahun,kode_wilayah,jenis,belanja_rp\n", "satu baris pun", "isi tabelnya"),
        ("tahun,kode_wilayah,jenis\n2024,a,b\n", "kolom: belanja_rp", "templat"),
        ("tahun,kode_wilayah,jenis,belanja_rp,catatan\n2024,2,3,4,5\n", "kolom: catatan", "hapus"),
        ("tahun,tahun,kode_wilayah,jenis,belanja_rp\n1,1,2,3,4\n", "lebih dari sekali", "satu"),
        ("tahun,kode_wilayah,jenis,belanja_rp\n2024,a,b,1,5\n", "jumlah isian", "kutip"),
        ("", "berkas kosong", "berkas asli"),
    ],
)
def test_a_csv_of_another_form(tmp_path, content, problem, remedy):
    file = tmp_path / "belanja.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=problem) as caught:
        read_text(file, BELANJA)
    assert remedy in caught.value.remedy
    assert str(file) in str(caught.value)


def test_a_csv_in_another_encoding(tmp_path):
    file = tmp_path / "esik.csv"
    file.write_bytes("nama\nJosé\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        read_text(file, ESIK)


# --- Parquet --------------------------------------------------------------------------------


def test_parquet_types_become_the_text_they_stand_for(tmp_path):
    file = tmp_path / "rumah_tangga.parquet"
    names = [field.name for field in restricted_table("rumah_tangga").fields]
    table = pa.table({name: pa.nulls(2, pa.string()) for name in names})
    for name, values in {
        "tanggal_data": pa.array([dt.date(2025, 6, 30)] * 2),
        "jk_kepala": pa.array(["L", "P"]).dictionary_encode(),
        "desil": pa.array([1.0, float("nan")]),
        "luas_lantai_m2": pa.array([45.0, 45.5]),
        "punya_motor": pa.array([True, False]),
        "jumlah_anggota": pa.array([3, None], pa.int8()),
        "alamat": pa.array(["", "  "]),
    }.items():
        table = table.set_column(names.index(name), name, values)
    pq.write_table(table, file)
    text = read_text(file, restricted_table("rumah_tangga"))
    assert text.index.tolist() == [1, 2]
    assert text["tanggal_data"].tolist() == ["2025-06-30"] * 2
    assert text["jk_kepala"].tolist() == ["L", "P"]
    assert text["desil"].dropna().tolist() == ["1"]
    assert text["luas_lantai_m2"].tolist() == ["45", "45.5"]
    assert text["punya_motor"].tolist() == ["1", "0"]
    assert text["jumlah_anggota"].dropna().tolist() == ["3"]
    assert text["alamat"].isna().all()
    assert set(text.dtypes.astype(str)) == {"str"}


def test_a_moment_in_a_date_column_is_its_day(tables, tmp_path):
    file = tmp_path / "esik.parquet"
    moments = pd.to_datetime(tables["esik"]["tanggal_daftar"])
    tables["esik"].assign(tanggal_daftar=moments).to_parquet(file)
    pd.testing.assert_frame_equal(read_text(file, ESIK).reset_index(drop=True), tables["esik"])


def test_parts_are_one_table(tables, tmp_path):
    folder = tmp_path / "orang.parquet"
    folder.mkdir()
    persons = tables["orang"]
    persons.iloc[:2].to_parquet(folder / "a.parquet")
    persons.iloc[2:].assign(umur=[15, 75, 25]).to_parquet(folder / "b.parquet", index=False)
    text = read_text(folder, restricted_table("orang"))
    assert text.index.tolist() == [1, 2, 3, 4, 5]
    pd.testing.assert_frame_equal(text.reset_index(drop=True), persons)


def test_parts_must_have_the_same_columns(tables, tmp_path):
    folder = tmp_path / "esik.parquet"
    folder.mkdir()
    tables["esik"].to_parquet(folder / "a.parquet")
    tables["esik"].drop(columns="nama").to_parquet(folder / "b.parquet")
    with pytest.raises(DataError, match=r"berbeda dari kolom di a\.parquet \[berkas: .*b\.parquet"):
        read_text(folder, ESIK)


def test_a_nik_of_numbers_is_refused(tables, tmp_path, says_nobody):
    file = tmp_path / "esik.parquet"
    tables["esik"].assign(nik=tables["esik"]["nik"].astype("int64")).to_parquet(file)
    [error] = read_source(file, ESIK).faults
    says_nobody(error)
    assert (error.file, error.column) == (file, "nik")
    assert "bertipe angka" in error.problem
    assert "tipe string" in error.remedy


def test_what_only_looks_like_parquet(tmp_path):
    file = tmp_path / "esik.parquet"
    file.write_text("nik,nama\n")
    with pytest.raises(DataError, match=r"tidak dapat dibaca sebagai Parquet.*ekspor ulang"):
        read_text(file, ESIK)
    file.unlink()
    file.mkdir()
    with pytest.raises(DataError, match="folder Parquet kosong"):
        read_text(file, ESIK)


# --- types ----------------------------------------------------------------------------------


def test_types_are_those_of_the_schema(tables, tmp_path):
    file = tmp_path / "rumah_tangga.csv"
    tables["rumah_tangga"].to_csv(file, index=False)
    typed = read_restricted(file, restricted_table("rumah_tangga"))
    assert typed.index.tolist() == [0, 1]
    assert typed["no_kk"].dtype == "str"
    assert typed["pengeluaran_rp"].dtype == "int64"
    assert typed["desil"].dtype == "Int64"
    assert typed["desil"].isna().tolist() == [False, True]
    assert typed["luas_lantai_m2"].dtype == "float64"
    assert typed["luas_lantai_m2"].tolist() == [45.5, 45.5]


def test_a_table_that_was_not_checked_does_not_become_numbers(tables, tmp_path):
    file = tmp_path / "belanja.csv"
    tables["belanja"].assign(belanja_rp="lima").to_csv(file, index=False)
    with pytest.raises(DataError, match=r"bukan angka .*kolom: belanja_rp.*kajian check"):
        read_restricted(file, BELANJA)
