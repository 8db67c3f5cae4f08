"""Empty forms of the restricted tables, to hand to those who hold the data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from kajian.data.restricted.tables import RestrictedField, RestrictedTable, restricted_table
from kajian.files import whole_file, write_text
from kajian.language import format_number

SHEET, GUIDE = "data", "keterangan"
LONGEST_LIST = 20  # options that a drop-down list still shows at a glance
LAST_ROW = 1_048_575
# XLSX stores a creation time; a fixed one keeps equal templates equal in bytes.
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_GUIDE_WIDTHS = {
    "kolom": 30,
    "judul": 26,
    "arti": 70,
    "satuan": 26,
    "isi yang diizinkan": 40,
    "wajib": 8,
    "identitas": 30,
    "definisi": 20,
}


def write_template(table_name: str, folder: Path) -> list[Path]:
    """Write an empty restricted table as CSV and as XLSX.

    The CSV holds the names of the columns. The XLSX has a sheet ``data`` with these names, text
    cells for codes, numbers and dates, lists of options and limits of numbers; and a sheet
    ``keterangan`` that says what each column means.

    Parameters
    ----------
    table_name
        One of :data:`kajian.data.restricted.tables.TABLES`.
    folder
        Where ``<table>.csv`` and ``<table>.xlsx`` go.

    Returns
    -------
    list of Path
        The CSV and the XLSX file.

    Raises
    ------
    DataError
        When there is no such table.
    """
    table = restricted_table(table_name)
    delimited, workbook = (folder / f"{table.name}{form}" for form in (".csv", ".xlsx"))
    write_text(delimited, ",".join(field.name for field in table.fields) + "\n")
    with whole_file(workbook) as path, xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"created": _CREATED, "title": table.title, "comments": table.description}
        )
        _write_form(book, table)
        _write_guide(book, table)
    return [delimited, workbook]


def _write_form(book: Any, table: RestrictedTable) -> None:
    sheet = book.add_worksheet(SHEET)
    header, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for number, field in enumerate(table.fields):
        sheet.set_column(
            number, number, max(12, len(field.name) + 2), text if field.type == "string" else None
        )
        sheet.write_string(0, number, field.name, header)
        if limits := _limits(field):
            sheet.data_validation(1, number, LAST_ROW, number, limits)


def _write_guide(book: Any, table: RestrictedTable) -> None:
    sheet = book.add_worksheet(GUIDE)
    header = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for number, (name, width) in enumerate(_GUIDE_WIDTHS.items()):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, header)
    for row, field in enumerate(table.fields, start=1):
        facts = (
            field.name,
            field.title,
            field.description,
            field.unit,
            _allowed(field),
            "ya" if field.constraints.required else "tidak",
            _identity(field),
            field.definition or "",
        )
        for number, fact in enumerate(facts):
            sheet.write_string(row, number, fact, wrapped)


def _limits(field: RestrictedField) -> dict[str, Any]:
    """What a cell of a column may hold, in the words of a spreadsheet; empty for anything."""
    low, high = field.constraints.minimum, field.constraints.maximum
    options = field.constraints.enum
    says = {"error_title": "Isi tidak sesuai", "error_message": f"{field.name}: {_allowed(field)}"}
    if options:
        listed = len(options) <= LONGEST_LIST
        says["error_message"] = "Pilih salah satu dari daftar."
        return {"validate": "list", "source": list(options), **says} if listed else {}
    if low is None:
        return {}
    kind = "integer" if field.type == "integer" else "decimal"
    if high is None:
        return {"validate": kind, "criteria": ">=", "value": low, **says}
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, **says}


def _allowed(field: RestrictedField) -> str:
    rules = field.constraints
    if rules.enum:
        return "; ".join(rules.enum)
    if field.type == "string":
        return f"teks berpola {rules.pattern}" if rules.pattern else "teks"
    noun = "bilangan bulat" if field.type == "integer" else "angka"
    limits = [
        f"{word} {_shown(limit)}"
        for word, limit in (("paling kecil", rules.minimum), ("paling besar", rules.maximum))
        if limit is not None
    ]
    return ", ".join([noun, *limits])


def _identity(field: RestrictedField) -> str:
    if field.role in ("nik", "no_kk", "id"):
        return "identitas: disamarkan sebelum dianalisis"
    return "identitas: dibuang sebelum dianalisis" if field.role else ""


def _shown(limit: float) -> str:
    decimals = 0 if limit == int(limit) else 4
    return format_number(limit, decimals)
