"""A recommendation carries its evidence: weaken it, and the same sentence is refused."""

from __future__ import annotations

import pytest

from kajian.errors import EvidenceError
from kajian.evidence.grades import Grade, grade_effect
from kajian.evidence.ledger import Entry, Ledger, make_entry
from kajian.evidence.quoting import Quote, fill
from kajian.evidence.recommendations import (
    Recommendation,
    check_recommendations,
    check_verbs,
    recommendations,
)

RAN = {
    "pretrend_p": 0.3,
    "breakdown": 1.5,
    "clusters_treated": 31,
    "clusters_untreated": 23,
    "permutation_p": 0.001,
    "spillover_low": -1.0,
    "spillover_high": 1.0,
    "mde": 1.5,
}
PDP = "Undang-Undang Nomor 27 Tahun 2022"


def staggered(low: float = 1.0, **changed: object) -> Grade:
    return grade_effect(
        "bertahap", estimate=2.0, low=low, high=3.0, towards=1, **{**RAN, **changed}
    )


def entry(key: str, value: float | str = 2.0, **more: object) -> Entry:
    return make_entry(key, value, unit="persen poin", decimals=1, note="", **more)  # type: ignore[arg-type]


def ledger(grade: Grade | None = None, **more: object) -> Ledger:
    entries = [
        entry("bertahap.dampak", grade=grade or staggered(), **more),
        entry("uji.dampak", grade=Grade("A", "uji_coba", "mendukung", ())),
        entry("bertahap.saran", "Perluas bertahap dengan evaluasi"),
        entry("bertahap.nama", "sanitasi"),
        entry("celah.bpjs", 40.0),
    ]
    return {each.key: each for each in entries}


SENTENCE = (
    "Hasil lain.\n\n1. **{{ saran: perluas bertahap dengan evaluasi | bertahap.dampak }} program "
    "{{ bertahap.nama }}.** OPD pelaksana, mulai 2028."
)


def refused(text: str, entries: Ledger) -> str:
    with pytest.raises(EvidenceError) as caught:
        fill(text, entries)
    assert "Perbaikan" in str(caught.value)
    return str(caught.value)


# --- the evidence binds -----------------------------------------------------------------------


def test_a_verb_that_its_evidence_carries_is_written() -> None:
    filled, quotes = fill(SENTENCE, ledger())
    assert "1. **Perluas bertahap dengan evaluasi program sanitasi.** OPD" in filled
    assert quotes[0] == Quote("", "Perluas bertahap dengan evaluasi", ("bertahap.dampak",))
    assert quotes[1] == Quote("bertahap.nama", "sanitasi")


@pytest.mark.parametrize(
    ("weaker", "reason"),
    [
        ({"pretrend_p": 0.01}, "uji tren sebelum program p\u00a0=\u00a00,010 (syarat: di atas"),
        ({"breakdown": None}, "belum terbukti, juga bila trennya sejajar"),
        ({"clusters_untreated": 4}, "31 kelompok menjalankan, 4 tidak"),
        ({"permutation_p": 0.2}, "uji pengacakan waktu mulai"),
        ({"spillover_low": 0.1}, "ada limpahan ke pembanding"),
        ({"mde": 4.0}, "taksiran 0,50 kali efek minimum"),
    ],
)
def test_one_weaker_diagnostic_and_the_same_sentence_is_refused_with_the_reason(
    weaker: dict[str, object], reason: str
) -> None:
    message = refused(SENTENCE, ledger(staggered(**weaker)))
    for said in (
        "'perluas bertahap dengan evaluasi' (langkah B)",
        "'**perluas bertahap dengan evaluasi program {{ bertahap.nama }}.**'",
        "bertahap.dampak: tingkat C (lemah), mendukung, diturunkan oleh",
        reason,
        "langkah C: 'uji coba'",
    ):
        assert said in message
    assert "OPD pelaksana" not in message, "the sentence alone"
    softer = SENTENCE.replace("perluas bertahap dengan evaluasi", "uji coba")
    assert "**Uji coba program" in fill(softer, ledger(staggered(**weaker)))[0]


