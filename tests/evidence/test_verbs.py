"""Verbs are known, as strong as their strongest part, and no stronger than a grade allows."""

from __future__ import annotations

import pytest

from kajian.errors import EvidenceError
from kajian.evidence.grades import Grade
from kajian.evidence.verbs import (
    CEILING_VERBS,
    LAW,
    LEXICON,
    advice,
    ceiling,
    read_verb,
    typed_verbs,
)


def grade(letter: str, finding: str = "mendukung") -> Grade:
    return Grade(letter, "bertahap", finding, ())


# --- the lexicon ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "letter"),
    [
        ("terapkan", "A"),
        ("Perluas", "A"),
        ("perluas bertahap dengan evaluasi", "B"),
        ("Perluas  bertahap\ndengan evaluasi", "B"),
        ("lanjutkan", "A"),
        ("lanjutkan dengan evaluasi", "B"),
        ("hentikan", "A"),
        ("hentikan perluasan", "B"),
        ("uji coba", "C"),
        ("uji", "D"),
        ("kaji lebih lanjut", "D"),
        ("periksa ulang", "D"),
        ("kaji, lalu terapkan", "A"),
        ("kaji dan perluas bertahap dengan evaluasi", "B"),
        ("kaji; uji coba", "C"),
        ("periksa, baru ubah", "A"),
        ("kaji dan catat", "D"),
        ("jaga", ""),
        ("patuhi", ""),
        ("jaga dan catat", ""),
        ("jaga, lalu terapkan", "A"),
    ],
)
def test_the_step_of_a_phrase(phrase: str, letter: str) -> None:
    assert read_verb(phrase).letter == letter


def test_the_verb_of_each_ceiling_is_of_its_own_step() -> None:
    assert {read_verb(phrase).letter: phrase for phrase in CEILING_VERBS.values()} == CEILING_VERBS


