"""Panels like a city's: 54 kelurahan, five years, three cohorts chosen by their level."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.decomposition import decompose
from kajian.evaluation.differences.staggered import att_gt
from kajian.evaluation.differences.twfe import twfe

DRAWS = 300
EFFECTS = np.array([1.0, 2.5, 4.0, 5.0])
SIMPLE = (3 * 1.0 + 3 * 2.5 + 2 * 4.0 + 5.0) / 9


@pytest.fixture(scope="module")
def draws(waves, names):
    """Estimates, errors and whether the interval covers, for each of many panels."""
    rng = np.random.default_rng(20)
    found = []
    for _ in range(DRAWS):
        effects = att_gt(waves(rng), **names, control="not_yet", base_period="universal")
        simple = aggregate(effects, "simple").tidy()
        dynamic = aggregate(effects, "dynamic").tidy().iloc[2:]
        rows = np.vstack([simple.iloc[:, 1:], dynamic.iloc[:, 1:]]).astype(float)
        truth = np.array([SIMPLE, *EFFECTS, EFFECTS.mean()])
        covers = (rows[:, 3] <= truth) & (truth <= rows[:, 4])
        found.append(np.column_stack([rows[:, 0] - truth, rows[:, 1], covers]))
    return np.array(found)


def test_estimates_are_unbiased(draws):
    error = draws[:, :, 0]
    # Four Monte Carlo standard errors, for six means.
    assert (np.abs(error.mean(axis=0)) < 4 * error.std(axis=0) / np.sqrt(DRAWS)).all()


def test_standard_errors_are_the_spread(draws):
    variance = (draws[:, :, 1] ** 2).mean(axis=0)
    # A variance of 300 draws has a relative Monte Carlo error of 0.08.
    np.testing.assert_allclose(variance, draws[:, :, 0].var(axis=0), rtol=0.3)


def test_intervals_cover(draws):
    # Nominal 0.95, three Monte Carlo standard errors of 0.013; large-sample errors cover 0.92 of
    # the longest exposure, which rests on one cohort.
    np.testing.assert_allclose(draws[:, :, 2].mean(axis=0), 0.95, atol=0.038)
    assert draws[:, :, 2].mean() == pytest.approx(0.95, abs=0.02)


def test_the_static_regression_is_biased_down_by_forbidden_comparisons(waves, names):
    rng = np.random.default_rng(21)
    results = [decompose(twfe(waves(rng), **names)) for _ in range(30)]
    estimates = np.array([result.estimate for result in results])
    assert estimates.mean() + 4 * estimates.std() / np.sqrt(30) < SIMPLE - 0.5
    forbidden = [result.kinds.loc["later_earlier", "estimate"] for result in results]
    assert np.mean(forbidden) < 0
    assert results[0].forbidden_weight == pytest.approx(0.172, abs=0.001)
