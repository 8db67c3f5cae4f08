from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.data.crosswalk import (
    affected,
    bridge,
    check_crosswalk,
    old_codes,
    refuse_unbridged,
)
from kajian.data.tables import read_named
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data" / "raw"

# One kelurahan A splits in 2019 into A (three quarters of the area) and B; C never changes.
A, B, C = "33.72.05.1001", "33.72.05.1014", "33.72.05.1002"
SPLIT = pd.DataFrame(
    {
        "kode_lama": [A, A],
        "kode_baru": [A, B],
        "berlaku_sejak": ["2019-01-01"] * 2,
        "bagian_luas": [0.75, 0.25],
        "bagian_penduduk": [0.6, 0.4],
    }
)
SERIES = pd.DataFrame(
    [
        (A, 2018, 1000, 10.0),
        (C, 2018, 500, 7.0),
        (A, 2019, 800, 6.0),
        (B, 2019, 200, 16.0),
        (C, 2019, 520, 8.0),
    ],
    columns=["kode_wilayah", "tahun", "penduduk", "kemiskinan_pct"],
)
KEYS = {"code": "kode_wilayah", "year": "tahun", "crosswalk": SPLIT}


def refuse(table: pd.DataFrame) -> None:
    refuse_unbridged(table, **KEYS, file="kelurahan.csv")


# --- the shipped crosswalk ------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return read_named(RAW, "padanan-wilayah/padanan_kelurahan")[0]


@pytest.fixture(scope="module")
def outlines() -> gpd.GeoDataFrame:
    return read_named(RAW, "batas-wilayah/kelurahan_surakarta")[0]


def test_the_shipped_crosswalk_names_kelurahan_of_today(shipped, outlines):
    check_crosswalk(shipped, pd.Index(outlines["kode_wilayah"]), file="padanan")
    names = outlines.set_index("kode_wilayah")["nama"]
    assert shipped["nama_baru"].tolist() == names[shipped["kode_baru"]].tolist()


def test_surakarta_had_51_kelurahan(shipped, outlines):
    assert old_codes(outlines["kode_wilayah"], shipped).nunique() == 51
    assert affected(outlines["kode_wilayah"], shipped).sum() == 5


def test_shares_are_those_of_the_outlines(shipped, outlines):
    area = outlines.to_crs("EPSG:32749").set_index("kode_wilayah").area
    parts = area[shipped["kode_baru"]].to_numpy()
    share = parts / pd.Series(parts).groupby(shipped["kode_lama"]).transform("sum")
    # Half a unit of the fourth decimal, and once more where rounding was made to sum to one.
    np.testing.assert_allclose(shipped["bagian_luas"], share, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"bagian_luas": [0.75, 0.2]}, "tidak berjumlah satu"),
        ({"berlaku_sejak": ["2019-01-01", "2019-02-30"]}, "bukan tanggal"),
        ({"berlaku_sejak": ["2019-01-01", "2019-01-02"]}, "tanggal berbeda"),
        ({"kode_baru": ["33.72.05.9999", B]}, "tidak ada di daftar"),
        ({"kode_baru": [B, B]}, "berulang"),
        ({"kode_baru": [C, B]}, "bukan salah satu pecahannya"),
    ],
)
def test_a_wrong_crosswalk_is_refused(change, problem):
    with pytest.raises(DataError, match=problem) as caught:
        check_crosswalk(SPLIT.assign(**change), pd.Index([A, B, C]), file="padanan.csv")
    assert caught.value.file == "padanan.csv"
    assert caught.value.rows


# --- a code with two meanings ---------------------------------------------------------------


def test_a_series_across_the_split_is_refused_and_named():
    with pytest.raises(DataError) as caught:
        refuse(SERIES)
    message = str(caught.value)
    assert "2019-01-01" in message
    assert caught.value.rows == [f"{A} tahun 2018-2019", f"{B} tahun 2019-2019"]
    assert caught.value.file == "kelurahan.csv"
    assert "gabung" in caught.value.remedy
    assert C not in message


def test_a_source_that_keeps_the_old_code_alone_is_refused_too():
    with pytest.raises(DataError, match="dua wilayah"):
        refuse(SERIES[SERIES["kode_wilayah"] != B])


@pytest.mark.parametrize(
    "rows",
    [
        SERIES["tahun"] == 2018,
        SERIES["tahun"] == 2019,
        SERIES["kode_wilayah"] == C,
        SERIES["tahun"] == 1900,
    ],
)
def test_one_side_of_the_split_passes(rows):
    refuse(SERIES[rows])


def test_a_series_recomputed_by_its_publisher_passes():
    codes = pd.MultiIndex.from_product([[A, B, C], [2017, 2018, 2019]])
    refuse(codes.to_frame(index=False, name=["kode_wilayah", "tahun"]))


@pytest.mark.parametrize("direction", ["gabung", "pecah"])
def test_a_bridged_series_passes(direction):
    refuse(bridge(SERIES, **KEYS, values={"penduduk": "sum"}, direction=direction))


# --- bridging -------------------------------------------------------------------------------


def test_successors_are_brought_together_in_the_hand_worked_case():
    result = bridge(
        SERIES, **KEYS, values={"penduduk": "sum", "kemiskinan_pct": "mean"}, weight="penduduk"
    )
    assert result["kode_wilayah"].tolist() == [A, A, C, C]
    assert result["penduduk"].tolist() == [1000, 1000, 500, 520]
    # (800 * 6 + 200 * 16) / 1000
    assert result["kemiskinan_pct"].tolist() == [10, 8, 7, 8]
    assert result["dijembatani"].tolist() == [1, 1, 0, 0]


