from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean, domain_ratio, domain_total

# Lumley's R package survey, data apiclus1: 183 schools in 15 sampled districts of California.
# District, county, schools, sum of api00, sum of enroll.
API = pd.DataFrame(
    [
        (637, "Alameda", 11, 7359, 6081),
        (437, "Fresno", 4, 1888, 1436),
        (778, "Kern", 2, 905, 680),
        (197, "Los Angeles", 13, 8593, 6958),
        (406, "Los Angeles", 2, 1116, 683),
        (815, "Mendocino", 4, 2493, 1641),
        (178, "Merced", 4, 2077, 1668),
        (255, "Orange", 16, 11369, 9025),
        (568, "Plumas", 9, 6386, 2180),
        (135, "San Diego", 34, 22508, 15038),
        (510, "San Diego", 21, 13761, 14968),
        (716, "San Joaquin", 37, 20394, 25814),
        (61, "Santa Clara", 13, 9372, 6777),
        (413, "Santa Clara", 1, 551, 274),
        (448, "Santa Clara", 12, 9111, 7375),
    ],
    columns=["district", "county", "schools", "api00", "enroll"],
)
API_DESIGN = SurveyDesign(np.ones(15), API["district"], np.full(15, 33.846996307373))
EVERYWHERE = np.ones(15)


def two_stage_sample(clusters: int = 6) -> pd.DataFrame:
    """Draw 20 households from each of so many clusters in 4 strata, with unequal weights."""
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(4 * clusters), 20)
    effect = rng.normal(0, 1, 4 * clusters)[cluster]
    return pd.DataFrame(
        {
            "stratum": cluster // clusters,
            "cluster": cluster,
            "weight": rng.uniform(20, 80, 4 * clusters)[cluster],
            "domain": np.array(list("abc"))[rng.integers(0, 3, cluster.size)],
            "size": rng.integers(1, 8, cluster.size),
            "y": 10 + effect + rng.normal(0, 1, cluster.size),
        }
    )


def design_of(sample: pd.DataFrame) -> SurveyDesign:
    return SurveyDesign(sample["stratum"], sample["cluster"], sample["weight"])


# --- published figures ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "estimate", "std_error"),
    [
        # svymean(~api00), svymean(~enroll), svyratio(~api00, ~enroll) without fpc.
        ("api00", "schools", 644.169398907104, 23.7790107208869),
        ("enroll", "schools", 549.715846994536, 45.6458729407598),
        ("api00", "enroll", 1.17182250144138, 0.127544610789565),
    ],
)
def test_clusters_as_in_r_survey(numerator, denominator, estimate, std_error):
    found = domain_ratio(API[numerator], API[denominator], API_DESIGN, EVERYWHERE)
    assert found.estimate == pytest.approx([estimate], rel=1e-12)
    assert found.std_error == pytest.approx([std_error], rel=1e-12)
    assert found.df_design == found.df[0] == 14


def test_the_fpc_of_the_manual_is_the_only_difference():
    # The manual prints 23.542 for 15 of 757 districts.
    found = domain_ratio(API["api00"], API["schools"], API_DESIGN, EVERYWHERE)
    assert found.std_error[0] * np.sqrt(1 - 15 / 757) == pytest.approx(23.542, abs=5e-4)


@pytest.mark.parametrize(
    ("county", "mean", "mean_error", "total", "total_error"),
    [
        # svyby(~api00, ~cname, design, svymean) and svytotal.
        ("Los Angeles", 647.266666666667, 17.4230693023744, 328620.487148285, 290601.912061673),
        ("San Diego", 659.436363636363, 2.31989997506545, 1227596.70907211, 864078.531156204),
        ("Santa Clara", 732.076923076923, 15.9315559043315, 644243.727714539, 424769.828019567),
    ],
)
def test_domains_as_in_r_survey(county, mean, mean_error, total, total_error):
    rows = API["county"] == county
    values = API["api00"] / API["schools"]
    means = domain_mean(values, API_DESIGN, API["county"], size=API["schools"]).tidy()
    totals = domain_total(API["api00"], API_DESIGN, API["county"]).tidy()
    found = means.set_index("domain").loc[county]
    assert found["estimate"] == pytest.approx(mean, rel=1e-12)
    assert found["std_error"] == pytest.approx(mean_error, rel=1e-12)
    assert (found["clusters"], found["df"]) == (rows.sum(), rows.sum() - 1)
    found = totals.set_index("domain").loc[county]
    assert found["estimate"] == pytest.approx(total, rel=1e-12)
    assert found["std_error"] == pytest.approx(total_error, rel=1e-12)


