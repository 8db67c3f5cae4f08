"""Detectable effects: textbook numbers, other power functions, and power found by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from kajian.errors import MethodError
from kajian.evaluation.design.mde import (
    design_effect,
    mde_clusters,
    mde_individual,
    mde_proportion,
)


def test_blooms_multiplier():
    # Bloom (1995): 2.80 standard errors for a two-sided test at 5 per cent with 80 per cent power.
    result = mde_individual(50_000, 50_000, 1.0)
    assert result.effect / result.std_error == pytest.approx(2.80, abs=0.005)


@pytest.mark.parametrize(("treated", "control"), [(30, 30), (20, 60), (200, 150)])
def test_rows_agree_with_statsmodels(treated, control):
    exact = TTestIndPower().solve_power(
        nobs1=treated, ratio=control / treated, alpha=0.05, power=0.8
    )
    # Bloom's sum of two t quantiles stands for the noncentral t; they part by a per mille or two.
    assert mde_individual(treated, control, 1.0).effect == pytest.approx(exact, rel=3e-3)


def test_what_shrinks_and_scales_the_effect():
    plain = mde_individual(40, 60, 1.0)
    assert mde_individual(40, 60, 25.0).effect == pytest.approx(25 * plain.effect)
    assert mde_individual(40, 60, 25.0).effect_sd == pytest.approx(plain.effect)
    assert mde_individual(40, 60, 1.0, r2=0.75).effect == pytest.approx(plain.effect / 2)
    assert mde_individual(40, 60, 1.0, n_covariates=10).df == plain.df - 10


def test_design_effect():
    # 1 + (m - 1) icc: twenty per cluster with icc 0.05 nearly double the variance.
    assert design_effect(20, 0.05) == pytest.approx(1.95)
    assert design_effect(1, 0.3) == 1
    # Eldridge et al. (2006): the mean size times one plus the squared coefficient of variation.
    assert design_effect(20, 0.05, cv=0.5) == pytest.approx(1 + (1.25 * 20 - 1) * 0.05)


def test_clusters_are_rows_with_a_design_effect():
    result = mde_clusters(15, 20, 12, 0.08, 3.0, cv=0.4)
    rows = mde_individual(180, 240, 3.0)
    inflated = rows.std_error * np.sqrt(design_effect(12, 0.08, 0.4))
    assert result.std_error == pytest.approx(inflated)
    assert (result.df, result.n_treated, result.units_control) == (33, 180, 20)
    alone = mde_clusters(15, 20, 1, 0.0, 3.0)
    assert alone.effect == pytest.approx(mde_individual(15, 20, 3.0).effect)
    # Covariates of clusters remove nothing from within, and more rows nothing from between.
    assert mde_clusters(15, 20, 1e9, 0.08, 3.0, r2_between=0.75).effect == pytest.approx(
        mde_clusters(15, 20, 1e9, 0.08, 3.0).effect / 2, rel=1e-6
    )


def test_power_is_as_promised_with_clusters():
    rng = np.random.default_rng(0)
    plan = mde_clusters(10, 14, 8, 0.2, 1.0)
    draws = 6_000
    means = rng.normal(scale=np.sqrt(0.2 + 0.8 / 8), size=(draws, 24))
    means[:, :10] += plan.effect
    p = stats.ttest_ind(means[:, :10], means[:, 10:], axis=1).pvalue
    # Monte Carlo standard error 0.005, and a per cent for the approximation by two t quantiles.
    assert (p < 0.05).mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("share", "increase"), [(0.2, True), (0.2, False), (0.6, True)])
def test_power_is_as_promised_for_shares(share, increase):
    rng = np.random.default_rng(1)
    plan = mde_proportion(150, 250, share, increase=increase)
    changed = share + plan.effect if increase else share - plan.effect
    p1 = rng.binomial(150, changed, 20_000) / 150
    p0 = rng.binomial(250, share, 20_000) / 250
    error = np.sqrt(p1 * (1 - p1) / 150 + p0 * (1 - p0) / 250)
    # Monte Carlo standard error 0.003; counts are discrete, which moves power by a point or two.
    assert (np.abs(p1 - p0) > 1.966 * error).mean() == pytest.approx(0.8, abs=0.025)


def test_shares_in_clusters():
    rows = mde_proportion(10_000, 10_000, 0.3)
    clustered = mde_proportion(200, 200, 0.3, cluster_size=50, icc=0.04)
    # The design effect is 2.96; a small change of a share hardly moves its variance.
    assert clustered.design_effect == pytest.approx(2.96)
    assert clustered.effect == pytest.approx(np.sqrt(2.96) * rows.effect, rel=0.02)
    assert mde_proportion(300, 300, 0.5).effect == pytest.approx(
        mde_proportion(300, 300, 0.5, increase=False).effect
    )


def test_words_and_table():
    plan = mde_clusters(15, 20, 12, 0.08, 3.0)
    text = str(plan).replace("\u00a0", " ")
    assert "kuasa 80% pada taraf 5%" in text
    assert "15 lawan 20, efek rancangan 1,88" in text
    assert plan.tidy()["effect_sd"][0] == pytest.approx(plan.effect / 3)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (lambda: mde_individual(1, 30, 1.0), "1 lawan 30 unit undian"),
        (lambda: mde_individual(30, 30, 0.0), "simpangan baku 0"),
        (lambda: mde_individual(30, 30, 1.0, r2=1.0), "r2 = 1"),
        (lambda: mde_individual(5, 5, 1.0, n_covariates=8), "derajat bebas 0"),
        (lambda: mde_individual(30, 30, 1.0, power=0.04), "kuasa 0.04"),
        (lambda: mde_clusters(10, 10, 0.5, 0.1, 1.0), "Ukuran klaster 0.5"),
        (lambda: mde_clusters(10, 10, 5, -0.1, 1.0), "icc = -0.1"),
        (lambda: mde_clusters(10, 10, 5, 0.1, 1.0, cv=-1), "koefisien keragaman -1"),
        (lambda: mde_proportion(50, 50, 1.2), "share = 1.2"),
        (lambda: mde_proportion(50, 50, 0.0), "proporsi 0 tidak terdeteksi"),
        (lambda: mde_proportion(4, 4, 0.2, increase=False), "tidak terdeteksi dengan 4 lawan 4"),
    ],
)
def test_impossible_plans_are_named(plan, said):
    with pytest.raises(MethodError, match=said):
        plan()
