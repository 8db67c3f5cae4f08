from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.decomposition import decompose
from kajian.evaluation.differences.twfe import twfe
from kajian.linear.regression import panel_fe

TOY = {"outcome": "y", "unit": "id", "time": "t", "cohort": "g"}


def toy(effects, starts=(np.nan, 5, 8), times=10):
    """One unit per cohort; each effect is a function of exposure."""
    table = pd.DataFrame(
        [(i, t, g) for i, g in enumerate(starts) for t in range(1, times + 1)],
        columns=["id", "t", "g"],
    )
    exposure = table["t"] - table["g"]
    gain = [effects[i](e) if e >= 0 else 0.0 for i, e in zip(table["id"], exposure, strict=True)]
    # Unit and time effects drop out of every comparison.
    return table.assign(y=np.sin(table["t"]) + table["id"] + np.array(gain))


def test_the_textbook_example_of_three_units():
    # Printed by Stata's bacondecomp for constant effects of 2 and 4 that start at 5 and 8 of 10
    # times: 2.909; 0.182 x 2, 0.136 x 4, 0.682 x 2.933.
    result = decompose(twfe(toy([None, lambda e: 2.0, lambda e: 4.0]), **TOY))
    assert result.estimate == pytest.approx(2.909, abs=0.0005)
    kinds = result.kinds.loc[["earlier_later", "later_earlier", "treated_never"]]
    np.testing.assert_allclose(kinds["weight"], [0.182, 0.136, 0.682], atol=0.0005)
    np.testing.assert_allclose(kinds["estimate"], [2.0, 4.0, 2.933], atol=0.0005)
    assert result.forbidden_weight == pytest.approx(0.136, abs=0.0005)


def test_growing_effects_can_turn_the_sign():
    # Every effect is positive, yet the later cohort is compared with the growing earlier one.
    table = toy([lambda e: 1.0 + e, lambda e: 1.0 + e], starts=(3, 8), times=12)
    result = decompose(twfe(table, **TOY))
    # By hand: before t = 8, 2 times without and 5 with treatment, mean effect 3; from t = 3 on, 5
    # and 5, mean effect 3 minus the control's own growth of 8 - 3.
    early, late = 3.0, 3.0 - 5.0
    weight = np.array([7**2 * (2 / 7) * (5 / 7), 10**2 * (1 / 2) * (1 / 2)])
    assert result.estimate == pytest.approx(weight @ [early, late] / weight.sum(), rel=1e-12)
    assert result.estimate < 0
    assert result.negative_weight < 0 < result.negative_cells


@pytest.mark.parametrize("seed", range(3))
def test_comparisons_sum_exactly_to_the_regression(waves, names, seed):
    panel = waves(np.random.default_rng(seed), sizes=(4, 9, 11), units=40)
    effect = twfe(panel, **names)
    treated = (panel["tahun"] >= panel["mulai"]).astype(float)
    fit = panel_fe(
        "miskin_pct ~ treated",
        panel.assign(treated=treated),
        entity="kelurahan",
        time="tahun",
        vcov={"CRV1": "kelurahan"},
    )
    result = decompose(effect)
    table = result.tidy()
    assert table["weight"].sum() == pytest.approx(1, rel=1e-12)
    assert table["weight"] @ table["estimate"] == pytest.approx(fit.coefficients[0], rel=1e-10)
    assert effect.fit.std_errors[0] == pytest.approx(fit.std_errors[0], rel=1e-10)
    kinds = result.kinds
    assert kinds["weight"] @ kinds["estimate"] == pytest.approx(result.estimate, rel=1e-10)
    assert len(table) == 3 + 6
    assert "terlarang" in str(result)
    assert "bertahap" in str(effect)


def test_unit_weights_give_the_coefficient_from_the_effects_alone(waves, names):
    # De Chaisemartin & D'Haultfoeuille: without noise and with parallel trends the coefficient is
    # the mean of the treated cells' effects, by weights that sum to one.
    rng = np.random.default_rng(2)
    panel = waves(rng, noise=0.0)
    effect = twfe(panel, **names)
    on = effect.panel.cohorts[:, None] <= effect.panel.times
    residual = on - on.mean(axis=1, keepdims=True) - on.mean(axis=0) + on.mean()
    weights = residual[on] / residual[on].sum()
    exposure = (effect.panel.times - effect.panel.cohorts[:, None])[on].astype(int)
    assert weights @ np.array([1, 2.5, 4, 5])[exposure] == pytest.approx(effect.estimate, rel=1e-9)
    result = decompose(effect)
    assert result.negative_cells == (weights < 0).sum() == 20
    assert result.negative_weight == pytest.approx(weights[weights < 0].sum(), rel=1e-12)
    assert result.treated_cells == 90


def test_one_cohort_has_nothing_forbidden(waves, names):
    effect = twfe(waves(np.random.default_rng(2), sizes=(15,)), **names)
    result = decompose(effect)
    assert result.forbidden_weight == result.negative_cells == 0
    assert "bertahap" not in str(effect)


def test_covariates_cannot_be_decomposed(waves, names):
    panel = waves(np.random.default_rng(2))
    panel["x"] = np.random.default_rng(3).normal(size=len(panel))
    effect = twfe(panel, **names, covariates=["x"])
    assert effect.fit.terms == ("diperlakukan", "kovariat_1")
    with pytest.raises(MethodError, match="hanya berlaku tanpa kovariat"):
        decompose(effect)
