"""Whole folders: every departure of every table, and nobody's identity."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kajian.data.restricted.check import check_folder
from kajian.data.restricted.tables import TABLES


def test_every_fault_of_every_table_is_told(tables, check):
    for name in TABLES:
        tables[name].loc[0, tables[name].columns[0]] = None
    errors = check(tables)
    told = [(Path(error.file).stem, error.column) for error in errors]
    assert told == [(name, tables[name].columns[0]) for name in TABLES]


def test_a_fault_of_form_does_not_hide_the_other_tables(tables, check):
    tables["esik"] = tables["esik"].drop(columns="status")
    tables["belanja"].loc[0, "jenis"] = "lain"
    errors = check(tables)
    assert [(Path(error.file).stem, error.column) for error in errors] == [
        ("esik", "status"),
        ("belanja", "jenis"),
    ]


def test_persons_need_households(tables, check):
    [error] = check({"orang": tables["orang"]})
    assert "memerlukan tabel rumah_tangga" in error.problem
    assert "tambahkan" in error.remedy
    assert Path(error.file).name == "orang.csv"


def test_swapped_columns_give_nobody_away(tables, check):
    """Names under jk, numbers under status: wrong values, but not to be repeated."""
    persons, listed = tables["orang"], tables["esik"]
    tables["orang"] = persons.rename(columns={"nama": "jk", "jk": "nama"})
    tables["esik"] = listed.rename(columns={"nik": "status", "status": "nik"})
    tables["penerima"] = tables["penerima"].rename(
        columns={"nama": "program", "program": "nama", "nik": "tahun", "tahun": "nik"}
    )
    home = tables["rumah_tangga"]
    tables["rumah_tangga"] = home.rename(columns={"telepon": "rw", "rw": "telepon"})
    errors = check(tables)
    assert {Path(error.file).stem for error in errors} == {
        *("orang", "esik", "penerima", "rumah_tangga")
    }


def test_tables_that_know_nobody_give_nobody_away_either(tables, check):
    """People type names into labels, and a quotation slips one column to the right."""
    quote = "Slamet Riyadi, 081234567890, NIK 9972012502800001, bilang air macet"
    tables["wawancara"].loc[0, ["tema", "id_segmen"]] = [quote, "Slamet Riyadi 1"]
    tables["survei"].loc[0, ["id_sampel", "penimbang"]] = ["Sri Rahayu", "Sri Rahayu"]
    tables["program_bertahap"].loc[0, ["program", "tahun_mulai"]] = ["rumah Wagiyem", "Budi"]
    tables["kelurahan"].loc[0, "penduduk"] = "milik Joko"
    tables["belanja"].loc[0, "jenis"] = "untuk Sri Rahayu"
    tables["fasilitas"].loc[0, ["nama_fasilitas", "kapasitas"]] = ["Sri Rahayu", "Sri Rahayu"]
    errors = check(tables)
    assert [(Path(error.file).stem, error.column) for error in errors] == [
        ("survei", "penimbang"),
        ("kelurahan", "penduduk"),
        ("belanja", "jenis"),
        ("fasilitas", "kapasitas"),
        ("program_bertahap", "tahun_mulai"),
        ("wawancara", "tema"),
    ]
    assert errors[-1].rows == ["2 (pengode A)"]


def test_identities_in_prose_are_told_by_their_rows(tables, tmp_path, known, says_nobody):
    tables["wawancara"].loc[3, "teks"] = "Hubungi Budi di 081234567890."
    tables["wawancara"].loc[0, "parafrase"] = "Nomornya 081234567890."
    tables["survei"].loc[2, "klaster"] = "081234567890"
    for name in ("wawancara", "survei"):
        tables[name].to_csv(tmp_path / f"{name}.csv", index=False)

    def phones(text: str) -> list[str]:
        return ["nomor telepon"] if "0812" in text else []

    options = {"simulated": True, "crosswalk": None}
    survey, interview, told = check_folder(tmp_path, known, **options, suspicious=phones)
    assert (interview.column, interview.rows) == ("teks", ["5 (pengode A, tema sanitasi_air)"])
    assert (told.column, told.rows) == ("parafrase", ["2 (pengode A, tema sanitasi_air)"])
    assert (survey.column, survey.rows) == ("klaster", ["4 (tahun 2024)"])
    for error in (survey, interview, told):
        says_nobody(error)
        assert "memuat nomor telepon" in error.problem
        assert "[nomor]" in error.remedy
    assert check_folder(tmp_path, known, **options) == []


def test_tables_that_a_study_needs(tables, tmp_path, known):
    tables["orang"].to_csv(tmp_path / "orang.csv", index=False)
    needs = ("rumah_tangga", "orang", "survei")
    [error] = check_folder(tmp_path, known, simulated=True, crosswalk=None, required=needs)
    assert error.problem.endswith("belum ada: rumah_tangga, survei")
    assert "`kajian template rumah_tangga`, `kajian template survei`" in error.remedy
    assert error.file == tmp_path


def test_an_empty_folder_lacks_all_that_a_study_needs(tmp_path, known):
    options = {"simulated": True, "crosswalk": None, "required": ["orang", "survei"]}
    [error] = check_folder(tmp_path, known, **options)
    assert error.problem.endswith("belum ada: orang, survei")
    [error] = check_folder(tmp_path / "tidak-ada", known, **options)
    assert "tidak ditemukan" in error.problem


def test_a_first_row_of_data_gives_nobody_away(tables, tmp_path, known, says_nobody):
    file = tmp_path / "esik.csv"
    tables["esik"].to_csv(file, index=False, header=False)
    [error] = check_folder(tmp_path, known, simulated=True, crosswalk=None)
    says_nobody(error)
    assert "bukan nama kolom" in error.problem


def test_parquet_and_csv_are_held_to_the_same_rules(tables, tmp_path, known, check):
    tables["orang"].loc[1, "umur"] = "130"
    typed = tables["orang"].assign(umur=pd.to_numeric(tables["orang"]["umur"]))
    from_csv = check(tables)
    typed.to_parquet(tmp_path / "orang.parquet")
    tables["rumah_tangga"].to_csv(tmp_path / "rumah_tangga.csv", index=False)
    (tmp_path / "terbatas").rename(tmp_path / ".terbatas")
    from_parquet = check_folder(tmp_path, known, simulated=True, crosswalk=None)
    assert [e.problem for e in from_parquet] == [e.problem for e in from_csv]
    assert [e.rows for e in from_csv] == [["3 berisi '130'"], ["3"]]
    assert [e.rows for e in from_parquet] == [["2 berisi '130'"], ["2"]]


def test_an_empty_folder_and_a_missing_one(tmp_path, known):
    for folder in (tmp_path, tmp_path / "tidak-ada"):
        [error] = check_folder(folder, known, simulated=True, crosswalk=None)
        assert error.file == folder
        assert "letakkan" in error.remedy
