"""The poverty line and the cut points of the score, found without holding all households."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Floats, Integers
from kajian.twin.households import draw_households
from kajian.twin.truth import Truth

# Consumption per head above this (rupiah a month) is above any line, so it is counted together.
RICHEST_RP = 3_000_000
SCORE_LOW, SCORE_HIGH, SCORE_BINS = 9.0, 20.0, 22_000
# Upper edges of the bins of a score (log rupiah).
EDGES = np.linspace(SCORE_LOW, SCORE_HIGH, SCORE_BINS + 1)[1:]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What depends on the whole city.

    Attributes
    ----------
    line_rp
        Poverty line, whole rupiah per head a month.
    old
        Share of households whose old score is at or below each edge of its bins.
    present
        The same of the present score.
    """

    line_rp: int
    old: Floats
    present: Floats

    def score_below(self, share: float) -> float:
        """Old score below which the given share of households lies (to the width of a bin)."""
        return float(EDGES[np.searchsorted(self.old, share)])

    def deciles(self, score: Floats) -> Integers:
        """Tenth of the city's households to which each present score belongs: 1 is the lowest."""
        cuts = EDGES[np.searchsorted(self.present, np.arange(1, 10) / 10)]
        return 1 + np.searchsorted(cuts, score)


def calibrate(chunks: Iterable[Chunk], truth: Truth, poverty_pct: float) -> Calibration:
    """Find the line below which the published share of persons lives, chunk by chunk.

    Consumption per head is counted in whole rupiah, so the line is exact: no other whole line
    comes nearer to the published percentage.

    Parameters
    ----------
    poverty_pct
        Published poverty rate of the city (percent of persons).
    """
    persons = np.zeros(RICHEST_RP + 1, dtype=np.int64)
    counts = {name: np.zeros(SCORE_BINS, dtype=np.int64) for name in ("skor_lama", "skor")}
    for chunk in chunks:
        table = draw_households(chunk, truth)
        spent = table["kapita_rp"].to_numpy().clip(max=RICHEST_RP)
        np.add.at(persons, spent, table["jumlah_anggota"].to_numpy())
        for name, count in counts.items():
            count += np.histogram(table[name], SCORE_BINS, (SCORE_LOW, SCORE_HIGH))[0]
    below = np.concatenate([[0], np.cumsum(persons)])
    nearest = int(np.abs(below / below[-1] - poverty_pct / 100).argmin())
    old, present = (np.cumsum(count) / count.sum() for count in counts.values())
    return Calibration(nearest, old, present)
