"""Driscoll-Kraay covariance: linearmodels, clusters by time, gaps, coverage and bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linearmodels.panel import PanelOLS, PooledOLS

from kajian.causal.inference.driscoll_kraay import driscoll_kraay
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe

# The same small sandwich computed twice: only rounding may differ.
EXACT = {"rtol": 1e-9}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Twelve districts in 24 years with shocks shared by all; a tenth of the rows missing."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        [(f"33.{i:02d}", year) for year in range(2001, 2025) for i in range(12)],
        columns=["kode", "tahun"],
    )
    shocks = rng.normal(size=(2, 24))[:, table["tahun"] - 2001]
    table["x"], table["y"] = shocks + rng.normal(size=(2, len(table)))
    return table.sample(frac=0.9, random_state=2)


@pytest.mark.parametrize("lags", [0, 1, 4])
def test_least_squares_equals_linearmodels(panel, lags):
    ours = driscoll_kraay(ols("y ~ x", panel), time="tahun", lags=lags)
    indexed = panel.set_index(["kode", "tahun"]).assign(tetap=1.0)
    theirs = PooledOLS(indexed["y"], indexed[["tetap", "x"]]).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    n, T = ours.n_obs, 24
    np.testing.assert_allclose(
        ours.covariance, theirs.cov * T / (T - 1) * (n - 1) / (n - 2), **EXACT
    )
    assert (ours.df, ours.n_clusters) == (T - 1, None)
    assert f"Driscoll-Kraay ({lags} lag, 24 periode)" in str(ours)


def test_fixed_effects_equal_linearmodels(panel):
    fit = panel_fe("y ~ x", panel, entity="kode", time="tahun", vcov={"CRV1": "kode"})
    ours = driscoll_kraay(fit, time="tahun")
    indexed = panel.set_index(["kode", "tahun"])
    theirs = PanelOLS(indexed["y"], indexed[["x"]], entity_effects=True, time_effects=True).fit(
        cov_type="kernel", debiased=False, count_effects=False, auto_df=False
    )
    # 12 districts and a term count; the years are nested in themselves. Both take 2 lags at T = 24.
    n, T, K = ours.n_obs, 24, 13
    np.testing.assert_allclose(
        ours.covariance, theirs.cov * T / (T - 1) * (n - 1) / (n - K), **EXACT
    )
    assert "2 lag" in ours.vcov


def test_without_lags_it_is_the_cluster_by_time(panel):
    for fit, by_time in (
        (ols("y ~ x", panel), ols("y ~ x", panel, vcov={"CRV1": "tahun"})),
        [
            panel_fe("y ~ x", panel, entity="kode", time="tahun", vcov={"CRV1": each})
            for each in ("kode", "tahun")
        ],
    ):
        ours = driscoll_kraay(fit, time="tahun", lags=0)
        np.testing.assert_allclose(ours.covariance, by_time.covariance, **EXACT)
        assert ours.df == by_time.df


def test_a_gap_counts_as_time(panel):
    """Without 2019 the neighbours of the gap are two lags apart, as in a double sum over years."""
    gappy = panel[panel["tahun"] != 2019]
    fit = ols("y ~ x", gappy)
    ours = driscoll_kraay(fit, time="tahun", lags=2)
    sums = (
        pd.DataFrame(fit.X * fit.residuals[:, None]).groupby(fit.sample["tahun"].to_numpy()).sum()
    )
    meat = sum(
        max(0, 1 - abs(s - t) / 3) * np.outer(sums.loc[s], sums.loc[t])
        for s in sums.index
        for t in sums.index
    )
    inverse = np.linalg.inv(fit.X.T @ fit.X)
    n = fit.n_obs
    np.testing.assert_allclose(
        ours.covariance, inverse @ meat @ inverse * 23 / 22 * (n - 1) / (n - 2), **EXACT
    )
    assert "23 periode, 1 periode kosong" in ours.vcov
    closed = gappy.assign(tahun=gappy["tahun"] - (gappy["tahun"] > 2019))
    other = driscoll_kraay(ols("y ~ x", closed), time="tahun", lags=2)
    assert other.std_errors[1] != pytest.approx(ours.std_errors[1], rel=1e-3)


def test_a_survey_every_second_year_has_lags_of_two_years(panel):
    every_second = panel.assign(tahun=2 * panel["tahun"])
    a, b = (driscoll_kraay(ols("y ~ x", each), time="tahun") for each in (panel, every_second))
    np.testing.assert_array_equal(a.covariance, b.covariance)
    assert "kosong" not in b.vcov


def test_order_of_rows_is_irrelevant(panel):
    a, b = (
        driscoll_kraay(ols("y ~ x", each), time="tahun", lags=3)
        for each in (panel, panel.sort_values(["kode", "tahun"]))
    )
    np.testing.assert_allclose(a.covariance, b.covariance, **EXACT)


def test_coverage_under_common_shocks():
    """Shocks of 60 periods that all 20 units share, with memory: clusters by unit fail."""
    rng = np.random.default_rng(3)
    repetitions, T, N = 200, 60, 20
    table = pd.DataFrame(
        {"kode": np.tile(np.arange(N), T), "tahun": np.repeat(np.arange(T), N), "x": 0.0}
    )
    table["x"], table["y"] = rng.normal(size=(2, N * T))
    fit = ols("y ~ x", table, vcov={"CRV1": "kode"})
    covered = 0
    missed_by_unit = 0
    for _ in range(repetitions):
        shocks = rng.normal(size=(2, T + 1))
        shocks = np.repeat(shocks[:, 1:] + 0.5 * shocks[:, :-1], N, axis=1)
        x, y = shocks + rng.normal(size=(2, N * T))
        X = np.column_stack([np.ones_like(x), x])
        coefficients = np.linalg.lstsq(X, y)[0]
        residuals = y - X @ coefficients
        again = replace(fit, X=X, y=y, coefficients=coefficients, residuals=residuals)
        low, high = driscoll_kraay(again, time="tahun").tidy()[["conf_low", "conf_high"]].iloc[1]
        covered += low <= 0 <= high
        scores = (X * residuals[:, None]).reshape(T, N, 2).sum(axis=0)
        inverse = np.linalg.inv(X.T @ X)
        by_unit = np.sqrt((inverse @ scores.T @ scores @ inverse)[1, 1])
        missed_by_unit += abs(coefficients[1]) > 2 * by_unit
    # Nominal is 95%; with 60 periods the kernel leaves about 91%. Three binomial standard errors.
    assert 0.85 < covered / repetitions < 0.97
    assert missed_by_unit / repetitions > 0.3


def test_few_periods_are_told_or_refused(panel):
    eight = panel[panel["tahun"] > 2016]
    result = driscoll_kraay(ols("y ~ x", eight), time="tahun")
    assert "selang cenderung terlalu pendek" in result.vcov
    assert result.df == 7
    with pytest.raises(MethodError, match="4 periode terlalu sedikit untuk 2 suku dan 1 lag"):
        driscoll_kraay(ols("y ~ x", panel[panel["tahun"] > 2020]), time="tahun")
    with pytest.raises(MethodError, match="8 periode terlalu sedikit untuk 2 suku dan 7 lag"):
        driscoll_kraay(ols("y ~ x", eight), time="tahun", lags=7)
    with pytest.raises(MethodError, match="-1 lag"):
        driscoll_kraay(ols("y ~ x", eight), time="tahun", lags=-1)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t["tahun"] + 0.5,
        lambda t: t["tahun"].astype(str) + "-S1",
        lambda t: pd.to_datetime(t["tahun"].astype(str)),
        lambda t: t["tahun"].where(t["tahun"] < 2024, np.inf),
    ],
)
def test_time_that_is_no_number_of_periods_is_refused(panel, change):
    with pytest.raises(MethodError, match="Kolom waktu bukan bilangan bulat"):
        driscoll_kraay(ols("y ~ x", panel.assign(waktu=change(panel))), time="waktu")
