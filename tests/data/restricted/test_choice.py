"""Which sheet of a workbook is read, and when none may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from kajian.data.restricted.choice import GUIDE_COLUMNS
from kajian.data.restricted.reading import read_source
from kajian.data.restricted.tables import restricted_table
from kajian.errors import DataError

ESIK = restricted_table("esik")


@pytest.fixture
def book(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> Callable[..., Path]:
    """Write sheets: the table (T, U), notes (N, B) or a guide (G); hidden with a dash."""

    def write(**sheets: str) -> Path:
        file = tmp_path / "esik.xlsx"
        content = {
            "T": [list(tables["esik"].columns), *tables["esik"].to_numpy().tolist()],
            "U": [[f" {c.upper()} " for c in tables["esik"].columns]],
            "N": [["Catatan"], ["kolom nik diisi 16 digit"], ["nik"], ["status"]],
            "B": [["bukan ini"]],
            "G": [list(GUIDE_COLUMNS), *([name, "tanggal"] for name in tables["esik"])],
        }
        with xlsxwriter.Workbook(file) as workbook:
            for name, kind in sheets.items():
                sheet = workbook.add_worksheet(name)
                for line, row in enumerate(content[kind[-1]]):
                    sheet.write_row(line, 0, row)
                if kind.startswith("-"):
                    sheet.hide()
        return file

    return write


@pytest.mark.parametrize(
    ("sheets", "taken"),
    [
        ({"petunjuk": "N", "esik": "T"}, "esik"),
        ({"petunjuk": "N", "Data": "T"}, "Data"),
        ({"petunjuk": "N", "Lembar2": "T"}, "Lembar2"),
        ({"keterangan": "G", "Lembar2": "T"}, "Lembar2"),
        ({"keterangan": "T"}, "keterangan"),
        ({"catatan": "N", "lama": "-N", "Juni": "T"}, "Juni"),
    ],
)
def test_the_sheet_that_is_read(book, sheets, taken):
    file = book(**sheets)
    source = read_source(file, ESIK)
    assert source.place == f"{file}, lembar '{taken}'"
    assert source.faults == ()


@pytest.mark.parametrize("second", ["T", "-T", "U", "-U"])
@pytest.mark.parametrize("first", ["Januari", "esik", "data"])
def test_a_second_sheet_with_the_columns_is_not_dropped(book, first, second):
    file = book(**{first: "T", "catatan": "N", "Februari": second})
    with pytest.raises(DataError) as caught:
        read_source(file, ESIK)
    assert f"'{first}'" in caught.value.problem
    assert "'Februari'" in caught.value.problem
    assert "catatan" not in caught.value.problem
    assert "satu lembar bernama 'esik'" in caught.value.remedy


def test_a_hidden_sheet_is_not_read_for_a_visible_one(book):
    with pytest.raises(DataError, match="'lama'"):
        read_source(book(baru="N", lama="-T"), ESIK)


def test_no_sheet_has_the_columns(book):
    with pytest.raises(DataError, match=r"lembar 'kosong'.*beri lembar itu nama 'esik'"):
        read_source(book(keterangan="G", kosong="B", lain="N"), ESIK)


def test_a_guide_alone_is_no_table(book):
    with pytest.raises(DataError, match=r"selain keterangan.*bernama 'esik'"):
        read_source(book(keterangan="G"), ESIK)
