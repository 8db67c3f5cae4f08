"""Fill ``{{ key | style }}`` from the ledger, and refuse numbers that somebody typed.

Four forms are understood in the prose of the brief:

- ``{{ key }}`` and ``{{ key | style }}``: a result of the ledger;
- ``{{ saran: verb phrase | key, key }}``: the verb of a recommendation with its evidence, see
  `kajian.evidence.saran`;
- ``{{ kutip: words with numbers | source }}``: an explicitly marked quotation, printed with its
  source: ``words with numbers (source)``;
- ``[](#label)``: a reference to a figure or a table, numbered by the typesetter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger
from kajian.evidence.saran import SARAN, saran_words
from kajian.evidence.slots import LAW, SLOT, named_entry
from kajian.evidence.verbs import typed_verbs

QUOTATION = re.compile(r"kutip:\s*(?P<words>[^|]+?)\s*\|\s*(?P<source>.+)")

# What may hold digits without being a result. Anything else with a digit is refused.
_HARMLESS = re.compile(
    r"""
    \]\([^)\s]*\)                                                # link and reference targets
  | <https?://[^>\s]+>                                           # addresses
  | ^\s*\d+\.\s                                                  # list numbers
  |"""
    + LAW
    + r"""
  | \b(?:Pasal|ayat|Bab)\s+(?:\d+[A-Z]?|\(\d+[a-z]?\))           # a part of it
    (?![\w%]|[.,/-]\w|\s+(?:%|persen))
  | (?<![^\W_])(?<![.,/-])(?<!Rp\s)                              # years, ranges
    (?:19|20)\d{2}(?:[–-](?:19|20)\d{2})?(?![\d%/]|[.,]\d)
  | \bP[0-2]\b | \bCOVID-19\b                                    # terms
    """,
    re.VERBOSE | re.MULTILINE,
)
_TYPED = re.compile(r"[\w.,/%-]*\d[\w.,/%-]*")
_DIGIT = "(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan)"
_POWER = "(?:belas|puluh|ratus|ribu|juta|miliar|triliun)"
_NUMBER_WORDS = re.compile(
    rf"\b(?:(?:se|{_DIGIT}\s+){_POWER}|(?:{_DIGIT}\s+|se)?per(?:{_DIGIT}|(?:se)?{_POWER}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """One filled slot.

    Attributes
    ----------
    key
        The key shown; empty for a quotation of a source, and for a verb that was typed.
    text
        The text shown.
    keys
        The evidence that a recommendation names.
    """

    key: str
    text: str
    keys: tuple[str, ...] = ()


@contextmanager
def standing_at(place: str) -> Iterator[None]:
    """Let what cannot be filled say where in the brief it stands."""
    try:
        yield
    except EvidenceError as error:
        raise EvidenceError(f"{place}: {error}") from None


def fill(
    text: str, ledger: Ledger, render: Callable[[Quote], str] | None = None
) -> tuple[str, list[Quote]]:
    """Replace every slot of a text by what the ledger holds.

    Parameters
    ----------
    text
        Markdown with slots.
    ledger
        Recorded results.
    render
        How a filled slot is written into the text; plain text by default.

    Returns
    -------
    tuple
        The filled text and the quotes in order of appearance.

    Raises
    ------
    EvidenceError
        When a key is missing (close names are offered), a style cannot be applied, a verb is
        stronger than its evidence, or a slot has lost one of its braces.
    """
    if broken := re.search(r".{0,30}(?:\{\{|\}\}).{0,30}", SLOT.sub("", text)):
        raise EvidenceError(
            f"Kurung kurawal kutipan tidak lengkap pada '{broken[0].strip()}'. "
            "Perbaikan: tulis {{ kunci }} atau {{ kunci | gaya }}."
        )
    quotes: list[Quote] = []

    def replace(match: re.Match[str]) -> str:
        quote = _quote(match, ledger)
        quotes.append(quote)
        return render(quote) if render else quote.text

    return SLOT.sub(replace, text), quotes


def _quote(match: re.Match[str], ledger: Ledger) -> Quote:
    body = match["body"]
    if quotation := QUOTATION.fullmatch(body):
        return Quote("", f"{quotation['words']} ({quotation['source']})")
    if body.startswith(SARAN):
        saran, words = saran_words(match, ledger)
        return Quote(saran.verb_key, words, saran.keys)
    key, _, style = (part.strip() for part in body.partition("|"))
    entry = named_entry(key, ledger)
    if isinstance(entry.value, str) and typed_verbs(entry.value):
        raise EvidenceError(
            f"'{key}' berisi kata kerja saran atau sebab, '{entry.value}', tanpa buktinya. "
            f"Perbaikan: tulis {{{{ saran: {key} | kunci bukti }}}}."
        )
    return Quote(key, entry.show(style))


def typed_numbers(text: str) -> list[str]:
    """Find numbers typed into prose that are not years, list numbers or legal references.

    Number words of ten and above count as numbers too, and so do fractions (``sepertiga``,
    ``tiga perempat``). A law is known by its name before and its year after the number.

    Returns
    -------
    list of str
        Each offending piece with a little of its surroundings; empty when there is none.
    """
    prose = SLOT.sub(lambda slot: " " * len(slot[0]), text)
    prose = _HARMLESS.sub(lambda found: " " * len(found[0]), prose)
    return [
        f"'{found[0].strip()}' (…{text[max(0, found.start() - 30) : found.end() + 30].strip()}…)"
        for pattern in (_TYPED, _NUMBER_WORDS)
        for found in pattern.finditer(prose)
    ]


def check_prose(text: str, place: str) -> None:
    """Refuse prose with typed numbers.

    Raises
    ------
    EvidenceError
        Naming the place and every typed number.
    """
    if typed := typed_numbers(text):
        raise EvidenceError(
            f"Angka diketik langsung pada {place}:\n- " + "\n- ".join(typed) + "\n"
            "Perbaikan: catat di notebook lalu tulis {{ kunci }}, atau tandai kutipan sumber "
            "dengan {{ kutip: … | sumber }}."
        )
