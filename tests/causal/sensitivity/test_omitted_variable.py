"""Sensitivity against the published Darfur figures, the formula's own algebra and a search."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.sensitivity.bias import robustness_value
from kajian.causal.sensitivity.contour import contour_grid
from kajian.causal.sensitivity.omitted_variable import sensitivity
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe

DARFUR = (
    "peacefactor ~ directlyharmed + age + farmer_dar + herder_dar + pastvoted + hhsize_darfur"
    " + female + C(village)"
)


def people(rng, n=200):
    x, z, w = rng.normal(size=(3, n))
    d = 0.5 * x + 0.6 * z + 0.2 * w + rng.normal(size=n)
    y = 1.0 * d + 0.7 * x + 0.8 * z + 0.3 * w + rng.normal(size=n)
    kind = rng.choice(["a", "b", "c"], size=n)
    return pd.DataFrame({"y": y, "d": d, "x": x, "z": z, "w": w, "jenis": kind})


@pytest.mark.parametrize("sign", [1, -1])
def test_darfur(published, sign):
    (table,), figures, tol = published("darfur_sensemakr")
    table["directlyharmed"] *= sign
    result = sensitivity(ols(DARFUR, table), "directlyharmed", ["female"])
    assert result.df == 783
    assert result.estimate == pytest.approx(sign * figures["est"], abs=tol)
    assert result.std_error == pytest.approx(figures["se"], abs=tol)
    assert result.partial_r2 == result.extreme_r2 == pytest.approx(figures["r2"], abs=tol)
    assert result.rv == pytest.approx(figures["rv"], abs=tol)
    assert result.rv_alpha == pytest.approx(figures["rva"], abs=tol)
    # Bounds as in Cinelli, Ferwerda & Hazlett, sensemakr (printed to 3-4 digits in the paper;
    # here as its tests hold them, so the tolerance is rounding).
    bounds = result.tidy()
    expected = {
        "multiple": [1, 2, 3],
        "r2_dz_x": [0.00916428667504862, 0.0183285733500972, 0.0274928600251459],
        "r2_yz_dx": [0.12464092303637, 0.249324064199975, 0.374050471038094],
        "estimate": [0.0752202712144491, 0.0529151723844518, 0.0303960234641548],
        "std_error": [0.0218733277437572, 0.0203500620779637, 0.0186700648170924],
        "statistic": [3.43890386024675, 2.60024623913809, 1.62806202131271],
        "conf_low": [0.032282966, 0.012968035, -0.006253282],
        "conf_high": [0.11815758, 0.09286231, 0.06704533],
    }
    if sign < 0:
        expected["conf_low"], expected["conf_high"] = expected["conf_high"], expected["conf_low"]
    for name, values in expected.items():
        turn = sign if name in ("estimate", "statistic", "conf_low", "conf_high") else 1
        # Their intervals take t with 783 degrees of freedom, ours one less for the confounder.
        np.testing.assert_allclose(turn * bounds[name], values, rtol=1e-6, atol=1e-7)


def test_the_variable_really_omitted_moves_the_estimate_as_the_formula_says():
    """Algebra, so equality holds to rounding whatever the data: estimate and error."""
    table = people(np.random.default_rng(1))
    short, long = (ols(f"y ~ d + x{more}", table, vcov="iid") for more in ("", " + z"))
    treatment = ols("d ~ x + z", table, vcov="iid")
    t_d, t_y = (fit.coefficients[-1] / fit.std_errors[-1] for fit in (treatment, long))
    grid = contour_grid(
        sensitivity(short, "d"),
        r2_dz_x=[t_d**2 / (t_d**2 + treatment.df)],
        r2_yz_dx=[t_y**2 / (t_y**2 + long.df)],
    )
    assert grid.estimate[0, 0] == pytest.approx(long.coefficients[1], rel=1e-10)
    assert grid.std_error[0, 0] == pytest.approx(long.std_errors[1], rel=1e-10)


def test_a_confounder_exactly_like_the_benchmark_is_found():
    """Z equals X in both relations by construction: one times X is what Z does."""
    rng = np.random.default_rng(2)
    q = np.linalg.qr(np.column_stack([np.ones(500), rng.normal(size=(500, 4))]))[0] * 500**0.5
    x, z, noise, error = q[:, 1:].T
    table = pd.DataFrame({"x": x, "z": z, "d": 0.4 * x + 0.4 * z + noise})
    table["y"] = table["d"] + 0.5 * x + 0.5 * z + error
    found = sensitivity(ols("y ~ d + x", table), "d", ["x"], multiples=[1]).tidy().iloc[0]
    # X and Z are exactly exchangeable here, where the bound is an equality.
    assert found["estimate"] == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize(("f", "critical"), [(0.3, 0.1), (2.0, 0.3), (4.0, 0.3), (1.5, 0.7)])
def test_robustness_value_is_the_weakest_confounder_that_suffices(f, critical):
    """Search all pairs of strengths; the last two cases are the corner of few observations."""

    def suffices(r):
        y, d = np.linspace(0, r, 801)[:, None], np.linspace(0, r, 801)[None, :]
        return ((f - np.sqrt(y * d / (1 - d))) <= critical * np.sqrt((1 - y) / (1 - d))).any()

    value = robustness_value(f, critical)
    assert suffices(value + 1e-5)  # the grid of shares is 1/800 coarse, and flat at its optimum
    assert not suffices(value - 1e-5)


def test_at_the_robustness_value_nothing_is_left():
    result = sensitivity(ols("y ~ d + x", people(np.random.default_rng(3))), "d", q=0.4)
    at = contour_grid(result, r2_dz_x=[result.rv], r2_yz_dx=[result.rv])
    assert at.estimate[0, 0] == pytest.approx(0.6 * result.estimate, rel=1e-9)
    assert sensitivity(ols("y ~ d", people(np.random.default_rng(3))), "d").rv > result.rv
    at = contour_grid(result, r2_dz_x=[result.rv_alpha], r2_yz_dx=[result.rv_alpha])
    reach = at.estimate[0, 0] - at.critical * at.std_error[0, 0]
    assert reach == pytest.approx(0.6 * result.estimate, rel=1e-9)


def test_a_weak_effect_needs_no_confounder():
    table = people(np.random.default_rng(4))
    table["d"] = np.random.default_rng(5).normal(size=len(table))
    result = sensitivity(ols("y ~ d + x", table), "d")
    assert result.rv > result.rv_alpha == 0


def test_groups_and_categorical_terms_count_as_a_whole():
    fit = ols("y ~ d + x + w + C(jenis)", people(np.random.default_rng(6)), vcov="iid")
    levels = ["C(jenis)[T.b]", "C(jenis)[T.c]"]
    whole = sensitivity(fit, "d", ["C(jenis)", "x"]).tidy()
    named = sensitivity(fit, "d", {"jenis": levels, "keduanya": ["x", "w"]}).tidy()
    pd.testing.assert_frame_equal(
        whole[whole["term"] == "C(jenis)"].drop(columns="term"),
        named[named["term"] == "jenis"].drop(columns="term"),
    )
    # Partial R2 of the group from the F test of leaving it out.
    fewer = ols("y ~ d + w + C(jenis)", people(np.random.default_rng(6)))
    share = 1 - fit.residuals @ fit.residuals / (fewer.residuals @ fewer.residuals)
    first = whole[whole["term"] == "x"].iloc[0]
    assert share < first["r2_yz_dx"]  # the bound is above share / (1 - share) > share
    assert set(named["term"]) == {"jenis", "keduanya"}


def test_fixed_effects_are_covariates():
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"kode": np.repeat(np.arange(12), 8), "tahun": np.tile(np.arange(8), 12)})
    table["x"], table["d"] = rng.normal(size=(2, 96))
    table["y"] = table["d"] + table["x"] + table["kode"] + rng.normal(size=96)
    within = sensitivity(
        panel_fe("y ~ d + x", table, entity="kode", time="tahun", vcov={"CRV1": "kode"}), "d", ["x"]
    )
    dummies = sensitivity(ols("y ~ d + x + C(kode) + C(tahun)", table), "d", ["x"])
    assert within.df == dummies.df
    assert within.rv_alpha == pytest.approx(dummies.rv_alpha, rel=1e-10)
    pd.testing.assert_frame_equal(within.tidy(), dummies.tidy())
    assert "CRV1 (kode)" in str(within)


def test_units_and_row_order_do_not_matter():
    table = people(np.random.default_rng(8))
    result = sensitivity(ols("y ~ d + x + w", table), "d", ["x"])
    other = table.sample(frac=1, random_state=1).assign(y=1e6 * table["y"], d=table["d"] / 1e3)
    scaled = sensitivity(ols("y ~ d + x + w", other), "d", ["x"])
    for name in ("rv", "rv_alpha", "partial_r2"):
        assert getattr(scaled, name) == pytest.approx(getattr(result, name), rel=1e-9)
    np.testing.assert_allclose(
        scaled.tidy()["estimate"], 1e9 * result.tidy()["estimate"], rtol=1e-9
    )


def test_grid_holds_the_estimate_and_the_bounds():
    result = sensitivity(ols("y ~ d + x + w", people(np.random.default_rng(9))), "d", ["w"])
    grid = contour_grid(result)
    assert grid.estimate.shape == grid.statistic.shape == (61, 61)
    assert grid.estimate[0, 0] == result.estimate
    assert grid.r2_dz_x[-1] > result.bounds["r2_dz_x"].max()
    row = grid.tidy().iloc[61 * 3 + 2]  # third point across, fourth down
    assert row["r2_dz_x"] == grid.r2_dz_x[2]
    assert row["estimate"] == grid.estimate[3, 2]
    assert (np.diff(grid.estimate[-1]) < 0).all()  # stronger confounders take more away
    assert "61 x 61" in str(grid)


def test_summary_and_empty_bounds():
    result = sensitivity(ols("y ~ d + x", people(np.random.default_rng(10))), "d", ["x"])
    assert "Nilai ketahanan" in str(result)
    assert "HC1" in str(result)
    bare = sensitivity(ols("y ~ d", people(np.random.default_rng(10)), vcov="iid"), "d").tidy()
    assert bare.empty
    assert list(bare.columns) == list(result.tidy().columns)


@pytest.mark.parametrize(
    ("treatment", "benchmark", "options", "message"),
    [
        ("q", [], {}, "Suku 'q' tidak ada"),
        ("Intercept", [], {}, "Konstanta bukan perlakuan"),
        ("d", ["q"], {}, "Suku 'q' tidak ada"),
        ("d", ["d"], {}, "memuat perlakuan d"),
        ("d", {"semua": ["x", "d"]}, {}, "memuat perlakuan d"),
        ("d", {"hampa": []}, {}, "hampa kosong"),
        ("d", ["Intercept"], {}, "konstanta"),
        ("d", ["x"], {"multiples": (40, 50)}, "Tidak mungkin ada peubah terlewat 40 kali"),
        ("d", ["x"], {"multiples": (0, 1)}, "tidak seluruhnya positif"),
        ("d", ["x"], {"q": 0}, "q = 0"),
        ("d", ["x"], {"level": 95}, "taraf 95"),
    ],
)
def test_bad_requests(treatment, benchmark, options, message):
    fit = ols("y ~ d + x", people(np.random.default_rng(11)))
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan: "):
        sensitivity(fit, treatment, benchmark, **options)


def test_the_largest_multiple_named_in_the_message_is_possible():
    fit = ols("y ~ d + x", people(np.random.default_rng(11)))
    with pytest.raises(MethodError) as raised:
        sensitivity(fit, "d", ["x"], multiples=[50])
    largest = float(
        str(raised.value).split("paling besar ")[1].split(", atau")[0].replace(",", ".")
    )
    assert len(sensitivity(fit, "d", ["x"], multiples=[largest]).tidy()) == 1
    with pytest.raises(MethodError, match="Tidak mungkin"):
        sensitivity(fit, "d", ["x"], multiples=[largest + 0.06])  # 50/1000 of grid, plus rounding


def test_impossible_multiples_are_told_apart():
    fit = ols("y ~ d + x + w", people(np.random.default_rng(11)))
    result = sensitivity(fit, "d", ["x", "w"], multiples=[1, 50])
    assert result.tidy()[["term", "multiple"]].to_numpy().tolist() == [["x", 1.0], ["w", 1.0]]
    assert result.impossible == (("x", 50.0), ("w", 50.0))
    assert "50 kali w: tidak mungkin" in str(result)


def test_nothing_left_to_explain():
    table = people(np.random.default_rng(12))
    with pytest.raises(MethodError, match=r"1 derajat bebas.*Perbaikan"):
        sensitivity(ols("y ~ d + x", table.head(4)), "d")
    with pytest.raises(MethodError, match=r"dijelaskan sempurna.*Perbaikan"):
        sensitivity(ols("y ~ d + x", table.assign(y=table["d"] + table["x"])), "d")


@pytest.mark.parametrize("options", [{"points": 1}, {"r2_dz_x": [0, 1.0]}, {"r2_yz_dx": [-0.1]}])
def test_bad_grids(options):
    result = sensitivity(ols("y ~ d + x", people(np.random.default_rng(13))), "d")
    with pytest.raises(MethodError, match="Perbaikan"):
        contour_grid(result, **options)
