"""Augmented inverse probability weighting: right if either of two models is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit

from kajian.errors import MethodError
from kajian.evaluation.observational.arms import (
    Arms,
    Covariates,
    Mask,
    arms_of,
    columns_of,
    require_independent,
)
from kajian.evaluation.observational.effect import Effect
from kajian.evaluation.observational.inference import check_level
from kajian.evaluation.observational.logit import fit_logit
from kajian.evaluation.observational.propensity import Estimand, Trim, require_overlap
from kajian.evaluation.observational.weighting import (
    inverse_weights,
    logit_influence,
    prepare,
    weighted_effect,
)
from kajian.linear.covariance import bread
from kajian.linear.fixed_effects import Codes, Floats


def aipw(
    data: pd.DataFrame,
    outcome: str,
    treated: str,
    covariates: Covariates,
    *,
    outcome_covariates: Covariates | None = None,
    estimand: Estimand = "ATE",
    cluster: str | None = None,
    trim: Trim = None,
    folds: int | None = None,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> Effect:
    """Combine weights with a regression of the outcome in each arm (doubly robust).

    The estimate is consistent when the logit of the treatment or the regressions of the outcome
    are right, not necessarily both.

    Parameters
    ----------
    data, outcome, treated, covariates, estimand, cluster, trim, level
        As in `ipw`.
    outcome_covariates
        Of the regressions, as in `propensity`; those of the logit when omitted.
    folds
        Estimate both models on the other folds (Chernozhukov et al. 2018, Econometrics Journal
        21), with `rng`; clusters stay together. With logit and least squares of few terms it
        changes little; it guards against models too rich for the data.
    rng
        Source of the random folds.

    Raises
    ------
    MethodError
        As in `ipw`; also covariates that repeat each other within an arm, fewer than two folds, or
        folds without a generator.

    Notes
    -----
    Robins, Rotnitzky and Zhao (1994), JASA 89, 846-866. Without folds the standard error stacks
    the estimating equations of both models, so that it holds when one of them is wrong; with folds
    it is that of the efficient influence function. Weights are those of the logit.
    """
    check_level(level)
    extra = () if outcome_covariates is None else columns_of(outcome_covariates)
    found, y, clusters = prepare(data, outcome, treated, covariates, estimand, cluster, trim, extra)
    d, design = found.arms.d, found.arms.X
    if outcome_covariates is not None:
        design = arms_of(found.arms.sample, treated, outcome_covariates).X
    Z = design.reset_index(drop=True)
    base = np.ones(d.size) if estimand == "ATE" else d.astype(float)
    if folds is None:
        predicted = [_predict(Z, y, rows, Z) for rows in (d, ~d)]
    else:
        fold = _folds(found.arms, y, clusters, folds, rng)
        score, predicted = _cross_fit(found.arms, Z, y, fold)
        found = replace(found, score=score)
        require_overlap(found, estimand)
    w, slope = inverse_weights(d, found.score, estimand)
    total = base.sum()
    mean_1, mean_0 = (
        float((base * m + rows * w * (y - m)).sum() / total)
        for m, rows in zip(predicted, (d, ~d), strict=True)
    )
    residual = y - np.where(d, *predicted)
    signed = np.where(d, w, -w) * residual
    influence = base * (predicted[0] - predicted[1] - mean_1 + mean_0) + signed
    if folds is None:
        X = found.arms.X.to_numpy(dtype=float)
        influence += logit_influence(found, X) @ (X.T @ (slope * signed))
        influence += _regression_influence(Z.to_numpy(dtype=float), residual, d, w, base)
    return weighted_effect(
        "AIPW (tegar ganda)",
        found,
        estimand,
        outcome,
        (mean_1, mean_0),
        influence / total,
        np.where(d, w / w[d].sum(), w / w[~d].sum()),
        clusters,
        level,
    )


def _predict(Z: pd.DataFrame, y: Floats, rows: Mask, where: pd.DataFrame) -> Floats:
    """Regress the outcome on covariates in some rows, and predict it elsewhere."""
    require_independent(Z[rows], " di dalam salah satu kelompok")
    fit = np.linalg.lstsq(Z[rows].to_numpy(dtype=float), y[rows], rcond=None)[0]
    return np.asarray(where.to_numpy(dtype=float) @ fit)


def _regression_influence(Z: Floats, residual: Floats, d: Mask, w: Floats, base: Floats) -> Floats:
    """How far each row moves the sum of effects through the regression of its arm, shape (n,)."""
    influence = np.zeros(d.size)
    for rows, sign in ((d, 1.0), (~d, -1.0)):
        leverage = Z[rows] @ (bread(Z[rows]) @ (Z.T @ (base - rows * w)))
        influence[rows] = sign * leverage * residual[rows]
    return influence


def _folds(
    arms: Arms, y: Floats, clusters: Codes | None, folds: int, rng: np.random.Generator | None
) -> Codes:
    """Draw the fold of each row, shape (n,), whatever the order of rows; clusters stay together."""
    if rng is None:
        raise MethodError("folds memerlukan rng. Perbaikan: isi rng=np.random.default_rng(1).")
    units = arms.d.size if clusters is None else int(clusters.max()) + 1
    if not 2 <= folds <= units:
        raise MethodError(
            f"folds {folds} tidak di antara 2 dan {units}. Perbaikan: isi misalnya folds=5."
        )
    if clusters is not None:
        return np.asarray((rng.permutation(units) % folds)[clusters], dtype=np.intp)
    fold = np.empty(arms.d.size, dtype=np.intp)
    order = np.lexsort([*arms.X.to_numpy(dtype=float).T, y])
    for arm in (arms.d, ~arms.d):
        rows = order[arm[order]]
        fold[rows] = rng.permutation(rows.size) % folds
    return fold


def _cross_fit(arms: Arms, Z: pd.DataFrame, y: Floats, fold: Codes) -> tuple[Floats, list[Floats]]:
    """Chances of treatment and outcomes in both arms, from models of the other folds."""
    score, predicted = np.empty(y.size), [np.empty(y.size), np.empty(y.size)]
    for number in np.unique(fold):
        here = fold == number
        others = arms.keep(~here)
        if not (others.d.any() and not others.d.all()):
            raise MethodError(
                "Salah satu lipatan tidak menyisakan kedua kelompok. Perbaikan: kurangi folds."
            )
        logit = fit_logit(others)
        score[here] = expit(logit.log_odds(arms.X[here].to_numpy(dtype=float)))
        for values, arm in zip(predicted, (arms.d, ~arms.d), strict=True):
            values[here] = _predict(Z, y, arm & ~here, Z[here])
    return score, predicted
