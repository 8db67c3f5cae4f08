"""Classes by a stated rule: those of mapclassify, where they can be compared."""

from __future__ import annotations

import itertools

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from kajian import maps
from kajian.drawing.classes import class_bounds, class_of
from kajian.errors import MethodError

RULES = ["kuantil", "jenks", "sama"]


def sizes(values: np.ndarray, bounds: np.ndarray) -> list[int]:
    return np.bincount(np.searchsorted(bounds, values), minlength=len(bounds)).tolist()


@pytest.mark.parametrize(("count", "classes"), [(50, 5), (54, 3), (36, 4), (60, 5)])
def test_quantiles_hold_the_units_of_mapclassify(count: int, classes: int) -> None:
    values = np.random.default_rng(count).normal(10, 3, count).round(6)
    ours = class_bounds(values, classes, 6)
    theirs = mapclassify.Quantiles(values, k=classes).bins
    assert sizes(values, ours) == sizes(values, theirs) == [count // classes] * classes
    assert set(ours) <= set(values)  # a bound that is printed is a number of the map


def test_quantiles_of_a_count_that_does_not_divide_differ_by_a_unit() -> None:
    """mapclassify cuts between two values, 54 x 0.8 = 43.2 units from below; ours holds 44."""
    values = np.arange(54.0)
    ours = sizes(values, class_bounds(values, 5, 0))
    theirs = sizes(values, mapclassify.Quantiles(values, k=5).bins)
    assert ours == [11, 11, 11, 11, 10]
    assert theirs == [11, 11, 10, 11, 11]


def test_jenks_has_the_least_squares_of_all_partitions() -> None:
    values = np.sort(np.random.default_rng(3).gamma(2, 4, 16).round(2))

    def squares(cuts: tuple[int, ...]) -> float:
        parts = np.split(values, cuts)
        return sum(float(((part - part.mean()) ** 2).sum()) for part in parts)

    best = min(itertools.combinations(range(1, 16), 3), key=squares)
    bounds = class_bounds(values, 4, 2, "jenks")
    assert bounds.tolist() == [*(values[cut - 1] for cut in best), values[-1]]


def test_equal_intervals_are_equally_wide() -> None:
    values = np.array([0.0, 1, 2, 3, 50, 100])
    assert class_bounds(values, 5, 0, "sama").tolist() == [20, 40, 60, 80, 100]


@pytest.mark.parametrize("rule", RULES)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.integers(1, 5), st.integers(0, 2)
)
def test_bounds_rise_and_cover_by_every_rule(
    rule: str, values: list[float], classes: int, decimals: int
) -> None:
    bounds = class_bounds(np.array(values), classes, decimals, rule)
    assert 1 <= len(bounds) <= classes
    assert (np.diff(bounds) > 0).all()
    assert bounds[-1] == np.round(values, decimals).max()


def test_class_of_a_value_is_that_of_its_print() -> None:
    found = class_of(np.array([1.04, 1.06, np.nan, 2.0]), np.array([1.0, 2.0]), 1)
    assert found.tolist() == [0, 1, -1, 1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "kelas: kuantil"),
        ({"rule": "jenks"}, "kelas: Fisher-Jenks"),
        ({"rule": "sama"}, "kelas: lebar sama"),
        ({"classes": [10.0, 20.0]}, "kelas: batas tetap"),
    ],
)
def test_a_map_says_by_which_rule_its_classes_are_made(kelurahan, options, words) -> None:
    fig = maps.choropleth(kelurahan, "miskin", legend_title="x", decimals=1, **options)
    assert [text.get_text() for text in fig.findobj(Text)].count(words) == 1


def test_a_map_without_classes_names_no_rule(kelurahan) -> None:
    empty = kelurahan.assign(miskin=np.nan)
    fig = maps.choropleth(empty, "miskin", legend_title="x", decimals=1)
    assert not [text for text in fig.findobj(Text) if text.get_text().startswith("kelas")]


@pytest.mark.parametrize(("classes", "rule"), [(5, "alami"), ([10.0, 20.0], "jenks")])
def test_unknown_rules_and_rules_for_given_bounds_are_refused(kelurahan, classes, rule) -> None:
    with pytest.raises(MethodError, match="Aturan kelas"):
        maps.choropleth(
            kelurahan, "miskin", classes=classes, rule=rule, legend_title="x", decimals=1
        )
