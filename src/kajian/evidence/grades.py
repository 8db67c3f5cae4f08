"""How far an effect may be trusted: a letter computed from its design and its diagnostics."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kajian.errors import EvidenceError
from kajian.evidence.grade_rules import DESIGNS, LETTERS, NAMES, rules_of
from kajian.evidence.scale.inputs import checked_inputs
from kajian.evidence.scale.rule import leaves_out_zero
from kajian.evidence.verbs import CEILING_VERBS

if TYPE_CHECKING:
    import pandas as pd

UNPROVEN = "tidak terbukti"
UNDIRECTED = "berbeda dari nol"  # where no direction was hoped for, nothing is supported
LOWERED, AT_FLOOR, LIMIT = "−1: ", "tetap D: ", " (syarat: "


@dataclass(frozen=True, slots=True)
class Grade:
    """What an effect's design and diagnostics allow to be said.

    Attributes
    ----------
    letter
        ``A`` (strongest) to ``D``.
    design
        How the comparison came about, a key of the published scale.
    finding
        ``mendukung``, ``tidak terbukti`` or ``berlawanan``: the effect's interval beside the
        direction that was hoped for.
    steps
        What each diagnostic did to the letter, in Indonesian, in the order of the scale; one that
        lowered it begins with ``−1:``, one that failed at the lowest letter with ``tetap D:``.
    """

    letter: str
    design: str
    finding: str
    steps: tuple[str, ...]

    @property
    def label(self) -> str:
        """The letter with its name: ``B (cukup)``."""
        return f"{self.letter} ({NAMES[self.letter]})"

    @property
    def reasons(self) -> str:
        """What failed, with the limit that it missed; empty when nothing did."""
        return "; ".join(self._failed())

    @property
    def short_reasons(self) -> str:
        """What failed, for a cell of a table."""
        return "; ".join(step.partition(LIMIT)[0] for step in self._failed())

    def _failed(self) -> list[str]:
        return [
            step.removeprefix(mark)
            for step in self.steps
            for mark in (LOWERED, AT_FLOOR)
            if step.startswith(mark)
        ]

    def __str__(self) -> str:
        return self.label


def grade_effect(
    design: str,
    *,
    estimate: float,
    low: float,
    high: float,
    towards: int,
    **diagnostics: Any,
) -> Grade:
    """Grade an effect by the published scale (`scale_table`).

    The design gives the first letter; every diagnostic beyond its limit lowers it by one, never
    below D; nothing raises it.

    Parameters
    ----------
    design
        ``uji_coba``, ``ambang_skor``, ``bertahap``, ``kontrol_sintetis``, ``penyesuaian`` or
        ``keterkaitan``.
    estimate, low, high
        The effect with its interval, in one unit; an end may be infinite.
    towards
        Which way was hoped for: +1 up, -1 down, 0 where neither was.
    **diagnostics
        What ran, by the names of `kajian.evidence.scale.inputs.INPUTS`, which says where the
        package computes each. Every design needs ``mde``, in the unit of the estimate. None is
        allowed for ``breakdown`` (zero is never left out) and for both of ``lee_low`` and
        ``lee_high`` (no bounds computed; then attrition is judged by the boundary alone).

    Raises
    ------
    EvidenceError
        An unknown design or direction, an interval that is none, and a diagnostic that did not
        run, that the design does not have, or that is out of range.
    """
    if design not in DESIGNS:
        close = difflib.get_close_matches(design, DESIGNS, n=1)
        hint = f"yang mirip: {close[0]}; " if close else ""
        raise EvidenceError(
            f"Rancangan '{design}' tidak ada dalam skala bukti. "
            f"Perbaikan: {hint}pilih {', '.join(DESIGNS)}."
        )
    if towards not in (-1, 0, 1):
        raise EvidenceError(
            f"Arah yang diharapkan {towards!r} pada rancangan '{design}' tidak dikenal. "
            "Perbaikan: isi towards= dengan 1 (naik), -1 (turun), atau 0 (tidak ada)."
        )
    if not math.isfinite(estimate) or not low <= high:
        raise EvidenceError(
            f"Dampak {estimate} dengan selang {low} sampai {high} pada rancangan '{design}' tidak "
            "dapat dinilai. Perbaikan: periksa taksiran dan selangnya."
        )
    rules = rules_of(design)
    needed = [name for rule in rules for name in rule.needs]
    ran = checked_inputs(design, needed, diagnostics)
    case = {"estimate": estimate, "low": low, "high": high, **ran}
    place = LETTERS.index(DESIGNS[design].start)
    steps = [f"mulai {LETTERS[place]}: {DESIGNS[design].title}"]
    for rule in rules:
        if rule.passes(case):
            steps.append(rule.found(case))
            continue
        mark = LOWERED if place < len(LETTERS) - 1 else AT_FLOOR
        place = min(place + 1, len(LETTERS) - 1)
        steps.append(f"{mark}{rule.found(case)}{LIMIT}{rule.limit})")
    return Grade(LETTERS[place], design, finding(low, high, towards), tuple(steps))


def finding(low: float, high: float, towards: int) -> str:
    """Hold an interval against the direction that was hoped for, as `Grade.finding` says."""
    if not leaves_out_zero(low, high):
        return UNPROVEN
    if towards == 0:
        return UNDIRECTED
    side = 1 if low > 0 else -1
    return "berlawanan" if towards == -side else "mendukung"


def scale_table() -> pd.DataFrame:
    """Print the scale: one row per design and diagnostic, with the verb that it allows at best."""
    import pandas as pd

    return pd.DataFrame(
        {
            "rancangan": design.title,
            "huruf_awal": design.start,
            "dasar_huruf": design.source,
            "diagnostik": rule.title,
            "syarat": rule.limit,
            "sumber": rule.source,
            "kata_kerja_tertinggi": CEILING_VERBS[design.start],
        }
        for key, design in DESIGNS.items()
        for rule in rules_of(key)
    )
