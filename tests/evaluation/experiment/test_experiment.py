"""Intention to treat: published figures, weights, coverage, invariances and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.errors import MethodError
from kajian.evaluation.experiment.experiment import experiment
from kajian.linear.regression import ols

ARM = {"arm": "lengan", "control": "kontrol"}
DESIGN = {**ARM, "cluster": "desa", "strata": "strata"}


def run(data, seed=0, draws=99, **names):
    rng = np.random.default_rng(seed)
    return experiment(data, "hasil", **{**DESIGN, **names}, rng=rng, draws=draws)


def test_nsw(published):
    (rows, _), figures, _ = published("lalonde_nsw")
    result = experiment(rows, "re78", "treat", control=0, rng=np.random.default_rng(0), draws=999)
    (effect,) = result.effects
    assert effect.estimate == pytest.approx(figures["nsw"], abs=0.001)
    # The published error assumes one variance in both arms; ours is that of two means.
    assert ols("re78 ~ treat", rows, vcov="iid").std_errors[1] == pytest.approx(
        figures["nsw_se"], abs=0.01
    )
    arms = rows.groupby("treat")["re78"].agg(["var", "size"])
    assert effect.std_error == pytest.approx(np.sqrt((arms["var"] / arms["size"]).sum()), rel=1e-6)
    assert (effect.n_treated, effect.n_control) == (185, 260)
    assert effect.mean_control == pytest.approx(rows.loc[rows["treat"] == 0, "re78"].mean())
    assert effect.randomisation.p_value == pytest.approx(effect.p_value, abs=0.01)


def test_strata_are_weighted_by_their_rows():
    rng = np.random.default_rng(1)
    strata = np.repeat([0, 1, 2], [8, 20, 12])
    d = np.concatenate([np.repeat([1, 0], n) for n in ((2, 6), (10, 10), (3, 9))])
    y = rng.normal(size=40) + d * np.array([0.0, 5.0, 1.0])[strata]
    data = pd.DataFrame({"hasil": y, "d": d, "strata": strata})
    names = {"arm": "d", "control": 0, "cluster": None}
    (effect,) = run(data, **names).effects
    means = data.groupby(["strata", "d"])["hasil"].agg(["mean", "var", "size"]).unstack("d")  # noqa: PD010
    share = np.array([8, 20, 12]) / 40
    difference = means["mean"][1] - means["mean"][0]
    variance = (means["var"] / means["size"]).sum(axis=1)
    assert effect.estimate == pytest.approx(share @ difference)
    assert effect.std_error == pytest.approx(np.sqrt(share**2 @ variance))
    # Neyman's error of pairs is that of their mean difference.
    pairs = pd.DataFrame({"hasil": y[:20], "d": [0, 1] * 10, "strata": np.arange(20) // 2})
    (paired,) = run(pairs, **names).effects
    differences = pairs["hasil"].to_numpy()[1::2] - pairs["hasil"].to_numpy()[::2]
    assert paired.model == "strata tanpa interaksi"
    assert paired.estimate == pytest.approx(differences.mean())
    assert paired.std_error == pytest.approx(differences.std(ddof=1) / np.sqrt(10))
    assert paired.df == pytest.approx(9)


def test_covariates_enter_as_in_lin(village_trial):
    data = village_trial(np.random.default_rng(2))
    (effect,) = run(data, covariates=["umur"], cluster=None, strata=None).effects
    # Lin (2013): the difference of two regressions, one per arm, at the mean of the covariates.
    at_mean = []
    for label in ("bantuan", "kontrol"):
        arm = data[data["lengan"] == label]
        fit = sm.OLS(arm["hasil"], sm.add_constant(arm[["umur"]])).fit()
        at_mean.append(fit.predict([1.0, data["umur"].mean()])[0])
    assert effect.estimate == pytest.approx(at_mean[0] - at_mean[1])
    assert effect.model == "interaksi penuh (Lin)"


def test_coverage_with_few_clusters_in_strata(village_trial):
    rng = np.random.default_rng(3)
    hits = []
    for _ in range(80):
        data = village_trial(rng)
        (effect,) = experiment(data, "hasil", **DESIGN, rng=rng, draws=199).effects
        test = effect.randomisation
        hits.append(
            [effect.conf_low <= 1 <= effect.conf_high, test.conf_low <= 1 <= test.conf_high]
        )
    # 600 other replications gave 0.937 and 0.940; three Monte Carlo standard errors of 0.024 here.
    np.testing.assert_allclose(np.mean(hits, axis=0), 0.95, atol=0.073)


def test_coverage_with_unequal_variances():
    rng = np.random.default_rng(4)
    hits = []
    for _ in range(100):
        d = rng.permutation(np.repeat([1, 0], [12, 48]))
        y = np.where(d == 1, 3, 1) * rng.normal(size=60) + d
        data = pd.DataFrame({"hasil": y, "d": d})
        (effect,) = run(data, draws=1, arm="d", control=0, cluster=None, strata=None).effects
        hits.append(effect.conf_low <= 1 <= effect.conf_high)
    # Classical errors cover about 0.72 here; three Monte Carlo standard errors of 0.022.
    assert np.mean(hits) == pytest.approx(0.95, abs=0.066)


def test_every_arm_is_compared_with_control_alone(village_trial):
    data = village_trial(np.random.default_rng(5), villages=24)
    villages = sorted(data["desa"].unique())
    third = data["desa"].isin(villages[::4])
    data.loc[third, "lengan"] = "pelatihan"
    data = data[data.groupby("strata")["lengan"].transform("nunique") == 3]
    names = {"strata": None}
    both = run(data, **names).tidy().set_index("term")
    assert list(both.index) == ["bantuan", "pelatihan"]
    alone = run(data[data["lengan"] != "bantuan"], **names).tidy().set_index("term")
    columns = ["estimate", "std_error", "df", "conf_low", "n_treated", "units_control"]
    np.testing.assert_allclose(
        both.loc["pelatihan", columns].astype(float), alone.loc["pelatihan", columns].astype(float)
    )


def test_row_order_labels_and_units_do_not_matter(village_trial):
    data = village_trial(np.random.default_rng(6))
    table = run(data, covariates=["umur"]).tidy()
    shuffled = data.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(run(shuffled, covariates=["umur"]).tidy(), table)
    scaled = run(data.assign(hasil=1e6 * data["hasil"] - 5), covariates=["umur"]).tidy()
    for name in ("estimate", "std_error", "conf_low", "randomisation_low", "randomisation_high"):
        # The ends of the randomisation interval are found to a millionth of the error.
        assert scaled[name][0] == pytest.approx(1e6 * table[name][0], rel=1e-4), name
    for name in ("p_value", "p_randomisation", "df"):
        assert scaled[name][0] == pytest.approx(table[name][0], rel=1e-6), name
    before = data.copy()
    run(data, covariates=["umur"])
    pd.testing.assert_frame_equal(data, before)


def test_missing_outcomes_are_counted_by_arm(village_trial):
    data = village_trial(np.random.default_rng(7))
    treated = np.flatnonzero(data["lengan"] == "bantuan")
    data.loc[treated[:10], "hasil"] = np.nan
    result = run(data)
    (effect,) = result.effects
    assert effect.n_treated == len(treated) - 10
    assert effect.missing_treated_pct == pytest.approx(1000 / len(treated))
    assert effect.missing_control_pct == 0
    text = str(result)
    assert "CR2 per desa" in text
    assert "diundi per desa di dalam strata" in text
    assert "p = 0,010 (terkecil yang mungkin)" in text.replace("\u00a0", " ")


def test_names_may_hold_the_marks_of_formulas(village_trial):
    data = village_trial(np.random.default_rng(6))
    names = {"hasil": "hasil.akhir", "umur": "umur (tahun)"}
    odd = data.rename(columns=names).replace({"lengan": {"bantuan": "33.72"}})
    rng = np.random.default_rng(0)
    result = experiment(odd, "hasil.akhir", **DESIGN, covariates=["umur (tahun)"], rng=rng, draws=9)
    assert result.tidy()["term"].tolist() == ["33.72"]
    plain = run(data, covariates=["umur"])
    assert result.effects[0].estimate == pytest.approx(plain.effects[0].estimate)


@pytest.mark.parametrize(
    ("change", "names", "said"),
    [
        (lambda t: t, {"control": "plasebo"}, "kontrol 'plasebo' tidak ada.*bantuan, kontrol"),
        (lambda t: t[t["lengan"] == "kontrol"], {}, "tidak ada yang diberi perlakuan"),
        (lambda t: t.assign(lengan=t["lengan"].where(t["umur"] < 60)), {}, "lengan kosong pada"),
        (lambda t: t.assign(desa=t["desa"].where(t["umur"] < 60)), {}, "desa kosong pada"),
        (lambda t: t.assign(desa="d" + (t.index % 20).astype(str)), {}, "lebih dari satu lengan"),
        (lambda t: t.assign(strata=t.index % 2), {}, "Klaster d00.*beberapa strata"),
        (
            lambda t: t[(t["strata"] != "s1") | (t["lengan"] == "kontrol")],
            {},
            "Strata s1 tidak memuat semua lengan",
        ),
        (
            lambda t: t[(t["desa"] == t["desa"][0]) | (t["lengan"] != t["lengan"][0])],
            {"strata": None},
            "hanya memuat satu desa",
        ),
        (lambda t: t.assign(hasil=1.0), {}, "Hasil hasil tidak berubah"),
        (lambda t: t.assign(hasil=(t["lengan"] == "bantuan") * 2.0), {}, "diterangkan sempurna"),
        (
            lambda t: t.assign(hasil=t["hasil"].where(t["lengan"] == "kontrol")),
            {},
            "kosong untuk seluruh lengan bantuan",
        ),
        (lambda t: t.assign(hasil="a"), {}, "hasil bukan angka"),
        (lambda t: t.assign(hasil=np.inf), {}, "tak hingga"),
        (lambda t: t.assign(x=2 * t["umur"]), {"covariates": ["umur", "x"]}, "kombinasi linear"),
        (lambda t: t.assign(x=1.0), {"covariates": ["x"]}, "kombinasi linear"),
        (lambda t: t.assign(x=np.nan), {"covariates": ["x"]}, "Kovariat x kosong"),
        (lambda t: t, {"covariates": ["hasil"]}, "hasil dipakai untuk dua peran"),
        (
            lambda t: t.assign(**{f"x{k}": np.sin(t["umur"] * (k + 1)) for k in range(6)}),
            {"covariates": [f"x{k}" for k in range(6)]},
            "16 unit undian untuk 20 parameter",
        ),
        (lambda t: t, {"level": 95}, "tidak di antara 0 dan 1"),
        (lambda t: t, {"draws": 0}, "Jumlah undian 0"),
        (lambda t: t, {"strata": "rt"}, "Kolom rt tidak ada"),
    ],
)
def test_bad_input_is_named(village_trial, change, names, said):
    data = village_trial(np.random.default_rng(8))
    with pytest.raises(MethodError, match=said) as caught:
        run(change(data), **names)
    assert "Perbaikan: " in str(caught.value)
