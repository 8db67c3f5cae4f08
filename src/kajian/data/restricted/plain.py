"""Restricted tables as CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kajian.data.delimited import parse_rows, refuse_ragged
from kajian.data.restricted.layout import find_unnamed, without_strays
from kajian.data.restricted.source import Source
from kajian.data.restricted.tables import RestrictedTable
from kajian.errors import DataError


def read_plain(path: Path, table: RestrictedTable) -> Source:
    """Read a CSV file as text; the first row that is not blank holds the names of the columns.

    Returns
    -------
    Source
        The index is the line of the file. Faults: totals and notes among the rows, columns
        without a name.

    Raises
    ------
    DataError
        When the file cannot be opened, is not UTF-8 or not a table.
    """
    try:
        content = path.read_bytes().decode().removeprefix("\ufeff")
    except OSError as error:
        raise DataError(
            "berkas tidak dapat dibuka", remedy="minta izin baca kepada pemiliknya", file=path
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            "berkas tidak dapat dibaca sebagai UTF-8",
            remedy="simpan ulang sebagai CSV UTF-8",
            file=path,
        ) from error
    cells = parse_rows(content, path)
    header = [name.strip() for name in cells.pop(next(iter(cells)))]
    rows, strays = without_strays(cells, header, table, path)
    refuse_ragged(rows, len(header), path)
    faults = (*strays, *find_unnamed(rows, header, path))
    text = pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")
    return Source(table, text.loc[:, [bool(name) for name in header]], path, faults)
