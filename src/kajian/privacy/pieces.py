"""What a reader of a file hands over: texts and tables, each with its place for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and its place.

    Attributes
    ----------
    line
        Line of the file on which the text starts, where lines say something to a person.
    code
        Whether it is program code rather than a result.
    """

    place: str
    text: str
    line: int | None = None
    code: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table and its place: text cells under their headers, the index counts rows as shown."""

    place: str
    table: pd.DataFrame


Content = Iterator[Piece | Sheet]


def joined(*places: str) -> str:
    """Write a place from the outside in."""
    return ", ".join(filter(None, places))


def within(place: str, content: Content) -> Content:
    """Put what was found inside something at its place."""
    for item in content:
        yield replace(item, place=joined(place, item.place))


def is_text(data: bytes) -> bool:
    """Whether bytes are those of a text file."""
    return b"\0" not in data or data.startswith(_UTF_16) or bool(_wide(data))


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: of simple letters every second byte is zero."""
    even, odd = data[:2000:2], data[1:2000:2]
    if len(data) < 8 or len(data) % 2:
        return ""
    if not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) else ""


def decoded(data: bytes) -> str:
    """Read text in the encodings that programs here write; no byte is an error."""
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace")
    if wide := _wide(data):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def shown(value: Any) -> str:
    """Write a cell as a person sees it: whole numbers without a decimal, no bytes."""
    if value is None or isinstance(value, bytes) or value != value:  # NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def sheet(place: str, rows: Iterable[tuple[int, list[Any]]]) -> Content:
    """Turn numbered rows into a table under its header, the first row with a second cell filled.

    What stands above that row, such as a title, is given as text.
    """
    cells = [(number, [shown(value) for value in row]) for number, row in rows]
    filled = [number for number, (_, row) in enumerate(cells) if any(row)]
    if not filled:
        return
    first = next((number for number in filled if any(cells[number][1][1:])), filled[0])
    for number, row in cells[:first]:
        yield Piece(joined(place, f"baris {number}"), " ".join(row))
    width = max(len(row) for _, row in cells)
    wide = [row + [""] * (width - len(row)) for _, row in cells[first:]]
    numbers = [number for number, _ in cells[first + 1 :]]
    table = pd.DataFrame(wide[1:], index=numbers, columns=range(width), dtype=object)
    yield Sheet(place, table.set_axis(wide[0], axis="columns"))
