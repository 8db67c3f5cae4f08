from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from kajian.errors import MethodError
from kajian.mapping.districts.ranks import rank_intervals, rse_scenarios


def rng(seed=1):
    return np.random.default_rng(seed)


def series(values):
    return pd.Series(values, index=[f"u{i}" for i in range(len(values))], dtype=float)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12), st.booleans())
@settings(max_examples=40)
def test_without_error_ranks_are_plain(values, ascending):
    estimate = series(values)
    table = rank_intervals(
        estimate, estimate * 0, draws=10, rng=rng(), ascending=ascending, k=1
    ).tidy()
    plain = estimate.rank(method="min", ascending=ascending).astype(int).tolist()
    for column in ("rank", "low", "high", "conf_low"):
        assert table[column].tolist() == plain
    # A tied unit cannot be told from its equals, so the confidence set spans the tie.
    last = estimate.rank(method="max", ascending=ascending).astype(int).tolist()
    assert table["conf_high"].tolist() == last


def test_two_units_swap_as_often_as_theory_says():
    # Difference 1, its standard error sqrt(2): swapped with probability Phi(-1 / sqrt(2)).
    result = rank_intervals(series([1, 0]), series([1, 1]), draws=40_000, rng=rng(), k=1)
    # Four standard errors of a share from 40,000 draws: at most 0.01.
    assert result.tidy()["bottom_share"][0] == pytest.approx(norm.cdf(-1 / np.sqrt(2)), abs=0.01)


def test_tied_units_overlap_and_the_rest_is_certain():
    table = rank_intervals(series([9, 5, 5, 1]), series([0.1, 1, 1, 0.1]), rng=rng(), k=2).tidy()
    assert table["low"].tolist() == [1, 2, 2, 4]
    assert table["high"].tolist() == [1, 3, 3, 4]
    assert table["bottom_share"].sum() == pytest.approx(2)
    assert table["bottom_share"][3] == 1


def test_pairs_are_compared_with_their_own_error():
    # Differences 3, 4 and 1 against margins 1.96 * sqrt(2) = 2.77: two of three pairs.
    result = rank_intervals(series([4, 1, 0]), series([1, 1, 1]), rng=rng(), k=1)
    assert result.comparisons == pytest.approx(2 / 3)
    assert "67%" in str(result)


def test_confidence_sets_cover_true_ranks_of_close_units():
    truth = np.linspace(0, 1, 8)
    rank = np.arange(8, 0, -1)
    covered = []
    for seed in range(150):
        noisy = series(truth + rng(seed).normal(size=8))
        table = rank_intervals(noisy, series(np.ones(8)), draws=500, rng=rng(seed + 1)).tidy()
        covered.append((table["conf_low"] <= rank) & (rank <= table["conf_high"]))
    # Promised: at least 95% for every unit; three standard errors of 150 trials are 0.05.
    assert np.mean(covered, axis=0).min() >= 0.90


def test_labels_decide_not_positions():
    estimate, error = series([3, 2, 1]), series([0.1, 5, 0.2])
    first = rank_intervals(estimate, error, rng=rng(), k=1).tidy()
    second = rank_intervals(estimate, error[::-1], rng=rng(), k=1).tidy()
    pd.testing.assert_frame_equal(first, second)
    assert first["unit"].tolist() == ["u0", "u1", "u2"]


def test_scenarios_widen_with_the_assumed_error():
    estimate = series(np.linspace(5, 15, 20))
    table = rse_scenarios(estimate, (0, 5, 10, 15), draws=2_000, rng=rng())
    assert table["rse_pct"].unique().tolist() == [0, 5, 10, 15]
    width = (table["high"] - table["low"]).groupby(table["rse_pct"]).mean()
    assert width.is_monotonic_increasing
    assert width[0] == 0
    share = table.groupby("rse_pct")["comparisons"].first()
    assert share.is_monotonic_decreasing
    at_ten = table[table["rse_pct"] == 10]
    assert at_ten["std_error"].to_numpy() == pytest.approx(estimate.to_numpy() / 10)


@pytest.mark.parametrize(
    ("estimate", "error", "options", "message"),
    [
        (series([1, 2]), series([1, 2, 3]), {"k": 1}, "Label"),
        (series([1, np.nan]), series([1, 1]), {"k": 1}, "u1"),
        (series([1, 2]), series([1, -1]), {"k": 1}, "u1"),
        (series([1]), series([1]), {"k": 1}, "dua unit"),
        (series([1, 2]), series([1, 1]), {"k": 3}, "k antara 1 dan 2"),
        (series([1, 2]), series([1, 1]), {"k": 1, "level": 95}, "taraf"),
    ],
)
def test_bad_input_is_named(estimate, error, options, message):
    with pytest.raises(MethodError, match=message):
        rank_intervals(estimate, error, rng=rng(), **options)


@pytest.mark.parametrize(("values", "rse"), [([1, 2], ()), ([1, 2], (-5,)), ([-1, 2], (5,))])
def test_bad_scenarios_are_named(values, rse):
    with pytest.raises(MethodError, match="RSE"):
        rse_scenarios(series(values), rse, rng=rng(), k=1)
