"""What the pages of a brief must show: values, and the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kajian.evidence.ledger import Ledger
from kajian.evidence.quoting import fill

_MARKUP = re.compile(r"\]\([^)]*\)|^#+\s|[*_`>\[]", re.MULTILINE)
# What the words beside a value end at: another block, or a reference, which is shown otherwise.
_END = re.compile(r"\n\s*(?:\n|[-*+]\s|\d+\.\s)|\[\]\(#[^)]*\)")
_CONTEXT = 12


@dataclass(frozen=True, slots=True)
class Witness:
    """A value that the reader must see, with the words on either side of it.

    Attributes
    ----------
    before, text, after
        The value and its surroundings.
    keys
        Results of the ledger that it shows or rests on; none for a cell of a table and for words
        quoted from a source.
    cell
        Id of the brief's cell that it stands in.
    label
        Figure or table that it belongs to.
    row, column
        For a cell of a table: the first cell of its row, and its header.
    """

    before: str
    text: str
    after: str
    keys: tuple[str, ...] = ()
    cell: str = ""
    label: str = ""
    row: str = ""
    column: str = ""


def as_shown(text: str) -> str:
    """Filled Markdown as it is read on a page, up to its first reference."""
    return _MARKUP.sub("", _END.split(text)[0]).strip()


def witnesses_of(text: str, ledger: Ledger, cell: str, label: str = "") -> Iterator[Witness]:
    """Each quote of a piece of Markdown, between the words of its own block."""
    marked, quotes = fill(text, ledger, lambda quote: f"\ue000{quote.text}\ue001")
    pieces = re.split("[\ue000\ue001]", f"\n{marked}\n")
    for i, quote in zip(range(1, len(pieces), 2), quotes, strict=True):
        before = _MARKUP.sub("", _END.split(pieces[i - 1])[-1])
        after = _MARKUP.sub("", _END.split(pieces[i + 1])[0])
        keys = tuple(key for key in (quote.key, *quote.keys) if key)
        yield Witness(before[-_CONTEXT:], pieces[i], after[:_CONTEXT], keys, cell, label)


def witnesses_of_row(row: list[str], heads: list[str], cell: str, label: str) -> Iterator[Witness]:
    """Each cell with its neighbours in the row, so that a lone digit proves nothing."""
    for before, text, after, head in zip(["", *row], row, [*row[1:], ""], heads, strict=False):
        if text:
            sides = before[-_CONTEXT:], text, after[:_CONTEXT]
            yield Witness(*sides, cell=cell, label=label, row=row[0], column=head)
