"""The density of the running variable on each side of a cutoff, without bins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kajian.evaluation.discontinuity.local_polynomial import (
    Bandwidth,
    Kernel,
    coefficient_weights,
)
from kajian.linear.fixed_effects import Floats


class SideDensities(NamedTuple):
    """Densities at the cutoff and their variances: left, then right, shapes (2,)."""

    estimates: Floats
    variances: Floats


def distribution(x: Floats) -> Floats:
    """Share of the other rows at or below each row, shape (n,), for ascending x."""
    return (np.searchsorted(x, x, side="right") - 1) / (x.size - 1)


def side_densities(x: Floats, h: Bandwidth, order: int, kernel: Kernel) -> SideDensities:
    """Slopes of the distribution function at the cutoff.

    A polynomial is fitted to the empirical distribution function on each side. The slope is the
    mean over rows of the weight that they put on the points at or above them; the variance is the
    mean square of these contributions over n, the leading term of the jackknife (Cattaneo,
    Jansson & Ma 2020).

    Parameters
    ----------
    x
        Running variable minus the cutoff, ascending, shape (n,).
    h
        Bandwidths in units of x.
    order
        Order of the polynomial, at least 1.
    kernel
        Shape of the weights.
    """
    weights = coefficient_weights(x, h, order, kernel, derivative=1)
    share = distribution(x)
    first = np.searchsorted(x, x, side="left")
    estimates, variances = np.zeros(2), np.zeros(2)
    for j, side in enumerate((x < 0, x >= 0)):
        own = np.where(side, weights, 0.0)
        contributions = own[::-1].cumsum()[::-1][first]
        estimates[j] = own @ share
        variances[j] = contributions @ contributions / (x.size - 1) ** 2
    return SideDensities(estimates, variances)
