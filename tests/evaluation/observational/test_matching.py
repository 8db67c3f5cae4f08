"""Matching against published output of Stata, brute force, simulated truth, and bad input."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.observational.matching import matching

EXACT = {"exact": ["mmarried", "prenatal1"], "bias_adjust": ["mage", "fage", "medu"]}


@pytest.mark.parametrize(
    ("covariates", "options", "estimate", "std_error"),
    [
        # Stata's manual, teffects nnmatch, examples 1 and 3, and the latter with atet.
        (["mage", "prenatal1", "mmarried", "fbaby"], {"estimand": "ATE"}, -240.3306, 28.43006),
        (
            ["mmarried", "mage", "fage", "medu", "prenatal1"],
            {"estimand": "ATE", **EXACT},
            -210.0558,
            29.32803,
        ),
        (["mmarried", "mage", "fage", "medu", "prenatal1"], EXACT, -238.5204, 30.41661),
    ],
)
def test_stata(births, covariates, options, estimate, std_error):
    found = matching(births, "bweight", "mbsmoke", covariates, **options)
    # Seven printed digits.
    assert found.estimate == pytest.approx(estimate, abs=5e-5)
    assert found.std_error == pytest.approx(std_error, abs=5e-6)


def test_abadie_and_imbens_by_brute_force(simulated):
    """Rounded covariates make ties; every pair of rows is looked at."""
    t = simulated.assign(x=simulated["x"].round(0), z=simulated["z"].round(0)).iloc[:150]
    found = matching(t, "y", "d", ["x", "z"], estimand="ATE", neighbours=3)
    X, d, y = t[["x", "z"]].to_numpy(), t["d"].to_numpy(), t["y"].to_numpy()
    metric = np.linalg.inv(np.cov(X.T))
    gap = X[:, None] - X[None]
    distance = np.sqrt(np.einsum("ijk,kl,ijl->ij", gap, metric, gap))

    def near(i, pool, m):
        cut = np.sort(distance[i, pool])[m - 1]
        return pool[distance[i, pool] <= cut + 1e-9]

    n = len(t)
    other, used, squares, spread = np.zeros((4, n))
    for i in range(n):
        matches = near(i, np.flatnonzero(d != d[i]), 3)
        other[i] = y[matches].mean()
        used[matches] += 1 / matches.size
        squares[matches] += 1 / matches.size**2
        same = np.setdiff1d(np.flatnonzero(d == d[i]), [i])
        spread[i] = y[np.append(near(i, same, 2), i)].var(ddof=1)
    gain = np.where(d, y - other, other - y)
    variance = ((gain - gain.mean()) ** 2).sum() + ((used**2 + 2 * used - squares) * spread).sum()
    assert found.estimate == pytest.approx(gain.mean())
    assert found.std_error == pytest.approx(np.sqrt(variance) / n)


def test_without_replacement_the_pairs_are_the_closest_of_all(simulated):
    t = pd.concat([simulated[simulated["d"]].iloc[:4], simulated[~simulated["d"]].iloc[:7]])
    found = matching(t, "y", "d", ["x"], replacement=False)
    x, y = t["x"].to_numpy(), t["y"].to_numpy()
    best = min(permutations(range(4, 11), 4), key=lambda pick: ((x[:4] - x[list(pick)]) ** 2).sum())
    differences = y[:4] - y[list(best)]
    assert found.estimate == pytest.approx(differences.mean())
    # No match is used twice: the error is that of paired differences, but for n - 1.
    assert found.std_error == pytest.approx(differences.std() / 2)
    assert found.n_control == 4


def test_rows_alike_share_what_is_left_to_chance():
    # One treated at x = 0 beside three controls at 0, one pair at x = 9 and a control far away.
    t = pd.DataFrame(
        {
            "d": [1, 0, 0, 0, 1, 0, 0],
            "x": [0.0, 0, 0, 0, 9, 9, 30],
            "y": [10.0, 1, 2, 6, 5, 4, 0],
        }
    )
    for replacement in (True, False):
        found = matching(t, "y", "d", ["x"], replacement=replacement)
        assert found.estimate == pytest.approx(((10 - 3) + (5 - 4)) / 2)
        np.testing.assert_allclose(
            found.weights[t["d"] == 0], [1 / 6, 1 / 6, 1 / 6, 1 / 2, 0], atol=1e-12
        )


def test_more_treated_than_controls_at_a_place():
    # Without replacement two of three alike find no control; the three share the one match.
    t = pd.DataFrame(
        {"d": [1, 1, 1, 0, 1, 0], "x": [0.0, 0, 0, 0, 5, 5], "y": [1.0, 2, 6, 1, 3, 1]}
    )
    found = matching(t, "y", "d", ["x"], replacement=False, caliper=0.1)
    assert found.n_unmatched == 2
    assert found.estimate == pytest.approx(((3 - 1) + (3 - 1)) / 2)
    np.testing.assert_allclose(found.weights[t["d"] == 1], [1 / 6, 1 / 6, 1 / 6, 1 / 2])


OPTIONS = {
    "att": {},
    "ate, bias": {"estimand": "ATE", "bias_adjust": True},
    "propensity": {"metric": "propensity", "neighbours": 3},
    "pairs": {"replacement": False, "metric": "propensity", "caliper": 0.2},
    "exact": {"exact": ["k"], "neighbours": 2},
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("rounded", [False, True])
def test_order_of_rows_and_units_do_not_matter(simulated, name, rounded):
    t = simulated.round({"x": 0, "z": 0}) if rounded else simulated
    t = t.assign(k=t.index % 3)
    base = matching(t, "y", "d", ["x", "z"], **OPTIONS[name])
    shuffled = matching(t.sample(frac=1, random_state=2), "y", "d", ["x", "z"], **OPTIONS[name])
    other = matching(
        t.assign(x=7 - 3 * t["x"], y=10 * t["y"]), "y", "d", ["x", "z"], **OPTIONS[name]
    )
    for again, factor in ((shuffled, 1), (other, 10)):
        assert again.estimate == pytest.approx(factor * base.estimate, rel=1e-9)
        assert again.std_error == pytest.approx(factor * base.std_error, rel=1e-9)
        np.testing.assert_allclose(again.weights.sort_index(), base.weights, atol=1e-12)


def test_a_constant_effect_is_found_exactly_among_twins(simulated):
    twins = pd.concat([simulated.assign(d=True, y=simulated["y"] + 2), simulated.assign(d=False)])
    for options in ({}, {"replacement": False}, {"estimand": "ATE", "bias_adjust": True}):
        found = matching(twins, "y", "d", ["x", "z"], **options)
        assert found.estimate == pytest.approx(2)
        assert found.max_smd_after == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("estimand", "options"),
    [
        ("ATT", {"bias_adjust": "x + z + I(x**2)"}),
        ("ATE", {"bias_adjust": True}),
        ("ATE", {"metric": "propensity"}),
        ("ATT", {"metric": "propensity", "neighbours": 2}),
        ("ATT", {"metric": "propensity", "replacement": False, "caliper": 0.2}),
    ],
    ids=["att", "ate", "propensity ate", "propensity att", "pairs"],
)
def test_nearly_unbiased_and_intervals_hold_the_truth(coverage, estimand, options):
    bias, error, held = coverage(
        lambda t: matching(t, "y", "d", ["x", "z"], estimand=estimand, **options),
        estimand,
    )
    # Matches are never perfect: a bias of 0.05 beside 1.0 of the plain difference. Nominal 0.95,
    # Monte Carlo error 0.028.
    assert abs(bias) < 3 * error + 0.05
    assert abs(held - 0.95) < 3 * 0.028


def test_a_caliper_leaves_out_the_far_ones(simulated):
    wide = matching(simulated, "y", "d", ["x", "z"])
    narrow = matching(simulated, "y", "d", ["x", "z"], caliper=0.15)
    assert wide.n_unmatched == 0
    assert narrow.n_unmatched > 0
    assert narrow.n_treated + narrow.n_unmatched == simulated["d"].sum()
    assert narrow.overlap["max"].max() <= 0.15
    assert f"{narrow.n_unmatched} tanpa padanan" in str(narrow)
    assert narrow.overlap["arm"].tolist() == ["penerima"]


def test_exact_columns_are_exact(simulated):
    t = simulated.assign(k=np.where(simulated["x"] > 0, "atas", "bawah"))
    found = matching(t, "y", "d", ["z"], exact=["k"], estimand="ATT")
    share = found.weights.groupby([t["d"], t["k"]]).sum()
    np.testing.assert_allclose(share[True], share[False])
    alone = t.assign(k=np.where(t.index == t.index[t["d"]][0], "sendiri", t["k"]))
    assert matching(alone, "y", "d", ["z"], exact=["k"]).n_unmatched == 1


ONE_FAR = pd.DataFrame(
    {"d": [1, 1, 1, 0, 0, 0], "x": [1.0, 1.1, 1.2, 1.3, 9, 10], "y": [1.0, 2, 3, 4, 5, 6]}
)


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({}, {}, r"Semua padanan ialah satu baris pembanding \(indeks 3\)"),
        ({}, {"caliper": 0.001}, "Tidak ada padanan sama sekali dalam jarak 0.001"),
        ({"k": [1, 1, 1, 2, 2, 2]}, {"exact": ["k"]}, "Tidak ada padanan .* kolom k"),
        ({"d": [1, 0, 0, 0, 0, 0]}, {}, "Hanya 1 penerima"),
        ({"d": 1}, {}, "Semua 6 baris"),
        ({"d": 0}, {}, "Tidak satu pun"),
        ({"y": 1}, {}, "Hasil y sama"),
        ({"x": 2.0}, {}, "Kovariat x tidak berubah"),
        ({"x": ONE_FAR["d"] * 1.0}, {"metric": "propensity"}, "x = 0"),
        ({"x": np.nan}, {}, "Tidak ada baris lengkap"),
        ({}, {"exact": ["desa"]}, "Kolom desa tidak ada"),
        ({}, {"metric": "euclid"}, "Jarak 'euclid'"),
        ({}, {"neighbours": 0}, "neighbours 0"),
        ({}, {"caliper": -1}, "caliper -1"),
        ({}, {"replacement": False, "estimand": "ATE"}, "Tanpa pengembalian"),
        ({}, {"replacement": False, "neighbours": 2}, "Tanpa pengembalian"),
        ({}, {"bias_adjust": True, "neighbours": 1, "replacement": True}, "tidak cukup"),
    ],
)
def test_bad_input(changes, options, message):
    with pytest.raises(MethodError, match=message) as caught:
        matching(ONE_FAR.assign(**changes), "y", "d", ["x"], **options)
    assert "Perbaikan: " in str(caught.value)


def test_too_many_pairs_are_refused():
    rng = np.random.default_rng(1)
    t = pd.DataFrame({"d": np.arange(12_000) % 2, "x": rng.normal(size=12_000)})
    with pytest.raises(MethodError, match="6000 x 6000 pasangan"):
        matching(t.assign(y=t["x"]), "y", "d", ["x"], replacement=False)
