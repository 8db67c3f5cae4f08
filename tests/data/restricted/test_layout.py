"""Totals and signatures among the rows, in CSV files and in workbooks alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from kajian.data.restricted.reading import read_source, read_text
from kajian.data.restricted.tables import restricted_table


@pytest.fixture(params=[".csv", ".xlsx"])
def written(request, tmp_path: Path, tables: dict[str, pd.DataFrame]) -> Callable[..., Path]:
    """Write a table, with lines of a few cells below it or before its last row."""

    def write(name: str, below: list[list[str]], between: list[list[str]] | None = None) -> Path:
        content = tables[name].fillna("")
        *rows, last = content.to_numpy().tolist()
        grid = [list(content.columns), *rows, *(between or []), last, *below]
        grid = [line + [""] * (len(content.columns) - len(line)) for line in grid]
        file = tmp_path / f"{name}{request.param}"
        if request.param == ".csv":
            pd.DataFrame(grid).to_csv(file, index=False, header=False)
        else:
            with xlsxwriter.Workbook(file) as book:
                sheet = book.add_worksheet()
                for line, row in enumerate(grid):
                    sheet.write_row(line, 0, row)
        return file

    return write


@pytest.mark.parametrize(
    "below",
    [
        [["Jumlah", "18000"]],
        [["Total Penerima: 15 orang"]],
        [["", "TOTAL", "", "", "", "", "", "9000000"]],
        [["Total"], [""], ["", "", "Surakarta, 30 Juni 2025"], ["", "", "Lurah"], ["", "(Budi)"]],
        [["Rata-rata per orang: Rp2.000.000"], ["Mengetahui", "", "", "", "", "Lurah", "Camat"]],
    ],
)
def test_what_stands_below_the_last_row_is_told_once(written, below, says_nobody):
    file = written("penerima", below)
    [error] = read_source(file, restricted_table("penerima")).faults
    says_nobody(error)
    assert "jumlah atau total" in error.problem
    assert "tanda tangan" in error.problem
    assert error.remedy.startswith("hapus baris itu")
    lines = [4 + n for n, line in enumerate(below) if any(line)]
    assert error.rows == [str(line) for line in lines]


def test_a_signature_without_a_total(written, says_nobody):
    file = written("kelurahan", [["", "", "Surakarta, 2 Mei"], ["", "", "Sri Rahayu"]])
    [error] = read_source(file, restricted_table("kelurahan")).faults
    says_nobody(error)
    assert error.rows == ["4", "5"]


def test_a_subtotal_among_the_rows(written):
    file = written("kelurahan", [], [["Jumlah Kecamatan Laweyan", "", "9000", "2800"]])
    [error] = read_source(file, restricted_table("kelurahan")).faults
    assert error.rows == ["3"]
    assert error.column == "tahun"


def test_a_last_row_without_its_key_is_data_that_lacks_it(written, tables):
    tables["esik"].loc[1, "nik"] = ""
    text = read_text(written("esik", []), restricted_table("esik"))
    assert text["nik"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["Total Sanitasi", "Jumlahan"])
def test_a_programme_may_be_called_so(written, tables, name):
    tables["program_bertahap"]["program"] = name
    assert (
        read_source(written("program_bertahap", []), restricted_table("program_bertahap")).faults
        == ()
    )


def test_blank_rows_are_no_rows(written):
    file = written("penerima", [[], [" "], []], [[], [" ", " "]])
    assert read_text(file, restricted_table("penerima")).index.tolist() == [2, 5]


def test_a_total_with_too_few_cells_is_no_ragged_row(tables, tmp_path):
    file = tmp_path / "belanja.csv"
    file.write_text(tables["belanja"].to_csv(index=False) + "Total Belanja\nLurah,Budi\n")
    [error] = read_source(file, restricted_table("belanja")).faults
    assert error.rows == ["3", "4"]


def test_empty_columns_at_the_right_are_none(tables, tmp_path):
    file = tmp_path / "belanja.csv"
    lines = tables["belanja"].to_csv(index=False).splitlines()
    file.write_text("".join(f" {line},,\n" for line in lines))
    assert len(read_text(file, restricted_table("belanja"))) == 1
    file.write_text(f"{lines[0]},\n{lines[1]},lain\n")
    [error] = read_source(file, restricted_table("belanja")).faults
    assert "tanpa nama kolom" in error.problem
    assert (error.column, error.rows) == ("F", ["2"])
