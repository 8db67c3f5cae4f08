from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.composite import composite_index
from kajian.mapping.index.diagnostics import index_diagnostics

RNG = np.random.default_rng(4)
COMMON = RNG.normal(size=60)
TABLE = pd.DataFrame(
    {
        "a": COMMON + RNG.normal(size=60),
        "b": -COMMON + RNG.normal(size=60),
        "c": COMMON + RNG.normal(size=60),
        "d": RNG.normal(size=60),
    }
)
INDICATORS = pd.DataFrame(
    {
        "code": list("abcd"),
        "dimension": ["x", "x", "x", "y"],
        "direction": [1, -1, 1, 1],
        "weight": [1, 1, 2, 1],
    }
)


def diagnosed(table=TABLE, indicators=INDICATORS, normalise="z"):
    return index_diagnostics(composite_index(table, indicators, normalise=normalise))


def test_correlations_are_of_turned_indicators():
    pairs = diagnosed().tidy().set_index(["code_1", "code_2"])
    assert len(pairs) == 6
    assert pairs.loc[("a", "b"), "r"] == pytest.approx(-TABLE["a"].corr(TABLE["b"]))
    assert pairs["within"].tolist() == [True, True, False, True, False, False]


def test_alpha_against_the_standardised_formula():
    # With z-scores alpha is k r / (1 + (k - 1) r), r the mean correlation.
    result = diagnosed()
    r = result.correlations.query("within")["r"].mean()
    assert result.alpha["x"] == pytest.approx(3 * r / (1 + 2 * r))
    assert result.alpha.index.tolist() == ["x", "semua"]


def test_components_share_out_all_variance():
    result = diagnosed(normalise="min-max")
    assert result.components["eigenvalue"].sum() == pytest.approx(4)
    assert result.components["eigenvalue"].is_monotonic_decreasing
    assert result.components["cumulative"].iloc[-1] == pytest.approx(1)
    squares = (result.loadings**2).sum().to_numpy()
    assert squares == pytest.approx(result.components["eigenvalue"].to_numpy())
    assert (result.loadings.abs().max() == result.loadings.max()).all()


def test_influence_differs_from_weight():
    result = diagnosed()
    influence = result.influence.set_index("code")
    assert influence["weight"].tolist() == pytest.approx([0.125, 0.125, 0.25, 0.5])
    index = composite_index(TABLE, INDICATORS, normalise="z")
    assert influence.loc["a", "r_index"] == pytest.approx(TABLE["a"].corr(index.index))
    assert influence.loc["d", "r_dimension"] == pytest.approx(1)


def test_pairs_that_need_a_look_are_noted():
    table = TABLE.assign(b=TABLE["a"] * -2, c=-TABLE["a"] + 0.1 * TABLE["c"], d=TABLE["d"])
    notes = diagnosed(table).tidy().set_index(["code_1", "code_2"])["note"]
    assert notes["a", "b"] == "berulang"
    assert notes["a", "c"] == "hampir berulang"
    noisy = TABLE.assign(c=RNG.normal(size=60) - 0.5 * COMMON)
    assert diagnosed(noisy).tidy().set_index(["code_1", "code_2"])["note"]["a", "c"] == "berlawanan"


def test_the_order_of_rows_does_not_matter():
    first, second = diagnosed(), diagnosed(TABLE[::-1])
    pd.testing.assert_frame_equal(first.loadings, second.loadings)
    pd.testing.assert_frame_equal(first.tidy(), second.tidy())


def test_summary():
    assert "Diagnostik 4 indikator" in str(diagnosed())


@pytest.mark.parametrize(
    ("table", "indicators", "normalise", "message"),
    [
        (TABLE[:2], INDICATORS, "min-max", "ada 2 unit"),
        (TABLE, INDICATORS[:1], "min-max", "1 indikator"),
        (TABLE.assign(a=5.0), INDICATORS, "none", "tetap: a"),
    ],
)
def test_too_little_to_diagnose(table, indicators, normalise, message):
    with pytest.raises(MethodError, match=message):
        diagnosed(table, indicators, normalise)
