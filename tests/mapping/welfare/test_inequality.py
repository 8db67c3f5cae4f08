from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.atkinson import atkinson as pysal_atkinson
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from kajian.errors import MethodError
from kajian.mapping.districts.dispersion import dispersion
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.welfare.concentration import concentration_index, kakwani
from kajian.mapping.welfare.inequality import atkinson, gini
from kajian.mapping.welfare.inequality_table import inequality_table
from kajian.mapping.welfare.shares import lorenz, palma, quantile_share_ratio
from kajian.mapping.welfare.theil import linearised_theil, mean_log_deviation, theil

# The vector of the manual of R's ineq (Zeileis and Kleiber).
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
YEARS = [1940, 1950, 1960, 1970, 1980, 1990, 2000]
# Rey and Sastre Gutierrez's data in the documentation of PySAL's inequality.
MEXICO_T = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
MEXICO_BETWEEN = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]


def sample_of(n: int = 400, clusters: int = 40) -> tuple[pd.DataFrame, SurveyDesign]:
    rng = np.random.default_rng(7)
    cluster = np.repeat(np.arange(clusters), n // clusters)
    stratum = cluster * 4 // clusters
    table = pd.DataFrame(
        {
            "x": np.exp(14 + 0.1 * stratum + rng.normal(0, 0.5, n)),
            "size": rng.integers(1, 7, n),
            "kecamatan": stratum,
            "kelurahan": stratum * 10 + cluster * 8 // clusters % 2,
        }
    )
    return table, SurveyDesign(stratum, cluster, rng.uniform(20, 80, clusters)[cluster])


# --- published figures ------------------------------------------------------------------------


def test_indices_as_in_r_ineq():
    assert gini(INEQ).estimate == pytest.approx(0.4620911303, abs=1e-10)
    assert theil(INEQ).estimate == pytest.approx(0.3623412423, abs=1e-10)
    assert mean_log_deviation(INEQ).estimate == pytest.approx(0.4335946495, abs=1e-10)


@pytest.mark.parametrize(
    ("year", "total", "between"), list(zip(YEARS, MEXICO_T, MEXICO_BETWEEN, strict=True))
)
def test_mexico_as_in_pysal(mexico, year, total, between):
    x = mexico[f"pcgdp{year}"]
    assert theil(x).estimate == pytest.approx(total, abs=1e-7)
    found = theil(x, by=mexico["hanson98"]).tidy().set_index("term")["estimate"]
    assert found["between"] == pytest.approx(between, abs=1e-7)
    # The parts are computed apart from the total.
    assert found["between"] + found["within"] == pytest.approx(found["total"], abs=1e-12)
    assert found["total"] == pytest.approx(theil(x).estimate, abs=1e-12)
    if year == 1940:
        assert gini(x).estimate == pytest.approx(0.3537237117345285, abs=1e-12)


@pytest.mark.skipif(
    "KAJIAN_REFERENCE" not in os.environ,
    reason="KAJIAN_REFERENCE is unset: EU-SILC of the R package laeken is not at hand",
)
def test_weighted_indices_as_in_laeken():
    silc = pd.read_csv(Path(os.environ["KAJIAN_REFERENCE"], "eusilc_laeken", "eusilc.csv"))
    income, weights = silc["eqIncome"], silc["rb050"]
    assert 100 * gini(income, weights).estimate == pytest.approx(26.48962, abs=5e-6)
    ratio = quantile_share_ratio(income, weights)
    assert ratio.estimate == pytest.approx(3.971415, abs=5e-7)
    # The same from the Lorenz curve, which cuts the households at the quantiles.
    curve = lorenz(income, weights, points=[0.2, 0.8]).estimate
    assert (1 - curve[1]) / curve[0] == pytest.approx(ratio.estimate, rel=1e-3)


# --- another library, another formula ---------------------------------------------------------


@given(st.lists(st.integers(1, 10_000), min_size=3, max_size=40))
def test_unweighted_indices_as_in_pysal(values):
    x = np.array(values, dtype=float)
    groups = np.arange(x.size) % 3
    assert gini(x).estimate == pytest.approx(Gini(x).g, abs=1e-9)
    assert theil(x).estimate == pytest.approx(Theil(x).T, abs=1e-9)
    for epsilon in (0.5, 1, 2):
        expected = pysal_atkinson(x, epsilon)
        assert atkinson(x, epsilon).estimate == pytest.approx(expected, abs=1e-9)
    found = theil(x, by=groups).components.set_index("term")["estimate"]
    expected = TheilD(x, groups)
    # PySAL keeps away from log(0) by adding about 1e-16 to every share.
    assert found["between"] == pytest.approx(expected.bg, abs=1e-9)
    assert found["within"] == pytest.approx(expected.wg, abs=1e-9)


def test_the_same_as_between_districts(mexico):
    whole = dispersion(mexico["pcgdp2000"])
    assert gini(mexico["pcgdp2000"]).estimate == pytest.approx(whole.gini, rel=1e-12)
    assert theil(mexico["pcgdp2000"]).estimate == pytest.approx(whole.theil, rel=1e-12)


def test_gini_is_the_mean_difference_of_all_pairs():
    rng = np.random.default_rng(1)
    x, w = rng.integers(0, 9, 40).astype(float), rng.uniform(1, 4, 40)
    pairs = w @ np.abs(x[:, None] - x) @ w
    expected = pairs / (2 * w.sum() * (w @ x))
    assert gini(x, w).estimate == pytest.approx(expected, rel=1e-12)


def test_gini_is_twice_the_area_above_the_lorenz_curve():
    x = np.random.default_rng(2).lognormal(0, 1, 50)
    curve = lorenz(x, points=np.arange(51) / 50).estimate
    assert gini(x).estimate == pytest.approx(1 - (curve[1:] + curve[:-1]).sum() / 50, rel=1e-12)
    assert curve[[0, -1]] == pytest.approx([0, 1], abs=1e-12)


def test_indices_of_what_is_equal_are_zero():
    x = np.full(9, 7.0)
    for measure in (gini, theil, mean_log_deviation, lambda x: atkinson(x, 2)):
        found = measure(x)
        assert found.estimate == pytest.approx(0, abs=1e-15)
        assert found.std_error == 0
    assert palma(x).estimate == pytest.approx(0.25)
    assert str(theil(x, by=list("abcabcabc"))).endswith("tanpa ketimpangan")


def test_atkinson_runs_through_one():
    x = np.random.default_rng(3).lognormal(0, 1, 30)
    around = [atkinson(x, 1 + step) for step in (-1e-6, 0, 1e-6)]
    assert around[1].estimate == pytest.approx((around[0].estimate + around[2].estimate) / 2)
    assert around[1].std_error == pytest.approx((around[0].std_error + around[2].std_error) / 2)


# --- shares -----------------------------------------------------------------------------------


def test_shares_by_hand():
    x = [1, 1, 2, 2, 3, 3, 4, 4, 10, 20]
    found = lorenz(x, points=[0.4, 0.45, 0.9])
    # At 0.45 half of the fifth person counts.
    assert found.estimate == pytest.approx([6 / 50, 7.5 / 50, 30 / 50])
    assert palma(x).estimate == pytest.approx(20 / 6)
    # The poorest fifth has 1 each; the quantile at 0.8 is the mean of 4 and 10.
    assert quantile_share_ratio(x).estimate == pytest.approx(15)
    # Who lives at the lower quantile, here 3, belongs to the poorest, as in laeken.
    assert quantile_share_ratio(x, share=0.5).estimate == pytest.approx((38 / 4) / (12 / 6))
    assert found.tidy().columns.tolist() == [
        "population_share",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
    ]
    assert "45% terbawah memiliki 15,0%" in str(found)


def test_errors_of_the_lorenz_curve_are_those_of_a_ratio():
    x = np.random.default_rng(4).lognormal(0, 0.8, 2000)
    found = lorenz(x, points=[0, 0.3, 1])
    edge = np.quantile(x, 0.3)
    scores = (np.minimum(x - edge, 0) + 0.3 * edge - found.estimate[1] * x) / x.mean()
    assert found.std_error[1] == pytest.approx(scores.std() / np.sqrt(2000), rel=1e-3)
    # Nobody has nothing, everybody everything, in every sample.
    assert found.std_error[[0, 2]] == pytest.approx([0, 0], abs=1e-15)


# --- concentration ----------------------------------------------------------------------------


def test_concentration_by_itself_is_the_gini_and_backwards_its_negative():
    x = np.random.default_rng(5).lognormal(0, 1, 80)
    for rank, sign in ((x, 1), (np.log(x), 1), (-x, -1)):
        found = concentration_index(x, rank)
        assert found.estimate == pytest.approx(sign * gini(x).estimate, rel=1e-12)
        assert found.std_error == pytest.approx(gini(x).std_error, rel=1e-9)


def test_concentration_is_twice_the_covariance_with_the_rank():
    rng = np.random.default_rng(6)
    outcome, income = rng.integers(0, 2, 60), rng.permutation(60)
    rank = (income + 0.5) / 60
    expected = 2 * np.cov(outcome, rank, bias=True)[0, 1] / outcome.mean()
    assert concentration_index(outcome, income).estimate == pytest.approx(expected, rel=1e-12)


def test_concentration_by_hand():
    # All of it with the poorest, the middle two tied, the richest.
    assert concentration_index([6, 0, 0, 0], [1, 2, 2, 3]).estimate == pytest.approx(-0.75)
    assert concentration_index([0, 6, 0, 0], [1, 2, 2, 3]).estimate == pytest.approx(0)
    assert concentration_index([0, 0, 0, 6], [1, 2, 2, 3]).estimate == pytest.approx(0.75)


def test_kakwani_tells_progressive_from_regressive():
    income = np.random.default_rng(7).lognormal(0, 1, 200)
    assert kakwani(0.1 * income, income).estimate == pytest.approx(0, abs=1e-14)
    assert kakwani(income**1.5, income).conf_low > 0
    poll_tax = kakwani(np.ones(200), income)
    assert poll_tax.estimate == pytest.approx(-gini(income).estimate)
    assert poll_tax.p_value < 0.001


# --- between and within -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "term"), [(theil, "value_share"), (mean_log_deviation, "population_share")]
)
def test_parts_add_up(measure, term):
    table, design = sample_of()
    found = measure(table["x"], by=table["kecamatan"], design=design, size=table["size"])
    total, between, within = found.tidy()["estimate"]
    groups = found.groups
    assert between + within == pytest.approx(total, abs=1e-12)
    assert groups["within"].sum() == pytest.approx(within, abs=1e-12)
    assert groups["between"].sum() == pytest.approx(between, abs=1e-12)
    assert groups[["population_share", "value_share"]].sum().tolist() == pytest.approx([1, 1])
    weights = design.weights * table["size"]
    for group, row in groups.set_index("group").iterrows():
        inside = table["kecamatan"] == group
        own = measure(table["x"][inside], weights[inside]).estimate
        assert row["index"] == pytest.approx(own, rel=1e-12)
        assert row["within"] == pytest.approx(row[term] * own, rel=1e-12)
    # What is left when everybody has the mean of his group is the part between.
    means = groups.set_index("group")["relative_mean"][table["kecamatan"]].to_numpy()
    assert measure(means, weights).estimate == pytest.approx(between, rel=1e-12)
    assert found.tidy()["std_error"][0] == pytest.approx(
        measure(table["x"], design=design, size=table["size"]).std_error, rel=1e-9
    )


