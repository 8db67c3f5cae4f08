"""Delimited text: cells as they were typed, each row with the line in which it begins."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from kajian.errors import DataError


def parse_csv(text: str, file: Path) -> pd.DataFrame:
    """Read the text of a CSV file; the first row holds the names of the columns.

    Parameters
    ----------
    text
        The whole file, with its own line ends.
    file
        Named in the errors.

    Returns
    -------
    pd.DataFrame
        Text columns; the index is the line in which each row begins, counted from 1.

    Raises
    ------
    DataError
        As `parse_rows`, and when a row has more or fewer cells than there are columns.
    """
    rows = parse_rows(text, file)
    header = rows.pop(next(iter(rows)))
    refuse_ragged(rows, len(header), file)
    return pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")


def parse_rows(text: str, file: Path) -> dict[int, list[str]]:
    """Read the cells of a CSV file by the line, from 1, in which their row begins.

    Rows with nothing but blank cells are passed over.

    Raises
    ------
    DataError
        When the file is empty, a quotation mark is not closed, or columns are separated by
        semicolons or tabs.
    """
    rows: dict[int, list[str]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows[begin] = row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            "susunan CSV rusak",
            remedy="periksa tanda kutip ganda yang tidak ditutup",
            file=file,
            rows=[str(begin)],
        ) from error
    if not rows:
        raise DataError("berkas kosong", remedy="kembalikan berkas asli", file=file)
    header = next(iter(rows.values()))
    for mark, name in ((";", "titik koma"), ("\t", "tab")):
        if len(header) == 1 and mark in header[0]:
            raise DataError(
                f"kolom dipisahkan {name}",
                remedy="simpan ulang dengan pemisah koma (dan titik desimal)",
                file=file,
            )
    return rows


def refuse_ragged(rows: dict[int, list[str]], width: int, file: Path) -> None:
    """Refuse rows with more or fewer cells than there are columns.

    Raises
    ------
    DataError
        Names the lines.
    """
    ragged = [
        f"{line} ({len(row)} isian, seharusnya {width})"
        for line, row in rows.items()
        if len(row) != width
    ]
    if ragged:
        raise DataError(
            "jumlah isian berbeda dari jumlah kolom",
            remedy="apit isian yang memuat koma dengan tanda kutip ganda; pakai titik desimal",
            file=file,
            rows=ragged,
        )