def test_an_effect_that_is_not_proven_or_the_wrong_way_carries_only_study() -> None:
    message = refused(SENTENCE, ledger(staggered(low=-1.0)))
    assert "tingkat B (cukup), tidak terbukti." in message
    assert "langkah D: 'kaji lebih lanjut'" in message
    assert "berlawanan" in refused(SENTENCE, ledger(Grade("B", "bertahap", "berlawanan", ())))


def test_what_was_not_declared_beforehand_may_be_tried_at_most() -> None:
    message = refused(SENTENCE, ledger(exploratory=True))
    assert "mendukung, eksploratif. Yang diizinkan paling kuat langkah C" in message
    assert fill("{{ saran: rintis | bertahap.dampak }}", ledger(exploratory=True))[0] == "Rintis"


def test_the_weakest_of_several_effects_decides_and_descriptions_may_stand_beside() -> None:
    slot = "{{ saran: terapkan | uji.dampak, celah.bpjs }}"
    assert fill(slot, ledger())[0] == "Terapkan"
    message = refused(slot.replace("celah.bpjs", "celah.bpjs, bertahap.dampak"), ledger())
    assert "Bukti terlemahnya bertahap.dampak: tingkat B (cukup)" in message


def test_descriptions_alone_carry_only_study() -> None:
    message = refused("{{ saran: sasarkan | celah.bpjs }} kartu.", ledger())
    assert "(celah.bpjs) bukan dampak yang bertingkat bukti" in message
    assert "pada kalimat 'sasarkan kartu.'" in message
    assert fill("{{ saran: ukur | celah.bpjs }}", ledger())[0] == "Ukur"


def test_a_strong_verb_after_a_careful_one_is_refused_too() -> None:
    assert "(langkah A)" in refused("{{ saran: kaji, lalu terapkan | celah.bpjs }}", ledger())


def test_to_stop_takes_an_effect_the_wrong_way() -> None:
    slot = "{{ saran: hentikan perluasan dan kaji sebabnya | bertahap.dampak }}"
    assert fill(slot, ledger(Grade("B", "bertahap", "berlawanan", ())))[0].startswith("Hentikan")
    assert "mendukung" in refused(slot, ledger())


def test_a_careful_verb_that_denies_the_next_one_does_not_stop_a_programme() -> None:
    for careful in ("jangan", "kaji dan tunda"):
        for ended in ("lanjutkan", "**salurkan", "berikan"):
            text = f"- {{{{ saran: {careful} | celah.bpjs }}}} {ended} bantuan itu."
            assert "saran: hentikan" in refused(text, ledger())
    assert fill("{{ saran: jangan | celah.bpjs }} sandarkan target pada upah.", ledger())


def test_a_recorded_text_that_tells_to_act_or_names_a_cause_is_not_quoted() -> None:
    for text in ("Segera terapkan kartu itu", "lalu terapkan", "upah menyebabkan kemiskinan turun"):
        entries = ledger() | {"a.b": entry("a.b", text)}
        assert "tanpa buktinya" in refused("{{ a.b }}.", entries)


# --- verbs from the ledger, laws, keys --------------------------------------------------------


def test_the_verb_may_come_from_the_ledger() -> None:
    slot = "- **{{ saran: bertahap.saran | bertahap.dampak }}: {{ bertahap.nama }}.**"
    filled, quotes = fill(slot, ledger())
    assert filled == "- **Perluas bertahap dengan evaluasi: sanitasi.**"
    assert quotes[0] == Quote(
        "bertahap.saran", "Perluas bertahap dengan evaluasi", ("bertahap.dampak",)
    )
    assert "(langkah B)" in refused(slot, ledger(staggered(mde=4.0)))


