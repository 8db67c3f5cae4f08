"""Codes of kelurahan that are unknown, retired, or older than a split."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.crosswalk import bridge
from kajian.data.restricted.reading import read_restricted
from kajian.data.restricted.tables import restricted_table

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


def test_kelurahan_that_are_brought_together_are_accepted(tables, check, tmp_path, crosswalk):
    """What the message asks for is enough: refused, bridged, written, accepted."""
    place = tables["kelurahan"].iloc[0].drop("dijembatani")
    rows = [{"tahun": "2017"}, {"tahun": "2024"}, {"tahun": "2024", "kode_wilayah": PART}]
    series = pd.DataFrame([{**place, "kode_wilayah": SPLIT, **row} for row in rows])
    [error] = check({"kelurahan": series})
    assert "kajian.data.crosswalk.bridge" in error.remedy
    assert 'direction="gabung"' in error.remedy
    assert "persentase hanya dapat digabung" in error.remedy
    file = tmp_path / "terbatas" / "kelurahan.csv"
    read = read_restricted(file, restricted_table("kelurahan"))
    totals = ("rumah_tangga", "genangan_kejadian", "lembaga_aktif")
    rates = [name for name in read if name.endswith(("_pct", "_per_10rb"))]
    bridged = bridge(
        read,
        code="kode_wilayah",
        year="tahun",
        values={**dict.fromkeys(totals, "sum"), **dict.fromkeys(rates, "mean")},
        crosswalk=crosswalk,
        weight="penduduk",
    )
    assert bridged["penduduk"].tolist() == [9000, 18000]
    file.unlink()
    file.parent.rmdir()
    assert check({"kelurahan": bridged}) == []


def test_spending_that_is_distributed_is_accepted(tables, check, tmp_path, crosswalk):
    spending = tables["belanja"].assign(tahun="2017", kode_wilayah=SPLIT, belanja_rp="500000001")
    [error] = check({"belanja": spending.drop(columns="dijembatani")})
    assert 'direction="pecah"' in error.remedy
    file = tmp_path / "terbatas" / "belanja.csv"
    bridged = bridge(
        read_restricted(file, restricted_table("belanja")),
        code="kode_wilayah",
        year="tahun",
        values={"belanja_rp": "sum"},
        crosswalk=crosswalk,
        direction="pecah",
        by=["jenis"],
    )
    assert bridged["belanja_rp"].tolist() == [200000000, 300000001]
    file.unlink()
    file.parent.rmdir()
    assert check({"belanja": bridged}) == []


def test_only_marked_rows_are_taken_at_their_word(tables, check):
    spending = pd.concat([tables["belanja"]] * 2, ignore_index=True)
    spending = spending.assign(kode_wilayah=SPLIT, tahun=["2017", "2018"], dijembatani=["1", "0"])
    [error] = check({"belanja": spending})
    assert [row.split()[0] for row in error.rows] == ["3"]


def test_persons_cannot_be_bridged(tables, check):
    esik = tables["esik"].assign(tanggal_data="2018-06-30", tanggal_daftar="2017-01-02")
    [error] = check({"esik": esik.assign(kode_wilayah=SPLIT)})
    assert "sesudah pemekaran menurut letak tiap baris" in error.remedy
    assert "bridge" not in error.remedy