@pytest.mark.parametrize("measure", [theil, mean_log_deviation])
def test_kelurahan_lie_inside_kecamatan(measure):
    table, design = sample_of()
    nested = measure(table["x"], by=table[["kecamatan", "kelurahan"]], design=design)
    parts = nested.tidy().set_index("term")["estimate"]
    assert parts.index.tolist() == ["total", "between:kecamatan", "between:kelurahan", "within"]
    outer = measure(table["x"], by=table["kecamatan"], design=design).tidy()
    inner = measure(table["x"], by=table["kelurahan"], design=design).tidy()
    assert parts["between:kecamatan"] == pytest.approx(outer["estimate"][1], rel=1e-12)
    assert parts["within"] == pytest.approx(inner["estimate"][2], rel=1e-12)
    assert parts.iloc[1:].sum() == pytest.approx(parts["total"], abs=1e-12)
    assert parts["between:kelurahan"] > 0
    assert nested.groups["level"].tolist() == ["kecamatan"] * 4 + ["kelurahan"] * 8
    assert "antar kecamatan" in str(nested)


@pytest.mark.parametrize("measure", [theil, mean_log_deviation])
def test_errors_of_parts_follow_from_derivatives_by_the_weights(measure):
    rng = np.random.default_rng(8)
    x, weights, groups = rng.lognormal(0, 1, 14), rng.uniform(1, 4, 14), np.arange(14) % 3

    def parts(w: np.ndarray) -> np.ndarray:
        found = measure(x, w, by=groups)
        columns = [found.components["estimate"], found.groups["within"], found.groups["between"]]
        return np.concatenate(columns)

    scores = np.empty((14, 9))
    for row in range(14):
        step = np.zeros(14)
        step[row] = 1e-5
        scores[row] = weights[row] * (parts(weights + step) - parts(weights - step)) / 2e-5
    found = measure(x, weights, by=groups)
    errors = [
        found.components["std_error"],
        found.groups["within_std_error"],
        found.groups["between_std_error"],
    ]
    # Central differences with this step are good to eight digits or so.
    expected = np.sqrt(14 / 13 * (scores**2).sum(axis=0))
    np.testing.assert_allclose(np.concatenate(errors), expected, rtol=1e-6)


