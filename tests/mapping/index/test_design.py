from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.design import IndexDesign, aligned_errors

TABLE = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": [3.0, 4.0, 5.0]}, index=list("pqr"))


def test_errors_follow_labels_and_are_zero_where_none_are_declared():
    given = pd.DataFrame({"a": [9.0, 0.2, 0.1]}, index=list("rqp"))
    found = aligned_errors(given, TABLE, ["a", "b"])
    # Unit r has no value of a, so no sampling error either.
    assert found["a"].tolist() == [0.1, 0.2, 0.0]
    assert found["b"].tolist() == [0.0] * 3
    assert (aligned_errors(None, TABLE, ["a", "b"]) == 0).all(axis=None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (pd.DataFrame({"x": [1.0, 1, 1]}, index=list("pqr")), "tidak dikenal: x"),
        (pd.DataFrame({"a": [1.0, 1]}, index=list("pq")), "2 baris untuk 3 unit"),
        (pd.DataFrame({"a": [1.0, -1, 1]}, index=list("pqr")), "a kosong atau negatif"),
        (pd.DataFrame({"a": [1.0, np.nan, 1]}, index=list("pqr")), "a kosong atau negatif"),
    ],
)
def test_errors_that_do_not_fit_are_named(given, message):
    with pytest.raises(MethodError, match=message):
        aligned_errors(given, TABLE, ["a", "b"])


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"normalise": ("minmax",)}, "Opsi normalise"),
        ({"weights": "equal"}, "Opsi weights"),
        ({"aggregate": ()}, "Opsi aggregate"),
        ({"outliers": ("clip", "clip")}, "berulang"),
        ({"weight_spread": 1.0}, "Pergeseran bobot"),
        ({"weight_spread": -0.1}, "Pergeseran bobot"),
    ],
)
def test_a_design_that_cannot_be_is_refused_when_declared(choices, message):
    with pytest.raises(MethodError, match=message):
        IndexDesign(**choices)
