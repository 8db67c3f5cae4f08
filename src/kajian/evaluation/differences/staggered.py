"""Effects by cohort and time under staggered adoption (Callaway & Sant'Anna 2021).

Each cohort is compared, between a base time before its treatment and another time, with units that
are untreated at both. No unit that is already treated ever serves as a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.differences.group_time import BasePeriod, Control, GroupTime
from kajian.evaluation.differences.inference import Inference, sampling, standard_errors
from kajian.evaluation.differences.panel import Panel, read_panel
from kajian.evaluation.differences.panel_check import Integers
from kajian.evaluation.differences.two_period import (
    Method,
    difference_in_means,
    doubly_robust,
    outcome_regression,
)
from kajian.linear.fixed_effects import Floats


def att_gt(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    control: Control = "never",
    base_period: BasePeriod = "varying",
    anticipation: int = 0,
    covariates: Sequence[str] = (),
    method: Method = "dr",
    cluster: str | None = None,
    allow_gaps: Sequence[int] = (),
    inference: Inference = "small",
) -> GroupTime:
    """Estimate ATT(g, t), the mean effect at time t on the units first treated at g.

    Rests on parallel trends between each cohort and its comparison group (given the covariates),
    no reaction earlier than declared, no effect of treated units on others, and treatment that
    stays on.

    Parameters
    ----------
    data, outcome, unit, time, cohort, cluster, allow_gaps
        As in :func:`kajian.evaluation.differences.panel.read_panel`.
    control
        ``"never"``: units untreated throughout the panel (and its anticipation). ``"not_yet"``:
        also units first treated later than the two times compared.
    base_period
        The base is the last observed time before `cohort` - `anticipation`. For times before it,
        ``"varying"`` takes the observed time just before instead; ``"universal"`` does not.
    anticipation
        Periods before treatment in which units may already react.
    covariates
        Formula terms on whose values at the base time parallel trends are conditional.
    method
        With covariates: ``"dr"`` doubly robust, ``"or"`` outcome regression.
    inference
        ``"small"`` or ``"large"``: see :mod:`kajian.evaluation.differences.inference`.

    Raises
    ------
    MethodError
        A broken panel (see `read_panel`), an unknown choice, no comparison unit, a cohort of one
        unit, covariates that separate the treated from the controls, or changes without variation.

    References
    ----------
    Callaway & Sant'Anna (2021), "Difference-in-differences with multiple time periods", Journal of
    Econometrics 225; Sant'Anna & Zhao (2020), Journal of Econometrics 219.
    """
    _require_choices(control, base_period, method)
    panel = read_panel(
        data,
        outcome=outcome,
        unit=unit,
        time=time,
        cohort=cohort,
        covariates=covariates,
        cluster=cluster,
        anticipation=anticipation,
        allow_gaps=allow_gaps,
    )
    lasting = panel.times[-1] + anticipation
    first = np.where(panel.cohorts > lasting, np.inf, panel.cohorts)
    if control == "never" and np.isfinite(first).all():
        raise MethodError(
            "Tidak ada unit yang tidak pernah diperlakukan. Perbaikan: pakai control='not_yet' "
            "agar unit yang belum diperlakukan menjadi pembanding."
        )
    groups = sampling(first, panel.clusters, inference)
    cells, effects, influences, sizes, missed = [], [], [], [], []
    for g in panel.treated_cohorts:
        own = first == g
        for t, base in _comparisons(panel.times, int(g), anticipation, base_period):
            free = np.isinf(first) if control == "never" else first > max(t, base) + anticipation
            used = own | free
            if not (free & ~own).any():
                missed.append((int(g), t))
                continue
            effect, influence = _cell(panel, used, own[used].astype(float), t, base, method)
            cells.append((g, t, base))
            effects.append(effect)
            influences.append(influence)
            sizes.append((own.sum(), (free & ~own).sum()))
    if not any(t >= g for g, t, _ in cells):
        raise MethodError(
            "Tidak ada unit pembanding yang belum diperlakukan pada waktu mana pun sesudah "
            "perlakuan dimulai. Perbaikan: sertakan unit yang tidak atau lebih lambat diperlakukan."
        )
    influence = np.column_stack(influences)
    contributions = groups.contributions(influence)
    cohorts, times, bases = np.array(cells, dtype=np.int64).T
    n_treated, n_controls = np.array(sizes, dtype=np.int64).T
    return GroupTime(
        cohorts=cohorts,
        times=times,
        bases=bases,
        estimates=np.array(effects),
        influence=influence,
        contributions=contributions,
        std_errors=standard_errors(contributions, float(np.std(panel.outcomes))),
        df=groups.degrees_of_freedom(contributions),
        n_treated=n_treated,
        n_controls=n_controls,
        without_control=tuple(missed),
        control=control,
        base_period=base_period,
        anticipation=anticipation,
        method=method if covariates else None,
        inference=inference,
        panel=panel,
        sampling=groups,
    )


def _require_choices(control: str, base_period: str, method: str) -> None:
    for name, value, allowed in (
        ("control", control, ("never", "not_yet")),
        ("base_period", base_period, ("varying", "universal")),
        ("method", method, ("dr", "or")),
    ):
        if value not in allowed:
            raise MethodError(
                f"{name}={value!r} tidak dikenal. Perbaikan: pilih {' atau '.join(allowed)}."
            )


def _comparisons(
    times: Integers, g: int, anticipation: int, base_period: BasePeriod
) -> list[tuple[int, int]]:
    """Pair each time with its base for a cohort; the base itself and varying's first are absent."""
    before = int((times < g - anticipation).sum())
    base = int(times[before - 1])
    pairs = []
    for place, t in enumerate(map(int, times)):
        if place >= before or (base_period == "universal" and t != base):
            pairs.append((t, base))
        elif base_period == "varying" and place > 0:
            pairs.append((t, int(times[place - 1])))
    return pairs


def _cell(
    panel: Panel,
    used: np.ndarray[tuple[int], np.dtype[np.bool_]],
    treated: Floats,
    t: int,
    base: int,
    method: Method,
) -> tuple[float, Floats]:
    """Effect of one cell and the influence of all N units on it."""
    at, origin = np.searchsorted(panel.times, [t, base])
    change = panel.outcomes[used, at] - panel.outcomes[used, origin]
    X = panel.covariates[used, origin]
    if X.shape[1] == 1:
        effect, influence = difference_in_means(change, treated)
    elif method == "or":
        effect, influence = outcome_regression(change, treated, X)
    else:
        effect, influence = doubly_robust(change, treated, X)
    everyone = np.zeros(used.size)
    everyone[used] = influence * (used.size / treated.size)
    return effect, everyone
