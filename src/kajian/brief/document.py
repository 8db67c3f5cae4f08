"""From the cells of an executed brief to one Typst document and the list of what it must show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from kajian.brief import MEDIA_TYPE
from kajian.brief.markup import escape, markdown_to_typst, string
from kajian.brief.witness import Witness, as_shown, witnesses_of, witnesses_of_row
from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger, ledger_from_json
from kajian.evidence.quoting import check_prose, fill, standing_at
from kajian.evidence.recommendations import check_recommendations, check_verbs
from kajian.language import NO_BREAK_SPACE

KEY_MESSAGES, ANNEX, GUIDE = "pesan-kunci", "lampiran", "panduan"
RECOMMENDATIONS = "rekomendasi"
NARROW_MM = 90
NARROW_COLUMNS = 4
_REFERENCE = re.compile(r"\[\]\(#([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure or a table of the brief.

    Attributes
    ----------
    label, cell
        Its label, and the id of the cell that placed it.
    name, title, note
        What a reader sees: ``Gambar 1``, its title, and what stands below it; up to a reference.
    """

    label: str
    cell: str
    name: str
    title: str
    note: str


@dataclass(slots=True)
class Document:
    """A brief on its way to the typesetter.

    Attributes
    ----------
    source
        Typst markup.
    figures
        SVG text by file name.
    witnesses
        Values that the PDF must show.
    placed
        Figures and tables in the order of the pages.
    """

    source: str = ""
    figures: dict[str, str] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)


def front_matter(notebook: NotebookNode) -> dict[str, Any]:
    """What `Step.start_brief` left in the notebook: title, facts of the strip, and the ledger.

    Raises
    ------
    EvidenceError
        When the notebook was not executed, or is not a brief.
    """
    for bundle in _bundles(notebook):
        if "brief" in bundle:
            return dict(bundle["brief"])
    raise EvidenceError(
        "Notebook ini belum dijalankan sebagai naskah (start_brief tidak ditemukan). "
        "Perbaikan: jalankan semua sel lebih dahulu, atau pakai 'kajian run'."
    )


def build_document(notebook: NotebookNode) -> Document:
    """Translate an executed brief.

    Parameters
    ----------
    notebook
        The brief with its outputs.

    Raises
    ------
    EvidenceError
        When a key is missing, a number was typed, a recommendation does not name its evidence, or
        a Markdown form is not known.
    """
    front = front_matter(notebook)
    for line in ("title", "subtitle"):
        check_verbs(front.get(line, ""), f"kepala naskah ({line})")
    ledger = ledger_from_json(front["ledger"])
    document = Document()
    body: list[str] = []
    annex: list[str] = []
    part = body
    messages: list[str] = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if ANNEX in tags:
            part = annex
        place = f"naskah, sel {cell.id}"
        if cell.cell_type == "markdown" and GUIDE not in tags:
            _check(cell.source, place)
            if RECOMMENDATIONS in tags:
                check_recommendations(cell.source, place)
            target = messages if KEY_MESSAGES in tags else part
            with standing_at(place):
                target.append(_markdown(cell.source, ledger, document, cell.id))
        elif cell.cell_type == "code":
            with standing_at(place):
                for bundle, svg in _placed(cell):
                    part.append(_block(bundle, svg, ledger, document, cell.id, part is body))
    if messages:
        body.insert(0, f"#key-messages[\n{''.join(messages)}]")
    document.source = _assemble(front, body, annex)
    return document


def _check(text: str, place: str) -> None:
    """Refuse prose with typed numbers, or that tells to act without naming its evidence."""
    check_prose(text, place)
    check_verbs(text, place)


def _assemble(front: dict[str, Any], body: list[str], annex: list[str]) -> str:
    facts = _array([_array([string(name), string(value)]) for name, value in front["strip"]])
    title, author, footer = (string(front[name]) for name in ("title", "author", "footer"))
    together = front["place"].replace(" ", NO_BREAK_SPACE)
    heading = front["title"].replace(front["place"], together)
    keywords = _array([string(word) for word in front["keywords"]])
    tail = ["#annex[", *annex, f"#strip({facts})", "]"] if annex else [f"#strip({facts})"]
    return "\n\n".join(
        [
            '#import "template.typ": *',
            f"#show: brief.with(title: {title}, author: {author}, keywords: {keywords}, "
            f"footer: {footer}, mark: {string(front['mark'])})",
            f"#masthead(kicker: {string(front['kicker'])}, title: {string(heading)}, "
            f"subtitle: {string(front['subtitle'])})",
            *body,
            *tail,
        ]
    )


def _markdown(text: str, ledger: Ledger, document: Document, cell: str, label: str = "") -> str:
    markup, _ = markdown_to_typst(text, ledger)
    document.witnesses.extend(witnesses_of(text, ledger, cell, label))
    return markup