def test_a_verb_from_the_ledger_is_not_quoted_without_its_evidence() -> None:
    message = refused("{{ bertahap.saran }}: sanitasi", ledger())
    assert "{{ saran: bertahap.saran | kunci bukti }}" in message


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        (
            "{{ saran: kaji | bertahap.dampk }}",
            "'bertahap.dampk' tidak ada.*mirip: bertahap.dampak",
        ),
        ("{{ saran: bertahap.sarn | celah.bpjs }}", "'bertahap.sarn' tidak ada.*bertahap.saran"),
        ("{{ saran: celah.bpjs | celah.bpjs }}", "'celah.bpjs' berisi angka, bukan kata kerja"),
        ("{{ saran: bertahap.nama | celah.bpjs }}", "'sanitasi' tidak dikenal"),
        ("{{ saran: anjurkan | celah.bpjs }}", "'anjurkan' tidak dikenal"),
        ("{{ saran: kaji }}", "Rekomendasi tanpa bukti: '{{ saran: kaji }}'"),
        ("{{ saran: kaji | , }}", "Rekomendasi tanpa bukti"),
        ("{{ saran: jaga | celah.bpjs }}", "kewajiban hukum tanpa hukumnya, pada kalimat 'jaga'"),
        ("{{ saran: jaga | hukum: UU Pelindungan Data }}", "'UU Pelindungan Data'.*tidak lengkap"),
        (f"{{{{ saran: terapkan | hukum: {PDP} }}}}", "bukan dampak yang bertingkat bukti"),
    ],
)
def test_a_slot_that_cannot_be_read(slot: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=rf"{said}.*Perbaikan"):
        fill(slot, ledger())


@pytest.mark.parametrize(
    "law", [PDP, f"{PDP} tentang Pelindungan Data Pribadi", "UU 27/2022", "Perwali 12.3/2022"]
)
def test_a_duty_rests_on_its_law(law: str) -> None:
    slot = f"**{{{{ saran: jaga | hukum: {law} }}}} data.**"
    assert fill(slot, ledger()) == ("**Jaga data.**", [Quote("", "Jaga", ())])
    both = f"{{{{ saran: jaga | celah.bpjs | hukum: {law} }}}}"
    assert fill(both, ledger())[1] == [Quote("", "Jaga", ("celah.bpjs",))]


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("", "Kaji"),
        ("- ", "Kaji"),
        ("1. **", "Kaji"),
        ("a.\n\n2. ", "Kaji"),
        ("a\n- ", "Kaji"),
        ("Selesai. ", "Kaji"),
        ("**Selesai.** ", "Kaji"),
        ("## ", "Kaji"),
        ("kami sarankan **", "Kaji"),
        ("kami ", "kaji"),
        ("Saran: ", "kaji"),
        ("**tebal** ", "kaji"),
        ("tebal** ", "kaji"),
        ("baris\n", "kaji"),
        ("{{ bertahap.nama }} ", "kaji"),
    ],
)
def test_a_capital_where_a_sentence_or_a_bold_part_begins(before: str, shown: str) -> None:
    _, quotes = fill(before + "{{ saran: Kaji | celah.bpjs }}", ledger())
    assert quotes[-1].text == shown


# --- the list of recommendations --------------------------------------------------------------


def test_recommendations_are_listed_for_others() -> None:
    text = (
        f"{SENTENCE}\n2. **{{{{ saran: jaga | hukum: {PDP} }}}} data** ([](#tabel)) sejak awal.\n"
        "3. Juga {{ saran: ukur | celah.bpjs, celah.bpjs }} [celah](https://a.id)."
    )
    assert recommendations(text, ledger()) == [
        Recommendation(
            "perluas bertahap dengan evaluasi",
            "Perluas bertahap dengan evaluasi program sanitasi.",
            ("bertahap.dampak",),
            "",
            "B",
            "B",
        ),
        Recommendation("jaga", "Jaga data sejak awal.", (), PDP, "", "D"),
        Recommendation(
            "ukur",
            "Juga ukur celah.",
            ("celah.bpjs",),
            "",
            "",
            "D",
        ),
    ]


def test_each_item_must_begin_with_its_evidence() -> None:
    good = "**Judul.**\n\n- **{{ saran: kaji | a }} x.**\n- {{saran: ukur | c}}\n"
    good += "  1. _{{ saran: uji | d }}_"
    check_recommendations(good, "sel")
    with pytest.raises(EvidenceError) as caught:
        check_recommendations(
            good + "\n- **Minta BPS menerbitkan galat baku sekarang juga.**\n2. {{ kunci }}: ya",
            "naskah, sel rekomendasi",
        )
    message = str(caught.value)
    assert "Rekomendasi tanpa bukti pada naskah, sel rekomendasi" in message
    assert "\n- **Minta BPS menerbitkan galat baku sekarang juga.**" in message
    assert "\n- {{ kunci }}: ya" in message
    assert "Judul" not in message
    assert "saran: kaji |" not in message


