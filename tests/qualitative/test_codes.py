"""The table of coded segments: what it must hold, and who must agree."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.codes import coded_segments

CODES = pd.DataFrame(
    [
        ("S2", "A", "air", "warga"),
        ("S1", "A", "air", "kader"),
        ("S1", "A", "hunian", "kader"),
        ("S1", "B", "air", "kader"),
        ("S3", "B", None, "warga"),
        ("S3", "A", "air", "warga"),
    ],
    columns=["id_segmen", "pengode", "tema", "peran_informan"],
).assign(kode_wilayah="33.72.01.1001", id_wawancara="W1")


def test_who_must_have_given_a_theme() -> None:
    coded = coded_segments(CODES)
    assert (coded.coders, coded.themes) == (("A", "B"), ("air", "hunian"))
    assert coded.segments.index.tolist() == ["S1", "S2", "S3"]
    assert coded.having("both").tolist() == [[True, False], [False, False], [False, False]]
    assert coded.having("either").tolist() == [[True, True], [True, False], [True, False]]
    assert coded.counted("both").tolist() == [True, False, True]
    assert coded.counted("either").all()
    with pytest.raises(MethodError, match="'mayoritas'"):
        coded.having("mayoritas")


def test_an_empty_cell_is_filled_from_the_other_rows_of_its_segment() -> None:
    table = CODES.assign(teks=[None, "satu", None, None, "tiga", "tiga"])
    assert coded_segments(table).segments["teks"].tolist()[::2] == ["satu", "tiga"]
    assert table["teks"].isna().sum() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="tema"), "Kolom tema tidak ada"),
        (lambda t: t.iloc[:0], "kosong"),
        (lambda t: pd.concat([t, t.iloc[[1]]]), "berulang pada 1 baris: baris ke-7 .S1."),
        (lambda t: t.assign(tema=t["tema"].replace("hunian", " ")), "sekaligus tanpa tema"),
        (lambda t: t.assign(pengode=t["pengode"].mask(t.index == 1)), "pengode kosong"),
        (lambda t: t.assign(id_wawancara=None), "id_wawancara kosong"),
        (
            lambda t: t.assign(peran_informan=["warga"] * 3 + ["lurah"] * 3),
            "peran_informan berbeda .* 1 segmen: S1",
        ),
    ],
)
def test_a_faulty_table_is_refused(change, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        coded_segments(change(CODES))
    assert "Perbaikan: " in str(told.value)


def test_a_place_must_be_known_of_every_segment() -> None:
    with pytest.raises(MethodError, match="kecamatan kosong"):
        coded_segments(CODES.assign(kecamatan=["Jebres", *[None] * 5]), ["kecamatan"])
