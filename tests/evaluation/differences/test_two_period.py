from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from kajian.errors import MethodError
from kajian.evaluation.differences.two_period import (
    difference_in_means,
    doubly_robust,
    outcome_regression,
)


def sample(rng, n=300):
    """Changes with effect 1 on the treated, who have larger x."""
    X = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    treated = (rng.random(n) < 1 / (1 + np.exp(-X @ [-0.5, 0.8, 0.0]))).astype(float)
    return X @ [0.0, 1.0, -1.0] + treated + rng.normal(size=n), treated, X


def weighted(change, treated, X):
    """The doubly robust estimate from statsmodels' logit and least squares."""
    fit = sm.OLS(change[treated == 0], X[treated == 0]).fit()
    residual = change - fit.predict(X)
    p = sm.Logit(treated, X).fit(disp=False).predict(X)
    odds = np.where(treated == 0, p / (1 - p), 0.0)
    return residual[treated == 1].mean() - odds @ residual / odds.sum()


def test_estimates_from_another_library():
    change, treated, X = sample(np.random.default_rng(1))
    assert doubly_robust(change, treated, X)[0] == pytest.approx(
        weighted(change, treated, X), rel=1e-8
    )
    fit = sm.OLS(change[treated == 0], X[treated == 0]).fit()
    expected = (change - fit.predict(X))[treated == 1].mean()
    assert outcome_regression(change, treated, X)[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("estimator", [outcome_regression, doubly_robust])
def test_influences_are_those_of_leaving_units_out(estimator):
    change, treated, X = sample(np.random.default_rng(2), n=400)
    estimate, influence = estimator(change, treated, X)
    keep = ~np.eye(400, dtype=bool)
    without = [estimator(change[k], treated[k], X[k])[0] for k in keep]
    # The jackknife's pseudo-influence differs by terms of order 1 / n.
    np.testing.assert_allclose(399 * (estimate - np.array(without)), influence, atol=0.25, rtol=0.1)
    assert influence.mean() == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("estimator", [outcome_regression, doubly_robust])
def test_an_intercept_alone_is_the_difference_in_means(estimator):
    change, treated, X = sample(np.random.default_rng(3))
    effect, influence = difference_in_means(change, treated)
    found = estimator(change, treated, X[:, :1])
    assert found[0] == pytest.approx(effect, rel=1e-10)
    np.testing.assert_allclose(found[1], influence, atol=1e-10)


def test_covariates_remove_their_bias_and_errors_are_right():
    rng = np.random.default_rng(4)
    found = []
    for _ in range(400):
        change, treated, X = sample(rng)
        effect, influence = doubly_robust(change, treated, X)
        found.append((effect, np.sqrt((influence**2).mean() / len(change))))
    effects, errors = np.array(found).T
    # Three Monte Carlo standard errors of a mean and of a standard deviation.
    assert effects.mean() == pytest.approx(1.0, abs=3 * effects.std() / 20)
    assert errors.mean() == pytest.approx(effects.std(), rel=0.11)
    change, treated, _ = sample(rng, n=5000)
    assert difference_in_means(change, treated)[0] > 1.5


def test_a_covariate_that_says_nothing_about_treatment():
    treated = np.tile([0.0, 1.0], 20)
    X = np.column_stack([np.ones(40), np.repeat(np.arange(20) - 9.5, 2)])
    change = np.random.default_rng(6).normal(size=40)
    # Newton starts at the maximum: all propensities are one half.
    effect = doubly_robust(change, treated, X)[0]
    assert effect == pytest.approx(difference_in_means(change, treated)[0], rel=1e-10)


def test_separation_and_collinearity_are_refused():
    rng = np.random.default_rng(5)
    change, treated, X = sample(rng, n=60)
    apart = np.column_stack([X[:, 0], treated + 0.1 * rng.random(60)])
    with pytest.raises(MethodError, match="mendekati 0 atau 1"):
        doubly_robust(change, treated, apart)
    nowhere = np.column_stack([X[:, 0], (treated == 0) & (rng.random(60) < 0.3)])
    with pytest.raises(MethodError, match="method='or'"):
        doubly_robust(change, treated, nowhere)
    assert np.isfinite(outcome_regression(change, treated, nowhere)[0])
    with pytest.raises(MethodError, match="tidak menentukan 4 koefisien"):
        outcome_regression(change, treated, np.column_stack([X, X[:, 1]]))
    few = np.append(np.flatnonzero(treated == 0)[:3], np.flatnonzero(treated))
    with pytest.raises(MethodError, match="3 unit pembanding tidak menentukan 3"):
        outcome_regression(change[few], treated[few], X[few])
