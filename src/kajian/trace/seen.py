"""Numbers as a reader sees them: what each one on a page of the brief is."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from kajian.brief.document import Document, Placed, build_document, front_matter
from kajian.brief.pdf import Pages, Span, locate, read_pages
from kajian.brief.witness import Witness
from kajian.errors import EvidenceError
from kajian.evidence.quoting import typed_numbers
from kajian.notebook import read_notebook, used_notebooks, with_outputs
from kajian.places import BRIEF, pdf_file, processed_folder
from kajian.study import Study

NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_TAG = re.compile(r"<[^>]+>")
_SVG_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
# What the typesetter writes by itself.
_SET = re.compile(
    r"\b(?:Gambar|Tabel)\s\d+\.?|\bhalaman \d+ dari \d+|^\s*\d+\.(?=\s)", re.MULTILINE
)
# A hyphen at the end of a line, as it is read back.
_BROKEN = re.compile("[\x02\u00ad\ufffe]\\s*")


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief beside its PDF.

    Attributes
    ----------
    front
        What the notebook says of the brief as a whole.
    document
        What the notebook shows.
    pages
        What stands on the pages.
    shown
        Every value with the places where it stands; none when the PDF is of earlier prose.
    """

    front: dict[str, Any]
    document: Document
    pages: Pages
    shown: list[tuple[Witness, list[Span]]]

    @property
    def is_of_earlier_prose(self) -> bool:
        """Whether the notebook's prose has changed since the PDF was made."""
        return not all(spans for each, spans in self.shown if each.text.strip("- "))

    def on_page(self, page: int) -> list[tuple[Witness, Span]]:
        """Values on a page, each with its place there."""
        return [(each, span) for each, spans in self.shown for span in spans if span.page == page]


def read_brief(study: Study, root: Path) -> Brief:
    """Read the brief of a study and find its values on the pages.

    Raises
    ------
    EvidenceError
        When there is no PDF yet, or the prose of the notebook cannot be filled any more.
    """
    path = pdf_file(root, study.kode)
    if not path.is_file():
        raise EvidenceError(
            f"Ringkasan kajian {study.kode} belum ada. Perbaikan: kajian run {study.kode}"
        )
    ran = read_notebook(processed_folder(root, study.kode) / BRIEF / f"{BRIEF}.ipynb")
    today = with_outputs(used_notebooks(root, study.parts)[BRIEF], ran)
    notebook = nbformat.from_dict(today)
    document, pages = build_document(notebook), Pages.of(read_pages(path))
    shown = list(zip(document.witnesses, _places(document, pages), strict=True))
    return Brief(front_matter(notebook), document, pages, shown)


def place_of(placed: Placed, pages: Pages) -> Span | None:
    """Where a figure or table stands: from its heading to what stands below it."""
    heading = pages.find("", f"{placed.name}. {placed.title}", "")
    if not heading:
        return None
    first = heading[0]
    below = [
        span.start
        for span in pages.find("", placed.note, "")
        if span.page == first.page and span.start >= first.end
    ]
    return Span(first.page, first.start, min(below, default=first.end))


def drawn_on(brief: Brief, page: int) -> dict[str, set[str]]:
    """Numbers in the drawing of each figure on a page, by label."""
    return {
        placed.label: {
            number
            for text in _SVG_TEXT.findall(brief.document.figures[f"{placed.label}.svg"])
            for number in NUMBER.findall(html.unescape(_TAG.sub("", text)))
        }
        for placed, span in _figures(brief)
        if span.page == page
    }


def other_numbers(brief: Brief, page: int) -> tuple[list[str], list[str]]:
    """Numbers on a page that quote nothing and stand in no figure.

    Returns
    -------
    tuple
        Those that need no source (years, laws, the numbers of pages, lists and figures, and the
        strip), and those that nothing accounts for.
    """
    text = list(brief.pages.texts[page - 1])
    figures = [span for _, span in _figures(brief) if span.page == page]
    for span in (*(span for _, span in brief.on_page(page)), *figures):
        text[span.start : span.end] = " " * (span.end - span.start)
    left = _BROKEN.sub("-", "".join(text))
    plain = left
    strip = [f"{name}: {value}" for name, value in brief.front["strip"]]
    for said in (
        *strip,
        *(brief.front[name] for name in ("kicker", "title", "subtitle", "footer")),
    ):
        plain = re.sub(r"\s+".join(map(re.escape, said.split())), " ", plain)
    return NUMBER.findall(left), typed_numbers(_SET.sub(" ", plain))


def _figures(brief: Brief) -> Iterator[tuple[Placed, Span]]:
    for placed in brief.document.placed:
        span = place_of(placed, brief.pages)
        if span and f"{placed.label}.svg" in brief.document.figures:
            yield placed, span


def _places(document: Document, pages: Pages) -> list[list[Span]]:
    """Where each value stands: on the page of its figure or table, equal ones in their order."""
    homes = {each.label: place_of(each, pages) for each in document.placed}
    alike = Counter((each.before, each.text, each.after) for each in document.witnesses)
    seen: Counter[tuple[str, str, str]] = Counter()
    places = []
    for witness in document.witnesses:
        spans, home = locate(witness, pages), homes.get(witness.label)
        if home:
            spans = [span for span in spans if span.page == home.page] or spans
        same = (witness.before, witness.text, witness.after)
        places.append([spans[seen[same]]] if len(spans) == alike[same] else spans)
        seen[same] += 1
    return places
