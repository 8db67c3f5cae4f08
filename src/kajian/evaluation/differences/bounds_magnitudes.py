"""Relative magnitudes: later violations of parallel trends against the largest earlier one.

The differential trend may change, per unit of time between neighbouring observed times after the
reference, by at most ``mbar`` times the largest such change before it. For one earlier change
``v >= 0`` that is taken to be the largest, this is a set of moment inequalities that are linear in
the effects. Eliminating the effects that are not the target leaves, with ``x`` the estimated minus
the hypothesised target, only the inequalities ``x <= m v``, ``-x <= m v`` and ``0 <= v``: the
vertices of the dual linear program of Andrews, Roth and Pakes can be written down, whatever the
hypothesised value, and no program has to be solved. The robust set is the union over which earlier
change is the largest, and over its sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, owens_t

from kajian.evaluation.differences.bounds_path import EventPath, Floats

FIRST_STAGE = 0.1
"""Share of the size spent on the least favourable first stage, as the authors recommend."""

GRID = 1001
TOUCHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One earlier change taken as the largest, with one sign.

    ``vertices`` (j, 2) are the inequalities as functions of ``x`` and ``v``, in the normalisation
    of the dual program; ``point`` and ``spread`` the estimates of target and ``v`` with their
    covariance; ``cap`` the least favourable critical value.
    """

    vertices: Floats
    point: Floats
    spread: Floats
    cap: float


def largest_change(path: EventPath) -> float:
    """Largest estimated change per unit of time before the reference."""
    return float(np.abs(_earlier_rates(path) @ path.estimates).max())


def magnitudes_identified(path: EventPath, mbar: float) -> tuple[float, float]:
    """Targets that the restriction allows when the estimates are taken as the truth."""
    centre = float(path.weights @ path.estimates[len(path.pre) :])
    reach = mbar * largest_change(path) * _reach(path)
    return centre - reach, centre + reach


def magnitudes_interval(path: EventPath, mbar: float, level: float) -> tuple[float, float]:
    """Hull of the targets that the conditional least-favourable hybrid test does not reject.

    Andrews, Roth and Pakes (2023), sections 4 to 6; Rambachan and Roth (2023), section 3.
    Inequalities that involve earlier times only are left out, as the authors do when there are
    several later times. Each end is located to a millionth of the range that the first stage
    leaves; a separate accepted stretch narrower than a thousandth of that range can be missed.
    """
    ends = [
        _accepted_hull(_case(path, mbar, level, sign * rate), level)
        for rate in _earlier_rates(path)
        for sign in (1.0, -1.0)
    ]
    found = np.array([pair for pair in ends if pair is not None])
    return float(found[:, 0].min()), float(found[:, 1].max())


def _earlier_rates(path: EventPath) -> Floats:
    """(p, k) changes per unit of time before the reference, as contrasts."""
    steps, gaps = path.steps()
    before = len(path.pre)
    return steps[:before] / gaps[:before, None]


def _remaining(path: EventPath) -> Floats:
    """(q,) weight of the target on each later change: a change moves all times after it."""
    return np.cumsum(path.weights[::-1])[::-1]


def _reach(path: EventPath) -> float:
    """Largest bias of the target when every later change is at most one per unit of time."""
    _, gaps = path.steps()
    return float(gaps[len(path.pre) :] @ np.abs(_remaining(path)))


def _case(path: EventPath, mbar: float, level: float, violation: Floats) -> _Case:
    before = len(path.pre)
    steps, gaps = path.steps()
    allowed = mbar * gaps[before:]
    load = _remaining(path)
    rows = np.stack([steps[before:], -steps[before:]]) - allowed[:, None] * violation
    sd = np.sqrt(np.einsum("sik,kl,sil->si", rows, path.covariance, rows))
    along = np.where(load > 0, sd[0], sd[1]) @ np.abs(load)
    against = np.where(load > 0, sd[1], sd[0]) @ np.abs(load)
    slope = allowed @ np.abs(load)
    pairs = -2 * allowed / sd.sum(axis=0)
    vertices = np.vstack(
        [
            [1 / along, -slope / along],
            [-1 / against, -slope / against],
            np.column_stack([np.zeros_like(pairs), pairs]),
        ]
    )
    contrasts = np.stack([path.effect(), violation])
    spread = contrasts @ path.covariance @ contrasts.T
    return _Case(
        vertices=vertices,
        point=contrasts @ path.estimates,
        spread=spread,
        cap=_least_favourable(vertices, spread, FIRST_STAGE * (1 - level)),
    )


