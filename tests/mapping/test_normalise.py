from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.normalise import described_indicators, indicator_values, on_one_scale

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
DIRECTION = INDICATORS.set_index("code")["direction"]


def test_dimensions_count_equally_unless_weighted():
    assert described_indicators(INDICATORS)["dimension_weight"].tolist() == [1, 1, 1]
    weighted = described_indicators(INDICATORS.assign(dimension_weight=[3, 3, 1]))
    assert weighted["dimension_weight"].tolist() == [3, 3, 1]


def test_only_the_described_columns_are_taken():
    values = indicator_values(TABLE.assign(nama="x"), ["air", "sd"], "min-max")
    pd.testing.assert_frame_equal(values, TABLE[["air", "sd"]])


def test_an_indicator_that_does_not_vary_may_be_a_score():
    assert indicator_values(TABLE.assign(sd=1.0), ["sd"], "none")["sd"].tolist() == [1, 1, 1]


def test_z_scores_and_ranks_against_their_definition():
    z = on_one_scale(TABLE, DIRECTION, "z", 0)
    assert z.mean().tolist() == pytest.approx([50] * 3)
    assert z.std(ddof=0).tolist() == pytest.approx([10] * 3)
    ranks = on_one_scale(TABLE.assign(air=[1.0, 1.0, 9.0]), DIRECTION, "rank", 0)
    assert ranks["sd"].tolist() == [100, 0, 50]
    assert ranks["air"].tolist() == [0, 0, 100]


def test_min_max_runs_from_the_floor_to_100():
    assert on_one_scale(TABLE, DIRECTION, "min-max", 0)["sd"].tolist() == [100, 0, 50]
    assert on_one_scale(TABLE, DIRECTION, "min-max", 1)["sd"].tolist() == [100, 1, 50.5]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.assign(sd=1.0), "sd sama di semua unit"),
        (TABLE.assign(sd=np.nan), "sd kosong seluruhnya"),
        (TABLE.assign(sd=[1, np.nan, 2]), "sd kosong pada 1 unit: B"),
        (TABLE.assign(sd=["1", "2", "3"]), "sd bukan angka"),
        (TABLE.drop(columns="sd"), "sd tidak ada"),
        (TABLE.set_index(pd.Index(["A", "A", "B"])), "berulang"),
    ],
)
def test_bad_values_are_named(table, message):
    with pytest.raises(MethodError, match=message):
        indicator_values(table, ["sd", "smp", "air"], "min-max")


@pytest.mark.parametrize(
    ("indicators", "message"),
    [
        (INDICATORS.assign(direction=[0, 1, 1]), "Arah indikator sd"),
        (INDICATORS.assign(weight=[1, 0, 1]), "indikator smp tidak positif"),
        (INDICATORS.assign(weight=[1, 1, np.nan]), "indikator air tidak positif"),
        (INDICATORS.assign(dimension_weight=[1, 2, 1]), "Bobot dimensi"),
        (INDICATORS.assign(code="sd"), "kode berulang"),
        (INDICATORS.drop(columns="direction"), "kolom direction"),
    ],
)
def test_a_description_that_contradicts_itself_is_named(indicators, message):
    with pytest.raises(MethodError, match=message):
        described_indicators(indicators)
