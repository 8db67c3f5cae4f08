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


def read_text(path: Path) -> str:
    """All text of a PDF, white space normalised to single spaces."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", " ", " ".join(pages))


@dataclass(frozen=True, slots=True)
class Witness:
    """A value that the reader must see, with the words on either side of it."""

    before: str
    text: str
    after: str


def check_shown(path: Path, expected: Iterable[Witness]) -> None:
    """Make sure that every value is really on the pages, beside words it belongs to.

    One side has to match, since a column may end on the other; where it ends inside a value of
    several words, both parts have to.

    Raises
    ------
    EvidenceError
        Naming the values that the reader would not see.
    """
    page_text = _tight(read_text(path))
    lost = [witness.text for witness in expected if not _is_shown(witness, page_text)]
    if lost:
        raise EvidenceError(
            f"Teks PDF tidak memuat: {', '.join(lost[:10])}. "
            "Perbaikan: periksa halaman PDF; kemungkinan ada teks yang terpotong."
        )


def _is_shown(witness: Witness, page_text: str) -> bool:
    before, text, after = witness.before, witness.text, witness.after
    words = text.split(" ")
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    wholes = [before + text] * bool(before) + [text + after] * bool(after) or [text]
    return any(_tight(whole) in page_text for whole in wholes) or any(
        _tight(before + first) in page_text and _tight(last + after) in page_text
        for first, last in halves
    )


def _tight(text: str) -> str:
    """Without white space and hyphens, and with quotation marks and dots as they are typed.

    A hyphen at the end of a line is read back as a control character.
    """
    typed = text.translate(TYPED)
    return re.sub(r"[\s\x02\u00ad\ufffe-]", "", typed)
