"""The structure of identity numbers, against numbers put together from their parts."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.data.restricted.numbers import birth_digits, is_number, is_woman, number_rules

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2029, 12, 31))


def kept(role: str, *numbers: str, simulated: bool = False) -> list[bool]:
    """Whether each number breaks no rule."""
    text = pd.Series(numbers, dtype="str")
    held = [rule.holds(text) for rule in number_rules(role, simulated=simulated)]
    return pd.concat(held, axis=1).all(axis=1).tolist()


@given(st.lists(st.tuples(DAYS, st.booleans(), st.integers(1, 9999)), min_size=1, max_size=30))
def test_a_nik_of_any_birthday_and_sex_is_sound_and_tells_them(people):
    numbers = [
        f"337201{day.day + 40 * woman:02d}{day:%m%y}{serial:04d}" for day, woman, serial in people
    ]
    assert all(kept("nik", *numbers))
    text = pd.Series(numbers, dtype="str")
    assert is_woman(text).tolist() == [woman for _, woman, _ in people]
    assert birth_digits(text).tolist() == [f"{day:%d%m%y}" for day, _, _ in people]


@pytest.mark.parametrize(
    ("date", "possible"),
    [
        ("290200", True),  # 2000 was a leap year
        ("290204", True),
        ("290201", False),
        ("690204", True),  # a woman
        ("690201", False),
        ("310499", False),
        ("710499", False),
        ("711299", True),
        ("000199", False),
        ("400199", False),
        ("720199", False),
        ("150099", False),
        ("151399", False),
    ],
)
def test_the_date_in_a_nik(date, possible):
    assert kept("nik", f"337201{date}0001") == [possible]
    woman = int(date[:2]) > 40
    assert kept("no_kk", f"337201{date}0001") == [possible and not woman]


@pytest.mark.parametrize(
    ("province", "exists"),
    [("11", True), ("34", True), ("38", False), ("00", False), ("96", True), ("97", False)],
)
def test_the_province(province, exists):
    assert kept("nik", f"{province}72010101900001") == [exists]


def test_simulated_and_real_numbers_exclude_each_other():
    real, made = "3372010101900001", "9972010101900001"
    assert kept("nik", real, made) == [True, False]
    assert kept("nik", real, made, simulated=True) == [False, True]


def test_a_number_that_is_no_number_breaks_one_rule_only():
    text = pd.Series(["3.37E+15", "3372010101900001.0", "12", "abc"], dtype="str")
    broken = [~rule.holds(text) for rule in number_rules("nik", simulated=False)]
    assert pd.concat(broken, axis=1).sum(axis=1).tolist() == [1, 1, 1, 1]
    assert not is_number(text).any()
