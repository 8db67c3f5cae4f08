"""Conditional permutation of a local statistic: a unit keeps its value, all others change places.

Local Moran and Getis-Ord statistics of a unit depend on the draw only through the weighted sum of
its neighbours' values, so both share these counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kajian.mapping.clusters.permutation import TIE, Floats

Integers = NDArray[np.int64]

_CELLS = 4_000_000  # drawn positions held in memory at once
_ROUNDING = 1e-13  # of the largest possible sum: what is as near as this to its mean is at it
# Positions are drawn one by one, and rows with a repetition refused, up to this share of the units
# and this many expected repetitions in a row.
_FEW, _REPEATS = 0.2, 2.0


def extreme_sums(z: Floats, W: csr_array, permutations: int, rng: np.random.Generator) -> Integers:
    """Count draws whose neighbour sum lies at least as far from its mean as the observed one.

    One sequence of distinct units is drawn per permutation and shared by all units: unit i with m
    neighbours takes the first m of it, i itself left out, which is a draw without replacement from
    the other n - 1. Where its weights are equal, its sum is the same partial sum as that of every
    unit with m neighbours, but for the few permutations in which i itself was among the first m.
    So the partial sums are sorted once per m and counted by bisection. Where weights differ, the
    sums of a block of units are one matrix product.

    Parameters
    ----------
    z
        Deviations from the mean, shape (n,).
    W
        Spatial weights, shape (n, n), zero diagonal, no explicit zeros.
    permutations, rng
        Number of draws, and their source.

    Returns
    -------
    ndarray
        Shape (n,), 0 to `permutations`; 0 for units without a neighbour. A draw within a relative
        1e-10 of the observed deviation counts as a tie, hence as extreme.
    """
    n, neighbours = z.size, np.diff(W.indptr)
    weight = W.sum(axis=1) / np.maximum(neighbours, 1)
    spread = np.abs(W.data - np.repeat(weight, neighbours))
    unequal = np.zeros(n, dtype=bool)
    unequal[np.repeat(np.arange(n), neighbours)[spread > TIE * np.abs(W.data)]] = True
    even, uneven = np.flatnonzero((neighbours > 0) & ~unequal), np.flatnonzero(unequal)
    expected = -z * W.sum(axis=1) / (n - 1)
    distance = np.abs(W @ z - expected)
    level = distance <= _ROUNDING * W.sum(axis=1) * np.abs(z).max()
    low, high = expected - distance * (1 - TIE), expected + distance * (1 - TIE)
    counts = np.zeros(n, dtype=np.int64)
    longest = int(neighbours.max())
    for rows in _blocks(permutations, longest + 1, n):
        drawn = _distinct(rows, longest + 1, n, rng)
        if even.size:
            limits = low[even] / weight[even], high[even] / weight[even]
            counts[even] += _of_even(z, drawn, even, neighbours[even], *limits)
        if uneven.size:
            counts[uneven] += _of_uneven(z, drawn, uneven, W[uneven], low[uneven], high[uneven])
    return np.where(level & (neighbours > 0), permutations, counts)


def _of_even(
    z: Floats, drawn: Integers, units: Integers, m: Integers, low: Floats, high: Floats
) -> Integers:
    """Count extremes of units whose neighbours weigh the same, from plain sums."""
    values = z[drawn]
    sums = np.cumsum(values, axis=1)
    counts = np.zeros(units.size, dtype=np.int64)
    for count in np.unique(m):
        of = np.flatnonzero(m == count)
        ordered = np.sort(sums[:, count - 1])
        below = np.searchsorted(ordered, low[of], side="right")
        counts[of] = below + ordered.size - np.searchsorted(ordered, high[of], side="left")
    row, _, who = _own_neighbours(drawn, units, m, z.size)
    wrong = sums[row, m[who] - 1]
    right = sums[row, m[who]] - z[units[who]]
    change = _outside(right, low[who], high[who]).astype(np.int64)
    change -= _outside(wrong, low[who], high[who])
    np.add.at(counts, who, change)
    return counts


def _of_uneven(
    z: Floats, drawn: Integers, units: Integers, W: csr_array, low: Floats, high: Floats
) -> Integers:
    """Count extremes of units with any weights; `W` holds their rows only."""
    values = z[drawn]
    counts = np.zeros(units.size, dtype=np.int64)
    step = max(1, _CELLS // max(drawn.shape))
    for block in (slice(start, start + step) for start in range(0, units.size, step)):
        own, m = units[block], np.diff(W[block].indptr)
        weights = np.zeros((own.size, drawn.shape[1]))
        weights[np.arange(drawn.shape[1]) < m[:, None]] = W[block].data
        sums = values @ weights.T
        row, column, who = _own_neighbours(drawn, own, m, z.size)
        sums[row, who] += weights[who, column] * (values[row, m[who]] - z[own[who]])
        counts[block] = _outside(sums, low[block], high[block]).sum(axis=0)
    return counts


def _own_neighbours(
    drawn: Integers, units: Integers, m: Integers, n: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Integers]:
    """Find where a unit was drawn as its own neighbour: the one after its last takes its place.

    Returns the permutation, the position in it, and the position in `units`.
    """
    place = np.full(n, -1)
    place[units] = np.arange(units.size)
    who = place[drawn]
    row, column = np.nonzero((who >= 0) & (np.arange(drawn.shape[1]) < m[who]))
    return row, column, who[row, column]


def _outside(sums: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    return (sums <= low) | (sums >= high)


def _blocks(permutations: int, length: int, n: int) -> list[int]:
    """Split the permutations into blocks that keep memory bounded."""
    width = length if _one_by_one(length, n) else n
    size = max(1, _CELLS // width)
    full, rest = divmod(permutations, size)
    return [size] * full + [rest] * (rest > 0)


def _one_by_one(length: int, n: int) -> bool:
    """Whether a row of positions drawn one by one has a fair chance to be without repetition."""
    return length <= _FEW * n and length * (length - 1) / (2 * n) <= _REPEATS


def _distinct(rows: int, length: int, n: int, rng: np.random.Generator) -> Integers:
    """Draw rows of distinct units, every ordered choice with the same probability."""
    if not _one_by_one(length, n):
        everyone = np.broadcast_to(np.arange(n), (rows, n))
        return rng.permuted(everyone, axis=1)[:, :length]
    drawn = rng.integers(0, n, (rows, length))
    again = np.arange(rows)
    while again.size:
        ordered = np.sort(drawn[again], axis=1)
        again = again[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        drawn[again] = rng.integers(0, n, (again.size, length))
    return drawn
