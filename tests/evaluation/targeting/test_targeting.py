"""Targeting: a case worked by hand, identities, another room's estimators, simulated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.errors import MethodError
from kajian.evaluation.targeting.targeting import targeting
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean, domain_ratio
from kajian.mapping.welfare.concentration import concentration_index

CENSUS = {"sampling": False, "minimum": 1}
ROUNDING = {"rtol": 1e-10, "atol": 1e-12}  # the same sums in another order


def estimates(found):
    return found.measures.set_index(["by", "group", "term"])["estimate"].astype(float)


def whole(found):
    return estimates(found)["semua", "semua"]


def test_by_hand():
    # 20 households; of 10 eligible 6 receive, of 10 others 2 receive. Rp100 each.
    eligible = np.repeat([True, False], 10)
    received = np.r_[np.ones(6), np.zeros(4), np.ones(2), np.zeros(8)]
    found = whole(targeting(eligible, received, cost_rp=100, **CENSUS))
    by_hand = {
        "eligible_share": 0.5,
        "recipient_share": 0.4,
        "coverage": 0.6,
        "exclusion_error": 0.4,
        "leakage": 0.25,
        "ineligible_reached": 0.2,
        "targeting_differential": 0.4,
        "exclusion_floor": 0.2,  # 8 places for 10
        "leakage_floor": 0.0,
        "exclusion_excess": 0.2,  # 2 of 10 could have had the places of the 2 others
        "leakage_excess": 0.25,
        "cost_per_eligible_rp": 800 / 6,
        "leaked_rp": 200.0,
        "rupiah_leakage": 0.25,
    }
    assert found.to_dict() == pytest.approx(by_hand)


def test_a_programme_larger_than_need_must_leak():
    eligible = np.repeat([True, False], [4, 6])
    received = np.array([1, 1, 1, 0, 1, 1, 1, 0, 0, 0])
    found = whole(targeting(eligible, received, **CENSUS))
    assert found["leakage_floor"] == pytest.approx(2 / 6)
    assert found["leakage_excess"] == pytest.approx(3 / 6 - 2 / 6)
    assert found["exclusion_floor"] == 0
    assert found["exclusion_excess"] == pytest.approx(1 / 4)


def test_benefits_by_welfare_by_hand():
    # Ten households, poorest first; the four poorest get 3 of 5 benefits: CGH = 0.6 / 0.4.
    welfare = np.arange(10.0)
    received = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 1])
    found = targeting(welfare < 3, received, welfare, score=-welfare, **CENSUS)
    assert whole(found)["cgh"] == pytest.approx(1.5)
    # The three with the lowest score are the three richest.
    assert whole(found)["error_at_need"] == 1
    tenths = found.incidence.pivot_table(index="tenth", columns="term", values="estimate")
    np.testing.assert_allclose(tenths["coverage"], received, atol=1e-12)
    np.testing.assert_allclose(tenths["benefit_share"], received / 5, atol=1e-12)
    np.testing.assert_allclose(tenths["cumulative_share"], received.cumsum() / 5)
    # Rupiah instead of heads where they differ: 100 for the poorest, 25 for four others.
    rupiah = np.where(welfare == 0, 100, 25) * received
    by_rupiah = targeting(welfare < 3, received, welfare, cost_rp=rupiah, **CENSUS)
    assert whole(by_rupiah)["cgh"] == pytest.approx(150 / 200 / 0.4)
    assert whole(by_rupiah)["rupiah_leakage"] == pytest.approx(50 / 200)


def test_ties_in_welfare_are_shared_whatever_the_order_of_rows():
    welfare = np.repeat([1.0, 2.0], 5)
    received = np.array([1, 0, 0, 0, 0, 1, 1, 0, 0, 0])
    eligible = welfare < 2
    order = np.array([9, 0, 8, 1, 7, 2, 6, 3, 5, 4])
    one = targeting(eligible, received, welfare, score=received, bottom=0.2, **CENSUS)
    other = targeting(
        eligible[order],
        received[order],
        welfare[order],
        score=received[order],
        bottom=0.2,
        **CENSUS,
    )
    assert whole(one)["cgh"] == pytest.approx(1 / 3 * 2 / 5 / 0.2)
    np.testing.assert_allclose(estimates(one), estimates(other), **ROUNDING)
    np.testing.assert_allclose(one.incidence["estimate"], other.incidence["estimate"], atol=1e-12)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 50)), min_size=2))
def test_identities_and_bounds(rows):
    eligible, received, weights = map(np.array, zip(*rows, strict=True))
    if not (eligible.any() and received.any()):
        return
    found = targeting(eligible, received, weights=weights, **CENSUS)
    m = whole(found)
    reached = m["coverage"] * found.eligible
    assert reached == pytest.approx(found.recipients * (1 - m["leakage"]))
    assert reached == pytest.approx(found.eligible_reached)
    assert m["coverage"] + m["exclusion_error"] == pytest.approx(1)
    assert m["exclusion_floor"] + m["exclusion_excess"] == pytest.approx(m["exclusion_error"])
    assert m["leakage_floor"] + m["leakage_excess"] == pytest.approx(m["leakage"])
    assert min(m["exclusion_floor"], m["leakage_floor"]) == 0
    shares = m.drop("targeting_differential").dropna()
    assert shares.between(-1e-12, 1 + 1e-12).all()
    if eligible.all():
        assert np.isnan(m["ineligible_reached"])
    else:
        assert m["targeting_differential"] == pytest.approx(m["coverage"] - m["ineligible_reached"])


def arguments(table, **more):
    names = {"strata": "strata", "cluster": "klaster", "score": "skor"}
    columns = {key: table[name] for key, name in names.items()}
    return {"cost_rp": 500_000, "by": table[["kepala", "umur"]], **columns, **more}


def run(table, weights=None, **more):
    weights = table["bobot"] if weights is None else weights
    return targeting(
        table["berhak"],
        table["menerima"],
        table["pengeluaran"],
        weights,
        **arguments(table, **more),
    )


def test_scale_of_weights_order_of_rows_and_replication(survey):
    base = run(survey)
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    scaled = run(survey, weights=7 * survey["bobot"])
    totals = base.measures["term"] == "leaked_rp"
    np.testing.assert_allclose(
        scaled.measures.loc[~totals, numbers], base.measures.loc[~totals, numbers], **ROUNDING
    )
    np.testing.assert_allclose(
        scaled.measures.loc[totals, numbers], 7 * base.measures.loc[totals, numbers]
    )
    shuffled = run(survey.sample(frac=1, random_state=3))
    for name in ("measures", "comparisons", "incidence"):
        one, other = getattr(base, name), getattr(shuffled, name)
        np.testing.assert_allclose(one[numbers], other[numbers], **ROUNDING)
    # Each row twice with half the weight, in its old cluster, says nothing new. The smoothed edge
    # of ranked measures knows n, so that errors of those may move a little.
    twice = run(pd.concat([survey, survey]).assign(bobot=lambda t: t["bobot"] / 2))
    np.testing.assert_allclose(twice.measures["estimate"], base.measures["estimate"], **ROUNDING)
    ranked = base.measures["term"].isin(["cgh", "error_at_need"])
    np.testing.assert_allclose(
        twice.measures.loc[~ranked, numbers], base.measures.loc[~ranked, numbers], **ROUNDING
    )


def test_errors_equal_those_of_the_survey_room(survey):
    found = run(survey)
    m = found.measures.set_index(["by", "group", "term"])
    design = SurveyDesign(survey["strata"], survey["klaster"], survey["bobot"])
    e, r = survey["berhak"].astype(float), survey["menerima"].astype(float)
    everyone = np.zeros(len(survey))
    pairs = {
        "coverage": (e * r, e),
        "leakage": ((1 - e) * r, r),
        "ineligible_reached": ((1 - e) * r, 1 - e),
        "exclusion_excess": ((1 - e) * r, e),
        "cost_per_eligible_rp": (500_000 * r, e * r),
    }
    for term, (numerator, denominator) in pairs.items():
        theirs = domain_ratio(numerator, denominator, design, everyone)
        ours = m.loc["semua", "semua", term]
        assert ours["estimate"] == pytest.approx(theirs.estimate[0])
        assert ours["std_error"] == pytest.approx(theirs.std_error[0])
        assert (ours["clusters"], ours["df"]) == (theirs.clusters[0], theirs.df[0])
    of_sex = domain_mean(r, design, survey["kepala"] + e.map({1.0: "", 0.0: " lain"}))
    place = of_sex.domains.get_loc("perempuan")
    ours = m.loc["kepala", "perempuan", "coverage"]
    assert ours["std_error"] == pytest.approx(of_sex.std_error[place])
    theirs = concentration_index(r, survey["pengeluaran"], design=design)
    ours = m.loc["semua", "semua", "concentration"]
    assert ours["estimate"] == pytest.approx(theirs.estimate)
    assert ours["std_error"] == pytest.approx(theirs.std_error)
    by_design = targeting(
        e, r, survey["pengeluaran"], design=design, cost_rp=500_000, score=survey["skor"]
    )
    np.testing.assert_allclose(
        by_design.measures["std_error"], found.measures["std_error"][: len(by_design.measures)]
    )


def test_wilson_for_independent_rows_and_the_limits_of_nothing_seen():
    # With equal weights and no clusters the effective size is n - 1 and the interval is Wilson's,
    # with the t quantile: 8 of 40 eligible are left out.
    from scipy.stats import t as student

    eligible = np.ones(40, dtype=bool)
    received = np.arange(40) >= 8
    row = targeting(eligible, received).measure("exclusion_error")
    t = student.ppf(0.975, 39)
    for limit in (row["conf_low"], row["conf_high"]):
        assert abs(0.2 - limit) == pytest.approx(t * np.sqrt(limit * (1 - limit) / 39))
    nobody = targeting(eligible, eligible).measure("exclusion_error")
    assert (nobody["estimate"], nobody["conf_low"]) == (0, 0)
    assert nobody["conf_high"] == pytest.approx(t**2 / (40 + t**2))
    # Ten clusters of four: each counts as one answer.
    clustered = targeting(eligible, eligible, cluster=np.arange(40) // 4)
    t = student.ppf(0.975, 9)
    assert clustered.measure("coverage")["conf_low"] == pytest.approx(1 - t**2 / (10 + t**2))


def test_intervals_hold_the_truth_of_a_clustered_population(city, draw_survey):
    columns = (city["berhak"], city["menerima"], city["pengeluaran"])
    truth = targeting(*columns, by=city["umur"], score=city["skor"], cost_rp=1, **CENSUS)
    rng = np.random.default_rng(5)
    draws = 60
    held = []
    for _ in range(draws):
        s = draw_survey(rng)
        found = targeting(
            s["berhak"],
            s["menerima"],
            s["pengeluaran"],
            s["bobot"],
            s["umur"],
            strata=s["strata"],
            cluster=s["klaster"],
            score=s["skor"],
            cost_rp=1,
        )
        true = pd.concat([truth.measures, truth.comparisons])["estimate"].to_numpy()
        mine = pd.concat([found.measures, found.comparisons])
        assert list(mine["term"]) == [*truth.measures["term"], *truth.comparisons["term"]]
        limits = mine[["conf_low", "conf_high"]].to_numpy()
        inside = (limits[:, 0] <= true) & (true <= limits[:, 1])
        held.append(np.where(mine["label"] == "tampil", inside, np.nan))  # no leak, no interval
    share = pd.Series(
        np.nanmean(held, axis=0), index=pd.MultiIndex.from_frame(mine[["by", "term"]])
    )
    # Nominal 0.95; a Monte Carlo error of 0.028 for each of 71 figures, less for their mean.
    assert share.min() > 0.85
    assert 0.93 < share.drop("leakage_floor", level="term").mean() < 0.975


def test_clusters_widen_the_interval(survey):
    clustered = run(survey).measure("coverage")
    independent = run(survey, strata=None, cluster=None).measure("coverage")
    assert clustered["std_error"] > 1.2 * independent["std_error"]


def test_a_census_has_no_sampling_error(city):
    found = targeting(
        city["berhak"], city["menerima"], city["pengeluaran"], by=city["umur"], sampling=False
    )
    missing = ["std_error", "p_value", "conf_low", "conf_high"]
    for table in (found.measures, found.comparisons, found.incidence):
        assert table[missing].isna().all(axis=None)
        assert table["estimate"].notna().all()
    assert "sensus" in str(found)
    assert "selang" not in str(found)


def test_summary(survey):
    text = str(run(survey))
    assert "Cakupan" in text
    assert "selang 95%" in text
    assert "Biaya per rumah tangga berhak yang terjangkau: Rp" in text


YES = np.repeat([True, False], 10)
R = np.tile([True, False], 10)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"eligible": np.zeros(20, dtype=bool)}, "Tidak ada rumah tangga yang berhak"),
        ({"received": np.zeros(20, dtype=bool)}, "Tidak ada penerima"),
        ({"eligible": np.r_[np.nan, np.ones(19)]}, "1 nilai eligible kosong.*baris 1"),
        ({"received": np.r_[np.ones(19), 2]}, "1 nilai received .*bukan ya/tidak.*baris 20"),
        ({"received": pd.Series([True] * 19 + [None], dtype=object)}, "1 nilai received kosong"),
        ({"received": np.ones(19)}, "received berbentuk"),
        ({"eligible": [], "received": []}, "eligible berbentuk"),
        ({"weights": np.r_[-1.0, np.ones(19)]}, "1 penimbang .*negatif, pertama di baris 1"),
        ({"weights": np.r_[np.nan, np.ones(19)]}, "1 penimbang kosong"),
        ({"weights": ["a"] * 20}, "penimbang memuat nilai yang bukan angka"),
        ({"welfare": np.r_[np.nan, np.ones(19)]}, "1 kesejahteraan kosong"),
        ({"score": np.ones(3)}, "skor berbentuk"),
        ({"cost_rp": 0}, "20 biaya .*nol"),
        ({"cost_rp": -5.0}, "negatif"),
        ({"cost_rp": np.zeros(20)}, "10 baris biayanya nol padahal menerima"),
        ({"cost_rp": np.ones(20)}, "10 baris .*tidak nol padahal tidak menerima"),
        ({"by": np.array(["a"] * 19 + [None], dtype=object)}, "1 baris tanpa kelompok"),
        ({"cluster": np.zeros(20)}, "kurang dari dua klaster"),
        ({"cluster": np.arange(20) // 4, "strata": np.arange(20) % 2}, "5 klaster berada di lebih"),
        ({"cluster": np.arange(20), "sampling": False}, "Sensus"),
        ({"design": SurveyDesign(R, np.arange(20), np.ones(20)), "strata": R}, "dua kali"),
        ({"level": 1.0}, "level"),
        ({"bottom": 40}, "bottom"),
        ({"minimum": 0}, "minimum"),
    ],
)
def test_bad_input(changes, message):
    with pytest.raises(MethodError, match=message) as caught:
        targeting(**({"eligible": YES, "received": R} | changes))
    assert "Perbaikan: " in str(caught.value)


def test_an_unknown_term():
    with pytest.raises(MethodError, match="'cakupan' tidak ada"):
        targeting(YES, R).measure("cakupan")