def _block(
    bundle: dict[str, Any], svg: str, ledger: Ledger, document: Document, cell: str, floating: bool
) -> str:
    write = _figure if "figure" in bundle else _table
    content = bundle.get("figure") or bundle["table"]
    markup = write(content, svg, ledger, document, cell, floating)
    kind = "Gambar" if "figure" in bundle else "Tabel"
    number = 1 + sum(placed.name.startswith(kind) for placed in document.placed)
    title, note = (
        as_shown(fill(text, ledger)[0])
        for text in (content["title"], content.get("caption") or content.get("note", ""))
    )
    document.placed.append(Placed(content["label"], cell, f"{kind} {number}", title, note))
    return markup


def _figure(
    content: dict[str, Any], svg: str, ledger: Ledger, document: Document, cell: str, floating: bool
) -> str:
    name = content["label"]
    for part in ("title", "caption", "alt"):
        _check(content[part], f"{part} gambar '{name}'")
    document.figures[f"{name}.svg"] = svg
    alt, _ = fill(content["alt"], ledger)
    title = _markdown(content["title"], ledger, document, cell, name).strip()
    note = _markdown(content["caption"], ledger, document, cell, name).strip()
    wide = str(_width_mm(svg) > NARROW_MM).lower()
    return (
        f"#evidence-figure(path: {string(name + '.svg')}, name: {string(name)}, wide: {wide},"
        f" floating: {str(floating).lower()}, title: [{title}], note: [{note}], alt: {string(alt)})"
    )


def _table(
    content: dict[str, Any], _: str, ledger: Ledger, document: Document, cell: str, floating: bool
) -> str:
    name = content["label"]
    for part in ("title", "note"):
        _check(content[part], f"{part} tabel '{name}'")
    title = _markdown(content["title"], ledger, document, cell, name).strip()
    note = _markdown(content["note"], ledger, document, cell, name).strip()
    for head in content["header"]:
        _check(head, f"judul kolom tabel '{name}'")
    header = [f"[{_markdown(h, ledger, document, cell, name).strip()}]" for h in content["header"]]
    rows = [[f"[{escape(text)}]" for text in row] for row in content["rows"]]
    heads = [fill(head, ledger)[0] for head in content["header"]]
    for row in content["rows"]:
        for shown in row:
            check_verbs(shown, f"baris tabel '{name}'")
        document.witnesses.extend(witnesses_of_row(row, heads, cell, name))
    aligns = ["right" if number else "left" for number in content["numeric"]]
    widths = [f"{width}fr" for width in content["widths"] or []]
    columns = _array(widths) if widths else str(len(header))
    return (
        f"#evidence-table(name: {string(name)}, title: [{title}], "
        f"note: {f'[{note}]' if note else 'none'}, aligns: {_array(aligns)}, widths: {columns}, "
        f"wide: {str(len(header) > NARROW_COLUMNS).lower()}, "
        f"floating: {str(floating).lower()}, header: {_array(header)}, "
        f"rows: {_array([_array(row) for row in rows])})"
    )


def _array(items: Sequence[str]) -> str:
    """Write a Typst array; the last comma keeps one item an array."""
    return f"({', '.join(items)},)"


def _width_mm(svg: str) -> float:
    """Width of an SVG whose width is given in points, as matplotlib writes it."""
    match = re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"', svg)
    return float(match[1]) * 25.4 / 72 if match else NARROW_MM + 1


def _placed(cell: NotebookNode) -> Iterator[tuple[dict[str, Any], str]]:
    for output in cell.get("outputs", []):
        bundle = output.get("data", {}).get(MEDIA_TYPE, {})
        if "figure" in bundle or "table" in bundle:
            yield bundle, output["data"].get("image/svg+xml", "")


def _bundles(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if bundle := output.get("data", {}).get(MEDIA_TYPE):
                yield bundle


def fill_markdown(notebook: NotebookNode) -> None:
    """Fill the Markdown cells of an executed brief in place, for its HTML form.

    References are numbered in the order of placing, as the typesetter numbers them.
    """
    ledger = ledger_from_json(front_matter(notebook)["ledger"])
    numbered = _numbered_labels(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and GUIDE not in cell.metadata.get("tags", []):
            with standing_at(f"naskah, sel {cell.id}"):
                filled, _ = fill(cell.source, ledger)
            cell.source = _REFERENCE.sub(lambda found: numbered.get(found[1], "?"), filled)


def _numbered_labels(notebook: NotebookNode) -> dict[str, str]:
    labels: dict[str, list[str]] = {"figure": [], "table": []}
    for cell in notebook.cells:
        for bundle, _ in _placed(cell):
            kind = "figure" if "figure" in bundle else "table"
            labels[kind].append(bundle[kind]["label"])
    words = {"figure": "Gambar", "table": "Tabel"}
    return {
        label: f"{words[kind]} {number}"
        for kind, names in labels.items()
        for number, label in enumerate(names, 1)
    }
