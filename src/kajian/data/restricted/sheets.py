"""Spreadsheets as people fill them: titles above the header, totals below, numbers for codes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine as calamine

from kajian.data.restricted.choice import HEADER_DEPTH, choose_sheet
from kajian.data.restricted.formulas import error_cells, percent_cells
from kajian.data.restricted.layout import (
    Rows,
    find_unnamed,
    is_blank,
    letters_of,
    text_of_number,
    without_strays,
)
from kajian.data.restricted.source import Source, date_fields
from kajian.data.restricted.tables import RestrictedTable, spelling
from kajian.errors import DataError

Grid = list[list[Any]]


def read_sheet(path: Path, table: RestrictedTable) -> Source:
    """Read the sheet that holds a table, as `choose_sheet` chooses it, as text.

    What stands above the row of column names is passed over, and a name may be merged downwards.
    Below it only rows of the table may stand. Dates become ISO text.

    Returns
    -------
    Source
        The index is the row number of the sheet. Faults: cells that are merged, hold a formula
        error, or a number where text is meant; rows that are totals or number the columns;
        columns without a name.

    Raises
    ------
    DataError
        When the file is not a workbook or the sheet has no row of column names.
    """
    try:
        sheet = choose_sheet(calamine.load_workbook(path), table, path)
        grid: Grid = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError) as error:
        raise DataError(
            "berkas tidak dapat dibaca sebagai XLSX",
            remedy="buka di aplikasi lembar kerja, hapus sandinya bila ada, lalu simpan ulang "
            "sebagai XLSX",
            file=path,
        ) from error
    place = f"{path}, lembar '{sheet.name}'"
    merged = sheet.merged_cell_ranges or []
    header, first = _header(grid, merged, table, place)
    filled = {
        line: row
        for line, row in enumerate(grid[first:], start=first + 1)
        if not all(map(is_blank, row))
    }
    rows, strays = without_strays(filled, header, table, place)
    lines = range(first + 1, len(grid) + 1)
    trusted = set(lines) - (filled.keys() - rows.keys())
    faults = [
        *strays,
        *find_unnamed(rows, header, place),
        *_merged(merged, trusted, place),
        *_formula_errors(path, sheet.name, header, trusted, place),
        *_percentages(path, sheet.name, rows, header, table, place),
        *_numbers_for_text(rows, header, table, place),
    ]
    named = [number for number, title in enumerate(header) if title]
    text = pd.DataFrame(
        [[_text_of(row[number]) for number in named] for row in rows.values()],
        index=list(rows),
        columns=[header[number] for number in named],
        dtype="str",
    )
    return Source(table, text, place, tuple(faults))


def _header(
    grid: Grid, merged: list[Any], table: RestrictedTable, place: str
) -> tuple[list[str], int]:
    """Names of the columns (empty where a column has none) and the first row below them."""
    expected = {field.name for field in table.fields}
    top = [[str(cell).strip() for cell in row] for row in grid[:HEADER_DEPTH]]
    for (begin, left), (end, right) in merged:
        if end < len(top) and left == right:
            for line in range(begin, end + 1):
                top[line][left] = top[begin][left]
    found = [expected & set(map(spelling, names)) for names in top]
    matches = list(map(len, found))
    if not any(matches):
        raise DataError(
            f"baris nama kolom tidak ditemukan di {HEADER_DEPTH} baris pertama",
            remedy="tulis nama kolom persis seperti di templat, semuanya di satu baris; bila "
            f"tabelnya di lembar lain, beri lembar itu nama '{table.name}'",
            file=place,
        )
    line = matches.index(max(matches))
    elsewhere = {
        name: number + 1 for number, names in enumerate(found) for name in names - found[line]
    }
    if elsewhere:
        raise DataError(
            "nama kolom tersebar di beberapa baris",
            remedy=f"tulis semua nama kolom di satu baris (baris {line + 1}) tanpa sel gabungan",
            file=place,
            column=", ".join(elsewhere),
            rows=[str(number) for number in sorted(set(elsewhere.values()))],
        )
    below = [end for (begin, _), (end, _) in merged if begin <= line]
    return top[line], max([line, *below]) + 1


def _merged(merged: list[Any], lines: set[int], place: str) -> Iterator[DataError]:
    inside = [(start, end) for start, end in merged if start[0] + 1 in lines]
    if inside:
        yield DataError(
            "sel gabungan di baris data: hanya sel pertama yang berisi",
            remedy="pisahkan sel gabungan (Unmerge Cells), lalu isi setiap sel",
            file=place,
            column=", ".join(sorted({letters_of(start[1]) for start, _ in inside})),
            rows=[f"{start[0] + 1}-{end[0] + 1}" for start, end in inside],
        )


def _formula_errors(
    path: Path, name: str, header: list[str], lines: set[int], place: str
) -> Iterator[DataError]:
    by_column: dict[int, list[int]] = {}
    for line, number in error_cells(path, name):
        if line in lines and number < len(header) and header[number]:
            by_column.setdefault(number, []).append(line)
    for number, failed in sorted(by_column.items()):
        yield DataError(
            "rumus menghasilkan galat (#REF!, #N/A, #DIV/0!, ...)",
            remedy="perbaiki rumusnya, atau tempel nilainya (Paste Values), lalu simpan ulang",
            file=place,
            column=header[number],
            rows=[str(line) for line in failed],
        )


def _percentages(
    path: Path, name: str, rows: Rows, header: list[str], table: RestrictedTable, place: str
) -> Iterator[DataError]:
    shown = percent_cells(path, name)
    for field in table.fields:
        if field.type == "string" or field.name not in header:
            continue
        column = header.index(field.name)
        bad = [
            str(line)
            for line, number in shown
            if number == column and line in rows and _is_fraction(rows[line][number])
        ]
        if bad:
            yield DataError(
                "sel berformat persen: 12,5% tersimpan sebagai 0.125",
                remedy="ubah format sel menjadi angka biasa (Number), lalu kalikan 100: tulis "
                "12.5 untuk 12,5 persen",
                file=place,
                column=field.name,
                rows=bad,
            )


def _is_fraction(cell: Any) -> bool:
    return isinstance(cell, float | int) and 0 < cell <= 1


def _numbers_for_text(
    rows: Rows, header: list[str], table: RestrictedTable, place: str
) -> Iterator[DataError]:
    dates = date_fields(table)
    for field in table.fields:
        if field.type != "string" or field.name not in header:
            continue
        number = header.index(field.name)
        allowed = (str, datetime.date) if field.name in dates else str
        wrong = [str(line) for line, row in rows.items() if not isinstance(row[number], allowed)]
        if wrong:
            yield DataError(
                "sel berisi angka atau tanggal, padahal kolom ini teks: nol di depan hilang dan "
                "angka di atas 15 digit sudah dibulatkan lembar kerja",
                remedy="format sel sebagai teks, lalu isi ulang dari sumbernya",
                file=place,
                column=field.name,
                rows=wrong,
            )


def _text_of(cell: Any) -> str:
    """Write a cell as it would stand in a CSV file."""
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    return text_of_number(cell)
