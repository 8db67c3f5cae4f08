"""Matching each treated unit with untreated units that are like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit

from kajian.errors import MethodError
from kajian.evaluation.observational.arms import (
    Arms,
    Covariates,
    arms_of,
    columns_of,
    outcome_of,
)
from kajian.evaluation.observational.balance import balance_of
from kajian.evaluation.observational.counterfactual import match_arm, outcome_variance
from kajian.evaluation.observational.effect import Effect, quantiles_by_arm
from kajian.evaluation.observational.inference import (
    check_estimand,
    check_level,
    effective,
    interval,
)
from kajian.evaluation.observational.logit import fit_logit
from kajian.evaluation.observational.neighbours import Points
from kajian.linear.fixed_effects import Codes, Floats
from kajian.linear.frame import codes_of

Metric = Literal["mahalanobis", "propensity"]


def matching(
    data: pd.DataFrame,
    outcome: str,
    treated: str,
    covariates: Covariates,
    *,
    estimand: Literal["ATE", "ATT"] = "ATT",
    metric: Metric = "mahalanobis",
    neighbours: int = 1,
    replacement: bool = True,
    caliper: float | None = None,
    exact: Sequence[str] = (),
    bias_adjust: bool | Covariates = False,
    level: float = 0.95,
) -> Effect:
    """Compare each unit with the nearest of the other arm.

    Nothing depends on the order of rows: with replacement all that are as near as the last match
    count alike; without, the pairs have the smallest total squared distance, and rows with the same
    covariates share what is left to chance.

    Parameters
    ----------
    data, outcome, treated, covariates, estimand, level
        As in `ipw`.
    metric
        ``"mahalanobis"``: in the covariance of all rows. ``"propensity"``: log odds of treatment,
        in their standard deviations.
    neighbours
        Matches of each unit; 1 without replacement.
    replacement
        Whether a unit may be matched more than once; without, for the ATT only.
    caliper
        Largest distance, in units of the metric; for the propensity 0.2 is common. Units without a
        match are left out and counted, and the effect is that of the others.
    exact
        Columns on which matches must agree.
    bias_adjust
        True, or covariates: add what a regression in the other arm, over its matched rows, says of
        the difference in covariates that is left (Abadie and Imbens 2011, JBES 29, 1-11).

    Raises
    ------
    MethodError
        As in `arms_of`, and in `fit_logit` for the propensity; a constant outcome, fewer than two
        rows in an arm, no match at all, all matches one single row, or options that contradict
        each other.

    Notes
    -----
    Standard error of Abadie and Imbens (2006), Econometrica 74, 235-267, for the population, with
    two neighbours for the variance of an outcome, as in Stata. It takes an estimated propensity as
    known, which for the ATE is cautious and for the ATT may be off in either direction (Abadie and
    Imbens 2016, Econometrica 84, 781-807). Without replacement it is that of paired differences.
    Rows are independent: for clusters use `ipw` or `aipw`.
    """
    check_level(level)
    check_estimand(estimand)
    _check_options(metric, neighbours, replacement, caliper, estimand)
    adjust = covariates if bias_adjust is True else bias_adjust
    extra = [outcome, *exact, *(() if adjust is False else columns_of(adjust))]
    arms = arms_of(data, treated, covariates, extra)
    y = outcome_of(arms, outcome)
    if min(arms.d.sum(), (~arms.d).sum()) < 2:
        raise MethodError(
            f"Hanya {int(arms.d.sum())} penerima dan {int((~arms.d).sum())} pembanding; tiap "
            "kelompok perlu sedikitnya 2. Perbaikan: tambah data."
        )
    points, score = _places(arms, metric)
    cells = _cells(arms, exact)
    limit = np.inf if caliper is None else caliper
    design = None if adjust is False else arms_of(arms.sample, treated, adjust).X
    sides = [arms.d] if estimand == "ATT" else [arms.d, ~arms.d]
    m = neighbours if replacement else None
    found = [match_arm(side, y, points, cells, m, limit, design) for side in sides]
    matched, other, used, squares = np.sum(
        [(one.matched, one.other, one.used, one.squares) for one in found], axis=0
    )
    _require_matches(arms, matched, used, caliper, exact)
    total = float(matched.sum())
    gain = np.where(arms.d, y - other, other - y)
    estimate = float(matched @ gain) / total
    again = used**2 + 2 * matched * used - squares
    spread = matched @ (gain - estimate) ** 2 + again @ outcome_variance(arms.d, y, points, cells)
    weights = matched + used
    share = np.where(arms.d, weights / weights[arms.d].sum(), weights / weights[~arms.d].sum())
    mean_1 = float(matched @ np.where(arms.d, y, other)) / total
    everyone = np.zeros(len(data))
    everyone[arms.sample.index] = share
    distance = np.fmin.reduce([one.distance for one in found])
    kind = "Abadie-Imbens"
    return Effect(
        method=f"Pencocokan {'Mahalanobis' if score is None else 'propensitas'}",
        estimand=estimand,
        outcome=outcome,
        treated=treated,
        **interval(estimate, float(np.sqrt(spread)) / total, np.inf, level),
        std_error_kind=kind if score is None else f"{kind}, propensitas dianggap diketahui",
        mean_treated=mean_1,
        mean_control=mean_1 - estimate,
        n_treated=int((share[arms.d] > 0).sum()),
        n_control=int((share[~arms.d] > 0).sum()),
        n_dropped=arms.n_dropped,
        n_trimmed=0,
        n_unmatched=round(float(sum(side.sum() for side in sides)) - total),
        n_clusters=None,
        effective_treated=effective(share, arms.d),
        effective_control=effective(share, ~arms.d),
        largest_weight=float(share.max()),
        weights=pd.Series(everyone, index=arms.index),
        balance=balance_of(arms, share),
        overlap=quantiles_by_arm(distance if score is None else score, arms.d),
    )


def _places(arms: Arms, metric: Metric) -> tuple[Points, Floats | None]:
    """Put rows at places whose distance is that of the metric; with the propensity, its score."""
    X, at, count = np.unique(
        arms.X.to_numpy(dtype=float), axis=0, return_inverse=True, return_counts=True
    )
    at = at.reshape(-1)
    if metric == "propensity":
        odds = fit_logit(arms).log_odds(X)
        return Points((odds / odds[at].std(ddof=1))[:, None], at, count), expit(odds)[at]
    values = X[:, [name != "Intercept" for name in arms.X.columns]]
    covariance = np.atleast_2d(np.cov(values, rowvar=False, fweights=count))
    root = np.linalg.cholesky(np.linalg.inv(covariance))
    return Points(values @ root, at, count), None


def _cells(arms: Arms, exact: Sequence[str]) -> Codes:
    """Number the combinations of the exact columns, shape (n,)."""
    cells = np.zeros(arms.d.size, dtype=np.intp)
    for name in exact:
        codes = codes_of(arms.sample[name])
        cells = np.unique(cells * (codes.max() + 1) + codes, return_inverse=True)[1]
    return cells


def _require_matches(
    arms: Arms, matched: Floats, used: Floats, caliper: float | None, exact: Sequence[str]
) -> None:
    """Refuse a comparison with nobody, or with one single row."""
    if not matched.any():
        narrow = f"jarak {caliper}" if caliper is not None else f"kolom {', '.join(exact)}"
        raise MethodError(
            f"Tidak ada padanan sama sekali dalam {narrow}. Perbaikan: longgarkan caliper atau "
            "kurangi kolom exact."
        )
    for rows, name in ((arms.d, "penerima"), (~arms.d, "pembanding")):
        weights = (matched + used)[rows]
        if (weights > 0).sum() < 2:
            raise MethodError(
                f"Semua padanan ialah satu baris {name} "
                f"({arms.labels(rows & (matched + used > 0))}): galatnya tidak terhitung. "
                "Perbaikan: pakai replacement=False, lebih banyak neighbours, atau kovariat yang "
                "lebih kasar."
            )


def _check_options(
    metric: str, neighbours: int, replacement: bool, caliper: float | None, estimand: str
) -> None:
    if metric not in ("mahalanobis", "propensity"):
        raise MethodError(
            f"Jarak '{metric}' tidak dikenal. Perbaikan: pilih 'mahalanobis' atau 'propensity'."
        )
    if neighbours < 1 or (caliper is not None and not caliper >= 0):
        raise MethodError(
            f"neighbours {neighbours} atau caliper {caliper} tidak mungkin. Perbaikan: isi "
            "neighbours 1 atau lebih dan caliper yang tidak negatif."
        )
    if not replacement and (neighbours > 1 or estimand != "ATT"):
        raise MethodError(
            "Tanpa pengembalian hanya tersedia untuk ATT dengan satu padanan. Perbaikan: isi "
            "estimand='ATT' dan neighbours=1, atau replacement=True."
        )
