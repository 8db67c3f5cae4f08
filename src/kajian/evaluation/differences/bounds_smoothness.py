"""Smoothness: the differential trend may bend by a bounded amount.

From one pair of neighbouring observed times to the next, the slope of the differential trend may
change by at most ``m`` for each unit of time between the middles of the two pairs; ``m = 0`` is a
linear trend. The trend is written as a line through the reference plus one hinge at each inner
time, so that the largest bias of an affine estimator is a weighted sum of absolute values, and the
weights on earlier times that make the interval shortest solve a small lasso problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import brentq, lsq_linear
from scipy.special import ndtr, ndtri

from kajian.evaluation.differences.bounds_path import EventPath, Floats

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Estimators ``(start + directions @ bend) @ estimates`` and their bias for ``m = 1``.

    ``start`` (k,) extrapolates the last slope before the reference; each column of ``directions``
    (k, p - 1) adds one unit of a hinge at an earlier time. ``fixed`` is the bias from bends that
    no estimator can undo, ``widths`` (p - 1,) that of a unit of each earlier hinge.
    """

    start: Floats
    directions: Floats
    fixed: float
    widths: Floats
    covariance: Floats


def largest_bend(path: EventPath) -> float | None:
    """Largest estimated change of slope per unit of time before the reference; none with one."""
    changes = _earlier_bends(path)
    return float(np.abs(changes).max()) if len(changes) else None


def smoothness_identified(path: EventPath, m: float) -> tuple[float, float]:
    """Targets that the restriction allows when the estimates are taken as the truth.

    ``(nan, nan)`` when the estimated path before the reference itself bends by more than ``m``, so
    that no trend fits it.
    """
    steepest = largest_bend(path)
    if steepest is not None and steepest > m * (1 + ROUNDING):
        return float("nan"), float("nan")
    problem = _problem(path)
    centre = float(problem.start @ path.estimates)
    return centre - m * problem.fixed, centre + m * problem.fixed


def smoothness_interval(path: EventPath, m: float, level: float) -> tuple[float, float]:
    """Shortest interval of fixed length around an affine estimator that covers under the bound.

    Armstrong and Kolesar (2018, 2020); Rambachan and Roth (2023), section 4. The half-length is
    ``s * cv(m b / s)``, with ``s`` the standard deviation of the estimator, ``b`` its largest bias
    for ``m = 1`` and ``cv(t)`` the quantile of ``|N(t, 1)|``. It is convex in the weights, and its
    minimum lies on the path of weighted lasso solutions, at the penalty where bias and standard
    deviation trade off as in the half-length.
    """
    problem = _problem(path)

    def trade_off(penalty: float) -> float:
        sd, bias, _ = _estimator(problem, penalty)
        ratio = m * bias / sd
        beyond, slope = _critical(ratio, level)
        return m * sd * slope - penalty * (beyond + ratio * (1 - slope))

    penalty = 0.0
    if m > 0 and len(problem.widths):
        high = m * float(np.sqrt(problem.start @ problem.covariance @ problem.start))
        while trade_off(high) > 0:
            high *= 2
        penalty = float(brentq(trade_off, 0.0, high, xtol=1e-13 * high))
    sd, bias, weights = _estimator(problem, penalty)
    half = m * bias + sd * _critical(m * bias / sd, level)[0]
    centre = float(weights @ path.estimates)
    return centre - half, centre + half


def _earlier_bends(path: EventPath) -> Floats:
    """(p - 1,) estimated changes of slope per unit of time at the times before the reference."""
    before = len(path.pre)
    steps, gaps = path.steps()
    slopes = (steps[:before] @ path.estimates) / gaps[:before]
    bends: Floats = np.diff(slopes) / ((gaps[: before - 1] + gaps[1:before]) / 2)
    return bends


def _problem(path: EventPath) -> _Problem:
    before = len(path.pre)
    _, gaps = path.steps()
    widths = (gaps[:-1] + gaps[1:]) / 2  # at every time but the first and the last
    pre, post = path.pre.astype(float), path.post.astype(float)
    hinges = np.maximum(np.append(pre[1:], 0.0)[:, None] - pre, 0.0)  # (p, p), by hinge and time
    undone = np.linalg.inv(hinges)  # weights on earlier times that answer to one hinge each
    later = np.maximum(post[None, :] - post[:-1, None], 0.0) @ path.weights
    slope = float(post @ path.weights)
    fixed = widths[before - 1] * abs(slope) + widths[before:] @ np.abs(later)
    return _Problem(
        start=np.concatenate([undone[:, -1] * slope, path.weights]),
        directions=np.vstack([undone[:, :-1], np.zeros((len(post), before - 1))]),
        fixed=float(fixed),
        widths=widths[: before - 1],
        covariance=path.covariance,
    )


def _estimator(problem: _Problem, penalty: float) -> tuple[float, float, Floats]:
    """Standard deviation, bias for ``m = 1`` and weights (k,) of the estimator at a penalty.

    Minimises half the variance plus the penalty times the bias, by its dual: least squares within
    bounds, which an active-set method solves exactly.
    """
    bend = np.zeros(len(problem.widths))
    if len(bend):
        weighted = problem.covariance @ problem.directions
        factor = cholesky(problem.directions.T @ weighted)
        free = solve_triangular(factor, -weighted.T @ problem.start, trans="T")
        pull = np.zeros_like(bend)
        if penalty > 0:
            bound = penalty * problem.widths
            inverse = solve_triangular(factor, np.eye(len(bend)), trans="T")
            dual = lsq_linear(
                inverse, free, (-bound, bound), method="bvls", tol=1e-15, max_iter=1000
            )
            pull = inverse @ dual.x
        bend = solve_triangular(factor, free - pull)
    weights = problem.start + problem.directions @ bend
    sd = float(np.sqrt(weights @ problem.covariance @ weights))
    return sd, problem.fixed + float(problem.widths @ np.abs(bend)), weights


def _critical(ratio: float, level: float) -> tuple[float, float]:
    """How far ``cv(ratio)``, the quantile of ``|N(ratio, 1)|``, exceeds ``ratio``; its slope."""
    low, high = ndtri(level) - ROUNDING, ndtri((1 + level) / 2) + ROUNDING
    beyond = brentq(lambda z: ndtr(z) - ndtr(-z - 2 * ratio) - level, low, high, xtol=1e-13)
    return float(beyond), float(np.tanh((beyond + ratio) * ratio))
