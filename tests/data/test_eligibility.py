from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kajian.data.eligibility import programme_targets
from kajian.data.tables import read_named
from kajian.errors import DataError

LINE = 600_000
RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture
def homes() -> pd.DataFrame:
    """Five households: poor with a child, poor alone, near poor pupils, worn house, well off."""
    return pd.DataFrame(
        {
            "samaran_rumah_tangga": list("abcde"),
            "samaran_kk": list("ABCDE"),
            "kode_wilayah": "33.72.01.1001",
            "rw": 1,
            "jumlah_anggota": [3, 1, 4, 2, 2],
            "pengeluaran_rp": [1_200_000, 599_999, 2_600_000, 1_300_000, 9_000_000],
            "jk_kepala": ["P", "L", "L", "L", "P"],
            "umur_kepala": [35, 70, 44, 59, 60],
            "status_rumah": "milik_sendiri",
            "lantai": ["keramik", "semen", "keramik", "tanah", "keramik"],
            "dinding": "tembok",
            "desil": pd.array([1, 1, 3, 2, 10], dtype="Int64"),
        }
    )


@pytest.fixture
def persons() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "samaran_rumah_tangga": list("aabccddee"),
            "umur": [35, 8, 64, 44, 16, 59, 50, 60, 30],
            "jenjang_sekolah": [None, "sd", None, None, "sma", None, None, None, "pt"],
            "disabilitas": ["tidak_ada"] * 5 + ["fisik"] + ["tidak_ada"] * 3,
        }
    )


@pytest.fixture
def recipients() -> pd.DataFrame:
    rows = [
        *(("PKH", "A", 2025, 900_000), ("PKH", "E", 2025, 900_000), ("PKH", "B", 2024, 1)),
        *(("PIP", "C", 2025, 450_000), ("PIP", "C", 2025, 450_000)),
    ]
    return pd.DataFrame(rows, columns=["program", "samaran_kk", "tahun", "nilai_rp"])


def rules(*rows: tuple[str, float | None, int | None, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["program", "batas_garis", "batas_desil", "syarat"])


def test_right_and_receipt_by_household(homes, persons, recipients):
    table = rules(("PKH", 1.0, None, "tanggungan"), ("PIP", 1.1, None, "pelajar"))
    found = programme_targets(homes, persons, recipients, None, table, LINE)
    assert found.eligible["PKH"].tolist() == [True, False, False, False, False]
    assert found.eligible["PIP"].tolist() == [True, False, True, False, False]
    assert found.suited["PKH"].tolist() == [True, False, False, False, False]
    assert found.received["PKH"].tolist() == [True, False, False, False, True], "last year only"
    assert found.value_rp["PIP"].tolist() == [0, 0, 900_000, 0, 0], "two pupils of one card"


def test_limits_by_decile_and_the_worn_house(homes, persons, recipients):
    table = rules(("PKH", None, 2, "rumah_rusak"), ("PIP", None, 3, "semua"))
    found = programme_targets(homes, persons, recipients, None, table, LINE)
    assert found.eligible["PKH"].tolist() == [False, False, False, True, False]
    assert found.eligible["PIP"].tolist() == [True, True, True, True, False]


def test_a_household_at_the_line_is_not_below_it(homes, persons, recipients):
    homes["pengeluaran_rp"] = homes["jumlah_anggota"] * LINE
    table = rules(("PKH", 1.0, None, "semua"))
    assert (
        not programme_targets(homes, persons, recipients, None, table, LINE).eligible["PKH"].any()
    )


def test_groups_are_named_by_head_age_and_disability(homes, persons, recipients):
    table = rules(("PKH", 1.0, None, "semua"))
    groups = programme_targets(homes, persons, recipients, None, table, LINE).households
    assert groups["kepala"].iloc[0] == "kepala perempuan"
    assert groups["umur_kepala"].str.endswith("bukan lansia").tolist() == [
        *(True, False, True, True, False)
    ]
    assert groups["disabilitas"].str.startswith("ada").tolist() == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_only_active_members_are_registered(homes, persons, recipients):
    registry = pd.DataFrame({"samaran_kk": ["A", "B"], "status": ["aktif", "keluar"]})
    table = rules(("ESIK", 1.2, None, "semua"))
    found = programme_targets(homes, persons, recipients, registry, table, LINE)
    assert found.received["ESIK"].tolist() == [True, False, False, False, False]
    with pytest.raises(DataError, match="esik"):
        programme_targets(homes, persons, recipients, None, table, LINE)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("PKH", None, None, "semua"), "salah satu saja"),
        (("PKH", 1.0, 3, "semua"), "salah satu saja"),
        (("PKH", 1.0, None, "janda"), "'janda' untuk program PKH tidak dikenal"),
        (("RTLH", 1.0, None, "semua"), "tidak ada penerima program RTLH"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(homes, persons, recipients, row, message):
    with pytest.raises(DataError, match=message):
        programme_targets(homes, persons, recipients, None, rules(row), LINE)


def test_a_register_that_measures_no_consumption_is_told_the_other_way(homes, persons, recipients):
    homes["pengeluaran_rp"] = pd.array([pd.NA, 1, 1, 1, 1], dtype="Int64")
    table = rules(("PKH", 1.0, None, "semua"))
    with pytest.raises(DataError, match=r"1 dari 5 rumah tangga.*batas yang lain"):
        programme_targets(homes, persons, recipients, None, table, LINE)


def test_the_shipped_rules_use_conditions_that_exist(homes, persons, recipients):
    shipped, _ = read_named(RAW, "indikator/sasaran_program")
    names = set(shipped["program"])
    assert names >= {"PKH", "SEMBAKO", "PBI_JKN", "PIP", "RTLH", "ESIK"}
    everybody = pd.concat(
        [recipients.head(1).assign(program=name) for name in names - {"ESIK"}], ignore_index=True
    )
    registry = pd.DataFrame({"samaran_kk": ["A"], "status": ["aktif"]})
    found = programme_targets(homes, persons, everybody, registry, shipped, LINE)
    assert set(found.eligible) == names
