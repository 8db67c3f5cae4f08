"""Small counts and hidden ones in tables of text cells."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.privacy.small_cells import (
    RATE,
    RECOVERABLE,
    SMALL,
    find_small_cells,
    small_samples,
)


def found(columns: dict[str, list[str]], threshold: int = 5) -> list[tuple[str, int, int]]:
    return list(find_small_cells(pd.DataFrame(columns, dtype=object), threshold))


@pytest.mark.parametrize(
    "header",
    [
        *("n", "n_miskin", "miskin_orang", "penduduk_jiwa", "miskin_rumah_tangga", "desil1_kk"),
        *("jumlah_lansia", "banyaknya_anak", "Penduduk miskin (jiwa)", "Sasaran (KK)"),
        "Sampel (n)",
    ],
)
def test_columns_that_count_people(header):
    assert found({header: ["0", "1", "4", "5", "12", "3.0", "1.000", ""]}) == [
        (SMALL, 0, row) for row in (1, 2, 5)
    ]


@pytest.mark.parametrize(
    "header",
    ["nama", "rank", "jumlah_rp", "jumlah_pct", "tahun", "nilai", "miskin_pct", "Jarak (m)"],
)
def test_columns_that_count_nobody(header):
    assert found({header: ["1", "2", "3"]}) == []


def test_the_threshold_is_the_smallest_number_shown():
    assert found({"n": ["2", "3", "9"]}, threshold=3) == [(SMALL, 0, 0)]
    assert len(found({"n": ["2", "3", "9"]}, threshold=10)) == 3


def test_one_hidden_cell_follows_from_the_total_of_the_column():
    assert found({"n": ["30", "<5", "41"]}) == [(RECOVERABLE, 0, 1)]
    assert found({"n": ["30", "x", "41"]}) == [(RECOVERABLE, 0, 1)]
    assert found({"n": ["30", "< 5", "x"]}) == []


def test_each_kecamatan_has_its_total():
    codes = ["33.72.01.1001", "33.72.01.1002", "33.72.02.1001", "33.72.02.1002", "33.72.03.1001"]
    hidden = {"kode_wilayah": codes, "n": ["<5", "x", "<5", "30", "<5"]}
    assert found(hidden) == [(RECOVERABLE, 1, 2)]


def test_districts_share_the_total_of_the_column_only():
    assert (
        found({"kode_wilayah": ["33.72.01", "33.72.02", "33.72.03"], "n": ["<5", "x", "7"]}) == []
    )


def test_each_year_has_its_total():
    table = {"tahun": ["2024", "2024", "2025", "2025"], "n": ["<5", "30", "<5", "40"]}
    assert [row for kind, _, row in found(table) if kind == RECOVERABLE] == [0, 2]


def test_a_rate_must_hide_with_the_count_of_its_row():
    table = {
        "n_miskin": ["<5", "x", "70"],
        "miskin_pct": ["4,2", "x", "31"],
        "Gini (%)": ["", "", "1"],
    }
    assert found(table) == [(RATE, 1, 0)]


def test_columns_of_one_name_are_told_apart_by_position():
    table = pd.DataFrame([["9", "2"], ["8", "7"]], columns=["n", "n"], index=[2, 3])
    assert list(find_small_cells(table, 5)) == [(SMALL, 1, 2)]


def test_an_empty_table_holds_nothing():
    assert found({"kode_wilayah": [], "tahun": [], "n": []}) == []


def test_small_samples_in_a_sentence():
    text = "Sampel n = 3, n=4 orang, N = 2; n = 0, n = 5, n = 3,7, n = 4 kelurahan, kolom_n = 2"
    assert small_samples(text, 5) == [7, 14, 25]
