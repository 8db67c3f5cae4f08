"""Moran's I of residuals: the Columbus case, exact moments by simulation, size and power."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.inference.residuals import residual_moran
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe


@pytest.fixture(scope="module")
def ring() -> pd.DataFrame:
    """Fifteen places in a ring; the first has a third neighbour, so W is not symmetric."""
    W = np.roll(np.eye(15), 1, axis=1)
    W = W + W.T
    W[0, 7] = W[7, 0] = 1
    names = [f"33.{i:02d}" for i in range(15)]
    return pd.DataFrame(W, index=names, columns=names)


def panel(rng, ring, drop=0):
    table = pd.DataFrame(
        [(kode, tahun) for kode in ring.index for tahun in range(5)], columns=["kode", "tahun"]
    )
    table["x"], table["y"] = rng.normal(size=(2, 75))
    return table.drop(index=rng.choice(75, drop, replace=False))


def fitted(table):
    return panel_fe("y ~ x", table, entity="kode", time="tahun", vcov="iid")


def test_columbus_residuals(published):
    (table, links), figures, _ = published("columbus_lm")
    W = pd.crosstab(links["focal"], links["neighbor"]).astype(float)
    result = residual_moran(ols("CRIME ~ INC + HOVAL", table), W, unit="id")
    assert result.statistic == pytest.approx(figures["moran"], abs=1e-8)
    # Moments as printed in the example of spdep's lm.morantest, to the digits shown.
    assert result.expected == pytest.approx(-0.033302866, abs=1e-9)
    assert result.std_error**2 == pytest.approx(0.008289408, abs=1e-9)
    assert result.z == pytest.approx(2.9539, abs=5e-5)
    assert result.p_value == pytest.approx(2 * 0.001569, abs=1e-6)


def test_moments_are_those_of_simulated_residuals(ring):
    """Fixed effects push I below zero; mean and spread must follow, also with gaps."""
    rng = np.random.default_rng(11)
    fit = fitted(panel(rng, ring, drop=9))
    stated = residual_moran(fit, ring, unit="kode", time="tahun")
    place = ring.index.get_indexer(fit.sample["kode"])
    same_year = fit.sample["tahun"].to_numpy()[:, None] == fit.sample["tahun"].to_numpy()
    W = ring.to_numpy()[np.ix_(place, place)] * same_year
    W = W / np.maximum(W.sum(axis=1, keepdims=True), 1)
    draws = fit.residualise(rng.normal(size=(fit.n_obs, 20_000)))
    simulated = fit.n_obs / W.sum() * (draws * (W @ draws)).sum(axis=0) / (draws**2).sum(axis=0)
    # The moments are exact for normal errors: 20,000 draws leave 0.7% of a standard deviation in
    # the mean and 0.5% in the standard deviation; four of these are allowed.
    assert stated.expected == pytest.approx(simulated.mean(), abs=0.028 * stated.std_error)
    assert stated.std_error == pytest.approx(simulated.std(), rel=0.02)
    assert stated.expected < -0.02


def test_size_is_nominal_for_independent_errors(ring):
    rng = np.random.default_rng(12)
    rejected = [
        residual_moran(fitted(panel(rng, ring)), ring, unit="kode", time="tahun").p_value < 0.05
        for _ in range(300)
    ]
    # Three binomial standard errors around 5% in 300 repetitions.
    assert 0.012 < np.mean(rejected) < 0.088


def test_spatial_errors_are_found(ring):
    rng = np.random.default_rng(13)
    table = panel(rng, ring)
    standardised = ring.to_numpy() / ring.to_numpy().sum(axis=1, keepdims=True)
    filtered = np.linalg.inv(np.eye(15) - 0.7 * standardised)
    table["y"] = (filtered @ rng.normal(size=(15, 5))).ravel()
    result = residual_moran(fitted(table), ring, unit="kode", time="tahun")
    assert result.statistic > 0.2
    assert result.p_value < 0.001
    assert (result.n_obs, result.n_periods) == (75, 5)
    assert result.tidy()["estimate"].item() == result.statistic
    assert "75 residual dalam 5 periode" in str(result)


def test_order_of_rows_and_weights_is_irrelevant(ring):
    table = panel(np.random.default_rng(14), ring)
    a = residual_moran(fitted(table), ring, unit="kode", time="tahun")
    mixed = ring.sample(frac=1, random_state=1).sample(frac=1, axis=1, random_state=2)
    b = residual_moran(
        fitted(table.sample(frac=1, random_state=3)), 7 * mixed, unit="kode", time="tahun"
    )
    assert (a.statistic, a.z) == pytest.approx((b.statistic, b.z), abs=1e-10)


@pytest.mark.parametrize(
    ("change", "time", "message"),
    [
        (lambda W: W.iloc[1:, 1:], "tahun", "Satuan 33.00 tidak ada"),
        (lambda W: W.iloc[1:], "tahun", "persegi"),
        (lambda W: W + np.eye(15), "tahun", "diagonal nol"),
        (lambda W: -W, "tahun", "tak negatif"),
        (lambda W: 0 * W, "tahun", "Tidak ada pasangan bertetangga"),
        (lambda W: W, None, "mengulang pasangan"),
    ],
)
def test_bad_weights_are_refused(ring, change, time, message):
    fit = fitted(panel(np.random.default_rng(15), ring))
    with pytest.raises(MethodError, match=message):
        residual_moran(fit, change(ring), unit="kode", time=time)
