"""Everything that a file shows, or carries unseen, as texts and tables with their places.

Every format that a report may hold has a reader. A format without one is an error, since a file
that nobody can look into cannot be called clean.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2

from kajian.errors import DataError
from kajian.privacy.markup import read_markup
from kajian.privacy.pieces import Content, Piece, decoded, is_text, shown, within
from kajian.privacy.tabular import read_csv, read_geopackage, read_parquet, read_xlsx

UNREADABLE = "jenis berkas tidak dapat diperiksa"

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_END_HYPHEN = re.compile("[\u00ad\ufffe\x02]\\s*")
_HALVES = re.compile(r"(?<![0-9])([0-9]+)\n([0-9]+)(?![0-9])")
_PNG = b"\x89PNG\r\n\x1a\n"


def read_content(path: Path) -> Content:
    """Give the texts and tables of a file, read as its suffix says.

    Raises
    ------
    DataError
        When the file is neither text nor of a format with a reader.

    Notes
    -----
    A corrupt file raises what the library that reads it raises.
    """
    if reader := _READERS.get(path.suffix.lower()):
        yield from reader(path)
    elif is_text(data := path.read_bytes()):
        yield Piece("", decoded(data), line=1)
    else:
        remedy = "simpan dalam format yang dikenal, atau keluarkan dari laporan"
        raise DataError(UNREADABLE, remedy=remedy, file=path.name)


def _read_pdf(path: Path) -> Content:
    with closing(pypdfium2.PdfDocument(path)) as document:
        yield from _values("keterangan berkas", document.get_metadata_dict())
        for number, page in enumerate(document, start=1):
            yield Piece(f"halaman {number}", _unbroken(page.get_textpage().get_text_bounded()))


def _unbroken(text: str) -> str:
    """Put together what the ends of lines took apart.

    Two runs of digits are one number only when they make sixteen digits together.
    """
    text = _LINE_END_HYPHEN.sub("", text.replace("\r\n", "\n"))
    text = _HALVES.sub(lambda m: m[1] + m[2] if len(m[0]) == 17 else m[0], text)
    return re.sub(r"(?<=[-.])\n(?=[0-9])", "", text).replace("\n", " ")


def _read_html(path: Path) -> Content:
    return read_markup(decoded(path.read_bytes()))


def _read_svg(path: Path) -> Content:
    ElementTree.parse(path)  # a corrupt drawing raises here
    return _read_html(path)


def _read_notebook(path: Path) -> Content:
    notebook = json.loads(path.read_bytes())
    yield from _values("metadata", notebook["metadata"])
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"sel {cell.get('id', number)}"
        is_code = cell["cell_type"] == "code"
        yield Piece(place, _source(cell["source"]), code=is_code)
        yield from _values(f"{place}, metadata", cell["metadata"])
        for bundle in cell.get("attachments", {}).values():
            yield from within(f"{place}, lampiran", _bundle(bundle))
        for order, output in enumerate(cell.get("outputs", []), start=1):
            yield from within(f"{place}, keluaran {order}", _output(output))


def _output(output: dict[str, Any]) -> Content:
    if "text" in output:
        yield Piece("", _source(output["text"]))
    if "traceback" in output:
        trace = [output["ename"], output["evalue"], *output["traceback"]]
        yield Piece("", _source("\n".join(trace)), code=True)
    yield from _bundle(output.get("data", {}))
    yield from _values("metadata", output.get("metadata", {}))


def _bundle(bundle: dict[str, Any]) -> Content:
    """Read one result in all the forms in which a notebook keeps it."""
    for kind, data in bundle.items():
        if kind in ("text/html", "image/svg+xml"):
            yield from read_markup(_source(data))
        elif kind == "image/png":
            yield from _png(base64.b64decode(_source(data)))
        elif isinstance(data, dict):
            yield from _values(kind, data)
        elif not kind.startswith("image/"):
            yield Piece("", _source(data))


def _source(text: str | list[str]) -> str:
    return _COLOURS.sub("", text if isinstance(text, str) else "".join(text))


def _read_png(path: Path) -> Content:
    return _png(path.read_bytes())


def _png(data: bytes) -> Content:
    """Texts that a PNG carries beside its pixels (PNG specification, 11.3.3)."""
    if not data.startswith(_PNG):
        raise ValueError("not a PNG")
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, _, text = body.partition(b"\0")
            yield Piece(f"keterangan {decoded(key)}", decoded(_png_text(kind, text)))


def _png_text(kind: bytes, body: bytes) -> bytes:
    if kind == b"tEXt":
        return body
    if kind == b"zTXt":
        return zlib.decompress(body[1:])
    _language, _, rest = body[2:].partition(b"\0")
    text = rest.partition(b"\0")[2]
    return zlib.decompress(text) if body[0] else text


def _read_json(path: Path) -> Content:
    return _values("", json.loads(decoded(path.read_bytes())))


def _values(place: str, content: Any) -> Content:
    """Give the keys and values of nested data; only whole numbers are worth reading."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield Piece(place or "kunci", str(key))
            yield from _values(f"{place}.{key}" if place else f"kunci {key}", value)
    elif isinstance(content, list):
        for order, value in enumerate(content, start=1):
            yield from _values(f"{place}[{order}]", value)
    elif isinstance(content, str) or (isinstance(content, float | int) and content % 1 == 0):
        yield Piece(place, _source(shown(content)))


_READERS: dict[str, Callable[[Path], Content]] = {
    ".pdf": _read_pdf,
    ".html": _read_html,
    ".htm": _read_html,
    ".svg": _read_svg,
    ".ipynb": _read_notebook,
    ".gpkg": read_geopackage,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".parquet": read_parquet,
    ".png": _read_png,
    ".json": _read_json,
    ".geojson": _read_json,
}
