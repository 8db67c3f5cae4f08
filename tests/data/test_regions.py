from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.regions import (
    check_codes,
    check_complete_panel,
)
from kajian.errors import DataError

DISTRICTS = pd.Index(["33.10", "33.11", "33.72"])
# Kratonan: 33.72.02.1005 for Kemendagri, 3372020005 for BPS.
KELURAHAN = pd.Index(["33.72.02.1001", "33.72.02.1005"])


def refused(codes: list[object], known: pd.Index = DISTRICTS, unique: bool = True) -> DataError:
    with pytest.raises(DataError) as caught:
        check_codes(pd.Series(codes), known, file="a.csv", column="kode_wilayah", unique=unique)
    assert caught.value.file == "a.csv"
    assert caught.value.column == "kode_wilayah"
    return caught.value


def test_known_codes_pass():
    check_codes(pd.Series(["33.72", "33.10"]), DISTRICTS, file="a.csv", column="kode")
    check_codes(pd.Series(["33.72"] * 2), DISTRICTS, file="a.csv", column="kode", unique=False)


def test_codes_of_the_other_system_pass_when_the_list_is_theirs():
    check_codes(
        pd.Series(["3372020005"]), pd.Index(["3372020005"]), file="bps.csv", column="kode_bps"
    )


def test_numbers_are_not_codes():
    error = refused([33.1, 33.72])
    assert "angka" in error.problem
    assert "str" in error.remedy
    assert error.rows == ["ke-1 (33.1)", "ke-2 (33.72)"]


def test_one_number_among_text():
    assert refused(["33.72", 33.1]).rows == ["ke-2 (33.1)"]


def test_empty_code():
    error = refused(["33.72", None])
    assert "kosong" in error.problem
    assert len(error.rows) == 1


def test_lost_trailing_zero_names_the_right_code():
    error = refused(["33.72", "33.1"])
    assert "nol" in error.problem
    assert "33.1 -> 33.10" in error.remedy
    assert error.rows == ["ke-2 (33.1)"]


def test_bps_code_of_a_district_is_translated():
    error = refused(["3372", "33.10"])
    assert "BPS" in error.problem
    assert "3372 -> 33.72" in error.remedy
    assert "padanan" not in error.remedy


def test_bps_code_of_a_kelurahan_needs_a_crosswalk():
    error = refused(["3372020005"], KELURAHAN)
    assert "padanan" in error.remedy
    assert "->" not in error.remedy


def test_kemendagri_code_without_dots_is_only_a_guess():
    error = refused(["3372021005"], KELURAHAN)
    assert "3372021005 -> 33.72.02.1005" in error.remedy
    assert "padanan" in error.remedy


def test_unknown_code_shows_valid_ones():
    error = refused(["33.99"])
    assert "daftar" in error.problem
    assert "33.10" in error.remedy


def test_repeated_code():
    error = refused(["33.72", "33.10", "33.72"])
    assert "berulang" in error.problem
    assert error.rows == ["ke-1 (33.72)", "ke-3 (33.72)"]


def panel(years: tuple[int, ...] = (2018, 2020, 2021)) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([DISTRICTS, years], names=["kode_wilayah", "tahun"])
    return keys.to_frame(index=False)


def check(table: pd.DataFrame, gaps: tuple[int, ...] = (2019,)) -> None:
    check_complete_panel(
        table, unit="kode_wilayah", time="tahun", known=DISTRICTS, gaps=gaps, file="panel.csv"
    )


def test_complete_panel_with_declared_gap_passes():
    check(panel())


def test_undeclared_gap_is_named_once():
    with pytest.raises(DataError) as caught:
        check(panel(), gaps=())
    assert caught.value.rows == ["2019"]


def test_district_without_a_year_is_named():
    with pytest.raises(DataError) as caught:
        check(panel().drop(index=1))
    assert caught.value.rows == ["33.10 tahun 2020"]
    assert caught.value.file == "panel.csv"


def test_district_missing_altogether_is_named_in_every_year():
    table = panel().query("kode_wilayah != '33.72'")
    with pytest.raises(DataError) as caught:
        check(table)
    assert caught.value.rows == ["33.72 tahun 2018", "33.72 tahun 2020", "33.72 tahun 2021"]


def test_district_twice_in_a_year():
    table = panel()
    with pytest.raises(DataError) as caught:
        check(pd.concat([table, table.head(1)]))
    assert caught.value.rows == ["33.10 tahun 2018"]
