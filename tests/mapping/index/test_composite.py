from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kajian.errors import MethodError
from kajian.mapping.index.composite import composite_index, index_scenarios, rank_ranges

ASEM = {"CHE": 68.38, "NLD": 64.82, "DNK": 64.80, "NOR": 64.47, "BEL": 63.54, "SWE": 63.00}


def described(codes, dimensions, **columns):
    table = {"code": codes, "name": codes, "dimension": dimensions, "unit": "", "source": ""}
    return pd.DataFrame({**table, "direction": 1, "weight": 1.0, **columns})


TABLE = pd.DataFrame(
    {"sd": [100.0, 300.0, 200.0], "smp": [4.0, 2.0, 3.0], "air": [10.0, 50.0, 20.0]},
    index=["A", "B", "C"],
)
INDICATORS = described(
    ["sd", "smp", "air"], ["sekolah", "sekolah", "air"], direction=[-1, 1, 1], weight=[3, 1, 7]
)


def test_published_asem_index():
    if "KAJIAN_REFERENCE" not in os.environ:
        pytest.skip("KAJIAN_REFERENCE is unset: published ASEM pillars are not at hand")
    folder = Path(os.environ["KAJIAN_REFERENCE"], "asem_aggregate")
    pillars = pd.read_csv(folder / "asem_pillars.csv", index_col="u")
    dimensions = ["Conn"] * 5 + ["Sust"] * 3
    result = composite_index(
        pillars, described(pillars.columns, dimensions), normalise="none", weights="equal"
    )
    # Pillars are printed with two decimals, so is the index: at most 0.01 apart.
    assert result.index[list(ASEM)].to_dict() == pytest.approx(ASEM, abs=0.011)
    assert result.rank[list(ASEM)].tolist() == [1, 2, 3, 4, 5, 6]


def test_by_hand():
    result = composite_index(TABLE, INDICATORS)
    assert result.normalised["sd"].tolist() == [100, 0, 50]
    assert result.normalised["smp"].tolist() == [100, 0, 50]
    assert result.normalised["air"].tolist() == [0, 100, 25]
    assert result.dimensions["sekolah"].tolist() == [100, 0, 50]
    assert result.index.tolist() == [50, 50, 37.5]
    assert result.rank.tolist() == [1, 1, 3]
    assert result.weights["weight"].tolist() == [0.75, 0.25, 1]
    assert result.weights["dimension_weight"].tolist() == [0.5, 0.5, 0.5]
    assert result.tidy()["unit"].tolist() == ["A", "B", "C"]
    assert "median 50.0, rentang 37.5 sampai 50.0" in str(result)


def test_no_rank_is_shown_without_its_uncertainty():
    result = composite_index(TABLE, INDICATORS)
    assert result.tidy().columns.tolist() == ["unit", "index", "sekolah", "air"]
    assert "rank" not in repr(result)
    assert not any(f" {unit} " in str(result) for unit in TABLE.index)


def test_given_weights_reach_the_index():
    table = TABLE.assign(smp=[2.0, 4.0, 3.0])
    indicators = INDICATORS.assign(dimension_weight=[3.0, 3.0, 1.0])
    # A: school 100 * 3/4 + 0 * 1/4 = 75, water 0; index 75 * 3/4.
    assert composite_index(table, indicators).index["A"] == pytest.approx(56.25)
    assert composite_index(table, indicators, weights="equal").index["A"] == pytest.approx(25)


def test_geometric_mean_punishes_imbalance():
    result = composite_index(TABLE, INDICATORS, aggregate="geometric")
    assert result.normalised["air"].tolist() == pytest.approx([1, 100, 25.75])
    assert result.index.tolist() == pytest.approx([10, 10, np.sqrt(50.5 * 25.75)])
    assert result.rank.tolist() == [2, 2, 1]


def test_harmonic_mean_by_hand():
    result = composite_index(TABLE, INDICATORS, aggregate="harmonic")
    assert result.index["C"] == pytest.approx(2 / (1 / 50.5 + 1 / 25.75))


def test_mazziotta_pareto_by_hand():
    result = composite_index(TABLE, INDICATORS, aggregate="mazziotta-pareto")
    # Scores run from 70 to 130. A: 130 and 70, mean 100, variance 900: 100 - 9.
    assert result.index.tolist() == pytest.approx([91, 91, 92.5 - 7.5**2 / 92.5])
    z = composite_index(TABLE, INDICATORS, normalise="z", aggregate="mazziotta-pareto")
    assert z.normalised.mean().tolist() == pytest.approx([100] * 3)


def test_goalposts_do_not_depend_on_the_other_units():
    posts = INDICATORS.assign(goalpost_low=[0, 0, np.nan], goalpost_high=[400, 3, np.nan])
    result = composite_index(TABLE, posts, normalise="goalposts")
    assert result.normalised["sd"].tolist() == [75, 25, 50]
    # Four lies beyond the goalpost of three; water has none and keeps its observed range.
    assert result.normalised["smp"].tolist() == pytest.approx([100, 200 / 3, 100])
    assert result.normalised["air"].tolist() == [0, 100, 25]
    decisions = result.decisions
    assert decisions["step"].tolist() == ["goalpost"] * 2
    assert decisions.loc[0, ["code", "unit", "before", "after"]].tolist() == ["smp", "A", 4, 3]
    assert "10–50" in decisions["note"][1]
    fewer = composite_index(TABLE.loc[["A", "C"]], posts, normalise="goalposts")
    assert fewer.normalised["sd"].tolist() == [75, 50]


