"""Readers of the formats that hold tables: CSV, XLSX, GeoPackage and Parquet."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from kajian.privacy.markup import read_markup
from kajian.privacy.pieces import (
    Content,
    Piece,
    Sheet,
    decoded,
    is_text,
    sheet,
    shown,
    within,
)
from kajian.privacy.raw import read_digits, read_png

# Parts of a workbook whose texts a reader of its cells does not see; the cells are read apart.
_BESIDE_CELLS = re.compile(
    r"(?:docProps/|xl/(?!worksheets/[^_]|sharedStrings|theme)|custom).*\.(?:xml|vml|rels)"
)
_CELLS = re.compile(r"<sheetData>.*</sheetData>", re.DOTALL)
_FORMULA = re.compile(r"<f[^>]*>([^<]+)</f>")


def read_csv(path: Path) -> Content:
    """Give a CSV as one table; its separator is in most of the first lines, and most often."""
    text = decoded(path.read_bytes())
    head = text[:5000].split("\n")[:10]

    def presence(separator: str) -> tuple[int, int]:
        return sum(separator in line for line in head), "".join(head).count(separator)

    reader = csv.reader(io.StringIO(text), delimiter=max(";\t|,", key=presence))
    return sheet("", ((reader.line_num, row) for row in reader))


def read_xlsx(path: Path) -> Content:
    """Give every sheet, hidden ones too, and what lies beside the cells.

    That is the properties, comments, links, charts, drawings and their pictures, formulas, formats
    of numbers, and the heads, feet and rules of sheets.
    """
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield Piece("nama lembar", name)
        yield from sheet(f"lembar {name}", enumerate(rows, start=1))
    with zipfile.ZipFile(path) as parts:
        for part in parts.namelist():
            place = f"bagian {part}"
            if _BESIDE_CELLS.fullmatch(part):
                yield from _unnumbered(place, decoded(parts.read(part)))
            elif part.startswith("xl/worksheets/"):
                text = decoded(parts.read(part))
                yield from _unnumbered(place, _CELLS.sub("", text))
                yield from (Piece(place, formula) for formula in _FORMULA.findall(text))
            elif part.endswith(".png"):
                yield from within(place, read_png(parts.read(part)))
            elif part.startswith("xl/media/"):
                yield from within(place, read_digits(parts.read(part)))


def _unnumbered(place: str, text: str) -> Content:
    """Read a part of a workbook, whose lines say nothing to a person."""
    for item in within(place, read_markup(text)):
        yield replace(item, line=None) if isinstance(item, Piece) else item


def read_geopackage(path: Path) -> Content:
    """Give every layer and table that describes one, how they are defined, and free pages.

    Of what was deleted only long numbers are found.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        for kind, name, definition in found:
            yield Piece("susunan berkas", f"{name}: {definition or ''}")
            if kind != "table" or name.startswith(("sqlite_", "rtree_")):
                continue
            if name == "gpkg_spatial_ref_sys":
                continue
            rows = database.execute(f'SELECT * FROM "{name}"')
            header = [column for column, *_ in rows.description]
            numbered = enumerate([header, *([*map(_blob_text, row)] for row in rows)])
            yield from sheet(f"lapisan {name}", numbered)
    yield from read_digits(path.read_bytes())


def _blob_text(value: Any) -> Any:
    """Text that is stored as bytes; a geometry is none."""
    if isinstance(value, bytes) and not value.startswith(b"GP") and is_text(value):
        return decoded(value)
    return value


def read_parquet(path: Path) -> Content:
    """Give the columns, and what the file says of itself."""
    table = pq.read_table(path)
    for key, value in (table.schema.metadata or {}).items():
        yield Piece(f"keterangan {decoded(key)}", decoded(value))
    columns = [
        [shown(_blob_text(value)) for value in column.to_pylist()] for column in table.columns
    ]
    cells = pd.DataFrame(dict(enumerate(columns)), dtype=object)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    yield Sheet("", cells.set_axis(table.column_names, axis="columns"))
