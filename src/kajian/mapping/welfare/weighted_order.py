"""Sums and quantiles along an order, for rows that stand for unequal numbers of persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kajian.mapping.survey.result import Floats

# A cumulative weight this close to a quantile (as a share of all) reaches it exactly.
TIE = 1e-10


def mid_sums(order_by: Floats, *masses: Floats) -> tuple[Floats, ...]:
    """Sum each mass over the rows below, and half of it over the rows level with a row.

    Parameters
    ----------
    order_by
        Shape (n,).
    masses
        Arrays of shape (n,). Of weights, the sum over the total is the fractional rank.

    Returns
    -------
    tuple
        For each mass an array (n,), in the order given, equal for rows with equal `order_by`.
    """
    order = np.argsort(order_by, kind="stable")
    ordered = order_by[order]
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), order.size - 1)
    rows = np.diff(last, prepend=-1)
    sums = []
    for mass in masses:
        reached = np.cumsum(mass[order])[last]
        middle = np.empty(order.size)
        middle[order] = np.repeat((reached + np.append(0.0, reached[:-1])) / 2, rows)
        sums.append(middle)
    return tuple(sums)


def weighted_quantile(x: Floats, weights: Floats, share: float) -> float:
    """Find the value below which a share of the weights lies.

    The inverse of the weighted distribution; where a row ends exactly at `share`, the mean of its
    value and the next, as in R's laeken.
    """
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(weights[order])
    near = TIE * reached[-1]
    at = int(np.searchsorted(reached, share * reached[-1] - near))
    exact = abs(reached[at] - share * reached[-1]) <= near and at + 1 < order.size
    return float(x[order[at : at + 1 + exact]].mean())


def lower_totals(x: Floats, weights: Floats, shares: Sequence[float]) -> list[tuple[float, Floats]]:
    """Total the values of the lowest shares of the population, with influence values.

    A row across the boundary counts in part, so that the totals are those of the Lorenz curve
    with straight lines between the rows.

    Returns
    -------
    list
        For each share the total and its derivatives by the weights, shape (n,).
    """
    order = np.argsort(x, kind="stable")
    reached, values = np.cumsum(weights[order]), np.cumsum((weights * x)[order])
    found = []
    for share in shares:
        goal = share * reached[-1]
        at = min(int(np.searchsorted(reached, goal)), order.size - 1)
        edge = float(x[order[at]])
        total = float(values[at] - (reached[at] - goal) * edge)
        found.append((total, np.minimum(x - edge, 0.0) + share * edge))
    return found
