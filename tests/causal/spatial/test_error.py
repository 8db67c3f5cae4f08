"""Spatial error model: simulated truth, the least-squares limit and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.spatial.error import spatial_error
from kajian.errors import MethodError
from kajian.linear.regression import ols


def test_truth_is_recovered_and_covered(lattice, simulate):
    rng = np.random.default_rng(31)
    repetitions, found, covered = 100, [], []
    for _ in range(repetitions):
        table = simulate(lattice, rng, 0.5, errors_only=True)
        own = spatial_error("y ~ x", table, lattice, unit="kode").tidy().set_index("term")
        truth = pd.Series({"Intercept": 1.0, "x": 1.0, "lambda": 0.5})
        found.append(own["estimate"] - truth)
        covered.append((own["conf_low"] <= truth) & (truth <= own["conf_high"]))
    bias = np.mean(found, axis=0)
    error = np.std(found, axis=0) / np.sqrt(repetitions)
    # Maximum likelihood pulls lambda towards zero by a few hundredths at n = 100.
    assert (np.abs(bias) < 3 * error + [0, 0, 0.03]).all()
    # Three binomial standard errors below 95% in 100 repetitions.
    assert (np.mean(covered, axis=0) > 0.884).all()


def test_filtered_least_squares_gives_the_coefficients(nearest, simulate):
    table = simulate(nearest, np.random.default_rng(32), 0.5, errors_only=True)
    fit = spatial_error("y ~ x", table, nearest, unit="kode")
    W = nearest.to_numpy() / nearest.to_numpy().sum(axis=1, keepdims=True)
    B = np.eye(60) - fit.spatial_parameter * W
    filtered = pd.DataFrame(
        B @ np.column_stack([table["y"], np.ones(60), table["x"]]), columns=["y", "one", "x"]
    )
    gls = ols("y ~ 0 + one + x", filtered, vcov="iid")
    np.testing.assert_allclose(fit.coefficients, gls.coefficients, rtol=1e-9)
    np.testing.assert_allclose(fit.residuals, gls.residuals, atol=1e-9)
    np.testing.assert_allclose(fit.covariance[:2, :2], gls.covariance * 58 / 60, rtol=1e-9)
    assert "lambda" in str(fit)
    assert "bukan dampak" not in str(fit)


def test_bad_input_is_refused(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(33), 0.5, errors_only=True)
    with pytest.raises(MethodError, match="1 satuan tidak punya tetangga"):
        spatial_error("y ~ x", table.drop(index=[1, 10]), lattice, unit="kode")
    with pytest.raises(MethodError, match="tidak cukup untuk 4"):
        spatial_error("y ~ x", table.head(4), lattice, unit="kode")
    with pytest.raises(MethodError, match="Parameter spasial lambda terdorong ke ujung"):
        spatial_error("y ~ x", table, 0 * lattice + 1 - np.eye(100), unit="kode")
    with pytest.raises(MethodError, match="dengan sempurna"):
        spatial_error("y ~ x", table.assign(y=2 * table["x"]), lattice, unit="kode")
