from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from kajian.evaluation.synthetic.descent import descend


@pytest.mark.parametrize("seed", range(5))
def test_bounded_minimum_equals_that_of_another_solver(seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(6, 6))
    bowl, centre = root @ root.T + 0.1 * np.eye(6), rng.normal(size=6) - 1.0

    def loss(x):
        return 1.0 + (x - centre) @ bowl @ (x - centre) / 2, bowl @ (x - centre)

    found = descend(loss, np.full(6, -0.5), low=-2.0, steps=200, tolerance=1e-14)
    other = minimize(
        loss, np.full(6, -0.5), jac=True, method="L-BFGS-B", bounds=[(-2, 0)] * 6, tol=1e-14
    )
    assert found.min() >= -2
    assert found.max() <= 0
    # Stopped by the gain in the loss, so the place is known to its root.
    np.testing.assert_allclose(found, other.x, atol=1e-5)


def test_a_kink_does_not_lead_uphill():
    def loss(x):
        return abs(x[0] + 0.3) + 10 * abs(x[1] + 0.7), np.sign(x + np.array([0.3, 0.7])) * [1, 10]

    start = np.array([-1.9, -0.1])
    found = descend(loss, start, low=-2.0, steps=100, tolerance=1e-9)
    assert loss(found)[0] < 0.1 * loss(start)[0]


def test_a_minimum_is_left_alone():
    flat = np.zeros(3)
    assert descend(lambda x: (2.0, np.zeros(3)), flat, low=-1, steps=9, tolerance=0) is flat
    assert descend(lambda x: (2.0, -np.ones(3)), flat, low=-1, steps=9, tolerance=0) is flat
