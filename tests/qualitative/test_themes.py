"""Themes by place: counts, shares, what is hidden, and what the counts are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.themes import HIDDEN, theme_table

DIMENSIONS = {"air": "Hunian", "rumah": "Hunian", "kerja": "Ekonomi"}


def codes(counts: dict[tuple[str, str], int], coders: str = "AB") -> pd.DataFrame:
    """So many segments of each theme and place, each in an interview of two segments."""
    rows = [
        (f"S{place}{theme}{number}", coder, theme, place, f"W{place}{theme}{number // 2}")
        for (theme, place), count in counts.items()
        for number in range(count)
        for coder in coders
    ]
    names = ["id_segmen", "pengode", "tema", "kecamatan", "id_wawancara"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(kode_wilayah="33.72.01.1001", peran_informan="warga")


COUNTS = {
    ("air", "Jebres"): 6,
    ("air", "Laweyan"): 9,
    ("rumah", "Jebres"): 5,
    ("rumah", "Laweyan"): 5,
    ("kerja", "Laweyan"): 7,
}


def table(codes: pd.DataFrame, **options):
    return theme_table(codes, "kecamatan", **{"dimensions": DIMENSIONS, "minimum": 5, **options})


def test_segments_and_shares_by_place() -> None:
    cells = table(codes(COUNTS)).tidy().set_index(["tema", "tempat"])
    assert list(cells.columns) == ["dimensi", "segmen", "bagian_pct", "label", "wawancara"]
    assert cells["segmen"].to_dict() == {**COUNTS, ("kerja", "Jebres"): 0}
    assert cells.loc[("air", "Jebres"), "bagian_pct"] == pytest.approx(100 * 6 / 11)
    assert cells.loc[("air", "Laweyan"), "wawancara"] == 5
    assert (cells["label"] == "").all()


def test_totals_and_places_add_up() -> None:
    result = table(codes(COUNTS))
    assert result.totals["tema"].tolist() == ["air", "rumah", "kerja"]
    assert result.totals["segmen"].sum() == result.n_segments == 32
    assert result.places["segmen"].to_dict() == {"Jebres": 11, "Laweyan": 21}
    # Each pair of theme and place has interviews of its own, of two segments.
    assert result.places["wawancara"].tolist() == [3 + 3, 5 + 3 + 4]


def test_a_segment_counts_once_in_its_dimension() -> None:
    both = codes(COUNTS)
    more = both[both["tema"] == "air"].assign(tema="rumah")
    result = table(pd.concat([both, more]))
    of = result.dimensions.set_index(["dimensi", "tempat"])["segmen"]
    assert of["Hunian", "Jebres"] == 6 + 5
    assert of["Hunian", "Laweyan"] == 9 + 5


def test_small_cells_are_hidden_with_one_more_where_the_total_would_tell() -> None:
    counts = COUNTS | {("kerja", "Jebres"): 2, ("kerja", "Serengan"): 8, ("air", "Serengan"): 9}
    result = table(codes(counts))
    cells = result.tidy().set_index(["tema", "tempat"])
    hidden = cells.index[cells["label"] == HIDDEN].tolist()
    assert hidden == [("kerja", "Jebres"), ("kerja", "Laweyan")]  # 2, and 7 before 8
    assert cells.loc[hidden, ["segmen", "bagian_pct", "wawancara"]].isna().all(axis=None)
    assert result.n_hidden == 2
    assert "2 sel di bawah 5 segmen disembunyikan" in str(result)


def test_a_place_with_few_segments_shows_nothing_not_even_zero() -> None:
    result = table(codes(COUNTS | {("air", "Serengan"): 3}))
    cells = result.tidy().query("tempat == 'Serengan'")
    assert (cells["label"] == HIDDEN).all()


def test_a_zero_is_shown_where_there_are_segments() -> None:
    cells = table(codes(COUNTS)).tidy().query("tema == 'kerja' and tempat == 'Jebres'")
    assert (cells["segmen"].item(), cells["bagian_pct"].item()) == (0, 0)


def test_a_theme_that_nobody_gave_is_there_with_zero() -> None:
    result = table(codes(COUNTS), dimensions=DIMENSIONS | {"aman": "Lain"})
    cells = result.tidy().query("tema == 'aman' and segmen == 0")
    assert len(cells) == 2


def test_both_coders_or_either() -> None:
    some = codes(COUNTS)
    some.loc[(some["pengode"] == "B") & (some["tema"] == "air"), "tema"] = "rumah"
    assert table(some).totals.set_index("tema")["segmen"]["air"] == 0
    either = table(some, rule="either")
    assert either.totals.set_index("tema")["segmen"]["air"] == 15
    assert "sedikitnya satu pengode" in str(either)


def test_segments_of_one_coder_are_left_out_by_both() -> None:
    alone = codes({("air", "Jebres"): 4}, coders="A")
    alone["id_segmen"] += "x"
    alone["id_wawancara"] = "WX"
    more = pd.concat([codes(COUNTS), alone])
    assert table(more).n_left_out == 4
    assert table(more).n_segments == 32
    assert table(more, rule="either").n_segments == 36


def test_it_says_what_is_counted() -> None:
    assert "bukan orang" in str(table(codes(COUNTS)))
    assert "tidak diberi selang" in str(table(codes(COUNTS)))


def test_without_interviews_none_are_counted() -> None:
    result = table(codes(COUNTS).drop(columns="id_wawancara"))
    assert result.cells["wawancara"].isna().all()


def test_the_order_of_rows_does_not_matter() -> None:
    some = codes(COUNTS)
    mixed = some.sample(frac=1, random_state=np.random.RandomState(1))
    pd.testing.assert_frame_equal(table(some).cells, table(mixed).cells)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda t: t.assign(tema="baru"), {}, "Tema tanpa dimensi: baru"),
        (lambda t: t, {"minimum": 0}, "tidak masuk akal"),
        (lambda t: t, {"rule": "semua"}, "'semua'"),
        (lambda t: t.query("pengode == 'A'"), {}, "Tidak ada segmen yang dikode dua pengode"),
        (lambda t: t.drop(columns="kecamatan"), {}, "Kolom kecamatan tidak ada"),
    ],
)
def test_bad_input_is_refused(change, options: dict, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        table(change(codes(COUNTS)), **options)
    assert "Perbaikan: " in str(told.value)
