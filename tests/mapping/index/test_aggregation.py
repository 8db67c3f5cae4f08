from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gmean, hmean

from kajian.errors import MethodError
from kajian.mapping.index.aggregation import refuse_non_positive, two_level_mean, weighted_mean

METHODS = ["arithmetic", "geometric", "harmonic", "mazziotta-pareto"]
HALVES = np.array([[0.5, 0.5]])


def mean(scores, weights, aggregate):
    column = np.array(scores, dtype=float)[:, None]
    return weighted_mean(column, np.array([weights], dtype=float), aggregate)[0, 0]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    # Mean 50, variance 900: 50 - 900 / 50.
    [("arithmetic", 50), ("geometric", 40), ("harmonic", 32), ("mazziotta-pareto", 32)],
)
def test_means_of_20_and_80(aggregate, expected):
    assert mean([20, 80], [0.5, 0.5], aggregate) == pytest.approx(expected)


def test_weighted_penalty_by_hand():
    # Mean 105, variance 0.75 * 25 + 0.25 * 225 = 75.
    assert mean([100, 120], [0.75, 0.25], "mazziotta-pareto") == pytest.approx(105 - 75 / 105)


def test_against_another_library():
    scores = np.random.default_rng(1).uniform(1, 100, (5, 9))
    weights = np.array([[0.1, 0.3, 0.2, 0.15, 0.25]])
    for aggregate, other in (("geometric", gmean), ("harmonic", hmean)):
        expected = other(scores, axis=0, weights=weights.T * np.ones(9))
        np.testing.assert_allclose(weighted_mean(scores, weights, aggregate)[0], expected)


@pytest.mark.parametrize("aggregate", METHODS)
def test_equal_scores_are_their_own_mean(aggregate):
    assert mean([70, 70, 70], [0.2, 0.3, 0.5], aggregate) == pytest.approx(70)


@pytest.mark.parametrize("aggregate", METHODS[1:])
def test_imbalance_costs(aggregate):
    assert mean([60, 140], [0.5, 0.5], aggregate) < mean([90, 110], [0.5, 0.5], aggregate) < 100


def test_two_levels_by_hand():
    scores = np.array([[10.0], [30.0], [80.0]])
    within = np.array([[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]])
    dimensions, index = two_level_mean(scores, within, np.array([0.25, 0.75]), "arithmetic")
    assert dimensions.tolist() == [[15], [80]]
    assert index.tolist() == [63.75]


@pytest.mark.parametrize("aggregate", METHODS)
def test_a_block_of_draws_is_averaged_draw_by_draw(aggregate):
    rng = np.random.default_rng(1)
    scores = rng.uniform(80, 120, (5, 3, 4))
    within = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]) * np.ones((5, 1, 1))
    between = rng.dirichlet([1, 1], 5)
    _, together = two_level_mean(scores, within, between, aggregate)
    for draw in range(5):
        _, alone = two_level_mean(scores[draw], within[draw], between[draw], aggregate)
        np.testing.assert_allclose(together[draw], alone)


def test_scores_that_have_no_such_mean_are_named():
    scores = np.array([[1.0, 2.0], [0.0, 3.0]])
    refuse_non_positive(scores, ["a", "b"], "arithmetic")
    with pytest.raises(MethodError, match=r"geometrik .* skor b memuat nol"):
        refuse_non_positive(scores, ["a", "b"], "geometric")
    with pytest.raises(MethodError, match=r"Mazziotta-Pareto .* skor b"):
        refuse_non_positive(np.stack([scores, scores + 1]), ["a", "b"], "mazziotta-pareto")


def test_a_penalty_beyond_the_mean_is_refused():
    # Mean 25.75, variance 1838: more than the mean times itself.
    scores = np.array([[1.0], [1.0], [1.0], [100.0]])
    with pytest.raises(MethodError, match="Penalti"):
        two_level_mean(scores, np.full((1, 4), 0.25), np.ones(1), "mazziotta-pareto")
