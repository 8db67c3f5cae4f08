"""Spreadsheets as people fill them: titles above the header, totals below, numbers for codes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine as calamine

from kajian.data.restricted.formulas import error_cells
from kajian.data.restricted.source import Source, date_fields
from kajian.data.restricted.tables import RestrictedTable
from kajian.errors import DataError

HEADER_DEPTH = 20  # rows in which the header is looked for
_TOTAL = re.compile(
    r"(grand |sub)?(jumlah|total|rata-rata|rerata)( (kota|kabupaten|kecamatan|seluruh).*)?[: ]*",
    re.IGNORECASE,
)

Grid = list[list[Any]]


def read_sheet(path: Path, table: RestrictedTable) -> Source:
    """Read the sheet named like the table, or else the first one, as text.

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
        book = calamine.load_workbook(path)
        name = table.name if table.name in book.sheet_names else book.sheet_names[0]
        sheet = book.get_sheet_by_name(name)
        grid: Grid = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError) as error:
        raise DataError(
            "berkas tidak dapat dibaca sebagai XLSX",
            remedy="buka di aplikasi lembar kerja, hapus sandinya bila ada, lalu simpan ulang "
            "sebagai XLSX",
            file=path,
        ) from error
    place = f"{path}, lembar '{name}'"
    merged = sheet.merged_cell_ranges or []
    header, first = _header(grid, merged, table, place)
    rows = {
        line: row
        for line, row in enumerate(grid[first:], start=first + 1)
        if any(cell != "" for cell in row)
    }
    faults = [
        *_unnamed(rows, header, place),
        *_merged(merged, first, place),
        *_not_rows(rows, header, place),
        *_formula_errors(path, name, header, first, place),
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
    matches = [len(expected & set(names)) for names in top]
    if not any(matches):
        raise DataError(
            f"baris nama kolom tidak ditemukan di {HEADER_DEPTH} baris pertama",
            remedy="tulis nama kolom persis seperti di templat, semuanya di satu baris",
            file=place,
        )
    line = matches.index(max(matches))
    elsewhere = {
        name: number + 1
        for number, names in enumerate(top)
        for name in expected & set(names) - set(top[line])
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


def _unnamed(rows: dict[int, list[Any]], header: list[str], place: str) -> Iterator[DataError]:
    for number, title in enumerate(header):
        filled = [str(line) for line, row in rows.items() if row[number] != ""] if not title else []
        if filled:
            yield DataError(
                "kolom berisi tanpa nama kolom, biasanya karena judulnya sel gabungan",
                remedy="pisahkan sel gabungan (Unmerge Cells), lalu beri nama atau hapus kolom itu",
                file=place,
                column=_letters(number),
                rows=filled,
            )


def _merged(merged: list[Any], first: int, place: str) -> Iterator[DataError]:
    inside = [(start, end) for start, end in merged if start[0] >= first]
    if inside:
        yield DataError(
            "sel gabungan di baris data: hanya sel pertama yang berisi",
            remedy="pisahkan sel gabungan (Unmerge Cells), lalu isi setiap sel",
            file=place,
            column=", ".join(sorted({_letters(start[1]) for start, _ in inside})),
            rows=[f"{start[0] + 1}-{end[0] + 1}" for start, end in inside],
        )


def _not_rows(rows: dict[int, list[Any]], header: list[str], place: str) -> Iterator[DataError]:
    totals, numberings = [], []
    for line, row in rows.items():
        filled = [(header[number], cell) for number, cell in enumerate(row) if cell != ""]
        if isinstance(filled[0][1], str) and _TOTAL.fullmatch(filled[0][1].strip()):
            totals.append((line, filled[0][0]))
        elif len(filled) > 1 and [_text_of(cell).strip("()") for _, cell in filled] == [
            str(number) for number in range(1, len(filled) + 1)
        ]:
            numberings.append((line, filled[0][0]))
    for found, problem in (
        (totals, "baris jumlah atau total di antara data"),
        (numberings, "baris nomor kolom di antara data"),
    ):
        if found:
            yield DataError(
                problem,
                remedy="hapus baris itu; di bawah nama kolom hanya boleh ada baris data",
                file=place,
                column=", ".join(dict.fromkeys(title for _, title in found if title)) or None,
                rows=[str(line) for line, _ in found],
            )


def _formula_errors(
    path: Path, name: str, header: list[str], first: int, place: str
) -> Iterator[DataError]:
    by_column: dict[int, list[int]] = {}
    for line, number in error_cells(path, name):
        if line > first and number < len(header) and header[number]:
            by_column.setdefault(number, []).append(line)
    for number, lines in sorted(by_column.items()):
        yield DataError(
            "rumus menghasilkan galat (#REF!, #N/A, #DIV/0!, ...)",
            remedy="perbaiki rumusnya, atau tempel nilainya (Paste Values), lalu simpan ulang",
            file=place,
            column=header[number],
            rows=[str(line) for line in lines],
        )


def _numbers_for_text(
    rows: dict[int, list[Any]], header: list[str], table: RestrictedTable, place: str
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
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    return str(cell)


def _letters(number: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    high, low = divmod(number, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)
