"""Names of persons in a text, with and without titles, whatever their writing."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator

_HIDDEN = "•"
_LONGEST = 120

# A word with what may stand inside it: accents written apart and the apostrophe of Nur'aini.
# A NUL stands between cells.
_WORD = re.compile("\0|[^\\W_](?:[^\\W_]|['’ʼ`\u0300-\u036f])*")
_MARKS = re.compile("['’ʼ`\u0300-\u036f]+")

_CALLED = frozenset(
    (
        *("ibu", "bu", "bapak", "bpk", "pak", "sdr", "sdri", "saudara", "saudari", "tn", "ny"),
        *("nn", "mbah", "mas", "mbak"),
    )
)
_TITLES = _CALLED - {"mas", "mbak"} | {
    *("h", "hj", "drs", "dra", "dr", "ir", "prof", "r", "rm", "rr", "ra", "rd", "raden", "roro"),
    *("kh", "k", "kph", "krt", "krat", "krmt", "kp", "alm", "almh", "ustad", "ustadz"),
    *("ustadzah", "kiai", "kyai", "nyai"),
}
_INITIALS = frozenset("mrah")  # what goes on after R. or K.: R.M., R.R., R.A., K.H.
_DEGREES = re.compile(
    r"(?:[\s,]+(?:[SMAD]\.[A-Za-z]{1,5}(?:\.[A-Za-z]+)*|SE|SH|ST|SS|SP|SKM|SAg|SPd|SSos|SKom|MM|MH"
    r"|MSi|MPd|MKes|MT|AMd|Ph\.?D)\.?(?=[\s,]|$))+\s*$"
)
_FATHER = re.compile(r"\s+(?:bin|binti|bt)\b.*", re.IGNORECASE)
# What people write where a register asks for a name and they have none.
_JUNK = {
    *(("tidak", word) for word in ("ada", "tahu", "diketahui", "bernama", "jelas", "diisi")),
    *(("tidak", word) for word in ("terdata", "punya")),
    *(("belum", word) for word in ("ada", "bernama", "diketahui", "diisi", "terdata")),
    *(("belum", "diberi", "nama"), ("belum", "punya", "nama"), ("tanpa", "nama"), ("n", "a")),
    *(("data", "kosong"), ("no", "name"), ("nama", "lengkap"), ("nama", "orang")),
    *(("kepala", "keluarga"), ("nihil",), ("kosong",), ("anonim",), ("anonymous",)),
    *(("unknown",), ("nama",), ("bayi",), ("tes",), ("test",), ("xxx",), ("null",), ("none",)),
    ("nan",),
}


class NameFinder:
    """Finds names of persons, whatever their capitals, accents, titles and punctuation.

    Parameters
    ----------
    names
        Names as written in a register; each is known with and without its titles, its degrees
        and the name of a father. What stands for no name (``tidak ada``) is left out.
    ordinary
        Words and phrases that are no names here, such as those of places and streets.
    """

    def __init__(self, names: Collection[str], ordinary: Collection[str] = ()) -> None:
        usual = {_folded(phrase) for phrase in ordinary} | _JUNK | {()}
        known = {form for name in names for form in _forms(name) if not _is_title(form)} - usual
        self._full = {words for words in known if len(words) > 1}
        self._single = {words[0] for words in known if len(words) == 1 and len(words[0]) > 2}
        self._last = {words[-1] for words in self._full}
        self._anchors = self._last | self._single | {words[0] for words in self._full}
        self._lengths = sorted({len(words) for words in self._full})

    def find(self, text: str) -> list[int]:
        """Positions of names in consecutive words of a text.

        A name of one word counts after a word of address (Ibu, Pak), one of several also with its
        last word first and a comma (Aminah, Siti).
        """
        return [start for start, _ in self._spans(text)]

    def without_names(self, text: str) -> str:
        """Put dots in the place of names, also of a single word that may be one."""
        words = [m.span() for m in _WORD.finditer(text) if _fold(m[0]) in self._single]
        for start, end in [*self._spans(text), *words]:
            text = text[:start] + _HIDDEN * (end - start) + text[end:]
        return text

    def is_name(self, value: str) -> bool:
        """Whether a whole value, such as a cell, is a name, be it of one word."""
        if not self._anchors or len(value) > _LONGEST:
            return False
        words = _folded(value)
        return words in self._full or (len(words) == 1 and words[0] in self._single)

    def is_split(self, left: str, right: str) -> bool:
        """Whether the values of two cells side by side make up a name, in either order."""
        if not (self._full and left[:1].isalpha() and right[:1].isalpha()):
            return False
        if len(left) + len(right) > _LONGEST:
            return False
        first, second = _folded(left), _folded(right)
        return first + second in self._full or second + first in self._full

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._anchors:
            return
        matches = list(_WORD.finditer(text))
        words = [_fold(match[0]) for match in matches]
        for i in [i for i, word in enumerate(words) if word in self._anchors]:
            word, end = words[i], matches[i].end()
            turned = word in self._last and text[end : end + 1] == ","
            for length in self._lengths:
                found = tuple(words[i : i + length])
                if len(found) < length:
                    break
                if found in self._full or (turned and (*found[1:], word) in self._full):
                    yield matches[i].start(), matches[i + length - 1].end()
            if word in self._single and i and words[i - 1] in _CALLED:
                yield matches[i].span()


def _forms(name: str) -> Iterator[tuple[str, ...]]:
    """A name as it stands before a comma, and what is left without titles, degrees and father."""
    name = name.partition(",")[0]
    yield _folded(name)
    bare = _DEGREES.sub("", name)
    for form in {bare, _FATHER.sub("", bare)}:
        yield _untitled(_folded(form))


def _is_title(words: tuple[str, ...]) -> bool:
    return all(word in _TITLES or len(word) == 1 for word in words)


def _untitled(words: tuple[str, ...]) -> tuple[str, ...]:
    start = 0
    while start < len(words) - 1:
        after_r = start and words[start - 1] in ("r", "k") and words[start] in _INITIALS
        if words[start] not in _TITLES and not after_r:
            break
        start += 1
    return words[start:]


@functools.lru_cache(maxsize=100_000)
def _fold(text: str) -> str:
    """Put a text in small letters without accents and apostrophes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _MARKS.sub("", text).casefold()


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold(phrase)))
