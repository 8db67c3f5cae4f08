from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.synthetic.simplex import optimality_gap
from kajian.evaluation.synthetic.synthetic_control import synthetic_control

SMOKING = {"unit": "st", "time": "year", "outcome": "cigsale"}


def test_california_tobacco_control(smoking):
    fit = synthetic_control(smoking, **SMOKING, treated="California", start=1989)
    # Best pre-period MSPE that outcomes alone can reach is 2.74; Abadie, Diamond and Hainmueller
    # print 3.09 with predictors. Rounding of the former: half a unit of its last digit.
    assert fit.pre_rmspe**2 == pytest.approx(2.74, abs=0.005)
    # Section 3.3 and figure 3: about 26 packs fewer in 2000, on average almost 20 in 1989-2000.
    # Read from text on a fit with predictors, so two packs either way.
    assert fit.gap.loc[2000] == pytest.approx(-26, abs=2)
    assert fit.mean_gap == pytest.approx(-20, abs=2)
    # The published donors of Table 2 carry almost all weight here too.
    published = ["Utah", "Nevada", "Montana", "Colorado", "Connecticut"]
    assert fit.weights[published].sum() > 0.8
    assert fit.unique
    assert fit.comparable
    assert not fit.fit_note


def test_weights_satisfy_the_optimality_conditions(smoking):
    fit = synthetic_control(smoking, **SMOKING, treated="California", start=1989)
    before = fit.outcomes[fit.outcomes.index < 1989]
    points, target = before[fit.weights.index].to_numpy(), before["California"].to_numpy()
    # Direct solver: only rounding remains.
    assert optimality_gap(points, target, fit.weights.to_numpy()) < 1e-12
    assert fit.weights.sum() == pytest.approx(1, abs=1e-14)


def test_simulated_truth_is_recovered(factor_panel, names):
    panel = factor_panel(np.random.default_rng(5), units=9)
    wide = panel.pivot_table(index="tahun", columns="kode_wilayah", values="kemiskinan_pct")
    mixture = 0.5 * wide["33.02"] + 0.3 * wide["33.05"] + 0.2 * wide["33.07"]
    effect = pd.Series([-0.4, -0.8, -1.2, -1.6], index=range(2020, 2024))
    own = panel["kode_wilayah"] == "33.01"
    truth = mixture.add(effect, fill_value=0)
    panel.loc[own, "kemiskinan_pct"] = truth.loc[panel.loc[own, "tahun"]].to_numpy()
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    # Ten times, eight donors, no noise: the truth is the only exact fit, up to rounding.
    np.testing.assert_allclose(fit.weights[["33.02", "33.05", "33.07"]], [0.5, 0.3, 0.2], atol=1e-9)
    np.testing.assert_allclose(fit.gap.loc[2020:], effect, atol=1e-9)
    assert fit.mean_gap == pytest.approx(-1.0)
    assert fit.pre_rmspe == 0
    assert fit.ratio == np.inf
    assert fit.post_rmspe == pytest.approx(np.sqrt((effect**2).mean()))


def test_order_level_and_scale_do_not_matter(factor_panel, names):
    panel = factor_panel(np.random.default_rng(2))
    untouched = panel.copy()
    fit = synthetic_control(panel, **names, treated="33.03", start=2020)
    shuffled = panel.sample(frac=1, random_state=1)
    changed = shuffled.assign(kemiskinan_pct=100 - 3 * shuffled["kemiskinan_pct"])
    other = synthetic_control(changed, **names, treated="33.03", start=2020)
    pd.testing.assert_series_equal(other.weights, fit.weights, atol=1e-9)
    pd.testing.assert_series_equal(other.gap, -3 * fit.gap, atol=1e-9)
    pd.testing.assert_frame_equal(panel, untouched)


def test_times_from_the_start_on_never_enter_the_weights(factor_panel, names):
    panel = factor_panel(np.random.default_rng(4))
    later = panel["tahun"] >= 2020
    changed = panel.assign(kemiskinan_pct=panel["kemiskinan_pct"].where(~later, 5.0))
    fits = [synthetic_control(p, **names, treated="33.01", start=2020) for p in (panel, changed)]
    pd.testing.assert_series_equal(fits[0].weights, fits[1].weights)