def test_an_old_total_is_distributed_by_the_share_that_is_asked_for():
    for shares, expected in (("bagian_luas", [750, 250]), ("bagian_penduduk", [600, 400])):
        result = bridge(
            SERIES, **KEYS, values={"penduduk": "sum"}, direction="pecah", shares=shares
        )
        old = result[result["dijembatani"] == 1]
        assert old[["kode_wilayah", "tahun"]].to_numpy().tolist() == [[A, 2018], [B, 2018]]
        assert old["penduduk"].tolist() == expected
        assert len(result) == 6


@pytest.mark.parametrize(
    ("total", "share", "expected"),
    [
        (10, [0.56, 0.25, 0.19], [6, 2, 2]),  # 5.6, 2.5 and 1.9
        (7, [0.7, 0.15, 0.15], [5, 1, 1]),  # 4.9, 1.05 and 1.05
        (1, [0.34, 0.33, 0.33], [1, 0, 0]),
        (1000, [0.29, 0.3, 0.41], [290, 300, 410]),  # 1000 * 0.29 is not quite 290
    ],
)
def test_whole_numbers_are_distributed_by_the_largest_remainder(total, share, expected):
    split = pd.DataFrame({"kode_lama": A, "kode_baru": [A, B, C], "bagian_luas": share})
    table = pd.DataFrame({"kode_wilayah": [A], "tahun": [2018], "penduduk": [total]})
    result = bridge(
        table,
        **{**KEYS, "crosswalk": split.assign(berlaku_sejak="2019-01-01")},
        values={"penduduk": "sum"},
        direction="pecah",
    )
    parts = result.set_index("kode_wilayah")["penduduk"]
    assert parts.dtype == "int64"
    assert parts[[A, B, C]].tolist() == expected


def test_missing_totals_stay_missing_among_whole_ones():
    table = SERIES.head(2).assign(kode_wilayah=A, tahun=[2017, 2018])
    table["penduduk"] = pd.array([11, None], dtype="Int64")
    result = bridge(table, **KEYS, values={"penduduk": "sum"}, direction="pecah")
    assert result["penduduk"].dtype == "Int64"
    assert result["penduduk"].isna().tolist() == [False, True, False, True]
    assert result["penduduk"].sum() == 11


def test_further_keys_are_kept_apart():
    spending = pd.DataFrame(
        [(A, 2019, "modal", 5), (B, 2019, "modal", 7), (A, 2018, "modal", 9), (A, 2018, "lain", 1)],
        columns=["kode_wilayah", "tahun", "jenis", "belanja_rp"],
    )
    result = bridge(spending, **KEYS, values={"belanja_rp": "sum"}, by=["jenis"])
    assert result.to_numpy().tolist() == [
        [A, 2018, "lain", 1, 1],
        [A, 2018, "modal", 9, 1],
        [A, 2019, "modal", 12, 1],
    ]


def test_a_missing_part_makes_the_whole_missing():
    holed = SERIES.astype({"penduduk": "float64"})
    holed.loc[3, "penduduk"] = np.nan
    result = bridge(holed, **KEYS, values={"penduduk": "sum"})
    assert result["penduduk"].isna().tolist() == [False, True, False, False]


def test_an_incomplete_split_is_refused():
    with pytest.raises(DataError, match="tidak lengkap") as caught:
        bridge(SERIES.drop(index=3), **KEYS, values={"penduduk": "sum"})
    assert caught.value.rows == [f"{A} 2019"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"values": {"kemiskinan_pct": "mean"}}, "memerlukan penimbang"),
        ({"values": {"kemiskinan_pct": "sum"}}, "tidak dapat dijumlahkan"),
        (
            {"values": {"kemiskinan_pct": "mean"}, "weight": "penduduk", "direction": "pecah"},
            "tidak dapat dipecah",
        ),
    ],
)
def test_percentages_are_neither_added_nor_split(options, problem):
    with pytest.raises(DataError, match=problem) as caught:
        bridge(SERIES, **KEYS, **options)
    assert caught.value.column == "kemiskinan_pct"


def test_shares_that_do_not_sum_to_one_are_refused():
    wrong = SPLIT.assign(bagian_penduduk=[0.6, 0.3])
    with pytest.raises(DataError, match=re.escape(f"{A} (jumlah 0.9000)")):
        bridge(
            SERIES,
            **{**KEYS, "crosswalk": wrong},
            values={"penduduk": "sum"},
            direction="pecah",
            shares="bagian_penduduk",
        )


def test_a_repeated_key_is_refused():
    with pytest.raises(DataError, match="lebih dari sekali"):
        bridge(pd.concat([SERIES, SERIES.head(1)]), **KEYS, values={"penduduk": "sum"})


@given(
    st.lists(st.integers(0, 10**9), min_size=5, max_size=5),
    st.sampled_from(["gabung", "pecah"]),
    st.floats(0.01, 0.99),
)
def test_totals_of_a_year_never_change(totals, direction, share):
    table = SERIES.assign(jumlah=totals)
    before = table.copy()
    crosswalk = SPLIT.assign(bagian_luas=[share, 1 - share])
    result = bridge(
        table,
        **{**KEYS, "crosswalk": crosswalk},
        values={"jumlah": "sum"},
        direction=direction,
    )
    sums = (frame.groupby("tahun")["jumlah"].sum() for frame in (result, table))
    pd.testing.assert_series_equal(*sums)
    assert result["dijembatani"].isin([0, 1]).all()
    pd.testing.assert_frame_equal(table, before)
