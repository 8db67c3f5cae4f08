"""The stratified variance against its definition, stratum by stratum."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.linear.strata import stratified_variance

STRATUM = np.array([0, 1, 0, 2, 1, 0, 1])


@pytest.fixture
def scores():
    return np.random.default_rng(8).normal(3, 2, size=(7, 2))


def test_strata_add_up_and_one_cluster_is_measured_from_all(scores):
    several = [3 * scores[code == STRATUM].var(axis=0, ddof=1) for code in (0, 1)]
    alone = (scores[3] - scores.mean(axis=0)) ** 2
    found = stratified_variance(scores, STRATUM)
    np.testing.assert_allclose(found, several[0] + several[1] + alone, rtol=1e-12)


@pytest.mark.parametrize("dropped", [[0], [3], [0, 2, 5], [1, 3, 4, 6], list(range(7))])
def test_absent_clusters_count_with_zero(scores, dropped):
    scores[dropped] = 0
    kept = np.setdiff1d(np.arange(7), dropped)
    found = stratified_variance(scores[kept], STRATUM[kept], np.bincount(STRATUM))
    np.testing.assert_allclose(found, stratified_variance(scores, STRATUM), rtol=1e-12)


def test_equal_clusters_have_no_variance_beside_large_sums():
    # Means are rounded at 1e-8, so 1e-16 is left; a difference of squares would leave about 10.
    scores = np.full((6, 1), 123456789.1)
    assert stratified_variance(scores, np.repeat([0, 1], 3))[0] < 1e-12


def test_order_of_clusters_does_not_matter_and_scale_is_squared(scores):
    order = np.random.default_rng(9).permutation(7)
    found = stratified_variance(-10 * scores[order], STRATUM[order])
    np.testing.assert_allclose(found, 100 * stratified_variance(scores, STRATUM), rtol=1e-12)
