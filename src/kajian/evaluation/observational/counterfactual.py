"""What the matches of an arm say about its outcomes in the other arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.evaluation.observational.arms import Mask, require_independent
from kajian.evaluation.observational.neighbours import (
    Points,
    residual_variance,
    with_replacement,
    without_replacement,
)
from kajian.linear.fixed_effects import Codes, Floats

VARIANCE_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """One arm with its matches; arrays of shape (n,).

    Attributes
    ----------
    matched
        1 for rows of the arm with a match (less where rows at one place share too few), else 0.
    other
        Their outcome in the other arm, adjusted, else 0.
    used, squares
        Sum of the weights with which a row stands for others, and of their squares.
    distance
        To the nearest match; missing for other rows.
    """

    matched: Floats
    other: Floats
    used: Floats
    squares: Floats
    distance: Floats


def match_arm(
    side: Mask,
    y: Floats,
    points: Points,
    cells: Codes,
    m: int | None,
    caliper: float,
    design: pd.DataFrame | None,
) -> Matched:
    """Match one arm with the other, within cells.

    Parameters
    ----------
    side
        Rows of the arm, shape (n,).
    y, points, cells
        Outcomes, places and cells of all rows.
    m, caliper
        Fewest matches of a row, or None for pairs without replacement; largest distance.
    design
        Covariates of the regression that adjusts for what is left, shape (n, k), or None.
    """
    matched, used, squares, mean = (np.zeros(y.size) for _ in range(4))
    distance = np.full(y.size, np.nan)
    links = []
    for cell in np.unique(cells[side]):
        rows = np.flatnonzero(side & (cells == cell))
        pool = np.flatnonzero(~side & (cells == cell))
        if not pool.size:
            continue
        a, b = points.part(rows), points.part(pool)
        link = with_replacement(a, b, m, caliper) if m else without_replacement(a, b, caliper)
        rows_matched = a.count * link.matched
        matched[rows] = link.matched[a.at]
        distance[rows] = link.distance[a.at]
        used[pool] = (link.weight.T @ rows_matched)[b.at]
        squares[pool] = (link.weight.power(2).T @ rows_matched)[b.at]
        links.append((rows, pool, a, b, link.weight))
    fitted = np.zeros(y.size) if design is None else _regression(design, y, used)
    for rows, pool, a, b, weight in links:
        mean[rows] = (weight @ b.sums((y - fitted)[pool]))[a.at]
    other = np.where(matched > 0, mean + fitted, 0.0)
    return Matched(matched, other, used, squares, distance)


def outcome_variance(d: Mask, y: Floats, points: Points, cells: Codes) -> Floats:
    """Variance of each outcome among its like, in its cell unless it is alone there; (n,)."""
    variance = np.empty(y.size)
    for arm in (d, ~d):
        groups = [arm]
        own, number = np.unique(cells[arm], return_counts=True)
        if own.size > 1:
            groups += [arm & (cells == cell) for cell in own[number > 1]]
        for rows in map(np.flatnonzero, groups):
            variance[rows] = residual_variance(points.part(rows), y[rows], VARIANCE_NEIGHBOURS)
    return variance


def _regression(design: pd.DataFrame, y: Floats, used: Floats) -> Floats:
    """Predict outcomes of all rows by the rows that were used, weighted by their use."""
    rows = used > 0
    require_independent(design[rows], " di antara baris yang dipakai sebagai padanan")
    X, root = design.to_numpy(dtype=float), np.sqrt(used[rows])
    fit = np.linalg.lstsq(X[rows] * root[:, None], y[rows] * root, rcond=None)[0]
    return np.asarray(X @ fit)
