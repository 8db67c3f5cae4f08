from __future__ import annotations

import numpy as np
import pytest

from kajian.evaluation.discontinuity.local_polynomial import (
    KERNELS,
    coefficient_weights,
    fit_residuals,
    jump_weights,
    kernel_weights,
    windows,
)

X = np.sort(np.random.default_rng(2).uniform(-1, 1.5, 200))


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_are_densities(kernel):
    u = np.linspace(-1.2, 1.2, 24_001)
    assert np.trapezoid(kernel_weights(u, kernel), u) == pytest.approx(1, abs=1e-4)
    assert kernel_weights(np.array([-1.01, 1.01]), kernel).max() == 0


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("derivative", [0, 1, 2])
def test_weights_return_the_coefficients_of_a_polynomial(kernel, derivative):
    left, right = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.7, -4.0])
    y = np.where(X < 0, np.polyval(left[::-1], X), np.polyval(right[::-1], X))
    w = coefficient_weights(X, (0.6, 0.9), 2, kernel, derivative)
    assert w[X < 0] @ y[X < 0] == pytest.approx(left[derivative], rel=1e-9)
    assert w[X >= 0] @ y[X >= 0] == pytest.approx(right[derivative], rel=1e-9)
    assert not w[(X < -0.6) | (X > 0.9)].any()


def test_weights_are_weighted_least_squares():
    y = np.random.default_rng(3).normal(size=X.size)
    inside = (X >= 0) & (X < 0.5)
    root = np.sqrt(1 - X[inside] / 0.5)
    design = np.column_stack([np.ones(inside.sum()), X[inside]])
    beta = np.linalg.lstsq(root[:, None] * design, root * y[inside], rcond=None)[0]
    for derivative in (0, 1):
        w = coefficient_weights(X, 0.5, 1, "triangular", derivative)
        assert w[X >= 0] @ y[X >= 0] == pytest.approx(beta[derivative], rel=1e-9)
    residuals = fit_residuals(X, y, 0.5, 1, "triangular")
    np.testing.assert_allclose(residuals[inside], y[inside] - design @ beta, atol=1e-12)


def test_bias_correction_at_equal_bandwidths_raises_the_order():
    # Calonico, Cattaneo and Titiunik (2014): with h = b the corrected jump is that of a polynomial
    # of one order more.
    _, corrected = jump_weights(X, 0.7, 0.7, 1, "triangular")
    signs = np.where(X >= 0, 1, -1)
    higher = signs * coefficient_weights(X, 0.7, 2, "triangular")
    np.testing.assert_allclose(corrected, higher, atol=1e-10)


def test_uniform_window_holds_its_edge_and_the_others_do_not():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    sizes = {k: [s.stop - s.start for s, _ in windows(x, 1.0, k)] for k in KERNELS}
    assert sizes == {"triangular": [0, 1], "epanechnikov": [0, 1], "uniform": [1, 2]}
