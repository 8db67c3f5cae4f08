"""Themes that meet in a segment or an interview."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.cooccurrence import cooccurrence

# Ten segments in five interviews: air and rumah meet in three, air and kerja in one.
SETS = ["air rumah"] * 3 + ["air kerja"] + ["air"] * 2 + ["rumah"] * 2 + ["kerja"] * 2
CODES = pd.DataFrame(
    [
        (f"S{number}", coder, theme, f"W{number // 2}")
        for number, themes in enumerate(SETS)
        for coder in "AB"
        for theme in themes.split()
    ],
    columns=["id_segmen", "pengode", "tema", "id_wawancara"],
).assign(kode_wilayah="33.72.01.1001", peran_informan="warga")


def test_pairs_in_segments() -> None:
    result = cooccurrence(CODES, minimum=1)
    first = result.tidy().iloc[0]
    assert first[["tema_pertama", "tema_kedua"]].tolist() == ["air", "rumah"]
    assert first[["bersama", "pertama", "kedua"]].tolist() == [3, 6, 5]
    assert first["jaccard"] == pytest.approx(3 / (6 + 5 - 3))
    assert first["lift"] == pytest.approx(3 * 10 / (6 * 5))
    assert result.pairs["bersama"].tolist() == [3, 1]


def test_pairs_in_interviews() -> None:
    result = cooccurrence(CODES, unit="id_wawancara", minimum=1)
    pairs = result.pairs.set_index(["tema_pertama", "tema_kedua"])["bersama"]
    # W0 air rumah; W1 air rumah kerja; W2 air; W3 rumah; W4 kerja.
    assert pairs.to_dict() == {("air", "rumah"): 2, ("air", "kerja"): 1, ("kerja", "rumah"): 1}
    assert result.n_units == 5


def test_rare_pairs_are_hidden_and_counted() -> None:
    result = cooccurrence(CODES, minimum=2)
    assert (len(result.pairs), result.n_hidden) == (1, 1)
    assert "1 pasangan di bawah 2 segmen" in str(result)
    assert "Tanpa uji" in str(result)
    assert "tidak ada pasangan" in str(cooccurrence(CODES, minimum=9))


def test_only_themes_that_all_coders_gave_meet() -> None:
    one = CODES[~((CODES["pengode"] == "B") & (CODES["tema"] == "rumah"))]
    assert cooccurrence(one, minimum=1).pairs["tema_kedua"].tolist() == ["kerja"]
    assert len(cooccurrence(one, minimum=1, rule="either").pairs) == 2


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda t: t, {"unit": "kalimat"}, "Satuan 'kalimat'"),
        (lambda t: t.query("pengode == 'A'"), {}, "dua pengode"),
        (lambda t: t.drop(columns="id_wawancara"), {"unit": "id_wawancara"}, "id_wawancara"),
    ],
)
def test_bad_input_is_refused(change, options: dict, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        cooccurrence(change(CODES), **options)
    assert "Perbaikan: " in str(told.value)
