"""Weighting and double robustness against statsmodels, simulated truth, and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.treatment.treatment_effects import TreatmentEffect

from kajian.errors import MethodError
from kajian.evaluation.observational.doubly_robust import aipw
from kajian.evaluation.observational.weighting import ipw

SELECTION = "mmarried + mage + I(mage**2) + fbaby + medu"
OUTCOME = "prenatal1 + mmarried + mage + fbaby"
NUMBERS = ["estimate", "std_error", "p_value", "conf_low", "conf_high"]


@pytest.fixture(scope="module")
def theirs(births):
    select = smf.logit(f"mbsmoke ~ {SELECTION}", births).fit(disp=0, tol=1e-12)
    model = smf.ols(f"bweight ~ {OUTCOME}", births)
    return TreatmentEffect(model, births["mbsmoke"].to_numpy(), results_select=select)


@pytest.mark.parametrize(
    ("name", "estimand", "group"), [("ipw", "ATE", "all"), ("ipw", "ATT", 1), ("aipw", "ATE", None)]
)
def test_equals_statsmodels(births, theirs, name, estimand, group):
    options = {} if group is None else {"effect_group": group}
    gmm = getattr(theirs, name)(**options).results_gmm
    more = {"outcome_covariates": OUTCOME} if name == "aipw" else {}
    method = {"ipw": ipw, "aipw": aipw}[name]
    ours = method(births, "bweight", "mbsmoke", SELECTION, estimand=estimand, **more)
    # They find the joint GMM's derivatives numerically, and do not count n - 1.
    assert ours.estimate == pytest.approx(gmm.params[0], rel=1e-5)
    assert ours.mean_control == pytest.approx(gmm.params[1], rel=1e-6)
    assert ours.std_error * np.sqrt(4641 / 4642) == pytest.approx(gmm.bse[0], rel=1e-3)
    assert ours.mean_treated - ours.mean_control == pytest.approx(ours.estimate)


def test_att_of_a_saturated_model_is_the_mean_over_cells(births):
    # With a full set of cells both models are right, so that weighting, regression and the mean of
    # cell differences over the treated are one number.
    cells = births.assign(sel=births["mmarried"] + 2 * births["fbaby"])
    means = cells.pivot_table(index="sel", columns="mbsmoke", values="bweight")
    share = cells[cells["mbsmoke"] == 1]["sel"].value_counts(normalize=True)
    by_hand = ((means[1] - means[0]) * share).sum()
    for method in (ipw, aipw):
        found = method(cells, "bweight", "mbsmoke", "C(sel)", estimand="ATT")
        assert found.estimate == pytest.approx(by_hand)


def test_the_plain_difference_is_far_off(coverage):
    class Plain:
        def __init__(self, table):
            groups = table.groupby("d")["y"]
            self.estimate = groups.mean().diff().iloc[-1]
            half = 1.96 * np.sqrt((groups.var() / groups.size()).sum())
            self.conf_low, self.conf_high = self.estimate - half, self.estimate + half

    bias, error, held = coverage(Plain, "ATE")
    assert bias > 20 * error
    assert held < 0.05


RIGHT = "x + z + I(x**2)"


@pytest.mark.parametrize("estimand", ["ATE", "ATT"])
@pytest.mark.parametrize(
    "method",
    [
        lambda t, e: ipw(t, "y", "d", ["x", "z"], estimand=e),
        # Either model may be wrong: first the outcome leaves x out, then the treatment does.
        lambda t, e: aipw(t, "y", "d", ["x", "z"], outcome_covariates=["z"], estimand=e),
        lambda t, e: aipw(t, "y", "d", ["z"], outcome_covariates=RIGHT, estimand=e),
    ],
    ids=["ipw", "outcome wrong", "treatment wrong"],
)
def test_unbiased_and_intervals_hold_the_truth(coverage, method, estimand):
    bias, error, held = coverage(lambda t: method(t, estimand), estimand)
    # Three Monte Carlo errors, and a little for the bias of ratios at n = 400; nominal 0.95 with a
    # Monte Carlo error of 0.028.
    assert abs(bias) < 3 * error + 0.01
    assert abs(held - 0.95) < 3 * 0.028


def test_both_models_wrong_is_wrong(coverage):
    bias, error, held = coverage(lambda t: aipw(t, "y", "d", ["z"]), "ATE", draws=40)
    assert bias > 10 * error
    assert held < 0.5


def test_cross_fitting(coverage, simulated):
    bias, error, held = coverage(
        lambda t: aipw(
            t, "y", "d", ["x", "z"], outcome_covariates=RIGHT, folds=4, rng=np.random.default_rng(1)
        ),
        "ATE",
        draws=40,
    )
    assert abs(bias) < 3 * error + 0.01
    assert abs(held - 0.95) < 3 * 0.035
    options = {"folds": 3, "cluster": "kelompok"}
    table = simulated.assign(kelompok=simulated.index // 10)
    one, other = (
        aipw(each, "y", "d", ["x", "z"], **options, rng=np.random.default_rng(4))
        for each in (table, table.sample(frac=1, random_state=1))
    )
    assert one.estimate == pytest.approx(other.estimate, rel=1e-12)


METHODS = {
    "ipw": lambda t, **more: ipw(t, "y", "d", ["x", "z"], **more),
    "aipw": lambda t, **more: aipw(t, "y", "d", ["x", "z"], **more),
    "folds": lambda t, **more: aipw(
        t, "y", "d", ["x", "z"], folds=4, rng=np.random.default_rng(7), **more
    ),
}


@pytest.mark.parametrize("name", METHODS)
def test_order_of_rows_and_units_do_not_matter(simulated, name):
    method = METHODS[name]
    base = method(simulated)
    shuffled = simulated.sample(frac=1, random_state=5)
    again = method(shuffled)
    np.testing.assert_allclose(again.tidy()[NUMBERS], base.tidy()[NUMBERS], rtol=1e-9)
    np.testing.assert_allclose(again.weights.sort_index(), base.weights, rtol=1e-9)
    scaled = method(simulated.assign(y=1000 * simulated["y"] + 5e4))
    assert scaled.estimate == pytest.approx(1000 * base.estimate)
    assert scaled.std_error == pytest.approx(1000 * base.std_error)
    assert scaled.p_value == pytest.approx(base.p_value)


@pytest.mark.parametrize("name", ["ipw", "aipw"])
@pytest.mark.parametrize("estimand", ["ATE", "ATT"])
def test_copies_of_rows_in_one_cluster_say_nothing_new(simulated, name, estimand):
    table = simulated.assign(id=simulated.index)
    once = METHODS[name](table, estimand=estimand)
    twice = METHODS[name](pd.concat([table, table]), estimand=estimand, cluster="id")
    assert twice.n_clusters == 400
    assert twice.std_error == pytest.approx(once.std_error)
    assert twice.df == once.df
    assert "400 klaster" in str(twice)


def test_what_the_result_says(simulated):
    table = simulated.copy()
    table.loc[[1, 2], "y"] = np.nan
    found = ipw(table, "y", "d", ["x", "z"], trim=0.1)
    assert found.n_dropped == 2
    assert found.n_trimmed > 0
    assert found.n_treated + found.n_control + found.n_trimmed == 398
    assert found.weights[[1, 2]].tolist() == [0, 0]
    by_arm = found.weights.groupby(table["d"])
    np.testing.assert_allclose(by_arm.sum(), 1)
    assert found.effective_control == pytest.approx(1 / (found.weights[~table["d"]] ** 2).sum())
    assert found.largest_weight == found.weights.max()
    assert found.max_smd_after < 0.1 < found.max_smd_before
    text = str(found)
    assert "2 tak lengkap" in text
    assert f"{found.n_trimmed} dipangkas" in text
    assert "Anggapan" in text
    assert found.tidy()["term"].tolist() == ["ATE"]


def lopsided(rng, slope):
    x = rng.normal(size=300)
    d = rng.random(300) < 1 / (1 + np.exp(-slope * x))
    return pd.DataFrame({"x": x, "d": d, "y": x + d})


def test_no_overlap_is_refused_with_what_to_try():
    table = lopsided(np.random.default_rng(1), 6)
    with pytest.raises(MethodError, match=r"hampir 0 atau 1 .*trim=0.05") as caught:
        ipw(table, "y", "d", ["x"])
    assert "indeks" in str(caught.value)
    trimmed = ipw(table, "y", "d", ["x"], trim=0.05)
    assert trimmed.n_trimmed > 100
    assert "Hati-hati" in str(trimmed)


@pytest.mark.parametrize("method", [ipw, aipw])
@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({"y": 3.0}, {}, "Hasil y sama pada semua 400 baris"),
        ({"y": "a"}, {}, "Hasil y bukan angka"),
        ({"y": np.nan}, {}, "Tidak ada baris lengkap"),
        ({"y": np.inf}, {}, "Hasil y tak hingga pada 400 baris"),
        ({"d": True}, {}, "tidak ada yang dapat dibandingkan"),
        ({}, {"estimand": "ATC"}, "Estimand 'ATC'"),
        ({}, {"estimand": "ATT", "trim": "crump"}, "'crump' tidak dikenal untuk ATT"),
        ({}, {"cluster": "desa"}, "Kolom desa tidak ada"),
        ({"desa": 1}, {"cluster": "desa"}, "satu klaster"),
        ({}, {"level": 95}, "Taraf 95"),
    ],
)
def test_bad_input(simulated, method, changes, options, message):
    with pytest.raises(MethodError, match=message) as caught:
        method(simulated.assign(**changes), "y", "d", ["x", "z"], **options)
    assert "Perbaikan: " in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 5}, "memerlukan rng"),
        ({"folds": 1, "rng": np.random.default_rng(1)}, "folds 1"),
        ({"outcome_covariates": ["umur"]}, "Kolom umur tidak ada"),
        ({"outcome_covariates": ["x", "w"]}, "Kovariat w .* di dalam salah satu kelompok"),
    ],
)
def test_bad_input_of_the_second_model(simulated, options, message):
    table = simulated.assign(w=simulated["x"] * simulated["d"])
    with pytest.raises(MethodError, match=message):
        aipw(table, "y", "d", ["x"], **options)
