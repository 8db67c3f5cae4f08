"""What gives a person away in a text: identity numbers, phone numbers and names.

Only kinds and positions leave this module, never what was found. A miss is a leak and a false
alarm is a nuisance, so where a writing can be read in two ways it counts as found: a comma before
a number is the comma of a list, since no text of a study prints sixteen decimals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

IDENTITY_NUMBER = "NIK atau No. KK"
PHONE = "nomor telepon"
NAME = "nama orang"
_HIDDEN = "•"
_LONGEST = 120

_SPACES = "\u00a0\u2007\u2009\u202f "
_DASHES = "\u2010\u2011\u2012\u2013\\-"
_SEPARATOR = f"[.{_SPACES}{_DASHES}]"

# Sixteen digits in the groups in which people and programs write them. Each starts at the first
# digit of a run; whether it stands alone and has the structure of a NIK is looked at afterwards.
_NIK = (
    r"[0-9]{16}"
    rf"|[0-9]{{4}}(?P<s4>{_SEPARATOR})[0-9]{{4}}(?P=s4)[0-9]{{4}}(?P=s4)[0-9]{{4}}"
    rf"|[0-9]{{6}}(?P<s6>{_SEPARATOR})[0-9]{{6}}(?P=s6)[0-9]{{4}}"
    rf"|[0-9]{{2}}(?P<s2>{_SEPARATOR})[0-9]{{2}}(?P=s2)[0-9]{{2}}(?P=s2)[0-9]{{6}}(?P=s2)[0-9]{{4}}"
    rf"|[0-9](?P<s1>[.,'{_SPACES}])[0-9]{{3}}(?:(?P=s1)[0-9]{{3}}){{4}}"
)
_LOCAL = rf"8[1-35-9][0-9]{{1,10}}(?:{_SEPARATOR}[0-9]{{2,8}}){{0,4}}"
_MOBILE = (
    rf"0{_LOCAL}|62[{_DASHES}]?{_LOCAL}"
    rf"|\(?\+62\)?{_SEPARATOR}?(?:\(0\){_SEPARATOR}?)?{_LOCAL}"
)
_LANDLINE = (
    rf"\((?:0|\+?62{_SEPARATOR}?)[2-79][0-9]{{1,2}}\){_SEPARATOR}?"
    rf"[0-9]{{3,8}}(?:{_SEPARATOR}[0-9]{{2,4}}){{0,2}}"
)
_CANDIDATE = re.compile(
    rf"(?=[0-9+(])(?<![0-9])(?:(?P<nik>(?:{_NIK})(?![0-9]))"
    rf"|(?P<mobile>(?:{_MOBILE})(?![0-9]))|(?P<landline>{_LANDLINE}(?![0-9])))"
)

_PROVINCE = "1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7]|99"
_STRUCTURE = re.compile(
    rf"(?:{_PROVINCE})"
    r"(?:0[1-9]|[1-7][0-9])"
    r"(?!00)[0-9]{2}"
    r"(?:0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])"
    r"(?:0[1-9]|1[0-2])"
    r"[0-9]{2}"
    r"(?!0000)[0-9]{4}"
)

_NOT_DIGITS = re.compile(r"[^0-9]+")
# Letters right before a number that make no word with it: a label, an escaped line end, a colour.
_NO_WORD = re.compile(
    r"(?:^|[^A-Za-z])(?:nik|kk|nokk|telp?|hp|wa)$|\\[nrt]$|\[[0-9;]*m$", re.IGNORECASE
)
_PREFIX = re.compile(r"^(?:\(?\+?62\)?[^0-9]*(?:0\)[^0-9]*)?|0)")
# An amount of money, a DOI or a UUID goes on with the digits that follow.
_BEGUN = re.compile(r"\b(?:Rp|IDR)\s?$|\b10\.[0-9]{4,9}/\S*$|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-$")
# Numbers that follow a command of an SVG path, and what follows such numbers.
_PATH_BEFORE = re.compile(r"(?:^|[^A-Za-z])[MLHVCSQTA][-0-9.,\s]*$", re.IGNORECASE)
_PATH_AFTER = re.compile(r"[-0-9.,\s]*(?:[MLHVCSQTAZ](?![A-Za-z])|[\"'<])", re.IGNORECASE)
_REACH = 120

# A word with what may stand inside it: accents written apart and the apostrophe of Nur'aini.
# A NUL stands between cells.
_WORD = re.compile("\0|[^\\W_](?:[^\\W_]|['’ʼ`\u0300-\u036f])*")
_MARKS = re.compile("['’ʼ`\u0300-\u036f]+")


def find_identities(text: str) -> list[tuple[str, int]]:
    """Find identity numbers (NIK, No. KK) and phone numbers.

    A NIK is found as sixteen digits in a row, in the groups 4-4-4-4, 6-6-4 or 2-2-2-6-4 joined
    by one repeated space, dot or dash, and with thousands separators, with or without a last
    ``.0``. It must stand alone and have a plausible structure: province, regency, district,
    date of birth (of a woman, the day plus 40) or of issue, and a serial other than 0000; a
    province of 99 is that of simulated data. Scientific notation does not identify.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    list of (kind, position)
        Ordered by position.

    Notes
    -----
    The structure of the NIK: Law 23/2006, article 13, with Government Regulation 40/2019; codes
    of provinces: Minister of Home Affairs, Kepmendagri 300.2.2-2138/2025.
    """
    return [(kind, start) for kind, start, _ in _spans(text)]


def identity_kinds(text: str) -> list[str]:
    """Kinds of identity present in a text, each once."""
    return list(dict.fromkeys(kind for kind, _ in find_identities(text)))


def without_identities(text: str) -> str:
    """Put a dot in the place of every digit of an identity or phone number."""
    parts, last = [], 0
    for _, start, end in _spans(text):
        parts += [text[last:start], re.sub("[0-9]", _HIDDEN, text[start:end])]
        last = end
    return "".join([*parts, text[last:]])


class NameFinder:
    """Finds names of persons, whatever their capitals, accents and punctuation.

    Parameters
    ----------
    names
        Names as written in a register; what follows a comma (a degree) is left out.
    ordinary
        Words and phrases that are no names here, such as those of places and streets.
    """

    def __init__(self, names: Collection[str], ordinary: Collection[str] = ()) -> None:
        usual = {_folded(phrase) for phrase in ordinary}
        known = {_folded(name.partition(",")[0]) for name in names} - usual - {()}
        self._full = {words for words in known if len(words) > 1}
        self._single = {words for words in known if len(words) == 1 and len(words[0]) > 2}
        self._first = {words[0] for words in self._full}
        self._lengths = sorted({len(words) for words in self._full})

    def find(self, text: str) -> list[int]:
        """Positions of names of two or more words, in consecutive words of a text."""
        return [start for start, _ in self._spans(text)]

    def without_names(self, text: str) -> str:
        """Put dots in the place of names, also of a single word that may be one."""
        words = [m.span() for m in _WORD.finditer(text) if (_fold(m[0]),) in self._single]
        for start, end in [*self._spans(text), *words]:
            text = text[:start] + _HIDDEN * (end - start) + text[end:]
        return text

    def is_name(self, value: str) -> bool:
        """Whether a whole value, such as a cell, is a name, be it of one word."""
        if not (self._first or self._single) or len(value) > _LONGEST:
            return False
        words = _folded(value)
        return words in self._single or words in self._full

    def _spans(self, text: str) -> list[tuple[int, int]]:
        if not self._full:
            return []
        matches = list(_WORD.finditer(text))
        words = [_fold(match[0]) for match in matches]
        return [
            (matches[i].start(), matches[i + length - 1].end())
            for i, word in enumerate(words)
            if word in self._first
            for length in self._lengths
            if i + length <= len(words) and tuple(words[i : i + length]) in self._full
        ]


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each identity; a rejected candidate hides none that starts in it."""
    at = 0
    while match := _CANDIDATE.search(text, at):
        start, end = match.span()
        kind = _kind(text, match)
        if kind:
            yield kind, start, end
        at = end if kind else start + 1


