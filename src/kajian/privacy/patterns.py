"""What gives a person away in a text: identity numbers and phone numbers.

Only kinds and positions leave this module, never what was found. A miss is a leak and a false
alarm is a nuisance, so where a writing can be read in two ways it counts as found: a comma before
a number is the comma of a list, since no text of a study prints sixteen decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kajian.privacy.kinds import IDENTITY_NUMBER, PHONE
from kajian.privacy.normal import normalised

_HIDDEN = "•"

_SPACES = "\u00a0\u2007\u2009\u202f\t "
_DASHES = "\u2010\u2011\u2012\u2013\\-"
_SEPARATOR = f"[./_{_SPACES}{_DASHES}]"

# Sixteen digits in the groups in which people and programs write them. Each starts at the first
# digit of a run; whether it stands alone and has the structure of a NIK is looked at afterwards.
_GROUPS = (
    *((4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (2, 2, 2, 2, 2, 2, 4)),
    *((8, 8), (12, 4), (6, 10)),
)


def _joined(name: str, sizes: tuple[int, ...], separator: str) -> str:
    first, *others = (f"[0-9]{{{size}}}" for size in sizes)
    return f"{first}(?P<{name}>{separator})" + f"(?P={name})".join(others)


_NIK = "|".join(
    [
        "[0-9]{16}",
        *(_joined(f"s{number}", sizes, _SEPARATOR) for number, sizes in enumerate(_GROUPS)),
        _joined("thousands", (1, 3, 3, 3, 3, 3), f"[.,'_{_SPACES}]"),
        _joined("apart", (1,) * 16, f"[{_SPACES}]"),
        r"(?P<power>[0-9][.,][0-9]{15})[eE]\+?15",
    ]
)
_SEPARATORS = (*(f"s{number}" for number in range(len(_GROUPS))), "thousands", "apart")
_LOCAL = rf"8[1-35-9][0-9]{{1,10}}(?:{_SEPARATOR}[0-9]{{2,8}}){{0,4}}"
_MOBILE = (
    rf"0{_LOCAL}|62[{_DASHES}]?{_LOCAL}"
    rf"|\(?\+62\)?{_SEPARATOR}?(?:\(0\){_SEPARATOR}?)?{_LOCAL}"
)
_LANDLINE = (
    rf"\((?:0|\+?62{_SEPARATOR}?)[2-79][0-9]{{1,2}}\){_SEPARATOR}?"
    rf"[0-9]{{3,8}}(?:{_SEPARATOR}[0-9]{{2,4}}){{0,2}}"
)
_DIRECT = (
    rf"0[2-79][0-9]{{1,2}}[{_DASHES} ]?[0-9]{{5,8}}"
    rf"|\+62[{_DASHES} ]?[2-79][0-9]{{1,2}}[{_DASHES} ]?[0-9]{{5,8}}"
)
_CANDIDATE = re.compile(
    rf"(?=[0-9+(])(?<![0-9])(?:(?P<nik>(?:{_NIK})(?![0-9]))"
    rf"|(?P<mobile>(?:{_MOBILE})(?![0-9]))|(?P<landline>{_LANDLINE}(?![0-9]))"
    rf"|(?P<direct>(?:{_DIRECT})(?![0-9])))"
)
_TELEPHONE = re.compile(r"(?:te?lp?|telepon|phone|faks?|fax)\s*[.:]{0,2}\s*$", re.IGNORECASE)

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
# Letters that are no hexadecimal digits, right before sixteen digits: ID3372...
_LETTERS = re.compile(r"(?:^|[^A-Za-z0-9])[A-Za-z]*[G-Zg-z][A-Za-z]*$")
_PREFIX = re.compile(r"^(?:\(?\+?62\)?[^0-9]*(?:0\)[^0-9]*)?|0)")
# An amount of money, a DOI or a UUID goes on with the digits that follow.
_BEGUN = re.compile(r"\b(?:Rp|IDR)\s?$|\b10\.[0-9]{4,9}/\S*$|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-$")
# Numbers that follow a command of an SVG path, and what follows such numbers.
_PATH_BEFORE = re.compile(r"(?:^|[^A-Za-z])[MLHVCSQTA][-0-9.,\s]*$", re.IGNORECASE)
_PATH_AFTER = re.compile(r"[-0-9.,\s]*(?:[MLHVCSQTAZ](?![A-Za-z])|[\"'<])", re.IGNORECASE)
_REACH = 120

# A keyed pseudonym: 26 digits of base32, of which 128 bits leave 3 to the last. One in 200 has
# letters only and is missed.
_PSEUDONYM = re.compile(r"(?<![A-Za-z0-9])(?=[a-z]*[2-7])[a-z2-7]{25}[aeimquy4](?![A-Za-z0-9])")


def find_identities(text: str) -> list[tuple[str, int]]:
    """Find identity numbers (NIK, No. KK) and phone numbers.

    A NIK is found as sixteen digits in a row, in the groups that `_GROUPS` lists joined by one
    repeated space, dot, dash, slash or underscore, digit by digit, with thousands separators,
    with or without a last ``.0``, and as a power of ten with all its digits. It must stand alone,
    but for letters before it, and have a plausible structure: province, regency, district, date
    of birth (of a woman, the day plus 40) or of issue, and a serial other than 0000; a province
    of 99 is that of simulated data. A power of ten with fewer digits does not identify.

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
    """Kinds of identity present in a text, each once, whatever its white space and digits."""
    return list(dict.fromkeys(kind for kind, _ in find_identities(normalised(text))))


def find_pseudonyms(text: str) -> list[int]:
    """Positions of words that are written as a pseudonym is."""
    return [match.start() for match in _PSEUDONYM.finditer(text)]


def without_identities(text: str) -> str:
    """Put a dot in the place of every digit of an identity or phone number.

    A number that only shows once white space is made one is masked in the text made so.
    """
    masked = _masked(text)
    plain = normalised(masked)
    return _masked(plain) if find_identities(plain) else masked


def _masked(text: str) -> str:
    parts, last = [], 0
    for _, start, end in _spans(text):
        parts += [text[last:start], re.sub("[0-9]", _HIDDEN, text[start:end])]
        last = end
    return "".join([*parts, text[last:]])


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
    number = match["nik"]
    labelled = bool(number and _LETTERS.search(before))
    if not _stands_alone(match[0], "" if labelled else before, after):
        return None
    if number:
        if not _STRUCTURE.fullmatch(_NOT_DIGITS.sub("", match["power"] or number)):
            return None
        separator = next((match[name] for name in _SEPARATORS if match[name]), "")
        in_series = separator and _in_series(number.split(separator), separator, before, after)
        return None if in_series else IDENTITY_NUMBER
    if landline := match["landline"]:
        local = _NOT_DIGITS.sub("", landline.partition(")")[2])
        return PHONE if 5 <= len(local) <= 8 else None
    if direct := match["direct"]:
        return PHONE if _is_direct(direct, before, after) else None
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


def _is_direct(found: str, before: str, after: str) -> bool:
    """Whether a number with an area code has a plus or a dash, or follows a word for telephone."""
    if _TELEPHONE.search(before) or found[0] == "+":
        return True
    dash = re.search(f"[{_DASHES}]", found)
    return (
        bool(dash) and not re.search(f"[{_DASHES}]$", before) and not _goes_on("-", before, after)
    )


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
