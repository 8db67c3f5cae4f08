"""Errors of measures along a ranking, which move with the boundary as well as with the rows."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.evaluation.targeting.ranking import (
    bottom_share,
    concentration,
    error_at_need,
    part_reached,
    rank,
)

MEASURES = {
    "bottom_share": lambda by, e, r: bottom_share(by, r, 0.4),
    "part_reached": lambda by, e, r: part_reached(by, r, 0.1, 0.2),
    "error_at_need": lambda by, e, r: error_at_need(by, e),
    "concentration": lambda by, e, r: concentration(by, r),
}


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("steps", [None, 12], ids=["fine", "ties"])
def test_errors_equal_the_spread_of_repeated_samples(name, steps):
    rng = np.random.default_rng(31)
    n, draws = 600, 400
    estimates, variances = np.empty((2, draws))
    for draw in range(draws):
        x = rng.normal(size=n)
        if steps:
            x = np.round(x * steps / 6)
        e = (rng.random(n) < 1 / (1 + np.exp(x - 0.5))).astype(float)
        r = (rng.random(n) < 1 / (1 + np.exp(x / 2 - 0.5))).astype(float)
        found = MEASURES[name](rank(x, np.ones(n)), e, r)
        assert found.influence.sum() == pytest.approx(0, abs=1e-9)
        estimates[draw] = found.estimate
        variances[draw] = n / (n - 1) * (found.influence**2).sum()
    # A variance of 400 draws has an error of 7 percent; three of them.
    assert variances.mean() == pytest.approx(estimates.var(), rel=0.21)


def test_a_benefit_given_blindly():
    # With chance q whatever the welfare, the share of the bottom p has variance
    # (1 - q) p (1 - p) / (q n), and the smoothed boundary is off by no more than its own noise.
    rng = np.random.default_rng(3)
    n, q, p = 40_000, 0.6, 0.4
    r = (rng.random(n) < q).astype(float)
    found = bottom_share(rank(rng.random(n), np.ones(n)), r, p)
    error = np.sqrt((found.influence**2).sum())
    assert error == pytest.approx(np.sqrt((1 - q) * p * (1 - p) / (q * n)), rel=0.02)
    assert found.estimate == pytest.approx(p, abs=3 * error)
