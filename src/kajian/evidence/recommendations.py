"""Recommendations of a brief: each named with its evidence, and no strong verb beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger
from kajian.evidence.quoting import fill
from kajian.evidence.saran import SARAN, read_saran
from kajian.evidence.slots import LIST_MARK, SLOT, sentence_around, without_slots
from kajian.evidence.verbs import typed_verbs

ITEM = re.compile(
    rf"^[ \t]*{LIST_MARK}(?P<text>.*(?:\n(?![ \t]*{LIST_MARK})[ \t]*\S.*)*)", re.MULTILINE
)
_NAMED = re.compile(rf"[*_]*\{{\{{\s*{SARAN}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|\s*\(\s*\)")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommendation of a text.

    Attributes
    ----------
    verb
        Its verb phrase, small letters first.
    text
        The sentence, filled and without marks.
    keys, law
        The evidence and the law that it names.
    letter
        Grade of the effect that allows least; empty where no key is graded.
    ceiling
        The strongest step of a verb that the evidence allows.
    """

    verb: str
    text: str
    keys: tuple[str, ...]
    law: str
    letter: str
    ceiling: str


def recommendations(text: str, ledger: Ledger) -> list[Recommendation]:
    """List the recommendations of a text, in order.

    Raises
    ------
    EvidenceError
        As `kajian.evidence.quoting.fill`.
    """
    found = []
    for slot in SLOT.finditer(text):
        if slot["body"].startswith(SARAN):
            filled, _ = fill(sentence_around(text, *slot.span()), ledger)
            saran = read_saran(slot["body"], ledger)
            grade = saran.weakest.grade if saran.weakest else None
            letter = grade.letter if grade else ""
            found.append(
                Recommendation(
                    saran.verb.phrase,
                    plain(filled),
                    saran.keys,
                    saran.law,
                    letter,
                    saran.ceiling,
                )
            )
    return found


def plain(text: str) -> str:
    """Take the marks of Markdown out of a sentence, and the targets of its links."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split(" "))


def check_recommendations(text: str, place: str) -> None:
    """Refuse a list of recommendations with an item that does not begin with a saran slot.

    Raises
    ------
    EvidenceError
        Naming the place and the first words of every such item.
    """
    bare = [item["text"] for item in ITEM.finditer(text) if not _NAMED.match(item["text"])]
    if bare:
        shown = "\n- ".join(" ".join(each.split()[:8]) for each in bare)
        raise EvidenceError(
            f"Rekomendasi tanpa bukti pada {place}:\n- {shown}\n"
            "Perbaikan: mulai butir dengan {{ saran: kata kerja | kunci bukti }}, atau dengan "
            "{{ saran: jaga | hukum: … }}."
        )


def check_verbs(text: str, place: str) -> None:
    """Refuse prose that tells to act, or says what causes what, outside a slot.

    What counts is told in `kajian.evidence.verbs.typed_verbs`.

    Raises
    ------
    EvidenceError
        Naming the place, and every verb with its sentence.
    """
    found = [
        f"'{text[start:end]}' ({sentence_around(text, start, end)})"
        for start, end in typed_verbs(without_slots(text))
    ]
    if found:
        shown = "\n- ".join(found)
        raise EvidenceError(
            f"Kata kerja yang menuntut bukti diketik langsung pada {place}:\n- {shown}\n"
            "Perbaikan: tulis saran sebagai {{ saran: kata kerja | kunci bukti }} dan sebab-akibat "
            "sebagai {{ kunci | kaitan }}, atau ubah kalimatnya."
        )
