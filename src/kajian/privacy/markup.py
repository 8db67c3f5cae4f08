"""The texts, attributes, comments and tables of HTML and SVG."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_to_bytes

from kajian.privacy.pieces import Content, Piece, Sheet, decoded, is_text, sheet, within
from kajian.privacy.raw import PNG, read_digits, read_png

# Attributes that hold drawing and style, no words.
_DRAWN = re.compile("d|points|transform|viewbox|[cfr]?[xyr][12]?|xmlns.*|width|height|clip-path")
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em"}
    | {"font", "i", "ins", "kbd", "label", "mark", "output", "q", "s", "samp", "small", "span"}
    | {"strike", "strong", "sub", "sup", "time", "tspan", "tt", "u", "var", "wbr"}
)
_CELLS = frozenset(["td", "th"])
_STYLING = frozenset(["style", "class"])
_LONG_NUMBER = re.compile(r"[0-9]{10}")
_EMBEDDED = re.compile(r"\s*data:([\w.+/-]*)([^,]*),(.*)", re.DOTALL | re.IGNORECASE)


def read_markup(text: str) -> Content:
    """Give the texts of HTML or SVG with their lines, and its tables.

    Inline elements do not part a text. Shapes and pixels are left out, and styles and classes
    without a long number; what is embedded as SVG, HTML, PNG or text, scripts and comments are not.
    """
    page = _Page()
    page.feed(text)
    page.close()
    yield from page.content


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.content: list[Piece | Sheet] = []
        self._words: list[str] = []
        self._start = 1
        self._tag = ""
        self._tables: list[list[list[str]]] = []
        self._tables_read = 0
        self._in_cell = False
        self._span = 1
        self._depth = 0
        self._code_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_style = name in _STYLING and value and not _LONG_NUMBER.search(value)
            if value and not is_style and not _DRAWN.fullmatch(name):
                self._attribute(name, value)
        if tag == "br":
            self._words.append("\n")
        elif tag not in _INLINE:
            self._flush()
        if tag in ("table", "tr", *_CELLS):
            self._end_cell()
        if tag == "table":
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in _CELLS:
            self._in_cell = bool(self._tables and self._tables[-1])
            self._span = _span(dict(attrs).get("colspan"))
        elif tag == "div":
            self._depth += 1
            if not self._code_depth and "highlight" in (dict(attrs).get("class") or ""):
                self._code_depth = self._depth
        self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("table", "tr", *_CELLS):
            self._end_cell()
        if tag not in _INLINE:
            self._flush()
        if tag == "table" and self._tables:
            self._end_table()
        elif tag == "div":
            if self._depth == self._code_depth:
                self._code_depth = 0
            self._depth -= 1
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "style" and not _LONG_NUMBER.search(data):
            return
        if not self._words:
            self._start = self.getpos()[0]
        self._words.append(data)

    def handle_comment(self, data: str) -> None:
        self._flush()
        self.handle_data(data)
        self._flush()

    def unknown_decl(self, data: str) -> None:
        self.handle_data(data.removeprefix("CDATA["))

    def close(self) -> None:
        super().close()
        self._end_cell()
        self._flush()
        while self._tables:
            self._end_table()

    def _end_cell(self) -> None:
        if self._in_cell:
            text = "".join(self._words).strip()
            self._tables[-1][-1] += [text] * self._span
            self._words.clear()
            self._in_cell = False

    def _end_table(self) -> None:
        self._tables_read += 1
        self.content += sheet(f"tabel {self._tables_read}", _numbered(self._tables.pop()))

    def _attribute(self, name: str, value: str) -> None:
        line = self.getpos()[0]
        if match := _EMBEDDED.match(value):
            self.content += within(f"gambar di baris {line}", _embedded(*match.groups()))
        elif name == "srcdoc":
            self.content += within(f"atribut srcdoc, baris {line}", read_markup(value))
        else:
            self.content.append(Piece(f"atribut {name}", value, line=line))

    def _flush(self) -> None:
        if self._in_cell:
            self._words.append(" ")
            return
        text = "".join(self._words)
        self._words.clear()
        if text.strip():
            line = self._start + text[: len(text) - len(text.lstrip())].count("\n")
            code = self._tag == "script" or self._code_depth > 0
            self.content.append(Piece("", text.strip(), line=line, code=code))


def _span(written: str | None) -> int:
    """Columns that a cell takes."""
    return min(int(written), 1000) if written and written.isdecimal() else 1


def _embedded(form: str, options: str, written: str) -> Content:
    """Read what an address holds itself (RFC 2397)."""
    data = unquote_to_bytes(written)
    if "base64" in options.lower():
        data = base64.b64decode(data)
    if "svg" in form or "html" in form:
        yield from read_markup(decoded(data))
    elif data.startswith(PNG):
        yield from read_png(data)
    elif form.startswith(("image/", "font/")) or not is_text(data):
        yield from read_digits(data)
    else:
        yield Piece("", decoded(data), line=1)


def _numbered(rows: list[list[str]]) -> Iterator[tuple[int, list[Any]]]:
    """Number the rows of a table; one shortened by a row span lacks its first cells."""
    width = max(map(len, rows), default=0)
    for number, row in enumerate(rows):
        yield number, [""] * (width - len(row)) + row
