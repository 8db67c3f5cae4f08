"""Propensity against statsmodels; separation named; trimming."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from kajian.errors import MethodError
from kajian.evaluation.observational.propensity import propensity

FORMULA = "mmarried + mage + mage2 + fbaby + C(prenatal)"


def test_equals_statsmodels(births):
    ours = propensity(FORMULA, births, "mbsmoke")
    theirs = smf.logit(f"mbsmoke ~ {FORMULA}", births).fit(disp=0, tol=1e-12)
    table = ours.tidy().set_index("term").loc[theirs.params.index]
    # Both maximise the same concave likelihood; ours stops at steps below 1e-9.
    np.testing.assert_allclose(table["estimate"], theirs.params, rtol=1e-6)
    np.testing.assert_allclose(table["std_error"], theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(table["p_value"], theirs.pvalues, rtol=1e-5)
    np.testing.assert_allclose(table[["conf_low", "conf_high"]], theirs.conf_int(), rtol=1e-6)
    np.testing.assert_allclose(ours.score, theirs.predict(), rtol=1e-6)
    assert ours.score.sum() == pytest.approx(births["mbsmoke"].sum())


def test_names_are_terms_and_scale_does_not_matter(simulated):
    table = simulated.assign(kelompok=np.where(simulated["z"] > 0, "a", "b"))
    base = propensity(["x", "kelompok"], table, "d")
    moved = table.assign(x=1e6 + 1e3 * table["x"])
    # A million beside steps of a thousand costs three of sixteen digits.
    np.testing.assert_allclose(
        propensity(["x", "kelompok"], moved, "d").score, base.score, rtol=1e-9
    )
    assert list(base.tidy()["term"]) == ["Intercept", "x", "C(kelompok)[T.b]"]
    np.testing.assert_array_equal(
        propensity("x + C(kelompok)", table.assign(d=table["d"].astype(int)), "d").score, base.score
    )


def test_missing_values_are_left_out_and_counted(simulated):
    table = simulated.astype({"d": object})
    table.loc[3, "x"] = np.nan
    table.loc[[5, 6], "d"] = None
    found = propensity(["x", "z"], table, "d")
    assert found.arms.n_dropped == 3
    assert "3 baris tak lengkap" in str(found)
    rest = simulated.drop(index=[3, 5, 6])
    np.testing.assert_allclose(found.score, propensity(["x", "z"], rest, "d").score, rtol=1e-12)


def test_overlap(simulated):
    found = propensity(["x", "z"], simulated, "d")
    rows = found.overlap.set_index("arm")
    treated = found.score[simulated["d"]]
    assert rows.loc["penerima", "n"] == treated.size
    assert rows.loc["penerima", "min"] == treated.min()
    assert rows.loc["penerima", "median"] == np.median(treated)
    assert rows.loc["bukan penerima", "max"] == found.score[~simulated["d"]].max()


def test_trimming_at_a_number(simulated):
    whole = propensity(["x", "z"], simulated, "d")
    kept = (whole.score >= 0.2) & (whole.score <= 0.8)
    found = propensity(["x", "z"], simulated, "d", trim=0.2)
    assert found.cut == 0.2
    d = simulated["d"].to_numpy()
    assert (found.trimmed_treated, found.trimmed_control) == ((~kept & d).sum(), (~kept & ~d).sum())
    again = propensity(["x", "z"], simulated[kept], "d")
    np.testing.assert_allclose(found.score, again.score, rtol=1e-9)
    assert "Dipangkas" in str(found)


def test_the_cut_of_crump_and_others_makes_the_mean_cost_smallest(simulated):
    # The cut minimises the variance bound sum(1 / (p (1 - p))) / n_kept^2 over all cuts
    # (Crump et al. 2009); here by trying them all.
    table = simulated.assign(x=2.5 * simulated["x"])
    rng = np.random.default_rng(2)
    table["d"] = rng.random(len(table)) < 1 / (1 + np.exp(-table["x"]))
    score = propensity(["x"], table, "d").score
    cost = 1 / (score * (1 - score))
    cuts = np.linspace(0.001, 0.4, 4000)
    kept = [(score >= cut) & (score <= 1 - cut) for cut in cuts]
    bound = [cost[rows].sum() / rows.sum() ** 2 for rows in kept]
    found = propensity(["x"], table, "d", trim="crump")
    inside = (score >= found.cut) & (score <= 1 - found.cut)
    assert 0.02 < found.cut < 0.2
    assert inside.sum() == len(found.score)
    # Their condition is that of a continuum: with n rows it is met up to 1 / n^2.
    assert cost[inside].sum() / inside.sum() ** 2 == pytest.approx(min(bound), rel=1e-4)


def test_crump_leaves_good_overlap_alone(simulated):
    table = simulated.assign(d=simulated.index % 2 == 0)
    found = propensity(["x", "z"], table, "d", trim="crump")
    assert (found.cut, found.trimmed_treated, found.trimmed_control) == (0, 0, 0)


SMALL = pd.DataFrame(
    {
        "d": np.tile([True, False], 20),
        "x": np.tile([1.0, 2.0, 3.0, 5.0, 4.0], 8),
        "k": np.repeat(["a", "b", "c", "d"], 10),
    }
)


@pytest.mark.parametrize(
    ("changes", "covariates", "options", "message"),
    [
        ({"d": True}, ["x"], {}, "Semua 40 baris lengkap menerima"),
        ({"d": False}, ["x"], {}, "Tidak satu pun dari 40 baris"),
        ({"d": 2}, ["x"], {}, "40 nilai selain ya dan tidak, antara lain '2'"),
        ({"d": SMALL["d"] | (SMALL["k"] == "c")}, ["x", "k"], {}, "Semua 10 baris dengan k = c"),
        ({"d": SMALL["d"] & (SMALL["k"] != "a")}, ["x", "k"], {}, "Tidak satu pun .* k = a"),
        ({"d": SMALL["x"] > 2.5}, ["x"], {}, "memisahkan penerima d .* terutama lewat x"),
        ({"z": 3.0}, ["x", "z"], {}, "Kovariat z tidak berubah"),
        ({"z": SMALL["x"] * 2 + 1}, ["x", "z"], {}, "Kovariat z tidak berubah atau mengulang"),
        ({"x": np.nan}, ["x"], {}, "Tidak ada baris lengkap"),
        ({"x": np.inf}, ["x"], {}, "bukan angka terhingga"),
        ({}, ["umur"], {}, "Kolom umur tidak ada"),
        ({}, [], {}, "Tidak ada kovariat"),
        ({}, "x +", {}, "tidak terbaca"),
        ({}, ["x"], {"trim": 0.7}, "trim 0.7 di luar"),
        ({}, ["x"], {"trim": "optimal"}, "'optimal' tidak dikenal"),
        ({"d": SMALL.index % 4 == 0}, ["x"], {"trim": 0.45}, "menghabiskan salah satu kelompok"),
    ],
)
def test_bad_input(changes, covariates, options, message):
    with pytest.raises(MethodError, match=message) as caught:
        propensity(covariates, SMALL.assign(**changes), "d", **options)
    assert "Perbaikan: " in str(caught.value)
