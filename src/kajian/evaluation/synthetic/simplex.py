"""Nearest point of a convex hull: the quadratic problem beneath the synthetic control.

Minimise ``||v^(1/2) (target - points @ w)||`` over weights ``w >= 0`` that sum to one. The
algorithm is finite and exact: no step size, no starting value, no iteration limit to tune.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError

Floats = NDArray[np.float64]

# Everything below is relative: distances to the farthest point, angles to the spread of the points.
INSIDE = 1e-7  # a target this near to the hull counts as inside when looking for other minimisers
ON_FACE = 1e-8  # a point this near to the supporting plane may carry weight
TINY = 1e-9  # singular values and distances below this are zero
RIDGE = 1e-4  # root of the ridge that picks the most even of several minimisers
ZERO = 1e-12  # weights below this are zero
REACH = 2.0  # two points of the simplex are at most the root of 2 apart


@dataclass(frozen=True, slots=True, eq=False)
class HullPoint:
    """The point of a convex hull nearest to a target.

    Attributes
    ----------
    weights
        (n,), non-negative, summing to one.
    distance
        Euclidean distance from the target to the nearest point (scaled by ``v`` where given);
        exactly zero when only rounding separates them.
    unique
        Whether it is shown that no other weights reach the same distance. Where others do,
        ``weights`` are those of smallest sum of squares among them: the most even mixture,
        independent of column order.
    """

    weights: Floats
    distance: float
    unique: bool


def nearest_in_hull(points: Floats, target: Floats, *, v: Floats | None = None) -> HullPoint:
    """Find the convex combination of the columns of ``points`` nearest to ``target``.

    The nearest point is always unique. Its weights are found by Wolfe's algorithm and, where
    several weights give that point, replaced by those of smallest sum of squares, searched on the
    face of the hull that holds the point.

    Parameters
    ----------
    points
        (p, n), one column per donor. ``n`` may exceed ``p``.
    target
        (p,).
    v
        (p,), positive importance of each row; all one when omitted.

    Raises
    ------
    MethodError
        When shapes disagree, a number is not finite, or an importance is not positive.

    References
    ----------
    Wolfe (1976), "Finding the nearest point in a polytope", Mathematical Programming 11.
    """
    residuals = _residuals(points, target, v)
    size = float(np.sqrt((residuals**2).sum(axis=0).max()))
    scaled = residuals / size if size > 0 else residuals
    weights, unique = _most_even(scaled, min_norm_point(scaled))
    distance = float(np.linalg.norm(scaled @ weights))
    return HullPoint(weights, size * distance if distance > TINY else 0.0, unique)


def optimality_gap(
    points: Floats, target: Floats, weights: Floats, *, v: Floats | None = None
) -> float:
    """Bound how far weights are from the minimum, by the duality gap of the problem.

    With residuals ``r = points @ w - target`` the value is ``r'r - min_j r'(points_j - target)``,
    relative to the largest squared distance of a point from the target. It is zero exactly at a
    minimum, and the squared distance exceeds the smallest possible by at most twice the gap.

    Parameters
    ----------
    points, target, v
        As in :func:`nearest_in_hull`.
    weights
        (n,), non-negative and summing to one.

    References
    ----------
    Jaggi (2013), "Revisiting Frank-Wolfe", ICML, section 2 (duality gap).
    """
    residuals = _residuals(points, target, v)
    size = float((residuals**2).sum(axis=0).max())
    if size == 0:
        return 0.0
    slopes = (residuals @ weights) @ residuals
    return float(slopes @ weights - slopes.min()) / size


def _residuals(points: Floats, target: Floats, v: Floats | None) -> Floats:
    """Return the points as seen from the target, rows scaled by the root of their importance."""
    importance = np.ones(len(target)) if v is None else np.asarray(v, dtype=float)
    shapes_agree = points.ndim == 2 and points.shape[1] > 0 and target.ndim == 1
    if not shapes_agree or len(points) != len(target) or importance.shape != target.shape:
        raise MethodError(
            f"Ukuran tidak cocok: titik {points.shape}, sasaran {target.shape}, "
            f"bobot baris {importance.shape}. Perbaikan: beri titik (p, n) dengan n ≥ 1, "
            "sasaran (p,), dan bobot baris (p,)."
        )
    if not (np.isfinite(points).all() and np.isfinite(target).all()):
        raise MethodError(
            "Titik atau sasaran memuat nilai kosong atau tak hingga. "
            "Perbaikan: lengkapi atau keluarkan baris itu terlebih dahulu."
        )
    if not (np.isfinite(importance).all() and (importance > 0).all()):
        raise MethodError(
            "Bobot baris harus positif dan berhingga. "
            "Perbaikan: keluarkan baris yang tidak ingin dipakai, jangan beri bobot nol."
        )
    residuals: Floats = (points - target[:, None]) * np.sqrt(importance)[:, None]
    return residuals


def min_norm_point(P: Floats, near: Floats | None = None) -> Floats:
    """Weights of the point of smallest norm in the hull of the columns of P (Wolfe 1976).

    The support stays affinely independent, and the norm falls at every outer step, so no support
    comes back and the algorithm ends.

    Parameters
    ----------
    P
        (p, n), one column per point.
    near
        (n,), weights of the same problem with its rows scaled otherwise: a start that saves steps.
    """
    if near is None:
        support = [int(np.argmin((P**2).sum(axis=0)))]
        weights: Floats = np.zeros(P.shape[1])
        weights[support] = 1.0
    else:
        weights, support = _affine_descent(P, near, [int(j) for j in np.flatnonzero(near)])
    while True:
        x = P @ weights
        entering = int(np.argmin(x @ (P - x[:, None])))
        if entering in support:
            return weights
        trial, trial_support = _affine_descent(P, weights, [*support, entering])
        if np.linalg.norm(P @ trial) >= np.linalg.norm(x):
            return weights
        weights, support = trial, trial_support


def _affine_descent(P: Floats, weights: Floats, support: list[int]) -> tuple[Floats, list[int]]:
    """Walk to the smallest norm in the affine hull of the support, dropping what turns negative."""
    weights = weights.copy()
    while True:
        first, *rest = support
        directions = P[:, rest] - P[:, [first]]
        shares = np.linalg.lstsq(directions, -P[:, first])[0]
        goal = np.concatenate([[1.0 - shares.sum()], shares])
        if (goal > ZERO).all():
            weights[support] = goal
            return weights, support
        here = weights[support]
        blocked = goal <= ZERO
        steps = np.where(blocked, here / np.maximum(here - goal, ZERO), np.inf)
        moved = here + min(float(steps.min()), 1.0) * (goal - here)
        moved[np.argmin(steps)] = 0.0
        moved[moved <= ZERO] = 0.0
        weights[support] = moved / moved.sum()
        support = [j for j in support if weights[j] > 0]


def _most_even(P: Floats, weights: Floats) -> tuple[Floats, bool]:
    """Among all weights of the same nearest point, take the smallest sum of squares."""
    x = P @ weights
    centred = P - x[:, None]
    distance = float(np.linalg.norm(x))
    spread = float(np.sqrt((centred**2).sum(axis=0).max())) or 1.0
    inside = distance <= INSIDE
    on_face = (x @ centred <= ON_FACE * distance * spread) | (weights > 0) | inside
    face = weights[on_face]
    free = _null_basis(np.vstack([centred[:, on_face] / spread, np.ones(len(face))]))
    if free.shape[1] == 0:
        return weights, True
    others = face == 0
    unique = not others.any() or _largest_share(free, face, others) <= np.sqrt(TINY)
    if unique:
        return weights, True
    even = np.zeros_like(weights)
    even[on_face] = _evenest_on(centred[:, on_face] / spread)
    return even / even.sum(), False


def _null_basis(A: Floats) -> Floats:
    """Orthonormal columns spanning the directions that A maps to zero."""
    _, singular, vt = np.linalg.svd(A)
    rank = int((singular > TINY * singular[0]).sum())
    basis: Floats = vt[rank:].T
    return basis


def _largest_share(free: Floats, face: Floats, others: NDArray[np.bool_]) -> float:
    """Largest weight that points outside the support can carry without moving the nearest point.

    The support is affinely independent, so other minimisers exist only where this is positive.
    Where the solver gives up, nothing is shown, and any share must be reckoned with.
    """
    from scipy.optimize import linprog  # slow to import, rarely needed

    outside = free[others].sum(axis=0)
    solution = linprog(-outside, A_ub=-free, b_ub=face, bounds=(-REACH, REACH))
    return 1.0 if solution.x is None else float(outside @ solution.x)


def _evenest_on(centred: Floats) -> Floats:
    """Minimise ``||w||`` over the weights of the simplex with ``centred @ w = 0``.

    A small ridge, solved exactly by the same algorithm, says which points carry weight; the
    weights themselves then solve the two equations without it.
    """
    n = centred.shape[1]
    ridge = min_norm_point(np.vstack([centred, RIDGE * np.eye(n)]))
    carry = ridge > ZERO
    equations = np.vstack([centred[:, carry], np.ones(carry.sum())])
    even = np.zeros(n)
    even[carry] = np.linalg.lstsq(equations, np.append(np.zeros(len(centred)), 1.0), rcond=TINY)[0]
    return np.maximum(even, 0.0) if even.min() >= -TINY else ridge
