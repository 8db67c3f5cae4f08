"""Small counts and hidden ones in tables of text cells."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.privacy.kinds import RATE, RECOVERABLE, SMALL
from kajian.privacy.small_cells import find_small_cells


def found(columns: dict[str, list[str]], threshold: int = 5) -> list[tuple[str, int, int]]:
    return list(find_small_cells(pd.DataFrame(columns, dtype=object), threshold))


@pytest.mark.parametrize(
    "header",
    [
        *("n", "n_miskin", "miskin_orang", "penduduk_jiwa", "miskin_rumah_tangga", "desil1_kk"),
        *("jumlah_lansia", "banyaknya_anak", "Penduduk miskin (jiwa)", "Sasaran (KK)"),
        *("Sampel (n)", "Jumlah orang", "Banyaknya rumah tangga", "jumlah", "orang", "count"),
        *("rumah_tangga", "penduduk", "responden", "size", "KK", "anak (orang)"),
    ],
)
def test_columns_that_count_people(header):
    assert found({header: ["0", "1", "4", "5", "12", "3.0", "1.000", ""]}) == [
        (SMALL, 0, row) for row in (1, 2, 5)
    ]


@pytest.mark.parametrize(
    "header",
    [
        "nama",
        "rank",
        "jumlah_rp",
        "jumlah_pct",
        "tahun",
        "nilai",
        "miskin_pct",
        "Jarak (m)",
        "Jumlah sekolah",
        "n kelurahan",
        "kode kk",
        "Pengeluaran per orang",
    ],
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


@pytest.mark.parametrize(
    ("cells", "total", "rows"),
    [
        (["<5", "<5", "20"], "22", [0, 1]),
        (["<5", "<5", "20"], "28", [0, 1]),
        (["<5", "x", "20"], "26", [0, 1]),
        (["<5", "<5", "20"], "25", []),
        (["<5", "x", "20"], "30", []),
        (["<5", "<5", "1.020"], "1.022", [0, 1]),
    ],
)
@pytest.mark.parametrize("label", ["Jumlah", "Total", "SELURUHNYA"])
def test_a_total_must_leave_hidden_cells_a_choice(label, cells, total, rows):
    down = {"kode": ["A", "B", "C", label], "n": [*cells, total]}
    assert [row for kind, _, row in found(down) if kind == RECOVERABLE] == rows


def test_a_total_of_a_row_must_leave_hidden_cells_a_choice():
    rows = {"kode": [*"ABC"], "n_l": ["<5", "<5", "x"], "n_p": ["<5", "<5", "x"]}
    forced = found({**rows, "Jumlah": ["8", "7", "40"]})
    assert forced == [(RECOVERABLE, 1, 0), (RECOVERABLE, 2, 0)]


def test_classes_of_age_hide_nobody():
    assert found({"umur": ["<5", "5-9", "10+"], "nilai": ["1", "2", "3"]}) == []


def test_a_cross_table_counts_people_when_an_axis_tells_of_them():
    header = ["jk", "L", "P"]
    rows = [["kategori_ppks", "", ""], ["odha", "3", "7"]]
    table = pd.DataFrame(rows, columns=header, dtype=object)
    assert list(find_small_cells(table, 5)) == [(SMALL, 1, 1)]
    table.columns = ["jenjang", "sd", "smp"]
    table.iloc[0, 0] = "kecamatan"
    assert list(find_small_cells(table, 5)) == []


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
