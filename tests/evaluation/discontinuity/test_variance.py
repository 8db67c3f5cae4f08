from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from kajian.evaluation.discontinuity.local_polynomial import jump_weights
from kajian.evaluation.discontinuity.variance import (
    neighbour_residuals,
    outcome_residuals,
    sum_variance,
)


def slow_residuals(x, y, fewest):
    """Take whole distances, nearest first, until there are enough neighbours."""
    out = []
    for i in range(len(x)):
        distance = np.round(np.abs(x - x[i]), 9)
        distance[i] = -1
        for reach in np.unique(distance[distance >= 0]):
            near = (distance >= 0) & (distance <= reach)
            if near.sum() >= min(fewest, len(x) - 1):
                break
        out.append(np.sqrt(near.sum() / (near.sum() + 1)) * (y[i] - y[near].mean()))
    return np.array(out)


@pytest.mark.parametrize("decimals", [6, 2, 1])
@pytest.mark.parametrize("fewest", [1, 3, 5])
def test_neighbours_match_a_search_one_by_one(decimals, fewest):
    rng = np.random.default_rng(4)
    x = np.sort(np.round(rng.uniform(0, 2, 120), decimals))
    y = rng.normal(size=120) + 1e3
    np.testing.assert_allclose(
        neighbour_residuals(x, y, fewest), slow_residuals(x, y, fewest), atol=1e-9
    )


def test_two_points_are_each_other_s_neighbours():
    residuals = neighbour_residuals(np.array([0.0, 1.0]), np.array([1.0, 3.0]))
    np.testing.assert_allclose(residuals, [-np.sqrt(2), np.sqrt(2)])


def test_squares_estimate_the_variance():
    rng = np.random.default_rng(5)
    x = np.sort(rng.uniform(-1, 1, 20_000))
    residuals = neighbour_residuals(x, np.sin(x) + 2 * rng.normal(size=x.size))
    # Standard error of the mean square: about 0.05.
    assert np.mean(residuals**2) == pytest.approx(4, abs=0.15)


def test_clusters_that_cross_the_cutoff_match_a_pooled_regression():
    # The jump is a coefficient of one weighted regression with side interactions.
    rng = np.random.default_rng(6)
    x = np.sort(rng.uniform(-1, 1, 300))
    groups = rng.integers(0, 15, 300)
    y = x + rng.normal(size=15)[groups] + rng.normal(size=300)
    h = 0.8
    weights, _ = jump_weights(x, h, h, 1, "triangular")
    residuals = outcome_residuals(x, y, h, 1, "triangular", groups)
    inside, right = np.abs(x) < h, x >= 0
    design = np.column_stack([np.ones(300), right, x, x * right])[inside]
    fit = sm.WLS(y[inside], design, weights=1 - np.abs(x[inside]) / h).fit(
        cov_type="cluster", cov_kwds={"groups": groups[inside]}
    )
    assert weights @ y == pytest.approx(fit.params[1], rel=1e-9)
    assert sum_variance(weights, residuals, groups, 1) == pytest.approx(fit.bse[1] ** 2, rel=1e-9)
