"""Inverse probability weighting with weights that sum to one in each arm (Hajek)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.evaluation.observational.arms import Covariates, Mask, arms_of, outcome_of
from kajian.evaluation.observational.balance import balance_of
from kajian.evaluation.observational.effect import Effect
from kajian.evaluation.observational.inference import (
    check_estimand,
    check_level,
    effective,
    from_influence,
    interval,
)
from kajian.evaluation.observational.propensity import (
    Estimand,
    Propensity,
    Trim,
    propensity_of,
    require_overlap,
)
from kajian.linear.fixed_effects import Codes, Floats
from kajian.linear.frame import codes_of


def ipw(
    data: pd.DataFrame,
    outcome: str,
    treated: str,
    covariates: Covariates,
    *,
    estimand: Estimand = "ATE",
    cluster: str | None = None,
    trim: Trim = None,
    level: float = 0.95,
) -> Effect:
    """Weight each arm so that it resembles everybody (ATE) or the treated (ATT).

    Parameters
    ----------
    data
        One row per unit; rows with a missing value in a used column are left out and counted.
    outcome, treated
        Names of columns: a number, and True or False (1 or 0).
    covariates
        As in `propensity`.
    estimand
        ``"ATE"`` or ``"ATT"``.
    cluster
        Column of groups of rows that depend on each other.
    trim
        As in `propensity`; for the ATT only rows almost sure to be treated are taken out, and
        ``"crump"`` is not offered. The effect is then that among the rows left.
    level
        Of the interval.

    Raises
    ------
    MethodError
        As in `arms_of` and `fit_logit`; a chance of treatment within 0.001 of 0 or 1 (of 1, for
        the ATT), a constant outcome, or one cluster.

    Notes
    -----
    The standard error stacks the estimating equations of the logit and of the weighted means, so
    that it knows the chances to be estimated: Lunceford and Davidian (2004), Statistics in
    Medicine 23, 2937-2960.
    """
    check_level(level)
    found, y, clusters = prepare(data, outcome, treated, covariates, estimand, cluster, trim)
    d, X = found.arms.d, found.arms.X.to_numpy(dtype=float)
    w, slope = inverse_weights(d, found.score, estimand)
    share = np.where(d, w / w[d].sum(), w / w[~d].sum())
    mean_1, mean_0 = float(share[d] @ y[d]), float(share[~d] @ y[~d])
    centred = np.where(d, y - mean_1, mean_0 - y)
    moved_by_logit = X.T @ (share * slope * centred)
    influence = share * centred + logit_influence(found, X) @ moved_by_logit
    return weighted_effect(
        "Pembobotan peluang terbalik",
        found,
        estimand,
        outcome,
        (mean_1, mean_0),
        influence,
        share,
        clusters,
        level,
    )


def prepare(
    data: pd.DataFrame,
    outcome: str,
    treated: str,
    covariates: Covariates,
    estimand: Estimand,
    cluster: str | None,
    trim: Trim,
    extra: tuple[str, ...] = (),
) -> tuple[Propensity, Floats, Codes | None]:
    """Take the rows, their chances of treatment, outcomes and clusters, all checked."""
    check_estimand(estimand)
    columns = [outcome, *extra, *([] if cluster is None else [cluster])]
    arms = arms_of(data, treated, covariates, columns)
    outcome_of(arms, outcome)
    found = propensity_of(arms, trim, estimand)
    require_overlap(found, estimand)
    clusters = None if cluster is None else codes_of(found.arms.sample[cluster])
    return found, outcome_of(found.arms, outcome), clusters


def inverse_weights(d: Mask, score: Floats, estimand: Estimand) -> tuple[Floats, Floats]:
    """Weights, and their relative change by the log odds of treatment; shape (n,)."""
    if estimand == "ATE":
        return np.where(d, 1 / score, 1 / (1 - score)), np.where(d, score - 1, score)
    return np.where(d, 1.0, score / (1 - score)), np.where(d, 0.0, 1.0)


def logit_influence(found: Propensity, X: Floats) -> Floats:
    """How far each row moves the coefficients of the logit, shape (n, k)."""
    scores = X * (found.arms.d - found.score)[:, None]
    return np.asarray(scores @ found.logit.information_inverse)


def weighted_effect(
    method: str,
    found: Propensity,
    estimand: Estimand,
    outcome: str,
    means: tuple[float, float],
    influence: Floats,
    share: Floats,
    clusters: Codes | None,
    level: float,
) -> Effect:
    """Put an effect together with what it rests on; `share` are weights, shape (n,)."""
    arms = found.arms
    error, df = from_influence(influence, clusters)
    weights = np.zeros(len(arms.index))
    weights[arms.sample.index] = share
    return Effect(
        method=method,
        estimand=estimand,
        outcome=outcome,
        treated=arms.treated,
        **interval(means[0] - means[1], error, df, level),
        std_error_kind="robust" if clusters is None else f"menurut {int(df) + 1} klaster",
        mean_treated=means[0],
        mean_control=means[1],
        n_treated=int(arms.d.sum()),
        n_control=int((~arms.d).sum()),
        n_dropped=arms.n_dropped - found.trimmed_treated - found.trimmed_control,
        n_trimmed=found.trimmed_treated + found.trimmed_control,
        n_unmatched=0,
        n_clusters=None if clusters is None else int(df) + 1,
        effective_treated=effective(share, arms.d),
        effective_control=effective(share, ~arms.d),
        largest_weight=float(share.max()),
        weights=pd.Series(weights, index=arms.index),
        balance=balance_of(arms, share),
        overlap=found.overlap,
    )
