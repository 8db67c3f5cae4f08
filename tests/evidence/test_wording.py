"""Words turn when their numbers turn."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.evidence.wording import (
    against_zero,
    association_sentence,
    cluster_sentence,
    count_phrase,
    deviation_sentence,
    direction,
    enumeration,
    fit_sentence,
    gap_title,
    share_word,
    spread_verdict,
)

amounts = st.floats(-1e6, 1e6)


@given(amounts, st.floats(0, 1e6))
def test_direction_turns_with_the_sign(change: float, tolerance: float) -> None:
    opposite = {"naik": "turun", "turun": "naik", "tetap": "tetap"}
    word = direction(change, tolerance=tolerance)
    assert direction(-change, tolerance=tolerance) == opposite[word]
    assert (word == "tetap") == (abs(change) <= tolerance)
    assert word != "turun" or change < 0


@given(amounts, amounts)
def test_an_interval_differs_from_zero_when_it_excludes_it(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    contains = low <= 0 <= high
    assert (against_zero(low, high) == "tidak dapat dibedakan dari nol") == contains
    assert (spread_verdict(low, high) == "tidak terbukti menyempit atau melebar") == contains
    if not contains:
        assert spread_verdict(low, high) == ("melebar" if low > 0 else "menyempit")


@pytest.mark.parametrize(
    ("names", "limit", "text"),
    [
        ([], None, "tidak ada"),
        (["a"], None, "a"),
        (["a", "b"], None, "a dan b"),
        (["a", "b", "c"], None, "a, b, dan c"),
        (["a", "b", "c"], 3, "a, b, dan c"),
        (["a", "b", "c", "d"], 2, "a, b, dan 2 lainnya"),
        (["a", "b", "c"], 1, "a dan 2 lainnya"),
    ],
)
def test_enumeration(names: list[str], limit: int | None, text: str) -> None:
    assert enumeration(names, limit=limit) == text


def test_enumeration_leaves_its_list_alone() -> None:
    names = ["a", "b", "c"]
    enumeration(names, limit=1)
    assert names == ["a", "b", "c"]


def test_an_association_is_said_for_those_whose_interval_excludes_zero() -> None:
    null, found = (-1.0, 1.0), (0.2, 1.0)
    say = association_sentence
    assert say({"UMK": null, "TPT": null}, "kemiskinan") == (
        "Tidak satu pun dari UMK dan TPT terbukti berkaitan dengan kemiskinan"
    )
    assert say({"UMK": null, "pengangguran": found}, "kemiskinan") == (
        "Pengangguran berkaitan dengan kemiskinan; untuk UMK tidak terbukti"
    )
    assert say({"UMK": (-2, -1), "TPT": found}, "kemiskinan") == (
        "UMK dan TPT berkaitan dengan kemiskinan"
    )


@given(st.floats(0.01, 1), st.floats(0, 0.05), st.floats(0.051, 1))
def test_a_pattern_is_claimed_only_when_the_test_rejects(
    statistic: float, small: float, large: float
) -> None:
    together, apart = cluster_sentence(statistic, small), cluster_sentence(-statistic, small)
    assert "berdekatan" in together
    assert "berselang-seling" in apart
    for sign in (statistic, -statistic):
        assert "belum" in cluster_sentence(sign, large)
        assert "belum" not in cluster_sentence(sign, small)
        assert cluster_sentence(sign, large, level=1) == cluster_sentence(sign, small)


@pytest.mark.parametrize(
    ("gap", "stands_out", "comparable", "said", "not_said"),
    [
        (-0.5, False, True, "di bawah kelompok pembandingnya", "dan selisih itu menonjol"),
        (0.5, True, True, "di atas kelompok pembandingnya", "belum"),
        (-5.0, True, False, "Tidak ada gabungan daerah yang sebanding dengan Solo", "di bawah"),
    ],
)
def test_a_deviation_is_judged_only_where_it_can_be(
    gap: float, stands_out: bool, comparable: bool, said: str, not_said: str
) -> None:
    for short in (False, True):
        sentence = deviation_sentence(
            "Solo", gap, start=2022, stands_out=stands_out, comparable=comparable, short=short
        )
        assert said in sentence
        assert not_said not in sentence
        assert ("gabungan kabupaten/kota lain" in sentence) == (comparable and not short)


def test_a_small_gap_after_a_close_fit_is_not_called_large() -> None:
    # Kendal: 0,06 persen poin, nilai-p 0,83 menurut selisih dan 0,057 menurut rasio.
    sentence = deviation_sentence(
        "Kendal", -0.06, start=2022, stands_out=False, ratio_stands_out=True, comparable=True
    )
    assert "selisih itu belum menonjol" in sentence
    assert sentence.endswith("yang menonjol hanya rasionya terhadap galat sebelum 2022")


def test_a_gap_that_is_shown_as_zero_has_no_side() -> None:
    for gap in (0.004, -0.004):
        title = gap_title("Klaten", 2022, gap, (-0.56, 0.55), comparable=True)
        assert title.startswith("Sejak 2022 Klaten rata-rata sama dengan pembandingnya, dengan")
        sentence = deviation_sentence("Klaten", gap, start=2022, stands_out=False, comparable=True)
        assert "sama dengan kelompok pembandingnya" in sentence
        assert not re.search("di atas|di bawah|selisih itu", sentence)
    assert "0,01\u00a0persen poin di bawah" in gap_title(
        "K", 2022, -0.006, (-1, 1), comparable=True
    )


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [(0, 5, "tidak satu pun"), (2, 4, "sebagian"), (3, 5, "sebagian besar"), (5, 5, "semuanya")],
)
def test_shares(part: int, whole: int, word: str) -> None:
    assert share_word(part, whole) == word


def test_none_is_said_in_words() -> None:
    assert count_phrase(0, "kelurahan") == "tidak satu pun kelurahan"
    assert count_phrase(4, "kelurahan") == "empat kelurahan"
    assert count_phrase(54, "kelurahan") == "54\u00a0kelurahan"


def test_a_fit_closer_than_the_survey_is_called_noise() -> None:
    assert "galat acak" in fit_sentence(0.05, 0.77)
    assert "galat acak" not in fit_sentence(1.44, 0.38)
