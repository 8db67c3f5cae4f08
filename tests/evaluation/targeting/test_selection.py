from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.targeting.selection import selected_by_score


def test_the_lowest_of_those_suited_are_selected():
    score = [3, 1, 2, 9, 1]
    suited = [True, True, False, True, True]
    chosen = selected_by_score(score, suited, 3, rng=np.random.default_rng(0))
    assert chosen.tolist() == [True, True, False, False, True]


def test_equal_scores_are_drawn_by_lot():
    draws = [
        selected_by_score([1, 1, 1, 1], [True] * 4, 1, rng=np.random.default_rng(seed)).argmax()
        for seed in range(400)
    ]
    # Each of four expects 100 of 400, with a standard deviation of 8.7.
    assert np.abs(np.bincount(draws, minlength=4) - 100).max() < 35


@pytest.mark.parametrize("size", [0, 4])
def test_an_impossible_size_is_refused(size):
    suited = [True, True, True, False]
    with pytest.raises(MethodError, match="tidak dapat dipilih dari 3"):
        selected_by_score([1, 2, 3, 4], suited, size, rng=np.random.default_rng(0))


def test_a_missing_score_is_refused():
    with pytest.raises(MethodError, match="skor"):
        selected_by_score([1, np.nan], [True, True], 1, rng=np.random.default_rng(0))
