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
        When the file is empty, a quotation mark is not closed, columns are separated by
        semicolons, or a row has more or fewer cells than there are columns.
    """
    lines: list[int] = []
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for row in reader:
            if row:
                lines.append(begin)
                rows.append(row)
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
    header = rows[0]
    if len(header) == 1 and ";" in header[0]:
        raise DataError(
            "kolom dipisahkan titik koma",
            remedy="simpan ulang dengan pemisah koma (dan titik desimal)",
            file=file,
        )
    ragged = [
        f"{line} ({len(row)} isian, seharusnya {len(header)})"
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]
    if ragged:
        raise DataError(
            "jumlah isian berbeda dari jumlah kolom",
            remedy="apit isian yang memuat koma dengan tanda kutip ganda; pakai titik desimal",
            file=file,
            rows=ragged,
        )
    return pd.DataFrame(rows[1:], columns=header, index=lines[1:], dtype="str")
