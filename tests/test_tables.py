"""Tables for people: what they show, and files that are equal when their content is."""

from __future__ import annotations

import csv
import re
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.tables import Column, show_table, write_table

TABLE = pd.DataFrame(
    {
        "kode_wilayah": ["33.10", "33.72", "33.09"],
        "kemiskinan_pct": [12.345678901234, 7.5, np.nan],
        "tahun": [2024, 2025, 2025],
        "nama": ["Klaten", "Surakarta & <sekitar>", None],
    }
)
ABOUT = {"judul": "Kemiskinan", "kajian": "coba", "kemiskinan_pct": "penduduk miskin, persen"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheet(path: Path, number: int) -> list[list[str | float | None]]:
    """Read one sheet of an XLSX file with nothing but zip and XML."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(node.itertext())
            for node in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
        ]
        rows = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{MAIN}row")
        return [[_content(cell, shared) for cell in row.iter(f"{MAIN}c")] for row in rows]


def _content(cell: ET.Element, shared: list[str]) -> str | float | None:
    value = cell.find(f"{MAIN}v")
    if value is None or value.text is None:
        return None
    return shared[int(value.text)] if cell.get("t") == "s" else float(value.text)


def test_two_writes_at_different_times_are_equal_in_bytes(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a", "tabel", ABOUT)
    time.sleep(2.1)  # zip dates count in steps of two seconds
    write_table(TABLE, tmp_path / "b", "tabel", ABOUT)
    for suffix in ("csv", "xlsx"):
        first, second = (tmp_path / folder / f"tabel.{suffix}" for folder in "ab")
        assert first.read_bytes() == second.read_bytes()
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"tabel.csv", "tabel.xlsx"}


def test_the_csv_reads_back(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path, "tabel", ABOUT)
    raw = (tmp_path / "tabel.csv").read_bytes()
    assert b"\r" not in raw
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows == [
        ["kode_wilayah", "kemiskinan_pct", "tahun", "nama"],
        ["33.10", "12.3456789", "2024", "Klaten"],
        ["33.72", "7.5", "2025", "Surakarta & <sekitar>"],
        ["33.09", "", "2025", ""],
    ]


def test_the_xlsx_reads_back_with_codes_as_text(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path, "tabel", ABOUT)
    header, klaten, surakarta, boyolali = read_sheet(tmp_path / "tabel.xlsx", 1)
    assert header == list(TABLE.columns)
    assert klaten == ["33.10", 12.3456789, 2024, "Klaten"]
    assert surakarta == ["33.72", 7.5, 2025, "Surakarta & <sekitar>"]
    assert [cell for cell in boyolali if cell is not None] == ["33.09", 2025]


def test_the_xlsx_describes_itself(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path, "tabel", ABOUT)
    path = tmp_path / "tabel.xlsx"
    assert read_sheet(path, 2) == [["hal", "keterangan"], *map(list, ABOUT.items())]
    with zipfile.ZipFile(path) as book:
        workbook, core = book.read("xl/workbook.xml"), book.read("docProps/core.xml")
    assert b'name="data"' in workbook
    assert b'name="keterangan"' in workbook
    assert b"<dc:title>Kemiskinan</dc:title>" in core
    dates = set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", core))
    assert dates == {b"2025-01-01T00:00:00Z"}, "no trace of when the file was written"


def test_differences_below_ten_digits_do_not_change_the_files(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a", "tabel", ABOUT)
    nearly = TABLE.assign(kemiskinan_pct=TABLE["kemiskinan_pct"] * (1 + 1e-15))
    write_table(nearly, tmp_path / "b", "tabel", ABOUT)
    other = TABLE.assign(kemiskinan_pct=TABLE["kemiskinan_pct"] * (1 + 1e-8))
    write_table(other, tmp_path / "c", "tabel", ABOUT)
    for suffix in ("csv", "xlsx"):
        a, b, c = ((tmp_path / f / f"tabel.{suffix}").read_bytes() for f in "abc")
        assert a == b
        assert a != c


def test_the_table_given_is_not_changed(tmp_path: Path) -> None:
    before = TABLE.copy(deep=True)
    write_table(TABLE, tmp_path, "tabel", ABOUT)
    pd.testing.assert_frame_equal(TABLE, before)


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("x", "X", 2), 1234.5, "1.234,50"),
        (Column("x", "X", 2), np.nan, "–"),
        (Column("x", "X"), None, "–"),
        (Column("x", "X"), "Jebres", "Jebres"),
        (Column("x", "X", 2, signed=True), 0.36, "+0,36"),
        (Column("x", "X", 2, signed=True), -0.36, "−0,36"),
        (Column("x", "X", 2, signed=True), 0.0, "0,00"),
        (Column("x", "X", 2, signed=True), 0.004, "0,00"),  # neither sign before a zero
        (Column("x", "X", 2, signed=True), -0.004, "0,00"),
        (Column("x", "X", 0), np.int64(54), "54"),
    ],
)
def test_a_cell_is_written_as_a_reader_expects(column: Column, value: object, text: str) -> None:
    assert column.show(value) == text


def test_a_shown_table_has_labels_numbers_and_order() -> None:
    columns = [Column("nama", "Daerah"), Column("kemiskinan_pct", "P0 (persen)", 1)]
    shown = show_table(TABLE, columns, label="t", title="Judul", note="Catatan")
    assert shown.header == ["Daerah", "P0 (persen)"]
    assert shown.numeric == [False, True]
    assert shown.rows == [["Klaten", "12,3"], ["Surakarta & <sekitar>", "7,5"], ["–", "–"]]


def test_the_html_form_is_escaped_and_well_formed() -> None:
    columns = [Column("nama", "Daerah <b>"), Column("tahun", "Tahun", 0)]
    page = ET.fromstring(show_table(TABLE, columns, label="t", title="P < 5 & Q").to_html())
    assert page.findtext("caption") == "P < 5 & Q"
    assert [head.text for head in page.iter("th")] == ["Daerah <b>", "Tahun"]
    assert [cell.text for cell in page.iter("td")][2] == "Surakarta & <sekitar>"
    assert {cell.get("style") for cell in page.iter("td")} == {
        "text-align:left",
        "text-align:right",
    }


def test_an_unknown_column_is_named_with_those_that_exist() -> None:
    with pytest.raises(MethodError, match=r"'t': kolom p0 tidak ada.*pilih dari kode_wilayah"):
        show_table(TABLE, [Column("p0", "P0")], label="t", title="T")


def test_a_table_of_the_brief_has_at_most_seven_columns() -> None:
    columns = [Column("tahun", "Tahun")] * 8
    assert len(show_table(TABLE, columns[:7], label="t", title="T").header) == 7
    with pytest.raises(MethodError, match=r"8 kolom.*paling banyak 7"):
        show_table(TABLE, columns, label="t", title="T")
