from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from kajian.errors import MethodError
from kajian.evaluation.synthetic.did_weights import fit_block
from kajian.evaluation.synthetic.synthetic_did import synthetic_did

SMOKING = {"unit": "st", "time": "year", "outcome": "cigsale"}
THREE = ["33.01", "33.02", "33.03"]


@pytest.fixture(scope="module")
def prop99(smoking):
    return synthetic_did(smoking, **SMOKING, treated="California", start=1989)


def library_fit(smoking, treated, **choices):
    from diff_diff import SyntheticDiD

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SyntheticDiD(seed=1, **choices).fit(
            smoking.assign(treated=smoking["st"].isin(treated).astype(int)),
            outcome="cigsale",
            treatment="treated",
            unit="st",
            time="year",
            post_periods=list(range(1989, 2001)),
        )


def test_published_california(prop99):
    # Arkhangelsky and others (2021), table 1.
    published = pd.DataFrame(
        {"estimate": [-15.6, -19.6, -27.3], "std_error": [8.4, 9.9, 17.7]},
        index=["sdid", "sc", "did"],
    )
    # The paper's synthetic control has a slight ridge and stops early; the others to the digit.
    away = np.abs(prop99.estimates["estimate"] - published["estimate"])
    assert (away < [0.05, 0.1, 0.05]).all()
    # Their errors come from random placebos, ours from all 38. Drawing 200 of these with
    # replacement has the standard errors below; three of them either way.
    rng = np.random.default_rng(0)
    drawn = [prop99.placebos.to_numpy()[rng.integers(0, 38, 200)].std(axis=0) for _ in range(500)]
    miss = np.abs(prop99.estimates["std_error"] - published["std_error"])
    assert (miss < 3 * np.std(drawn, axis=0)).all()
    # Section 2: time weights rest on 1986 to 1988 only.
    assert prop99.time_weights[1989].loc[1986:1988].sum() == pytest.approx(1, abs=1e-6)
    assert prop99.p_floor == pytest.approx(1 / 39)
    assert prop99.comparable


def test_another_library_agrees(smoking, prop99):
    other = library_fit(smoking, ["California"], n_bootstrap=2)
    # Frank-Wolfe with sparse weights there, the exact minimum here.
    assert prop99.estimate == pytest.approx(other.att, abs=2e-3)
    weights = other.get_unit_weights_df().set_index("unit")["weight"]
    ours = prop99.unit_weights[1989]
    np.testing.assert_allclose(ours, weights.reindex(ours.index, fill_value=0.0), atol=5e-3)
    three = ["California", "Utah", "Texas"]
    ours = synthetic_did(smoking, **SMOKING, treated=three, start=1989, inference="jackknife")
    theirs = library_fit(smoking, three, variance_method="jackknife")
    assert ours.estimate == pytest.approx(theirs.att, abs=2e-3)
    # Centred at the estimate in the paper, at the mean of the replicates there.
    assert ours.std_error == pytest.approx(theirs.se, rel=1e-3)
    assert list(ours.estimates.index) == ["sdid", "did"]
    assert ours.p_floor is None


