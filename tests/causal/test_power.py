"""Minimum detectable effects against textbook multipliers and an exact power function."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from kajian.causal.power import cluster_shares, identifying_variation, mde
from kajian.causal.regression import ols, panel_fe
from kajian.errors import MethodError


def test_multiplier_of_bloom():
    """Two-sided 5% at 80% power: 2.80 standard errors with many degrees of freedom."""
    assert mde(1.0, df=1e6) == pytest.approx(2.80, abs=0.005)
    assert mde(0.5, df=1e6, level=0.1) == pytest.approx(0.5 * 2.49, abs=0.005)


@pytest.mark.parametrize(("df", "power"), [(34, 0.8), (34, 0.9), (10, 0.8)])
def test_a_true_effect_of_that_size_is_found_that_often(df, power):
    effect = mde(1.0, df=df, power=power)
    critical = stats.t.ppf(0.975, df)
    reached = stats.nct.sf(critical, df, effect) + stats.nct.cdf(-critical, df, effect)
    # Bloom's sum of quantiles approximates the noncentral t: within 1.5 points down to 10 df.
    assert reached == pytest.approx(power, abs=0.015)


@pytest.mark.parametrize(
    "wrong", [{"std_error": 0.0}, {"df": 0}, {"level": 1.2}, {"power": 1.0}, {"power": 0.01}]
)
def test_impossible_requests_are_refused(wrong):
    with pytest.raises(MethodError, match="Perbaikan"):
        mde(**{"std_error": 1.0, "df": 34, **wrong})


def test_identifying_variation_is_what_dummies_leave():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        [(i, t) for i in range(8) for t in range(6)], columns=["kode", "tahun"]
    ).sample(frac=0.85, random_state=1)
    table["umk_rp"] = np.exp(rng.normal(size=len(table)) + table["kode"] + table["tahun"])
    residuals = smf.ols("np.log(umk_rp) ~ C(kode) + C(tahun)", table).fit().resid
    expected = np.sqrt((residuals**2).mean())
    assert identifying_variation(table, "np.log(umk_rp)", "kode", "tahun") == pytest.approx(
        expected, rel=1e-9
    )


def test_identifying_variation_of_a_common_path_is_zero():
    table = pd.DataFrame([(i, t) for i in "abc" for t in range(4)], columns=["kode", "tahun"])
    table["umk_rp"] = 1e6 * 1.05 ** table["tahun"] * table["kode"].map({"a": 1, "b": 2, "c": 3})
    assert identifying_variation(table, "np.log(umk_rp)", "kode", "tahun") < 1e-12


def test_shares_of_one_regressor_are_its_squared_deviations():
    table = pd.DataFrame({"kode": list("aabb"), "x": [-1.0, 1.0, -3.0, 3.0], "y": [0.0, 1, 2, 5]})
    shares = cluster_shares(ols("y ~ x", table), "x", "kode")
    assert shares.to_dict() == pytest.approx({"b": 18 / 20, "a": 2 / 20})


def test_a_district_that_alone_moves_holds_the_largest_share():
    rng = np.random.default_rng(3)
    table = pd.DataFrame([(i, t) for i in range(10) for t in range(5)], columns=["kode", "tahun"])
    table["z"], table["y"] = rng.normal(size=(2, 50))
    table["x"] = ((table["kode"] == 4) & (table["tahun"] > 2)).astype(float)
    fit = panel_fe("y ~ x + z", table, entity="kode", time="tahun", vcov={"CRV1": "kode"})
    shares = cluster_shares(fit, "x", "kode")
    # Within effects the one treated district keeps (1 - 1/10) of the variation; z takes a little.
    assert shares.index[0] == 4
    assert shares.iloc[0] == pytest.approx(0.9, abs=0.05)
    assert shares.sum() == pytest.approx(1)
