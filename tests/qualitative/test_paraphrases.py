"""Paraphrases: agreed, from places and roles that differ, and without persons."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.paraphrases import illustrative_paraphrases

SEGMENTS = pd.DataFrame(
    [
        ("S1", "33.72.01.1001", "warga", "Laweyan", "Air keruh di musim kemarau."),
        ("S2", "33.72.01.1001", "warga", "Laweyan", "Sumur berbau."),
        ("S3", "33.72.04.1002", "warga", "Jebres", "Pipa bocor."),
        ("S4", "33.72.04.1003", "kader", "Jebres", "Antrean air panjang."),
        ("S5", "33.72.04.1003", "kader", "Jebres", None),
    ],
    columns=["id_segmen", "kode_wilayah", "peran_informan", "kecamatan", "parafrase"],
).assign(teks=["satu", "dua", "tiga", "empat", "lima"])
CODES = pd.concat([SEGMENTS.assign(pengode=coder, tema="air") for coder in "AB"])


def shown(codes: pd.DataFrame, **options) -> list[str]:
    return illustrative_paraphrases(codes, **options).table["parafrase"].tolist()


def test_places_and_roles_differ() -> None:
    """After S1 another kecamatan and role, then what is new in at least one of them."""
    assert shown(CODES, per_theme=3) == [
        "Air keruh di musim kemarau.",
        "Antrean air panjang.",
        "Pipa bocor.",
    ]


def test_it_shows_neither_kelurahan_nor_segment() -> None:
    result = illustrative_paraphrases(CODES)
    assert list(result.tidy().columns) == ["tema", "parafrase", "peran_informan", "kecamatan"]
    assert "2 parafrase untuk 1 tema" in str(result)


def test_all_coders_must_agree() -> None:
    apart = CODES.assign(tema=CODES["tema"].mask(CODES.duplicated("id_segmen"), "rumah"))
    result = illustrative_paraphrases(apart)
    assert result.table.empty
    assert result.without == ("air", "rumah")
    assert "tanpa parafrase: air, rumah" in str(result)


def test_segments_with_one_theme_come_first() -> None:
    more = CODES[CODES["id_segmen"] == "S1"].assign(tema="rumah")
    assert shown(pd.concat([CODES, more]), per_theme=1) == ["Sumur berbau.", *shown(more)]


def test_quotations_are_passed_over() -> None:
    quoted = CODES.assign(parafrase=CODES["parafrase"].replace("Pipa bocor.", 'Katanya "bocor".'))
    result = illustrative_paraphrases(quoted, per_theme=9)
    assert (result.n_quoted, len(result.table)) == (1, 3)
    assert "1 dilewati" in str(result)
    inside = quoted.assign(parafrase="Sejak hari Jum'at air mati.")
    assert illustrative_paraphrases(inside).n_quoted == 0


def test_the_text_itself_is_no_paraphrase() -> None:
    copied = CODES.assign(teks=CODES["parafrase"].str.upper())
    copied.loc[copied["id_segmen"] == "S3", "teks"] = "lain"
    result = illustrative_paraphrases(copied, per_theme=9)
    assert (result.n_verbatim, result.table["parafrase"].tolist()) == (3, ["Pipa bocor."])


def test_the_order_of_rows_does_not_matter() -> None:
    assert shown(CODES.sample(frac=1, random_state=3), per_theme=3) == shown(CODES, per_theme=3)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda t: t.drop(columns="parafrase"), {}, "Kolom parafrase"),
        (lambda t: t.assign(parafrase=" "), {}, "kosong di semua segmen"),
        (lambda t: t, {"per_theme": 0}, "sedikitnya 1"),
        (lambda t: t, {"district": "camat"}, "Kolom camat"),
    ],
)
def test_bad_input_is_refused(change, options: dict, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        illustrative_paraphrases(change(CODES), **options)
    assert "Perbaikan: " in str(told.value)
