"""What calamine does not tell of a workbook: formulas that failed, and percentages.

Both are found in the XML of the sheet itself (ECMA-376, part 1, 18.3.1.4).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PERCENT = {"9", "10"}  # number formats that every workbook has
_LITERAL = re.compile(r'"[^"]*"|\\.')
_CHUNK = 1 << 22
_OVERLAP = 200  # more than the longest opening tag of a cell


def error_cells(path: Path, sheet: str) -> list[tuple[int, int]]:
    """Find cells that hold an error such as ``#REF!``.

    Parameters
    ----------
    path
        An XLSX file.
    sheet
        Name of a sheet in it.

    Returns
    -------
    list of (row, column)
        Row as a person counts it (from 1), column from 0; sorted.

    Notes
    -----
    A cell of type ``e`` holds an error; calamine gives it as if it were empty.
    """
    return _cells(path, sheet, b't="e"')


def percent_cells(path: Path, sheet: str) -> list[tuple[int, int]]:
    """Find cells that are shown as percentages, so that 12.5% is stored as 0.125.

    Parameters and result are those of `error_cells`.
    """
    styles = _percent_styles(path)
    return _cells(path, sheet, b's="(?:%s)"' % b"|".join(styles)) if styles else []


def _cells(path: Path, sheet: str, attribute: bytes) -> list[tuple[int, int]]:
    opening = re.compile(rb'<c (?=[^>]*\b%s)[^>]*\br="([A-Z]+)([0-9]+)"' % attribute)
    with zipfile.ZipFile(path) as archive:
        found = {
            (int(row), _number(letters))
            for chunk in _chunks(archive, _member(archive, sheet))
            for letters, row in opening.findall(chunk)
        }
    return sorted(found)


def _percent_styles(path: Path) -> list[bytes]:
    """Numbers of the cell styles with a percent sign that is not a mere letter."""
    with zipfile.ZipFile(path) as archive:
        if "xl/styles.xml" not in archive.namelist():
            return []
        styles = ET.fromstring(archive.read("xl/styles.xml"))
    own = {
        form.attrib["numFmtId"]
        for form in styles.iter(f"{_MAIN}numFmt")
        if "%" in _LITERAL.sub("", form.attrib["formatCode"])
    }
    used = styles.findall(f"{_MAIN}cellXfs/{_MAIN}xf")
    percent = _PERCENT | own
    return [b"%d" % n for n, style in enumerate(used) if style.get("numFmtId") in percent]


def _member(archive: zipfile.ZipFile, sheet: str) -> str:
    """Path of a sheet inside the archive."""
    sheets = ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    link = next(entry.attrib[_LINK] for entry in sheets if entry.attrib["name"] == sheet)
    targets = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(entry.attrib["Target"] for entry in targets if entry.attrib["Id"] == link)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _chunks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Pieces of a file that overlap, so that every tag is whole in one of them."""
    with archive.open(member) as file:
        rest = b""
        while piece := file.read(_CHUNK):
            yield rest + piece
            rest = piece[-_OVERLAP:]


def _number(letters: bytes) -> int:
    """Place of a column from its letters: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
