"""Columns of one table that contradict each other."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.mark.parametrize(
    ("row", "column", "value", "at", "problem", "remedy"),
    [
        (1, "umur", "43", "umur", "tanggal_lahir", "tahun penuh"),
        (0, "tanggal_lahir", "1980-02-24", "nik", "digit 7-12", "dokumen"),
        (1, "jk", "L", "nik", "jenis kelamin", "ditambah 40"),
        (4, "jenjang_sekolah", "pt", "jenjang_sekolah", "tidak bersekolah", "partisipasi"),
    ],
)
def test_a_person_who_contradicts_himself(spoilt, row, column, value, at, problem, remedy):
    error = spoilt("orang", row, column, value)
    assert error.column == at
    assert problem in error.problem
    assert remedy in error.remedy
    assert error.rows == [str(row + 2)]


@pytest.mark.parametrize(("day", "years"), [("2010-06-30", "15"), ("2010-07-01", "14")])
def test_age_grows_on_the_birthday(tables, check, day, years):
    year, month, date = day.split("-")
    tables["orang"].loc[2, ["tanggal_lahir", "umur"]] = [day, years]
    tables["orang"].loc[2, "nik"] = f"997201{date}{month}{year[2:]}0003"
    assert check(tables) == []


def test_a_birth_after_the_snapshot(tables, check):
    tables["orang"].loc[2, "tanggal_lahir"] = "2026-06-30"
    errors = {error.column: error for error in check(tables)}
    assert set(errors) == {"tanggal_lahir", "nik"}
    assert "sesudah tanggal_data" in errors["tanggal_lahir"].problem
    assert errors["tanggal_lahir"].rows == ["4"]


def test_a_registration_after_the_snapshot(spoilt):
    error = spoilt("esik", 1, "tanggal_daftar", "2025-07-01")
    assert "sesudah tanggal_data" in error.problem
    assert "tahunnya" in error.remedy
    assert error.rows == ["3"]


def test_two_snapshots_in_one_file(spoilt):
    error = spoilt("penerima", 1, "tanggal_data", "2025-03-31")
    assert error.column == "tanggal_data"
    assert "2 tanggal (2025-03-31: 1 baris, 2025-06-30: 1 baris)" in error.problem
    assert "folder sendiri" in error.remedy
    assert len(error.rows) == 1


@pytest.mark.parametrize("other_date", [False, True])
def test_one_person_twice(tables, check, other_date):
    esik = tables["esik"]
    esik.loc[1, ["nik", "nama"]] = esik.loc[0, ["nik", "nama"]]
    if other_date:
        esik.loc[1, "tanggal_data"] = "2025-03-31"
    first, *mixed = check({"esik": esik})
    assert "NIK ganda" in first.problem
    assert "perbaiki NIK" in first.remedy
    assert first.column == "nik"
    assert first.rows == ["2 = 3"]
    assert len(mixed) == other_date


def test_one_person_in_two_programmes_but_once_in_each(tables, check):
    assert check({"penerima": tables["penerima"]}) == []


def test_one_person_twice_in_one_programme(spoilt):
    error = spoilt("penerima", 1, "program", "PKH")
    assert "NIK ganda" in error.problem
    assert "satu program" in error.problem
    assert error.rows == ["2 = 3"]


def test_a_key_that_stands_twice(spoilt):
    error = spoilt("survei", 2, "id_sampel", "S1")
    assert "kunci utama berulang" in error.problem
    assert "sisakan satu" in error.remedy
    assert error.column == "tahun, id_sampel"
    assert error.rows == ["2 = 4"]


def test_a_cluster_in_two_strata(spoilt):
    error = spoilt("survei", 1, "strata", "desa")
    assert "lebih dari satu strata" in error.problem
    assert "gabungkan" in error.remedy
    assert error.rows == ["2 (tahun 2024)", "3 (tahun 2024)"]


def test_a_cluster_may_change_its_stratum_with_the_year(tables, check):
    survey = tables["survei"]
    survey.loc[2, ["tahun", "klaster", "strata"]] = ["2023", "A1", "desa"]
    assert check({"survei": survey}) == []


@pytest.mark.parametrize(
    ("row", "column", "value", "what", "rows"),
    [
        (1, "teks", "Air lancar.", "segmen", "2 3 4"),
        (1, "peran_informan", "lurah", "segmen", "2 3 4"),
        (1, "parafrase", "Air lancar.", "segmen", "2 3 4"),
        (1, "id_wawancara", "W02", "segmen", "2 3 4"),
        (3, "tanggal", "2025-05-03", "wawancara", "2 3 4 5"),
        (3, "kode_wilayah", "33.72.01.1002", "wawancara", "2 3 4 5"),
        (3, "jenis", "fgd", "wawancara", "2 3 4 5"),
    ],
)
def test_a_segment_or_a_talk_told_in_two_ways(spoilt, row, column, value, what, rows):
    error = spoilt("wawancara", row, column, value)
    assert error.problem.startswith(f"{column} berbeda di antara baris-baris satu {what}")
    assert f"samakan {column}" in error.remedy
    assert error.column == column
    assert [found.split()[0] for found in error.rows] == rows.split()


def test_four_themes_of_one_coder(tables, check):
    themes = ["hunian", "pendapatan", "kesehatan", "keamanan"]
    [error] = check({"wawancara": tables["wawancara"].iloc[[2] * 4].assign(tema=themes)})
    assert error.problem == "satu pengode memberi lebih dari 3 tema kepada satu segmen"
    assert error.column == "tema"
    assert len(error.rows) == 4


def test_percentages_as_fractions(tables, check):
    tables["kelurahan"]["air_layak_pct"] = ["0.985", "1"]
    [error] = check({"kelurahan": tables["kelurahan"]})
    assert error.column == "air_layak_pct"
    assert "pecahan" in error.problem
    assert "kalikan 100" in error.remedy
    assert error.rows == ["2 (tahun 2024, kode_wilayah 33.72.01.1001) berisi '0.985'"]


def test_percentages_are_judged_by_year(tables, check):
    """One year in fractions among others in percent, as when a supplier changes his form."""
    series = pd.concat([tables["kelurahan"]] * 2, ignore_index=True)
    series["tahun"] = ["2023", "2023", "2024", "2024"]
    series["air_layak_pct"] = ["0.985", "0.7", "98.5", "70"]
    [error] = check({"kelurahan": series})
    assert error.column == "air_layak_pct"
    assert "dalam tahun itu" in error.problem
    assert [row.split()[0] for row in error.rows] == ["2", "3"]


@pytest.mark.parametrize("values", [["0.4", "1.2"], ["0", "1"]])
def test_small_percentages_are_no_fractions(tables, check, values):
    tables["kelurahan"]["anak_tidak_sekolah_pct"] = values
    assert check({"kelurahan": tables["kelurahan"]}) == []
