"""Count of specifications, each against a regression of its own, and the size of the joint test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from kajian.causal.specifications.curve import specification_curve
from kajian.causal.specifications.declared import Choices, complete_rows, written_out
from kajian.causal.specifications.permutation import null_draws, null_treatments
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe

CHOICES = Choices(
    outcome={"tingkat": "y", "pencilan dipangkas": "y_pangkas"},
    treatment={"x": "x"},
    controls={"tanpa": "", "satu": "a", "dua": "a + b"},
    sample={"semua": "", "sejak 2016": "tahun >= 2016"},
    entity={"tanpa efek tetap": "", "efek tetap": "kode"},
)


def panel(rng, effect=0.0, units=30, years=6):
    """Units whose errors last, and a treatment that follows the controls."""
    n = units * years
    code = np.repeat(np.arange(units), years)
    a, b = rng.standard_normal((2, n))
    x = 0.7 * a - 0.4 * b + np.repeat(rng.standard_normal(units), years) + rng.standard_normal(n)
    error = np.repeat(rng.standard_normal(units), years) + rng.standard_normal(n)
    y = effect * x + a + 0.5 * b + error
    table = pd.DataFrame({"kode": code.astype(str), "x": x, "a": a, "b": b, "y": y})
    return table.assign(tahun=2014 + np.arange(n) % years, y_pangkas=np.clip(y, -3, 3))


def curve(table, **options):
    options = {"draws": 99, "rng": np.random.default_rng(0), **options}
    return specification_curve(CHOICES, table, cluster="kode", time="tahun", **options)


def test_every_combination_is_there_once_in_order():
    found = curve(panel(np.random.default_rng(1)))
    assert len(found.table) == 2 * 1 * 3 * 2 * 2
    labels = ["outcome", "treatment", "controls", "sample", "entity"]
    assert not found.table.duplicated(labels).any()
    assert found.table["estimate"].is_monotonic_increasing
    assert found.median == pytest.approx(found.table["estimate"].median())


def test_each_estimate_is_that_of_its_own_regression():
    table = panel(np.random.default_rng(2), effect=0.3)
    found = curve(table, draws=0).table.set_index(["outcome", "controls", "sample", "entity"])
    plain = found.loc[("tingkat", "satu", "sejak 2016", "tanpa efek tetap")]
    late = table[table["tahun"] >= 2016]
    codes = pd.factorize(late["kode"])[0]
    other = smf.ols("y ~ x + a", late).fit(cov_type="cluster", cov_kwds={"groups": codes})
    assert plain["estimate"] == pytest.approx(other.params["x"])
    assert plain["std_error"] == pytest.approx(other.bse["x"])
    within = found.loc[("pencilan dipangkas", "dua", "semua", "efek tetap")]
    dummies = smf.ols("y_pangkas ~ x + a + b + C(kode) + C(tahun)", table).fit()
    assert within["estimate"] == pytest.approx(dummies.params["x"])


def test_combinations_left_out_are_left_out():
    table = panel(np.random.default_rng(3))
    odd = [{"entity": "efek tetap", "controls": "tanpa"}]
    found = curve(table, draws=0, left_out=odd).table
    assert len(found) == 24 - 4
    assert not ((found["entity"] == "efek tetap") & (found["controls"] == "tanpa")).any()


def test_all_specifications_use_the_same_rows():
    table = panel(np.random.default_rng(4))
    table.loc[3, "b"] = np.nan
    found = curve(table, draws=0).table
    assert set(found.loc[found["sample"] == "semua", "n"]) == {len(table) - 1}


def test_the_estimate_of_a_draw_is_that_of_a_regression_on_the_drawn_treatment():
    table = panel(np.random.default_rng(5), effect=0.2)
    specifications = written_out(CHOICES)
    rows = complete_rows(CHOICES, table, ["kode", "tahun"])
    fake = null_treatments(
        CHOICES, rows, cluster="kode", time="tahun", draws=3, rng=np.random.default_rng(6)
    )
    crv = {"CRV1": "kode"}
    late = rows["tahun"] >= 2016
    for number, each in enumerate(specifications):
        data = rows[late] if each.sample else rows

        def fit(data, each=each):
            if each.entity:
                return panel_fe(each.formula, data, entity="kode", time="tahun", vcov=crv)
            return ols(each.formula, data, vcov=crv)

        b, t = null_draws([each], [fit(data)], fake, "kode")
        for draw in range(3):
            again = fit(data.assign(x=fake["x"][draw].loc[data.index]))
            j = again.position("x")
            assert b[draw, 0] == pytest.approx(again.coefficients[j]), number
            ratio = again.coefficients[j] / again.std_errors[j]
            assert t[draw, 0] == pytest.approx(ratio), number


def test_a_drawn_treatment_keeps_its_relation_to_the_controls_and_none_to_the_outcome():
    table = panel(np.random.default_rng(7), effect=2.0, units=400)
    only = Choices({"y": "y"}, {"x": "x"}, {"dua": "a + b"}, {"semua": ""}, {"tanpa": ""})
    fake = null_treatments(
        only, table, cluster="kode", time="tahun", draws=20, rng=np.random.default_rng(8)
    )["x"]
    fits = [smf.ols("x ~ a + b", table.assign(x=fake[draw])).fit().params["a"] for draw in fake]
    effects = [
        smf.ols("y ~ x + a + b", table.assign(x=fake[draw])).fit().params["x"] for draw in fake
    ]
    # 2,400 rows: the slope of the data and of each draw have errors of about 0.03 and 0.04.
    assert np.mean(fits) == pytest.approx(0.7, abs=0.1)
    assert np.mean(effects) == pytest.approx(0, abs=0.15)


def test_without_effect_the_joint_test_rejects_as_often_as_it_says():
    rng = np.random.default_rng(9)
    few = Choices({"y": "y"}, {"x": "x"}, {"satu": "a", "dua": "a + b"}, {"": ""}, {"": ""})
    found = [
        specification_curve(few, panel(rng), cluster="kode", draws=39, rng=rng) for _ in range(200)
    ]
    for name in ("p_median", "p_significant", "p_mean_z"):
        p = np.array([getattr(each, name) for each in found])
        # At 10%: a binomial of 200 lies within 10% +- 6 points in 99.5% of cases.
        assert abs((p <= 0.1).mean() - 0.1) <= 0.06, name
        assert p.min() >= 1 / 40


def test_with_an_effect_it_rejects():
    found = curve(panel(np.random.default_rng(10), effect=0.8))
    assert found.p_median == found.p_floor == pytest.approx(0.01)
    assert found.share_significant == 1.0
    assert "permutasi" in str(found)


def test_the_order_of_rows_does_not_matter():
    table = panel(np.random.default_rng(11), effect=0.1)
    mixed = table.sample(frac=1, random_state=1)
    first, second = curve(table), curve(mixed)
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.p_median == second.p_median


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"controls": {}}, "tanpa pilihan"),
        ({"sample": {"aneh": "tahun >"}}, "tidak terbaca"),
        ({"sample": {"kosong": "tahun > 3000"}}, "tidak menyisakan baris"),
        ({"treatment": {"kategori": "C(kode)"}}, "angka"),
    ],
)
def test_choices_that_cannot_be_made_are_refused(change, message):
    parts = {**CHOICES.dimensions(), **change}
    with pytest.raises(MethodError, match=message):
        specification_curve(
            Choices(**parts),
            panel(np.random.default_rng(12)),
            cluster="kode",
            time="tahun",
            rng=np.random.default_rng(0),
        )


def test_entities_need_time_and_exceptions_need_names():
    table = panel(np.random.default_rng(13))
    rng = np.random.default_rng(0)
    with pytest.raises(MethodError, match="memerlukan kolom waktu"):
        specification_curve(CHOICES, table, cluster="kode", rng=rng)
    with pytest.raises(MethodError, match="menyebut 'tiga' pada dimensi 'controls'"):
        curve(table, left_out=[{"controls": "tiga"}])


def test_clusters_of_different_sizes_cannot_be_exchanged():
    table = panel(np.random.default_rng(14), units=4)
    uneven = pd.concat([group.head(2 + i) for i, (_, group) in enumerate(table.groupby("kode"))])
    only = Choices({"y": "y"}, {"x": "x"}, {"tanpa": ""}, {"semua": ""}, {"tanpa": ""})
    with pytest.raises(MethodError, match="tidak dapat dipertukarkan"):
        specification_curve(only, uneven, cluster="kode", rng=np.random.default_rng(0))
