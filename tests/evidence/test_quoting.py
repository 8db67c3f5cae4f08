"""The brief quotes the ledger, and nothing else that is a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.errors import EvidenceError
from kajian.evidence.ledger import make_entry
from kajian.evidence.quoting import Quote, check_prose, fill, typed_numbers


def ledger_of(**values: float | str) -> dict:
    return {
        key.replace("__", "."): make_entry(
            key.replace("__", "."), value, unit="persen", decimals=1, note=""
        )
        for key, value in values.items()
    }


LEDGER = ledger_of(kemiskinan__awal=13.96, kemiskinan__akhir=8.25, kemiskinan__arah="turun")


# --- filling ----------------------------------------------------------------------------------


def test_slots_are_filled_in_order() -> None:
    text = "Dari {{ kemiskinan.awal }} ke {{kemiskinan.akhir|angka}}: {{ kemiskinan.arah }}."
    filled, quotes = fill(text, LEDGER)
    assert filled == "Dari 14,0% ke 8,3: turun."
    assert [quote.key for quote in quotes] == [
        "kemiskinan.awal",
        "kemiskinan.akhir",
        "kemiskinan.arah",
    ]


def test_a_marked_quotation_is_shown_as_it_stands_with_its_source() -> None:
    filled, quotes = fill("Menurut BPS {{ kutip: 12,5 juta orang | BPS (2024), hlm. 3 }}.", LEDGER)
    assert filled == "Menurut BPS 12,5 juta orang (BPS (2024), hlm. 3)."
    assert quotes == [Quote("", "12,5 juta orang (BPS (2024), hlm. 3)")]


def test_the_caller_decides_how_a_filled_slot_is_written() -> None:
    filled, _ = fill("P0 {{ kemiskinan.akhir }}.", LEDGER, lambda quote: f"<{quote.key}>")
    assert filled == "P0 <kemiskinan.akhir>."


def test_a_missing_key_offers_close_names() -> None:
    with pytest.raises(EvidenceError) as caught:
        fill("{{ kemiskinan.akhr }}", LEDGER)
    for words in ("'kemiskinan.akhr' tidak ada", "yang mirip: kemiskinan.akhir", "Perbaikan"):
        assert words in str(caught.value)
    with pytest.raises(EvidenceError, match="tidak ada kunci yang mirip"):
        fill("{{ zzz }}", LEDGER)


@pytest.mark.parametrize(
    "text",
    [
        "{{ kemiskinan.akhir }",
        "{ kemiskinan.akhir }}",
        "{{ kemiskinan.akhir",
        "ya {{ kemiskinan.awal }} dan {{ kemiskinan.akhir } tidak",
        "{{ kemiskinan.awal {{ kemiskinan.akhir }}",
    ],
)
def test_a_slot_that_lost_a_brace_is_not_printed_as_it_is(text: str) -> None:
    with pytest.raises(EvidenceError, match=r"Kurung kurawal.*kemiskinan\.(?:.|\n)*Perbaikan"):
        fill(text, LEDGER)


@pytest.mark.parametrize("text", ["{{ }}", "{{ kutip: 12 orang }}", "{{ | angka }}"])
def test_a_slot_without_key_or_source_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="Perbaikan"):
        fill(text, LEDGER)


def test_single_braces_are_prose() -> None:
    assert fill("himpunan {a, b}", LEDGER) == ("himpunan {a, b}", [])


words = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.tuples(words, st.sampled_from(sorted(LEDGER))), max_size=6), words)
def test_any_text_around_the_slots_comes_back_untouched(
    pairs: list[tuple[str, str]], tail: str
) -> None:
    slots = [
        "".join(f"{text}{{{{ {key} }}}}" for text, key in pairs) + tail,
        "".join(f"{text}{LEDGER[key].show()}" for text, key in pairs) + tail,
    ]
    filled, quotes = fill(slots[0], LEDGER)
    assert filled == slots[1]
    assert [quote.key for quote in quotes] == [key for _, key in pairs]
    assert fill(filled, LEDGER) == (filled, []), "what is filled is plain text"


# --- typed numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("turun menjadi 8,25 persen", "8,25"),
        ("turun 8%", "8%"),
        ("sebesar Rp2.416.000", "Rp2.416.000"),
        ("sebesar Rp2000 per bulan", "Rp2000"),
        ("sebesar Rp 2000 per bulan", "2000"),
        ("ada 54 kelurahan", "54"),
        ("1.999 orang", "1.999"),
        ("2.025 orang", "2.025"),
        ("2025,5 orang", "2025,5"),
        ("20,25 orang", "20,25"),
        ("2025%", "2025%"),
        ("tiap 1/3 warga", "1/3"),
        ("skala 1:x", "1"),
        ("−3 poin", "3"),
        ("p<0,05", "0,05"),
        ("pada 2021-03-01", "03-01"),
        ("tahun 1850", "1850"),
        ("tahun 2025–30", "30"),
        ("kelompok usia 15-24", "15-24"),
        ("ke-3", "ke-3"),
        ("[12,5](https://contoh.id)", "12,5"),
        ("**12** orang", "12"),
        ("lihat Gambar 2", "2"),
        ("sekitar sepuluh kelurahan", "sepuluh"),
        ("Sebelas kelurahan", "Sebelas"),
        ("dua belas kelurahan", "dua belas"),
        ("lima puluh persen", "lima puluh"),
        ("lima\npuluh persen", "lima\npuluh"),
        ("lima\u00a0puluh persen", "lima\u00a0puluh"),
        ("seratus orang", "seratus"),
        ("tiga ribu orang", "tiga ribu"),
        ("sejuta orang", "sejuta"),
        ("Nomor 99 persen", "99"),
        ("SK 45 persen", "45"),
        ("SK Wali Kota 45 persen", "45"),
        ("UU 45", "45"),
        ("Nomor 13 Tahun 2011", "13"),
        ("UU 45/20201", "45/20201"),
        ("Peraturan itu menurunkan 45 Tahun 2020", "45"),
        ("Perda Nomor 5 Tahun 2021 menaungi 45 orang", "45"),
        ("Pasal 45,5", "45,5"),
        ("Pasal 45 persen", "45"),
        ("naik sepersepuluh", "sepersepuluh"),
        ("Seperempat warga", "Seperempat"),
        ("sepertiga warga", "sepertiga"),
        ("dua pertiga warga", "dua pertiga"),
        ("tiga perempat warga", "tiga perempat"),
        ("seperseratus bagian", "seperseratus"),
        ("{{ kemiskinan.akhir }} dan 9", "9"),
    ],
)
def test_a_typed_number_is_found(text: str, piece: str) -> None:
    found = typed_numbers(text)
    assert len(found) == 1, found
    assert found[0].startswith("'")
    assert piece in found[0].partition(" (…")[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sejak 2021, lalu 2024.",
        "tahun 1999 (lihat 2005)",
        "antara 2010–2018 dan 2020-2025;",
        "_2021_ dan **2024**",
        "1. Pertama\n2. Kedua\n   3. Bersarang",
        "17. Butir yang berlanjut",
        "UU Nomor 23 Tahun 2014 tentang Pemerintahan Daerah",
        "Undang-Undang Nomor 13 Tahun 2011; UU 27/2022.",
        "Instruksi Presiden Nomor 4 Tahun 2025 dan Peraturan Presiden Nomor\n39 Tahun 2019",
        "Peraturan Menteri Pendidikan dan Kebudayaan Nomor 5 Tahun 2020",
        "SK Wali Kota Surakarta 401/124.2/2020",
        "Pasal 5 ayat (2), Pasal 12A ayat (3), dan Bab IV",
        "Perda No. 5 Tahun 2021; Perwali 12.3/2022",
        "Permendagri 86 Tahun 2017; Kepmendagri 300.2.2-2430/2025",
        "SK Wali Kota Nomor 401/124.2/2020",
        "[](#gambar1) dan [tautan](https://doi.org/10.1198/jasa.2009.ap08746)",
        "<https://jateng.bps.go.id/statistik/2025/12>",
        "{{ kemiskinan.akhir }}, {{ peringkat.rse10 | selang }}",
        "{{ kutip: 12,5 juta dari 270 juta orang | BPS 2024 hlm. 3 }}",
        "P0, P1, dan P2 selama COVID-19",
        "satu kelurahan, dua kecamatan, sembilan sekolah",
        "separuh, setengah, ketiga, kedua belah pihak",
        "perempatan, pertigaan, per dua tahun, seperti, seperangkat",
        "seribet itu; segera; selima",
        "Bagian II dan III",
    ],
)
def test_what_is_not_a_result_may_stay(text: str) -> None:
    assert typed_numbers(text) == []


def test_every_typed_number_is_named_with_its_surroundings_and_place() -> None:
    text = "Kemiskinan turun menjadi 8,25 persen di 54 kelurahan pada 2025."
    with pytest.raises(EvidenceError) as caught:
        check_prose(text, "naskah, sel pendahuluan")
    message = str(caught.value)
    for words_said in (
        "naskah, sel pendahuluan",
        "'8,25' (…",
        "turun menjadi",
        "'54'",
        "{{ kunci }}",
    ):
        assert words_said in message
    assert "'2025'" not in message
    check_prose("Kemiskinan turun pada 2025.", "naskah")


@given(
    st.decimals(-1_000_000, 1_000_000, places=2),
    st.sampled_from(["{}%", "{} orang", "Rp{}", "({})"]),
)
def test_no_decimal_number_slips_through(number: object, form: str) -> None:
    text = form.format(str(number).replace(".", ","))
    assert typed_numbers(f"Hasilnya {text} saja")


@given(st.integers(1900, 2098))
def test_years_and_ranges_of_years_stay(year: int) -> None:
    assert typed_numbers(f"Pada {year}, {year}–{year + 1}, dan ({year}). Akhir {year}.") == []
