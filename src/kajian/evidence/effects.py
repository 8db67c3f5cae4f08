"""Effects of a ledger: graded, with the other estimates that are bound to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kajian.errors import EvidenceError
from kajian.evidence.grades import finding, grade_effect
from kajian.evidence.ledger import Entry, Ledger

LEAST_LEVEL = 0.9  # of an interval that an effect is graded by


def graded(entry: Entry, design: str, *, towards: int, **diagnostics: Any) -> Entry:
    """Give an effect the grade that its design and the diagnostics that ran allow.

    Raises
    ------
    EvidenceError
        When it has no interval, and as `kajian.evidence.grades.grade_effect` does.
    """
    if entry.low is None or entry.high is None:
        raise EvidenceError(
            f"'{entry.key}' tidak punya selang, jadi tidak dapat diberi tingkat bukti. "
            "Perbaikan: catat dengan interval=."
        )
    if not entry.level or entry.level < LEAST_LEVEL:
        raise EvidenceError(
            f"Selang '{entry.key}' bertingkat {entry.level}, terlalu rendah untuk tingkat bukti. "
            f"Perbaikan: catat selang dengan level sedikitnya {LEAST_LEVEL}."
        )
    size = {"estimate": float(entry.value), "low": entry.low, "high": entry.high}
    return replace(entry, grade=grade_effect(design, **size, towards=towards, **diagnostics))


def other_estimate(entry: Entry, effect: Entry, *, towards: int) -> Entry:
    """Bind another estimate of a graded effect to it: by the same grade, with its own finding.

    Parameters
    ----------
    entry
        The other estimate; without an interval it proves nothing.
    effect
        The effect, graded.
    towards
        As for `graded`.
    """
    assert effect.grade is not None
    low, high = entry.low or 0.0, entry.high or 0.0
    return replace(
        entry, grade=replace(effect.grade, finding=finding(low, high, towards)), of=effect.key
    )


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
