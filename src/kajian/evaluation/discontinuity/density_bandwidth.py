"""Bandwidths of the density test: smallest mean squared error on each side."""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import hermite_e, polynomial

from kajian.evaluation.discontinuity.density import distribution, side_densities
from kajian.evaluation.discontinuity.local_polynomial import Kernel, coefficient_weights
from kajian.evaluation.discontinuity.sample import distinct_distances
from kajian.linear.fixed_effects import Floats

LOCAL_ROWS = 20
"""Distinct points beyond the number of coefficients that a window must hold where it can."""


def density_bandwidths(x: Floats, order: int, kernel: Kernel) -> tuple[float, float]:
    """Choose the bandwidth on each side of the cutoff.

    For the left density, the right one, their difference and their sum, the bandwidth with the
    smallest mean squared error is `(V / (2 p B^2 n))^(1 / (2 p + 1))`; a side gets the median of
    its own, the difference's and the sum's (Cattaneo, Jansson & Ma 2018 and 2020).
    The variance V and the coefficient behind the bias B, from a polynomial of order p + 2, are
    estimated in pilot windows that would be best for a normal distribution.

    Parameters
    ----------
    x
        Running variable minus the cutoff, ascending, shape (n,).
    order
        Order p of the polynomial.
    kernel
        Shape of the weights.

    Returns
    -------
    Left and right bandwidth in units of x: each within its side's range, and wide enough for
    20 + p + 1 distinct points where there are so many.
    """
    n = x.size
    nearest, farthest = distinct_distances(x, LOCAL_ROWS + order + 1), distinct_distances(x, n)
    near, wide = (
        float(np.clip(pilot, max(nearest), max(farthest)))
        for pilot in (_normal_reference(x, order, 1), _normal_reference(x, order + 2, order + 1))
    )
    variances = n * near * side_densities(x, near, order, kernel).variances
    terms = coefficient_weights(x, wide, order + 2, kernel, order + 1) * distribution(x)
    omitted = np.array([terms[x < 0].sum(), terms[x >= 0].sum()])
    biases = omitted * _bias_constant(order, 1, kernel) * np.array([(-1.0) ** order, 1.0])

    def best(variance: float, bias: float) -> float:
        if bias == 0:
            return math.inf
        return float((variance / (2 * order * bias**2 * n)) ** (1 / (2 * order + 1)))

    both = float(variances.sum())
    joint = [best(both, float(biases @ signs)) for signs in ((-1.0, 1.0), (1.0, 1.0))]
    alone = [best(float(variances[side]), float(biases[side])) for side in (0, 1)]
    left, right = np.clip([np.median([each, *joint]) for each in alone], nearest, farthest)
    return float(left), float(right)


def _normal_reference(x: Floats, order: int, derivative: int) -> float:
    """Best bandwidth, were x normal, for a derivative of its distribution function.

    With the constants of the uniform kernel at a boundary; infinite where the normal bias is zero.
    """
    sd = float(x.std(ddof=1))
    z = -float(x.mean()) / sd
    height = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    slope = height * float(hermite_e.hermeval(z, [0] * order + [1])) / math.factorial(order + 1)
    bias = slope * _bias_constant(order, derivative, "uniform")
    if bias == 0:
        return math.inf
    rate = order + 1 - derivative
    variance = (2 * derivative - 1) * height * _variance_constant(order, derivative)
    return sd * float((variance / (2 * rate * bias**2 * x.size)) ** (1 / (2 * order + 1)))


def _moments(order: int, kernel: Kernel) -> Floats:
    """Integrals of u^k K(u) over [0, 1] for k = 0, ..., 2 * order + 1."""
    k = np.arange(2 * order + 2)
    if kernel == "uniform":
        return np.asarray(1 / (k + 1))
    power = 1 if kernel == "triangular" else 2
    return np.asarray(1 / (k + 1) - 1 / (k + 1 + power))


def _row(order: int, derivative: int, kernel: Kernel) -> Floats:
    moments = _moments(order, kernel)
    places = np.add.outer(np.arange(order + 1), np.arange(order + 1))
    return np.asarray(np.linalg.inv(moments[places])[derivative])


def _bias_constant(order: int, derivative: int, kernel: Kernel) -> float:
    """What a coefficient picks up from one unit of u^(order + 1) at a boundary, with h = 1."""
    moments = _moments(order, kernel)[order + 1 :]
    return float(_row(order, derivative, kernel) @ moments)


def _variance_constant(order: int, derivative: int) -> float:
    """Variance of a coefficient at a boundary, with h = 1, density one and uniform kernel."""
    integral = polynomial.polyint(_row(order, derivative, "uniform"))
    above = polynomial.polysub([polynomial.polyval(1.0, integral)], integral)
    return float(polynomial.polyval(1.0, polynomial.polyint(polynomial.polymul(above, above))))
