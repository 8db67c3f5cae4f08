"""Dates of the tables of one folder against each other."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize(("day", "faults"), [("2025-06-30", 0), ("2025-07-01", 1)])
@pytest.mark.parametrize("name", ["esik", "penerima"])
def test_no_table_is_later_than_the_households(tables, check, name, day, faults):
    tables[name]["tanggal_data"] = day
    errors = check(tables)
    assert len(errors) == faults
    for error in errors:
        assert Path(error.file).stem == name
        assert error.column == "tanggal_data"
        assert "sesudah potret tabel rumah_tangga (2025-06-30)" in error.problem
        assert len(error.rows) == 2


@pytest.mark.parametrize(("day", "faults"), [("2026-06-30", 0), ("2026-07-01", 1)])
def test_without_households_no_table_is_a_year_ahead(tables, check, day, faults):
    tables["penerima"]["tanggal_data"] = day
    errors = check({name: tables[name] for name in ("esik", "penerima")})
    assert [Path(error.file).stem for error in errors] == ["penerima"] * faults


@pytest.mark.parametrize(("year", "faults"), [("2026", 0), ("2027", 1), ("2052", 1)])
def test_a_year_that_is_still_to_come(tables, check, year, faults):
    tables["kelurahan"].loc[1, "tahun"] = year
    errors = check(tables)
    assert len(errors) == faults
    for error in errors:
        assert error.column == "tahun"
        assert "(2025-06-30)" in error.problem
        assert [row.split()[0] for row in error.rows] == ["3"]


def test_without_a_snapshot_no_year_is_too_late(tables, check):
    tables["belanja"]["tahun"] = "2052"
    assert check({"belanja": tables["belanja"]}) == []
