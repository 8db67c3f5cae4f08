"""The slot of a recommendation: a verb, its evidence, and whether the evidence carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kajian.errors import EvidenceError
from kajian.evidence.ledger import EXPLORATORY, KEY, Entry, Ledger
from kajian.evidence.slots import LAW, LIST_MARK, named_entry, sentence_around
from kajian.evidence.verbs import CEILING_VERBS, LOWEST, Verb, advice, ceiling, read_verb

SARAN, HUKUM, STRONGEST = "saran:", "hukum:", "terkuat"
_LAW = re.compile(rf"{LAW}.*", re.VERBOSE)
_ENDING = re.compile(
    r"[\s*_]*(?P<verb>(?:lanjut|beri|salur|jalan|laksana|bagi|bayar)kan|berikan)\b", re.IGNORECASE
)
_BEGINNING = re.compile(
    rf"(?:(?:\A|\n\s*\n)\s*(?:{LIST_MARK}|#+\s+)?|\n[ \t]*{LIST_MARK}|[.!?][*_\"”)]*\s+)[*_]*\Z"
    r"|(?<![\w*_])[*_]+\Z"
)


@dataclass(frozen=True, slots=True)
class Saran:
    """What the slot of a recommendation says.

    Attributes
    ----------
    verb
        Its verb phrase.
    verb_key
        The key whose value that phrase is; empty for a typed one.
    keys, law
        The evidence and the law that it names.
    weakest
        The graded effect that allows least; None where none is graded.
    ceiling
        The strongest step that the evidence allows.
    """

    verb: Verb
    verb_key: str
    keys: tuple[str, ...]
    law: str
    weakest: Entry | None
    ceiling: str


def read_saran(body: str, ledger: Ledger) -> Saran:
    """Read ``saran: verb phrase | key, key | hukum: law``.

    The phrase ``terkuat`` stands for the strongest verb that the evidence allows.

    Raises
    ------
    EvidenceError
        When neither evidence nor law is named, a key is missing, the law has no number and year,
        or the verb is unknown.
    """
    phrase, *grounds = (part.strip() for part in body.removeprefix(SARAN).split("|"))
    laws = [each.removeprefix(HUKUM).strip() for each in grounds if each.startswith(HUKUM)]
    lists = [each for each in grounds if not each.startswith(HUKUM)]
    named = (key.strip() for each in lists for key in each.split(","))
    keys = tuple(dict.fromkeys(key for key in named if key))
    law = "; ".join(laws)
    if not keys and not law:
        raise EvidenceError(
            f"Rekomendasi tanpa bukti: '{{{{ {body} }}}}'. Perbaikan: sebutkan kunci buktinya, "
            "{{ saran: kata kerja | kunci }}, atau hukumnya, {{ saran: jaga | hukum: … }}."
        )
    for each in laws:
        if not _LAW.fullmatch(each):
            raise EvidenceError(
                f"Dasar hukum '{each}' pada saran '{phrase}' tidak lengkap. Perbaikan: tulis nama, "
                "nomor, dan tahunnya, misalnya Undang-Undang Nomor 27 Tahun 2022."
            )
    entries = [named_entry(key, ledger) for key in keys]
    if phrase == STRONGEST:
        phrase = _strongest(entries)
    verb_key = phrase if KEY.fullmatch(phrase) and ("." in phrase or phrase in ledger) else ""
    verb = read_verb(_word(named_entry(verb_key, ledger)) if verb_key else phrase)
    graded = [(_allowed(entry, verb), entry) for entry in entries if entry.grade]
    letter, weakest = max(graded, key=lambda pair: pair[0], default=(LOWEST, None))
    return Saran(verb, verb_key, keys, law, weakest, letter)


def _strongest(entries: Sequence[Entry]) -> str:
    """The strongest verb that every graded effect among the evidence allows."""
    graded = [entry for entry in entries if entry.grade]
    if not graded:
        raise EvidenceError(
            "'{{ saran: terkuat | … }}' tidak menyebut dampak yang punya tingkat bukti. "
            "Perbaikan: sebutkan kunci dampaknya, atau tulis kata kerjanya."
        )
    words = {advice(entry.grade, entry.exploratory) for entry in graded if entry.grade}
    letters = [ceiling(entry.grade, entry.exploratory) for entry in graded if entry.grade]
    return words.pop() if len(words) == 1 else CEILING_VERBS[max(letters)]


def _word(entry: Entry) -> str:
    if not isinstance(entry.value, str):
        raise EvidenceError(
            f"'{entry.key}' berisi angka, bukan kata kerja saran. Perbaikan: sebut kunci yang "
            "berisi kata, atau tulis kata kerjanya."
        )
    return entry.value


def _allowed(entry: Entry, verb: Verb) -> str:
    assert entry.grade is not None
    return ceiling(entry.grade, entry.exploratory, stopping=verb.stopping)


def saran_words(match: re.Match[str], ledger: Ledger) -> tuple[Saran, str]:
    """Check the slot of a recommendation in its text, and write its verb.

    Returns
    -------
    tuple
        What the slot says, and its verb phrase, with a capital where a sentence or a bold part
        begins.

    Raises
    ------
    EvidenceError
        As `read_saran`, and when the verb is stronger than its evidence: with the sentence, the
        verb, the grade with what lowered it, and the verb that is allowed; and when *jangan*
        before another verb would end something.
    """
    saran = read_saran(match["body"], ledger)
    _require_carried(saran, match)
    if ended := _ENDING.match(match.string[match.end() :]) if saran.verb.denying else None:
        raise EvidenceError(
            f"'{saran.verb.phrase} {ended['verb']}' menghentikan sesuatu, jadi memerlukan bukti "
            f"sekuat itu, pada kalimat '{sentence_around(match.string, *match.span())}'. "
            "Perbaikan: tulis {{ saran: hentikan | kunci bukti }}, atau pilih kata kerja lain."
        )
    phrase = saran.verb.phrase
    begins = _BEGINNING.search(match.string, 0, match.start())
    return saran, phrase[0].upper() + phrase[1:] if begins else phrase


def _require_carried(saran: Saran, match: re.Match[str]) -> None:
    phrase, letter = saran.verb.phrase, saran.verb.letter
    if (letter and letter >= saran.ceiling) or (not letter and saran.law):
        return
    sentence = sentence_around(match.string, *match.span()).replace(match[0], phrase)
    if not letter:
        raise EvidenceError(
            f"'{phrase}' adalah kewajiban hukum tanpa hukumnya, pada kalimat '{sentence}'. "
            "Perbaikan: tambahkan '| hukum: …', atau pilih kata kerja yang bertumpu pada bukti."
        )
    raise EvidenceError(
        f"Saran '{phrase}' (langkah {letter}) lebih kuat daripada buktinya, pada kalimat "
        f"'{sentence}'. {_evidence_words(saran)} Yang diizinkan paling kuat langkah "
        f"{saran.ceiling}: '{CEILING_VERBS[saran.ceiling]}'. Perbaikan: pakai kata kerja itu atau "
        "yang lebih hati-hati, atau sebut bukti yang lebih kuat."
    )


def _evidence_words(saran: Saran) -> str:
    """The weakest evidence with its grade, and what lowered it."""
    if saran.weakest is None or saran.weakest.grade is None:
        named = ", ".join(saran.keys) or saran.law
        return f"Yang disebut ({named}) bukan dampak yang bertingkat bukti."
    grade = saran.weakest.grade
    facts = [f"tingkat {grade}", grade.finding]
    facts += [EXPLORATORY] if saran.weakest.exploratory else []
    facts += [f"diturunkan oleh {grade.reasons}"] if grade.reasons else []
    return f"Bukti terlemahnya {saran.weakest.key}: {', '.join(facts)}."
