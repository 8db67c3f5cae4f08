"""Agreement on sets of themes, theme by theme, and what coders confuse."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.qualitative.agreement import RARE, masi_distance, theme_agreement
from kajian.qualitative.alpha import krippendorff_alpha

THEMES = np.array(["air", "hunian", "kerja", "sekolah"])


def long_table(sets: dict[tuple[str, str], str]) -> pd.DataFrame:
    """One row per theme; themes of a segment and coder are given as 'air hunian'."""
    rows = [
        (segment, coder, theme)
        for (segment, coder), themes in sets.items()
        for theme in themes.split() or [None]
    ]
    table = pd.DataFrame(rows, columns=["id_segmen", "pengode", "tema"])
    return table.assign(kode_wilayah="33.72.01.1001", peran_informan="warga")


def drawn(n: int = 80, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, n)
    sets = {}
    for coder in "AB":
        theme = np.where(rng.random(n) < 0.85, true, rng.integers(0, 4, n))
        sets |= {(f"S{number:03d}", coder): THEMES[theme[number]] for number in range(n)}
    return long_table(sets)


def agreement(codes: pd.DataFrame, **options):
    return theme_agreement(codes, **{"rng": np.random.default_rng(1), "draws": 199, **options})


def test_masi_is_jaccard_times_monotonicity() -> None:
    """By hand: equal; one in the other (2/3 of 1/2); both with a rest (1/3 of 1/3); apart; none."""
    sets = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool)
    third = Fraction(1, 3)
    expected = [
        [0, 1 - third, 1 - third**2, 1, 1],
        [1 - third, 0, 1, 1, 1],
        [1 - third**2, 1, 0, 1 - third, 1],
        [1, 1, 1 - third, 0, 1],
        [1, 1, 1, 1, 0],
    ]
    assert masi_distance(sets) == pytest.approx(np.array(expected, dtype=float))


def test_with_one_theme_per_segment_it_is_nominal_alpha() -> None:
    codes = drawn()
    wide = codes.set_index(["pengode", "id_segmen"])["tema"].unstack()  # noqa: PD010
    numbers = wide.apply(lambda column: column.map(list(THEMES).index))
    nominal = krippendorff_alpha(numbers, rng=np.random.default_rng(1), draws=199)
    assert agreement(codes).overall.alpha == pytest.approx(nominal.alpha, abs=1e-12)


def test_sharing_one_of_two_themes_counts_more_than_sharing_none() -> None:
    codes = drawn()
    more = pd.concat([codes, codes[codes["pengode"] == "A"].assign(tema="lain")])
    apart = codes.assign(tema=codes["tema"].where(codes["pengode"] == "B", "lain"))
    assert agreement(apart).overall.alpha < agreement(more).overall.alpha < 1
    assert agreement(more).overall.alpha < agreement(codes).overall.alpha


def test_each_theme_has_the_alpha_of_given_or_not() -> None:
    codes = drawn()
    result = agreement(codes)
    wide = codes.set_index(["pengode", "id_segmen"])["tema"].unstack() == "air"  # noqa: PD010
    alone = krippendorff_alpha(wide.astype(float), rng=np.random.default_rng(1), draws=199)
    row = result.themes.set_index("tema").loc["air"]
    assert row["alfa"] == pytest.approx(alone.alpha, abs=1e-12)
    assert row["segmen_salah_satu"] == wide.any().sum()
    assert row["segmen_semua"] == wide.all().sum()
    assert row["bawah"] < row["alfa"] < row["atas"]


def test_confusions_are_counted_by_segment() -> None:
    sets = {(f"S{n}", coder): "kerja" for n in range(4) for coder in "AB"}
    sets |= {("S5", "A"): "air", ("S5", "B"): "hunian"}
    sets |= {("S6", "A"): "hunian kerja", ("S6", "B"): "air kerja"}
    sets |= {("S7", "A"): "air", ("S7", "B"): "air sekolah"}  # added, exchanged for nothing
    found = agreement(long_table(sets)).confusions
    assert found.to_numpy().tolist() == [["air", "hunian", 2]]


def test_rare_themes_have_no_alpha_of_their_own() -> None:
    codes = drawn()
    codes.loc[codes["id_segmen"].isin(["S000", "S001"]), "tema"] = "jarang"
    row = agreement(codes).themes.set_index("tema").loc["jarang"]
    assert np.isnan(row["alfa"])
    assert (row["keterangan"], row["segmen_semua"]) == (RARE, 2)


def test_segments_of_one_coder_are_left_out_and_said() -> None:
    codes = drawn()
    alone = codes["id_segmen"].isin(["S003", "S004"]) & (codes["pengode"] == "B")
    result = agreement(codes[~alone])
    without = agreement(codes[~codes["id_segmen"].isin(["S003", "S004"])])
    assert result.overall.alpha == without.overall.alpha
    assert result.single.to_dict() == {"A": 2, "B": 0}
    assert "2 segmen dikode satu orang saja" in str(result)


def test_a_coder_may_find_no_theme() -> None:
    codes = drawn()
    codes.loc[codes.index[:5], "tema"] = None
    assert agreement(codes).overall.n_units == 80


def test_the_order_of_rows_does_not_matter() -> None:
    codes = drawn()
    shuffled = codes.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(agreement(codes).tidy(), agreement(shuffled).tidy())


def test_tidy_begins_with_all_themes() -> None:
    table = agreement(drawn()).tidy()
    assert list(table.columns) == [
        *("term", "estimate", "conf_low", "conf_high"),
        *("segmen_salah_satu", "segmen_semua", "keterangan"),
    ]
    assert table["term"].tolist() == ["semua tema", *THEMES]


def test_interviews_may_be_resampled_as_a_whole() -> None:
    codes = drawn()
    codes["id_wawancara"] = codes["id_segmen"].str[:3]
    assert agreement(codes, groups="id_wawancara").overall.n_groups == 8


def test_coders_without_a_common_segment_are_refused() -> None:
    codes = drawn()
    own = codes["id_segmen"] + codes["pengode"]
    with pytest.raises(MethodError, match="A 80 segmen, B 80 segmen") as told:
        agreement(codes.assign(id_segmen=own))
    assert "Perbaikan: " in str(told.value)


def test_one_coder_is_refused() -> None:
    with pytest.raises(MethodError, match="satu pengode"):
        agreement(drawn().query("pengode == 'A'"))


def test_coders_who_give_the_same_everywhere_are_refused() -> None:
    with pytest.raises(MethodError, match="tidak terdefinisi"):
        agreement(drawn().assign(tema="air"))
