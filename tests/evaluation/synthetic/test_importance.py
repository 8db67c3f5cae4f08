from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from kajian.evaluation.synthetic.importance import DECADES, _loss, search_importance
from kajian.evaluation.synthetic.simplex import nearest_in_hull, optimality_gap


def outside_problem(rng, K=3, J=9, F=8):
    """Predictors that no mixture can meet, and outcomes that depend on them."""
    predictors = rng.normal(size=(K, 1 + J))
    predictors[:, 0] = predictors.max(axis=1) + rng.uniform(0.1, 0.5, size=K)
    outcomes = rng.normal(size=(F, K)) @ predictors + 0.5 * rng.normal(size=(F, 1 + J))
    return predictors, outcomes


def standard(predictors):
    scaled = predictors / predictors.std(axis=1, ddof=1, keepdims=True)
    return scaled[:, 1:], scaled[:, 0]


def mspe_under(v, predictors, outcomes):
    points, target = standard(predictors)
    weights = nearest_in_hull(points, target, v=v).weights
    return np.mean((outcomes[:, 1:] @ weights - outcomes[:, 0]) ** 2)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_on_a_grid_of_two_importances_is_better(seed):
    predictors, outcomes = outside_problem(np.random.default_rng(seed), K=2)
    found = search_importance(predictors, outcomes)
    grid = np.linspace(-DECADES, DECADES, 1201)
    best = min(mspe_under(np.array([1.0, 10.0**x]), predictors, outcomes) for x in grid)
    # The grid is coarser than the search, which stops within about 1e-4 of its minimum.
    assert found.mspe.min() <= best * (1 + 1e-4)
    assert found.mspe.min() == pytest.approx(mspe_under(found.v, predictors, outcomes), rel=1e-9)


def test_no_random_importances_are_better_by_much():
    # Several valleys: the best of eight followed starts against 400 random points and, from the
    # best of them, a search without slopes.
    rng = np.random.default_rng(5)
    predictors, outcomes = outside_problem(rng, K=5, J=14)
    found = search_importance(predictors, outcomes)
    tries = rng.uniform(-DECADES, 0, size=(400, 5))
    values = [mspe_under(10.0**x, predictors, outcomes) for x in tries]
    other = minimize(
        lambda x: mspe_under(10.0**x, predictors, outcomes),
        tries[np.argmin(values)],
        method="Nelder-Mead",
        bounds=[(-DECADES, 0)] * 5,
    )
    assert found.mspe.min() <= other.fun * 1.01
    assert found.mspe.min() < 0.9 * min(found.start_mspe[:2])


def test_weights_are_the_nearest_under_the_importances_reported():
    predictors, outcomes = outside_problem(np.random.default_rng(2), K=4)
    found = search_importance(predictors, outcomes)
    points, target = standard(predictors)
    assert found.v.sum() == pytest.approx(1)
    assert found.v.min() >= 10.0**-DECADES * found.v.max() * (1 - 1e-9)
    # Direct solver: only rounding remains.
    assert optimality_gap(points, target, found.weights, v=found.v) < 1e-12
    np.testing.assert_array_equal(found.reached[np.argmin(found.mspe)], found.weights)
    assert len(found.starts) == len(found.mspe) == len(found.start_mspe)
    assert found.starts[:2] == ((), None)


def test_slopes_equal_differences():
    rng = np.random.default_rng(1)
    predictors, outcomes = outside_problem(rng, K=4)
    points, target = standard(predictors)
    loss = _loss(points - target[:, None], outcomes[:, 1:] - outcomes[:, [0]])
    at = rng.uniform(-2, 0, size=4)
    steps = 1e-6 * np.eye(4)
    differences = [(loss(at + step)[0] - loss(at - step)[0]) / 2e-6 for step in steps]
    np.testing.assert_allclose(loss(at)[1], differences, rtol=1e-5, atol=1e-7)


def test_a_predictor_that_drives_the_outcome_counts_most():
    rng = np.random.default_rng(3)
    predictors, _ = outside_problem(rng, K=3, J=12)
    outcomes = np.outer(np.linspace(1, 2, 8), predictors[1])
    found = search_importance(predictors, outcomes)
    assert found.v[1] == found.v.max()
    assert found.mspe.min() < 0.5 * found.start_mspe[0]


def test_predictors_met_exactly_leave_the_choice_to_the_outcome():
    rng = np.random.default_rng(4)
    predictors, outcomes = rng.normal(size=(2, 13)), rng.normal(size=(8, 13))
    predictors[:, 0] = predictors[:, 1:].mean(axis=1)
    found = search_importance(predictors, outcomes)
    assert found.exact
    np.testing.assert_allclose(predictors[:, 1:] @ found.weights, predictors[:, 0], atol=1e-6)
    best = minimize(
        lambda w: ((outcomes[:, 1:] @ w - outcomes[:, 0]) ** 2).mean(),
        np.full(12, 1 / 12),
        bounds=[(0, 1)] * 12,
        constraints=[
            {"type": "eq", "fun": lambda w: w.sum() - 1},
            {"type": "eq", "fun": lambda w: predictors[:, 1:] @ w - predictors[:, 0]},
        ],
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    # Predictors are met up to the tie-break of 1e-4, squared.
    assert found.mspe[0] == pytest.approx(best.fun, rel=1e-5)


def test_one_predictor_and_one_donor_are_enough():
    predictors, outcomes = np.array([[3.0, 1.0, 2.0]]), np.array([[5.0, 1.0, 2.0], [6.0, 3.0, 1.0]])
    found = search_importance(predictors, outcomes)
    np.testing.assert_array_equal(found.weights, [0, 1])
    np.testing.assert_array_equal(found.v, [1])
    alone = search_importance(predictors[:, :2], outcomes[:, :2])
    np.testing.assert_array_equal(alone.weights, [1])
