"""Files that programs for qualitative coding export: CSV or XLSX, every cell as text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from python_calamine import CalamineError

from kajian.data.delimited import parse_rows, refuse_ragged
from kajian.errors import DataError


def read_coded_segments(path: Path) -> pd.DataFrame:
    """Read an export of Taguette or QualCoder, or a table of documents, without judging it.

    QualCoder leaves out the last cells of a row when a code has few categories; they are taken as
    empty. Of columns with the same name the first is kept.

    Parameters
    ----------
    path
        A CSV file in UTF-8, or an XLSX workbook, whose first sheet is read.

    Returns
    -------
    pd.DataFrame
        Text columns, empty cells missing; the index is the line or row of the file.

    Raises
    ------
    DataError
        The file cannot be opened, is neither CSV in UTF-8 nor XLSX, or is empty or ragged.
    """
    try:
        table = _read_sheet(path) if path.suffix.lower() == ".xlsx" else _read_csv(path)
    except (OSError, UnicodeDecodeError, CalamineError) as error:
        raise DataError(
            "berkas tidak dapat dibaca",
            remedy="periksa letaknya, dan ekspor ulang sebagai CSV UTF-8 atau XLSX",
            file=path,
        ) from error
    table.columns = table.columns.str.strip()
    table = table.loc[:, ~table.columns.duplicated()]
    return table.mask(table.apply(lambda column: column.str.strip() == ""))


def _read_csv(path: Path) -> pd.DataFrame:
    rows = parse_rows(path.read_bytes().decode().removeprefix("\ufeff"), path)
    header = rows.pop(next(iter(rows)))
    width = len(header)
    full = {line: row + [""] * (width - len(row)) for line, row in rows.items()}
    refuse_ragged(full, width, path)
    return pd.DataFrame(list(full.values()), columns=header, index=list(full), dtype="str")


def _read_sheet(path: Path) -> pd.DataFrame:
    cells = pd.read_excel(path, header=None, dtype="str", engine="calamine").fillna("")
    if cells.empty:
        raise DataError("berkas kosong", remedy="ekspor ulang", file=path)
    table = cells.iloc[1:].set_axis(list(cells.iloc[0]), axis=1)
    return table.set_axis(table.index + 1)
