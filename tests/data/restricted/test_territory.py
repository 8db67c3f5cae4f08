"""Codes of kelurahan that are unknown, retired, or older than a split."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.restricted.reading import read_source
from kajian.data.restricted.tables import restricted_table
from kajian.data.restricted.territory import find_code_faults

SPLIT, PART = "33.72.05.1001", "33.72.05.1014"


def test_an_unknown_code(spoilt):
    error = spoilt("rumah_tangga", 1, "kode_wilayah", "33.72.01.1077")
    assert "tidak dikenal" in error.problem
    assert "33.72.01.1001" in error.remedy
    assert error.rows == ["3 berisi '33.72.01.1077'"]


def test_a_code_that_was_replaced(spoilt):
    error = spoilt("esik", 0, "kode_wilayah", "33.72.01.1099")
    assert "kode kelurahan lama" in error.problem
    assert "33.72.01.1099 kini 33.72.01.1002" in error.remedy
    assert error.rows == ["2 berisi '33.72.01.1099'"]


@pytest.mark.parametrize("code", [SPLIT, PART])
def test_a_year_before_the_split(tables, check, code):
    tables["belanja"] = pd.concat([tables["belanja"]] * 2, ignore_index=True)
    tables["belanja"]["kode_wilayah"] = code
    tables["belanja"]["tahun"] = ["2018", "2019"]
    [error] = check({"belanja": tables["belanja"]})
    assert error.column == "kode_wilayah"
    assert "sebelum pemekarannya (2019-01-01)" in error.problem
    assert "jembatani" in error.remedy
    assert error.rows == [f"2 (tahun 2018, kode_wilayah {code}, jenis modal) berisi '{code}'"]


@pytest.mark.parametrize(("date", "faults"), [("2018-12-31", 1), ("2019-01-01", 0)])
def test_a_snapshot_before_the_split(tables, check, date, faults):
    esik = tables["esik"].assign(tanggal_data=date, tanggal_daftar="2017-01-02")
    esik["kode_wilayah"] = SPLIT
    assert len(check({"esik": esik})) == faults


def test_a_series_that_its_publisher_recomputed(tables, check):
    spending = pd.concat([tables["belanja"]] * 2, ignore_index=True).assign(tahun="2018")
    spending["kode_wilayah"] = [SPLIT, PART]
    assert check({"belanja": spending}) == []


def test_a_kelurahan_that_was_not_split_may_be_of_any_year(tables, check):
    spending = tables["belanja"].assign(tahun="2012", kode_wilayah="33.72.01.1002")
    assert check({"belanja": spending}) == []


def test_a_bridged_table_is_checked_without_a_crosswalk(tables, known, tmp_path):
    file = tmp_path / "belanja.csv"
    tables["belanja"].assign(tahun="2018", kode_wilayah=SPLIT).to_csv(file, index=False)
    source = read_source(file, restricted_table("belanja"))
    assert list(find_code_faults(source, known, None)) == []
