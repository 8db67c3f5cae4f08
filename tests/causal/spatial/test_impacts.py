"""Direct, indirect and total effects against dense matrices and a changed place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kajian.causal.spatial.error import spatial_error
from kajian.causal.spatial.impacts import impacts
from kajian.causal.spatial.lag import spatial_durbin, spatial_lag
from kajian.errors import MethodError


@pytest.fixture(scope="module")
def fits(nearest, simulate):
    table = simulate(nearest, np.random.default_rng(41), 0.5, theta=0.7)
    return [
        model("y ~ x + I(x ** 2)", table, nearest, unit="kode")
        for model in (spatial_lag, spatial_durbin, spatial_error)
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_effects_are_those_of_the_dense_matrix(nearest, fits, which):
    fit = fits[which]
    W = nearest.to_numpy() / nearest.to_numpy().sum(axis=1, keepdims=True)
    result = impacts(fit, draws=500, rng=np.random.default_rng(0))
    table = result.tidy().set_index(["term", "effect"])["estimate"]
    for j, term in enumerate(("x", "I(x ** 2)")):
        theta = fit.coefficients[3 + j] if fit.n_lagged else 0.0
        spread = fit.coefficients[1 + j] * np.eye(60) + theta * W
        S = np.linalg.solve(np.eye(60) - fit.spatial_parameter * W, spread)
        direct, total = np.trace(S) / 60, S.sum() / 60
        assert list(table[term]) == pytest.approx([direct, total - direct, total], abs=1e-10)


def test_intervals_and_p_values_come_from_the_same_draws(fits):
    result = impacts(fits[1], draws=4_000, rng=np.random.default_rng(1), level=0.9)
    table = result.tidy()
    assert len(result.draws) + result.n_discarded == 4_000
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["estimate"] < table["conf_high"]).all()
    away = (table["conf_low"] > 0) | (table["conf_high"] < 0)
    # One draw more is counted in p, so that it is never zero.
    np.testing.assert_array_equal(away, table["p_value"] <= 0.1 + 2 / 4_001)
    assert table["p_value"].min() >= result.p_floor == 2 / (1 + len(result.draws))
    assert "dibuang; selang 90%" in str(result)
    same = impacts(fits[1], draws=4_000, rng=np.random.default_rng(1), level=0.9)
    np.testing.assert_array_equal(result.draws, same.draws)


def test_simulated_spread_is_that_of_the_delta_method(fits):
    """Total of a lag model, beta / (1 - rho): first-order variance by hand."""
    fit = replace(fits[0], covariance=fits[0].covariance / 100)  # as if from 100 times the data
    result = impacts(fit, draws=4_000, rng=np.random.default_rng(2)).tidy()
    beta, rho = fit.coefficients[1], fit.spatial_parameter
    gradient = np.array([1 / (1 - rho), beta / (1 - rho) ** 2])
    variance = gradient @ fit.covariance[np.ix_([1, 3], [1, 3])] @ gradient
    # 4,000 draws know a standard deviation to 1.1%; three of these and a little curvature.
    assert result["std_error"].iloc[2] == pytest.approx(np.sqrt(variance), rel=0.04)


def test_error_models_have_direct_effects_only(fits):
    result = impacts(fits[2], draws=4_000, rng=np.random.default_rng(3)).tidy()
    own = fits[2].tidy().iloc[1:3].reset_index(drop=True)
    assert list(result["effect"]) == ["direct", "direct"]
    np.testing.assert_array_equal(result["estimate"], own["estimate"])
    np.testing.assert_allclose(result["std_error"], own["std_error"], rtol=0.04)


def test_bad_requests_are_refused(lattice, simulate, fits):
    rng = np.random.default_rng(4)
    empty = spatial_lag("y ~ 1", simulate(lattice, rng, 0.5), lattice, unit="kode")
    with pytest.raises(MethodError, match="dari 0 suku"):
        impacts(empty, rng=rng)
    with pytest.raises(MethodError, match="5 undian"):
        impacts(fits[0], draws=5, rng=rng)
    with pytest.raises(MethodError, match="taraf 95"):
        impacts(fits[0], level=95, rng=rng)
    vague = replace(fits[0], covariance=fits[0].covariance * 1e4)
    with pytest.raises(MethodError, match=r"undian rho jatuh di luar"):
        impacts(vague, rng=rng)
