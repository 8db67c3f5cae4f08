"""Effects of a ledger: graded, with the other estimates that are bound to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from kajian.errors import EvidenceError
from kajian.evidence.grades import UNPROVEN, finding, grade_effect
from kajian.evidence.ledger import Entry, Ledger
from kajian.evidence.slots import named_entry

LEAST_LEVEL = 0.9  # of an interval that an effect is graded by


def graded(entry: Entry, design: str, *, towards: int, **diagnostics: Any) -> Entry:
    """Give an effect the grade that its design and the diagnostics that ran allow.

    Raises
    ------
    EvidenceError
        When it is a word or has no interval of a usual level, and as
        `kajian.evidence.grades.grade_effect` does.
    """
    if entry.low is None or entry.high is None or isinstance(entry.value, str):
        raise EvidenceError(
            f"'{entry.key}' bukan angka dengan selang, jadi tidak dapat diberi tingkat bukti. "
            "Perbaikan: catat dengan interval=."
        )
    if not entry.level or entry.level < LEAST_LEVEL:
        raise EvidenceError(
            f"Selang '{entry.key}' bertingkat {entry.level}, terlalu rendah untuk tingkat bukti. "
            f"Perbaikan: catat selang dengan level sedikitnya {LEAST_LEVEL}."
        )
    size = {"estimate": float(entry.value), "low": entry.low, "high": entry.high}
    grade = grade_effect(design, **size, towards=towards, **diagnostics)
    return replace(entry, grade=grade, of="")


def other_estimates(
    effect: Entry, keys: Collection[str], ledger: Ledger, *, towards: int
) -> list[Entry]:
    """Bind other estimates of a graded effect to it, so that they say no more than it may.

    Each gets the grade of the effect, and its finding where its own interval says the same; without
    an interval of a usual level it proves nothing.

    Parameters
    ----------
    effect
        The effect, graded.
    keys
        Keys of the other estimates.
    ledger
        Where they were recorded.
    towards
        As for `graded`.

    Raises
    ------
    EvidenceError
        When one does not exist, is a word, is the effect itself, begins with another word, or has
        a grade of its own.
    """
    assert effect.grade is not None
    names = [keys] if isinstance(keys, str) else keys
    found = [named_entry(key, ledger) for key in names]
    for entry in found:
        family = entry.key.split(".")[0] == effect.key.split(".")[0]
        graded_already = entry.grade is not None and entry.of != effect.key
        if not family or graded_already or entry.key == effect.key or isinstance(entry.value, str):
            raise EvidenceError(
                f"'{entry.key}' bukan taksiran lain dari '{effect.key}'. Perbaikan: sebut pada "
                f"also= hanya angka bernama '{effect.key.split('.')[0]}.…' yang belum dinilai."
            )
    return [_bound(entry, effect, towards) for entry in found]


def _bound(entry: Entry, effect: Entry, towards: int) -> Entry:
    assert effect.grade is not None
    usual = (entry.level or 0.0) >= LEAST_LEVEL
    own = finding(entry.low or 0.0, entry.high or 0.0, towards) if usual else UNPROVEN
    agreed = own if own == effect.grade.finding else UNPROVEN
    return replace(entry, grade=replace(effect.grade, finding=agreed), of=effect.key)


def require_graded(ledger: Ledger) -> None:
    """Refuse an estimate that stands beside a graded effect, by the first word, without a grade.

    Raises
    ------
    EvidenceError
        Naming every such result with an interval, its notebook and its cell.
    """
    families = {key.split(".")[0]: key for key, entry in ledger.items() if entry.grade}
    bare = [
        entry
        for key, entry in ledger.items()
        if entry.low is not None and not entry.grade and key.split(".")[0] in families
    ]
    if bare:
        first = bare[0]
        effect = families[first.key.split(".")[0]]
        raise EvidenceError(
            f"Taksiran tanpa tingkat bukti: {', '.join(entry.key for entry in bare)} (notebook "
            f"{first.notebook}, sel {first.cell}). Perbaikan: sebut pada also= di langkah.grade"
            f"('{effect}', …), nilai sendiri, atau catat di bawah nama lain bila bukan dampak."
        )
