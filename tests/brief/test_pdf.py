"""The PDF as its reader, a screen reader and an archive meet it."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbconvert.exporters import get_exporter
from nbformat import NotebookNode
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from kajian.brief import exporter as exporter_module
from kajian.brief.document import build_document
from kajian.brief.exporter import BriefExporter
from kajian.brief.pdf import (
    TYPED,
    Pages,
    Span,
    check_shown,
    compile_pdf,
    locate,
    read_pages,
    read_text,
)
from kajian.brief.witness import Witness
from kajian.errors import EvidenceError

Maker = Callable[..., NotebookNode]


@pytest.fixture
def pdf(make_brief: Maker) -> bytes:
    return BriefExporter().from_notebook_node(make_brief())[0]


@pytest.fixture
def path(pdf: bytes, tmp_path: Path) -> Path:
    (tmp_path / "brief.pdf").write_bytes(pdf)
    return tmp_path / "brief.pdf"


@pytest.fixture
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def elements(node: Any) -> Iterator[DictionaryObject]:
    """All structure elements below a node of the tag tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tagged(reader: PdfReader) -> list[DictionaryObject]:
    return list(elements(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_the_text_reads_back(path: Path) -> None:
    text = read_text(path)
    for words in (
        "Ketimpangan di Kota Contoh",
        "Pada 2025, kemiskinan 8,25% (Gambar 1)",
        "−0,50 sampai 17,00%",
        "Tabel ada di Tabel 1; 12,5 juta orang (BPS).",
        "Jebres [a]; #b",
        "dihimpun sampai 2026",
    ):
        assert words in text.replace("\u00a0", " ")
    for stray in ("{{", "#box", "#strong", "Panduan", "\ue000", "\\"):
        assert stray not in text


def test_the_same_notebook_gives_the_same_bytes(make_brief: Maker, pdf: bytes) -> None:
    assert BriefExporter().from_notebook_node(make_brief())[0] == pdf


def test_it_is_dated_by_its_data_and_not_by_the_clock(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.creation_date == dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    assert reader.metadata.title == "Ketimpangan di Kota Contoh"
    assert reader.metadata.author == "Perangkat kajian"


def test_it_is_tagged_and_says_its_language(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (a PDF object, not a bool)
    assert root["/Lang"].lower().startswith("id")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    kinds = [element["/S"] for element in tagged(reader)]
    assert {"/Document", "/P", "/L", "/LI", "/Figure", "/Table", "/TH", "/TD"} <= set(kinds)
    assert kinds.count("/TH") == 3
    assert kinds.count("/TD") == 6
    assert {"/H1"} <= set(kinds)


def test_the_figure_has_its_alternative_text(reader: PdfReader) -> None:
    figures = [element for element in tagged(reader) if element["/S"] == "/Figure"]
    texts = {str(figure.get("/Alt")) for figure in figures}
    assert texts == {'Peta: kemiskinan 8,25%, <dan> "tanda".'}


def test_it_claims_both_standards(reader: PdfReader) -> None:
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode("utf-8")

    def claimed(name: str) -> str | None:
        found = re.search(rf'<{name}>([^<]+)</{name}>|{name}="([^"]+)"', xmp)
        return (found[1] or found[2]) if found else None

    assert claimed("pdfuaid:part") == "1"
    assert claimed("pdfaid:part") == "2"
    assert claimed("pdfaid:conformance") == "A"


def test_every_font_is_embedded(reader: PdfReader) -> None:
    found = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for inner in font.get("/DescendantFonts", [font]):
                descriptor = inner.get_object()["/FontDescriptor"].get_object()
                found[str(font["/BaseFont"])] = descriptor.keys() & {
                    "/FontFile",
                    "/FontFile2",
                    "/FontFile3",
                }
    assert found
    assert all(found.values()), found
    assert all("SourceS" in name for name in found), "no font of this machine"


# --- the page is held against the ledger ------------------------------------------------------


def test_a_value_beside_its_words_is_found(path: Path) -> None:
    check_shown(path, [Witness("kemiskinan ", "8,25%", " (Gambar")])
    check_shown(path, [Witness("tidak ada ", "8,25%", " (Gambar")])
    check_shown(path, [Witness("kemiskinan ", "8,25%", " tidak ada")])
    check_shown(path, [Witness('disebut "', "turun", '"; selangnya')])


@pytest.mark.parametrize(
    "witness",
    [
        Witness("kemiskinan ", "8,26%", " (Gambar"),
        Witness("pengangguran ", "8,25%", " (Tabel"),
        Witness("", "9.999", ""),
    ],
)
def test_a_value_that_is_not_on_the_page_is_named(path: Path, witness: Witness) -> None:
    with pytest.raises(EvidenceError, match=rf"tidak memuat: {witness.text}\. Perbaikan"):
        check_shown(path, [Witness("kemiskinan ", "8,25%", ""), witness])


def test_the_exporter_gives_no_pdf_that_lacks_a_value(
    make_brief: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_a_value(source: str, figures: dict[str, str], date: dt.date) -> bytes:
        assert "#box[2025];" in source
        return compile_pdf(source.replace("#box[2025];", "#hide[2025];"), figures, date)

    monkeypatch.setattr(exporter_module, "compile_pdf", without_a_value)
    with pytest.raises(EvidenceError, match="tidak memuat: 2025"):
        BriefExporter().from_notebook_node(make_brief())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"isi": "Nilai {{ kemiskinan.akhr }}. [](#peta)"}, r"yang mirip: kemiskinan\.akhir"),
        ({"isi": "Nilai 8,25 persen. [](#peta)"}, "Angka diketik langsung"),
        ({"figure": {"alt": "Turun 12%"}}, "alt gambar 'peta'"),
        ({"figure": {"alt": ""}}, "tidak dapat disusun menjadi PDF"),
        ({"isi": "Lihat [](#tiada)."}, "tidak dapat disusun menjadi PDF.*tiada"),
        ({"isi": "![a](b.png)"}, "Bentuk Markdown 'image'"),
        ({"executed": False}, "belum dijalankan"),
    ],
)
def test_a_brief_that_does_not_hold_gives_no_pdf(
    make_brief: Maker, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(EvidenceError, match=rf"(?s){said}"):
        BriefExporter().from_notebook_node(make_brief(**changes))


def test_nbconvert_knows_the_exporter() -> None:
    assert get_exporter("kajian-brief") is BriefExporter
    assert BriefExporter().file_extension == ".pdf"


def test_a_word_broken_at_its_hyphen_is_still_found(path: Path, monkeypatch) -> None:
    read = "dengan kepala laki\ufffe laki naik"
    monkeypatch.setattr("kajian.brief.pdf.read_pages", lambda _: [read])
    check_shown(path, [Witness("dengan ", "kepala laki-laki", " naik")])
    with pytest.raises(EvidenceError):
        check_shown(path, [Witness("dengan ", "kepala perempuan", " naik")])


# --- where a value stands ---------------------------------------------------------------------


def shown(pages: list[str], span: Span) -> str:
    return pages[span.page - 1][span.start : span.end]


def test_every_value_of_a_brief_is_located(make_brief: Maker, path: Path) -> None:
    pages = read_pages(path)
    assert len(pages) == 2, "the annex has a page of its own"
    for witness in build_document(make_brief()).witnesses:
        spans = locate(witness, Pages.of(pages))
        assert spans, witness
        for span in spans:
            read = shown(pages, span).translate(TYPED)
            assert "".join(read.split()) == "".join(witness.text.split())
        pages_of = {span.page for span in spans}
        assert (2 if witness.cell in ("lampiran", "tabel") else 1) in pages_of, witness


def test_both_sides_decide_between_several_places() -> None:
    pages = ["naik 5 poin, turun 5 orang", "turun 5 poin dan 5"]
    found = Pages.of(pages)
    assert locate(Witness("turun ", "5", " poin"), found) == [Span(2, 6, 7)]
    assert locate(Witness("turun ", "5", " meter"), found) == [Span(1, 19, 20), Span(2, 6, 7)]
    assert locate(Witness("", "5", ""), found) == [
        *(Span(1, 5, 6), Span(1, 19, 20)),
        *(Span(2, 6, 7), Span(2, 17, 18)),
    ]
    assert locate(Witness("naik ", "6", ""), found) == []


def test_a_value_over_a_page_break_has_both_pages() -> None:
    pages = ["terjauh Pasar halaman 1", "Kliwon adalah"]
    spans = locate(Witness("terjauh ", "Pasar Kliwon", " adalah"), Pages.of(pages))
    assert [(span.page, shown(pages, span)) for span in spans] == [(1, "Pasar"), (2, "Kliwon")]
    whole = ["terjauh Pasar", "Kliwon adalah"]
    [span] = locate(Witness("terjauh ", "Pasar Kliwon", " adalah"), Pages.of(whole))
    assert (span.page, shown(whole, span)) == (1, "Pasar")


def test_white_space_hyphens_and_marks_do_not_count() -> None:
    pages = ["kata \u201claki\ufffe\n laki\u201d  itu"]
    [span] = locate(Witness('"', "laki-laki", '" itu'), Pages.of(pages))
    assert shown(pages, span) == "laki\ufffe\n laki"
    assert locate(Witness("a", "-", "b"), Pages.of(["a-b"])) == [], "nothing to look for"
