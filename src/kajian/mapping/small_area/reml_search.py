"""A restricted likelihood with one variance to find: where it is largest, and how sharp it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from kajian.mapping.survey.result import Floats

PER_DECADE = 4
PRECISION = 1e-13
NODES = 24
# How far below its largest value, in log units, a likelihood still counts.
DEPTH = 12.0

# A variance (or ratio of variances) to its log-likelihood and the derivative of that.
Profile = Callable[[float], tuple[float, float]]


def best_variance(profile: Profile, low: float, high: float) -> float:
    """Find the variance from zero up at which a likelihood is largest.

    The derivative is looked at on a grid with equal ratios; wherever it falls through zero lies a
    maximum, found by Brent's method; the best of these and zero is taken. A likelihood with two
    hills, or one that only falls, is then no special case, and no step can diverge.

    Parameters
    ----------
    profile
        The log-likelihood and its derivative at a variance.
    low, high
        The grid's ends, positive. Below `low` the likelihood has at most one turn, above `high`
        none.
    """
    points = 1 + int(np.ceil(PER_DECADE * np.log10(high / low)))
    grid = [0.0, *np.geomspace(low, high, points).tolist()]
    scores = [profile(variance)[1] for variance in grid]
    found = [0.0]
    for k, right in enumerate(grid[1:]):
        if scores[k] > 0 >= scores[k + 1]:
            found.append(_root(lambda variance: profile(variance)[1], grid[k], right))
    return max(found, key=lambda variance: profile(variance)[0])


def likely_variances(profile: Profile, best: float, high: float) -> tuple[Floats, Floats]:
    """Variances around the best one, each with the share of the likelihood that it stands for.

    Gauss-Legendre points in the standard deviation between the variances at which the likelihood
    has become negligible; the shares are those of a posterior with a flat prior on the variance.
    """
    floor = profile(best)[0] - DEPTH

    def above(variance: float) -> float:
        return profile(variance)[0] - floor

    top = 2 * best if best > 0 else high / 2**20
    while above(top) > 0:
        top *= 2
    ends = (0.0 if above(0.0) > 0 else _root(above, 0.0, best), _root(above, best, top))
    left, right = np.sqrt(ends)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    deviations = left + (right - left) * (nodes + 1) / 2
    density = np.exp([above(float(s**2)) - DEPTH for s in deviations]) * deviations
    share = weights * density
    return deviations**2, share / share.sum()


def _root(function: Callable[[float], float], left: float, right: float) -> float:
    """A root between two points, as precise for small numbers as for large ones."""
    return float(brentq(function, left, right, xtol=PRECISION * right, rtol=PRECISION))
