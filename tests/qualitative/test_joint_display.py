"""A theme beside a number: what is shown, and when both are said to go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.joint_display import (
    MIXED,
    OTHER,
    SAME,
    UNCOMPARED,
    Link,
    joint_display,
)
from kajian.qualitative.paraphrases import illustrative_paraphrases
from kajian.qualitative.themes import theme_table

PLACES = ["Banjarsari", "Jebres", "Laweyan", "Pasar Kliwon", "Serengan"]
COUNTS = dict(zip(PLACES, [6, 8, 10, 12, 14], strict=True))  # of 20 segments each


def coded(counts: dict[str, int] = COUNTS) -> pd.DataFrame:
    rows = [
        (f"S{place}{number:02d}", coder, "air" if number < count else "kerja", place)
        for place, count in counts.items()
        for number in range(20)
        for coder in "AB"
    ]
    table = pd.DataFrame(rows, columns=["id_segmen", "pengode", "tema", "kecamatan"])
    return table.assign(
        kode_wilayah="33.72.01.1001", peran_informan="warga", parafrase="Air keruh.", teks="x"
    )


def themes(counts: dict[str, int] = COUNTS):
    dimensions = {"air": "Hunian", "kerja": "Ekonomi"}
    return theme_table(coded(counts), "kecamatan", dimensions=dimensions)


def numbers(values: list[float], width: float = 1.0, whole: float | None = 20.0) -> pd.DataFrame:
    places = [*PLACES, *([""] if whole is not None else [])]
    value = np.array([*values, *([whole] if whole is not None else [])], dtype=float)
    return pd.DataFrame(
        {
            "angka": "air_tak_layak",
            "nama": "Rumah tangga tanpa air layak",
            "satuan": "persen",
            "desimal": 1,
            "tempat": places,
            "nilai": value,
            "bawah": value - width,
            "atas": value + width,
        }
    )


def row(values: list[float], direction: str = "naik", counts=COUNTS, **options) -> pd.Series:
    links = {"air": Link("air_tak_layak", direction)}
    return joint_display(themes(counts), numbers(values, **options), links).table.iloc[0]


def test_the_number_is_written_with_its_interval() -> None:
    shown = row([10, 15, 20, 25, 30])
    assert shown["tulisan"] == "20,0% (19,0–21,0%)"
    assert shown[["nilai", "bawah", "atas"]].tolist() == [20, 19, 21]
    assert shown[["segmen", "tempat_terbanyak", "dimensi"]].tolist() == [50, "Serengan", "Hunian"]


def test_without_a_whole_the_range_over_places_is_written() -> None:
    shown = row([10, 15, 20, 25, 30], whole=None)
    assert shown["tulisan"] == "10,0–30,0% antartempat"
    assert np.isnan(shown["nilai"])


@pytest.mark.parametrize(
    ("values", "direction", "reading", "pairs", "agreeing"),
    [
        ([10, 15, 20, 25, 30], "naik", SAME, 10, 10),
        ([10, 15, 20, 25, 30], "turun", OTHER, 10, 0),
        ([30, 25, 20, 15, 10], "turun", SAME, 10, 10),
        ([15, 10, 20, 30, 25], "naik", SAME, 10, 8),
        ([30, 10, 20, 15, 25], "naik", MIXED, 10, 5),
        ([20, 20.5, 21, 21.5, 22], "naik", UNCOMPARED, 0, 0),  # all intervals meet
        ([10, 20, 20, 20, 20], "naik", SAME, 4, 4),  # only the first differs beyond doubt
    ],
)
def test_the_reading_counts_pairs_of_places_that_differ_beyond_doubt(
    values: list[float], direction: str, reading: str, pairs: int, agreeing: int
) -> None:
    shown = row(values, direction)
    assert shown[["bacaan", "pasangan", "pasangan_searah"]].tolist() == [reading, pairs, agreeing]


def test_a_number_without_interval_is_exact() -> None:
    exact = numbers([20, 20.5, 21, 21.5, 22]).assign(bawah=np.nan, atas=np.nan)
    shown = joint_display(themes(), exact, {"air": ("air_tak_layak", "naik")}).table.iloc[0]
    assert (shown["bacaan"], shown["tulisan"]) == (SAME, "20,0%")


def test_hidden_places_do_not_count() -> None:
    """Two of five hidden leave three pairs; three leave one."""
    some = {**COUNTS, "Banjarsari": 2, "Jebres": 3}
    shown = row([10, 15, 20, 25, 30], counts=some)
    assert (shown["bacaan"], shown["pasangan"], shown["tempat_terbanyak"]) == (SAME, 3, "")
    fewer = row([10, 15, 20, 25, 30], counts={**some, "Laweyan": 4})
    assert (fewer["bacaan"], fewer["pasangan"]) == (UNCOMPARED, 1)
    assert "jelas berbeda: 1, perlu 3" in fewer["dasar"]


def test_a_number_that_may_not_be_shown_does_not_count() -> None:
    assert row([np.nan, np.nan, 20, 25, 30])["pasangan"] == 3
    nothing = row([np.nan] * 5, whole=None)
    assert (nothing["tulisan"], nothing["bacaan"]) == ("tidak ditampilkan", UNCOMPARED)


def test_one_number_for_the_whole_city_is_not_compared() -> None:
    city = numbers([np.nan] * 5).query("tempat == ''")
    shown = joint_display(themes(), city, {"air": ("air_tak_layak", "naik")}).table.iloc[0]
    assert (shown["bacaan"], shown["tulisan"]) == (UNCOMPARED, "20,0% (19,0–21,0%)")


def test_places_that_tie_are_not_named() -> None:
    assert row([10, 15, 20, 25, 30], counts={**COUNTS, "Jebres": 14})["tempat_terbanyak"] == ""


def test_a_paraphrase_stands_beside() -> None:
    told = illustrative_paraphrases(coded())
    links = {"air": Link("air_tak_layak", "naik")}
    shown = joint_display(themes(), numbers([1, 2, 3, 4, 5]), links, told).table.iloc[0]
    assert shown[["parafrase", "asal"]].tolist() == ["Air keruh.", "warga, Banjarsari"]


def test_it_says_that_it_is_no_test() -> None:
    links = {"air": Link("air_tak_layak", "naik"), "kerja": Link("air_tak_layak", "naik")}
    result = joint_display(themes(), numbers([10, 15, 20, 25, 30]), links)
    assert str(result).startswith("Tema di samping angka: 1 searah, 1 berlainan.")
    assert "bukan uji" in str(result)


@pytest.mark.parametrize(
    ("links", "change", "words"),
    [
        ({}, lambda t: t, "Tidak ada tema"),
        ({"kabut": ("air_tak_layak", "naik")}, lambda t: t, "Tema 'kabut'"),
        ({"air": ("listrik", "naik")}, lambda t: t, "Angka 'listrik'"),
        ({"air": ("air_tak_layak", "ke atas")}, lambda t: t, "Arah 'ke atas'"),
        (
            {"air": ("air_tak_layak", "naik")},
            lambda t: pd.concat([t, t.iloc[:1]]),
            "air_tak_layak Banjarsari muncul lebih dari sekali",
        ),
        ({"air": ("air_tak_layak", "naik")}, lambda t: t.assign(atas=0.0), "selang"),
        ({"air": ("air_tak_layak", "naik")}, lambda t: t.drop(columns="nama"), "Kolom nama"),
    ],
)
def test_bad_input_is_refused(links: dict, change, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        joint_display(themes(), change(numbers([1, 2, 3, 4, 5])), links)
    assert "Perbaikan: " in str(told.value)
