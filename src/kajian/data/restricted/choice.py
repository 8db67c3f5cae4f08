"""Which sheet of a workbook holds a restricted table; never one of two."""

from __future__ import annotations

from pathlib import Path

import python_calamine as calamine

from kajian.data.restricted.tables import RestrictedTable, spelling
from kajian.errors import DataError

FORM, GUIDE = "data", "keterangan"  # sheets of our own templates
GUIDE_COLUMNS = (
    *("kolom", "judul", "arti", "satuan"),
    *("isi yang diizinkan", "wajib", "identitas", "definisi"),
)
HEADER_DEPTH = 20  # rows in which the header is looked for


def choose_sheet(
    book: calamine.CalamineWorkbook, table: RestrictedTable, path: Path
) -> calamine.CalamineSheet:
    """Choose the sheet that holds a table.

    It is the one named like the table, else the one named ``data``, else the first visible one
    with the names of the columns, else the first visible one. The guide of a template is none.

    Raises
    ------
    DataError
        When the workbook has no such sheet, or another sheet, visible or hidden, holds the
        columns too.
    """
    found = {
        sheet.name: (book.get_sheet_by_name(sheet.name), sheet.visible)
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    }
    sheets = {name: sheet for name, (sheet, _) in found.items() if not _is_guide(sheet)}
    holding = [name for name, sheet in sheets.items() if _holds(sheet, table)]
    visible = [name for name in sheets if found[name][1] == calamine.SheetVisibleEnum.Visible]
    options = [
        *(name for wanted in (table.name, FORM) for name in sheets if spelling(name) == wanted),
        *(name for name in visible if name in holding),
        *visible,
    ]
    if not options:
        raise DataError(
            "tidak ada lembar yang tampak selain keterangan",
            remedy=f"taruh tabelnya di lembar bernama '{table.name}'",
            file=path,
        )
    if others := [name for name in holding if name != options[0]]:
        listed = ", ".join(f"'{name}'" for name in others)
        raise DataError(
            f"kolom tabel ini ada di lembar '{options[0]}' dan juga di lembar lain "
            f"(mungkin tersembunyi): {listed}",
            remedy=f"kumpulkan semua barisnya di satu lembar bernama '{table.name}', lalu hapus "
            "lembar lain itu atau pindahkan ke luar folder ini",
            file=path,
        )
    return sheets[options[0]]


def _holds(sheet: calamine.CalamineSheet, table: RestrictedTable) -> bool:
    """Whether some row among the first names at least half of the columns."""
    names = {field.name for field in table.fields if not field.optional}
    top = sheet.to_python(skip_empty_area=False, nrows=HEADER_DEPTH)
    return any(2 * len(names & {spelling(str(cell)) for cell in row}) >= len(names) for row in top)


def _is_guide(sheet: calamine.CalamineSheet) -> bool:
    return sheet.name == GUIDE and sheet.to_python(nrows=1)[:1] == [list(GUIDE_COLUMNS)]