def test_result_is_consistent_with_itself(factor_panel, names):
    fit = synthetic_control(
        factor_panel(np.random.default_rng(6)), **names, treated="33.01", start=2020
    )
    table = fit.tidy()
    assert list(table.columns) == ["time", "actual", "synthetic", "gap", "after"]
    np.testing.assert_allclose(table["actual"] - table["synthetic"], table["gap"], atol=1e-12)
    np.testing.assert_allclose(
        fit.synthetic, fit.outcomes[fit.weights.index] @ fit.weights, atol=1e-12
    )
    after = table.loc[table["after"], "gap"]
    assert list(table.loc[table["after"], "time"]) == [2020, 2021, 2022, 2023]
    assert fit.mean_gap == pytest.approx(after.mean())
    assert fit.ratio == pytest.approx(fit.post_rmspe / fit.pre_rmspe)
    assert fit.pre_rmspe == pytest.approx(np.sqrt((table.loc[~table["after"], "gap"] ** 2).mean()))
    assert "33.01" in str(fit)


def test_donors_can_be_chosen(factor_panel, names):
    panel = factor_panel(np.random.default_rng(6))
    fit = synthetic_control(
        panel, **names, treated="33.01", start=2020, donors=["33.05", "33.02", "33.04"]
    )
    assert list(fit.weights.index) == ["33.02", "33.04", "33.05"]
    only = synthetic_control(panel, **names, treated="33.01", start=2020, donors=["33.05"])
    assert only.concentration == 1


def test_one_donor_alone_is_a_visible_decision(factor_panel, names):
    panel = factor_panel(np.random.default_rng(9))
    own = panel["kode_wilayah"] == "33.01"
    twin = panel.loc[panel["kode_wilayah"] == "33.05", "kemiskinan_pct"].to_numpy()
    panel.loc[own, "kemiskinan_pct"] = twin + 1e-3 * np.random.default_rng(1).normal(size=14)
    high = panel.assign(
        kemiskinan_pct=panel["kemiskinan_pct"]
        + 60.0 * panel["kode_wilayah"].isin(["33.01", "33.05"])
    )
    choices = {**names, "treated": "33.01", "start": 2020}
    fit = synthetic_control(high, **choices)
    # It follows the donor almost perfectly, and still is no mixture.
    assert fit.single
    assert fit.pre_r2 > 0.99
    assert not fit.comparable
    assert "Seluruh bobot jatuh pada 33.05: ini perbandingan dua tempat" in fit.fit_note
    with pytest.raises(MethodError, match=r"jatuh pada 33\.05, satu dari 7 calon.*Perbaikan"):
        synthetic_control(high, **choices, allow_single=False)
    declared = synthetic_control(high, **choices, donors=["33.05"], allow_single=False)
    assert declared.single
    mixed = synthetic_control(panel, **{**choices, "treated": "33.02"}, allow_single=False)
    assert not mixed.single
    assert "Seluruh bobot" not in mixed.fit_note


def test_declared_gaps_are_left_out_and_shown(factor_panel, names):
    panel = factor_panel(np.random.default_rng(8))
    keeps = (panel["tahun"] != 2013) | (panel["kode_wilayah"] == "33.01")
    declared = {**names, "treated": "33.01", "start": 2020, "allow_gaps": (2013,)}
    partly = synthetic_control(panel[keeps], **declared)
    wholly = synthetic_control(panel[panel["tahun"] != 2013], **declared)
    assert partly.dropped_times == wholly.dropped_times == (2013,)
    assert 2013 not in partly.gap.index
    pd.testing.assert_series_equal(partly.weights, wholly.weights)
    complete = synthetic_control(panel, **declared)
    assert complete.dropped_times == ()
    assert 2013 in complete.gap.index
    with pytest.raises(MethodError, match=r"33\.02 \(2013\).*dan 1 lainnya"):
        synthetic_control(panel[keeps], **names, treated="33.01", start=2020)


