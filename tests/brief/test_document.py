"""What a brief may hold, and what its PDF must show."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from nbformat import NotebookNode

from kajian.brief.document import build_document, fill_markdown, front_matter
from kajian.errors import EvidenceError

Maker = Callable[..., NotebookNode]


def test_every_quoted_value_has_a_witness(make_brief: Maker) -> None:
    document = build_document(make_brief())
    shown = {witness.text for witness in document.witnesses}
    assert {"8,25%", "turun", "54\u00a0kelurahan", "2025", "12,5 juta orang (BPS)"} <= shown
    assert {"1.482", "1.531", "Laweyan_*", "–"} <= shown, "and every cell of a table"
    year = next(witness for witness in document.witnesses if witness.text == "2025")
    assert year.before.endswith("Pada ")
    assert ", kemiskinan".startswith(year.after)
    assert year.after


def test_a_witness_knows_what_it_shows(make_brief: Maker) -> None:
    document = build_document(make_brief())
    by_text = {witness.text: witness for witness in document.witnesses}
    year, quotation, cell = by_text["2025"], by_text["12,5 juta orang (BPS)"], by_text["1.531"]
    assert (year.keys, year.cell, year.label) == (("data.tahun",), "isi", "")
    assert (quotation.keys, quotation.column, quotation.cell) == ((), "", "lampiran")
    assert (cell.keys, cell.row, cell.column) == ((), "Laweyan_*", "Jarak (m)")
    assert (cell.label, cell.cell) == ("ringkas", "tabel")
    title = document.witnesses[[w.label for w in document.witnesses].index("peta")]
    assert (title.keys, title.cell) == (("kemiskinan.arah",), "gambar")


def test_figures_and_tables_are_placed_under_the_names_that_a_reader_sees(
    make_brief: Maker,
) -> None:
    figure, table = build_document(make_brief(table={"note": "Lihat [](#peta) ini."})).placed
    assert (figure.label, figure.cell, figure.name) == ("peta", "gambar", "Gambar 1")
    assert figure.title == "Kemiskinan turun"
    assert figure.note.split() == ["Sumber:", "BPS;", "selang", "−0,50", "sampai", "17,00%."]
    assert (table.label, table.cell, table.name) == ("ringkas", "tabel", "Tabel 1")
    assert table.note == "Lihat", "up to a reference"


def test_a_witness_ends_at_a_reference(make_brief: Maker) -> None:
    document = build_document(make_brief(isi="## I\n\nNaik {{ data.tahun }} ([](#peta)) lagi."))
    year = next(witness for witness in document.witnesses if witness.text == "2025")
    assert (year.before, year.after) == ("Naik ", " (")


def test_a_witness_does_not_look_across_paragraphs_or_bullets(make_brief: Maker) -> None:
    document = build_document(
        make_brief(
            isi="## {{ data.tahun }}\n\n- {{ kemiskinan.arah }}\n- *a* {{ data.tahun }} b\n\nc"
        )
    )
    sides = [(w.before.strip(), w.text, w.after.strip()) for w in document.witnesses]
    first = sides.index(("", "2025", ""))
    assert sides[first + 1 : first + 3] == [("", "turun", ""), ("a", "2025", "b")]


def test_a_value_with_markup_in_it_is_expected_as_it_is(make_brief: Maker) -> None:
    book = make_brief(isi="## I\n\nPilihan {{ kutip: sd_negeri [3] *x* | BPS }} saja. [](#peta)")
    assert "sd_negeri [3] *x* (BPS)" in {w.text for w in build_document(book).witnesses}


def test_the_guide_is_not_part_of_the_brief(make_brief: Maker) -> None:
    assert "Panduan" not in build_document(make_brief()).source


def test_the_order_is_messages_body_annex(make_brief: Maker) -> None:
    source = build_document(make_brief()).source
    places = [
        source.index(piece)
        for piece in ("#masthead", "#key-messages", "I. Ringkasan", "#evidence-figure", "#annex")
    ]
    places += [source.index(piece) for piece in ("#evidence-table", "#strip")]
    assert places == sorted(places)


def test_alt_text_is_filled_and_kept_as_a_string(make_brief: Maker) -> None:
    document = build_document(make_brief())
    assert r'alt: "Peta: kemiskinan 8,25%, <dan> \"tanda\"."' in document.source
    assert list(document.figures) == ["peta.svg"]


@pytest.mark.parametrize("cell", ["pesan", "isi", "lampiran"])
def test_a_missing_key_stops_the_brief(make_brief: Maker, cell: str) -> None:
    with pytest.raises(EvidenceError, match=r"'kemiskinan\.akhr'.*kemiskinan\.akhir"):
        build_document(make_brief(**{cell: "Nilai {{ kemiskinan.akhr }}."}))


@pytest.mark.parametrize("cell", ["pesan", "isi", "lampiran"])
@pytest.mark.parametrize(
    ("slot", "message"),
    [
        ("saran: perluas | kemiskinan.akhir", r"Saran 'perluas' .* lebih kuat"),
        ("saran: kaji", "Rekomendasi tanpa bukti"),
        ("saran: kaji | kemiskinan.akhr", r"'kemiskinan\.akhr' tidak ada"),
        ("saran: terkuat | kemiskinan.akhir", "tidak menyebut dampak"),
        ("kemiskinan.akhir | kaitan", "tidak punya tingkat bukti"),
    ],
)
def test_a_slot_that_cannot_be_filled_names_its_cell(
    make_brief: Maker, cell: str, slot: str, message: str
) -> None:
    book = make_brief(**{cell: f"- {{{{ {slot} }}}} sesuatu."})
    for build in (build_document, fill_markdown):
        with pytest.raises(EvidenceError, match=f"naskah, sel {cell}: .*{message}"):
            build(book)


@pytest.mark.parametrize("cell", ["pesan", "isi", "lampiran"])
def test_a_typed_number_in_prose_stops_the_brief(make_brief: Maker, cell: str) -> None:
    with pytest.raises(EvidenceError, match=rf"naskah, sel {cell}:(?:.|\n)*'8,25'"):
        build_document(make_brief(**{cell: "Nilai 8,25 persen."}))


def test_prose_that_tells_to_act_names_its_evidence(make_brief: Maker) -> None:
    with pytest.raises(EvidenceError, match=r"naskah, sel isi:\n- 'Perluas'"):
        build_document(make_brief(isi="## I\n\nPerluas program ini. [](#peta)"))
    with pytest.raises(EvidenceError, match="caption gambar 'peta'"):
        build_document(make_brief(figure={"caption": "Hentikan program ini."}))


def test_an_item_among_recommendations_begins_with_a_verb_that_is_weighed(
    make_brief: Maker,
) -> None:
    book = make_brief(isi="## I\n\n- {{ saran: kaji | kemiskinan.akhir, data.tahun }} ([](#peta))")
    document = build_document(book)
    verb = next(witness for witness in document.witnesses if witness.text == "Kaji")
    assert verb.keys == ("kemiskinan.akhir", "data.tahun")
    book.cells[3].metadata["tags"] = ["rekomendasi"]
    assert book.cells[3].id == "isi"
    build_document(book)
    book.cells[3].source += "\n- Satu lagi."
    with pytest.raises(EvidenceError, match=r"Rekomendasi tanpa bukti pada naskah, sel isi"):
        build_document(book)


@pytest.mark.parametrize("part", ["title", "caption", "alt"])
def test_a_figure_is_held_to_the_same(make_brief: Maker, part: str) -> None:
    with pytest.raises(EvidenceError, match=rf"{part} gambar 'peta':(?:.|\n)*'12%'"):
        build_document(make_brief(figure={part: "Turun 12%"}))
    with pytest.raises(
        EvidenceError, match=r"sel gambar: Kunci 'tidak\.ada' tidak ada di buku hasil"
    ):
        build_document(make_brief(figure={part: "Turun {{ tidak.ada }}"}))


@pytest.mark.parametrize("part", ["title", "note"])
def test_a_table_is_held_to_the_same(make_brief: Maker, part: str) -> None:
    with pytest.raises(EvidenceError, match=rf"{part} tabel 'ringkas':(?:.|\n)*'12%'"):
        build_document(make_brief(table={part: "Turun 12%"}))
    with pytest.raises(
        EvidenceError, match=r"sel tabel: Kunci 'tidak\.ada' tidak ada di buku hasil"
    ):
        build_document(make_brief(table={part: "Turun {{ tidak.ada }}"}))


def test_a_brief_that_was_not_executed_is_refused(make_brief: Maker) -> None:
    book = make_brief(executed=False)
    for function in (front_matter, build_document, fill_markdown):
        with pytest.raises(EvidenceError, match=r"belum dijalankan.*Perbaikan: jalankan"):
            function(book)


def test_the_html_form_is_filled_but_for_its_guide(make_brief: Maker) -> None:
    book = make_brief()
    fill_markdown(book)
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert "{{" not in text
    assert "**8,25%**" in text
    assert "# Panduan 123" in text
    assert text.count("turun") >= 2
    assert "](#" not in text, "references are numbered"
    assert "Gambar 1" in text


def test_building_leaves_the_notebook_alone(make_brief: Maker) -> None:
    book = make_brief()
    before = copy.deepcopy(book)
    build_document(book)
    assert book == before
