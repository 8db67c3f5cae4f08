"""Everything that a file shows, or carries unseen, as texts and tables with their places.

Every format that a report may hold has a reader. A format without one is an error, since a file
that nobody can look into cannot be called clean.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kajian.errors import DataError
from kajian.privacy.headers import counts_people
from kajian.privacy.kinds import UNREADABLE
from kajian.privacy.markup import read_markup
from kajian.privacy.pdf import read_pdf
from kajian.privacy.pieces import Content, Piece, decoded, is_text, shown, within
from kajian.privacy.raw import read_digits, read_png
from kajian.privacy.tabular import read_csv, read_geopackage, read_parquet, read_xlsx

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PEOPLE = frozenset(["orang", "jiwa", "rumah tangga", "kk", "keluarga", "responden"])


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
            yield from within(f"{place}, keluaran {order}", read_output(output))


def read_output(output: dict[str, Any]) -> Content:
    """Give the texts and tables of one output of a notebook."""
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
            yield from read_png(base64.b64decode(_source(data)))
        elif kind == "application/pdf":
            yield from read_pdf(base64.b64decode(_source(data)))
        elif kind.startswith("image/"):
            yield from read_digits(base64.b64decode(_source(data)))
        elif kind.endswith("json"):
            yield from _values(kind, data)
        else:
            yield Piece("", _source(data))


def _source(text: str | list[str]) -> str:
    return _COLOURS.sub("", text if isinstance(text, str) else "".join(text))


def _read_png(path: Path) -> Content:
    return read_png(path.read_bytes())


def _read_json(path: Path) -> Content:
    return _values("", json.loads(decoded(path.read_bytes())))


def _values(place: str, content: Any) -> Content:
    """Give the keys and values of nested data; only whole numbers are worth reading.

    A number is given with the key that says that it counts people, or the unit beside it.
    """
    if isinstance(content, dict):
        for key, value in content.items():
            inner = f"{place}.{key}" if place else f"kunci {key}"
            yield Piece(place or "kunci", str(key))
            yield from _values(inner, value)
            if _is_whole(value) and counts_people(str(key)):
                yield Piece(inner, f"{key} = {shown(value)}")
        unit, value = content.get("unit"), content.get("value")
        if _is_whole(value) and str(unit).casefold() in _PEOPLE:
            yield Piece(f"{place}.value" if place else "kunci value", f"{shown(value)} {unit}")
    elif isinstance(content, list):
        for order, value in enumerate(content, start=1):
            yield from _values(f"{place}[{order}]", value)
    elif isinstance(content, str) or _is_whole(content):
        yield Piece(place, _source(shown(content)))


def _is_whole(value: Any) -> bool:
    return isinstance(value, float | int) and value % 1 == 0


_READERS: dict[str, Callable[[Path], Content]] = {
    ".pdf": read_pdf,
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
