"""Typst to PDF, and the PDF read back."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import typst

from kajian.brief.witness import Witness
from kajian.errors import EvidenceError

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
TEMPLATE = Path(__file__).with_name("template.typ")
# Typst sets typographic marks for the typed ones.
TYPED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
FONT_PACKAGES = ("font_source_sans_pro", "font_source_serif_pro")


def font_folders() -> list[Path]:
    """Folders of the fonts that come as Python packages; the system's fonts are not used."""
    specs = [find_spec(name) for name in FONT_PACKAGES]
    return [Path(spec.origin).parent / "files" for spec in specs if spec and spec.origin]


def compile_pdf(source: str, figures: dict[str, str], date: dt.date) -> bytes:
    """Typeset a brief as PDF/UA-1 and PDF/A-2a.

    Parameters
    ----------
    source
        Typst markup that imports ``template.typ``.
    figures
        SVG text by file name.
    date
        Creation date of the document; equal input gives equal bytes.

    Raises
    ------
    EvidenceError
        When Typst refuses the document, with its words.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / "brief.typ").write_text(source, encoding="utf-8")
        for file, svg in figures.items():
            (folder / file).write_text(svg, encoding="utf-8")
        moment = dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)
        try:
            pdf = typst.compile(
                folder / "brief.typ",
                root=folder,
                font_paths=font_folders(),
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=moment,
            )
        except typst.TypstError as error:
            raise EvidenceError(
                f"Naskah tidak dapat disusun menjadi PDF: {error.message}. "
                f"{' '.join(error.hints)}\n{error.diagnostic}"
            ) from None
    assert isinstance(pdf, bytes)
    return pdf


def read_pages(path: Path) -> list[str]:
    """Text of every page of a PDF, in the lines of the page."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def read_text(path: Path) -> str:
    """All text of a PDF, white space normalised to single spaces."""
    return re.sub(r"\s+", " ", " ".join(read_pages(path)))


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text stands: the page, from 1, and from where to where in the text of the page."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pages:
    """Text of a PDF, ready to be searched.

    Attributes
    ----------
    texts
        Text of every page.
    tight
        All of it without white space and hyphens.
    origin
        Page, from 0, and position in its text of each character of ``tight``.
    """

    texts: list[str]
    tight: str
    origin: list[tuple[int, int]]

    @classmethod
    def of(cls, texts: list[str]) -> Pages:
        """Prepare the texts of some pages."""
        found = [
            (each, (page, at))
            for page, text in enumerate(texts)
            for at, character in enumerate(text)
            for each in _tight(character)
        ]
        return cls(texts, "".join(each for each, _ in found), [origin for _, origin in found])

    def find(self, before: str, text: str, after: str) -> list[Span]:
        """Find a text between others; a span ends where its page does."""
        before, text, after = _tight(before), _tight(text), _tight(after)
        spans: list[Span] = []
        if not text:
            return spans
        at = self.tight.find(before + text + after)
        while at >= 0:
            spans.append(self._span(at + len(before), at + len(before) + len(text)))
            at = self.tight.find(before + text + after, at + 1)
        return spans

    def _span(self, start: int, end: int) -> Span:
        page, first = self.origin[start]
        last_page, last = self.origin[end - 1]
        return Span(page + 1, first, last + 1 if last_page == page else len(self.texts[page]))


def locate(witness: Witness, pages: Pages) -> list[Span]:
    """Find where a value stands, beside words it belongs to.

    One side has to match, since a column may end on the other; where it ends inside a value of
    several words, both parts have to.

    Returns
    -------
    list of Span
        Those with both sides right if there are any; empty when the reader would not see it.
    """
    before, text, after = witness.before, witness.text, witness.after
    if spans := pages.find(before, text, after):
        return spans
    sides = [("", after)] * bool(after) + [(before, "")] * bool(before)
    if spans := [span for one, other in sides for span in pages.find(one, text, other)]:
        return spans
    words = text.split(" ")
    for i in range(1, len(words)):
        begin = pages.find(before, " ".join(words[:i]), "")
        if begin and (end := pages.find("", " ".join(words[i:]), after)):
            return begin + end
    return []


def check_shown(path: Path, expected: Iterable[Witness]) -> None:
    """Make sure that every value is really on the pages, beside words it belongs to.

    Raises
    ------
    EvidenceError
        Naming the values that the reader would not see.
    """
    pages = Pages.of(read_pages(path))
    if lost := [each.text for each in expected if _tight(each.text) and not locate(each, pages)]:
        raise EvidenceError(
            f"Teks PDF tidak memuat: {', '.join(lost[:10])}. "
            "Perbaikan: periksa halaman PDF; kemungkinan ada teks yang terpotong."
        )


def _tight(text: str) -> str:
    """Without white space and hyphens, and with quotation marks and dots as they are typed.

    A hyphen at the end of a line is read back as a control character.
    """
    typed = text.translate(TYPED)
    return re.sub(r"[\s\x02\u00ad\ufffe-]", "", typed)
