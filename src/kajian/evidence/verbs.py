"""How strong a verb of a recommendation is, and how strong it may be.

Verbs have four steps, as grades do. A: change what people receive or must do. B: go on, but in
stages that are evaluated. C: try it out. D: find out more, or leave undone. Duties that a law sets
are a kind of their own: a law is their ground, not an effect.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kajian.errors import EvidenceError

if TYPE_CHECKING:
    from kajian.evidence.grades import Grade

LOWEST = "D"
EXPLORATORY = "C"
CEILING_VERBS = {
    "A": "terapkan",
    "B": "perluas bertahap dengan evaluasi",
    "C": "uji coba",
    "D": "kaji lebih lanjut",
}
# Words that also are nouns or prepositions in prose (tambah, bangun, bagi) count in a slot only.
_TYPED_TOO = (
    *("terapkan", "tetapkan", "berlakukan", "wajibkan", "larang", "cabut", "perluas", "gandakan"),
    *("replikasikan", "hentikan", "hapuskan", "naikkan", "turunkan", "ubah", "alihkan"),
    *("pindahkan", "bagikan", "salurkan", "sasarkan", "jalankan", "laksanakan"),
)
NOUN_TOO = "replikasi"  # in prose, only where a sentence begins
LEXICON = {
    "A": (
        *(*_TYPED_TOO, NOUN_TOO, "tambah", "kurangi", "bangun", "hapus", "bagi"),
        *("prioritaskan", "lanjutkan"),
    ),
    "B": (
        "perluas bertahap dengan evaluasi",
        "perluas bertahap sambil dievaluasi",
        "terapkan bertahap dengan evaluasi",
        "lanjutkan dengan evaluasi",
        "lanjutkan sambil dievaluasi",
        "hentikan perluasan",
    ),
    "C": ("uji coba", "uji cobakan", "rintis", "coba"),
    "D": (
        *("kaji lebih lanjut", "kaji", "kaji ulang", "periksa", "periksa ulang", "tinjau"),
        *("tinjau ulang", "uji", "teliti", "ukur", "catat", "kumpulkan", "bandingkan", "petakan"),
        *("pantau", "evaluasi", "verifikasi", "mutakhirkan", "perbaiki data"),
        *("perbaiki pendugaan", "dokumentasikan", "laporkan", "terbitkan", "sebutkan", "bahas"),
        *("rancang", "susun", "siapkan", "tentukan", "minta", "jangan", "tunda"),
    ),
}
LAW = ("jaga", "penuhi", "patuhi", "lindungi")
STOPPING = ("hentikan", "hentikan perluasan")
LETTER_OF = {phrase: letter for letter, phrases in LEXICON.items() for phrase in phrases}
_JOINT = r"\b(?:dan|lalu|kemudian|serta|atau|baru|segera)\s+"
_JOINTS = re.compile(rf"(?:[,;:]\s*)?{_JOINT}|[,;:]\s+")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb phrase of a recommendation.

    Attributes
    ----------
    phrase
        As it is written, small letters first.
    letter
        The step of its strongest verb; empty for a duty of the law.
    stopping
        Whether it ends something, which an effect the wrong way supports.
    """

    phrase: str
    letter: str
    stopping: bool


def read_verb(phrase: str) -> Verb:
    """Know the verbs of a phrase; the longest one of the lexicon wins, and then the strongest.

    Every part after a comma or *dan*, *lalu*, *serta* … is looked at, so that a strong verb cannot
    follow a careful one.

    Raises
    ------
    EvidenceError
        When the phrase begins with no verb of the lexicon.
    """
    words = " ".join(phrase.split())
    words = words[:1].lower() + words[1:]
    first, *others = _JOINTS.split(words)
    verb = _verb_at(first)
    if not verb:
        close = difflib.get_close_matches(words, [*LETTER_OF, *LAW], n=1)
        hint = f"yang mirip: {close[0]}; " if close else ""
        raise EvidenceError(
            f"Kata kerja saran '{phrase}' tidak dikenal. Perbaikan: {hint}pilih {allowed_verbs()}."
        )
    found = [each for each in (verb, *map(_verb_at, others)) if each in LETTER_OF]
    acting = [each for each in found if LETTER_OF[each] != LOWEST]
    if verb in LAW and not acting:
        return Verb(words, "", stopping=False)
    letter = min(LETTER_OF[each] for each in found)
    return Verb(words, letter, stopping=bool(acting) and set(acting) <= set(STOPPING))


def _verb_at(part: str) -> str:
    """The longest verb that a part of a phrase begins with; empty when it begins with none."""
    fitting = [
        verb for verb in (*LETTER_OF, *LAW) if re.match(rf"{verb}(?!\w)", part, re.IGNORECASE)
    ]
    return max(fitting, key=len, default="")


def allowed_verbs() -> str:
    """The lexicon in words, by step."""
    steps = [f"{letter}: {', '.join(phrases)}" for letter, phrases in LEXICON.items()]
    return "; ".join([*steps, f"kewajiban hukum: {', '.join(LAW)}"])


def ceiling(grade: Grade, exploratory: bool = False, *, stopping: bool = False) -> str:
    """The strongest step of a verb that one effect allows.

    Parameters
    ----------
    grade
        The effect's grade. Only an effect the way that was hoped for supports a verb; to stop
        something, only one the other way.
    exploratory
        Whether the effect was not declared beforehand: then one may try it out at most.
    stopping
        Whether the verb ends something.
    """
    if grade.finding != ("berlawanan" if stopping else "mendukung"):
        return LOWEST
    return max(grade.letter, EXPLORATORY) if exploratory else grade.letter


def advice(grade: Grade, exploratory: bool = False) -> str:
    """The strongest verb that one effect allows, for a recommendation that its result chooses."""
    if ceiling(grade, exploratory, stopping=True) in "AB":
        return "hentikan perluasan dan kaji sebabnya"
    return CEILING_VERBS[ceiling(grade, exploratory)]


_MARK = r"(?:[-*+]|\d+\.|\#+)\s+"
_IMPERATIVE = re.compile(
    rf"""
    (?:(?P<start>(?:\A|\n\s*\n)\s*(?:{_MARK})?|\n\s*{_MARK}|[.!?][*_"”)]*\s+)|[,:;(–—]\s*|{_JOINT})
    [*_"“']*
    (?P<verb>{"|".join((*_TYPED_TOO, NOUN_TOO))})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CAUSING = re.compile(r"\b(?:menyebabkan|mengakibatkan|disebabkan|diakibatkan)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:tidak|bukan|belum|tanpa)(?:\s+[^\s.!?;:]+){0,3}\s+[*_]*\Z", re.IGNORECASE
)


def typed_verbs(prose: str) -> list[tuple[int, int]]:
    """Where prose tells to act, or says what causes what.

    Told to act: a strong verb in its bare form at the start of a sentence, paragraph or list item,
    or after a comma, colon, semicolon, bracket, dash, *dan*, *lalu*, *kemudian*, *serta*, *atau*,
    *baru* or *segera*. Cause: *menyebabkan* and its kin, unless *tidak*, *bukan*, *belum* or
    *tanpa* stands before it with at most three words between.

    Returns
    -------
    Spans of characters, in order.
    """
    told = [
        found.span("verb")
        for found in _IMPERATIVE.finditer(prose)
        if found["start"] is not None or found["verb"].lower() != NOUN_TOO
    ]
    caused = [
        found.span()
        for found in _CAUSING.finditer(prose)
        if not _DENIED.search(prose[: found.start()])
    ]
    return sorted(told + caused)
