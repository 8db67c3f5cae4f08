"""Regression-based shares of inequality against covariances, other regressions and the truth."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.decomposition.inequality import inequality
from kajian.causal.decomposition.shapley_inequality import RESIDUAL, shapley_inequality
from kajian.errors import MethodError
from kajian.linear.regression import ols

FORMULA = "belanja ~ C(ijazah) + umur + anggota"
FACTORS = {"pendidikan": ["C(ijazah)"], "rumah tangga": ["umur", "anggota"]}
MEASURES = ["gini", "theil", "mld", "variance"]


def households(rng, n_clusters=50, per_cluster=8):
    cluster = np.repeat(np.arange(n_clusters), per_cluster)
    n = cluster.size
    diploma = rng.choice(["SD", "SMA", "S1"], size=n, p=[0.5, 0.35, 0.15])
    age = rng.normal(size=n_clusters)[cluster] + rng.normal(size=n)
    members = rng.integers(1, 8, size=n)
    logs = 13 + 0.3 * (diploma == "SMA") + 0.8 * (diploma == "S1") + 0.15 * age - 0.1 * members
    logs = logs + 0.2 * rng.normal(size=n_clusters)[cluster] + 0.5 * rng.normal(size=n)
    columns = {"belanja": np.exp(logs), "ijazah": diploma, "umur": age, "anggota": members}
    more = {"klaster": cluster, "bobot": rng.uniform(0.5, 2, n), "strata": cluster % 5}
    return pd.DataFrame({**columns, **more})


@pytest.fixture
def table():
    return households(np.random.default_rng(1))


@pytest.mark.parametrize("measure", MEASURES)
def test_contributions_sum_to_the_measure_and_ignore_units(table, measure):
    options = {"factors": FACTORS, "measure": measure, "weights": "bobot"}
    result = shapley_inequality(FORMULA, table, **options)
    welfare = table["belanja"].to_numpy()
    values = np.log(welfare) if measure == "variance" else welfare
    direct = inequality(values, table["bobot"].to_numpy(), measure)
    assert result.total == pytest.approx(direct, rel=1e-12)
    assert result.contributions.sum() == pytest.approx(direct, rel=1e-12)
    assert result.factors == ("pendidikan", "rumah tangga", RESIDUAL)
    other = table.assign(belanja=table["belanja"] / 1e6).sample(frac=1, random_state=2)
    again = shapley_inequality(FORMULA, other, **options)
    np.testing.assert_allclose(again.contributions, result.contributions, rtol=1e-9)


def test_variance_gives_the_shares_of_fields(table):
    """Covariance of each part with log welfare, from a regression fitted elsewhere."""
    logs = np.log(table["belanja"])
    fit = ols("np.log(belanja) ~ C(ijazah) + umur + anggota", table)
    levels = [term for term in fit.terms if term.startswith("C(")]
    parts = [
        fit.X[:, [fit.position(term) for term in group]]
        @ fit.coefficients[[fit.position(term) for term in group]]
        for group in (levels, ["umur", "anggota"])
    ]
    expected = [np.cov(part, logs, bias=True)[0, 1] for part in [*parts, fit.residuals]]
    result = shapley_inequality(FORMULA, table, factors=FACTORS, measure="variance")
    np.testing.assert_allclose(result.contributions, expected, rtol=1e-9)


def test_r2_is_the_mean_over_orders_of_regressions(table):
    factors = {"pendidikan": ["C(ijazah)"], "umur": ["umur"], "anggota": ["anggota"]}
    terms = {name: members[0] for name, members in factors.items()}

    def r2(names):
        right = " + ".join(["1", *(terms[name] for name in names)])
        return ols(f"np.log(belanja) ~ {right}", table).r2_within if names else 0.0

    orders = list(permutations(factors))
    expected = {
        name: np.mean([r2(o[: o.index(name) + 1]) - r2(o[: o.index(name)]) for o in orders])
        for name in factors
    }
    result = shapley_inequality(FORMULA, table, factors=factors, measure="r2")
    np.testing.assert_allclose(result.contributions, list(expected.values()), rtol=1e-9)
    assert result.total == pytest.approx(r2(list(factors)), rel=1e-12)
    assert RESIDUAL not in result.factors


def test_a_factor_without_effect_gets_nothing(table):
    """Orthogonal to welfare and the other terms, its coefficient is exactly zero."""
    fit = ols("np.log(belanja) ~ C(ijazah) + umur + anggota", table)
    noise = np.random.default_rng(3).normal(size=len(table))
    both = np.column_stack([fit.X, fit.y])
    table["acak"] = noise - both @ np.linalg.lstsq(both, noise, rcond=None)[0]
    for measure in [*MEASURES, "r2"]:
        result = shapley_inequality(
            f"{FORMULA} + acak", table, factors={**FACTORS, "acak": "acak"}, measure=measure
        )
        assert result.contributions[2] == pytest.approx(0, abs=1e-12)


def test_base_category_does_not_matter(table):
    formula = "belanja ~ C(ijazah, Treatment('{}')) + umur + anggota"
    found = [
        shapley_inequality(
            formula.format(base),
            table,
            factors={**FACTORS, "pendidikan": [f"C(ijazah, Treatment('{base}'))"]},
        ).contributions
        for base in ("SD", "S1")
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_intervals_cover_the_truth():
    """Clusters drawn again and again; the truth is the value of a very large sample."""
    options = {"factors": FACTORS}
    truth = shapley_inequality(FORMULA, households(np.random.default_rng(4), 10_000), **options)
    truth = truth.tidy()
    rng = np.random.default_rng(5)
    repetitions, held, shares_held = 60, np.zeros(4), np.zeros(3)
    for _ in range(repetitions):
        found = shapley_inequality(
            FORMULA, households(rng), cluster="klaster", draws=60, rng=rng, **options
        ).tidy()
        inside = (found["conf_low"] <= truth["estimate"]) & (
            truth["estimate"] <= found["conf_high"]
        )
        held += inside.to_numpy()
        inside = (found["share_low"] <= truth["share"]) & (truth["share"] <= found["share_high"])
        shares_held += inside.to_numpy()[:3]
    # Three binomial standard errors around 95% in 60 repetitions are 8 points.
    assert (held / repetitions > 0.86).all()
    assert (shares_held / repetitions > 0.86).all()
    assert held.sum() + shares_held.sum() < 7 * repetitions


def test_strata_lower_the_error_of_what_differs_between_them(table):
    table["belanja"] *= np.exp(table["strata"])
    options = {"factors": FACTORS, "measure": "mld", "cluster": "klaster", "draws": 100}

    def run(**more):
        return shapley_inequality(FORMULA, table, rng=np.random.default_rng(6), **options, **more)

    with_strata, without = run(strata="strata"), run()
    assert (with_strata.df, without.df) == (45, 49)
    errors = [one.tidy()["std_error"].iloc[-1] for one in (with_strata, without)]
    assert errors[0] < 0.85 * errors[1]


def test_tidy_and_summary(table):
    table.loc[0, "umur"] = np.nan
    table["log_belanja"] = table["belanja"]  # a name is not a logarithm
    bare = shapley_inequality(f"log_{FORMULA}", table, factors=FACTORS)
    assert list(bare.tidy().columns) == ["term", "estimate", "share"]
    assert bare.tidy()["term"].iloc[-1] == "(total)"
    assert (bare.n_obs, bare.n_dropped) == (399, 1)
    rng = np.random.default_rng(7)
    drawn = shapley_inequality(FORMULA, table, factors=FACTORS, draws=20, rng=rng)
    assert drawn.tidy().notna().all(axis=None)
    for words in ("Indeks Gini", "pendidikan", "95%", "bukan sebab"):
        assert words in str(drawn)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"belanja": 0.0}, {}, "belanja nol atau negatif pada 400 baris"),
        ({"belanja": 1.0}, {}, "sama bagi semua"),
        ({}, {"formula": "np.log(belanja) ~ umur"}, "sudah berupa logaritma"),
        ({}, {"formula": "belanja ~ umur - 1"}, "memerlukan konstanta"),
        ({}, {"formula": f"{FORMULA} + sewa"}, "sewa tidak ada"),
        ({"dua": 2.0}, {"formula": f"{FORMULA} + dua"}, "dua tidak berubah"),
        ({}, {"formula": f"{FORMULA} + I(2 * umur)"}, "kombinasi linear"),
        ({}, {"factors": {"pendidikan": ["C(ijazah)"]}}, "umur, anggota tidak masuk faktor"),
        ({}, {"factors": {**FACTORS, "tempat": ["desa"]}}, "desa dari faktor tempat tidak ada"),
        ({}, {"factors": {**FACTORS, "tempat": []}}, "tempat tidak memuat suku"),
        ({}, {"factors": {**FACTORS, "usia": ["umur"]}}, "faktor rumah tangga dan usia"),
        ({}, {"measure": "palma"}, "Ukuran 'palma'"),
        ({"bobot": -1.0}, {"weights": "bobot"}, "Penimbang bobot"),
        ({}, {"draws": 9}, "tanpa rng"),
        ({"strata": np.arange(400) % 7},
         {"draws": 9, "rng": np.random.default_rng(1), "cluster": "klaster", "strata": "strata"},
         "lebih dari satu strata"),
    ],
)  # fmt: skip
def test_bad_input(table, change, options, message):
    table = table.assign(**change)
    before = table.copy()
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan: "):
        shapley_inequality(data=table, **{"formula": FORMULA, "factors": FACTORS, **options})
    pd.testing.assert_frame_equal(table, before)


def test_too_few_rows(table):
    with pytest.raises(MethodError, match=r"Hanya 4 baris.*Perbaikan"):
        shapley_inequality("belanja ~ umur + anggota + bobot", table.head(4), factors={})