def _kind(text: str, match: re.Match[str]) -> str | None:
    start, end = match.span()
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if not _stands_alone(match[0], before, after):
        return None
    if number := match["nik"]:
        separator = match["s4"] or match["s6"] or match["s2"] or match["s1"]
        if not _STRUCTURE.fullmatch(_NOT_DIGITS.sub("", number)):
            return None
        in_series = separator and _in_series(number.split(separator), separator, before, after)
        return None if in_series else IDENTITY_NUMBER
    if landline := match["landline"]:
        local = _NOT_DIGITS.sub("", landline.partition(")")[2])
        return PHONE if 5 <= len(local) <= 8 else None
    return PHONE if _is_mobile(match["mobile"], before, after) else None


def _stands_alone(found: str, before: str, after: str) -> bool:
    """Whether a candidate is no part of a word, a decimal number, an amount, a DOI or a UUID."""
    if found[0] != "(":
        if before[-1:].isalnum() and not _NO_WORD.search(before):
            return False
        if before[-1:] == "." and not before[-2:-1].isalpha():
            return False
    if after[:1].isalpha() or re.match(r"\.0*[1-9]", after):
        return False
    return not _BEGUN.search(before)


def _in_series(groups: list[str], separator: str, before: str, after: str) -> bool:
    """Whether groups of digits go on before or after a candidate, as in a row of numbers.

    Years beside it are other cells of a table, and no number but one with thousands separators
    has a group that starts with a zero.
    """
    if separator not in _SPACES:
        return _goes_on(separator, before, after)
    if len(groups) < 6 and any(group[0] == "0" for group in groups[1:]):
        return False
    size = len(groups[-1])
    group = f"(?!19|20)[0-9]{{{size}}}"
    if re.match(f"{separator}{group}(?![0-9])", after):
        return True
    if len(groups[0]) == size and re.search(f"(?<![0-9]){group}{separator}$", before):
        return True
    return bool(_PATH_BEFORE.search(before) and _PATH_AFTER.match(after))


def _goes_on(separator: str, before: str, after: str) -> bool:
    """Whether the same separator joins a candidate to more of the same."""
    joint = re.escape(separator)
    decimals = "(?!0+(?![0-9]))" if separator in ".," else ""
    return bool(
        re.search(f"[0-9]{joint}$", before) or re.match(f"{joint}{decimals}[0-9A-Za-z]", after)
    )


def _is_mobile(found: str, before: str, after: str) -> bool:
    """Whether the digits after the prefix are as many, and in such groups, as a phone has."""
    number = _PREFIX.sub("", found)
    groups = _NOT_DIGITS.split(number)
    separators = set(_NOT_DIGITS.findall(number))
    if len(groups[0]) < 3 or len(separators) > 1:
        return False
    spaced = separators <= set(_SPACES)
    if not spaced and _goes_on(separators.pop(), before, after):
        return False
    sizes = [len("".join(groups[: i + 1])) for i in range(len(groups))]
    return any(9 <= size <= 12 for size in (sizes if spaced else sizes[-1:]))


def _fold(text: str) -> str:
    """Put a text in small letters without accents and apostrophes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _MARKS.sub("", text).casefold()


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold(phrase)))
