"""The slots of the brief's prose, and what they name: entries and laws."""

from __future__ import annotations

import difflib
import re

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Entry, Ledger

SLOT = re.compile(r"\{\{\s*(?P<body>[^{}]+?)\s*\}\}")
LIST_MARK = r"(?:[-*+]|\d+[.)])[ \t]+"
# A law, verbose: its kind, who made it, and its number with its year.
LAW = r"""
    \b(?:Undang-Undang|UU|Perpu|PP|Inpres|Keppres|Perpres|Permen\w*|Kepmen\w*|Pergub|Kepgub|Perda
        |Perwali|Perbup|Peraturan|Keputusan|Instruksi|SK|SE)
    (?:\s+(?:[A-Z][\w-]*|dan|No\.))*
    \s+\d[\w./-]*(?:/|\s+Tahun\s+)(?:19|20)\d{2}\b
"""
_ENDS = re.compile(rf"[.!?][*_]*(?=\s|\Z)|\n\s*\n|\n(?=[ \t]*{LIST_MARK})")


def named_entry(key: str, ledger: Ledger) -> Entry:
    """The entry of a key.

    Raises
    ------
    EvidenceError
        When there is none; close names are offered.
    """
    if key not in ledger:
        close = difflib.get_close_matches(key, ledger, n=3)
        hint = f"yang mirip: {', '.join(close)}" if close else "tidak ada kunci yang mirip"
        raise EvidenceError(
            f"Kunci '{key}' tidak ada di buku hasil ({hint}). "
            "Perbaikan: catat hasil itu dengan record(...), atau betulkan ejaannya."
        )
    return ledger[key]


def without_slots(text: str) -> str:
    """Blank every slot, keeping each character at its place."""
    return SLOT.sub(lambda slot: "\ue000" * len(slot[0]), text)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence that a stretch of a text stands in, on one line, with its slots."""
    ends = [found.end() for found in _ENDS.finditer(without_slots(text))]
    first = max((each for each in ends if each <= start), default=0)
    last = min((each for each in ends if each >= end), default=len(text))
    return re.sub(rf"\A{LIST_MARK}", "", " ".join(text[first:last].split()))
