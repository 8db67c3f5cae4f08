"""Assignments of the draw: counted, listed and sampled."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.permutations import count_assignments, possible_assignments


def design(arms, strata):
    data = pd.DataFrame({"lengan": list(arms), "strata": list(strata)})
    return read_assignment(data, "lengan", control="k", strata="strata")


def test_every_assignment_is_listed_once():
    assignment = design("kkabkabk", "11112222")
    own = assignment.arm
    expected = {
        (*first, *second) for first in permutations(own[:4]) for second in permutations(own[4:])
    }
    arms, enumerated = possible_assignments(assignment, 143, np.random.default_rng(0))
    assert enumerated
    # 4! / 2! orders in each stratum.
    assert count_assignments(assignment) == len(arms) == 144
    assert {tuple(row) for row in arms} == expected


def test_random_assignments_keep_the_counts_and_are_even():
    assignment = design("kkabkabk", "11112222")
    arms, enumerated = possible_assignments(assignment, 142, np.random.default_rng(0))
    assert not enumerated
    assert len(arms) == 142
    arms, _ = possible_assignments(assignment, 20_000, np.random.default_rng(0))
    assert len(arms) == 144
    long = design("k" * 20 + "a" * 10 + "k" * 5 + "a" * 15, "1" * 30 + "2" * 20)
    arms, enumerated = possible_assignments(long, 4_000, np.random.default_rng(0))
    assert not enumerated
    assert (arms[:, :30].sum(axis=1) == 10).all()
    assert (arms[:, 30:].sum(axis=1) == 15).all()
    # Standard error of a share near 1/3 or 3/4 over 4,000 draws: 0.0075; four of them.
    np.testing.assert_allclose(arms[:, :30].mean(axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose(arms[:, 30:].mean(axis=0), 3 / 4, atol=0.03)


def test_no_draw_is_refused():
    with pytest.raises(MethodError, match="Jumlah undian 0"):
        possible_assignments(design("kkaa", "1111"), 0, np.random.default_rng(0))