def test_a_mean_from_one_cluster_has_no_error():
    # R prints 1e-15 for Alameda; its total has an error, since the district might not be drawn.
    mean = domain_ratio(API["api00"], API["schools"], API_DESIGN, API["county"])
    total = domain_total(API["api00"], API_DESIGN, API["county"])
    assert mean.estimate[0] == pytest.approx(669)
    assert np.isnan([mean.std_error[0], mean.conf_low[0], mean.design_effect[0]]).all()
    assert total.std_error[0] == pytest.approx(249080.045825958, rel=1e-12)
    assert mean.label[0] == total.label[0] == "tidak ditampilkan"


def test_strata_and_weights_as_in_the_stata_manual():
    # webuse fpc; svyset [pw=weight], strata(stratid); svy: mean x
    x = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2]
    design = SurveyDesign([1] * 5 + [2] * 3, range(8), [3] * 5 + [4] * 3)
    [row] = domain_mean(x, design, np.ones(8)).tidy().to_dict("records")
    assert row["estimate"] == pytest.approx(5.448148, abs=5e-7)
    assert row["std_error"] == pytest.approx(0.7412683, abs=5e-8)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((3.63433, 7.261966), abs=5e-6)
    assert row["df"] == 6


def test_a_total_of_lehtonen_and_pahkinen():
    # Practical Methods (2004), table 2.6: unemployed in Province'91, 11802 with fpc 8/32.
    unemployed = [4123, 721, 194, 129, 239, 61, 262, 166]
    design = SurveyDesign([1, 1, 2, 2, 2, 2, 2, 2], range(8), np.full(8, 4))
    found = domain_total(unemployed, design, np.ones(8))
    assert found.estimate == pytest.approx([23580])
    assert found.std_error * np.sqrt(1 - 8 / 32) == pytest.approx([11802], abs=1)


@pytest.mark.skipif(
    "KAJIAN_REFERENCE" not in os.environ,
    reason="KAJIAN_REFERENCE is unset: EU-SILC of the R package laeken is not at hand",
)
def test_poverty_by_region_as_in_laeken():
    silc = pd.read_csv(Path(os.environ["KAJIAN_REFERENCE"], "eusilc_laeken", "eusilc.csv"))
    poor = silc["eqIncome"] < 10859.24  # the manual's threshold, 60% of the median
    design = SurveyDesign(silc["db040"], silc["db030"], silc["rb050"])
    found = domain_mean(poor, design, silc["db040"], proportion=True)
    printed = {"Burgenland": 19.53984, "Tyrol": 15.30819, "Vienna": 17.23468}
    estimates = pd.Series(100 * found.estimate, found.domains)
    assert estimates[list(printed)].tolist() == pytest.approx(list(printed.values()), abs=5e-6)
    whole = domain_mean(poor, design, np.ones(len(silc)), proportion=True)
    assert 100 * whole.estimate[0] == pytest.approx(14.44422, abs=5e-6)
    # Persons of a household are poor together, so the design effect is near its mean size, 2.9.
    assert 1.5 < whole.design_effect[0] < 5


# --- other ways to the same number ------------------------------------------------------------


def test_one_stratum_is_the_cluster_robust_mean():
    sample = two_stage_sample()
    design = SurveyDesign(np.zeros(480), sample["cluster"], sample["weight"])
    fit = sm.WLS(sample["y"], np.ones(480), weights=sample["weight"]).fit(
        cov_type="cluster", cov_kwds={"groups": sample["cluster"]}
    )
    found = domain_mean(sample["y"], design, np.ones(480))
    assert found.estimate == pytest.approx(fit.params.to_numpy(), rel=1e-12)
    assert found.std_error == pytest.approx(fit.bse.to_numpy(), rel=1e-12)


