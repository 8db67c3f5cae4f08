"""Several outcomes with the same draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.experiment.experiment import experiment
from kajian.evaluation.experiment.family import experiment_family

OUTCOMES = ["a", "b", "c", "e", "f"]


def run(data, outcomes=OUTCOMES, seed=0, draws=199, **names):
    names = {"arm": "d", "control": 0, **names}
    return experiment_family(data, outcomes, rng=np.random.default_rng(seed), draws=draws, **names)


def correlated(rng, n=40, effects=(0, 0, 0, 0, 0), arms=2):
    """Five outcomes with correlation 0.6."""
    d = rng.permutation(np.arange(n) % arms)
    common = rng.normal(size=(n, 1))
    y = np.sqrt(0.6) * common + np.sqrt(0.4) * rng.normal(size=(n, 5))
    y = y + (d == 1)[:, None] * np.array(effects)
    return pd.DataFrame(y, columns=OUTCOMES).assign(d=d)


def test_family_wise_error_under_the_complete_null():
    rng = np.random.default_rng(1)
    firsts, singles = [], []
    for seed in range(300):
        table = run(correlated(rng), seed=seed).tidy()
        firsts.append(table["p_fwer"].min() <= 0.05)
        singles.append(table["p_value"].min() <= 0.05)
    # Exactly 0.05 in expectation; three Monte Carlo standard errors of 0.0126.
    assert np.mean(firsts) == pytest.approx(0.05, abs=0.038)
    assert np.mean(singles) > 0.1, "what happens without adjustment"


def test_effects_are_found_and_the_rest_is_not():
    table = run(correlated(np.random.default_rng(2), n=200, effects=(1, 0, 0, 0, 1))).tidy()
    table = table.set_index("term")
    assert set(table.index[table["p_fwer"] <= 0.05]) == {"a", "f"}
    assert (table["p_fwer"] >= table["p_value"]).all()
    assert (table["p_fdr"] >= table["p_value"]).all()
    assert table.loc["a", "p_fwer"] == 1 / 200


def test_one_outcome_is_the_experiment(village_trial):
    data = village_trial(np.random.default_rng(3))
    names = {"arm": "lengan", "control": "kontrol", "cluster": "desa", "strata": "strata"}
    names |= {"covariates": ["umur"], "draws": 299}
    (row,) = run(data, ["hasil"], **names).tidy().to_dict("records")
    (effect,) = experiment(data, "hasil", **names, rng=np.random.default_rng(0)).effects
    assert row["p_value"] == row["p_fwer"] == row["p_fdr"] == effect.randomisation.p_value


def test_arms_share_the_error_rate():
    data = correlated(np.random.default_rng(4), n=90, effects=(0.8, 0, 0, 0, 0), arms=3)
    three = run(data).tidy()
    two = run(data[data["d"] != 2]).tidy()
    of_first = three[three["arm"] == 1].reset_index(drop=True)
    np.testing.assert_allclose(of_first["p_value"], two["p_value"])
    np.testing.assert_allclose(of_first["p_fwer"], np.minimum(2 * two["p_fwer"], 1))
    assert len(three) == 10


def test_missing_outcomes_and_row_order():
    data = correlated(np.random.default_rng(5))
    data.loc[:6, "b"] = np.nan
    result = run(data)
    assert result.tidy()["n"].tolist() == [40, 33, 40, 40, 40]
    seen = data.dropna(subset=["b"])
    means = seen.groupby("d")["b"].mean()
    assert result.tidy()["estimate"][1] == pytest.approx(means[1] - means[0])
    again = run(data.sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(again.tidy(), result.tidy())
    assert "Keluarga 5 uji terhadap lengan 0" in str(result)


@pytest.mark.parametrize(
    ("change", "outcomes", "said"),
    [
        (lambda t: t, [], "Tidak ada hasil"),
        (lambda t: t, ["a", "a"], "a dipakai untuk dua peran"),
        (lambda t: t, ["a", "d"], "d dipakai untuk dua peran"),
        (lambda t: t.assign(b=3.0), ["a", "b"], "Hasil b tidak dapat dibandingkan.*hasilnya"),
        (lambda t: t.assign(b=t["b"].where(t["d"] == 0)), ["a", "b"], "b kosong untuk seluruh"),
    ],
)
def test_bad_input_is_named(change, outcomes, said):
    with pytest.raises(MethodError, match=said):
        run(change(correlated(np.random.default_rng(6))), outcomes)
