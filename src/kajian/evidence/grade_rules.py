"""The scale of evidence: where each design starts, and what lowers it by one step.

How the comparison came about sets the first letter, after the Maryland Scientific Methods Scale
(Sherman et al. 1998; the guide of Madaleno & Waights 2016 for the What Works Centre for Local
Economic Growth). Four letters, and one step down for each serious doubt, follow GRADE (Guyatt et
al. 2008, BMJ 336:924; Balshem et al. 2011, J Clin Epidemiol 64:401). Unlike GRADE nothing is ever
rated up. Limits without a source are our choice, and say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from kajian.evidence.scale.adjusted import ADJUSTED, POWER
from kajian.evidence.scale.assigned import LOT, SCORE
from kajian.evidence.scale.compared import STAGGERED, SYNTHETIC
from kajian.evidence.scale.rule import Rule

LETTERS = "ABCD"
NAMES = {"A": "kuat", "B": "cukup", "C": "lemah", "D": "gambaran"}


@dataclass(frozen=True, slots=True)
class Design:
    """A way in which a comparison came about: its first letter, its name, and why there."""

    start: str
    title: str
    source: str


DESIGNS = {
    "uji_coba": Design("A", "uji coba berundi", "Maryland SMS tingkat 5"),
    "ambang_skor": Design("B", "di sekitar ambang skor", "Maryland SMS tingkat 4"),
    "bertahap": Design("B", "mulai bertahap, dengan pembanding", "Maryland SMS tingkat 3"),
    "kontrol_sintetis": Design("B", "pembanding sintetis", "setara Maryland SMS tingkat 3"),
    "penyesuaian": Design("C", "penyesuaian menurut diagram", "Maryland SMS tingkat 2"),
    "keterkaitan": Design("D", "keterkaitan saja", "Maryland SMS tingkat 1"),
}

RULES: tuple[Rule, ...] = (*LOT, *SCORE, *STAGGERED, *SYNTHETIC, *ADJUSTED, POWER)


def rules_of(design: str) -> tuple[Rule, ...]:
    """The rows that a design needs, in the order of the scale."""
    return tuple(rule for rule in RULES if design in rule.designs)
