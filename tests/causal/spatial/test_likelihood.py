"""All three models and the tests against spreg, on Columbus and on simulated places."""

from __future__ import annotations

import libpysal
import numpy as np
import pandas as pd
import pytest

from kajian.causal.spatial.error import spatial_error
from kajian.causal.spatial.lag import spatial_durbin, spatial_lag
from kajian.causal.spatial.lm_tests import lm_tests
from kajian.linear.regression import ols

spreg = pytest.importorskip("spreg")

THEIRS = {
    spatial_lag: (spreg.ML_Lag, {}),
    spatial_durbin: (spreg.ML_Lag, {"slx_lags": 1}),
    spatial_error: (spreg.ML_Error, {}),
}


@pytest.fixture(scope="module")
def columbus():
    """Crime in 49 neighbourhoods, as shipped with libpysal."""
    path = libpysal.examples.get_path("columbus.gal")
    w = libpysal.io.open(path).read()
    data = libpysal.io.open(libpysal.examples.get_path("columbus.dbf"))
    table = pd.DataFrame({name: data.by_col(name) for name in ("CRIME", "INC", "HOVAL")})
    table["kode"] = w.id_order
    linked = pd.DataFrame(w.full()[0], index=w.id_order, columns=w.id_order)
    return table, "CRIME ~ INC + HOVAL", linked, w


@pytest.fixture(scope="module")
def scattered(nearest, simulate):
    """Simulated outcomes on weights that are not symmetric."""
    table = simulate(nearest, np.random.default_rng(5), 0.4, theta=-0.5)
    table["z"] = np.random.default_rng(6).normal(size=60)
    w = libpysal.weights.util.full2W(nearest.to_numpy(), ids=list(nearest.index))
    return table, "y ~ x + z", nearest, w


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", ["columbus", "scattered"])
@pytest.mark.parametrize("model", THEIRS, ids=lambda model: model.__name__)
def test_models_equal_spreg(request, case, model):
    table, formula, linked, w = request.getfixturevalue(case)
    ours = model(formula, table, linked, unit="kode")
    w.transform = "r"
    outcome, terms = formula.split(" ~ ")[0], formula.split(" ~ ")[1].split(" + ")
    estimator, options = THEIRS[model]
    theirs = estimator(
        table[[outcome]].to_numpy(), table[terms].to_numpy(), w, epsilon=1e-12, **options
    )
    # Both stop Brent's method where the likelihood is flat to rounding: rho is known to about
    # 1e-8 times its scale, and sigma2 and the coefficients follow it.
    estimates = np.append(ours.coefficients, ours.spatial_parameter)
    np.testing.assert_allclose(estimates, theirs.betas.ravel(), rtol=1e-6)
    assert ours.sigma2 == pytest.approx(float(np.squeeze(theirs.sig2)), rel=1e-6)
    assert ours.log_likelihood == pytest.approx(float(np.squeeze(theirs.logll)), abs=1e-9)
    # spreg counts the coefficients and rho, but neither lambda nor sigma2.
    assert ours.aic == pytest.approx(theirs.aic + (4 if ours.model == "error" else 2))
    np.testing.assert_allclose(ours.covariance[:-1, :-1], theirs.vm, rtol=2e-6, atol=1e-9)
    np.testing.assert_allclose(ours.covariance[-2:, -2:], theirs.vm1[-2:, -2:], rtol=2e-6)
    if ours.model == "error":
        assert ours.pseudo_r2 == pytest.approx(theirs.pr2, rel=1e-6)
        np.testing.assert_allclose(ours.residuals, theirs.e_filtered.ravel(), atol=1e-5)
    else:
        assert ours.pseudo_r2 == pytest.approx(theirs.pr2_e, rel=1e-6)
        np.testing.assert_allclose(ours.residuals, theirs.u.ravel(), atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", ["columbus", "scattered"])
def test_lm_tests_equal_spreg(request, case):
    table, formula, linked, w = request.getfixturevalue(case)
    ours = lm_tests(ols(formula, table), linked, "kode")
    w.transform = "r"
    outcome, terms = formula.split(" ~ ")[0], formula.split(" ~ ")[1].split(" + ")
    theirs = spreg.OLS(
        table[[outcome]].to_numpy(), table[terms].to_numpy(), w, spat_diag=True, slx_lags=0
    )
    pairs = [getattr(theirs, name) for name in ("lm_error", "lm_lag", "rlm_error", "rlm_lag")]
    statistics, p_values = np.array([*pairs, theirs.lm_sarma]).T
    np.testing.assert_allclose(ours.statistics, statistics, rtol=1e-9)
    np.testing.assert_allclose(ours.p_values, p_values, rtol=1e-9)
