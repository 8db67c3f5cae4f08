"""From a long panel to the arrays of a difference-in-differences, checked once at the border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.evaluation.differences.panel_check import (
    Integers,
    pairs,
    require_binary,
    require_cohorts,
    require_constant,
    require_contrast,
    require_labels,
    require_variation,
    require_whole,
    some,
    without_gaps,
)
from kajian.linear.fixed_effects import Codes, Floats
from kajian.linear.frame import codes_of, model_frame, require_columns, require_one_row_each


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A balanced panel of N units, T times and absorbing treatment, units in sorted order.

    Attributes
    ----------
    units
        Labels, shape (N,).
    times
        Observed times, ascending, shape (T,).
    outcomes
        Shape (N, T), in units of the outcome.
    cohorts
        First treated time of each unit, shape (N,); infinite for a unit that is never treated.
    clusters
        Codes 0, 1, ... of the clusters, shape (N,); each unit its own when none are named.
    covariates
        Intercept and terms in standard deviations, shape (N, T, k); k = 1 without covariates.
    covariate_names
        The k - 1 terms beside the intercept.
    always_treated
        Labels of the units left out because they have no time before their treatment (or before
        its anticipation).
    left_out_times
        Declared incomplete times that are used for nobody.
    """

    units: NDArray[Any]
    times: Integers
    outcomes: Floats
    cohorts: Floats
    clusters: Codes
    covariates: Floats
    covariate_names: tuple[str, ...]
    always_treated: tuple[Any, ...]
    left_out_times: tuple[int, ...]

    @property
    def treated_cohorts(self) -> Integers:
        """First treated times that lie within the panel, ascending."""
        return np.unique(self.cohorts[self.cohorts <= self.times[-1]]).astype(np.int64)

    @property
    def notes(self) -> list[str]:
        """What was left out, in Indonesian."""
        notes = []
        if self.always_treated:
            notes.append(
                f"{len(self.always_treated)} unit tanpa waktu sebelum perlakuan tidak dipakai: "
                f"{some(self.always_treated)}"
            )
        if self.left_out_times:
            notes.append(f"Waktu yang tidak dipakai: {some(self.left_out_times)}")
        return notes


