"""The bootstrap over clusters against the textbook error of a mean."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.causal.decomposition.sampling import replicate_weights
from kajian.errors import MethodError


def test_error_of_a_stratified_mean():
    """Variance of the mean of cluster totals within strata, with few clusters in each."""
    rng = np.random.default_rng(1)
    stratum = np.repeat([0, 0, 0, 1, 1], 4)
    cluster = np.repeat(np.arange(5), 4)
    values, weights = rng.normal(size=20) + stratum, np.ones(20)
    drawn = replicate_weights(weights, cluster, stratum, 4000, np.random.default_rng(2))
    totals = np.array([each @ values for each in drawn])
    sums = np.bincount(cluster, values)
    expected = 3 * sums[:3].var(ddof=1) + 2 * sums[3:].var(ddof=1)
    # The variance of 4,000 draws has a relative error near sqrt(2 / 4000) = 2%.
    assert totals.var() == pytest.approx(expected, rel=0.1)
    assert totals.mean() == pytest.approx(values.sum(), abs=4 * np.sqrt(expected / 4000))


def test_designs_that_cannot_be_drawn_again():
    ones, rng = np.ones(4), np.random.default_rng(3)
    alone = replicate_weights(ones, np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1]), 2, rng)
    with pytest.raises(MethodError, match=r"1 strata hanya berisi satu klaster.*Perbaikan"):
        next(alone)
    torn = replicate_weights(ones, np.array([0, 1, 0, 2]), np.array([0, 0, 1, 1]), 2, rng)
    with pytest.raises(MethodError, match=r"1 klaster ada di lebih dari satu strata.*Perbaikan"):
        next(torn)
