"""From the cells of an executed brief to one Typst document and the list of what it must show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from kajian.brief import MEDIA_TYPE
from kajian.brief.markup import escape, markdown_to_typst, string
from kajian.brief.pdf import Witness
from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger, ledger_from_json
from kajian.evidence.quoting import check_prose, fill
from kajian.language import NO_BREAK_SPACE

KEY_MESSAGES, ANNEX, GUIDE = "pesan-kunci", "lampiran", "panduan"
NARROW_MM = 90
NARROW_COLUMNS = 4
_MARKUP = re.compile(r"\]\([^)]*\)|^#+\s|[*_`>\[]", re.MULTILINE)
_NEW_BLOCK = re.compile(r"\n\s*(?:\n|[-*+]\s|\d+\.\s)")
_REFERENCE = re.compile(r"\[\]\(#([^)]+)\)")
_CONTEXT = 12


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
    """

    source: str = ""
    figures: dict[str, str] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)


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
        When a key is missing, a number was typed, or a Markdown form is not known.
    """
    front = front_matter(notebook)
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
        if cell.cell_type == "markdown" and GUIDE not in tags:
            check_prose(cell.source, f"naskah, sel {cell.id}")
            target = messages if KEY_MESSAGES in tags else part
            target.append(_markdown(cell.source, ledger, document))
        elif cell.cell_type == "code":
            for bundle, svg in _placed(cell):
                part.append(_placed_block(bundle, svg, ledger, document, part is body))
    if messages:
        body.insert(0, f"#key-messages[\n{''.join(messages)}]")
    document.source = _assemble(front, body, annex)
    return document


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


def _markdown(text: str, ledger: Ledger, document: Document) -> str:
    markup, _ = markdown_to_typst(text, ledger)
    document.witnesses.extend(_witnesses(text, ledger))
    return markup


def _witnesses(text: str, ledger: Ledger) -> Iterator[Witness]:
    marked, _ = fill(text, ledger, lambda quote: f"\ue000{quote.text}\ue001")
    pieces = re.split("[\ue000\ue001]", f"\n{marked}\n")
    for i in range(1, len(pieces), 2):
        before = _MARKUP.sub("", _NEW_BLOCK.split(pieces[i - 1])[-1])
        after = _MARKUP.sub("", _NEW_BLOCK.split(pieces[i + 1])[0])
        yield Witness(before[-_CONTEXT:], pieces[i], after[:_CONTEXT])


def _placed_block(
    bundle: dict[str, Any], svg: str, ledger: Ledger, document: Document, floating: bool
) -> str:
    if "figure" in bundle:
        return _figure(bundle["figure"], svg, ledger, document, floating)
    return _table(bundle["table"], ledger, document, floating)


def _figure(
    content: dict[str, str], svg: str, ledger: Ledger, document: Document, floating: bool
) -> str:
    name = content["label"]
    for part in ("title", "caption", "alt"):
        check_prose(content[part], f"{part} gambar '{name}'")
    document.figures[f"{name}.svg"] = svg
    alt, _ = fill(content["alt"], ledger)
    title = _markdown(content["title"], ledger, document).strip()
    note = _markdown(content["caption"], ledger, document).strip()
    wide = str(_width_mm(svg) > NARROW_MM).lower()
    return (
        f"#evidence-figure(path: {string(name + '.svg')}, name: {string(name)}, wide: {wide},"
        f" floating: {str(floating).lower()}, title: [{title}], note: [{note}], alt: {string(alt)})"
    )


def _table(content: dict[str, Any], ledger: Ledger, document: Document, floating: bool) -> str:
    for part in ("title", "note"):
        check_prose(content[part], f"{part} tabel '{content['label']}'")
    title = _markdown(content["title"], ledger, document).strip()
    note = _markdown(content["note"], ledger, document).strip()
    for head in content["header"]:
        check_prose(head, f"judul kolom tabel '{content['label']}'")
    header = [f"[{_markdown(head, ledger, document).strip()}]" for head in content["header"]]
    rows = [[f"[{escape(cell)}]" for cell in row] for row in content["rows"]]
    document.witnesses.extend(witness for row in content["rows"] for witness in _row_witnesses(row))
    aligns = ["right" if number else "left" for number in content["numeric"]]
    widths = [f"{width}fr" for width in content["widths"] or []]
    columns = _array(widths) if widths else str(len(header))
    return (
        f"#evidence-table(name: {string(content['label'])}, title: [{title}], "
        f"note: {f'[{note}]' if note else 'none'}, aligns: {_array(aligns)}, widths: {columns}, "
        f"wide: {str(len(header) > NARROW_COLUMNS).lower()}, "
        f"floating: {str(floating).lower()}, header: {_array(header)}, "
        f"rows: {_array([_array(row) for row in rows])})"
    )


def _row_witnesses(row: list[str]) -> Iterator[Witness]:
    """Each cell with its neighbours in the row, so that a lone digit proves nothing."""
    for before, cell, after in zip(["", *row], row, [*row[1:], ""], strict=False):
        if cell:
            yield Witness(before[-_CONTEXT:], cell, after[:_CONTEXT])


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
