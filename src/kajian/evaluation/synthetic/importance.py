"""Importance of predictors: the outer problem of a synthetic control with predictors.

Given importances ``v``, the weights of the donors are the nearest point of a hull. The outer
problem looks for the ``v`` whose weights follow the outcome most closely. It is not convex and may
have many local minima, so it is solved from several fixed starts and all of them are reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kajian.evaluation.synthetic.descent import descend
from kajian.evaluation.synthetic.simplex import Floats, min_norm_point, nearest_in_hull

DECADES = 3.0  # no predictor counts less than a thousandth of another: near zero, weights are open
LEADING = 2.0  # a start that favours some predictors puts the rest this many decades lower
REFINED = 6  # the most promising of the favouring starts are followed
POLISHED = 3  # the best ends are followed further
EXACT = 1e-4  # outcomes beside predictors, where the latter can be met exactly: only a tie-break


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Importances of K predictors, and the donor weights they give.

    Attributes
    ----------
    v
        (K,), positive, summing to one; of predictors divided by their standard deviation.
    weights
        (J,), non-negative, summing to one.
    unique
        Whether no other weights are as near in the predictors under ``v``.
    exact
        Whether a mixture meets all predictors exactly. Then ``v`` is equal and decides nothing, and
        ``weights`` are those that follow the outcome most closely among such mixtures.
    starts
        Favoured predictors of each start that was followed (empty: all alike; ``None``: regression)
    start_mspe, mspe
        (R,), outcome MSPE at each start and at the minimum reached from it.
    reached
        (R, J), donor weights reached from each start.
    """

    v: Floats
    weights: Floats
    unique: bool
    exact: bool
    starts: tuple[tuple[int, ...] | None, ...]
    start_mspe: Floats
    mspe: Floats
    reached: Floats


def search_importance(predictors: Floats, outcomes: Floats) -> Importance:
    """Choose the importances whose weights give the smallest outcome MSPE.

    Starts: all predictors alike; importances from a regression of the outcomes on the predictors
    across units; and the best few of those that favour one or two predictors. Each is followed by a
    bounded quasi-Newton search over the logarithms of ``v`` with exact slopes.

    Parameters
    ----------
    predictors
        (K, 1 + J), treated unit first.
    outcomes
        (F, 1 + J), outcomes at the times to be followed, treated unit first.

    References
    ----------
    Abadie and Gardeazabal (2003), AER 93, appendix B. Abadie, Diamond and Hainmueller (2010),
    JASA 105, section 2.3.
    """
    spread = predictors.std(axis=1, ddof=1, keepdims=True)
    scaled = predictors / np.where(spread > 0, spread, 1.0)
    Z, E = scaled[:, 1:] - scaled[:, [0]], outcomes[:, 1:] - outcomes[:, [0]]
    size = float(np.sqrt((E**2).sum(axis=0).max() / len(E))) or 1.0
    K = len(Z)
    if nearest_in_hull(Z, np.zeros(K)).distance == 0:
        stacked = np.vstack([Z, EXACT * E / (size * np.sqrt(len(E)))])
        nearest = nearest_in_hull(stacked, np.zeros(len(stacked)))
        miss = np.atleast_1d(_mspe(E, nearest.weights))
        return Importance(
            v=np.full(K, 1.0 / K),
            weights=nearest.weights,
            unique=nearest.unique,
            exact=True,
            starts=((),),
            start_mspe=miss,
            mspe=miss,
            reached=nearest.weights[None, :],
        )
    alike = _mspe(E, nearest_in_hull(Z, np.zeros(K)).weights)
    loss = _loss(Z, E / (np.sqrt(alike) or 1.0))
    favoured = [c for many in (1, 2) for c in combinations(range(K), many) if many < K]
    leading = np.array([np.where(np.isin(np.arange(K), c), 0.0, -LEADING) for c in favoured])
    promise = np.argsort([loss(log_v)[0] for log_v in leading], kind="stable")[:REFINED]
    starts = [(), None, *(favoured[i] for i in promise)]
    points = [np.zeros(K), _regression_start(scaled, outcomes), *leading[promise]]
    ends = [descend(loss, point, low=-DECADES, steps=60, tolerance=1e-5) for point in points]
    for r in np.argsort([loss(end)[0] for end in ends], kind="stable")[:POLISHED]:
        ends[r] = descend(loss, ends[r], low=-DECADES, steps=100, tolerance=1e-8)
    hulls = [nearest_in_hull(Z, np.zeros(K), v=10.0**end) for end in ends]
    mspe = np.array([_mspe(E, hull.weights) for hull in hulls])
    best = int(np.argmin(mspe))
    v = 10.0 ** ends[best]
    return Importance(
        v=v / v.sum(),
        weights=hulls[best].weights,
        unique=hulls[best].unique,
        exact=False,
        starts=tuple(starts),
        start_mspe=np.array([loss(point)[0] for point in points]) * (alike or 1.0),
        mspe=mspe,
        reached=np.array([hull.weights for hull in hulls]),
    )


def _mspe(E: Floats, weights: Floats) -> float:
    return float(np.mean((E @ weights) ** 2))


def _loss(Z: Floats, E: Floats) -> Callable[[Floats], tuple[float, Floats]]:
    """Outcome MSPE as a function of log10 v, with its slopes.

    On a given support the weights solve ``A'A w + mu = 0, sum(w) = 1`` with ``A = v^(1/2) Z``; the
    slopes follow by differentiating these equations. Each call starts from the weights of the last.
    """
    held: list[Floats | None] = [None]

    def loss(log_v: Floats) -> tuple[float, Floats]:
        P = Z * 10.0 ** (log_v[:, None] / 2)
        weights = held[0] = min_norm_point(P, held[0])
        support = np.flatnonzero(weights)
        A, w = P[:, support], weights[support]
        miss = E[:, support] @ w
        equations = np.ones((len(support) + 1, len(support) + 1))
        equations[:-1, :-1] = A.T @ A
        equations[-1, -1] = 0.0
        pull = np.append(2.0 / len(E) * (E[:, support].T @ miss), 0.0)
        adjoint = np.linalg.lstsq(equations, pull)[0][:-1]
        slopes: Floats = -np.log(10.0) * (A @ adjoint) * (A @ w)
        return float(np.mean(miss**2)), slopes

    return loss


def _regression_start(scaled: Floats, outcomes: Floats) -> Floats:
    """log10 of importances by the squared coefficients of outcomes on predictors, across units."""
    design = np.vstack([np.ones(scaled.shape[1]), scaled]).T
    coefficients = np.linalg.lstsq(design, outcomes.T)[0][1:]
    strength = (coefficients**2).sum(axis=1)
    largest = strength.max()
    shares = strength / largest if largest > 0 else np.ones_like(strength)
    start: Floats = np.log10(np.maximum(shares, 10.0**-DECADES))
    return start
