"""Markdown to Typst, for the small Markdown that a brief needs.

Every embedded expression ends with ``;``: without it Typst would read a following bracket, dot or
semicolon of the prose as code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import quote_plus

import mistune

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger
from kajian.evidence.quoting import Quote, fill

Token = dict[str, Any]

# A filled value travels through the Markdown parser as one private-use mark per quote.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~/=+-])")
_LIST_LIKE = re.compile(r"^(\d+)\.")
_YEARS = re.compile(r"\b\d{4}–\d{4}\b")
_parse = cast(
    "Callable[[str], list[Token]]",
    mistune.create_markdown(renderer="ast", plugins=["table", "strikethrough"]),
)


def escape(text: str) -> str:
    """Write text so that Typst reads it as text; a range of years is kept on one line."""
    plain = _LIST_LIKE.sub(r"\1\\.", _SPECIAL.sub(r"\\\1", text))
    return _YEARS.sub(r"#box[\g<0>];", plain)


def boxed(text: str) -> str:
    """Write a value; a number is kept on one line, words may break."""
    keep = " " not in text and any(character.isdigit() for character in text)
    return f"#box[{escape(text)}];" if keep else escape(text)


def string(text: str) -> str:
    """Write a Typst string literal."""
    return str(json.dumps(text, ensure_ascii=False))


def markdown_to_typst(text: str, ledger: Ledger) -> tuple[str, list[Quote]]:
    """Fill and translate one piece of Markdown.

    Parameters
    ----------
    text
        Markdown with ``{{ key | style }}`` slots.
    ledger
        Recorded results.

    Returns
    -------
    tuple
        Typst markup, and the quotes in order.

    Raises
    ------
    EvidenceError
        When a slot cannot be filled, or the Markdown uses a form that the brief does not have.
    """
    quotes: list[Quote] = []

    def mark(quote: Quote) -> str:
        quotes.append(quote)
        return f"{_OPEN}{len(quotes) - 1}{_CLOSE}"

    marked, _ = fill(text, ledger, mark)
    markup = _blocks(_parse(marked), quotes)
    if _OPEN in markup or quote_plus(_OPEN) in markup:
        raise EvidenceError(
            f"Kutipan di dalam kode atau alamat tautan tidak dapat diisi: '{text.strip()[:60]}'. "
            "Perbaikan: pindahkan {{ … }} ke teks biasa."
        )
    return markup, quotes


def _blocks(tokens: Sequence[Token], quotes: list[Quote]) -> str:
    parts = [_block(token, quotes) for token in tokens if token["type"] != "blank_line"]
    return "\n\n".join(parts) + "\n" if parts else ""


def _block(token: Token, quotes: list[Quote]) -> str:
    kind = token["type"]
    if kind in {"paragraph", "block_text"}:
        return _inline(token["children"], quotes)
    if kind == "heading":
        depth = max(1, int(token["attrs"]["level"]) - 1)
        return f"{'=' * depth} {_inline(token['children'], quotes)}"
    if kind == "list":
        return _list(token, quotes)
    if kind == "block_quote":
        return f"#quote(block: true)[{_blocks(token['children'], quotes)}]"
    raise EvidenceError(
        f"Bentuk Markdown '{kind}' tidak dipakai dalam naskah. "
        "Perbaikan: pakai judul, paragraf, daftar, kutipan, tebal, miring, atau tautan."
    )


def _list(token: Token, quotes: list[Quote]) -> str:
    """Write a list; numbers are explicit, so that a list may go on after a figure."""
    items = [
        _blocks(item["children"], quotes).strip().replace("\n", "\n   ")
        for item in token["children"]
    ]
    if not token["attrs"]["ordered"]:
        return "\n".join(f"- {item}" for item in items)
    return "\n".join(f"{n}. {item}" for n, item in enumerate(items, token["attrs"].get("start", 1)))


def _inline(tokens: Sequence[Token], quotes: list[Quote]) -> str:
    return "".join(_span(token, quotes) for token in tokens)


def _span(token: Token, quotes: list[Quote]) -> str:
    kind = token["type"]
    if kind == "text":
        pieces = _MARK.split(token["raw"])
        return "".join(
            boxed(quotes[int(piece)].text) if odd else escape(piece)
            for odd, piece in zip((i % 2 for i in range(len(pieces))), pieces, strict=True)
        )
    if kind in {"softbreak", "linebreak"}:
        return " " if kind == "softbreak" else " \\\n"
    if kind == "strong":
        return f"#strong[{_inline(token['children'], quotes)}];"
    if kind == "emphasis":
        return f"#emph[{_inline(token['children'], quotes)}];"
    if kind == "codespan":
        return f"#raw({string(token['raw'])});"
    if kind == "link":
        return _link(token, quotes)
    raise EvidenceError(
        f"Bentuk Markdown '{kind}' tidak dipakai dalam naskah. "
        "Perbaikan: pakai teks, tebal, miring, atau tautan."
    )


def _link(token: Token, quotes: list[Quote]) -> str:
    url = token["attrs"]["url"]
    if url.startswith("#"):
        return f"#ref(label({string(url[1:])}));"
    return f"#link({string(url)})[{_inline(token['children'], quotes)}];"