def test_the_jackknife_agrees():
    sample = two_stage_sample(clusters=25)
    design = design_of(sample)
    weights = sample["weight"].to_numpy()
    stratum, cluster = sample["stratum"].to_numpy(), sample["cluster"].to_numpy()
    inside = (sample["domain"] == "a").to_numpy()
    people = sample["size"].to_numpy() * inside

    def estimates(w: np.ndarray) -> np.ndarray:
        return np.array([w @ (people * sample["y"]), w @ (people * sample["y"]) / (w @ people)])

    whole, variance = estimates(weights), np.zeros(2)
    for number in range(100):
        left = np.where(stratum == number // 25, weights * 25 / 24, weights)
        variance += 24 / 25 * (estimates(np.where(cluster == number, 0, left)) - whole) ** 2
    total = domain_total(sample["y"] * sample["size"], design, sample["domain"])
    mean = domain_mean(sample["y"], design, sample["domain"], size=sample["size"])
    # A total is linear, so both are the same; a ratio from 100 clusters is nearly so.
    assert total.std_error[0] == pytest.approx(np.sqrt(variance[0]), rel=1e-10)
    assert mean.std_error[0] == pytest.approx(np.sqrt(variance[1]), rel=0.03)


def test_design_effects_by_hand():
    y = np.random.default_rng(0).normal(size=30)
    alone = SurveyDesign(np.zeros(30), np.arange(30), np.ones(30))
    # A simple random sample is its own yardstick, also when every household has three members.
    for size in (None, np.full(30, 3)):
        found = domain_mean(y, alone, np.ones(30), size=size)
        assert found.design_effect == pytest.approx([1])
    same = SurveyDesign(np.zeros(120), np.repeat(np.arange(30), 4), np.ones(120))
    # Four equal households tell no more than one: (n - 1) / (clusters - 1).
    assert domain_mean(y.repeat(4), same, np.ones(120)).design_effect == pytest.approx([119 / 29])


def test_a_stratum_with_one_cluster_by_hand():
    design = SurveyDesign(["a", "a", "b"], [1, 2, 3], np.ones(3), single_cluster="centre")
    found = domain_total([10, 14, 30], design, np.ones(3))
    # 2 x ((10 - 12)^2 + (14 - 12)^2) within a; (30 - 18)^2 from the mean of all for b.
    assert found.std_error == pytest.approx([np.sqrt(16 + 144)])
    assert found.df_design == 1


# --- a population that is known ---------------------------------------------------------------


def test_intervals_cover_what_is_true():
    """Take 400 two-stage samples, clusters with probability proportional to size."""
    rng = np.random.default_rng(7)
    households = rng.integers(20, 80, 240)
    cluster = np.repeat(np.arange(240), households)
    stratum, domain = cluster // 60, cluster // 20
    size = 1 + rng.poisson(2.5, cluster.size)
    risk = rng.normal(-0.9, 0.5, 240)[cluster]
    poor = rng.normal(size=cluster.size) < risk
    true = np.bincount(domain, poor * size) / np.bincount(domain, size)
    true_whole = (poor @ size) / size.sum()
    begin = np.concatenate([[0], households.cumsum()[:-1]])
    whole, covered, estimates, variances = [], [], [], []
    for _ in range(400):
        drawn = np.concatenate(
            [
                h * 60 + rng.choice(60, 8, p=own / own.sum())
                for h, own in enumerate(households.reshape(4, 60))
            ]
        )
        rows = (begin[drawn] + (rng.random((10, 32)) * households[drawn]).astype(int)).T.ravel()
        weight = households.reshape(4, 60).sum(axis=1)[stratum[rows]] / 80
        design = SurveyDesign(stratum[rows], np.repeat(np.arange(32), 10), weight)
        sample = {"size": size[rows], "proportion": True}
        all_of_it = domain_mean(poor[rows], design, np.ones(320), **sample)
        whole.append(all_of_it.conf_low[0] <= true_whole <= all_of_it.conf_high[0])
        estimates.append(all_of_it.estimate[0])
        variances.append(all_of_it.std_error[0] ** 2)
        each = domain_mean(poor[rows], design, domain[rows], domains=range(12), **sample)
        known = np.isfinite(each.conf_low)
        covered += ((each.conf_low <= true) & (true <= each.conf_high))[known].tolist()
    # Three binomial standard errors of 400 samples are 3.3 percent.
    assert np.mean(whole) == pytest.approx(0.95, abs=0.033)
    # Domains with two to six clusters; their intervals are approximate.
    assert len(covered) > 3_000
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)
    # A variance from 400 samples is known to 7 percent (one standard error).
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=0.2)
    assert np.mean(estimates) == pytest.approx(true_whole, abs=3 * np.std(estimates) / 20)


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_neither_order_nor_scale_of_weights_matters(seed, factor):
    sample = two_stage_sample()
    other = sample.sample(frac=1, random_state=seed).assign(weight=lambda t: t["weight"] * factor)
    first, second = (
        domain_mean(t["y"], design_of(t), t["domain"], size=t["size"]).tidy()
        for t in (sample, other)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)
    totals = domain_total(other["y"], design_of(other), other["domain"])
    expected = domain_total(sample["y"], design_of(sample), sample["domain"])
    np.testing.assert_allclose(totals.std_error, expected.std_error * factor, rtol=1e-9)


