"""Regression against published standard errors, statsmodels and linearmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS
from statsmodels.datasets import grunfeld

from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe


@pytest.fixture(scope="module")
def firms() -> pd.DataFrame:
    table = grunfeld.load_pandas().data
    return table.astype({"year": int, "firm": str}).reset_index(drop=True)


@pytest.fixture(scope="module")
def districts() -> pd.DataFrame:
    """Unbalanced: 12 districts, 9 years in two segments, a tenth of the rows missing."""
    rng = np.random.default_rng(33)
    table = pd.DataFrame(
        [(f"33.{i:02d}", year) for i in range(12) for year in range(2014, 2023)],
        columns=["kode", "tahun"],
    )
    table["segmen"] = table["kode"] + np.where(table["tahun"] < 2018, "a", "b")
    table["x"] = rng.normal(size=len(table)) + table["tahun"] / 10
    table["z"] = np.exp(rng.normal(size=len(table)))
    district_effect = rng.normal(size=12)[table.index // 9]
    table["y"] = 2 * table["x"] - np.log(table["z"]) + district_effect + rng.normal(size=108)
    table.loc[rng.choice(108, 10, replace=False), "y"] = np.nan
    return table


@pytest.mark.parametrize(
    ("name", "vcov"),
    [
        ("ols", "iid"),
        ("white", "HC1"),
        ("firm", {"CRV1": "firm"}),
        ("year", {"CRV1": "year"}),
        ("two", {"CRV1": "firm + year"}),
    ],
)
def test_petersen_standard_errors(published, name, vcov):
    (table,), figures, tol = published("petersen_cluster_se")
    fit = ols("y ~ x", table, vcov=vcov)
    assert fit.coefficients[1] == pytest.approx(figures["b"], abs=tol)
    assert fit.std_errors[1] == pytest.approx(figures[name], abs=tol)


# Both sides solve the same small well-conditioned problem: only rounding may differ.
EXACT = {"rtol": 1e-8}


@pytest.mark.parametrize("kind", ["HC1", "HC2", "HC3"])
def test_heteroskedastic_errors_equal_statsmodels(firms, kind):
    ours = ols("invest ~ value + capital", firms, vcov=kind)
    theirs = smf.ols("invest ~ value + capital", firms).fit(cov_type=kind)
    np.testing.assert_allclose(ours.coefficients, theirs.params, **EXACT)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), **EXACT)


@pytest.mark.parametrize("kind", ["iid", "HC1", "HC2", "HC3"])
def test_panel_equals_dummy_regression(districts, kind):
    ours = panel_fe("y ~ x + np.log(z)", districts, entity="segmen", time="tahun", vcov=kind)
    # Two unconnected segments make one year dummy redundant; it is left out here by hand.
    years = sorted(districts["tahun"].unique())[1:-1]
    dummies = " + ".join(f"I(tahun == {year})" for year in years)
    model = smf.ols(f"y ~ x + np.log(z) + C(segmen) + {dummies}", districts)
    theirs = model.fit(cov_type="nonrobust" if kind == "iid" else kind)
    names = ["x", "np.log(z)"]
    assert np.linalg.matrix_rank(model.exog) == model.exog.shape[1] == 2 + ours.fixed_effects.rank
    np.testing.assert_allclose(ours.coefficients, theirs.params[names], **EXACT)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params().loc[names, names], **EXACT)
    np.testing.assert_allclose(ours.residuals, theirs.resid, atol=1e-10)
    assert (ours.n_obs, ours.n_dropped, ours.df) == (98, 10, theirs.df_resid)


def test_panel_clusters_equal_linearmodels(firms):
    ours = panel_fe(
        "invest ~ value + capital", firms, entity="firm", time="year", vcov={"CRV1": "firm"}
    )
    indexed = firms.set_index(["firm", "year"])
    theirs = PanelOLS(
        indexed["invest"], indexed[["value", "capital"]], entity_effects=True, time_effects=True
    ).fit(
        cov_type="clustered",
        cluster_entity=True,
        debiased=False,
        group_debias=False,
        auto_df=False,
        count_effects=False,
    )
    np.testing.assert_allclose(ours.coefficients, theirs.params, **EXACT)
    assert ours.r2_within == pytest.approx(
        1 - theirs.resid_ss / ((ours.y - ours.y.mean()) ** 2).sum()
    )
    # fixest and reghdfe: 2 terms and 20 years count, the 11 firms inside their cluster do not.
    n, g, k = 220, 11, 22
    factor = g / (g - 1) * (n - 1) / (n - k)
    np.testing.assert_allclose(ours.covariance, factor * theirs.cov, **EXACT)
    assert (ours.n_clusters, ours.n_parameters, ours.df) == (g, k, g - 1)


def test_segments_nest_in_the_district(districts):
    fit = panel_fe("y ~ x", districts, entity="segmen", time="tahun", vcov={"CRV1": "kode"})
    assert (fit.n_clusters, fit.n_parameters) == (12, 1 + 9)
    crossed = panel_fe("y ~ x", districts, entity="kode", time="tahun", vcov={"CRV1": "segmen"})
    assert crossed.n_parameters == 1 + 12 + 9 - 1


def test_partialled_design_gives_the_coefficient(districts):
    """Frisch, Waugh and Lovell: regressing the stored y on the stored X changes nothing."""
    fit = panel_fe("y ~ x + z", districts, entity="segmen", time="tahun", vcov="iid")
    np.testing.assert_allclose(np.linalg.lstsq(fit.X, fit.y)[0], fit.coefficients, **EXACT)
    y = fit.sample["y"].to_numpy()
    np.testing.assert_allclose(fit.residualise(y[:, None])[:, 0], fit.residuals, atol=1e-10)


def test_tidy_uses_t_of_the_clusters(districts):
    fit = ols("y ~ x", districts, vcov={"CRV1": "kode"})
    theirs = smf.ols("y ~ x", districts.dropna()).fit(
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(districts.dropna()["kode"])[0]},
        use_t=True,
    )
    table = fit.tidy(level=0.9)
    assert list(table.columns) == [
        "term", "estimate", "std_error", "p_value", "conf_low", "conf_high"
    ]  # fmt: skip
    np.testing.assert_allclose(table["p_value"], theirs.pvalues, rtol=1e-6)
    np.testing.assert_allclose(table[["conf_low", "conf_high"]], theirs.conf_int(0.1), **EXACT)
    assert "y" in str(fit)
    assert "x" in str(fit)


def test_repeated_index_and_input_are_left_alone(districts):
    before = districts.copy()
    repeated = districts.set_axis(np.zeros(len(districts), dtype=int))
    a, b = (ols("y ~ x", table, vcov={"CRV1": "kode"}) for table in (districts, repeated))
    np.testing.assert_array_equal(a.covariance, b.covariance)
    pd.testing.assert_frame_equal(districts, before)


@pytest.mark.parametrize(
    ("formula", "change", "message"),
    [
        ("y ~ x + I(2 * x)", {}, r"I\(2 \* x\) adalah kombinasi linear dari x"),
        ("y ~ x + tetap", {"tetap": lambda d: d["kode"].str[-2:].astype(int)}, "tetap diserap"),
        ("y ~ x + satu", {"satu": 1.0}, "satu diserap"),
        ("y ~ x + umk_rp", {}, "Kolom umk_rp tidak ada"),
        ("y ~ x", {"y": np.nan}, "Tidak ada baris lengkap"),
        ("y ~ x", {"tahun": 2014}, "mengulang pasangan segmen dan tahun"),
        ("y ~ np.log(nol)", {"nol": 0.0}, r"np.log\(nol\) bukan angka terhingga pada 98 baris"),
        ("y ~ teks", {"teks": "1,5"}, "Kolom teks bukan angka"),
        ("y ~ 1", {}, "tidak memuat suku"),
        ("x + z", {}, "tidak menyebut hasil"),
        ("y ~ x +* z", {}, "tidak terbaca"),
        ("tetap ~ x", {"tetap": lambda d: d["tahun"] * 1.0}, "Hasil tetap tidak berubah"),
    ],
)  # fmt: skip
def test_bad_panels_are_refused(districts, formula, change, message):
    table = districts.assign(**change)
    with pytest.raises(MethodError, match=message):
        panel_fe(formula, table, entity="segmen", time="tahun", vcov={"CRV1": "kode"})


def test_bad_covariances_are_refused(districts):
    with pytest.raises(MethodError, match="Jenis galat baku 'HC9' tidak dikenal"):
        ols("y ~ x", districts, vcov="HC9")
    few = districts.assign(paruh=districts["tahun"] > 2018)
    with pytest.raises(MethodError, match="Hanya 2 klaster"):
        ols("y ~ x + z", few, vcov={"CRV1": "paruh"})
    with pytest.raises(MethodError, match="tidak cukup"):
        ols("y ~ x + z", districts.dropna().head(3))
    alone = pd.concat([districts, districts.tail(1).assign(segmen="baru")]).fillna({"y": 1.0})
    with pytest.raises(MethodError, match="HC3 tidak terdefinisi: 1 pengamatan"):
        panel_fe("y ~ x", alone, entity="segmen", time="tahun", vcov="HC3")


def test_two_way_clusters_that_are_no_covariance_are_refused():
    """Errors that cancel within both groupings leave only the subtracted part."""
    rng = np.random.default_rng(0)
    signs = np.array([[1, -1], [-1, 1]])
    table = pd.DataFrame(
        [(a, b, signs[a % 2, b % 2]) for a in range(6) for b in range(6)], columns=["a", "b", "e"]
    )
    table["x"] = np.abs(signs[table["a"] % 2, table["b"] % 2]) + rng.normal(0, 0.01, 36)
    table["y"] = table["e"] * 1.0
    with pytest.raises(MethodError, match="tidak semidefinit positif"):
        ols("y ~ x", table, vcov={"CRV1": "a + b"})
