"""The small measures of this room against those of the mapping room and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.causal.decomposition.inequality import inequality
from kajian.mapping.welfare.inequality import gini
from kajian.mapping.welfare.theil import mean_log_deviation, theil


@pytest.mark.parametrize(
    ("measure", "other"), [("gini", gini), ("theil", theil), ("mld", mean_log_deviation)]
)
def test_agrees_with_the_mapping_room(measure, other):
    rng = np.random.default_rng(1)
    values = np.round(np.exp(rng.normal(size=(3, 200))), 1) + 0.1  # with ties
    weights = rng.uniform(0.5, 3, 200)
    ours = inequality(values, weights, measure)
    expected = [other(row, weights).estimate for row in values]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_two_persons():
    incomes, equal = np.array([1.0, 3.0]), np.ones(2)
    assert inequality(incomes, equal, "gini") == pytest.approx(0.25)  # 2 / (2 * 4)
    assert inequality(incomes, equal, "variance") == pytest.approx(1)
    assert inequality(incomes, equal, "mld") == pytest.approx(np.log(2) - np.log(3) / 2)
    assert inequality(incomes, equal, "theil") == pytest.approx(0.75 * np.log(3) - np.log(2))
    assert inequality(incomes, np.array([2.0, 1.0]), "variance") == pytest.approx(8 / 9)


@pytest.mark.parametrize("measure", ["gini", "theil", "mld", "variance"])
def test_equality_is_zero(measure):
    assert inequality(np.full(5, 7.0), np.arange(1.0, 6), measure) == pytest.approx(0, abs=1e-15)