def _least_favourable(vertices: Floats, spread: Floats, size: float) -> float:
    """Value that the largest vertex exceeds with probability ``size`` when all means are zero.

    Where both bounds on ``x`` are exceeded, ``v`` is so negative that one of the others is too; by
    inclusion and exclusion the probability is therefore made of three tails and two joint tails.
    """
    sd = np.sqrt(np.einsum("ji,il,jl->j", vertices, spread, vertices))
    lowest = 2 + int(np.argmax(sd[2:]))
    three = [0, 1, lowest] if sd[lowest] > 0 else [0, 1]
    scaled = vertices[three] / sd[three, None]
    correlation = scaled @ spread @ scaled.T

    def excess(value: float) -> float:
        cut = value / sd[three]
        tails = ndtr(-cut).sum()
        if len(three) == 3:
            tails -= sum(_joint_tail(cut[i], cut[2], correlation[i, 2]) for i in (0, 1))
        return float(tails) - size

    return float(brentq(excess, 1e-6, 10.0, xtol=1e-12))


def _joint_tail(first: float, second: float, correlation: float) -> float:
    """P(A > first, B > second) of standard normals, both cuts positive (Owen 1956)."""
    root = np.sqrt(max(1 - correlation**2, TOUCHING**2))
    one, other = (second / first - correlation) / root, (first / second - correlation) / root
    return float((ndtr(-first) + ndtr(-second)) / 2 - owens_t(first, one) - owens_t(second, other))


def _accepted_hull(case: _Case, level: float) -> tuple[float, float] | None:
    """Smallest interval that holds every accepted target; none when all are rejected."""
    centre, violation = case.point
    first, second = case.vertices[:2]
    low = centre + first[1] / first[0] * violation - case.cap / first[0]
    high = centre + second[1] / second[0] * violation - case.cap / second[0]
    if low > high:
        return None
    grid = np.linspace(low, high, GRID)
    kept = np.flatnonzero(_accepted(case, grid, level))
    if not len(kept):
        return None
    below = _edge(case, grid[max(kept[0] - 1, 0)], grid[kept[0]], level)
    above = _edge(case, grid[min(kept[-1] + 1, GRID - 1)], grid[kept[-1]], level)
    return below, above


def _edge(case: _Case, rejected: float, accepted: float, level: float) -> float:
    """First accepted point on a fine line from a rejected to an accepted one."""
    line = np.linspace(rejected, accepted, GRID)
    return float(line[np.argmax(_accepted(case, line, level))])


def _accepted(case: _Case, targets: Floats, level: float) -> NDArray[np.bool_]:
    """(n,) whether each hypothesised target survives both stages."""
    size = (1 - FIRST_STAGE) * (1 - level) / (1 - FIRST_STAGE * (1 - level))
    moved = np.stack([case.point[0] - targets, np.full_like(targets, case.point[1])])
    values = case.vertices @ moved
    best = values.argmax(axis=0)
    largest = values.max(axis=0)
    accepted: NDArray[np.bool_] = largest <= 0
    for vertex in np.unique(best):
        at = (best == vertex) & ~accepted & (largest <= case.cap)
        if at.any():
            accepted[at] = _conditional_p(case, int(vertex), values[:, at]) >= size
    return accepted


def _conditional_p(case: _Case, vertex: int, values: Floats) -> Floats:
    """(n,) p-values of the largest vertex, given that it is the largest and below the cap.

    Along the direction in which only its own value moves, every other vertex moves in proportion;
    the range over which it stays the largest has its ends where another overtakes it.
    """
    across = case.vertices @ case.spread @ case.vertices[vertex]
    variance = across[vertex]
    own = values[vertex]
    share = across / variance
    overtaken = np.abs(1 - share) > TOUCHING
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = (values - share[:, None] * own) / (1 - share)[:, None]
    lower = np.where(((share < 1) & overtaken)[:, None], crossing, -np.inf).max(axis=0)
    upper = np.where(((share > 1) & overtaken)[:, None], crossing, np.inf).min(axis=0)
    sd = np.sqrt(variance)
    tail = ndtr(-np.minimum(upper, case.cap) / sd)
    above, whole = ndtr(-own / sd) - tail, ndtr(-lower / sd) - tail
    return np.where(whole > 0, above / np.where(whole > 0, whole, 1.0), 1.0)
