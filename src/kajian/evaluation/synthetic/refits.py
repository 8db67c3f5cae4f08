"""Refits of a synthetic control under one change: an earlier start, or one donor fewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.fit import check_design, check_fit_times, fit_matrix
from kajian.evaluation.synthetic.predictors import Predictor
from kajian.evaluation.synthetic.result import SyntheticControl
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
    main
        The synthetic control that was changed.
    """

    change: Literal["start", "left_out"]
    fits: Mapping[int, SyntheticControl] | Mapping[str, SyntheticControl]
    main: SyntheticControl

    @property
    def mean_gap_range(self) -> tuple[float, float]:
        """Smallest and largest mean gap among the fits."""
        gaps = [fit.mean_gap for fit in self.fits.values()]
        return min(gaps), max(gaps)

    @property
    def share_as_large(self) -> float:
        """Share of the fits whose absolute mean gap is at least that of the main fit.

        For pretended starts, anything above zero says that a gap of this size also opened where
        nothing began. It is a share of a few chosen starts, not a p-value.
        """
        sizes = [abs(fit.mean_gap) >= abs(self.main.mean_gap) for fit in self.fits.values()]
        return sum(sizes) / len(sizes)

    @property
    def same_sign(self) -> bool:
        """Whether every fit's mean gap has the sign of the main fit's."""
        return all(fit.mean_gap * self.main.mean_gap > 0 for fit in self.fits.values())

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


def placebo_in_time(
    fit: SyntheticControl,
    starts: Sequence[int],
    *,
    predictors: Iterable[Predictor] | None = None,
) -> Refits:
    """Pretend earlier starts, using only times before the real one.

    A method that finds gaps where nothing began is not to be trusted where something did.

    Parameters
    ----------
    fit
        Synthetic control with the real start.
    starts
        Pretended starts, each with two times or more before it and before the real start.
    predictors
        For a fit with predictors: those of the pretended starts, from the same columns. When
        omitted, all times that the fit declared move back by as much as the start; fit times that
        leave the panel by this are dropped.

    Raises
    ------
    MethodError
        When no start is given; when a pretended start lies outside the times before the real one,
        has fewer than two times before it, or the treated outcome does not vary before it; when a
        predictor has no value at the times it moved to, or is given for a fit without predictors.

    References
    ----------
    Abadie, Diamond and Hainmueller (2015), "Comparative politics and the synthetic control
    method", AJPS 59, section on placebo studies.
    """
    if not len(starts):
        raise MethodError(
            "Tidak ada awal semu yang disebut. Perbaikan: sebut sedikitnya satu waktu, "
            f"misalnya beberapa waktu sebelum {fit.start}."
        )
    own = fit.predictors
    if own is None and predictors is not None:
        raise MethodError(
            "Pembobotan utama tidak memakai prediktor. "
            "Perbaikan: hilangkan predictors, atau sebut juga dalam synthetic_control."
        )
    before = fit.outcomes[fit.outcomes.index < fit.start]
    given = None if predictors is None else tuple(predictors)
    fits = {}
    for start in starts:
        check_design(before, outcome=fit.outcome, start=start)
        table = times = None
        if own is not None:
            by = fit.start - start
            stated = given or [each.lagged(by) for each in own.table.declared]
            table = own.table.restated(stated, start)
            times = [moment - by for moment in own.fit_times if moment - by in before.index]
            check_fit_times(before, times, start)
        fits[start] = fit_matrix(
            before, outcome=fit.outcome, start=start, table=table, fit_times=times
        )
    return Refits("start", fits, fit)


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
                table=fit.predictors.table if fit.predictors else None,
                fit_times=fit.predictors.fit_times if fit.predictors else None,
            )
            for code in carrying.index
        },
        fit,
    )