# --- by domain --------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", [None, linearised_theil])
def test_inequality_table_holds_the_index_of_every_domain(statistic):
    table, design = sample_of()
    chosen = {} if statistic is None else {"statistic": statistic}
    found = inequality_table(
        table["x"], design, table["kecamatan"], size=table["size"], domains=range(5), **chosen
    )
    measure = gini if statistic is None else theil
    for domain in range(4):
        inside = (table["kecamatan"] == domain).to_numpy()
        alone = SurveyDesign(*(a[inside] for a in (design.strata, design.cluster, design.weights)))
        expected = measure(table["x"][inside], design=alone, size=table["size"][inside])
        assert found.estimate[domain] == pytest.approx(expected.estimate, rel=1e-12)
        # Kecamatan are the strata, so what lies outside adds nothing to their error.
        assert found.std_error[domain] == pytest.approx(expected.std_error, rel=1e-9)
        assert found.conf_low[domain] == pytest.approx(expected.conf_low, rel=1e-9)
    assert found.label.tolist() == ["layak"] * 4 + ["tanpa sampel"]
    assert np.isnan([found.estimate[4], found.std_error[4]]).all()


def test_domains_of_few_clusters_are_withheld():
    table, design = sample_of()
    domain = np.where(np.asarray(design.cluster) == 0, "satu", "lain")
    found = inequality_table(table["x"], design, domain)
    assert found.domains.tolist() == ["lain", "satu"]
    assert found.label.tolist() == ["layak", "tidak ditampilkan"]
    assert np.isnan(found.std_error[1])


