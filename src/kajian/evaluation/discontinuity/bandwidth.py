"""The bandwidth with the smallest mean squared error of the jump, common to both sides."""

from __future__ import annotations

import numpy as np

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import (
    Bandwidth,
    Kernel,
    coefficient_weights,
    curvature,
    side_signs,
)
from kajian.evaluation.discontinuity.sample import distinct_distances, require_distinct_sides
from kajian.evaluation.discontinuity.variance import outcome_residuals, sum_variance
from kajian.linear.fixed_effects import Codes, Floats

PILOT = {"triangular": 2.576, "epanechnikov": 2.34, "uniform": 1.843}
"""Silverman's constant (8 sqrt(pi) R(K) / (3 mu2(K)^2))^(1/5) of each kernel."""
FEWEST_DISTINCT = 10
"""Every bandwidth reaches at least the tenth distinct point on each side."""


def mse_bandwidths(
    x: Floats, y: Floats, order: int, kernel: Kernel, cluster: Codes | None = None
) -> tuple[float, float]:
    """Choose the bandwidth h of the jump and the bandwidth b of its bias.

    Three plug-in steps, each with the bias that the previous one allows to estimate: d for the
    derivative behind the bias of b, then b, then h. The last two are regularised by three times the
    variance of the estimated bias (Calonico, Cattaneo & Titiunik 2014; Calonico, Cattaneo, Farrell
    & Titiunik 2017, selector `mserd`). Points that share a value of x count once in the pilot
    bandwidth.

    Parameters
    ----------
    x, y
        Running variable minus the cutoff, ascending, and outcomes, shapes (n,).
    order
        Order of the polynomial of the jump.
    kernel
        Shape of the weights.
    cluster
        Codes of clusters, shape (n,), or None.

    Returns
    -------
    h and b, in units of x, at most the distance to the farthest point.

    Raises
    ------
    MethodError
        Fewer than ten distinct points on a side, or an outcome that does not vary near the cutoff.
    """
    require_distinct_sides(x, FEWEST_DISTINCT)
    nearest = max(distinct_distances(x, FEWEST_DISTINCT)) * (1 + 1e-8)
    farthest = float(np.abs(x).max()) * (1 + 1e-8)
    pilot = float(np.clip(_silverman(x, kernel), nearest, farthest))
    signs = side_signs(x)

    def step(order: int, derivative: int, bias_h: Bandwidth, penalty: float) -> float:
        rate = order + 1 - derivative
        fitted = coefficient_weights(x, pilot, order, kernel, derivative)
        noise = outcome_residuals(x, y, pilot, order, kernel, cluster)
        variance = pilot ** (2 * derivative + 1) * sum_variance(
            signs * fitted, noise, cluster, order
        )
        omitted = coefficient_weights(x, bias_h, order + 1, kernel, order + 1)
        bias = signs * curvature(x, fitted, order + 1) / pilot**rate * omitted
        squared = float(bias @ y) ** 2
        if penalty:
            noise = outcome_residuals(x, y, bias_h, order + 1, kernel, cluster)
            squared += penalty * sum_variance(bias, noise, cluster, order + 1)
        if not (variance > 0 and squared > 0):
            raise MethodError(
                "Lebar pita tidak dapat dipilih: hasil tidak bervariasi di sekitar ambang. "
                "Perbaikan: periksa kolom hasil, atau tetapkan bandwidth sendiri."
            )
        best = ((2 * derivative + 1) * variance / (2 * rate * squared)) ** (1 / (2 * order + 3))
        return float(np.clip(best, nearest, farthest))

    d = step(order + 2, order + 2, (-float(x[0]), float(x[-1])), 0.0)
    b = step(order + 1, order + 1, d, 3.0)
    h = step(order, 0, b, 3.0)
    return h, b


def _silverman(x: Floats, kernel: Kernel) -> float:
    low, high = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    deviation = float(x.std(ddof=1))
    spread = min(deviation, float(high - low) / 1.349) or deviation
    return float(PILOT[kernel] * spread * np.unique(x).size ** (-1 / 5))
