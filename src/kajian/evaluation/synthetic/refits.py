"""Refits of a synthetic control under one change: an earlier start, or one donor fewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.synthetic_control import SyntheticControl, check_design, fit_matrix
from kajian.language import format_number


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """One synthetic control fitted again and again under one change.

    Attributes
    ----------
    change
        What the keys of ``fits`` are: a pretended ``"start"``, or the donor ``"left_out"``.
    fits
        Synthetic control under each change.
    """

    change: Literal["start", "left_out"]
    fits: Mapping[int, SyntheticControl] | Mapping[str, SyntheticControl]

    @property
    def mean_gap_range(self) -> tuple[float, float]:
        """Smallest and largest mean gap among the fits."""
        gaps = [fit.mean_gap for fit in self.fits.values()]
        return min(gaps), max(gaps)

    def tidy(self) -> pd.DataFrame:
        """One row per fit: the change, and ``pre_rmspe`` to ``concentration`` of that fit."""
        measures = ["pre_rmspe", "post_rmspe", "ratio", "mean_gap", "concentration"]
        rows = [[getattr(fit, name) for name in measures] for fit in self.fits.values()]
        table = pd.DataFrame(rows, columns=measures, dtype=float)
        table.insert(0, self.change, list(self.fits))
        return table

    def __str__(self) -> str:
        word = {"start": "Awal semu", "left_out": "Tanpa"}[self.change]
        return "\n".join(
            f"{word} {key}: RMSPE sebelum {format_number(fit.pre_rmspe, 3)}, "
            f"selisih rata-rata sesudah {format_number(fit.mean_gap, 3)}"
            for key, fit in self.fits.items()
        )


def placebo_in_time(fit: SyntheticControl, starts: Sequence[int]) -> Refits:
    """Pretend earlier starts, using only times before the real one.

    A method that finds gaps where nothing began is not to be trusted where something did.

    Parameters
    ----------
    fit
        Synthetic control with the real start.
    starts
        Pretended starts, each with two times or more before it and before the real start.

    Raises
    ------
    MethodError
        When a pretended start lies outside the times before the real one, has fewer than two times
        before it, or the treated outcome does not vary before it.

    References
    ----------
    Abadie, Diamond and Hainmueller (2015), "Comparative politics and the synthetic control
    method", AJPS 59, section on placebo studies.
    """
    before = fit.outcomes[fit.outcomes.index < fit.start]
    for start in starts:
        check_design(before, outcome=fit.outcome, start=start)
    return Refits(
        "start",
        {start: fit_matrix(before, outcome=fit.outcome, start=start) for start in starts},
    )


def leave_one_out(fit: SyntheticControl) -> Refits:
    """Drop each donor that carries weight in turn, heaviest first, and fit again.

    Parameters
    ----------
    fit
        Synthetic control with all donors.

    Raises
    ------
    MethodError
        When there is only one donor.

    References
    ----------
    Abadie, Diamond and Hainmueller (2015), AJPS 59, section on robustness.
    """
    if len(fit.weights) < 2:
        raise MethodError(
            "Pembanding hanya satu, sehingga tidak ada yang dapat dikeluarkan. "
            "Perbaikan: tambah unit pembanding."
        )
    carrying = fit.weights[fit.weights > 0].sort_values(ascending=False, kind="stable")
    return Refits(
        "left_out",
        {
            code: fit_matrix(
                fit.outcomes.drop(columns=code),
                outcome=fit.outcome,
                start=fit.start,
                dropped_times=fit.dropped_times,
            )
            for code in carrying.index
        },
    )
