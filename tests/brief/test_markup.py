"""Markdown to Typst: what the author wrote is what Typst sets, and nothing is read as code."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kajian.brief.markup import boxed, escape, markdown_to_typst, string
from kajian.brief.pdf import TYPED, font_folders
from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger, make_entry

SPECIAL = "\\#$*_`<>@[]~/=+-"


def ledger_of(**values: float | str) -> Ledger:
    return {
        key: make_entry(key, value, unit="", decimals=2, note="") for key, value in values.items()
    }


def markup(text: str, **values: float | str) -> str:
    return markdown_to_typst(text, ledger_of(**values))[0]


def set_by_typst(source: str) -> str:
    """The text that Typst shows for a piece of markup, without white space."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "a.typ")
        head = '#set text(font: "Source Serif Pro", lang: "id", hyphenate: false)\n'
        path.write_text(head + source, encoding="utf-8")
        pdf = Path(name, "a.pdf")
        typst.compile(path, pdf, font_paths=font_folders(), ignore_system_fonts=True)
        text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    return "".join(text.translate(TYPED).split())


# --- escaping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("character", SPECIAL)
@pytest.mark.parametrize("form", ["{}", "{0}{0}", "a{}b", "{}b", "a {} b", "a{0}b{0}c", "{}(1)"])
def test_a_special_character_is_escaped(character: str, form: str) -> None:
    escaped = escape(form.format(character))
    assert f"\\{character}" in escaped
    unescaped = escaped.replace(f"\\{character}", "")
    assert character not in unescaped


def test_typst_shows_what_was_written() -> None:
    pieces = [f"a{c}b {c}c{c} {c}{c} {c}(d) {c}[e];" for c in SPECIAL]
    pieces += ["// tidak hilang", "/* juga */ tidak", "https://contoh.id/a_b", "#let x = 1"]
    pieces += ["3. bukan daftar", "= bukan judul", "- bukan butir", "/ istilah: arti", "$x^2$"]
    pieces += ["{a} (b) ; . , : ! ? & % | ^ 'c' \"d\"", "@rujukan <label>", "\\u{1f600}", "---"]
    shown = set_by_typst("\n\n".join(escape(piece) for piece in pieces))
    for piece in pieces:
        assert "".join(piece.split()) in shown


letters = st.sampled_from(SPECIAL + "ab(){};.,:!?&%|^19 ")


@settings(max_examples=40, deadline=None)  # each example runs the typesetter
@given(st.text(letters, min_size=1, max_size=40))
@example("1. a")
@example("//")
@example("/**/")
def test_any_text_survives_the_typesetter(text: str) -> None:
    assert set_by_typst(escape(text)) == "".join(text.split())


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=40))
def test_a_string_is_one_literal(text: str) -> None:
    literal = string(text)
    assert json.loads(literal) == text
    assert "\n" not in literal


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after", [";", "(lihat)", ".", ".selang", "[a]", ",", ":", "%", "-an", "2"]
)
def test_what_follows_a_value_is_prose(after: str) -> None:
    source = markup("P0 {{ x }}" + after + " lalu.", x=8.25)
    assert set_by_typst(source) == f"P08,25{after}lalu."


@pytest.mark.parametrize(
    "text",
    [
        "**{{ x }}**(b)",
        "*{{ x }}*[b]",
        "**{{ x }}**.b",
        "**{{ x }}**;",
        "[{{ x }}](https://a.id).b",
        "`kode`.b",
        "`kode`(b)",
    ],
)
def test_what_follows_an_expression_is_prose(text: str) -> None:
    shown = text.replace("{{ x }}", "8,25").replace("(https://a.id)", "")
    if "https" in text:
        shown = shown.replace("[", "").replace("]", "")
    assert set_by_typst(markup(text, x=8.25)) == shown.replace("*", "").replace("`", "")


def test_a_value_is_never_read_as_markdown_or_code() -> None:
    for value in ("*a* _b_ #c", "1. a", "- a", "# a", "[a](b)", "$1$", "`a`", "a\\b", "<a>"):
        assert set_by_typst(markup("{{ x }}", x=value)) == "".join(value.split())


def test_numbers_stay_on_one_line_and_words_may_break() -> None:
    assert boxed("1.234\u00a0meter") == "#box[1\\.234\u00a0meter];"
    assert boxed("tidak dapat dibedakan") == "tidak dapat dibedakan"
    assert boxed("Jebres") == "Jebres"


def test_quotes_come_back_in_order() -> None:
    _, quotes = markdown_to_typst("{{ b }} dan **{{ a }}**", ledger_of(a=1, b=2))
    assert [(quote.key, quote.text) for quote in quotes] == [("b", "2,00"), ("a", "1,00")]


@pytest.mark.parametrize("text", ["`{{ x }}`", "[a](https://b.id/{{ x }})", "<https://b.id/{{x}}>"])
def test_a_value_where_it_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match=r"Perbaikan: pindahkan"):
        markup(text, x="nilai")


# --- blocks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "typst_text"),
    [
        ("## I. Judul", "= I. Judul\n"),
        ("### Bagian", "== Bagian\n"),
        ("a *b* **c**", "a #emph[b]; #strong[c];\n"),
        ("[](#peta)", '#ref(label("peta"));\n'),
        ("[a](https://b.id)", '#link("https://b.id")[a];\n'),
        ("a\nb", "a b\n"),
        ("a  \nb", "a \\\nb\n"),
        ("a\n\nb", "a\n\nb\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("> a", "#quote(block: true)[a\n]\n"),
        ("1. a\n2. b", "1. a\n2. b\n"),
        ("4. a\n5. b", "4. a\n5. b\n"),
        ("", ""),
    ],
)
def test_forms(text: str, typst_text: str) -> None:
    assert markup(text) == typst_text


def test_a_list_goes_on_where_it_said() -> None:
    first, second = markup("1. satu\n2. dua"), markup("3. tiga\n4. empat")
    assert set_by_typst(f"{first}\n\nsela\n\n{second}") == "1.satu2.duasela3.tiga4.empat"


def test_a_nested_list_and_a_second_paragraph_stay_in_their_item() -> None:
    source = markup("3. a\n4. b\n\n   c\n   - d\n   - e\n5. f")
    tree = source.splitlines()
    assert [line for line in tree if line[:1].isdigit()] == ["3. a", "4. b", "5. f"]
    inner = [line for line in tree if line.strip() and not line[:1].isdigit()]
    assert [line.strip() for line in inner] == ["c", "- d", "- e"]
    assert all(line.startswith("   ") for line in inner)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("![peta](peta.png)", "image"),
        ("```\nkode\n```", "block_code"),
        ("    kode", "block_code"),
        ("---", "thematic_break"),
        ("<div>a</div>", "block_html"),
        ("a <b>c</b>", "inline_html"),
        ("| a | b |\n|---|---|\n| c | d |", "table"),
        ("a ~~b~~", "strikethrough"),
        ("- a\n\n  ```\n  b\n  ```", "block_code"),
    ],
)
def test_a_form_that_the_brief_does_not_have_is_refused(text: str, kind: str) -> None:
    with pytest.raises(EvidenceError, match=rf"Bentuk Markdown '{kind}'.*Perbaikan: pakai"):
        markup(text)


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(EvidenceError, match="'y' tidak ada di buku hasil"):
        markup("{{ y }}", x=1)
