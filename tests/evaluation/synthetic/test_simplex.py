from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import OptimizeResult, minimize

from kajian.errors import MethodError
from kajian.evaluation.synthetic.simplex import nearest_in_hull, optimality_gap

# The solver is direct, so only rounding separates it from the minimum: about n * 2e-16, relative.
OPTIMAL = 1e-12


def brute_force_distance(points, target):
    """Distance by solving the equality-constrained problem on every possible support."""
    n = points.shape[1]
    best = np.inf
    for size in range(1, n + 1):
        for support in combinations(range(n), size):
            first, rest = support[0], list(support[1:])
            directions = points[:, rest] - points[:, [first]]
            shares = np.linalg.lstsq(directions, target - points[:, first])[0]
            weights = np.append(1 - shares.sum(), shares)
            if (weights >= -1e-12).all():
                near = points[:, [first, *rest]] @ weights
                best = min(best, float(np.linalg.norm(near - target)))
    return best


def test_known_projections_on_a_triangle():
    triangle = np.array([[0.0, 4.0, 0.0], [0.0, 0.0, 4.0]])
    beyond_edge = nearest_in_hull(triangle, np.array([3.0, 3.0]))
    np.testing.assert_allclose(beyond_edge.weights, [0, 0.5, 0.5], atol=1e-15)
    assert beyond_edge.distance == pytest.approx(np.sqrt(2))
    beyond_corner = nearest_in_hull(triangle, np.array([-1.0, -2.0]))
    np.testing.assert_array_equal(beyond_corner.weights, [1, 0, 0])
    inside = nearest_in_hull(triangle, np.array([1.0, 2.0]))
    np.testing.assert_allclose(inside.weights, [0.25, 0.25, 0.5], atol=1e-15)
    assert inside.distance == 0
    assert all(one.unique for one in (beyond_edge, beyond_corner, inside))


@pytest.mark.parametrize("seed", range(20))
def test_distance_equals_brute_force(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rng.integers(1, 6), rng.integers(1, 8)))
    target = rng.normal(size=len(points)) * rng.choice([0.2, 2.0])
    # Both sides solve small least-squares problems; 1e-9 leaves room for lstsq near singularity.
    assert nearest_in_hull(points, target).distance == pytest.approx(
        brute_force_distance(points, target), abs=1e-9
    )


def test_slsqp_finds_nothing_better():
    rng = np.random.default_rng(7)
    points, target = rng.normal(size=(11, 34)), rng.normal(size=11)
    exact = nearest_in_hull(points, target)
    other = minimize(
        lambda w: ((points @ w - target) ** 2).sum(),
        np.full(34, 1 / 34),
        jac=lambda w: 2 * points.T @ (points @ w - target),
        bounds=[(0, 1)] * 34,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(34)},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert exact.distance**2 <= other.fun * (1 + 1e-9)
    np.testing.assert_allclose(exact.weights, other.x, atol=1e-5)  # what SLSQP itself attains


sides = st.tuples(st.integers(1, 8), st.integers(1, 20))
# Whole numbers make ties, duplicates and targets on faces common.
whole = st.integers(-3, 3).map(float)


@settings(max_examples=150, deadline=None)
@given(st.data(), sides)
def test_weights_are_optimal_for_any_points(data, shape):
    points = data.draw(arrays(float, shape, elements=whole))
    target = data.draw(arrays(float, shape[0], elements=whole))
    nearest = nearest_in_hull(points, target)
    assert nearest.weights.min() >= 0
    assert nearest.weights.sum() == pytest.approx(1, abs=1e-14)
    assert optimality_gap(points, target, nearest.weights) <= OPTIMAL


@settings(max_examples=100, deadline=None)
@given(st.data(), sides, st.randoms(use_true_random=False))
def test_weights_do_not_depend_on_order_place_or_scale(data, shape, random):
    points = data.draw(arrays(float, shape, elements=whole))
    target = data.draw(arrays(float, shape[0], elements=whole))
    nearest = nearest_in_hull(points, target)
    order = list(range(shape[1]))
    random.shuffle(order)
    moved = nearest_in_hull(7.5 * (points[:, order] + 10), 7.5 * (target + 10))
    # The tie-break is exact on its support; 1e-9 is the precision promised for printed figures.
    np.testing.assert_allclose(moved.weights, nearest.weights[order], atol=1e-9)
    assert moved.unique == nearest.unique
    assert moved.distance == pytest.approx(7.5 * nearest.distance, abs=1e-9)