def test_a_unit_beyond_all_donors_is_marked(factor_panel, names):
    panel = factor_panel(np.random.default_rng(9))
    own = panel["kode_wilayah"] == "33.01"
    low = panel.assign(kemiskinan_pct=panel["kemiskinan_pct"] - 50.0 * own)
    fit = synthetic_control(low, **names, treated="33.01", start=2020)
    assert fit.outside_range == tuple(range(2010, 2020))
    assert fit.pre_r2 < 0
    assert "di luar rentang semua pembanding" in fit.fit_note
    assert "Kecocokan sebelum awal lemah" in str(fit)
    assert not fit.comparable


def test_weights_that_are_not_unique_are_marked(factor_panel, names):
    panel = factor_panel(np.random.default_rng(10), units=30)
    wide = panel.pivot_table(index="tahun", columns="kode_wilayah", values="kemiskinan_pct")
    own = panel["kode_wilayah"] == "33.01"
    middle = wide.drop(columns="33.01").mean(axis=1)
    panel.loc[own, "kemiskinan_pct"] = middle.loc[panel.loc[own, "tahun"]].to_numpy()
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    assert not fit.unique
    assert "Bobot tidak tunggal" in fit.fit_note
    # The even mixture fits, and nothing has a smaller sum of squares.
    np.testing.assert_allclose(fit.weights, 1 / 29, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treated": "33.99"}, r"'33\.99', tidak ada dalam kolom kode_wilayah"),
        ({"outcome": "gini"}, "Kolom gini tidak ada"),
        ({"donors": []}, "Tidak ada unit pembanding"),
        ({"donors": ["33.02", "33.77"]}, r"pembanding 33\.77 tidak ada"),
        ({"donors": ["33.01", "33.02"]}, "memuat unit yang dievaluasi"),
        ({"donors": ["33.02", "33.02"]}, "berulang"),
        ({"start": 2011}, "Hanya 1 waktu sebelum 2011"),
        ({"start": 2010}, r"di luar panel \(tahun 2010 sampai 2023\)"),
        ({"start": 2024}, "di luar panel"),
    ],
)
def test_bad_choices_are_named(factor_panel, names, change, message):
    choices = {**names, "treated": "33.01", "start": 2020, **change}
    with pytest.raises(MethodError, match=message):
        synthetic_control(factor_panel(np.random.default_rng(1)), **choices)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: pd.concat([p, p.tail(1)]), r"Baris ganda untuk 33\.08 \(2023\)"),
        (lambda p: p.iloc[:-1], r"Nilai kosong untuk 33\.08 \(2023\)"),
        (
            lambda p: p.assign(kemiskinan_pct=p["kemiskinan_pct"].where(p.index != 0)),
            r"Nilai kosong untuk 33\.01 \(2010\)",
        ),
        (
            lambda p: p.assign(kemiskinan_pct=p["kemiskinan_pct"].where(p.index != 0, np.inf)),
            r"Nilai kosong untuk 33\.01 \(2010\)",
        ),
        (lambda p: p.assign(kemiskinan_pct="8,5"), "tidak berisi angka"),
        (lambda p: p.assign(tahun=p["tahun"].astype(str)), "Kolom tahun tidak berisi angka"),
        (
            lambda p: p.assign(
                kemiskinan_pct=p["kemiskinan_pct"].where(p["kode_wilayah"] != "33.01", 8.5)
            ),
            r"kemiskinan_pct untuk 33\.01 tidak berubah sebelum 2020",
        ),
        (
            lambda p: p.assign(kode_wilayah=p["kode_wilayah"].astype(float)),
            "kode wilayah harus berupa teks",
        ),
    ],
)
def test_bad_panels_are_named(factor_panel, names, spoil, message):
    panel = spoil(factor_panel(np.random.default_rng(1)))
    with pytest.raises(MethodError, match=message):
        synthetic_control(panel, **names, treated="33.01", start=2020)
