"""Synthetic control for one treated unit, matched on outcomes or predictors before the start.

The comparator is the convex combination of donors that follows the treated unit most closely
before the start; after it, the gap between the two is the deviation to be explained. The gap is the
effect of an intervention only when nothing else set the treated unit apart at that time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.fit import check_design, check_fit_times, fit_matrix
from kajian.evaluation.synthetic.outcome_matrix import outcome_matrix
from kajian.evaluation.synthetic.predictors import Predictor, predictor_table
from kajian.evaluation.synthetic.result import SyntheticControl


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
    predictors: Iterable[Predictor] | None = None,
    fit_times: Sequence[int] | None = None,
    allow_single: bool = True,
) -> SyntheticControl:
    """Compare one treated unit with the weighted donors nearest to it before the start.

    Without predictors, the weights minimise the squared gap summed over all times before ``start``,
    exactly (see :func:`nearest_in_hull`). With predictors, they minimise the squared distance in
    the predictors, each weighted by its importance, again exactly; the importances are those that
    make the outcome's mean squared gap over ``fit_times`` smallest (see :func:`search_importance`).
    Times from ``start`` on never enter the weights.

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
        and listed in ``dropped_times``. A missing cell of the outcome at any other time is an
        error.
    predictors
        Columns averaged over stated times, lagged outcomes among them. An average runs over those
        of its times at which the unit has a value. With the outcome of every time before the start
        as a predictor, the others lose all importance (Kaul and others 2022).
    fit_times
        Times before the start at which the outcome is followed when importances are chosen; all
        when omitted. Only with predictors.
    allow_single
        Whether one of several donors may carry all the weight. That compares two places: with
        ``True`` the number stands, ``comparable`` is false and ``fit_note`` says why; with
        ``False`` it is an error.

    Raises
    ------
    MethodError
        As in :func:`outcome_matrix` and :func:`predictor_table`; fewer than two times before the
        start, a start outside the panel, or a treated outcome that does not vary before the start;
        fit times that are not before the start; all weight on one of several donors where
        ``allow_single`` is false.

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
    table = None
    if predictors is not None:
        table = predictor_table(
            panel, predictors, unit=unit, time=time, units=list(wide.columns), start=start
        )
    if fit_times is not None:
        if table is None:
            raise MethodError(
                "fit_times hanya berlaku bersama predictors. "
                "Perbaikan: hilangkan fit_times, atau sebut prediktornya."
            )
        check_fit_times(wide, fit_times, start)
    fit = fit_matrix(
        wide,
        outcome=outcome,
        start=start,
        dropped_times=dropped,
        table=table,
        fit_times=fit_times,
    )
    if fit.single and len(fit.weights) > 1 and not allow_single:
        raise MethodError(
            f"Seluruh bobot pembanding {treated} jatuh pada {fit.weights.idxmax()}, satu dari "
            f"{len(fit.weights)} calon, sehingga tidak ada gabungan: unit ini berada di tepi atau "
            f"di luar rentang pembandingnya ({len(fit.outside_range)} waktu di luar rentang). "
            "Perbaikan: perluas daftar pembanding, pakai indikator dengan tingkat yang sebanding, "
            "atau nyatakan allow_single=True bila memang dua tempat yang dibandingkan."
        )
    return fit
