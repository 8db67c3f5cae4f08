"""Shapley values of a game, exactly, over all coalitions (Shapley 1953; Shorrocks 2013)."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

from kajian.causal.decomposition.inequality import Measure, inequality
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats

MOST_PLAYERS = 12
BLOCK = 2**21
"""Numbers held at once while coalitions are evaluated."""


def coalitions(players: int) -> Floats:
    """All subsets of so many players: zeros and ones, shape (2^m, m), the empty one first.

    Raises
    ------
    MethodError
        With more players than can be enumerated in reasonable time.
    """
    if players > MOST_PLAYERS:
        raise MethodError(
            f"{players} faktor berarti {2**players} gabungan. "
            f"Perbaikan: gabungkan faktor hingga paling banyak {MOST_PLAYERS}, termasuk residual."
        )
    return (np.arange(2**players)[:, None] >> np.arange(players) & 1).astype(np.float64)


def shapley_values(worth: Floats) -> Floats:
    """Share the worth of all players among them.

    A player's value is the mean, over all orders in which players may join, of what joining adds.

    Parameters
    ----------
    worth
        Worth of every coalition, shape (2^m,), in the order of `coalitions`.

    Returns
    -------
    ndarray of shape (m,), summing to the worth of all minus that of none.
    """
    players = worth.size.bit_length() - 1
    member = coalitions(players)
    size = member.sum(axis=1).astype(int)
    orders = np.array([factorial(s) * factorial(players - 1 - s) for s in range(players)])
    share = orders / factorial(players)
    joined, apart = np.append(0, share)[size], np.append(share, 0)[size]
    weight = np.where(member.T == 1, joined, -apart)
    return np.asarray(weight @ worth)


def contributions(
    parts: Floats, weights: Floats, measure: Measure, welfare: Callable[[Floats], Floats]
) -> Floats:
    """Shapley values of parts that add up, in the inequality of what they make together.

    In a coalition the parts of the others are at their mean for everybody, so that the empty one
    has no inequality (Shorrocks 2013).

    Parameters
    ----------
    parts
        Shape (m, n).
    weights
        Shape (n,), positive.
    measure
        As in `inequality`.
    welfare
        Turns sums of the centred parts, shape (b, n), into the values that are measured.

    Returns
    -------
    ndarray of shape (m,).
    """
    centred = parts - (parts @ (weights / weights.sum()))[:, None]
    member = coalitions(len(parts))
    step = max(1, BLOCK // weights.size)
    worth = [
        inequality(welfare(member[start : start + step] @ centred), weights, measure)
        for start in range(0, len(member), step)
    ]
    return shapley_values(np.concatenate(worth))
