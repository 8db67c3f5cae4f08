from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.treatment import treated

GAPS = pd.DataFrame(
    {"a": [1.0, 3.0, np.nan, 5.0, 30.0], "b": [1.0, 2.0, 3.0, 4.0, 5.0]}, index=list("pqrst")
)
GROUP = pd.Series(["k", "k", "k", "l", "l"], index=list("pqrst"))


def skewed(n=20, largest=1000.0):
    return pd.DataFrame({"a": [*np.arange(1.0, n + 1), largest]})


def test_complete_data_pass_through():
    result = treated(GAPS[["b"]])
    pd.testing.assert_frame_equal(result.complete, GAPS[["b"]])
    assert result.decisions.empty
    assert (result.filled_error == 0).all()
    assert np.isinf(result.limits).all()


def test_median_of_all_and_of_the_group():
    assert treated(GAPS, "median").complete.loc["r", "a"] == 4
    found = treated(GAPS, "median", group=GROUP[::-1])
    assert found.complete.loc["r", "a"] == 2
    assert found.decisions.loc[0, ["step", "code", "unit", "after", "note"]].tolist() == [
        "imputasi",
        "a",
        "r",
        2,
        "diisi (median)",
    ]
    # The group medians are 2 and 17.5: observed values lie 1, 1, 12.5 and 12.5 away.
    error = np.sqrt((1 + 1 + 12.5**2 + 12.5**2) / 4)
    assert found.filled_error.tolist()[2] == pytest.approx([error, 0])
    assert np.count_nonzero(found.filled_error) == 1


def test_the_most_similar_units_fill_a_gap():
    b = np.array([0.0, 1, 2, 3, 4, 5, 100, 200, 300])
    a = np.where(b == 2, np.nan, 10 * b)
    result = treated(pd.DataFrame({"a": a, "b": b}), "nearest")
    # Nearest to 2 are 0, 1, 3, 4 and 5.
    assert result.complete["a"][2] == pytest.approx(10 * np.mean([0, 1, 3, 4, 5]))
    assert result.filled_error[2, 0] > 0


def test_units_at_the_same_distance_all_count_whatever_their_order():
    table = pd.DataFrame({"a": [np.nan, 1, 2, 3, 4, 5, 6, 7], "b": [0.0] + [1.0] * 7})
    for rows in (table, table[::-1]):
        assert treated(rows, "nearest").complete.loc[0, "a"] == pytest.approx(4)


def test_winsorising_stops_when_the_distribution_is_regular():
    result = treated(skewed(), outliers="winsor")
    assert result.complete["a"].iloc[-1] == 20
    assert result.complete["a"].iloc[:-1].tolist() == list(range(1, 21))
    assert result.limits.tolist() == [[-np.inf, 20]]
    assert result.decisions["before"].tolist() == [1000]
    mirrored = treated(-skewed(), outliers="winsor")
    assert mirrored.limits.tolist() == [[-20, np.inf]]


def test_a_regular_indicator_is_left_alone():
    assert treated(skewed(largest=22.0), outliers="winsor").decisions.empty


def test_winsorising_gives_up_after_five_values_and_says_so():
    table = pd.DataFrame({"a": [*np.linspace(0, 1, 60), *(10.0 ** np.arange(2, 10))]})
    result = treated(table, outliers="winsor")
    assert len(result.decisions) == 5
    assert result.decisions["note"].str.contains("masih menceng").all()


def test_winsorising_never_makes_an_indicator_constant():
    table = pd.DataFrame({"a": [0.0] * 30 + [1.0]})
    assert treated(table, outliers="winsor").complete["a"].nunique() == 2


def test_clipping_to_quantiles():
    table = pd.DataFrame({"a": np.arange(101.0)})
    result = treated(table, outliers="clip")
    assert result.limits.tolist() == [pytest.approx([2.5, 97.5])]
    assert result.complete["a"].min() == 2.5
    assert len(result.decisions) == 6


def test_inputs_are_left_alone():
    before = GAPS.copy()
    treated(GAPS, "nearest", "clip")
    pd.testing.assert_frame_equal(GAPS, before)


@pytest.mark.parametrize(
    ("table", "impute", "group", "message"),
    [
        (GAPS.assign(a=[1, 2, np.nan, np.nan, 3]), "median", None, "a kosong pada 40% unit"),
        (GAPS, "median", GROUP.drop("q"), "tanpa kelompok: q"),
        (GAPS, "median", GROUP.replace({"k": "m"}).where(GROUP.index != "r", "z"), "a tidak dapat"),
        (GAPS[["a"]], "nearest", None, "a tidak dapat diisi"),
    ],
)
def test_gaps_that_cannot_be_filled(table, impute, group, message):
    with pytest.raises(MethodError, match=message):
        treated(table, impute, group=group)
