from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kajian.errors import MethodError
from kajian.mapping.index.normalise import (
    described_indicators,
    indicator_values,
    places,
    refuse_constant,
    scaled,
)

TABLE = pd.DataFrame(
    {"sd": [100.0, 300.0, 200.0], "smp": [4.0, 2.0, 3.0], "air": [10.0, 50.0, 20.0]},
    index=["A", "B", "C"],
)
INDICATORS = pd.DataFrame(
    {
        "code": ["sd", "smp", "air"],
        "dimension": ["sekolah", "sekolah", "air"],
        "direction": [-1, 1, 1],
        "weight": [3, 1, 7],
    }
)


def scores(table, normalise, **options):
    direction = np.array([-1.0, 1.0, 1.0])
    values = scaled(table.to_numpy().T, direction, normalise, **options)
    return pd.DataFrame(values.T, table.index, table.columns)


def test_dimensions_count_equally_unless_weighted():
    assert described_indicators(INDICATORS)["dimension_weight"].tolist() == [1, 1, 1]
    weighted = described_indicators(INDICATORS.assign(dimension_weight=[3, 3, 1]))
    assert weighted["dimension_weight"].tolist() == [3, 3, 1]


def test_goalposts_are_optional_but_come_in_pairs():
    assert described_indicators(INDICATORS)["goalpost_low"].isna().all()
    posts = described_indicators(INDICATORS.assign(goalpost_low=[0, 1, 2], goalpost_high=9))
    assert posts["goalpost_low"].tolist() == [0, 1, 2]
    assert posts["goalpost_high"].tolist() == [9, 9, 9]


def test_only_the_described_columns_are_taken():
    values = indicator_values(TABLE.assign(nama="x"), ["air", "sd"])
    pd.testing.assert_frame_equal(values, TABLE[["air", "sd"]])


def test_missing_values_pass_only_when_allowed():
    table = TABLE.assign(sd=[1, np.nan, 2])
    assert indicator_values(table, ["sd"], missing=True)["sd"].isna().sum() == 1
    with pytest.raises(MethodError, match="sd kosong pada 1 unit: B"):
        indicator_values(table, ["sd"])


def test_constant_indicators_are_named():
    refuse_constant(TABLE)
    with pytest.raises(MethodError, match="sd, air sama di semua unit"):
        refuse_constant(TABLE.assign(sd=1.0, air=2.0))


def test_z_scores_and_ranks_against_their_definition():
    z = scores(TABLE, "z")
    assert z.mean().tolist() == pytest.approx([50] * 3)
    assert z.std(ddof=0).tolist() == pytest.approx([10] * 3)
    ranks = scores(TABLE.assign(air=[1.0, 1.0, 9.0]), "rank")
    assert ranks["sd"].tolist() == [100, 0, 50]
    assert ranks["air"].tolist() == [0, 0, 100]


def test_min_max_fills_the_scale():
    assert scores(TABLE, "min-max")["sd"].tolist() == [100, 0, 50]
    scale = (1.0, 100.0, 50.0)
    assert scores(TABLE, "min-max", scale=scale)["sd"].tolist() == [100, 1, 50.5]


def test_goalposts_turn_with_the_direction():
    posts = np.array([[0.0, 400.0], [2.5, 4.5], [np.nan, np.nan]])
    found = scores(TABLE, "goalposts", goalposts=posts)
    assert found["sd"].tolist() == [75, 25, 50]
    assert found["smp"].tolist() == [75, 0, 25]
    assert found["air"].tolist() == [0, 100, 25]


@pytest.mark.parametrize("normalise", ["min-max", "z", "rank", "none"])
def test_a_block_of_draws_is_scaled_draw_by_draw(normalise):
    block = np.random.default_rng(1).normal(size=(4, 3, 6))
    direction = np.array([1.0, -1.0, 1.0])
    together = scaled(block, direction, normalise)
    apart = [scaled(draw, direction, normalise) for draw in block]
    np.testing.assert_allclose(together, apart, rtol=1e-12)


@given(arrays(float, (3, 7), elements=st.integers(0, 4).map(float)))
def test_places_against_pandas(values):
    first, last = places(values)
    frame = pd.DataFrame(values)
    np.testing.assert_array_equal(first, frame.rank(axis=1, method="min"))
    np.testing.assert_array_equal(last, frame.rank(axis=1, method="max"))


def test_places_without_ties():
    first, last = places(np.array([[3.0, 1.0, 2.0]]))
    assert first.tolist() == last.tolist() == [[3, 1, 2]]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.assign(sd=np.nan), "sd kosong seluruhnya"),
        (TABLE.assign(sd=[1, np.nan, 2]), "sd kosong pada 1 unit: B"),
        (TABLE.assign(sd=["1", "2", "3"]), "sd bukan angka"),
        (TABLE.drop(columns="sd"), "sd tidak ada"),
        (TABLE.assign(sd=[1, np.inf, 2]), "sd kosong pada 1 unit: B"),
        (TABLE[:1], "kurang dari dua"),
        (TABLE.set_index(pd.Index(["A", "A", "B"])), "berulang"),
    ],
)
def test_bad_values_are_named(table, message):
    with pytest.raises(MethodError, match=message):
        indicator_values(table, ["sd", "smp", "air"])


@pytest.mark.parametrize(
    ("indicators", "message"),
    [
        (INDICATORS.assign(direction=[0, 1, 1]), "Arah indikator sd"),
        (INDICATORS.assign(weight=[1, 0, 1]), "indikator smp tidak positif"),
        (INDICATORS.assign(weight=[1, 1, np.nan]), "indikator air tidak positif"),
        (INDICATORS.assign(dimension_weight=[1, 2, 1]), "Bobot dimensi"),
        (INDICATORS.assign(code="sd"), "kode berulang"),
        (INDICATORS.assign(goalpost_low=0), "Goalpost indikator sd, smp, air"),
        (INDICATORS.assign(goalpost_low=[0, 9, 0], goalpost_high=9), "Goalpost indikator smp"),
        (INDICATORS.assign(goalpost_low=["x", 0, 0], goalpost_high=9), "Goalpost indikator sd"),
        (INDICATORS.drop(columns="direction"), "kolom direction"),
    ],
)
def test_a_description_that_contradicts_itself_is_named(indicators, message):
    with pytest.raises(MethodError, match=message):
        described_indicators(indicators)