def test_no_verb_stands_in_two_steps() -> None:
    phrases = [phrase for step in LEXICON.values() for phrase in step] + list(LAW)
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("phrase", ["", "perluasan", "ujian", "segera terapkan", "Bappeda kaji"])
def test_an_unknown_verb_lists_those_allowed_by_step(phrase: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        read_verb(phrase)
    for said in (f"'{phrase}' tidak dikenal", "Perbaikan", "A: terapkan", "C: uji coba", "jaga"):
        assert said in str(caught.value)


def test_a_misspelt_verb_gets_a_close_one() -> None:
    with pytest.raises(EvidenceError, match="yang mirip: terapkan; pilih A:"):
        read_verb("terapkn")


@pytest.mark.parametrize(
    ("phrase", "stopping"),
    [
        ("hentikan", True),
        ("hentikan perluasan dan kaji sebabnya", True),
        ("hentikan lalu terapkan", False),
        ("terapkan", False),
        ("kaji", False),
    ],
)
def test_which_phrases_end_something(phrase: str, stopping: bool) -> None:
    assert read_verb(phrase).stopping is stopping


# --- ceilings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", "ABCD")
def test_only_an_effect_that_supports_lifts_the_ceiling(letter: str) -> None:
    assert ceiling(grade(letter)) == letter
    assert ceiling(grade(letter, "tidak terbukti")) == "D"
    assert ceiling(grade(letter, "berlawanan")) == "D"
    assert ceiling(grade(letter), exploratory=True) == max(letter, "C")


@pytest.mark.parametrize("letter", "ABCD")
def test_to_stop_something_takes_an_effect_the_wrong_way(letter: str) -> None:
    assert ceiling(grade(letter, "berlawanan"), stopping=True) == letter
    assert ceiling(grade(letter, "berlawanan"), True, stopping=True) == max(letter, "C")
    assert ceiling(grade(letter), stopping=True) == "D"
    assert ceiling(grade(letter, "tidak terbukti"), stopping=True) == "D"


@pytest.mark.parametrize(
    ("letter", "finding", "exploratory", "phrase"),
    [
        ("A", "mendukung", False, "terapkan"),
        ("A", "mendukung", True, "uji coba"),
        ("B", "mendukung", False, "perluas bertahap dengan evaluasi"),
        ("B", "tidak terbukti", False, "kaji lebih lanjut"),
        ("B", "berlawanan", False, "hentikan perluasan dan kaji sebabnya"),
        ("A", "berlawanan", True, "kaji lebih lanjut"),
        ("C", "berlawanan", False, "kaji lebih lanjut"),
    ],
)
def test_the_advice_of_a_grade_is_one_that_it_carries(
    letter: str, finding: str, exploratory: bool, phrase: str
) -> None:
    given = grade(letter, finding)
    assert advice(given, exploratory) == phrase
    verb = read_verb(phrase)
    assert verb.letter >= ceiling(given, exploratory, stopping=verb.stopping)


# --- prose ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Terapkan di semua kelurahan.", "Terapkan"),
        ("**Perluas** program.", "Perluas"),
        ("Hasilnya baik. Wajibkan semua OPD.", "Wajibkan"),
        ("Hasilnya **baik.** Wajibkan semua OPD.", "Wajibkan"),
        ("Hasil:\n\n1. **Naikkan UMK.** Dinas", "Naikkan"),
        ("- Gandakan modal", "Gandakan"),
        ("## Hentikan bantuan", "Hentikan"),
        ("Kaji dahulu, lalu terapkan.", "terapkan"),
        ("Kaji dan perluas.", "perluas"),
        ("Bila terbukti, alihkan anggaran.", "alihkan"),
        ("Mulai 2028: tetapkan lokasi.", "tetapkan"),
        ("Periksa dahulu, baru ubah zonasi.", "ubah"),
        ("Replikasi program ini.", "Replikasi"),
        ("UMK menyebabkan kemiskinan turun.", "menyebabkan"),
        ("Penurunan ini disebabkan program.", "disebabkan"),
        ("Tidak jelas. Program mengakibatkan hal itu.", "mengakibatkan"),
        ("Bukan satu dua tiga empat menyebabkan itu.", "menyebabkan"),
    ],
)
def test_what_asks_for_evidence_is_found(text: str, verb: str) -> None:
    assert [text[start:end] for start, end in typed_verbs(text)] == [verb]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Perluasan program belum diuji; penerapannya bertahap.",
        "Sasaran ditetapkan menurut kelurahan, dan diterapkan bertahap.",
        "Uji coba yang diundi, uji coba lain.",
        "Tidak diperluas. Perubahan zonasi, alih fungsi.",
        "Pengacakan, replikasi, dan evaluasi.",
        "Tambah satu hal; bagi warga, bangun tidur.",
        "Kaji dan catat hasilnya, uji coba dahulu.",
        "Keterkaitan ini tidak menyebabkan apa pun.",
        "Bukan berarti program menyebabkan penurunan.",
        "Belum terbukti *menyebabkan* penurunan.",
        "Penyebabnya belum diketahui.",
        "yang kita terapkan",
    ],
)
def test_what_may_stay_in_prose(text: str) -> None:
    assert typed_verbs(text) == []


@pytest.mark.parametrize(
    "phrase",
    [
        "kaji lebih lanjut sambil terapkan di semua kelurahan",
        "kaji dan berikan modal kepada semua",
        "minta semua OPD menerapkan program",
        "jangan tunda penerapan",
        "penuhi modal usaha semua warga dengan menerapkan program",
        "perluas bertahap",
    ],
)
def test_nothing_but_verbs_of_the_lexicon_stands_in_a_slot(phrase: str) -> None:
    with pytest.raises(EvidenceError, match="kata kerjanya saja"):
        read_verb(phrase)


@pytest.mark.parametrize(
    "prose",
    [
        "Program ini harus diperluas.",
        "OPD perlu segera menerapkan program.",
        "Terapkanlah program.",
        "> Terapkan program.",
        "1) Perluas program.",
        "Sebaiknya dihentikan.",
        "UMK tidak hanya menyebabkan kemiskinan turun.",
    ],
)
def test_strong_wording_in_other_clothes_is_seen(prose: str) -> None:
    assert typed_verbs(prose)


def test_what_is_denied_or_nominal_is_left_alone() -> None:
    assert not typed_verbs("Data ini tidak menyebabkan apa pun; perluasan perlu dibahas.")
