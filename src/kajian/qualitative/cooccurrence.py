"""Which themes come up together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.qualitative.codes import INTERVIEW, SEGMENT, Rule, coded_segments

NAMES = {SEGMENT: "segmen", INTERVIEW: "wawancara"}


@dataclass(frozen=True, slots=True, eq=False)
class Cooccurrence:
    """Pairs of themes.

    Attributes
    ----------
    pairs
        One row per pair of themes that meet in at least `minimum` units: ``tema_pertama``,
        ``tema_kedua``, ``bersama`` (units with both), ``pertama``, ``kedua`` (units with each),
        ``jaccard`` (both / either), ``lift`` (both / expected if each came up on its own); the
        most frequent first.
    unit, n_units, n_hidden, minimum, rule
        What is counted and how many there are; pairs that meet, but in fewer units than `minimum`;
        who must have given a theme.
    """

    pairs: pd.DataFrame
    unit: str
    n_units: int
    n_hidden: int
    minimum: int
    rule: Rule

    def tidy(self) -> pd.DataFrame:
        """Return `pairs`."""
        return self.pairs.copy()

    def __str__(self) -> str:
        name = NAMES[self.unit]
        first = "tidak ada pasangan tema yang cukup sering"
        if not self.pairs.empty:
            pair = self.pairs.iloc[0]
            first = (
                f"{pair['tema_pertama']} dan {pair['tema_kedua']} bertemu dalam "
                f"{pair['bersama']} {name} (lift {format_number(pair['lift'], 1)})"
            )
        return (
            f"Tema yang bertemu dalam {self.n_units} {name}: {first}; {self.n_hidden} pasangan "
            f"di bawah {self.minimum} {name} tidak ditampilkan. Tanpa uji: segmen satu wawancara "
            "tidak saling bebas dan informan dipilih, bukan diundi"
        )


def cooccurrence(
    codes: pd.DataFrame,
    *,
    unit: Literal["id_segmen", "id_wawancara"] = "id_segmen",
    rule: Rule = "both",
    minimum: int = 5,
) -> Cooccurrence:
    """Count which themes come up in the same segment or interview.

    A description without test: segments of one interview depend on each other, informants are
    chosen, and a segment has room for few themes, so that independence is no fair yardstick. For
    that reason `lift` tends to be below 1 within segments; compare pairs with each other.

    Parameters
    ----------
    codes
        Coded segments in long format, as `kajian.qualitative.codes.coded_segments` takes them.
    unit
        Where themes must meet; an interview has the themes of its segments.
    rule, minimum
        As in `kajian.qualitative.themes.theme_table`, for pairs.

    Raises
    ------
    MethodError
        Faults of the table, an unknown unit, or no unit that the rule can judge.
    """
    if unit not in NAMES:
        raise MethodError(
            f"Satuan '{unit}' tidak dikenal. Perbaikan: pilih {' atau '.join(NAMES)}."
        )
    coded = coded_segments(codes, [unit] if unit != SEGMENT else [])
    counted = coded.counted(rule)
    if not counted.any():
        raise MethodError(
            "Tidak ada segmen yang dikode dua pengode. Perbaikan: pakai aturan 'either'."
        )
    having = pd.DataFrame(coded.having(rule)[counted], coded.segments.index[counted])
    if unit != SEGMENT:
        having = having.groupby(coded.segments.loc[counted, unit]).any()
    has = having.to_numpy(dtype=int)
    both = has.T @ has
    n, alone = len(has), np.diag(both)
    rows = [
        (
            coded.themes[i],
            coded.themes[j],
            both[i, j],
            alone[i],
            alone[j],
            both[i, j] / (alone[i] + alone[j] - both[i, j]),
            both[i, j] * n / (alone[i] * alone[j]),
        )
        for i, j in combinations(range(len(coded.themes)), 2)
        if both[i, j] > 0
    ]
    names = ["tema_pertama", "tema_kedua", "bersama", "pertama", "kedua", "jaccard", "lift"]
    pairs = pd.DataFrame(rows, columns=names)
    shown = pairs[pairs["bersama"] >= minimum]
    return Cooccurrence(
        pairs=shown.sort_values("bersama", ascending=False, kind="stable", ignore_index=True),
        unit=unit,
        n_units=n,
        n_hidden=len(pairs) - len(shown),
        minimum=minimum,
        rule=rule,
    )
