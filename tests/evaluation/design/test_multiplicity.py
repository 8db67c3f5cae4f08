"""Adjusted p-values against the paper, statsmodels and a literal step-down."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from kajian.errors import MethodError
from kajian.evaluation.design.multiplicity import adjust_family, adjust_p_values, westfall_young

# Benjamini and Hochberg (1995), section 4.1: fifteen tests of thrombolysis.
BH_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_bh_1995_rejects_four():
    assert (adjust_p_values(BH_1995, "bh") <= 0.05).sum() == 4
    # Bonferroni rejects three, and Holm no more here.
    assert (adjust_p_values(BH_1995, "holm") <= 0.05).sum() == 3


@pytest.mark.parametrize(
    ("method", "theirs"), [("holm", "holm"), ("bh", "fdr_bh"), ("by", "fdr_by")]
)
def test_statsmodels_agrees(method, theirs):
    rng = np.random.default_rng(2)
    for size in (1, 2, 7, 40):
        p = rng.choice(rng.beta(0.3, 1, size=size), size=size)  # with ties
        expected = multipletests(p, method=theirs)[1]
        np.testing.assert_allclose(adjust_p_values(p, method), expected, atol=1e-12)


def test_families_are_adjusted_apart_and_named():
    table = pd.DataFrame(
        {"hasil": list("abcde"), "keluarga": [1, 2, 1, 2, 1], "p": [0.01, 0.04, 0.02, 0.5, 0.3]},
        index=[9, 3, 5, 1, 7],
    )
    result = adjust_family(table, method="holm", family="keluarga", p_value="p")
    assert result["p_adjusted"].tolist() == pytest.approx([0.03, 0.08, 0.04, 0.5, 0.3])
    assert result["family_size"].tolist() == [3, 2, 3, 2, 3]
    assert (result["adjustment"] == "holm").all()
    pd.testing.assert_frame_equal(result[table.columns], table)
    whole = adjust_family(table, method="bh", p_value="p")
    assert whole["p_adjusted"].to_numpy() == pytest.approx(adjust_p_values(table["p"], "bh"))


def literal_step_down(observed, draws):
    """Westfall and Young (1993), algorithm 2.8, word by word."""
    order = sorted(range(len(observed)), key=lambda j: -observed[j])
    adjusted, highest = {}, 0.0
    for place, j in enumerate(order):
        rest = order[place:]
        larger = sum(max(row[k] for k in rest) >= observed[j] for row in draws)
        highest = max(highest, (1 + larger) / (1 + len(draws)))
        adjusted[j] = highest
    return [adjusted[j] for j in range(len(observed))]


def test_step_down_is_the_literal_one():
    rng = np.random.default_rng(0)
    draws = np.abs(rng.normal(size=(99, 6)) + rng.normal(size=(99, 1)))
    observed = np.array([0.3, 4.0, 1.2, 2.4, 0.1, 2.1])
    adjusted = westfall_young(observed, draws)
    np.testing.assert_allclose(adjusted, literal_step_down(observed, draws))
    assert (np.diff(adjusted[np.argsort(-observed)]) >= 0).all()
    shuffle = rng.permutation(6)
    np.testing.assert_array_equal(
        westfall_young(observed[shuffle], draws[:, shuffle]), adjusted[shuffle]
    )


def test_step_down_uses_the_dependence():
    rng = np.random.default_rng(1)
    one = np.abs(rng.normal(size=(999, 1)))
    same = westfall_young([2.5, 2.4, 2.3], np.repeat(one, 3, axis=1))
    single = (1 + (one[:, 0] >= 2.5).sum()) / 1000
    assert same[0] == pytest.approx(single), "three copies of one test cost nothing"
    apart = westfall_young([2.5, 2.4, 2.3], np.abs(rng.normal(size=(999, 3))))
    # Independent tests: about three times as much, as in Bonferroni.
    assert 2 * single < apart[0] < 4 * single


def test_an_enumerated_null_counts_the_observed_once():
    draws = np.array([[3.0, 1.0], [1.0, 3.0], [0.5, 0.2], [0.1, 0.4]])
    assert westfall_young([3.0, 1.0], draws, enumerated=True).tolist() == [0.5, 0.5]


def test_bad_input_is_named():
    with pytest.raises(MethodError, match="antara 0 dan 1"):
        adjust_p_values([0.1, np.nan])
    with pytest.raises(MethodError, match="antara 0 dan 1"):
        adjust_p_values([])
    with pytest.raises(MethodError, match="'sidak' tidak dikenal"):
        adjust_p_values([0.1], "sidak")
    with pytest.raises(MethodError, match="1 uji tidak bernama keluarga"):
        adjust_family(pd.DataFrame({"p_value": [0.1], "k": [None]}), family="k")
    with pytest.raises(MethodError, match="tidak cocok dengan undian"):
        westfall_young([1.0, 2.0], np.ones((5, 3)))
    with pytest.raises(MethodError, match="statistik kosong"):
        westfall_young([1.0, np.nan], np.ones((5, 2)))
