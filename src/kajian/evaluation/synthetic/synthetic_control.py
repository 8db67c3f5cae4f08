"""Synthetic control for one treated unit, matched on outcomes before the start.

The comparator is the convex combination of donors that follows the treated unit most closely
before the start; after it, the gap between the two is the deviation to be explained. The gap is the
effect of an intervention only when nothing else set the treated unit apart at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.outcome_matrix import outcome_matrix
from kajian.evaluation.synthetic.simplex import nearest_in_hull
from kajian.language import format_number

SHARED = 0.01  # weights below one per cent are left out of the summary, never out of the result
POOR_FIT = 0.5  # a convention: the comparator should follow at least half of the variation


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticControl:
    """A treated unit beside its weighted comparator. Gaps are in the unit of the outcome.

    Attributes
    ----------
    treated, outcome, start
        Code of the treated unit, name of the outcome, and first time counted as treated.
    weights
        (J,), indexed by donor: non-negative, summing to one.
    actual, synthetic, gap
        (T,), indexed by time; ``gap = actual - synthetic``.
    pre_rmspe, post_rmspe
        Root mean squared gap before, and from, the start.
    mean_gap
        Mean gap from the start on.
    pre_r2
        ``1 - sum(gap**2) / sum((actual - mean(actual))**2)`` before the start: one is a perfect
        fit, zero no better than a flat line at the treated unit's own mean (Ferman and Pinto 2021).
    outside_range
        Times before the start at which the treated unit lies above or below every donor, so that no
        convex combination can reach it.
    unique
        Whether no other weights fit equally well; see :func:`nearest_in_hull` for the choice made
        where others do.
    concentration
        Weight of the heaviest donor: near one, the comparator is a single place.
    outcomes
        (T, 1 + J) table the fit rests on, times by units, treated unit first.
    dropped_times
        Declared incomplete times that were left out.
    fit_note
        What a reader must know about the fit, in Indonesian; empty when there is nothing to say.
    """

    treated: str
    outcome: str
    start: int
    weights: pd.Series
    actual: pd.Series
    synthetic: pd.Series
    gap: pd.Series
    pre_rmspe: float
    post_rmspe: float
    mean_gap: float
    pre_r2: float
    outside_range: tuple[int, ...]
    unique: bool
    concentration: float
    outcomes: pd.DataFrame
    dropped_times: tuple[int, ...]
    fit_note: str

    @property
    def ratio(self) -> float:
        """Post-RMSPE over pre-RMSPE; infinite when the fit before the start is perfect."""
        return rmspe_ratio(self.pre_rmspe, self.post_rmspe)

    def tidy(self) -> pd.DataFrame:
        """One row per time: ``time, actual, synthetic, gap, after`` (from the start on)."""
        return pd.DataFrame(
            {
                "time": self.gap.index,
                "actual": self.actual.to_numpy(),
                "synthetic": self.synthetic.to_numpy(),
                "gap": self.gap.to_numpy(),
                "after": np.asarray(self.gap.index >= self.start),
            }
        )

    def __str__(self) -> str:
        heavy = self.weights[self.weights >= SHARED].sort_values(ascending=False, kind="stable")
        recipe = ", ".join(f"{code} {format_number(w, 3)}" for code, w in heavy.items())
        lines = [
            f"Kontrol sintetis {self.treated} untuk {self.outcome}, mulai {self.start}",
            f"Pembanding: {recipe}",
            f"RMSPE sebelum {format_number(self.pre_rmspe, 3)}, "
            f"sesudah {format_number(self.post_rmspe, 3)}; "
            f"selisih rata-rata sesudah {format_number(self.mean_gap, 3)}",
        ]
        if self.dropped_times:
            lines.append(f"Tidak dipakai: {', '.join(map(str, self.dropped_times))}")
        if self.fit_note:
            lines.append(self.fit_note)
        return "\n".join(lines)


def synthetic_control(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: str,
    start: int,
    donors: Sequence[str] | None = None,
    allow_gaps: Sequence[int] = (),
) -> SyntheticControl:
    """Compare one treated unit with the weighted donors nearest to it before the start.

    The weights minimise the squared gap summed over all times before ``start``, exactly (see
    :func:`nearest_in_hull`). Times from ``start`` on never enter the weights.

    Parameters
    ----------
    panel
        One row per unit and time.
    unit, time, outcome
        Column names.
    treated
        Code of the treated unit.
    start
        First treated year (or other whole-number time).
    donors
        Codes of the comparison units; every other unit of the panel when omitted.
    allow_gaps
        Times declared as possibly incomplete: left out, for all units, when any unit lacks them,
        and listed in ``dropped_times``. A missing cell at any other time is an error.

    Raises
    ------
    MethodError
        As in :func:`outcome_matrix`; and fewer than two times before the start, a start outside the
        panel, or a treated outcome that does not vary before the start.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), "Synthetic control methods for comparative case
    studies", JASA 105, section 2. Abadie (2021), "Using synthetic controls", JEL 59, section 3.
    Ferman and Pinto (2021), "Synthetic controls with imperfect pretreatment fit", Quantitative
    Economics 12.
    """
    wide, dropped = outcome_matrix(
        panel,
        unit=unit,
        time=time,
        outcome=outcome,
        treated=treated,
        donors=donors,
        allow_gaps=allow_gaps,
    )
    check_design(wide, outcome=outcome, start=start)
    return fit_matrix(wide, outcome=outcome, start=start, dropped_times=dropped)


def check_design(wide: pd.DataFrame, *, outcome: str, start: int) -> None:
    """Refuse a start that leaves too little before or nothing after it."""
    first, last = wide.index.min(), wide.index.max()
    if not first < start <= last:
        raise MethodError(
            f"Awal {start} berada di luar panel ({wide.index.name} {first} sampai {last}). "
            "Perbaikan: pilih awal sesudah waktu pertama dan tidak melewati waktu terakhir."
        )
    own = wide.iloc[:, 0]
    before = own[own.index < start]
    if len(before) < 2:
        raise MethodError(
            f"Hanya {len(before)} waktu sebelum {start}; pembobotan memerlukan sedikitnya 2. "
            "Perbaikan: pilih awal yang lebih lambat atau tambah data sebelum awal itu."
        )
    if np.ptp(before) == 0:
        raise MethodError(
            f"Nilai {outcome} untuk {own.name} tidak berubah sebelum {start}, sehingga tidak ada "
            "lintasan yang dapat ditiru. Perbaikan: periksa data atau pilih indikator lain."
        )


def fit_matrix(
    wide: pd.DataFrame, *, outcome: str, start: int, dropped_times: tuple[int, ...] = ()
) -> SyntheticControl:
    """Fit the first column of a complete (T, 1 + J) matrix by the others; no checks."""
    pre = np.asarray(wide.index < start)
    values = wide.to_numpy(dtype=float)
    own, others = values[:, 0], values[:, 1:]
    nearest = nearest_in_hull(others[pre], own[pre])
    gap = own - others @ nearest.weights
    variation = float(((own[pre] - own[pre].mean()) ** 2).sum())
    pre_r2 = 1.0 - float((gap[pre] ** 2).sum()) / variation if variation > 0 else float("nan")
    outside = (own < others.min(axis=1)) | (own > others.max(axis=1))
    outside_range = tuple(wide.index[pre & outside])
    treated, *donors = wide.columns
    return SyntheticControl(
        treated=treated,
        outcome=outcome,
        start=start,
        weights=pd.Series(nearest.weights, index=pd.Index(donors, name=wide.columns.name)),
        actual=pd.Series(own, index=wide.index),
        synthetic=pd.Series(own - gap, index=wide.index),
        gap=pd.Series(gap, index=wide.index),
        pre_rmspe=nearest.distance / float(np.sqrt(pre.sum())),
        post_rmspe=float(np.sqrt(np.mean(gap[~pre] ** 2))),
        mean_gap=float(gap[~pre].mean()),
        pre_r2=pre_r2,
        outside_range=outside_range,
        unique=nearest.unique,
        concentration=float(nearest.weights.max()),
        outcomes=wide,
        dropped_times=dropped_times,
        fit_note=_fit_note(pre_r2, len(outside_range), int(pre.sum()), nearest.unique),
    )


def rmspe_ratio(pre: float, post: float) -> float:
    """Divide post-RMSPE by pre-RMSPE; infinite over a perfect fit, zero when both are zero."""
    if pre > 0:
        return post / pre
    return float("inf") if post > 0 else 0.0


def _fit_note(pre_r2: float, outside: int, before: int, unique: bool) -> str:
    notes = []
    if outside:
        notes.append(
            f"Pada {outside} dari {before} waktu sebelum awal, unit ini berada di luar rentang "
            "semua pembanding, sehingga tidak ada campuran yang dapat mencapainya."
        )
    if not pre_r2 >= POOR_FIT:
        notes.append(
            "Kecocokan sebelum awal lemah: selisih sesudahnya tidak boleh dibaca sebagai "
            "penyimpangan dari pembanding."
        )
    if not unique:
        notes.append(
            "Bobot tidak tunggal: campuran lain cocok sama baiknya; yang ditampilkan paling merata."
        )
    return " ".join(notes)
