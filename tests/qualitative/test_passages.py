"""Passages of different coders matched into segments."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.passages import matched_segments

DOCUMENTS = pd.DataFrame(
    {
        "dokumen": ["Wawancara Bu Siti.docx", "fgd.txt"],
        "kode_wilayah": ["33.72.01.1001", "33.72.04.1002"],
        "peran_informan": ["warga", "kader"],
        "jenis": ["wawancara", "fgd"],
        "tanggal": ["2025-03-01", "2025-03-02"],
    }
)
FIRST = "Wawancara Bu Siti.docx"


def passages(*rows: tuple) -> pd.DataFrame:
    names = ["dokumen", "pengode", "tema", "teks", "awal", "akhir"]
    return pd.DataFrame([(*row, *[None] * (6 - len(row))) for row in rows], columns=names)


def shared(one: str, other: str, **options) -> bool:
    """Whether the passages of two coders become one segment."""
    table = passages((FIRST, "A", "air", one), (FIRST, "B", "air", other))
    return (
        matched_segments(table.drop(columns=["awal", "akhir"]), DOCUMENTS, **options).n_common > 0
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Air sumur keruh.", "air  SUMUR keruh", True),
        ("satu dua tiga empat", "dua tiga", True),  # inside: 2 of 4 words
        ("satu dua tiga empat lima", "dua tiga", False),  # 2 of 5
        ("satu dua tiga empat", "dua tiga empat lima", True),  # 3 of 5
        ("satu dua tiga", "tiga empat lima", False),  # 1 of 5
        ("satu dua tiga empat", "empat tiga dua satu", False),
        ("airnya keruh", "air", False),
    ],
)
def test_words_in_common(one: str, other: str, same: bool) -> None:
    assert shared(one, other) is same
    assert shared(other, one) is same


def test_how_much_must_be_shared_can_be_chosen() -> None:
    assert shared("satu dua tiga empat lima", "dua tiga", overlap=0.4)
    assert not shared("satu dua tiga empat", "dua tiga", overlap=0.6)


def test_positions_decide_where_there_are_any() -> None:
    """The same words at two places are two segments; different cuts of one place are one."""
    table = passages(
        (FIRST, "A", "air", "ya", 0, 2),
        (FIRST, "A", "hunian", "ya", 90, 92),
        (FIRST, "B", "air", "ya", 90, 92),
        (FIRST, "A", "kerja", "sulit cari kerja", 100, 116),
        (FIRST, "B", "kerja", "sulit cari", 100, 110),
    )
    result = matched_segments(table, DOCUMENTS)
    assert (result.n_segments, result.n_common) == (3, 2)
    assert result.unmatched.to_dict() == {"A": 1, "B": 0}


def test_each_passage_has_one_partner_the_closest() -> None:
    table = passages(
        (FIRST, "A", "air", "satu dua tiga empat"),
        (FIRST, "B", "air", "satu dua tiga"),
        (FIRST, "B", "hunian", "satu dua tiga empat"),
    )
    codes = matched_segments(table.drop(columns=["awal", "akhir"]), DOCUMENTS).codes
    together = codes.groupby("id_segmen")["tema"].agg(list).tolist()
    assert sorted(together) == [["air"], ["air", "hunian"]]


def test_a_passage_with_several_codes_is_one_segment() -> None:
    table = passages(
        (FIRST, "A", "air", "satu dua"),
        (FIRST, "A", "hunian", "satu dua"),
        (FIRST, "B", "air", "satu dua"),
    )
    codes = matched_segments(table, DOCUMENTS).codes
    assert set(codes["id_segmen"]) == {"D01-001"}
    assert codes[["pengode", "tema"]].to_numpy().tolist() == [
        ["A", "air"],
        ["A", "hunian"],
        ["B", "air"],
    ]


def test_documents_do_not_mix_and_their_names_stay_behind() -> None:
    table = passages((FIRST, "A", "air", "sama persis"), ("fgd.txt", "B", "air", "sama persis"))
    result = matched_segments(table, DOCUMENTS)
    assert result.n_common == 0
    assert result.codes["id_segmen"].tolist() == ["D01-001", "D02-001"]
    assert result.codes["tanggal"].tolist() == ["2025-03-01", "2025-03-02"]
    assert "Siti" not in result.codes.to_csv()
    assert "tanpa pasangan: A 1, B 1" in str(result)


def test_interviews_keep_their_own_names() -> None:
    table = passages((FIRST, "A", "air", "satu"))
    result = matched_segments(table, DOCUMENTS.assign(id_wawancara=["W7", "F1"]))
    assert result.codes["id_segmen"].tolist() == ["W7-001"]


def test_three_coders() -> None:
    table = passages(
        *[(FIRST, coder, "air", "satu dua tiga") for coder in "ABC"],
        *[(FIRST, coder, "air", "empat lima") for coder in "BC"],
    )
    result = matched_segments(table, DOCUMENTS)
    assert (result.n_segments, result.n_common, result.unmatched.sum()) == (2, 2, 0)


def test_codes_become_the_themes_of_the_study() -> None:
    table = passages((FIRST, "A", "air.keruh", "satu"), (FIRST, "A", "air.bau", "satu"))
    codes = matched_segments(table, DOCUMENTS, themes={"air.keruh": "air", "air.bau": "air"}).codes
    assert codes["tema"].tolist() == ["air"]


def test_a_passage_without_code_has_no_theme_unless_it_has_another() -> None:
    table = passages(
        (FIRST, "A", None, "satu"), (FIRST, "B", None, "satu"), (FIRST, "B", "air", "satu")
    )
    codes = matched_segments(table, DOCUMENTS).codes
    assert codes["pengode"].tolist() == ["A", "B"]
    assert codes["tema"].isna().tolist() == [True, False]


def test_the_order_of_rows_does_not_matter() -> None:
    table = passages(
        *[(FIRST, coder, "air", f"kalimat nomor {n}") for n in range(9) for coder in "AB"]
    )
    mixed = table.sample(frac=1, random_state=1)
    one, other = matched_segments(table, DOCUMENTS), matched_segments(mixed, DOCUMENTS)
    pd.testing.assert_frame_equal(one.codes, other.codes)
    assert one.n_common == 9


@pytest.mark.parametrize(
    ("table", "documents", "options", "words"),
    [
        (passages(("lain.txt", "A", "air", "x")), DOCUMENTS, {}, "1 dokumen .*: lain.txt"),
        (passages((FIRST, "A", "air", " ?")), DOCUMENTS, {}, r"kosong pada 1 baris: 0 .pengode A"),
        (passages((FIRST, "A", "air", "x")), DOCUMENTS, {"themes": {}}, "1 kode tanpa tema: air"),
        (passages((FIRST, "A", "air", "x")), DOCUMENTS, {"overlap": 0}, "Tumpang tindih 0"),
        (passages((FIRST, "A", "air", "x")), DOCUMENTS.iloc[[0, 0]], {}, "lebih dari sekali"),
        (passages((FIRST, "A", "air", "x")), DOCUMENTS[["dokumen"]], {}, "kode_wilayah"),
    ],
)
def test_bad_input_is_refused(table, documents, options: dict, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        matched_segments(table, documents, **options)
    assert "Perbaikan: " in str(told.value)
