"""Rows and columns as people lay them out: totals among the rows, names that are nearly right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kajian.data.restricted.source import Source, prose_fields
from kajian.data.restricted.tables import RestrictedTable, spelling
from kajian.errors import DataError

_WORD = r"(grand |sub ?)?(jumlah|total|rata-rata|rerata)"
_TOTAL = re.compile(rf"{_WORD}( (kota|kabupaten|kecamatan|seluruh).*)?[: ]*", re.IGNORECASE)
_TOTAL_OF = re.compile(rf"{_WORD}\b", re.IGNORECASE)
SPARSE = 2  # cells of a line of a signature

Rows = dict[int, list[Any]]


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return isinstance(cell, str) and not cell.strip()


def without_strays(
    rows: Rows, header: list[str], table: RestrictedTable, place: str | Path
) -> tuple[Rows, list[DataError]]:
    """Take away rows that are none of the table's, and name them.

    Parameters
    ----------
    rows
        Cells by line; a row may be shorter than `header`.
    header
        Names of the columns as they were typed; empty where a column has none.
    table, place
        What the rows should be of, and where they stand.

    Returns
    -------
    tuple
        The other rows, and one error for totals with what stands below them (a note, a
        signature), one for rows that number the columns.
    """
    names = [spelling(name) for name in header]
    # A programme may be called 'Total Sanitasi'.
    prose = {names.index(f.name) for f in prose_fields(table) if f.name in names}
    keys = [names.index(name) for name in table.key if name in names]

    def has_key(row: list[Any]) -> bool:
        return all(number < len(row) and not is_blank(row[number]) for number in keys)

    def is_total(row: list[Any]) -> bool:
        number, cell = _first(row)
        if not isinstance(cell, str):
            return False
        may_be_data = has_key(row) and number in prose
        return bool((_TOTAL.fullmatch if may_be_data else _TOTAL_OF.match)(cell.strip()))

    below: list[int] = []
    passed: list[int] = []
    for line in reversed(rows):
        total = is_total(rows[line])
        if has_key(rows[line]) and not total:
            break
        passed.append(line)
        if total or sum(not is_blank(cell) for cell in rows[line]) <= SPARSE:
            below = passed.copy()
    totals = sorted({*below, *(line for line, row in rows.items() if is_total(row))})
    numberings = [line for line, row in rows.items() if _numbers_columns(row)]
    faults = [
        DataError(
            problem,
            remedy=f"hapus baris itu; bila itu data, lengkapi {', '.join(table.key)}",
            file=place,
            column=", ".join(_columns_of([rows[line] for line in lines], header)) or None,
            rows=[str(line) for line in lines],
        )
        for lines, problem in (
            (totals, "baris jumlah atau total, catatan, atau tanda tangan di antara data"),
            (numberings, "baris nomor kolom di antara data"),
        )
        if lines
    ]
    strays = {*totals, *numberings}
    return {line: row for line, row in rows.items() if line not in strays}, faults


def find_unnamed(rows: Rows, header: list[str], place: str | Path) -> Iterator[DataError]:
    """Find columns that hold something and have no name."""
    for number in [number for number, title in enumerate(header) if not title]:
        if filled := [line for line, row in rows.items() if not is_blank(row[number])]:
            yield DataError(
                "kolom berisi tanpa nama kolom, biasanya karena judulnya sel gabungan",
                remedy="pisahkan sel gabungan (Unmerge Cells), lalu beri nama atau hapus kolom itu",
                file=place,
                column=letters_of(number),
                rows=[str(line) for line in filled],
            )


def find_column_faults(source: Source) -> list[DataError]:
    """Say which columns are missing or too many; a first row that is no header stays unsaid."""
    expected = {spelling(field.name): field.name for field in source.table.fields}
    present = list(source.text.columns)
    if not {spelling(name) for name in present} & set(expected):
        return [
            DataError(
                "baris pertama bukan nama kolom",
                remedy="tulis nama kolom persis seperti di templat di baris pertama",
                file=source.place,
            )
        ]
    meant = {name: expected.get(spelling(name)) for name in present}
    nearly = {name: to for name, to in meant.items() if to and to not in present}
    needed = {field.name for field in source.table.fields if not field.optional}
    change = ", ".join(f"ganti nama kolom '{name}' menjadi '{to}'" for name, to in nearly.items())
    faults = (
        (
            {name for name in present if present.count(name) > 1},
            "kolom tertulis lebih dari sekali",
            "sisakan satu",
        ),
        (set(nearly), "nama kolom tidak persis seperti di templat", change),
        (
            needed - set(present) - set(nearly.values()),
            "kolom tidak ada",
            "tambahkan kolom itu; namanya harus persis seperti di templat",
        ),
        (
            set(present) - set(expected.values()) - set(nearly),
            "kolom tidak dikenal",
            "hapus kolom itu; data yang tidak diperlukan tidak dibawa",
        ),
    )
    errors = [
        DataError(problem, remedy=remedy, file=source.place, column=", ".join(sorted(names)))
        for names, problem, remedy in faults
        if names
    ]
    if not errors and source.text.empty:
        return [
            DataError(
                "tabel tidak berisi satu baris pun",
                remedy="isi tabelnya, atau pindahkan berkasnya bila tabel ini tidak dipakai",
                file=source.place,
            )
        ]
    return errors


def letters_of(number: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    high, low = divmod(number, 26)
    return (letters_of(high - 1) if high else "") + chr(ord("A") + low)


def text_of_number(cell: Any) -> str:
    """Write a whole number without the decimals that a spreadsheet gives it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _first(row: list[Any]) -> tuple[int, Any]:
    return next((number, cell) for number, cell in enumerate(row) if not is_blank(cell))


def _numbers_columns(row: list[Any]) -> bool:
    if text_of_number(_first(row)[1]).strip(" ()") != "1":
        return False
    filled = [text_of_number(cell).strip(" ()") for cell in row if not is_blank(cell)]
    return len(filled) > 1 and filled == [str(n) for n in range(1, len(filled) + 1)]


def _columns_of(rows: Sequence[list[Any]], header: list[str]) -> list[str]:
    """Names of the columns in which rows begin."""
    first = (_first(row)[0] for row in rows)
    return list(dict.fromkeys(header[n] for n in first if n < len(header) and header[n]))
