from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.composite import composite_index
from kajian.mapping.index.design import CHOICES, OPTIONS
from kajian.mapping.index.draws import INPUTS, index_draws, index_model
from kajian.mapping.index.normalise import described_indicators

N = 15
RNG = np.random.default_rng(3)
COMMON = RNG.normal(50, 5, (N, 1))
TABLE = pd.DataFrame(COMMON + RNG.normal(0, 3, (N, 4)), columns=list("abcd"))
TABLE.loc[4, "a"] = np.nan
TABLE.loc[5, "b"] = 400.0
INDICATORS = pd.DataFrame(
    {
        "code": list("abcd"),
        "dimension": ["x", "y", "x", "y"],
        "direction": 1,
        "weight": [1, 2, 3, 4],
        "dimension_weight": [1, 3, 1, 3],
        "goalpost_low": 20,
        "goalpost_high": 80,
    }
)
ALL = {
    **{name: tuple(options) for name, options in OPTIONS.items()},
    "impute": ("median", "nearest"),
    "normalise": ("min-max", "rank", "goalposts", "z"),
    "weights": ("given", "equal", "entropy"),
}
ONE = {name: (options[0],) for name, options in ALL.items()}


def modelled(options=ONE, table=TABLE, error=0.0, spread=0.0, indicators=INDICATORS):
    errors = pd.DataFrame(error, index=table.index, columns=indicators["code"])
    return index_model(table, described_indicators(indicators), options, errors, spread, None)


def drawn(model, inputs, seed=1):
    return index_draws(model, inputs, np.random.default_rng(seed))


def test_draws_without_error_are_the_index_itself():
    options = {**ALL, "impute": ("none",)}
    combinations = list(product(*options.values()))
    counts = [len(taken) for taken in options.values()]
    places = np.array(list(product(*map(range, counts))))
    inputs = np.zeros((len(places), len(INPUTS)))
    inputs[:, : len(CHOICES)] = (places + 0.5) / counts
    complete = TABLE.fillna({"a": 50.0})
    some = np.random.default_rng(1).permutation(len(inputs))[:50]
    found = drawn(modelled(options, complete), inputs[some])
    for row, choice in zip(found, (combinations[i] for i in some), strict=True):
        chosen = dict(zip(options, choice, strict=True))
        expected = composite_index(complete, INDICATORS, **chosen).index
        np.testing.assert_allclose(row, expected, atol=1e-8)


def test_filled_values_carry_the_error_of_the_filling():
    model = modelled()
    assert model.varying == ["error"]
    inputs = np.random.default_rng(1).random((2000, len(INPUTS)))
    spread = drawn(modelled({**ONE, "normalise": ("goalposts",)}), inputs).std(axis=0)
    # Goalposts keep units apart: only the unit that was filled in moves.
    assert np.flatnonzero(spread > 1e-9).tolist() == [4]
    observed = TABLE["a"].dropna()
    error = np.sqrt(((observed - observed.median()) ** 2).mean())
    # 100 / 60 points per unit, weight 1/4 in a dimension of weight 1/4. Four errors of a standard
    # deviation from 2,000 draws: 6 percent.
    assert spread[4] == pytest.approx(error / 60 * 100 / 16, rel=0.06)


def test_rows_that_share_an_input_share_its_draw():
    model = modelled(error=1.0, spread=0.3)
    inputs = np.zeros((4, len(INPUTS)))
    inputs[:, INPUTS.index("error")] = [0.2, 0.2, 0.7, 0.7]
    inputs[:, INPUTS.index("weight_spread")] = [0.1, 0.9, 0.1, 0.1]
    index = drawn(model, inputs)
    assert not np.allclose(index[0], index[1])
    assert not np.allclose(index[0], index[2])
    np.testing.assert_array_equal(index[2], index[3])


def test_weights_move_no_further_than_declared_and_still_sum_to_one():
    scores = pd.DataFrame({"a": [0.0, 60], "b": [0.0, 60], "c": [100.0, 60], "d": [100.0, 60]})
    indicators = INDICATORS.assign(dimension=["x", "x", "y", "y"], dimension_weight=1)
    options = {**ONE, "impute": ("none",), "normalise": ("none",)}
    model = modelled(options, scores, spread=0.2, indicators=indicators)
    index = drawn(model, np.random.default_rng(1).random((3000, len(INPUTS))))
    # Unit 0 shows the weight of dimension y, unit 1 the sum of all weights.
    assert index[:, 1] == pytest.approx(60)
    share = index[:, 0] / 100
    assert 0.4 <= share.min() < 0.41
    assert 0.59 < share.max() <= 0.6


def test_draws_are_held_to_the_limits_of_the_outliers():
    table = TABLE[["b"]]
    options = {**ONE, "outliers": ("winsor",), "normalise": ("none",)}
    model = modelled(options, table, error=100.0, indicators=INDICATORS[1:2])
    index = drawn(model, np.random.default_rng(1).random((200, len(INPUTS))))
    assert index.max() == pytest.approx(TABLE["b"].drop(5).max())
    assert index.min() < 0


def test_scores_below_one_count_as_one_where_errors_caused_them():
    options = {**ONE, "normalise": ("none",), "aggregate": ("geometric",)}
    model = modelled(options, TABLE.fillna(50.0), error=60.0)
    index = drawn(model, np.random.default_rng(1).random((500, len(INPUTS))))
    assert index.min() >= 1


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (TABLE, {"impute": ("none",)}, "a kosong pada 1 unit: 4"),
        (TABLE.assign(c=1.0), {}, "c sama di semua unit"),
        (TABLE - 50, {"normalise": ("none",), "aggregate": ("harmonic",)}, "harmonik"),
        (-TABLE, {"normalise": ("rank", "none"), "aggregate": ("harmonic",)}, "harmonik"),
    ],
)
def test_bad_input_is_found_before_any_draw(table, options, message):
    with pytest.raises(MethodError, match=message):
        modelled({**ONE, **options}, table)


def test_goalposts_must_exist():
    with pytest.raises(MethodError, match="Tidak satu pun"):
        modelled(
            {**ONE, "normalise": ("z", "goalposts")},
            indicators=INDICATORS.drop(columns=["goalpost_low", "goalpost_high"]),
        )
