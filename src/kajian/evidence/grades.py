"""How far an effect may be trusted: a letter computed from its design and its diagnostics."""

from __future__ import annotations

from dataclasses import dataclass


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
        What each diagnostic did to the letter, in Indonesian, in the order of the scale.
    """

    letter: str
    design: str
    finding: str
    steps: tuple[str, ...]