def test_a_simple_random_sample_is_its_own_yardstick():
    x = np.random.default_rng(9).lognormal(0, 1, 30)
    design = SurveyDesign(np.zeros(30), np.arange(30), np.full(30, 4.0))
    assert inequality_table(x, design, np.ones(30)).design_effect == pytest.approx([1])
    fourfold = SurveyDesign(np.zeros(120), np.repeat(np.arange(30), 4), np.ones(120))
    found = inequality_table(x.repeat(4), fourfold, np.ones(120))
    assert found.design_effect == pytest.approx([119 / 29])


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theil([1, 0, -2]), "2 nilai kosong.*pertama di baris 2.*pakai gini"),
        (lambda: mean_log_deviation([1, 0]), "1 nilai"),
        (lambda: atkinson([1, 0, 2], 1), "1 nilai.*epsilon di bawah 1"),
        (lambda: atkinson([1, 2], 0), "epsilon 0"),
        (lambda: atkinson([1, 2], np.inf), "epsilon inf"),
        (lambda: gini([1, -1]), "1 nilai.*negatif"),
        (lambda: gini([0, 0]), "Semua nilai nol"),
        (lambda: palma([0, 0, 0, 0, 1]), "40% terbawah tidak memiliki"),
        (lambda: quantile_share_ratio([2, 2, 2, 2]), "Rasio kuantil tidak terdefinisi"),
        (lambda: quantile_share_ratio([0, 0, 1, 2, 3]), "Rasio kuantil tidak terdefinisi"),
        (lambda: quantile_share_ratio([1, 2], share=0.6), "share 0.6"),
        (lambda: lorenz([1, 2], points=[0.5, 1.2]), "Titik kurva"),
        (lambda: lorenz([1, 2], points=[]), "Titik kurva"),
        (lambda: lorenz([1, 2], level=0), "Taraf 0"),
        (lambda: concentration_index([1, 2], [1, np.nan]), "1 pemeringkat"),
        (lambda: concentration_index([1, 2], [1, 2, 3]), "bukan 2 angka"),
        (lambda: kakwani([1, -2], [1, 2]), "1 pembayaran"),
        (lambda: kakwani([0, 0], [1, 2]), "Semua pembayaran nol"),
        (lambda: kakwani([1, 2], [0, 0]), "Semua pendapatan nol"),
        (lambda: theil([1, 2, 3], by=["a", None, "b"]), "tercatat untuk 2 dari 3"),
        (lambda: theil([1, 2, 3], by=["a", "b"]), "tercatat untuk 2 dari 3"),
        (lambda: theil([1, 2, 3], by=np.ones((3, 2))), "bukan satu kolom"),
        (lambda: theil([1, 2, 3], by=pd.DataFrame(index=range(3))), "tidak berkolom"),
        (
            lambda: theil([1, 2, 3], by=pd.DataFrame({"kec": [1, 1, 2], "kel": ["a", "b", "a"]})),
            "1 kelompok pada kolom kel ada di lebih dari satu kelompok di atasnya.*'a'",
        ),
    ],
)
def test_inequality_refuses(call, message):
    with pytest.raises(MethodError, match=rf"^(?=.*Perbaikan: ).*({message})"):
        call()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros(400)}, "400 nilai"),
        ({"x": [1.0]}, "bukan 400 angka"),
        ({"by": ["a"]}, "dari 400"),
        ({"domains": [0, 1]}, "domain sampel tidak ada"),
        ({"level": 2}, "Taraf 2"),
    ],
)
def test_inequality_table_refuses(change, message):
    table, design = sample_of()
    usual = {"x": table["x"], "design": design, "by": table["kecamatan"]}
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan"):
        inequality_table(**{**usual, **change})


