"""Intention to treat: the effect of being assigned to an arm, whether taken up or not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import Assignment, read_assignment, read_trial
from kajian.evaluation.experiment.bell_mccaffrey import bell_mccaffrey
from kajian.evaluation.experiment.randomisation import randomisation_test
from kajian.evaluation.experiment.result import ArmEffect, Experiment
from kajian.evaluation.experiment.rows import numbers
from kajian.linear.fixed_effects import Floats
from kajian.linear.regression import ols
from kajian.linear.result import Regression


def experiment(
    data: pd.DataFrame,
    outcome: str,
    arm: str,
    cluster: str | None = None,
    strata: str | None = None,
    *,
    control: Hashable,
    rng: np.random.Generator,
    covariates: Sequence[str] = (),
    draws: int = 9_999,
    level: float = 0.95,
) -> Experiment:
    """Estimate the effect of each arm against control, as assigned.

    The estimate is the coefficient of the arm in a regression in which strata and covariates,
    centred at their means, interact with the arm (Lin 2013): without covariates, the differences
    within strata weighted by the strata's rows. Where a stratum has a single unit in an arm (pairs)
    its variance cannot be estimated alone: strata then enter without interaction. Standard errors
    are HC2, or CR2 by cluster, with Bell-McCaffrey degrees of freedom. The randomisation test
    repeats the draw within strata and by cluster (`randomisation_test`); it weights strata as a
    regression with stratum effects does, so that its interval need not centre on the estimate when
    shares treated differ between strata.

    Parameters
    ----------
    data
        One row per observation. Rows without an outcome are left out and counted by arm.
    outcome
        Numeric column.
    arm
        Column with the assigned arm, also of those who refused it.
    cluster
        Column with what was drawn, when that is not the row.
    strata
        Column with the groups within which the draw was made.
    control
        Label of the arm to compare with.
    rng, draws
        Source and number of random assignments; all are enumerated if at most ``draws + 1``.
    covariates
        Numeric columns measured before the assignment, complete.
    level
        Confidence level of both intervals.

    Raises
    ------
    MethodError
        As `read_trial`; also a level outside (0, 1), an outcome that is constant or perfectly
        predicted, collinear covariates, too few units for the parameters, and an arm, stratum or
        cluster that fails `read_assignment` once rows without an outcome are gone.
    """
    if not 0 < level < 1:
        raise MethodError(
            f"Tingkat kepercayaan {level} tidak di antara 0 dan 1. Perbaikan: tulis misalnya 0.95."
        )
    rows, assignment = read_trial(
        data,
        [outcome],
        arm,
        control=control,
        cluster=cluster,
        strata=strata,
        covariates=covariates,
    )
    effects = []
    for label in assignment.arms[1:]:
        pair = rows[rows[arm].isin([control, label])]
        complete = pair[pair[outcome].notna()].reset_index(drop=True)
        two_arms = read_assignment(complete, arm, control=control, cluster=cluster, strata=strata)
        missing = [
            float(100 * pair.loc[pair[arm] == one, outcome].isna().mean()) for one in two_arms.arms
        ]
        effects.append(
            _effect(
                complete, outcome, two_arms, covariates, missing, draws=draws, rng=rng, level=level
            )
        )
    return Experiment(
        outcome=outcome,
        control=control,
        effects=tuple(effects),
        cluster=cluster,
        strata=strata,
        covariates=tuple(covariates),
        level=level,
    )


def _effect(
    rows: pd.DataFrame,
    outcome: str,
    assignment: Assignment,
    covariates: Sequence[str],
    missing_pct: Sequence[float],
    *,
    draws: int,
    rng: np.random.Generator,
    level: float,
) -> ArmEffect:
    """Compare one arm with control on complete rows; shares missing are of control and arm."""
    fit, term, model = _fit(rows, outcome, assignment, covariates)
    std_error, df = bell_mccaffrey(fit, term, assignment.unit)
    if std_error == 0:
        raise MethodError(
            f"Hasil {outcome} diterangkan sempurna oleh {term} dan kovariat, sehingga galat "
            "bakunya nol. Perbaikan: periksa apakah kolom hasil menyalin kolom lain."
        )
    test = randomisation_test(
        assignment,
        fit.y,
        rows[list(covariates)].to_numpy(dtype=float),
        draws=draws,
        rng=rng,
        level=level,
    )
    estimate = float(fit.coefficients[fit.position(term)])
    half = float(stdtrit(df, (1 + level) / 2)) * std_error
    treated = assignment.arm[assignment.unit] == 1
    units = assignment.cells().sum(axis=0)
    return ArmEffect(
        arm=assignment.arms[1],
        estimate=estimate,
        std_error=std_error,
        df=df,
        p_value=float(2 * stdtr(df, -abs(estimate) / std_error)),
        conf_low=estimate - half,
        conf_high=estimate + half,
        randomisation=test,
        model=model,
        n_treated=int(treated.sum()),
        n_control=int((~treated).sum()),
        units_treated=int(units[1]),
        units_control=int(units[0]),
        missing_treated_pct=missing_pct[1],
        missing_control_pct=missing_pct[0],
        mean_control=float(fit.y[~treated].mean()),
    )


def _fit(
    rows: pd.DataFrame, outcome: str, assignment: Assignment, covariates: Sequence[str]
) -> tuple[Regression, str, str]:
    """Fit the regression of one arm against control; return it, the arm's term and the model."""
    treated = assignment.arm[assignment.unit].astype(float)
    term = _plain(f"lengan {assignment.arms[1]}")
    stratum = assignment.stratum[assignment.unit]
    dummies = np.eye(int(stratum.max()) + 1)[stratum][:, 1:]
    strata = _centred(dummies, [f"strata {code + 2}" for code in range(dummies.shape[1])])
    others = _centred(rows[list(covariates)].to_numpy(dtype=float), map(_plain, covariates))
    saturated = assignment.smallest_cell > 1
    moderators = {**strata, **others} if saturated else others
    columns = {term: treated, **strata, **others}
    columns |= {f"{term} × {name}": treated * values for name, values in moderators.items()}
    if assignment.arm.size <= len(columns) + 1:
        raise MethodError(
            f"Hanya {assignment.arm.size} unit undian untuk {len(columns) + 1} parameter. "
            "Perbaikan: kurangi kovariat, atau gabungkan strata yang diundi bersama."
        )
    frame = pd.DataFrame({_plain(outcome): numbers(rows, outcome), **columns})
    formula = f"`{_plain(outcome)}` ~ " + " + ".join(f"`{name}`" for name in columns)
    model = "sederhana"
    if strata or others:
        model = "interaksi penuh (Lin)" if saturated else "strata tanpa interaksi"
    return ols(formula, frame), term, model


def _plain(name: str) -> str:
    """Write a name without the marks that a formula gives a meaning to, even when quoted."""
    return name.replace(".", "·").replace("`", "'")


def _centred(values: Floats, names: Iterable[str]) -> dict[str, Floats]:
    """Name the columns of an array of shape (n, p) after subtracting their means."""
    return dict(zip(names, (values - values.mean(axis=0)).T, strict=True))
