"""Empty forms of the restricted tables, to hand to those who hold the data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from kajian.data.restricted.choice import FORM, GUIDE, GUIDE_COLUMNS
from kajian.data.restricted.interview_forms import FORMS, interview_form
from kajian.data.restricted.tables import (
    CODE_EXAMPLE,
    DATE,
    DATE_EXAMPLE,
    RestrictedField,
    RestrictedTable,
    restricted_table,
)
from kajian.errors import DataError
from kajian.files import whole_file, write_text

LONGEST_LIST = 20  # options that a drop-down list still shows at a glance
LAST_ROW = 1_048_575
# XLSX stores a creation time; a fixed one keeps equal templates equal in bytes.
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_GUIDE_WIDTHS = dict(zip(GUIDE_COLUMNS, (30, 26, 70, 26, 40, 8, 30, 20), strict=True))


def write_template(table_name: str, folder: Path) -> list[Path]:
    """Write an empty restricted table as CSV and as XLSX.

    The CSV holds the names of the columns. The XLSX has a sheet ``data`` with these names, text
    cells for codes, numbers and dates, lists of options and limits of numbers; and a sheet
    ``keterangan`` that says what each column means.

    Parameters
    ----------
    table_name
        One of :data:`kajian.data.restricted.tables.TABLES`, or of
        :data:`kajian.data.restricted.interview_forms.FORMS`.
    folder
        Where ``<table>.csv`` and ``<table>.xlsx`` go.

    Returns
    -------
    list of Path
        The CSV and the XLSX file.

    Raises
    ------
    DataError
        When there is no such table, or one of the files is there: it may have been filled.
    """
    table = (interview_form if table_name in FORMS else restricted_table)(table_name)
    delimited, workbook = (folder / f"{table.name}{form}" for form in (".csv", ".xlsx"))
    for path in (delimited, workbook):
        if path.exists():
            raise DataError(
                "berkas sudah ada dan mungkin sudah diisi, jadi tidak ditimpa",
                remedy="pindahkan berkas itu, atau tulis templat ke folder lain: "
                f"`kajian template {table.name} --to FOLDER`",
                file=path,
            )
    write_text(delimited, ",".join(field.name for field in table.fields) + "\n")
    with whole_file(workbook) as path, xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"created": _CREATED, "title": table.title, "comments": table.description}
        )
        _write_form(book, table)
        _write_guide(book, table)
    return [delimited, workbook]


def _write_form(book: Any, table: RestrictedTable) -> None:
    sheet = book.add_worksheet(FORM)
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
    if field.type != "string":
        noun = "bilangan bulat" if field.type == "integer" else "angka"
        return ", ".join([noun, *field.limits])
    if field.unit == DATE:
        return f"tahun-bulan-tanggal, mis. {DATE_EXAMPLE}"
    if field.role in ("nik", "no_kk"):
        return "16 digit"
    return f"kode, mis. {CODE_EXAMPLE}" if rules.pattern else "teks"


def _identity(field: RestrictedField) -> str:
    if field.role in ("nik", "no_kk", "id"):
        return "identitas: disamarkan sebelum dianalisis"
    return "identitas: dibuang sebelum dianalisis" if field.role else ""
