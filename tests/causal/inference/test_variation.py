"""The variation that identifies a coefficient, against dummies and by cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from kajian.causal.inference.variation import cluster_shares, identifying_variation
from kajian.linear.regression import ols, panel_fe


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
