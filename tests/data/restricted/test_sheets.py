"""Workbooks as people fill them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from kajian.data.restricted.formulas import error_cells
from kajian.data.restricted.reading import read_source, read_text
from kajian.data.restricted.tables import restricted_table
from kajian.errors import DataError

ESIK, KELURAHAN = restricted_table("esik"), restricted_table("kelurahan")


@pytest.fixture
def book(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> Callable[..., Path]:
    """Write a table to a sheet, then spoil the sheet."""

    def write(
        name: str = "esik",
        spoil: Callable[[Any, Any], None] = lambda sheet, book: None,
        *,
        top: int = 0,
        sheet_names: tuple[str, ...] = ("Sheet1",),
    ) -> Path:
        file = tmp_path / f"{name}.xlsx"
        with xlsxwriter.Workbook(file) as workbook:
            for sheet_name in sheet_names[:-1]:
                workbook.add_worksheet(sheet_name).write(0, 0, "bukan ini")
            sheet = workbook.add_worksheet(sheet_names[-1])
            sheet.write_row(top, 0, tables[name].columns)
            for line, row in enumerate(tables[name].itertuples(index=False), start=top + 1):
                for number, cell in enumerate(row):
                    if pd.notna(cell):
                        sheet.write_string(line, number, cell)
            spoil(sheet, workbook)
        return file

    return write


@pytest.fixture
def refused(book, says_nobody) -> Callable[..., DataError]:
    """Read a spoilt sheet and give its one fault."""

    def read(name, spoil, **layout) -> DataError:
        file = book(name, spoil, **layout)
        [error] = read_source(file, restricted_table(name)).faults
        says_nobody(error)
        assert error.file == f"{file}, lembar 'Sheet1'"
        return error

    return read


def test_a_sheet_is_read_as_text(book, tables):
    text = read_text(book(), ESIK)
    assert text.index.tolist() == [2, 3]
    pd.testing.assert_frame_equal(text.reset_index(drop=True), tables["esik"])


def test_the_sheet_named_like_the_table_is_read(book):
    file = book(sheet_names=("petunjuk", "esik"))
    assert read_source(file, ESIK).place == f"{file}, lembar 'esik'"


def test_titles_and_groups_above_the_names_are_passed_over(book, tables):
    def titles(sheet, workbook):
        sheet.merge_range(0, 0, 0, 6, "Daftar warga e-SIK")
        sheet.merge_range(1, 1, 1, 3, "identitas")

    text = read_text(book(spoil=titles, top=3), ESIK)
    assert text.index.tolist() == [5, 6]
    pd.testing.assert_frame_equal(text.reset_index(drop=True), tables["esik"])


def test_a_name_may_be_merged_downwards(book, tables):
    def header(sheet, workbook):
        sheet.merge_range(0, 0, 1, 0, "tanggal_data")
        sheet.merge_range(0, 1, 0, 3, "identitas")

    text = read_text(book(spoil=header, top=1), ESIK)
    assert text.index.tolist() == [3, 4]
    assert text["tanggal_data"].tolist() == ["2025-06-30"] * 2


def test_names_on_several_rows(book):
    def header(sheet, workbook):
        sheet.write(0, 6, "status")
        sheet.write_string(1, 6, "")

    file = book(spoil=header, top=1)
    with pytest.raises(DataError, match="tersebar di beberapa baris") as caught:
        read_source(file, ESIK)
    assert "satu baris (baris 2)" in caught.value.remedy
    assert (caught.value.column, caught.value.rows) == ("status", ["1"])
    assert caught.value.file == f"{file}, lembar 'Sheet1'"


def test_a_name_merged_sideways_leaves_a_column_without_one(book):
    def header(sheet, workbook):
        sheet.merge_range(0, 3, 0, 4, "nama")
        sheet.write_string(0, 4, "")

    unnamed, absent = read_source(book(spoil=header), ESIK).faults
    assert "tanpa nama kolom" in unnamed.problem
    assert "Unmerge" in unnamed.remedy
    assert (unnamed.column, unnamed.rows) == ("E", ["2", "3"])
    assert (absent.problem, absent.column) == ("kolom tidak ada", "kode_wilayah")


def test_a_sheet_without_names(tmp_path, says_nobody):
    file = tmp_path / "esik.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        workbook.add_worksheet().write_row(0, 0, ["2025-06-30", "9972012502800001", "Budi"])
    with pytest.raises(DataError, match=r"baris nama kolom tidak ditemukan.*templat") as caught:
        read_text(file, ESIK)
    says_nobody(caught.value)


def test_merged_cells_among_the_data(refused):
    error = refused("esik", lambda sheet, book: sheet.merge_range(1, 4, 2, 4, "33.72.01.1001"))
    assert "sel gabungan" in error.problem
    assert "Unmerge" in error.remedy
    assert (error.column, error.rows) == ("E", ["2-3"])


@pytest.mark.parametrize("word", ["Jumlah", "TOTAL", "Grand Total", "Jumlah Kota Surakarta"])
def test_a_row_of_totals(refused, word):
    def total(sheet, workbook):
        sheet.write(3, 1, word)
        sheet.write(3, 2, 18000)

    error = refused("kelurahan", total)
    assert "baris jumlah atau total" in error.problem
    assert "hapus baris itu" in error.remedy
    assert (error.column, error.rows) == ("kode_wilayah", ["4"])


def test_a_programme_may_be_called_total(book, tables):
    tables["program_bertahap"]["program"] = "Total Sanitasi"
    file = book("program_bertahap")
    assert read_source(file, restricted_table("program_bertahap")).faults == ()


def test_a_row_that_numbers_the_columns(refused):
    def numbers(sheet, workbook):
        sheet.write_row(1, 0, [f"({number})" for number in range(1, 16)])

    error = refused("kelurahan", numbers)
    assert "baris nomor kolom" in error.problem
    assert error.rows == ["2"]


@pytest.mark.parametrize("error_value", ["#REF!", "#N/A", "#DIV/0!"])
def test_a_formula_that_failed(refused, error_value):
    def formula(sheet, workbook):
        sheet.write_formula(2, 4, "=1/0", None, error_value)

    error = refused("kelurahan", formula)
    assert "rumus" in error.problem
    assert "Paste Values" in error.remedy
    assert (error.column, error.rows) == ("kemiskinan_pct", ["3"])


def test_failed_formulas_are_found_wherever_the_sheet_is_cut(tmp_path, monkeypatch):
    file = tmp_path / "b.xlsx"
    failed = {"a": [(line, 30 * line % 40) for line in range(1, 60)], "b": [(8, 701)]}
    with xlsxwriter.Workbook(file) as workbook:
        for name, cells in failed.items():
            sheet = workbook.add_worksheet(name)
            for line in range(60):
                sheet.write_row(line, 0, [f"teks {i}" for i in range(40)])
            for line, number in cells:
                sheet.write_formula(line - 1, number, "=X", None, "#NAME?")
    monkeypatch.setattr("kajian.data.restricted.formulas._CHUNK", 250)
    assert {name: error_cells(file, name) for name in failed} == failed


@pytest.mark.parametrize("column", ["nik", "no_kk"])
def test_a_number_of_sixteen_digits_is_rounded_by_a_spreadsheet(refused, column):
    number = ESIK.table_schema.fields.index(
        next(field for field in ESIK.fields if field.name == column)
    )
    error = refused("esik", lambda sheet, book: sheet.write_number(2, number, 9972012502800001))
    assert "15 digit" in error.problem
    assert "format sel sebagai teks" in error.remedy
    assert (error.column, error.rows) == (column, ["3"])


def test_dates_of_a_spreadsheet_become_iso_text(book):
    def dates(sheet, workbook):
        shown = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 5, dt.datetime(2023, 12, 31), shown)
        sheet.write_datetime(2, 5, dt.datetime(2023, 1, 2, 13, 5), shown)

    text = read_text(book(spoil=dates), ESIK)
    assert text["tanggal_daftar"].tolist() == ["2023-12-31", "2023-01-02 13:05:00"]


def test_a_date_without_its_format_is_a_number(refused):
    error = refused("esik", lambda sheet, book: sheet.write_number(1, 5, 45_291))
    assert "padahal kolom ini teks" in error.problem
    assert (error.column, error.rows) == ("tanggal_daftar", ["2"])


def test_numbers_are_written_as_in_a_csv(book):
    def numbers(sheet, workbook):
        sheet.write_row(1, 2, [9000, 2800, 12.5, 1 / 3])
        sheet.write_string(2, 2, "")

    text = read_text(book("kelurahan", numbers), KELURAHAN)
    assert text.iloc[0, 2:6].tolist() == ["9000", "2800", "12.5", "0.3333333333333333"]
    assert text["penduduk"].isna().tolist() == [False, True]


def test_empty_rows_between_and_below_are_no_rows(book):
    def empty(sheet, workbook):
        for number in range(7):
            sheet.write_string(2, number, "")
        sheet.write_row(4, 0, ["2025-06-30", "9972012502800001"])

    assert read_text(book(spoil=empty), ESIK).index.tolist() == [2, 5]


@pytest.mark.parametrize("shape", ["0%", "0.00%", "0.0 %;-0.0 %"])
def test_cells_that_are_shown_as_percentages(refused, shape):
    def percent(sheet, workbook):
        shown = workbook.add_format({"num_format": shape})
        sheet.write_number(1, 6, 0.985, shown)
        sheet.write_blank(2, 6, None, shown)

    error = refused("kelurahan", percent)
    assert "0.125" in error.problem
    assert "kalikan 100" in error.remedy
    assert (error.column, error.rows) == ("air_layak_pct", ["2"])


@pytest.mark.parametrize("shape", ["0.0", '0.0"%"', "0.0\\%"])
def test_a_percent_sign_may_be_a_mere_letter(book, shape):
    def percent(sheet, workbook):
        sheet.write_number(1, 6, 0.985, workbook.add_format({"num_format": shape}))

    assert read_source(book("kelurahan", percent), KELURAHAN).faults == ()


def test_what_only_looks_like_a_workbook(tmp_path):
    file = tmp_path / "esik.xlsx"
    file.write_text("nik,nama\n")
    with pytest.raises(DataError, match=r"tidak dapat dibaca sebagai XLSX.*simpan ulang"):
        read_text(file, ESIK)
