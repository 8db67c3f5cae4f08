"""One writing for texts that look alike: line ends, odd spaces, unseen characters, digits."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise

# Soft hyphen, zero-width characters, marks of direction, byte order mark.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Digits of other scripts and full-width ones; a superscript is no digit but a footnote.
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_BROKEN = re.compile(r"([0-9]-)[^\S\n]*\n\s*(?=[0-9])")


def normalised(text: str) -> str:
    """Put one space for any white space, and undo a line end after a dash between digits."""
    return " ".join(_BROKEN.sub(r"\1", _visible(text)).split())


def lines_of(text: str, positions: Iterable[int]) -> list[int]:
    """Line, counted from 0, of positions in the normalised text."""
    lines = [" ".join(line.split()) for line in _visible(text).split("\n")]
    filled = [number for number, line in enumerate(lines) if line]
    kept = [lines[number] for number in filled]
    joined = [_BROKEN.match(f"{a[-2:]}\n{b}") is not None for a, b in pairwise(kept)]
    lengths = [len(line) + (not glued) for line, glued in zip(kept, [*joined, False], strict=True)]
    ends = list(accumulate(lengths))
    return [filled[min(bisect_right(ends, at), len(filled) - 1)] for at in positions]


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), _UNSEEN.sub("", text))