def test_the_share_of_a_part_has_the_error_of_a_ratio() -> None:
    """By the jackknife over clusters, which knows nothing of influence values."""
    rng = np.random.default_rng(11)
    clusters, size = 60, 8
    cluster = np.repeat(np.arange(clusters), size)
    x = np.exp(0.3 * rng.standard_normal(clusters)[cluster] + 0.5 * rng.standard_normal(480))
    by = cluster % 6
    x *= np.exp(0.2 * by)
    design = SurveyDesign(np.zeros(480), cluster, np.ones(480))
    found = theil(x, by=by, design=design).tidy().set_index("term")
    shares = np.array(
        [
            theil(x[cluster != k], by=by[cluster != k])
            .tidy()
            .set_index("term")["share_pct"]["within"]
            for k in range(clusters)
        ]
    )
    jackknife = np.sqrt((clusters - 1) / clusters * ((shares - shares.mean()) ** 2).sum())
    row = found.loc["within"]
    half = (row["share_high_pct"] - row["share_low_pct"]) / 2
    assert row["share_high_pct"] < 100
    # The jackknife and linearisation agree to first order in one over the clusters.
    assert half == pytest.approx(2.0010 * jackknife, rel=0.08)
    assert found.loc["total", ["share_low_pct", "share_high_pct"]].tolist() == [100, 100]
