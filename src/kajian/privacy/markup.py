"""The texts, attributes, comments and tables of HTML and SVG."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from kajian.privacy.pieces import Content, Piece, Sheet, decoded, sheet, within

# Attributes that hold drawing and style, no words.
_DRAWN = re.compile(
    "d|points|transform|viewbox|style|class|[cfr]?[xyr][12]?|xmlns.*|width|height|clip-path"
)
_INLINE = frozenset(
    {"a", "abbr", "b", "br", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup"}
    | {"tspan", "u", "wbr"}
)
_CELLS = frozenset(["td", "th"])
_EMBEDDED_SVG = re.compile(r"data:image/svg\+xml;base64,(.+)", re.DOTALL)


def read_markup(text: str) -> Content:
    """Give the texts of HTML or SVG with their lines, and its tables.

    Inline elements do not part a text. Styles, shapes and pixels are left out; drawings that are
    embedded as SVG, scripts and comments are not.
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
        self._depth = 0
        self._code_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and not _DRAWN.fullmatch(name):
                self._attribute(name, value)
        if tag == "br":
            self._words.append("\n")
        elif tag not in _INLINE:
            self._flush()
        if tag == "table":
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in _CELLS:
            self._in_cell = bool(self._tables and self._tables[-1])
        elif tag == "div":
            self._depth += 1
            if not self._code_depth and "highlight" in (dict(attrs).get("class") or ""):
                self._code_depth = self._depth
        self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS and self._in_cell:
            self._tables[-1][-1].append("".join(self._words).strip())
            self._words.clear()
            self._in_cell = False
        elif tag not in _INLINE:
            self._flush()
        if tag == "table" and self._tables:
            self._tables_read += 1
            self.content += sheet(f"tabel {self._tables_read}", _numbered(self._tables.pop()))
        elif tag == "div":
            if self._depth == self._code_depth:
                self._code_depth = 0
            self._depth -= 1
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "style":
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
        self._flush()

    def _attribute(self, name: str, value: str) -> None:
        line = self.getpos()[0]
        if match := _EMBEDDED_SVG.match(value):
            drawing = read_markup(decoded(base64.b64decode(match[1])))
            self.content += within(f"gambar di baris {line}", drawing)
        elif not value.startswith("data:"):
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


def _numbered(rows: list[list[str]]) -> Iterator[tuple[int, list[Any]]]:
    """Number the rows of a table; one shortened by a row span lacks its first cells."""
    width = max(map(len, rows), default=0)
    for number, row in enumerate(rows):
        yield number, [""] * (width - len(row)) + row