@given(st.lists(st.sampled_from([0, 1]), min_size=12, max_size=12))
def test_limits_of_a_proportion_stay_inside(values):
    design = SurveyDesign(np.repeat([0, 1], 6), np.repeat(np.arange(6), 2), np.ones(12))
    found = domain_mean(values, design, np.ones(12), proportion=True)
    if found.rse_pct[0] > 1e-9:
        assert 0 <= found.conf_low[0] < found.estimate[0] < found.conf_high[0] <= 1
    else:
        assert found.label[0] == "tidak ditampilkan"


def test_domains_add_up():
    sample = two_stage_sample()
    parts = domain_total(sample["y"], design_of(sample), sample["domain"])
    whole = domain_total(sample["y"], design_of(sample), np.ones(480))
    assert parts.estimate.sum() == pytest.approx(whole.estimate[0])
    assert parts.n.sum() == whole.n[0] == 480


def test_a_domain_without_sample_appears():
    sample = two_stage_sample()
    domains = ["c", "z", "a", "b"]
    for found in (
        domain_mean(sample["y"], design_of(sample), sample["domain"], domains=domains),
        domain_total(sample["y"], design_of(sample), sample["domain"], domains=domains),
    ):
        assert found.domains.tolist() == domains
        row = found.tidy().set_index("domain").loc["z"]
        assert row[["estimate", "std_error", "conf_low", "conf_high", "rse_pct"]].isna().all()
        assert row[["n", "clusters", "df"]].tolist() == [0, 0, 0]
        assert row["label"] == "tanpa sampel"
        assert found.label.tolist().count("tanpa sampel") == 1


def test_households_without_a_denominator_do_not_count():
    sample = two_stage_sample()
    children = np.where(sample["cluster"] < 2, sample["size"] - 1, 0)
    found = domain_ratio(children * 0.25, children, design_of(sample), np.ones(480))
    assert found.estimate == pytest.approx([0.25])
    assert found.n[0] == (children > 0).sum()
    assert found.clusters[0] == 2


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [1.0]}, "berisi 1 angka"),
        ({"values": np.full(480, np.nan)}, "480 nilai kosong"),
        ({"size": np.full(480, -1)}, "negatif"),
        ({"proportion": True}, "di luar 0-1"),
        ({"by": np.full(480, None)}, "0 dari 480"),
        ({"domains": ["a", "b"]}, "1 domain sampel tidak ada.*'c'"),
    ],
)
def test_domain_mean_refuses(change, message):
    sample = two_stage_sample()
    usual = {"values": sample["y"], "design": design_of(sample), "by": sample["domain"]}
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan"):
        domain_mean(**{**usual, **change})