def read_panel(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    anticipation: int = 0,
    allow_gaps: Sequence[int] = (),
) -> Panel:
    """Check a long panel and arrange it as arrays.

    Parameters
    ----------
    data
        One row per unit and time.
    outcome, unit, time
        Column names: number, label, whole number (year).
    cohort
        First treated time of the unit, the same in all its rows; missing when never treated. A
        cohort after the last time counts as untreated throughout. Units without a time before
        `cohort` - `anticipation` are left out and listed in `always_treated`.
    covariates
        Terms of a formula, such as ``"np.log(penduduk)"``.
    cluster
        Column constant within units; each unit is its own cluster when omitted.
    anticipation
        Periods before treatment in which units may already react.
    allow_gaps
        Times declared in advance as possibly incomplete: such a time is left out for all units when
        any unit lacks it. Exposure (time minus cohort) is still counted in calendar time.

    Raises
    ------
    MethodError
        Absent column or empty table; time or cohort that is not a whole number; cohort that
        changes within a unit, is written 0, or lies in a gap; repeated or missing unit-time;
        undeclared gap; one time only; outcome or covariate missing; no treated or no untreated
        unit; outcome that does not vary before treatment.
    """
    require_columns(data, [outcome, unit, time, cohort, *([cluster] if cluster else [])])
    if not (isinstance(anticipation, int) and anticipation >= 0):
        raise MethodError(
            f"Antisipasi {anticipation!r} bukan bilangan bulat nol atau lebih. "
            "Perbaikan: tulis jumlah tahun sebelum perlakuan, misalnya 1."
        )
    if data.empty:
        raise MethodError("Tabel panel kosong. Perbaikan: periksa saringan baris sebelumnya.")
    require_labels(data, unit)
    require_whole(data, time, unit, missing_allowed=False)
    require_whole(data, cohort, unit, missing_allowed=True)
    require_one_row_each(data[unit], data[time])
    rows = data.sort_values([unit, time], kind="stable").reset_index(drop=True)
    rows, left_out = without_gaps(rows, unit, time, outcome, allow_gaps)
    times = np.unique(rows[time]).astype(np.int64)
    if times.size < 2:
        raise MethodError(
            f"Panel hanya memuat {times.size} waktu lengkap ({time}: {some(times)}). "
            "Perbaikan: sertakan sedikitnya satu waktu sebelum dan satu sesudah perlakuan."
        )
    shape = (len(rows) // times.size, times.size)
    first = rows.iloc[:: times.size]
    require_constant(rows, cohort, unit, shape)
    cohorts: Floats = first[cohort].to_numpy(dtype=np.float64, na_value=np.inf)
    require_cohorts(cohorts, times, cohort)
    clusters = np.arange(len(first))
    if cluster:
        require_labels(rows, cluster)
        require_constant(rows, cluster, unit, shape)
        clusters = codes_of(first[cluster])
    names, design = _design(rows, outcome, covariates, shape)
    outcomes = rows[outcome].to_numpy(dtype=float).reshape(shape)
    units = first[unit].to_numpy()

    keep = cohorts - anticipation > times[0]
    require_contrast(cohorts[keep], times, int((~keep).sum()))
    require_variation(outcomes[keep], cohorts[keep], times, outcome)
    return Panel(
        units=units[keep],
        times=times,
        outcomes=outcomes[keep],
        cohorts=cohorts[keep],
        clusters=np.unique(clusters[keep], return_inverse=True)[1].astype(np.intp),
        covariates=design[keep],
        covariate_names=names,
        always_treated=tuple(units[~keep]),
        left_out_times=left_out,
    )


def cohort_from_treatment(data: pd.DataFrame, *, unit: str, time: str, treated: str) -> pd.Series:
    """Turn a 0/1 column that varies over time into the first treated time of each unit.

    Parameters
    ----------
    data
        One row per unit and time.
    unit, time, treated
        Column names; `treated` holds 0 and 1 (or booleans).

    Returns
    -------
    pd.Series
        First time with 1 in the unit's rows, missing when there is none; in the index of `data`.

    Raises
    ------
    MethodError
        Absent column, a value other than 0 and 1, repeated unit-time, or a treatment that switches
        off.
    """
    require_columns(data, [unit, time, treated])
    require_labels(data, unit)
    require_whole(data, time, unit, missing_allowed=False)
    require_one_row_each(data[unit], data[time])
    require_binary(data, treated)
    on = data[treated].astype(float) == 1
    start = data[time].where(on).groupby(data[unit]).transform("min").astype(float)
    off = (data[time] > start) & ~on
    if off.any():
        raise MethodError(
            f"Perlakuan berhenti lagi pada {pairs(data.loc[off, unit], data.loc[off, time])}; "
            "metode ini mengandaikan perlakuan yang menetap. Perbaikan: nyatakan perlakuan sebagai "
            "'pernah diperlakukan', atau keluarkan unit itu."
        )
    return start.rename("cohort")


def _design(
    rows: pd.DataFrame, outcome: str, covariates: Sequence[str], shape: tuple[int, int]
) -> tuple[tuple[str, ...], Floats]:
    """Evaluate the covariates, giving shape (N, T, k) with an intercept first."""
    if isinstance(covariates, str):
        covariates = [covariates]
    if not covariates:
        return (), np.ones((len(rows), 1)).reshape(*shape, 1)
    formula = f"{outcome} ~ 1 + {' + '.join(covariates)}"
    sample, _, _, design = model_frame(formula, rows, [])
    if len(sample) < len(rows):
        raise MethodError(
            f"Kovariat ({', '.join(covariates)}) kosong pada {len(rows) - len(sample)} baris. "
            "Perbaikan: lengkapi nilainya, atau keluarkan unit itu."
        )
    design = design.drop(columns="Intercept", errors="ignore")
    spread = design.std(ddof=0).replace(0.0, 1.0)
    standard = ((design - design.mean()) / spread).to_numpy()
    terms = np.column_stack([np.ones(len(rows)), standard])
    return tuple(map(str, design.columns)), terms.reshape(*shape, -1)
