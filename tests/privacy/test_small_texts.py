"""Counts of few people in running text, and what only resembles one."""

from __future__ import annotations

import pytest

from kajian.privacy.small_texts import small_samples


def test_small_samples_in_a_sentence():
    text = "Sampel n = 3, n=4 orang, N = 2; n = 0, n = 5, n = 3,7, n = 4 kelurahan, kolom_n = 2"
    assert small_samples(text, 5) == [7, 14, 25]


@pytest.mark.parametrize(
    "text",
    [
        *("hanya 2 orang", "3 rumah tangga", "ada 4 KK", "jumlah orang: 3", "Responden = 2"),
        *("jumlah_orang = 1", "(1 jiwa)", "Banyaknya rumah tangga: 4"),
    ],
)
def test_small_counts_are_found(text):
    assert len(small_samples(text, 5)) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "5 orang",
            "12.003 orang",
            "0 orang",
            "di bawah 4 orang",
            "kurang dari 4 orang",
            "<4 orang",
        ),
        *("rata-rata 3 orang", "2 orang per rumah tangga", "3,4 orang", "1–4 orang", "1-4 orang"),
        *("1 sampai 4 orang", "desil 1 rumah tangga", "satu dari 4 orang", "setiap 2 orang"),
        *("Jumlah kelurahan: 3", "Jumlah sekolah = 3", "p = 3", "bab: 3", "n: 3", "ambang 3 orang"),
    ],
)
def test_what_counts_nobody_or_many_is_left_alone(text):
    assert small_samples(text, 5) == []


def test_without_a_threshold_nothing_is_small():
    assert small_samples("2 orang, n = 1", 0) == []
