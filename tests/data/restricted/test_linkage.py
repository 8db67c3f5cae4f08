"""Households and persons that do not fit together."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def families(tables):
    """The two tables that belong together."""
    return {name: tables[name] for name in ("rumah_tangga", "orang")}


def test_a_household_without_persons(families, check):
    families["orang"] = families["orang"].iloc[:3]
    [error] = check(families)
    assert Path(error.file).name == "rumah_tangga.csv"
    assert "rumah tangga tanpa orang" in error.problem
    assert "tambahkan anggotanya" in error.remedy
    assert error.column == "id_rumah_tangga"
    assert error.rows == ["3"]


def test_a_person_without_household(families, check):
    families["rumah_tangga"] = families["rumah_tangga"].iloc[1:]
    [error] = check(families)
    assert Path(error.file).name == "orang.csv"
    assert "orang tanpa rumah tangga" in error.problem
    assert "tambahkan rumah tangganya" in error.remedy
    assert error.rows == ["2", "3", "4"]


def test_a_size_that_is_not_the_number_of_persons(spoilt):
    error = spoilt("rumah_tangga", 1, "jumlah_anggota", "4")
    assert "berbeda dari banyaknya orang" in error.problem
    assert "lengkapi tabel orang" in error.remedy
    assert error.column == "jumlah_anggota"
    assert error.rows == ["3 berisi '4'"]


@pytest.mark.parametrize(
    ("row", "relation", "problem", "remedy", "rows"),
    [
        (1, "kepala", "lebih dari satu kepala", "sisakan satu", ["2 = 3"]),
        (3, "orang_tua", "tanpa kepala", "hubungan 'kepala'", ["5"]),
    ],
)
def test_a_household_has_one_head(spoilt, row, relation, problem, remedy, rows):
    error = spoilt("orang", row, "hubungan", relation)
    assert "hubungan" in f"{error.problem} {error.column}"
    assert problem in error.problem
    assert remedy in error.remedy
    assert error.rows == rows


def test_households_and_persons_of_two_dates(families, check):
    families["rumah_tangga"]["tanggal_data"] = "2025-03-31"
    [error] = check(families)
    assert Path(error.file).name == "orang.csv"
    assert error.column == "tanggal_data"
    assert "rumah_tangga bertanggal 2025-03-31, orang bertanggal 2025-06-30" in error.problem
    assert "satu tanggal_data" in error.remedy


@pytest.mark.parametrize(
    ("column", "value", "problem", "rows"),
    [
        ("no_kk", "9972011702100009", "berbeda dari no_kk kepalanya", ["3"]),
        ("jk_kepala", "L", "berbeda dari jk kepalanya", ["3 berisi 'L'"]),
        ("umur_kepala", "74", "berbeda dari umur kepalanya", ["3 berisi '74'"]),
    ],
)
def test_a_household_that_says_something_else_of_its_head(spoilt, column, value, problem, rows):
    error = spoilt("rumah_tangga", 1, column, value)
    assert error.column == column
    assert problem in error.problem
    assert error.rows == rows


def test_without_one_head_nothing_is_compared(families, check):
    """That a household has two heads, or none, is said once."""
    families["rumah_tangga"]["umur_kepala"] = "99"
    families["orang"].loc[[1, 3], "hubungan"] = ["kepala", "orang_tua"]
    assert {error.column for error in check(families)} == {"hubungan", "id_rumah_tangga"}
