"""Neighbour weights: order, periods, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.spatial.weights import neighbours, row_standardised
from kajian.errors import MethodError

TRIANGLE = pd.DataFrame(
    [[0, 1, 3.0], [1, 0, 0], [0, 0, 0]], index=["a", "b", "c"], columns=["a", "b", "c"]
)


def test_weights_follow_the_order_of_the_rows():
    linked = neighbours(TRIANGLE[["c", "a", "b"]], pd.Series(["c", "a", "b"], name="kode"))
    np.testing.assert_array_equal(linked, [[0, 0, 0], [3, 0, 1], [0, 1, 0]])
    np.testing.assert_array_equal(row_standardised(linked), [[0, 0, 0], [0.75, 0, 0.25], [0, 1, 0]])


def test_periods_are_apart():
    units, times = pd.Series(list("abab"), name="kode"), pd.Series([1, 1, 2, 2], name="tahun")
    np.testing.assert_array_equal(
        neighbours(TRIANGLE, units, times), np.kron(np.eye(2), [[0, 1], [1, 0]])
    )


@pytest.mark.parametrize(
    ("weights", "units", "message"),
    [
        (TRIANGLE, list("aab"), "Satuan a berulang pada kolom kode"),
        (TRIANGLE, list("abd"), "Satuan d tidak ada dalam bobot"),
        (TRIANGLE.iloc[1:], list("ab"), "persegi"),
        (TRIANGLE.rename({"b": "a"}).rename({"b": "a"}, axis=1), list("ac"), "mengulang satuan a"),
        (TRIANGLE - 1, list("ab"), "tak negatif"),
        (TRIANGLE.replace(3, np.nan), list("ab"), "tak negatif"),
        (TRIANGLE, list("bc"), "Tidak ada pasangan bertetangga"),
    ],
)
def test_bad_weights_are_refused(weights, units, message):
    with pytest.raises(MethodError, match=message):
        neighbours(weights, pd.Series(units, name="kode"))
