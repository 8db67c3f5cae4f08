"""Local polynomials on the two sides of a cutoff, as weights on the outcomes.

Each estimate of a discontinuity design is a weighted sum of outcomes, `w @ y`: the jump, its bias
and the bias-corrected jump. Arrays hold both sides: `x` is the running variable minus the cutoff,
ascending, and the side at or above zero is the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from kajian.linear.fixed_effects import Floats

Kernel = Literal["triangular", "epanechnikov", "uniform"]
Bandwidth = float | tuple[float, float]
"""One bandwidth for both sides, or the left and the right one."""
KERNELS: tuple[Kernel, ...] = ("triangular", "epanechnikov", "uniform")


def kernel_weights(u: Floats, kernel: Kernel) -> Floats:
    """Weight of points at scaled distance u from the cutoff, shape (n,), zero beyond one."""
    distance = np.abs(u)
    if kernel == "uniform":
        return np.where(distance <= 1, 0.5, 0.0)
    height = 1 - distance if kernel == "triangular" else 0.75 * (1 - distance**2)
    return np.maximum(height, 0.0)


def windows(x: Floats, h: Bandwidth, kernel: Kernel) -> Iterator[tuple[slice, float]]:
    """Rows with positive kernel weight and their bandwidth: the left side, then the right."""
    left, right = h if isinstance(h, tuple) else (h, h)
    reach = np.where(x < 0, left, right)
    within = np.abs(x) <= reach if kernel == "uniform" else np.abs(x) < reach
    middle = int(np.searchsorted(x, 0.0))
    yield slice(middle - int(within[:middle].sum()), middle), left
    yield slice(middle, middle + int(within[middle:].sum())), right


def powers(u: Floats, order: int) -> Floats:
    """Columns 1, u, ..., u**order, shape (n, order + 1)."""
    return np.vander(u, order + 1, increasing=True)


def coefficient_weights(
    x: Floats, h: Bandwidth, order: int, kernel: Kernel, derivative: int = 0
) -> Floats:
    """Weights that turn outcomes into each side's local polynomial coefficient.

    Parameters
    ----------
    x
        Running variable minus the cutoff, ascending, shape (n,).
    h
        In units of x; each window must hold more distinct points than the order.
    order
        Order of the polynomial.
    kernel
        Shape of the weights inside the bandwidth.
    derivative
        Which coefficient: that of `x**derivative`.

    Returns
    -------
    w, shape (n,), zero outside the windows: the sum of `w * y` over a side is its coefficient.
    """
    weights = np.zeros_like(x)
    for window, bandwidth in windows(x, h, kernel):
        u = x[window] / bandwidth
        root = np.sqrt(kernel_weights(u, kernel))
        Q, U = np.linalg.qr(root[:, None] * powers(u, order))
        chosen = np.linalg.solve(U.T, np.eye(order + 1)[derivative])
        weights[window] = root * (Q @ chosen) / bandwidth**derivative
    return weights


def side_signs(x: Floats) -> Floats:
    """Plus one on the right side and minus one on the left, shape (n,)."""
    return np.where(x >= 0, 1.0, -1.0)


def curvature(x: Floats, weights: Floats, power: int) -> Floats:
    """What a side's weights make of `x**power`, repeated over that side's rows, shape (n,).

    It is the bias that a polynomial leaves per unit of its first omitted coefficient.
    """
    middle = int(np.searchsorted(x, 0.0))
    terms = weights * x**power
    return np.repeat([terms[:middle].sum(), terms[middle:].sum()], [middle, x.size - middle])


def jump_weights(
    x: Floats, h: float, b: float, order: int, kernel: Kernel
) -> tuple[Floats, Floats]:
    """Weights of the jump at the cutoff: conventional and bias-corrected, each of shape (n,).

    The first omitted coefficient is estimated by a polynomial of one order more, within b
    (Calonico, Cattaneo & Titiunik 2014).
    """
    signs = side_signs(x)
    fitted = coefficient_weights(x, h, order, kernel)
    omitted = coefficient_weights(x, b, order + 1, kernel, derivative=order + 1)
    bias = curvature(x, fitted, order + 1) * omitted
    return signs * fitted, signs * (fitted - bias)


def fit_residuals(x: Floats, y: Floats, h: Bandwidth, order: int, kernel: Kernel) -> Floats:
    """Residuals of each side's local polynomial, shape (n,), zero outside the windows."""
    residuals = np.zeros_like(x)
    for window, bandwidth in windows(x, h, kernel):
        u = x[window] / bandwidth
        root = np.sqrt(kernel_weights(u, kernel))
        design = powers(u, order)
        beta = np.linalg.lstsq(root[:, None] * design, root * y[window], rcond=None)[0]
        residuals[window] = y[window] - design @ beta
    return residuals