@pytest.mark.parametrize(
    ("points", "target", "even"),
    [
        ([[1.0, 1.0, 5.0]], [0.0], [0.5, 0.5, 0.0]),  # the same donor twice
        (
            [[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]],
            [0.5, 0.5],
            [0.25] * 4,
        ),  # middle of a square
        ([[2.0, 2.0, 2.0]], [9.0], [1 / 3] * 3),  # all donors alike
    ],
)
def test_ties_take_the_most_even_weights_and_say_so(points, target, even):
    nearest = nearest_in_hull(np.array(points), np.array(target))
    np.testing.assert_allclose(nearest.weights, even, atol=1e-12)
    assert not nearest.unique


def test_a_tie_is_seen_even_where_the_most_even_weights_are_sparse():
    # 0 = .9 (-1) + .1 (9) = (100/101) (-1) + (1/101) 100; the first has the smaller sum of squares.
    nearest = nearest_in_hull(np.array([[-1.0, 9.0, 100.0]]), np.array([0.0]))
    np.testing.assert_allclose(nearest.weights, [0.9, 0.1, 0.0], atol=1e-12)
    assert not nearest.unique


def test_a_degenerate_tie_that_stops_an_unbounded_solver():
    # HiGHS 1.12 ends with status 4 on this one when the directions have no bounds.
    points = np.array(
        [
            [-3, -2, -3, 0, 3, 0, 0, -1, 2, 0, -1, 0, 0, 2],
            [-3, 2, 1, -1, 0, -1, 2, -2, -2, -2, 3, 0, 2, -3],
        ],
        dtype=float,
    )
    target = np.array([2.0, -1.0])
    nearest = nearest_in_hull(points, target)
    # The target lies inside a polygon of many points, so many mixtures make it.
    assert nearest.distance == 0
    assert not nearest.unique
    assert optimality_gap(points, target, nearest.weights) <= OPTIMAL


def test_weights_are_not_called_unique_when_the_solver_gives_up(monkeypatch):
    monkeypatch.setattr("scipy.optimize.linprog", lambda *_, **__: OptimizeResult(status=4, x=None))
    square = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    nearest = nearest_in_hull(square, np.array([0.5, 0.5]))
    np.testing.assert_allclose(nearest.weights, [0.25] * 4, atol=1e-12)
    assert not nearest.unique


def test_a_corner_has_unique_weights_although_points_are_dependent():
    square = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    nearest = nearest_in_hull(square, np.array([1.0, 1.0]))
    np.testing.assert_allclose(nearest.weights, [0, 0, 0, 1], atol=1e-15)
    assert nearest.unique


def test_importance_is_the_scaling_of_rows():
    rng = np.random.default_rng(3)
    points, target, v = rng.normal(size=(5, 9)), rng.normal(size=5), rng.uniform(0.1, 4, size=5)
    root = np.sqrt(v)
    weighted = nearest_in_hull(points, target, v=v)
    scaled = nearest_in_hull(points * root[:, None], target * root)
    np.testing.assert_allclose(weighted.weights, scaled.weights, atol=1e-13)
    assert optimality_gap(points, target, weighted.weights, v=v) <= OPTIMAL
    assert optimality_gap(points, target, weighted.weights) > 1e-4


def test_optimality_gap_sees_weights_that_are_not_optimal():
    points, target = np.array([[0.0, 1.0]]), np.array([0.25])
    # r = .25, slopes = r * (points - target) = (-.0625, .1875), gap = .0625 + .0625 over .75**2.
    assert optimality_gap(points, target, np.array([0.5, 0.5])) == pytest.approx(0.125 / 0.5625)


@pytest.mark.parametrize(
    ("points", "target", "v", "message"),
    [
        (np.ones((2, 3)), np.ones(3), None, "Ukuran tidak cocok"),
        (np.ones((2, 0)), np.ones(2), None, "Ukuran tidak cocok"),
        (np.array([[np.nan]]), np.ones(1), None, "kosong atau tak hingga"),
        (np.ones((1, 2)), np.ones(1), np.zeros(1), "harus positif"),
    ],
)
def test_bad_input_is_named(points, target, v, message):
    with pytest.raises(MethodError, match=message):
        nearest_in_hull(points, target, v=v)