def test_treatment_of_the_data_is_on_record():
    table = pd.DataFrame({"a": [1.0, 2, 3, 4, np.nan, 5, 6, 900], "b": np.arange(8.0)})
    result = composite_index(
        table, described(["a", "b"], ["x", "y"]), impute="median", outliers="winsor"
    )
    assert result.decisions["step"].tolist() == ["imputasi", "pencilan"]
    assert result.decisions["unit"].tolist() == [4, 7]
    assert result.decisions["after"].tolist() == [4, 6]
    assert result.normalised["a"].tolist() == [0, 20, 40, 60, 60, 80, 100, 100]
    assert result.choices["outliers"] == "winsor"
    assert "2 keputusan" in str(result)


@given(
    st.lists(st.integers(0, 1000), min_size=4, max_size=12, unique=True),
    st.sampled_from(["min-max", "z", "rank"]),
    st.sampled_from(["given", "entropy"]),
    st.floats(0.01, 100),
)
@settings(max_examples=25)
def test_units_of_measure_and_sum_of_weights_do_not_matter(values, normalise, weights, factor):
    table = pd.DataFrame({"a": values, "b": values[::-1]}, dtype=float)
    indicators = described(["a", "b"], ["x", "x"], weight=[1.0, 3.0])
    options = {"normalise": normalise, "weights": weights}
    first = composite_index(table, indicators, **options)
    second = composite_index(
        table * factor + 5, indicators.assign(weight=[factor, 3 * factor]), **options
    )
    np.testing.assert_allclose(first.index, second.index, atol=1e-6)


@pytest.mark.parametrize("normalise", ["min-max", "z", "rank", "none"])
def test_a_turned_direction_turns_the_order(normalise):
    table = pd.DataFrame({"a": [10.0, 40.0, 90.0]})
    up, down = (
        composite_index(
            table, described(["a"], ["x"], direction=direction), normalise=normalise
        ).index
        for direction in (1, -1)
    )
    np.testing.assert_allclose(up + down, 100)


def test_scenarios_show_how_far_ranks_move():
    choices = {"normalise": ["min-max", "rank"], "aggregate": ["arithmetic", "geometric"]}
    scenarios = index_scenarios(TABLE, INDICATORS, choices)
    assert len(scenarios) == 4 * 3
    assert scenarios["weights"].unique().tolist() == ["given"]
    one = composite_index(TABLE, INDICATORS, normalise="rank", aggregate="geometric")
    shown = scenarios.query("normalise == 'rank' and aggregate == 'geometric'")
    assert shown["index"].tolist() == one.index.tolist()
    ranges = rank_ranges(scenarios).set_index("unit")
    assert ranges.index.tolist() == ["A", "B", "C"]
    # C is last with arithmetic min-max scores and first with geometric ones.
    assert ranges.loc["C", ["rank_min", "rank_max", "scenarios"]].tolist() == [1, 3, 4]
    assert ranges["rank_median"].between(ranges["rank_min"], ranges["rank_max"]).all()


@pytest.mark.parametrize("weights", ["given", "pca", "entropy"])
@pytest.mark.parametrize("outliers", ["none", "winsor", "clip"])
def test_the_order_of_rows_does_not_matter(weights, outliers):
    values = np.random.default_rng(1).lognormal(size=(20, 2)).cumsum(axis=1)
    table = pd.DataFrame(values, columns=["a", "b"])
    options = {"weights": weights, "outliers": outliers, "normalise": "z"}
    indicators = described(["a", "b"], ["x", "x"])
    first = composite_index(table, indicators, **options).index
    second = composite_index(table[::-1], indicators, **options).index
    pd.testing.assert_series_equal(first, second[::-1])


def test_scenarios_may_vary_the_treatment():
    choices = {"outliers": ["none", "clip"]}
    scenarios = index_scenarios(TABLE, INDICATORS, choices)
    assert scenarios["outliers"].tolist() == ["none"] * 3 + ["clip"] * 3


def test_inputs_are_left_alone():
    table, indicators = TABLE.copy(), INDICATORS.copy()
    composite_index(table, indicators, weights="equal", aggregate="geometric")
    pd.testing.assert_frame_equal(table, TABLE)
    pd.testing.assert_frame_equal(indicators, INDICATORS)


@pytest.mark.parametrize(
    ("table", "indicators", "options", "message"),
    [
        (TABLE.drop(columns="sd"), INDICATORS, {}, "sd tidak ada"),
        (TABLE, INDICATORS.drop(columns="direction"), {}, "kolom direction"),
        (TABLE, INDICATORS, {"normalise": "minmax"}, "Opsi normalise"),
        (TABLE, INDICATORS, {"weights": "bobot"}, "Opsi weights"),
        (TABLE, INDICATORS, {"normalise": "goalposts"}, "Tidak satu pun indikator punya goalpost"),
        (TABLE.assign(sd=[1, np.nan, 2]), INDICATORS, {}, "sd kosong pada 1 unit: B"),
        (TABLE.assign(sd=1.0), INDICATORS, {}, "sd sama di semua unit"),
        (TABLE * 0, INDICATORS, {"normalise": "none", "aggregate": "harmonic"}, "harmonik"),
        (TABLE * 0, INDICATORS, {"normalise": "none", "aggregate": "geometric"}, "geometrik"),
    ],
)
def test_bad_input_is_named(table, indicators, options, message):
    with pytest.raises(MethodError, match=message):
        composite_index(table, indicators, **options)


@pytest.mark.parametrize(
    "choices",
    [
        {"bobot": ["equal"]},
        {"weights": []},
        {"weights": "equal"},
        {"weights": ["x"]},
        {"weights": ["pca", "pca"]},
    ],
)
def test_bad_choices_are_named(choices):
    with pytest.raises(MethodError, match="tidak dikenal"):
        index_scenarios(TABLE, INDICATORS, choices)
