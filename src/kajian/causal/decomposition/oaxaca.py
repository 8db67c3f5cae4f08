"""Oaxaca-Blinder decomposition of the difference between the means of two groups."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from kajian.causal.decomposition.categories import base_dependent, term_of, without_base
from kajian.causal.decomposition.groups import require_estimable, require_independent, two_groups
from kajian.causal.decomposition.linearised import Linearised, coefficients, mean
from kajian.causal.decomposition.oaxaca_result import REFERENCES, TOTAL, Oaxaca
from kajian.causal.decomposition.sampling import cluster_codes, positive_weights
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import model_frame

TINY = np.finfo(float).tiny
Reference = Literal["A", "B", "neumark", "jann", "cotton"]


def oaxaca(
    formula: str,
    data: pd.DataFrame,
    group: str,
    *,
    reference: Reference = "jann",
    first: Any = None,
    weights: str | None = None,
    cluster: str | None = None,
    normalise: bool = True,
    level: float = 0.95,
) -> Oaxaca:
    """Split the difference between two groups' mean outcomes by a linear model of each group.

    With mean terms x and coefficients b of the groups A and B (Jann 2008):

        threefold   (xA - xB) bB  +  xB (bA - bB)  +  (xA - xB) (bA - bB)
                    endowments       coefficients     interaction
        twofold     (xA - xB) b*  +  xA (bA - b*) + xB (b* - bB)
                    explained        unexplained

    Standard errors are the delta method with the joint covariance of all coefficients and means:
    terms are stochastic, errors may be heteroskedastic or clustered, and rows of both groups may
    share a cluster. Factors n / (n - k) within groups and G / (G - 1) of clusters apply. Where
    neither terms nor coefficients differ, the error of their product, the interaction, is too
    small, as always with this method.

    The detailed unexplained part also depends on the origin of numeric terms: adding ten to a term
    moves part of it to the constant (Jann 2008). The totals do not.

    Parameters
    ----------
    formula
        Outcome and terms, with the constant and without the group:
        ``"upah ~ umur + C(ijazah)"``.
    data
        One row per observation.
    group
        Column with exactly two levels among the complete rows.
    reference
        b*: the coefficients of ``"A"`` or ``"B"``; of the pooled regression without
        (``"neumark"``: Neumark 1988) or with a group dummy (``"jann"``: Jann 2008, the default;
        leaving the dummy out lets part of the difference appear as explained); or the mean of
        both weighted by group size (``"cotton"``: Cotton 1988).
    first
        Level that is group A; the first in sorted order when omitted.
    weights
        Column of survey weights, positive.
    cluster
        Column of clusters; independent rows when omitted. Strata are not used, which is cautious.
    normalise
        Whether to make the detail of categorical terms independent of their base category (Yun
        2005); main effects only.
    level
        Of the intervals.

    Raises
    ------
    MethodError
        As in `ols`; also a group with one level or more than two, too few rows or clusters in a
        group, a category found in one group only, a term that does not vary in a group, a formula
        without constant, an unknown reference, weights that are not positive.

    References
    ----------
    Jann (2008), "The Blinder-Oaxaca decomposition for linear regression models", Stata Journal
    8(4), 453-479. Blinder (1973), Journal of Human Resources 8, 436-455. Oaxaca (1973),
    International Economic Review 14, 693-709.
    """
    if reference not in REFERENCES or not 0 < level < 1:
        raise MethodError(
            f"Acuan {reference!r} atau taraf {level:g} tidak dikenal. Perbaikan: pilih acuan "
            f"{', '.join(REFERENCES)}, dan taraf di antara 0 dan 1."
        )
    extra = [name for name in (group, weights, cluster) if name]
    sample, outcome, y, design = model_frame(formula, data, extra)
    groups, in_a = two_groups(sample, group, first)
    require_estimable(design, y, in_a, groups, outcome)
    w = positive_weights(sample, weights)
    codes = cluster_codes(sample, cluster)
    require_independent(codes, in_a, groups, cluster)

    X, transform, terms = (
        without_base(design)
        if normalise
        else (design.to_numpy(), np.eye(design.shape[1]), list(map(term_of, design.columns)))
    )
    fits = {"A": coefficients(design.to_numpy(), y, w, in_a)}
    fits["B"] = coefficients(design.to_numpy(), y, w, ~in_a)
    fits["*"] = _reference(reference, design.to_numpy(), y, w, in_a, fits["A"], fits["B"])
    b_a, b_b, b_ref = (fits[name] @ transform.T for name in ("A", "B", "*"))
    x_a, x_b = mean(X, w, in_a), mean(X, w, ~in_a)
    y_a, y_b = (mean(y[:, None], w, rows) for rows in (in_a, ~in_a))
    parts = {
        "endowments": (x_a - x_b) * b_b,
        "coefficients": x_b * (b_a - b_b),
        "interaction": (x_a - x_b) * (b_a - b_b),
        "explained": (x_a - x_b) * b_ref,
        "unexplained": x_a * (b_a - b_ref) + x_b * (b_ref - b_b),
    }
    rows = [("difference", [TOTAL], y_a - y_b)]
    for part, contribution in parts.items():
        constant = part in ("coefficients", "unexplained")
        kept = list(dict.fromkeys(term for term in terms if constant or term != "Intercept"))
        member = np.array([[True, *(term == name for name in kept)] for term in terms], dtype=float)
        rows.append((part, [TOTAL, *kept], contribution @ member))
    estimate = np.concatenate([found.value for _, _, found in rows])
    std_error = np.concatenate([found.std_error(codes) for _, _, found in rows])
    df = len(y) - 2 * design.shape[1] if codes is None else int(codes.max())
    half = stdtrit(df, (1 + level) / 2) * std_error
    table = pd.DataFrame(
        {
            "part": [part for part, names, _ in rows for _ in names],
            "term": [name for _, names, _ in rows for name in names],
            "estimate": estimate,
            "std_error": std_error,
            # A part that is nothing in every row has neither an estimate nor an error.
            "p_value": 2 * stdtr(df, -np.abs(estimate) / np.maximum(std_error, TINY)),
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )
    return Oaxaca(
        outcome=outcome,
        group=group,
        groups=groups,
        means=(float(y_a.value[0]), float(y_b.value[0])),
        n_obs=(int(in_a.sum()), int((~in_a).sum())),
        difference=float(y_a.value[0] - y_b.value[0]),
        reference=reference,
        table=table,
        base_dependent=base_dependent(design, normalise),
        n_dropped=len(data) - len(y),
        n_clusters=None if codes is None else int(codes.max()) + 1,
        df=df,
        level=level,
    )


def _reference(
    reference: Reference,
    X: Floats,
    y: Floats,
    weights: Floats,
    in_a: NDArray[np.bool_],
    of_a: Linearised,
    of_b: Linearised,
) -> Linearised:
    """Return the coefficients that price the explained part."""
    everybody = np.ones(y.size, dtype=bool)
    if reference in ("A", "B"):
        return of_a if reference == "A" else of_b
    if reference == "cotton":
        share_a, share_b = (
            mean(rows[:, None].astype(float), weights, everybody) for rows in (in_a, ~in_a)
        )
        return share_a * of_a + share_b * of_b
    if reference == "neumark":
        return coefficients(X, y, weights, everybody)
    pooled = coefficients(np.column_stack([X, in_a]), y, weights, everybody)
    return Linearised(pooled.value[:-1], pooled.influence[:, :-1])
