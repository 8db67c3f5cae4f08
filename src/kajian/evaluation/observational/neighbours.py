"""Nearest neighbours in which ties count alike and the order of rows does not matter.

Rows with the same covariates are one point, which keeps sets of ties small however many they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats

SAME = 1e-9
"""Distances this close to each other, relative to the larger, are ties."""
LARGEST = 30_000_000
"""Pairs that an assignment may weigh, as it holds them all at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Rows gathered at their distinct places.

    Attributes
    ----------
    places
        Shape (u, k), in units in which Euclidean distance is the distance.
    at
        Place of each row, shape (n,).
    count
        Rows at each place, shape (u,).
    """

    places: Floats
    at: Codes
    count: Codes

    def part(self, rows: Codes) -> Points:
        """Keep some rows, and the places at which they are."""
        kept, at, count = np.unique(self.at[rows], return_inverse=True, return_counts=True)
        return Points(self.places[kept], at, count)

    def sums(self, values: Floats) -> Floats:
        """Sum a value of the rows at each place, shape (u,)."""
        return np.bincount(self.at, values, self.count.size).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What stands for what, between t places of a target and p places of a pool.

    Attributes
    ----------
    weight
        Shape (t, p): how much one row of the pool place counts for one row of the target place;
        over the rows of the pool they sum to one wherever there is a match.
    matched
        Share of the rows at each target place that have a match, shape (t,).
    distance
        To the nearest match, shape (t,); missing without one.
    """

    weight: sparse.csr_array
    matched: Floats
    distance: Floats


def with_replacement(target: Points, pool: Points, m: int, caliper: float) -> Links:
    """Link each row to its m nearest of the pool, and to all as near as the last of them."""
    near, number, distance = _nearest(target, pool, m, caliper, 0)
    inverse = np.divide(1.0, number, out=np.zeros_like(number), where=number > 0)
    matched = (number > 0).astype(float)
    weight = sparse.csr_array(near.multiply(inverse[:, None]))
    return Links(weight, matched, np.where(number > 0, distance, np.nan))


def without_replacement(target: Points, pool: Points, caliper: float) -> Links:
    """Pair as many rows as possible within the caliper, at the smallest total squared distance.

    Squares, since along a line many pairings share the smallest sum of plain distances.
    Of the rows at one place, which are used is left to chance: they share the weight.

    Raises
    ------
    MethodError
        When there are too many pairs to weigh.
    """
    if target.at.size * pool.at.size > LARGEST:
        raise MethodError(
            f"Pencocokan tanpa pengembalian menimbang {target.at.size} x {pool.at.size} pasangan "
            "sekaligus, terlalu banyak. Perbaikan: pakai replacement=True, atau exact agar "
            "pencocokan terjadi di dalam sel."
        )
    a, b = np.sort(target.at), np.sort(pool.at)
    distance = cdist(target.places, pool.places)
    allowed = distance <= caliper * (1 + SAME)
    cost = np.where(allowed, distance**2, 1 + a.size * distance.max() ** 2)
    first, second = linear_sum_assignment(cost[a][:, b])
    first, second = a[first], b[second]
    inside = allowed[first, second]
    first, second = first[inside], second[inside]
    pairs = sparse.csr_array((np.ones(first.size), (first, second)), shape=distance.shape)
    used = np.bincount(first, minlength=target.count.size).astype(float)
    each = np.divide(1.0, used, out=np.zeros_like(used), where=used > 0)
    weight = sparse.csr_array(pairs.multiply(each[:, None]).multiply(1 / pool.count[None, :]))
    nearest = np.full(used.size, np.nan)
    np.fmin.at(nearest, first, distance[first, second])
    return Links(weight, used / target.count, nearest)


def residual_variance(points: Points, y: Floats, j: int) -> Floats:
    """Variance of each outcome with those of its j nearest in the same arm, shape (n,).

    Over the row and its neighbours, ties included: with one neighbour that is the estimate of
    Abadie and Imbens (2006), with more that of Stata.
    """
    near, number, _ = _nearest(points, points, j, np.inf, 1)
    centred = y - y.mean()
    sums, squares = (near @ points.sums(values) for values in (centred, centred**2))
    return np.asarray(((squares - sums**2 / (number + 1)) / number)[points.at])


def _nearest(
    target: Points, pool: Points, m: int, caliper: float, own: int
) -> tuple[sparse.csr_array, Floats, Floats]:
    """Find which pool places are near, how many rows that makes, and the nearest distance.

    With `own` 1, target and pool are the same rows, of which none is its own neighbour.
    """
    k = min(m + own, pool.count.size)
    tree = cKDTree(pool.places)
    distance, index = (np.reshape(each, (-1, k)) for each in tree.query(target.places, k=k))
    reached = np.cumsum(pool.count[index], axis=1) >= m + own
    last = np.where(reached.any(axis=1), reached.argmax(axis=1), k - 1)
    radius = np.minimum(distance[np.arange(last.size), last], caliper) * (1 + SAME)
    found = tree.query_ball_point(target.places, radius)
    sizes = np.fromiter(map(len, found), dtype=np.intp, count=len(found))
    columns = np.fromiter((one for each in found for one in each), dtype=np.intp)
    shape = target.count.size, pool.count.size
    near = sparse.csr_array((np.ones(columns.size), columns, np.append(0, np.cumsum(sizes))), shape)
    return near, near @ pool.count.astype(float) - own, distance[:, 0]
