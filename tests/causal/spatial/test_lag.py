"""Spatial lag and Durbin models: Columbus, simulated truth, invariances and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.spatial.impacts import impacts
from kajian.causal.spatial.lag import spatial_durbin, spatial_lag
from kajian.errors import MethodError


def test_columbus(published):
    (table, links), figures, tol = published("columbus_sar_ml")
    W = pd.crosstab(links["focal"], links["neighbor"]).astype(float)
    fit = spatial_lag("CRIME ~ INC + HOVAL", table, W, unit="id")
    found = dict(zip(("const", "INC", "HOVAL"), fit.coefficients, strict=True))
    found |= {"rho": fit.spatial_parameter, "LL": fit.log_likelihood}
    effects = impacts(fit, rng=np.random.default_rng(0)).tidy().set_index(["term", "effect"])
    for short, effect in {"dir": "direct", "ind": "indirect", "tot": "total"}.items():
        found[f"{short}_INC"] = effects.loc[("INC", effect), "estimate"]
    assert found == pytest.approx(figures, abs=tol)


@pytest.mark.parametrize(
    ("model", "rho", "theta"), [(spatial_lag, 0.5, 0.0), (spatial_durbin, -0.4, 0.8)]
)
def test_truth_is_recovered_and_covered(lattice, simulate, model, rho, theta):
    rng = np.random.default_rng(21)
    repetitions, found, covered = 100, [], []
    total = (1 + theta) / (1 - rho)
    for _ in range(repetitions):
        fit = model("y ~ x", simulate(lattice, rng, rho, theta), lattice, unit="kode")
        effect = impacts(fit, draws=200, rng=rng).tidy().iloc[-1]
        own = fit.tidy().set_index("term")
        found.append((fit.spatial_parameter, effect["estimate"]))
        covered.append(
            [
                own.loc["rho", "conf_low"] <= rho <= own.loc["rho", "conf_high"],
                own.loc["x", "conf_low"] <= 1 <= own.loc["x", "conf_high"],
                effect["conf_low"] <= total <= effect["conf_high"],
            ]
        )
    bias = np.mean(found, axis=0) - [rho, total]
    error = np.std(found, axis=0) / np.sqrt(repetitions)
    # Maximum likelihood pulls rho towards zero by a few hundredths at n = 100.
    assert (np.abs(bias) < 3 * error + [0.03, 0.05]).all()
    # Three binomial standard errors below 95% in 100 repetitions.
    assert (np.mean(covered, axis=0) > 0.884).all()


def test_durbin_is_a_lag_model_with_neighbours_means(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(2), 0.3, theta=0.5)
    W = lattice.to_numpy() / lattice.to_numpy().sum(axis=1, keepdims=True)
    durbin = spatial_durbin("y ~ x", table, lattice, unit="kode")
    lag = spatial_lag("y ~ x + m", table.assign(m=W @ table["x"]), lattice, unit="kode")
    assert durbin.terms == ("Intercept", "x", "W_x")
    assert durbin.n_lagged == 1
    # Brent's method finds rho to about 1e-8.
    np.testing.assert_allclose(durbin.covariance, lag.covariance, rtol=1e-6)
    np.testing.assert_allclose(durbin.coefficients, lag.coefficients, rtol=1e-6)
    assert durbin.log_likelihood > spatial_lag("y ~ x", table, lattice, unit="kode").log_likelihood


def test_order_of_rows_and_units_of_measurement(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(4), 0.4)
    a = spatial_lag("y ~ x", table, lattice, unit="kode")
    mixed = lattice.sample(frac=1, random_state=1).sample(frac=1, axis=1, random_state=2)
    scaled = table.assign(y=1e6 * table["y"], x=table["x"] / 1e3).sample(frac=1, random_state=3)
    before = scaled.copy()
    b = spatial_lag("y ~ x", scaled, 5 * mixed, unit="kode")
    pd.testing.assert_frame_equal(scaled, before)
    # Brent's method finds rho to about 1e-8.
    assert b.spatial_parameter == pytest.approx(a.spatial_parameter, abs=1e-6)
    np.testing.assert_allclose(b.coefficients / [1e6, 1e9], a.coefficients, rtol=1e-6)
    units = np.array([1e6, 1e9, 1, 1e12])
    np.testing.assert_allclose(
        b.covariance / np.outer(units, units), a.covariance, rtol=1e-5, atol=1e-12
    )
    assert b.log_likelihood == pytest.approx(a.log_likelihood - 100 * np.log(1e6), abs=1e-6)


def test_missing_values_are_counted_and_nobodys_neighbour(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(5), 0.4)
    table.loc[[11, 47], "x"] = np.nan
    fit = spatial_lag("y ~ x", table, lattice, unit="kode")
    kept = table.dropna()
    alone = spatial_lag("y ~ x", kept, lattice.loc[kept["kode"], kept["kode"]], unit="kode")
    assert (fit.n_obs, fit.n_dropped, fit.n_links) == (98, 2, 360 - 16)
    np.testing.assert_array_equal(fit.coefficients, alone.coefficients)
    assert "2 baris tak lengkap dilewati" in str(fit)
    assert "Koefisien bukan dampak" in str(fit)


@pytest.mark.parametrize(
    ("formula", "change", "weights", "message"),
    [
        ("y ~ x + I(2 * x)", lambda d: d, lambda W: W, "kombinasi linear dari x"),
        ("y ~ x", lambda d: d.assign(y=1.0), lambda W: W, "Hasil y tidak berubah"),
        ("y ~ x", lambda d: d.assign(y=3 + d["x"]), lambda W: W, "dengan sempurna"),
        ("y ~ x", lambda d: d.head(4), lambda W: W, "4 baris lengkap tidak cukup untuk 4"),
        ("y ~ x", lambda d: pd.concat([d, d.head(1)]), lambda W: W, "Satuan 33.000 berulang"),
        ("y ~ x", lambda d: d, lambda W: W.iloc[1:, 1:], "Satuan 33.000 tidak ada"),
        ("y ~ x", lambda d: d, lambda W: 0 * W, "Tidak ada pasangan bertetangga"),
        ("y ~ x", lambda d: d.drop(index=[1, 10]), lambda W: W, "1 satuan tidak punya .* 33.000"),
        ("y ~ x", lambda d: d, lambda W: 0 * W + 1 - np.eye(100), "ujung selangnya"),
        ("y ~ x", lambda d: d.drop(columns="kode"), lambda W: W, "Kolom kode tidak ada"),
    ],
)
def test_bad_input_is_refused(lattice, simulate, formula, change, weights, message):
    table = simulate(lattice, np.random.default_rng(6), 0.4)
    with pytest.raises(MethodError, match=message):
        spatial_lag(formula, change(table), weights(lattice), unit="kode")


def test_an_outcome_made_from_neighbours_is_refused(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(7), 0.4)
    W = lattice.to_numpy() / lattice.to_numpy().sum(axis=1, keepdims=True)
    table["y"] = np.linalg.solve(np.eye(100) - 0.3 * W, 1 + table["x"])
    with pytest.raises(MethodError, match="dengan sempurna"):
        spatial_lag("y ~ x", table, lattice, unit="kode")


def test_lags_that_cannot_be_told_apart_are_refused(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(8), 0.4)
    W = lattice.to_numpy() / lattice.to_numpy().sum(axis=1, keepdims=True)
    with pytest.raises(MethodError, match="W_x adalah kombinasi linear"):
        spatial_durbin("y ~ x + m", table.assign(m=W @ table["x"]), lattice, unit="kode")
    with pytest.raises(MethodError, match="tidak memuat suku untuk dirata-ratakan"):
        spatial_durbin("y ~ 1", table, lattice, unit="kode")
    with pytest.raises(MethodError, match="5 baris lengkap tidak cukup untuk 5"):
        spatial_durbin("y ~ x", table.head(5), lattice, unit="kode")
