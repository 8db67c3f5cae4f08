"""Conley covariance: its known special cases, a naive double sum, and distances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kajian.causal.inference.conley import conley, great_circle_km
from kajian.errors import MethodError
from kajian.linear.covariance import cluster_correction
from kajian.linear.regression import ols, panel_fe


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    """Twelve places about 30 km apart on Java; the table is not sorted by code."""
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"bujur": 110 + rng.uniform(0, 1, 12), "lintang": -7 - rng.uniform(0, 1, 12)},
        index=[f"33.{i:02d}" for i in rng.permutation(12)],
    )


@pytest.fixture(scope="module")
def panel(places) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        [(kode, tahun) for tahun in range(2014, 2020) for kode in places.index],
        columns=["kode", "tahun"],
    )
    table["x"] = rng.normal(size=72)
    table["y"] = table["x"] + rng.normal(size=72) * (1 + np.abs(table["x"]))
    return table.sample(frac=0.9, random_state=3)


@pytest.fixture(scope="module")
def fit(panel):
    return panel_fe("y ~ x", panel, entity="kode", time="tahun", vcov={"CRV1": "kode"})


# One small sandwich computed twice: only rounding may differ.
EXACT = {"rtol": 1e-9}


def test_no_neighbours_and_no_memory_is_white(panel, places):
    fit = ols("y ~ x", panel, vcov="HC1")
    result = conley(fit, places, unit="kode", time="tahun", cutoff_km=0.001, serial=False)
    hc0 = fit.covariance * (fit.n_obs - 2) / fit.n_obs
    np.testing.assert_allclose(result.covariance, hc0, **EXACT)


def test_no_neighbours_is_the_cluster_by_unit(fit, places):
    result = conley(fit, places, unit="kode", time="tahun", cutoff_km=0.001)
    factor = cluster_correction(fit.n_obs, fit.n_clusters, fit.n_parameters)
    np.testing.assert_allclose(result.covariance, fit.covariance / factor, **EXACT)
    assert result.df == 11
    np.testing.assert_array_equal(result.coefficients, fit.coefficients)


@pytest.mark.parametrize(("kernel", "serial"), [("bartlett", True), ("uniform", False)])
def test_equals_the_double_sum(panel, places, kernel, serial):
    fit = ols("y ~ x", panel, vcov="HC1")
    result = conley(
        fit, places, unit="kode", time="tahun", cutoff_km=60, kernel=kernel, serial=serial
    )
    rows = fit.sample.reset_index(drop=True)
    meat = np.zeros((2, 2))
    for i, a in rows.iterrows():
        for j, b in rows.iterrows():
            km = great_circle_km(places.loc[[a["kode"], b["kode"]]].to_numpy())[0, 1]
            near = max(1 - km / 60, 0) if kernel == "bartlett" else float(km <= 60)
            weight = near if a["tahun"] == b["tahun"] else float(a["kode"] == b["kode"]) * serial
            meat += weight * fit.residuals[i] * fit.residuals[j] * np.outer(fit.X[i], fit.X[j])
    inverse = np.linalg.inv(fit.X.T @ fit.X)
    np.testing.assert_allclose(result.covariance, inverse @ meat @ inverse, **EXACT)
    np.testing.assert_array_equal(result.covariance, result.covariance.T)


def test_coordinates_per_row_are_the_same(fit, places):
    per_row = places.loc[fit.sample["kode"]].to_numpy()
    a = conley(fit, places, unit="kode", time="tahun", cutoff_km=50)
    b = conley(fit, per_row, unit="kode", time="tahun", cutoff_km=50)
    np.testing.assert_array_equal(a.covariance, b.covariance)


def test_shared_shocks_widen_the_error(places):
    """Regressor and error shared by close places: White is far too small, Conley is not fooled."""
    rng = np.random.default_rng(4)
    nearness = np.exp(-great_circle_km(places.to_numpy()) / 50)
    root = np.linalg.cholesky(nearness)
    x, e = (root @ rng.normal(size=(12, 200)) for _ in range(2))
    table = pd.DataFrame(
        {
            "kode": np.repeat(places.index.to_numpy(), 200),
            "tahun": np.tile(np.arange(200), 12),
            "x": x.ravel(),
            "y": e.ravel(),
        }
    )
    fit = ols("y ~ x", table, vcov="HC1")
    spatial = conley(fit, places, unit="kode", time="tahun", cutoff_km=90, serial=False)
    # Var of the score sum, relative to independence: sum of squared correlations over 12.
    true_ratio = np.sqrt((nearness**2).sum() / 12)
    ratio = spatial.std_errors[1] / fit.std_errors[1]
    assert true_ratio > 1.4
    # The kernel thins distant pairs, so part of the inflation is missed, never more than half.
    assert 1 + (true_ratio - 1) / 2 < ratio < 1.1 * true_ratio


def test_coverage_with_spatially_correlated_errors():
    """150 places of one year; regressor and error both fade with distance (scale 30 km)."""
    rng = np.random.default_rng(6)
    repetitions, n = 200, 150
    places = np.column_stack([110 + rng.uniform(0, 3, n), -7 - rng.uniform(0, 3, n)])
    root = np.linalg.cholesky(np.exp(-great_circle_km(places) / 30))
    table = pd.DataFrame({"kode": range(n), "tahun": 2024, "x": 0.0, "y": 0.0})
    table[["x", "y"]] = rng.normal(size=(n, 2))
    fit = ols("y ~ x", table, vcov="HC1")
    covered = {"conley": 0, "white": 0}
    for _ in range(repetitions):
        X = np.column_stack([np.ones(n), root @ rng.normal(size=n)])
        y = root @ rng.normal(size=n)
        coefficients = np.linalg.lstsq(X, y)[0]
        again = replace(fit, X=X, coefficients=coefficients, residuals=y - X @ coefficients)
        for name, cutoff_km in (("conley", 60), ("white", 0.001)):
            result = conley(
                again, places, unit="kode", time="tahun", cutoff_km=cutoff_km, serial=False
            )
            low, high = result.tidy()[["conf_low", "conf_high"]].iloc[1]
            covered[name] += low <= 0 <= high
    # Nominal is 95%. The kernel thins distant pairs and 150 places are few, so Conley's intervals
    # are somewhat short: 87% and White's 75% in 300 other samples; three binomial standard errors.
    assert 0.80 < covered["conley"] / repetitions < 0.97
    assert covered["conley"] > covered["white"] + 0.05 * repetitions


def test_known_distance():
    """Surakarta to Semarang, about 78 km by great circle; a degree at the equator is 111.195 km."""
    km = great_circle_km(np.array([[110.8284, -7.5692], [110.4203, -6.9932], [110.8284, -7.5692]]))
    assert km[0, 1] == pytest.approx(78, abs=1)
    assert km[0, 2] == 0
    assert great_circle_km(np.array([[0, 0], [1.0, 0]]))[0, 1] == pytest.approx(111.195, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "cutoff_km", "message"),
    [
        (lambda p: p * 100_000, 50, "dalam derajat"),
        (lambda p: p[["lintang", "bujur"]], 50, "dalam derajat"),
        (lambda p: p.iloc[1:], 50, "Koordinat tidak ada untuk 33"),
        (lambda p: p.replace(p.iloc[0, 0], np.nan), 50, "dalam derajat"),
        (lambda p: pd.concat([p, p.head(1)]), 50, "mengulang kode"),
        (lambda p: p.to_numpy(), 50, r"Koordinat berbentuk \(12, 2\)"),
        (lambda p: p, 50_000, "Batas jarak 50000 km tidak masuk akal"),
        (lambda p: p, 0, "tidak masuk akal"),
    ],
)
def test_bad_geography_is_refused(fit, places, change, cutoff_km, message):
    with pytest.raises(MethodError, match=message):
        conley(fit, change(places), unit="kode", time="tahun", cutoff_km=cutoff_km)


def test_repeated_rows_and_kernels_are_refused(panel, places):
    doubled = ols("y ~ x", pd.concat([panel, panel.head(1)]))
    with pytest.raises(MethodError, match="mengulang pasangan kode dan tahun"):
        conley(doubled, places, unit="kode", time="tahun", cutoff_km=50)
    with pytest.raises(MethodError, match="Kernel 'gauss'"):
        conley(ols("y ~ x", panel), places, unit="kode", time="tahun", cutoff_km=9, kernel="gauss")


def test_indefinite_covariance_is_refused():
    """Three places in a row, neighbours only of the middle, with a score of alternating sign."""
    places = np.tile([[110.0, -7.0], [110.1, -7.0], [110.2, -7.0]], (4, 1))
    table = pd.DataFrame(
        {"kode": list("abc") * 4, "tahun": np.repeat(range(4), 3), "x": 1.0 + np.arange(12) % 2}
    )
    table["y"] = np.tile([1.0, -1.4, 1.0], 4)
    fit = ols("y ~ 0 + I(x ** 0)", table)
    with pytest.raises(MethodError, match="tidak semidefinit positif"):
        conley(fit, places, unit="kode", time="tahun", cutoff_km=15, kernel="uniform", serial=False)