# --- verbs beside the slots -------------------------------------------------------------------


def test_a_typed_verb_is_refused_with_its_sentence_and_place() -> None:
    text = "Hasil baik. **Perluas {{ bertahap.nama }} ke semua.** UMK menyebabkan itu. Selesai."
    with pytest.raises(EvidenceError) as caught:
        check_verbs(text, "naskah, sel hasil")
    message = str(caught.value)
    for said in (
        "naskah, sel hasil",
        "'Perluas' (**Perluas {{ bertahap.nama }} ke semua.**)",
        "'menyebabkan' (UMK menyebabkan itu.)",
        "{{ kunci | kaitan }}",
        "Perbaikan",
    ):
        assert said in message
    assert "Selesai" not in message


def test_what_stands_in_slots_is_no_typed_verb() -> None:
    check_verbs(
        "{{ saran: terapkan | a }} ini, {{ kutip: terapkan itu | UU }}; {{ a | kaitan }}", "x"
    )
    check_verbs("{{ nama }} terapkan", "x")
    check_verbs(SENTENCE, "x")


def test_a_strong_verb_typed_after_a_slot_is_found() -> None:
    with pytest.raises(EvidenceError, match="'perluas'"):
        check_verbs("{{ saran: kaji | a }} dan perluas", "x")


# --- relations and exploratory keys -----------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "finding", "exploratory", "shown"),
    [
        ("A", "mendukung", False, "menyebabkan"),
        ("B", "berlawanan", False, "menyebabkan"),
        ("C", "mendukung", False, "berkaitan dengan"),
        ("D", "mendukung", False, "berkaitan dengan"),
        ("A", "tidak terbukti", False, "berkaitan dengan"),
        ("A", "mendukung", True, "berkaitan dengan"),
    ],
)
def test_the_word_for_a_relation_follows_the_grade(
    letter: str, finding: str, exploratory: bool, shown: str
) -> None:
    entries = ledger(Grade(letter, "bertahap", finding, ()), exploratory=exploratory)
    assert fill("{{ bertahap.dampak | kaitan }}", entries)[0] == shown


def test_a_description_has_no_relation() -> None:
    assert "'celah.bpjs' tidak punya tingkat bukti" in refused(
        "{{ celah.bpjs | kaitan }}", ledger()
    )


STRONGEST = "1. **{{ saran: terkuat | bertahap.dampak }}: {{ bertahap.nama }}.**"


@pytest.mark.parametrize(
    ("grade", "more", "verb"),
    [
        (staggered(), {}, "Perluas bertahap dengan evaluasi"),
        (staggered(breakdown=0.2), {}, "Uji coba"),
        (staggered(low=-1.0), {}, "Kaji lebih lanjut"),
        (staggered(), {"exploratory": True}, "Uji coba"),
        (Grade("B", "bertahap", "berlawanan", ()), {}, "Hentikan perluasan dan kaji sebabnya"),
    ],
)
def test_the_strongest_verb_follows_from_the_result(grade: Grade, more: dict, verb: str) -> None:
    filled, _ = fill(STRONGEST, ledger(grade, **more))
    assert filled == f"1. **{verb}: sanitasi.**"


def test_the_strongest_verb_of_two_effects_is_that_of_the_weaker() -> None:
    both = STRONGEST.replace("| bertahap.dampak", "| uji.dampak, bertahap.dampak")
    assert "Perluas bertahap" in fill(both, ledger())[0]
    harmful = ledger(Grade("B", "bertahap", "berlawanan", ()))
    assert "Kaji lebih lanjut" in fill(both, harmful)[0]


def test_the_strongest_verb_needs_an_effect() -> None:
    text = STRONGEST.replace("bertahap.dampak", "celah.bpjs")
    assert "tidak menyebut dampak" in refused(text, ledger())
