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