def test_weights_solve_the_published_problems(factor_panel):
    wide = factor_panel(np.random.default_rng(3), units=9).pivot_table(
        index="tahun", columns="kode_wilayah", values="kemiskinan_pct"
    )
    values = wide.to_numpy()
    fit = fit_block(values, (10, np.array([0, 1])), np.arange(2, 9))
    own, others = values[:10, :2].mean(axis=1), values[:10, 2:]
    steps = np.diff(others, axis=0)
    noise = np.sqrt(((steps - steps.mean()) ** 2).mean())
    assert fit.zeta == pytest.approx((2 * 4) ** 0.25 * noise)

    def unit_loss(w):
        miss = others @ w - own
        return ((miss - miss.mean()) ** 2).sum() + fit.zeta**2 * 10 * (w**2).sum()

    def time_loss(w):
        miss = others.T @ w - values[10:, 2:].mean(axis=0)
        return ((miss - miss.mean()) ** 2).sum()

    for loss, weights in ((unit_loss, fit.unit[0]), (time_loss, fit.time[0])):
        n = len(weights)
        other = minimize(
            loss,
            np.full(n, 1 / n),
            bounds=[(0, 1)] * n,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        # Within what SLSQP attains; the tiny ridge of the time weights moves less than that.
        assert loss(weights) <= other.fun * (1 + 1e-7)


def test_a_known_effect_is_found_without_noise(names):
    # Unit effects and one common trend: parallel once shifted, so every method but the synthetic
    # control, which cannot reach the level, is exact.
    times, units = np.arange(2010, 2020), [f"33.{i:02d}" for i in range(1, 9)]
    rng = np.random.default_rng(1)
    wide = pd.DataFrame(
        rng.normal(size=10).cumsum()[:, None] + np.append(50.0, rng.normal(size=7)),
        index=pd.Index(times, name="tahun"),
        columns=pd.Index(units, name="kode_wilayah"),
    )
    wide.loc[2016:, "33.01"] += [1.0, 2.0, 3.0, 4.0]
    panel = wide.melt(ignore_index=False, value_name="kemiskinan_pct").reset_index()
    panel["kemiskinan_pct"] += 1e-6 * rng.normal(size=len(panel))
    fit = synthetic_did(panel, **names, treated="33.01", start=2016)
    assert fit.estimate == pytest.approx(2.5, abs=1e-4)
    np.testing.assert_allclose(fit.gaps.loc[2016:, 2016], [1, 2, 3, 4], atol=1e-4)
    assert fit.estimates["estimate"].loc["did"] == pytest.approx(2.5, abs=1e-4)
    assert abs(fit.estimates["estimate"].loc["sc"]) > 40


def test_cohorts_are_averaged_by_their_treated_unit_times(factor_panel, names):
    panel = factor_panel(np.random.default_rng(2), units=12)
    starts = {"33.01": 2018, "33.02": 2020, "33.03": 2020}
    rng = np.random.default_rng(0)
    fit = synthetic_did(panel, **names, treated=THREE, start=starts, draws=30, rng=rng)
    alone = []
    for codes, start in ((["33.01"], 2018), (["33.02", "33.03"], 2020)):
        left = panel[~panel["kode_wilayah"].isin(set(THREE) - set(codes))]
        alone.append(synthetic_did(left, **names, treated=codes, start=start).estimate)
    np.testing.assert_allclose(fit.cohorts["estimate"], alone, atol=1e-12)
    # 1 unit for 6 years and 2 units for 4 years.
    assert fit.estimate == pytest.approx((6 * alone[0] + 8 * alone[1]) / 14)
    np.testing.assert_allclose(fit.cohorts["share"], [6 / 14, 8 / 14])
    np.testing.assert_allclose(fit.unit_weights.sum(), 1)
    np.testing.assert_allclose(fit.time_weights.sum(), 1)
    assert (fit.time_weights.loc[2018:, 2018] == 0).all()
    for start, row in fit.cohorts.iterrows():
        assert fit.gaps.loc[start:, start].mean() == pytest.approx(row["estimate"])
    assert len(fit.placebos) == 30
    jack = synthetic_did(panel, **names, treated=THREE, start=2020, inference="jackknife")
    assert jack.std_error > 0


def test_all_placebos_are_used_where_they_are_few(factor_panel, names):
    panel = factor_panel(np.random.default_rng(5), units=8)
    fit = synthetic_did(panel, **names, treated=THREE[:2], start=2020)
    pairs = list(combinations([f"33.{i:02d}" for i in range(3, 9)], 2))
    assert len(fit.placebos) == len(pairs) == 15
    donors = panel[~panel["kode_wilayah"].isin(THREE[:2])]
    for row, pair in zip(fit.placebos["sdid"], pairs, strict=True):
        one = synthetic_did(donors, **names, treated=list(pair), start=2020)
        assert row == pytest.approx(one.estimate, abs=1e-12)
    as_extreme = (fit.placebos["sdid"].abs() >= abs(fit.estimate)).sum()
    assert fit.p_value == pytest.approx((1 + as_extreme) / 16)
    assert fit.std_error == pytest.approx(fit.placebos["sdid"].std(ddof=0))


def test_no_bias_where_units_follow_common_factors_differently():
    # Treated units load more on a trending factor, which a plain difference in differences takes
    # for an effect. With many times and little noise, weighted controls follow it; with more noise
    # a part of the bias remains (about a tenth at twice this noise and half the times).
    rng = np.random.default_rng(7)
    times, units, before, draws = 30, 50, 26, 100
    found = np.empty((draws, 3))
    for draw in range(draws):
        loading = np.append(rng.uniform(0.6, 1.2, size=3), rng.uniform(0, 1.3, size=units - 3))
        trend = np.linspace(0, 9, times) + rng.normal(size=times).cumsum() / 2
        values = np.outer(trend, loading) + rng.normal(size=units)
        values += 0.25 * rng.normal(size=(times, units))
        block = fit_block(values, (before, np.arange(3)), np.arange(3, units))
        found[draw] = block.estimates(values)
    sdid, _, did = found.mean(axis=0)
    error, _, plain_error = found.std(axis=0) / np.sqrt(draws)
    assert did > 10 * plain_error
    assert abs(sdid) < 3 * error
    assert error < plain_error


def test_placebo_size_and_coverage(factor_panel, names):
    rng = np.random.default_rng(11)
    draws = 150
    rejected = covered = 0
    for _ in range(draws):
        panel = factor_panel(rng, units=10, times=7)
        fit = synthetic_did(panel, **names, treated="33.01", start=2016)
        rejected += fit.p_value <= 0.2 + 1e-9
        covered += fit.interval[0] <= 0 <= fit.interval[1]
    # Exchangeable units; three Monte Carlo standard errors of 0.033 either way. The interval is
    # normal on nine placebos of units that differ in their loadings: about 0.92 instead of 0.95.
    assert rejected / draws == pytest.approx(0.2, abs=0.1)
    assert 0.85 < covered / draws < 0.995


def test_order_level_and_scale_do_not_matter(factor_panel, names):
    panel = factor_panel(np.random.default_rng(6), units=9)
    untouched = panel.copy()
    fit = synthetic_did(panel, **names, treated=["33.02", "33.05"], start=2019)
    shuffled = panel.sample(frac=1, random_state=1)
    again = synthetic_did(shuffled, **names, treated=["33.05", "33.02"], start=2019)
    pd.testing.assert_frame_equal(again.estimates, fit.estimates, check_exact=True)
    # Unlike a synthetic control, it forgives a level of the treated units.
    own = shuffled["kode_wilayah"].isin(["33.02", "33.05"])
    moved = shuffled.assign(kemiskinan_pct=7 - 2 * shuffled["kemiskinan_pct"] + 30 * own)
    other = synthetic_did(moved, **names, treated=["33.02", "33.05"], start=2019)
    assert other.estimate == pytest.approx(-2 * fit.estimate, abs=1e-9)
    assert other.std_error == pytest.approx(2 * fit.std_error)
    assert other.p_value == fit.p_value
    pd.testing.assert_frame_equal(panel, untouched)


def test_the_summary_says_what_the_error_rests_on(factor_panel, names):
    panel = factor_panel(np.random.default_rng(8), units=9)
    fit = synthetic_did(panel, **names, treated="33.02", start=2019, level=0.9)
    table = fit.tidy()
    assert list(table.columns) == [
        "term",
        "estimate",
        "std_error",
        "p_value",
        "conf_low",
        "conf_high",
    ]
    half = (table["conf_high"] - table["conf_low"]) / 2 / table["std_error"]
    np.testing.assert_allclose(half, 1.6449, atol=1e-4)
    assert "8 kelompok plasebo; galatnya sah bila" in str(fit)
    jack = synthetic_did(panel, **names, treated=THREE, start=2019, inference="jackknife")
    assert "jackknife dengan bobot tetap" in str(jack)
    assert "kontrol sintetis:" not in str(jack)
    zigzag = panel["tahun"].mod(2) * 40 * (panel["kode_wilayah"] == "33.02")
    odd = synthetic_did(
        panel.assign(kemiskinan_pct=panel["kemiskinan_pct"] + zigzag),
        **names,
        treated="33.02",
        start=2019,
    )
    assert not odd.comparable
    assert "Kesejajaran sebelum awal lemah" in str(odd)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treated": []}, "kosong atau memuat kode berulang"),
        ({"treated": ["33.01", "33.01"]}, r"berulang \(33\.01, 33\.01\)"),
        ({"treated": "33.99"}, r"'33\.99', tidak ada"),
        ({"treated": ["33.01", "33.99"]}, r"dievaluasi, 33\.99, tidak ada"),
        ({"donors": ["33.01", "33.02"]}, "sebagai unit yang dievaluasi dan sebagai pembanding"),
        ({"treated": ["33.01", "33.02"], "start": {"33.01": 2020}}, r"tidak disebut untuk 33\.02"),
        ({"start": 2011}, "Hanya 1 waktu sebelum 2011"),
        ({"start": 2030}, "di luar panel"),
        ({"donors": ["33.02", "33.03"]}, "sedikitnya 3 pembanding untuk 1 unit"),
        ({"draws": 5}, "19 undian; tersedia 8 dan 5"),
        ({"treated": THREE[:2], "draws": 19, "donors": [f"33.0{i}" for i in range(3, 10)]}, "rng"),
        ({"inference": "jackknife"}, "sedikitnya 2 unit yang dievaluasi"),
        ({"inference": "bootstrap"}, "Cara 'bootstrap' tidak dapat dipakai"),
        ({"level": 95}, "tidak di antara 0 dan 1"),
        ({"treated": [f"33.0{i}" for i in range(1, 10)]}, "Semua unit dievaluasi"),
    ],
)
def test_bad_choices_are_named(factor_panel, names, change, message):
    panel = factor_panel(np.random.default_rng(1), units=9)
    with pytest.raises(MethodError, match=message):
        synthetic_did(panel, **{**names, "treated": "33.01", "start": 2020, **change})


def test_values_that_cannot_serve_are_named(factor_panel, names):
    panel = factor_panel(np.random.default_rng(1))
    own = panel["kode_wilayah"] == "33.01"
    flat = panel.assign(kemiskinan_pct=panel["kemiskinan_pct"].where(own, 3.0))
    with pytest.raises(MethodError, match="Galat baku nol"):
        synthetic_did(flat, **names, treated="33.01", start=2020)
    still = panel.assign(kemiskinan_pct=panel["kemiskinan_pct"].where(~own, 3.0))
    with pytest.raises(MethodError, match=r"33\.01 tidak berubah sebelum 2020"):
        synthetic_did(still, **names, treated="33.01", start=2020)
