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
EXPLORATORY_CEILING = "C"
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
    *("pindahkan", "bagikan", "salurkan", "sasarkan", "jalankan", "laksanakan", "lanjutkan"),
    *("prioritaskan", "berikan", "tingkatkan", "alokasikan", "bubarkan"),
)
NOUN_TOO = "replikasi"  # in prose, only where a sentence begins
LEXICON = {
    "A": (*_TYPED_TOO, NOUN_TOO, "tambah", "kurangi", "bangun", "hapus", "bagi"),
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
        *("kaji lebih lanjut", "kaji", "kaji ulang", "kaji sebabnya", "periksa", "periksa ulang"),
        *("tinjau", "tinjau ulang", "uji", "teliti", "ukur", "catat", "kumpulkan", "bandingkan"),
        "petakan",
        *("pantau", "evaluasi", "verifikasi", "mutakhirkan", "perbaiki data"),
        *("perbaiki pendugaan", "dokumentasikan", "laporkan", "terbitkan", "sebutkan", "bahas"),
        *("rancang", "susun", "siapkan", "tentukan", "minta", "jangan", "tunda"),
    ),
}
LAW = ("jaga", "penuhi", "patuhi", "lindungi")
STOPPING = ("hentikan", "hentikan perluasan")
DENYING = ("jangan", "tunda")
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

    @property
    def denying(self) -> bool:
        """Whether it turns the verb after it into its opposite."""
        return self.phrase.endswith(DENYING)


def read_verb(phrase: str) -> Verb:
    """Know the verbs of a phrase; of several, the strongest counts.

    Every part, as a comma or *dan*, *lalu*, *serta* … divides them, has to be a verb of the
    lexicon and nothing else, so that no strong verb hides behind a careful one.

    Raises
    ------
    EvidenceError
        When a part is no verb of the lexicon.
    """
    words = " ".join(phrase.split())
    words = words[:1].lower() + words[1:]
    parts = [part.strip().lower() for part in _JOINTS.split(words)]
    unknown = [part for part in parts if part not in LETTER_OF and part not in LAW]
    if unknown:
        close = difflib.get_close_matches(unknown[0], [*LETTER_OF, *LAW], n=1)
        hint = f"yang mirip: {close[0]}; " if close else ""
        raise EvidenceError(
            f"Kata kerja saran '{phrase}' tidak dikenal pada '{unknown[0]}'. Perbaikan: tulis kata "
            f"kerjanya saja di dalam kurung dan pelengkapnya sesudahnya; {hint}pilih "
            f"{allowed_verbs()}."
        )
    found = [part for part in parts if part in LETTER_OF]
    acting = [each for each in found if LETTER_OF[each] != LOWEST]
    if parts[0] in LAW and not acting:
        return Verb(words, "", stopping=False)
    letter = min(LETTER_OF[each] for each in found)
    return Verb(words, letter, stopping=bool(acting) and set(acting) <= set(STOPPING))


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
    return max(grade.letter, EXPLORATORY_CEILING) if exploratory else grade.letter


def advice(grade: Grade, exploratory: bool = False) -> str:
    """The strongest verb that one effect allows, for a recommendation that its result chooses."""
    if ceiling(grade, exploratory, stopping=True) in "AB":
        return "hentikan perluasan dan kaji sebabnya"
    return CEILING_VERBS[ceiling(grade, exploratory)]


_MARK = r"(?:[-*+>]|\d+[.)]|[a-z]\)|\#+)\s+"
_IMPERATIVE = re.compile(
    rf"""
    (?:(?P<start>(?:\A|\n\s*\n)\s*(?:{_MARK})?|\n\s*{_MARK}|[.!?…][*_"”)]*\s+)|[,:;(–—]\s*|{_JOINT})
    [*_"“']*
    (?P<verb>{"|".join((*_TYPED_TOO, NOUN_TOO))})(?:lah)?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OBLIGED = re.compile(
    r"\b(?:harus|wajib|perlu|sebaiknya|hendaknya)\s+(?:segera\s+)?(?P<verb>(?:di|men|mem|meng)?"
    r"(?:terapkan|erapkan|perluas|wajibkan|ewajibkan|hentikan|alihkan|naikkan|aikkan|lanjutkan))\b",
    re.IGNORECASE,
)
_CAUSING = re.compile(r"\b(?:menyebabkan|mengakibatkan|disebabkan|diakibatkan)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:tidak|bukan|belum|tanpa)(?!\s+(?:hanya|diragukan))(?:\s+[^\s.!?;:]+){0,3}\s+[*_]*\Z",
    re.IGNORECASE,
)


def typed_verbs(prose: str) -> list[tuple[int, int]]:
    """Where prose tells to act, or says what causes what.

    Told to act: a strong verb in its bare form at the start of a sentence, paragraph or list item,
    or after a comma, colon, semicolon, bracket, dash, *dan*, *lalu*, *kemudian*, *serta*, *atau*,
    *baru* or *segera*; and a strong verb after *harus*, *wajib*, *perlu* or *sebaiknya*. Cause:
    *menyebabkan* and its kin, unless *tidak*, *bukan*, *belum* or *tanpa* (but not *tidak hanya*)
    stands before it with at most three words between.

    Returns
    -------
    Spans of characters, in order.
    """
    told = [
        found.span("verb")
        for found in _IMPERATIVE.finditer(prose)
        if found["start"] is not None or found["verb"].lower() != NOUN_TOO
    ]
    told += [found.span("verb") for found in _OBLIGED.finditer(prose)]
    caused = [
        found.span()
        for found in _CAUSING.finditer(prose)
        if not _DENIED.search(prose[: found.start()])
    ]
    return sorted(told + caused)
