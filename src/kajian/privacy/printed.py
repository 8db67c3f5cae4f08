"""Tables that are printed as text: by pandas, in Markdown, or in aligned columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from kajian.privacy.headers import attributes, classes, counts_people
from kajian.privacy.pieces import Sheet

_TABULAR = re.compile(r"\S(?: {2,}|\t|\s*\|)\s*\S|^\s*\||^ {2,}\S|\S {2,}$")
_INDEX = re.compile(r"\S.* {2,}")
_APART = re.compile(r" {2,}|\t+")
_RULE = re.compile(r"[\s|:+=-]*")
_SERIES = re.compile(r"(?:(?:Freq: \S+, )?Name: (?P<name>.*?), )?(?:Length: \d+, )?dtype: \w+")


def printed_tables(text: str) -> Iterator[Sheet]:
    """Find tables in a text of several lines; the index of each counts lines from 0.

    A table is a run of lines of two columns or more, set apart by bars, tabs or several spaces; a
    header alone is at the right of its line, and the name of an index at the left.
    A series of pandas ends with its name and type; one of sizes has no name, and is taken for a
    count when its index tells of people or of kelurahan.
    """
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_tabular(lines[end]):
            end += 1
        if end > start:
            before = lines[start - 1].strip() if start else ""
            after = lines[end].strip() if end < len(lines) else ""
            yield from _table(lines[start:end], start, before, after)
        start = end + 1


def _is_tabular(line: str) -> bool:
    """Whether a line has columns; the first test spares most lines the second."""
    return ("  " in line or "|" in line or "\t" in line) and bool(_TABULAR.search(line))


def _table(lines: list[str], start: int, before: str, after: str) -> Iterator[Sheet]:
    rows = {
        start + number: _cells(line)
        for number, line in enumerate(lines)
        if not _RULE.fullmatch(line)
    }
    series = _SERIES.fullmatch(after)
    if not series and counts_people(before):
        rows = {start - 1: [before], **rows}
    width = max(map(len, rows.values()), default=0)
    names = {start + number for number, line in enumerate(lines) if _INDEX.fullmatch(line)}
    wide = {
        number: row + [""] * (width - len(row)) if number in names else _right(row, width)
        for number, row in rows.items()
    }
    numbers = [*wide]
    if series:
        index, wide = _index(wide, rows, before)
        header = [*index, *[""] * (width - 1 - len(index)), series["name"] or _size(index, wide)]
        numbers = [*wide]
    elif len(wide) > 1:
        header = wide[numbers[0]]
        numbers = numbers[1:]
    else:
        return
    table = pd.DataFrame([wide[n] for n in numbers], index=numbers, columns=range(width))
    yield Sheet("", table.astype(object).set_axis(header, axis="columns"))


def _index(
    wide: dict[int, list[str]], rows: dict[int, list[str]], before: str
) -> tuple[list[str], dict[int, list[str]]]:
    """Names of the index of a series: in the line above, or in a first row without a value."""
    first, *others = rows
    if others and len(rows[first]) < len(rows[others[0]]):
        return rows[first], {number: wide[number] for number in others}
    return [before], wide


def _right(row: list[str], width: int) -> list[str]:
    return [""] * (width - len(row)) + row


def _size(index: list[str], rows: dict[int, list[str]]) -> str:
    of_people = {"kode_wilayah", *attributes()} & set(index)
    labels = {cell.casefold() for row in rows.values() for cell in row[:-1]}
    return "size" if of_people or labels & classes() else ""


def _cells(line: str) -> list[str]:
    if "|" in line:
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    return _APART.split(line.strip())
