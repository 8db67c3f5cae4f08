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

import pandas as pd
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from kajian.privacy.markup import read_markup
from kajian.privacy.pieces import Content, Piece, Sheet, decoded, sheet, shown, within

# Parts of a workbook whose texts a reader of its cells does not see; the cells are read apart.
_BESIDE_CELLS = re.compile(
    r"(?:docProps/|xl/(?!worksheets/|sharedStrings|styles|theme)|custom).*\.(?:xml|vml)"
)
_HEADS = re.compile(r"<((?:odd|even|first)(?:Header|Footer))>(.*?)</\1>", re.DOTALL)


def read_csv(path: Path) -> Content:
    """Give a CSV as one table; its separator is the most frequent one of the first line."""
    text = decoded(path.read_bytes())
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t|", key=head.count))
    return sheet("", ((reader.line_num, row) for row in reader))


def read_xlsx(path: Path) -> Content:
    """Give every sheet, hidden ones too, and what lies beside the cells.

    That is the properties, comments, charts and drawings, and the heads and feet of sheets.
    """
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield Piece("nama lembar", name)
        yield from sheet(f"lembar {name}", enumerate(rows, start=1))
    with zipfile.ZipFile(path) as parts:
        for part in parts.namelist():
            if _BESIDE_CELLS.fullmatch(part):
                for item in within(f"bagian {part}", read_markup(decoded(parts.read(part)))):
                    yield replace(item, line=None) if isinstance(item, Piece) else item
            elif part.startswith("xl/worksheets/sheet"):
                for match in _HEADS.finditer(decoded(parts.read(part))):
                    yield Piece(f"bagian {part}", match[2])


def read_geopackage(path: Path) -> Content:
    """Give the attributes of every layer and the tables that describe the layers."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if name.startswith(("sqlite_", "rtree_")) or name == "gpkg_spatial_ref_sys":
                continue
            rows = database.execute(f'SELECT * FROM "{name}"')
            header = [column for column, *_ in rows.description]
            numbered = enumerate([header, *map(list, rows)])
            yield from sheet(f"lapisan {name}", numbered)


def read_parquet(path: Path) -> Content:
    """Give the columns, and what the file says of itself."""
    table = pq.read_table(path)
    for key, value in (table.schema.metadata or {}).items():
        yield Piece(f"keterangan {decoded(key)}", decoded(value))
    columns = [[shown(value) for value in column.to_pylist()] for column in table.columns]
    cells = pd.DataFrame(dict(enumerate(columns)), dtype=object)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    yield Sheet("", cells.set_axis(table.column_names, axis="columns"))
