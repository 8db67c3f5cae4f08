"""Shapley values against all orders, and sources of income against hand-made cases."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.decomposition.inequality import inequality
from kajian.causal.decomposition.shapley import coalitions, shapley_values
from kajian.causal.decomposition.shapley_sources import shapley_sources
from kajian.errors import MethodError

MEASURES = ["gini", "theil", "mld", "variance"]


def test_shapley_values_are_means_over_all_orders():
    worth = np.random.default_rng(1).normal(size=16)
    expected = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        members = 0
        for player in order:
            expected[player] += worth[members | 1 << player] - worth[members]
            members |= 1 << player
    np.testing.assert_allclose(shapley_values(worth), expected / len(orders), rtol=1e-12)
    assert coalitions(4)[5].tolist() == [1, 0, 1, 0]


def test_too_many_factors():
    with pytest.raises(MethodError, match=r"13 faktor.*Perbaikan"):
        coalitions(13)


def households(rng, n=300):
    wage = np.exp(rng.normal(size=n))
    return pd.DataFrame(
        {
            "upah": wage,
            "usaha": np.exp(0.5 * rng.normal(size=n)) + 0.3 * wage,
            "bantuan": rng.uniform(0.1, 1, n) / (1 + wage),
            "bobot": rng.uniform(0.5, 2, n),
            "klaster": np.arange(n) % 30,
        }
    )


def test_two_households_by_hand():
    """Gini of all is 0.1; of wages alone, business at its mean, 0.2; of business alone 0.1."""
    table = pd.DataFrame({"upah": [1.0, 5.0], "usaha": [3.0, 1.0]})
    result = shapley_sources(table, ["upah", "usaha"])
    assert result.total == pytest.approx(0.1)
    np.testing.assert_allclose(result.contributions, [(0.2 + 0.1 - 0.1) / 2, 0], atol=1e-15)


@pytest.mark.parametrize("measure", MEASURES)
def test_sum_symmetry_and_dummy(measure):
    table = households(np.random.default_rng(2))
    table["kembar"], table["tetap"] = table["usaha"], 2.0
    sources = ["upah", "usaha", "kembar", "tetap", "bantuan"]
    result = shapley_sources(table, sources, measure=measure, weights="bobot")
    income = table[sources].sum(axis=1).to_numpy()
    direct = inequality(income, table["bobot"].to_numpy(), measure)
    assert result.total == pytest.approx(direct, rel=1e-12)
    assert result.contributions.sum() == pytest.approx(direct, rel=1e-12)
    assert result.contributions[1] == pytest.approx(result.contributions[2], rel=1e-10)
    assert result.contributions[3] == pytest.approx(0, abs=1e-14)
    assert result.contributions[4] < 0  # aid goes to the poor
    scaled = table.assign(**{name: 1e6 * table[name] for name in sources})
    again = shapley_sources(scaled, sources, measure=measure, weights="bobot")
    np.testing.assert_allclose(again.shares, result.shares, rtol=1e-9, atol=1e-12)


def test_variance_gives_covariances():
    """Shorrocks (1982): the natural decomposition of the variance."""
    table = households(np.random.default_rng(3))
    sources = ["upah", "usaha", "bantuan"]
    covariance = np.cov(table[sources].T, bias=True, aweights=table["bobot"]).sum(axis=1)
    result = shapley_sources(table, sources, measure="variance", weights="bobot")
    np.testing.assert_allclose(result.contributions, covariance, rtol=1e-10)


def test_row_order_does_not_matter_to_draws_either():
    table = households(np.random.default_rng(4))
    options = {"weights": "bobot", "draws": 20}

    def run(rows, **more):
        rng = np.random.default_rng(5)
        return shapley_sources(rows, ["upah", "usaha"], rng=rng, **options, **more).tidy()

    turned = table.sample(frac=1, random_state=1).reset_index(drop=True)
    for more in ({}, {"cluster": "klaster"}):
        pd.testing.assert_frame_equal(run(table, **more), run(turned, **more), check_exact=True)


@pytest.mark.parametrize(
    ("change", "sources", "options", "message"),
    [
        ({}, ["upah", "sewa"], {}, "sewa tidak ada"),
        ({}, ["upah", "upah"], {}, "berulang"),
        ({}, [], {}, "kosong"),
        ({}, ["upah"], {"measure": "r2"}, "Ukuran 'r2'"),
        ({}, ["upah"], {"level": 95}, "taraf 95"),
        ({"upah": np.nan}, ["upah"], {}, "upah kosong atau bukan angka pada 300 baris"),
        ({"upah": "banyak"}, ["upah"], {}, "upah kosong atau bukan angka"),
        ({"upah": 1.0}, ["upah"], {}, "sama bagi semua"),
        ({"upah": 0.0}, ["upah", "usaha"], {"weights": "upah"}, "Penimbang upah"),
        ({"rugi": -3.0}, ["upah", "rugi"], {}, "Gini tidak terdefinisi: pendapatan -"),
        ({"usaha": 0.0, "upah": [0.0, 1.0] * 150}, ["upah", "usaha"], {"measure": "mld"},
         "Deviasi log rata-rata tidak terdefinisi"),
        ({}, ["upah"], {"draws": 10}, "tanpa rng"),
        ({}, ["upah"], {"draws": 1, "rng": np.random.default_rng(1)}, "1 undian"),
        ({"klaster": 1}, ["upah"],
         {"draws": 9, "cluster": "klaster", "rng": np.random.default_rng(1)}, "satu klaster"),
    ],
)  # fmt: skip
def test_bad_input(change, sources, options, message):
    table = households(np.random.default_rng(6)).assign(**change)
    before = table.copy()
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan: "):
        shapley_sources(table, sources, **options)
    pd.testing.assert_frame_equal(table, before)


def test_losses_have_a_variance():
    table = households(np.random.default_rng(7))
    table["rugi"] = -table["bantuan"]
    result = shapley_sources(table, ["upah", "rugi"], measure="variance")
    assert result.contributions.sum() == pytest.approx(result.total)
