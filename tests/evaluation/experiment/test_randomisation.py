"""Fisher's own examples, exactness over all draws, and a slow regression per draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.permutations import possible_assignments
from kajian.evaluation.experiment.randomisation import (
    randomisation_test,
    scores,
    statistic,
    without_strata_and,
)
from kajian.linear.fixed_effects import group_sums

# Darwin's maize in eighths of an inch, cross- minus self-fertilised (Fisher 1935, section 21).
DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def run(data, y, X=None, *, cluster=None, strata=None, draws=9_999, level=0.95, seed=0):
    assignment = read_assignment(data, "d", control=0, cluster=cluster, strata=strata)
    X = np.empty((len(data), 0)) if X is None else X
    rng = np.random.default_rng(seed)
    return randomisation_test(assignment, y, X, draws=draws, rng=rng, level=level)


def test_darwin_and_the_pairs():
    data = pd.DataFrame({"d": [1] * 15 + [0] * 15, "pasang": [*range(15), *range(15)]})
    y = np.array([*DARWIN, *[0] * 15], dtype=float)
    result = run(data, y, strata="pasang", draws=2**15 - 1)
    assert result.enumerated
    # Fisher counts 863 of the 32,768 sums as large as the observed one, on one side.
    assert result.p_value == pytest.approx(2 * 863 / 2**15)
    assert result.p_floor == 2 / 2**15


def test_the_lady_tasting_tea():
    data = pd.DataFrame({"d": [1, 0, 0, 1, 1, 0, 1, 0]})
    result = run(data, data["d"].to_numpy(dtype=float))
    # One arrangement in 70 is all right, one all wrong: two sides.
    assert result.n_assignments == result.n_draws == 70
    assert result.p_value == result.p_floor == pytest.approx(2 / 70)


@pytest.fixture
def small():
    """Eight clusters of unequal size in two strata, drawn 2 of 4 and 1 of 4."""
    rng = np.random.default_rng(8)
    sizes = np.array([2, 5, 3, 1, 4, 2, 6, 3])
    cluster = np.repeat(np.arange(8), sizes)
    drawn = np.array([1, 1, 0, 0, 1, 0, 0, 0])
    x = rng.normal(size=cluster.size)
    data = pd.DataFrame({"klaster": cluster, "strata": cluster // 4, "d": drawn[cluster]})
    y = rng.exponential(size=8)[cluster] + x + rng.normal(size=cluster.size)
    return data, y, x[:, None]


@pytest.mark.parametrize("covariates", [False, True])
def test_p_is_exact_over_all_draws(small, covariates):
    data, y, x = small
    kept = x if covariates else None
    where = {"cluster": "klaster", "strata": "strata"}
    assignment = read_assignment(data, "d", control=0, **where)
    arms, _ = possible_assignments(assignment, 100, np.random.default_rng(0))
    assert len(arms) == 24
    p = [run(data.assign(d=row[data["klaster"]]), y, kept, **where).p_value for row in arms]
    # All 24 draws are equally likely: a share a of them, at most, may have a p of a or less.
    shares = np.arange(1, 25) / 24
    rejected = (np.array(p)[:, None] <= shares + 1e-9).mean(axis=0)
    assert (rejected <= shares + 1e-9).all()
    assert len(set(np.round(p, 9))) == 24, "without ties each p occurs once"


def test_the_statistic_is_that_of_a_regression_per_draw(small):
    data, y, x = small
    where = {"cluster": "klaster", "strata": "strata"}
    assignment = read_assignment(data, "d", control=0, **where)
    arms, _ = possible_assignments(assignment, 100, np.random.default_rng(0))
    strata = pd.get_dummies(data["strata"]).to_numpy(dtype=float)
    effect = 0.7
    treated = data["d"].to_numpy(dtype=float)
    null = sm.OLS(y - effect * treated, np.column_stack([strata, x])).fit().resid
    sizes = np.bincount(assignment.unit).astype(float)
    rest = without_strata_and(x, np.column_stack([y, treated]), data["strata"].to_numpy())
    fast = statistic(
        *scores(arms, assignment.stratum, sizes, group_sums(rest, assignment.unit)), effect
    )
    for row, value in zip(arms, fast, strict=True):
        d = row[data["klaster"]].astype(float)
        free = sm.OLS(d, strata).fit().resid
        parts = pd.Series(free * null).groupby(data["klaster"]).sum()
        assert value == pytest.approx(parts.sum() / np.sqrt((parts**2).sum()), rel=1e-9)


def test_random_draws_agree_with_all_of_them():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"d": rng.permutation(np.repeat([0, 1], [10, 6]))})
    y = rng.normal(size=16) + 0.9 * data["d"].to_numpy()
    whole = run(data, y, draws=9_999)
    sampled = run(data, y, draws=4_000)
    assert whole.enumerated
    assert not sampled.enumerated
    # Monte Carlo error of p over 4,000 draws is at most 0.008; three of them.
    assert sampled.p_value == pytest.approx(whole.p_value, abs=0.024)
    assert sampled.p_floor == 1 / 4_001
    assert whole.p_floor == 1 / 8_008


@pytest.mark.parametrize("clusters", [False, True])
def test_the_interval_turns_where_the_test_does(clusters):
    rng = np.random.default_rng(6)
    unit = np.repeat(np.arange(12), 3)
    drawn = np.tile([1, 0], 6)
    data = pd.DataFrame({"d": drawn[unit], "klaster": unit, "strata": unit // 4})
    y = rng.normal(size=36) + rng.normal(size=12)[unit] + data["d"].to_numpy()
    where = {"strata": "strata", "cluster": "klaster" if clusters else None, "draws": 999}
    result = run(data, y, level=0.9, **where)
    for end, inward in ((result.conf_low, 1), (result.conf_high, -1)):
        # Ends are found to a millionth of the standard error, here about 0.5, on the outer side.
        for step, inside in ((1e-5 * inward, True), (0.0, False)):
            freed = y - (end + step) * data["d"].to_numpy()
            assert (run(data, freed, **where).p_value > 0.1 + 1e-9) is inside


def test_too_few_assignments_leave_the_interval_open():
    data = pd.DataFrame({"d": [0, 0, 0, 1, 1, 1]})
    result = run(data, np.arange(6.0))
    assert result.p_floor == 2 / 20
    assert (result.conf_low, result.conf_high) == (-np.inf, np.inf)


def test_size_with_unequal_clusters_in_strata():
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(20), rng.integers(1, 12, size=20))
    data = pd.DataFrame({"klaster": unit, "strata": unit // 10})
    rejected = []
    for _ in range(200):
        drawn = np.concatenate([rng.permutation(np.repeat([0, 1], [6, 4])) for _ in range(2)])
        y = rng.standard_t(3, size=20)[unit] + rng.normal(size=unit.size)
        rows = data.assign(d=drawn[unit])
        assignment = read_assignment(rows, "d", control=0, cluster="klaster", strata="strata")
        result = randomisation_test(
            assignment, y, np.empty((len(rows), 0)), draws=199, rng=rng, level=0.9
        )
        rejected.append(result.p_value <= 0.1)
    # Exactly 0.1 in expectation; three Monte Carlo standard errors of 0.0212.
    assert np.mean(rejected) == pytest.approx(0.1, abs=0.064)
