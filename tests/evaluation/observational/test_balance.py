"""Balance worked by hand, with weights and without."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.observational.balance import balance_table
from kajian.evaluation.observational.weighting import ipw

TABLE = pd.DataFrame({"d": [1, 1, 1, 0, 0, 0, 0], "x": [2.0, 4, 6, 1, 1, 3, 7]})


def test_by_hand():
    row = balance_table(TABLE, ["x"], "d").iloc[0]
    # Means 4 and 3, variances 4 and 8.
    assert row["mean_treated"] == 4
    assert row["mean_control"] == 3
    assert row["smd"] == pytest.approx(1 / np.sqrt(6))
    assert row["variance_ratio"] == pytest.approx(0.5)
    assert "smd_after" not in row


def test_weights_by_hand():
    # The last control counts twice and the first two not at all: mean (3 + 2 * 7) / 3.
    weights = [1, 1, 1, 0, 0, 1, 2]
    row = balance_table(TABLE, ["x"], "d", weights).iloc[0]
    assert row["mean_control_after"] == pytest.approx(17 / 3)
    assert row["smd_after"] == pytest.approx((4 - 17 / 3) / np.sqrt(6))
    around = ((3 - 17 / 3) ** 2 + 2 * (7 - 17 / 3) ** 2) / 3
    assert row["variance_ratio_after"] == pytest.approx(4 / (around / (1 - 5 / 9)))
    assert row["smd"] == pytest.approx(1 / np.sqrt(6)), "before stays as it was"


def test_categories_and_what_does_not_vary():
    table = TABLE.assign(k=list("aabaabb"), same=[1.0, 1, 1, 2, 2, 2, 2])
    found = balance_table(table, ["k", "same"], "d").set_index("covariate")
    assert found.loc["C(k)[T.b]", "mean_treated"] == pytest.approx(1 / 3)
    assert found.loc["same", "smd"] == -np.inf
    assert np.isnan(found.loc["same", "variance_ratio"])


def test_weights_of_an_effect_reproduce_its_balance(births):
    fit = ipw(births, "bweight", "mbsmoke", ["mage", "medu", "fbaby"])
    again = balance_table(births, ["mage", "medu", "fbaby"], "mbsmoke", fit.weights)
    pd.testing.assert_frame_equal(again, fit.balance)
    assert fit.max_smd_after < 0.3 * fit.max_smd_before


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1], "Bobot harus 7 angka"),
        ([1, 1, 1, 1, 1, 1, -1], "Bobot harus"),
        ([1, 1, 1, 1, 1, 1, np.nan], "Bobot harus"),
        ([1, 1, 1, 0, 0, 0, 0], "Semua bobot nol"),
    ],
)
def test_bad_weights(weights, message):
    with pytest.raises(MethodError, match=message):
        balance_table(TABLE, ["x"], "d", weights)
