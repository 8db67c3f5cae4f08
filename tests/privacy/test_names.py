"""Names of persons: found with and without titles, in every order, and never where none is."""

from __future__ import annotations

import pytest

from kajian.privacy.names import NameFinder

NAMES = ["Siti Nur'aini, S.Pd.", "José Pereira", "BUDI  SANTOSO", "M. Rizki Pratama", "Slamet"]


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("Menurut Siti Nuraini dan budi-santoso", [8, 25]),
        ("JOSE PEREIRA; José\nPereira", [0, 14]),
        ("Jose\u0301 Pereira", [0]),
        ("m rizki pratama", [0]),
        ("Budi 12 Santoso; Budi\0Santoso, Rizki Pratama, Slamet pergi", []),
    ],
)
def test_full_names_are_found_whatever_their_writing(text, positions):
    assert NameFinder(NAMES).find(text) == positions


def test_one_word_is_a_name_only_as_a_whole_value_and_not_when_ordinary():
    finder = NameFinder(NAMES, ordinary=["Budi Santoso"])
    assert finder.is_name(" SLAMET ")
    assert finder.is_name("jose pereira")
    assert not finder.is_name("Slamet Riyadi")
    assert finder.find("Jalan Budi Santoso") == []
    assert not NameFinder(NAMES, ordinary=["Slamet"]).is_name("Slamet")


def test_names_are_masked():
    finder = NameFinder(NAMES)
    assert finder.without_names("a/Budi Santoso.csv") == "a/••••••••••••.csv"
    assert finder.without_names("Slamet") == "••••••"
    assert finder.without_names("peta.svg") == "peta.svg"


TITLED = [
    *("Hj. SITI AMINAH", "H. Budi Santoso", "SUPARMI", "NURUL HIDAYAH, S.Pd", "R. Slamet"),
    *("Drs. Joko Widodo bin Noto", "R.M. Bagus Panji", "Prof. Dr. Tri Wahyuni M.Si."),
]


@pytest.mark.parametrize(
    "text",
    [
        *("Siti Aminah", "Hj Siti Aminah", "Ibu Siti Aminah", "H.Budi Santoso", "Budi Santoso"),
        *("Aminah, Siti", "PANJI, BAGUS", "Joko Widodo", "Joko Widodo bin Noto", "Ibu Suparmi"),
        *("Bagus Panji", "Nurul_Hidayah S.Pd.", "Tri Wahyuni", "Pak Slamet", "Sdr. Slamet"),
    ],
)
def test_a_name_is_found_without_and_with_its_titles(text):
    found = NameFinder(TITLED).find(f"menurut {text} di sana")
    assert found
    assert min(found) >= 8


@pytest.mark.parametrize(
    "text", ["Suparmi pulang", "Aminah Siti", "Ibu Kota", "Budi, lalu Santoso", "Bapak", "Panji"]
)
def test_what_only_resembles_a_name_is_none(text):
    assert NameFinder(TITLED).find(text) == []


def test_a_title_alone_is_no_name():
    finder = NameFinder(["Hj.", "Ibu", "R.M.", "H. R."])
    assert not any(map(finder.is_name, ["Hj", "RM", "R M", "Ibu Ibu"]))


@pytest.mark.parametrize(
    "junk", ["Tidak ada", "TIDAK TAHU", "tanpa nama", "-", "n/a", "N.A.", "nihil", "Belum Ada", "x"]
)
def test_what_stands_for_no_name_is_none(junk):
    finder = NameFinder([junk])
    assert not finder.is_name(junk)
    assert finder.find(f"Di sini {junk} air bersih, kata Ibu {junk}") == []


def test_two_cells_make_up_a_name_in_either_order():
    finder = NameFinder(TITLED)
    assert finder.is_split("SITI", "Aminah")
    assert finder.is_split("Aminah", "siti")
    assert not finder.is_split("Siti", "")
    assert not finder.is_split("Budi", "Aminah")


def test_one_name_of_a_large_register_is_found_in_a_long_text():
    finder = NameFinder([f"nama{chr(97 + i % 26)} keluarga{i}" for i in range(100_000)])
    assert finder.find("desa kota dan sungai " * 20_000 + "namab keluarga1") == [420_000]
