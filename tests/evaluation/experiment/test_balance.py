"""Balance: descriptive figures, the exactness of the joint test, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import chi2

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.balance import balance_table
from kajian.evaluation.experiment.permutations import possible_assignments


def run(data, covariates, draws=499, seed=0, **names):
    names = {"arm": "lengan", "control": "kontrol", **names}
    rng = np.random.default_rng(seed)
    return balance_table(data, covariates, rng=rng, draws=draws, **names)


def individual(rng, n=400):
    x = rng.normal(size=(n, 3)) @ np.array([[1, 0.8, 0], [0, 1, 0.5], [0, 0, 1]])
    arm = np.where(rng.permutation(n) < n // 3, "bantuan", "kontrol")
    return pd.DataFrame(x, columns=["a", "b", "c"]).assign(lengan=arm)


def test_nsw_means(published):
    (rows, _), _, _ = published("lalonde_nsw")
    covariates = ["age", "educ", "black", "nodegree"]
    table = run(rows, covariates, arm="treat", control=0).tidy().set_index("covariate")
    # Dehejia and Wahba (1999), table 1: treated and control of the NSW sample, two decimals.
    assert table["mean"].round(2).tolist() == [25.82, 10.35, 0.84, 0.71]
    assert table["mean_control"].round(2).tolist() == [25.05, 10.09, 0.83, 0.83]


def test_differences_are_those_within_strata(village_trial):
    data = village_trial(np.random.default_rng(0)).assign(kaya=lambda t: t["umur"] ** 2)
    data.loc[data.index[:9], "kaya"] = np.nan
    table = run(data, ["umur", "kaya"], strata="strata", cluster="desa").tidy()
    for _, row in table.iterrows():
        seen = data.dropna(subset=[row["covariate"]])
        strata = pd.get_dummies(seen["strata"], dtype=float)
        treated = (seen["lengan"] == "bantuan").astype(float).rename("d")
        fit = sm.OLS(seen[row["covariate"]], pd.concat([treated, strata], axis=1)).fit()
        assert row["difference"] == pytest.approx(fit.params["d"])
        variances = seen.groupby("lengan")[row["covariate"]].var(ddof=0)
        assert row["std_difference"] == pytest.approx(fit.params["d"] / np.sqrt(variances.mean()))
    assert table["n_missing"].tolist() == [0, 9]


def test_the_joint_test_is_nearly_chi_square_in_large_samples():
    result = run(individual(np.random.default_rng(1)), ["a", "b", "c"], draws=4_999)
    assert result.rank == 3
    # Hansen and Bowers (2008): chi-square with the rank as degrees of freedom; 0.02 is three Monte
    # Carlo errors of the p-value.
    assert result.p_joint == pytest.approx(chi2.sf(result.statistic, 3), abs=0.02)
    assert result.p_floor == 1 / 5_000


def test_the_joint_test_is_exact_and_blind_to_scale_and_repetition(village_trial):
    data = village_trial(np.random.default_rng(2), villages=8)
    data["anak"] = np.floor(data["umur"] / 7) % 4
    where = {"strata": "strata", "cluster": "desa"}
    assignment = read_assignment(data, "lengan", control="kontrol", **where)
    arms, _ = possible_assignments(assignment, 99, np.random.default_rng(0))
    names = np.array(assignment.arms, dtype=object)
    p = [
        run(data.assign(lengan=names[row][assignment.unit]), ["umur", "anak"], **where).p_joint
        for row in arms
    ]
    shares = np.arange(1, 37) / 36
    rejected = (np.array(p)[:, None] <= shares + 1e-9).mean(axis=0)
    assert len(arms) == 36
    assert (rejected <= shares + 1e-9).all()
    moved = data.assign(umur=1e5 - 30 * data["umur"], dua=data["umur"] + data["anak"])
    one = run(data, ["umur", "anak"], **where)
    two = run(moved.sample(frac=1, random_state=0), ["umur", "anak", "dua"], **where)
    assert two.p_joint == pytest.approx(one.p_joint)
    assert one.p_floor == min(p) == pytest.approx(2 / 36)
    assert two.rank == one.rank == 2


def test_an_imbalance_is_found():
    data = individual(np.random.default_rng(3))
    data["b"] += 0.6 * (data["lengan"] == "bantuan")
    result = run(data, ["a", "b", "c"])
    assert result.p_joint == result.p_floor
    text = str(result).replace("\u00a0", " ")
    assert "3 kovariat terhadap lengan kontrol" in text
    assert "beda terbesar b pada lengan bantuan" in text


@pytest.mark.parametrize(
    ("change", "covariates", "said"),
    [
        (lambda t: t, [], "Tidak ada kovariat"),
        (lambda t: t.assign(a=1.0), ["a", "b"], "Kovariat a tidak berubah"),
        (lambda t: t.assign(a="x"), ["a"], "a bukan angka"),
        (lambda t: t.assign(a=t["a"].where(t["lengan"] == "kontrol")), ["a"], "seluruh lengan ban"),
        (lambda t: t.assign(a=(t["lengan"] == "kontrol") * 1), ["a"], "berbeda tetap antara"),
        (lambda t: t, ["z"], "Kolom z tidak ada"),
    ],
)
def test_bad_input_is_named(change, covariates, said):
    data = change(individual(np.random.default_rng(4), n=60))
    with pytest.raises(MethodError, match=said):
        run(data, covariates)
