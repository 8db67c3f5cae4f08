from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from kajian.data.households import (
    grouped_sums,
    kelurahan_profile,
    open_households,
    open_with_dask,
)
from kajian.errors import DataError

OPENERS = pytest.mark.parametrize("opened", [open_households, open_with_dask])


def some_households(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "kode_wilayah": rng.choice([f"33.72.01.100{k}" for k in range(4)], n),
            "jumlah_anggota": rng.integers(1, 9, n),
            "pengeluaran_rp": rng.integers(300_000, 9_000_000, n),
            "jk_kepala": rng.choice(["L", "P"], n),
            "sumber_air": rng.choice(["ledeng", "kemasan", "sumur_tak_terlindung", "lainnya"], n),
            "fasilitas_bab": rng.choice(["sendiri", "bersama", "umum", "tidak_ada"], n),
            "pembuangan_tinja": rng.choice(["tangki_septik", "ipal", "sungai_tanah"], n),
            "akses_internet": rng.integers(0, 2, n),
        }
    )


def profile_with_pandas(rows: pd.DataFrame, line: float) -> pd.DataFrame:
    def describe(group: pd.DataFrame) -> dict[str, float]:
        poor = group["pengeluaran_rp"] / group["jumlah_anggota"] < line
        toilet = group["fasilitas_bab"].isin(["sendiri", "bersama"])
        sewer = group["pembuangan_tinja"].isin(["tangki_septik", "ipal"])
        water = group["sumber_air"].isin(["ledeng", "kemasan"])
        people = group["jumlah_anggota"].sum()
        poor_people = group.loc[poor, "jumlah_anggota"].sum()
        return {
            "rumah_tangga": len(group),
            "penduduk": people,
            "penduduk_miskin": poor_people,
            "kemiskinan_pct": 100 * poor_people / people,
            "pengeluaran_kapita_rp": group["pengeluaran_rp"].sum() / people,
            "sanitasi_layak_pct": 100 * (toilet & sewer).mean(),
            "air_layak_pct": 100 * water.mean(),
            "internet_pct": 100 * group["akses_internet"].mean(),
            "kepala_perempuan_pct": 100 * (group["jk_kepala"] == "P").mean(),
        }

    found = {code: describe(group) for code, group in rows.groupby("kode_wilayah")}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("kode_wilayah").reset_index()


def write_parts(rows: pd.DataFrame, folder: Path, *, by: str | None = None, parts: int = 3) -> Path:
    groups = rows.groupby(by if by else np.arange(len(rows)) % parts)
    for name, group in groups:
        part = folder / (f"{by}={name}" if by else "") / f"bagian-{name}.parquet"
        part.parent.mkdir(parents=True, exist_ok=True)
        group.drop(columns=by or []).to_parquet(part, index=False)
    return folder


# --- the profile ------------------------------------------------------------------------------


@OPENERS
def test_a_profile_worked_by_hand(tmp_path, opened):
    rows = pd.DataFrame(
        {
            "kode_wilayah": ["33.72.01.1002", *["33.72.01.1001"] * 3],
            "jumlah_anggota": [2, 4, 1, 5],
            # At the line is not below it: 500,000 per head in the second household.
            "pengeluaran_rp": [3_000_000, 2_000_000, 499_999, 7_000_001],
            "jk_kepala": ["P", "L", "P", "L"],
            "sumber_air": ["kemasan", "ledeng", "sumur_tak_terlindung", "sumur_bor"],
            "fasilitas_bab": ["umum", "sendiri", "bersama", "sendiri"],
            "pembuangan_tinja": ["tangki_septik", "sungai_tanah", "ipal", "tangki_septik"],
            "akses_internet": [1, 0, 0, 1],
        }
    )
    rows.to_parquet(tmp_path / "rumah_tangga.parquet")
    found = kelurahan_profile(opened(tmp_path / "rumah_tangga.parquet"), 500_000)
    expected = pd.DataFrame(
        {
            "kode_wilayah": ["33.72.01.1001", "33.72.01.1002"],
            "rumah_tangga": [3, 1],
            "penduduk": [10, 2],
            "penduduk_miskin": [1, 0],
            "kemiskinan_pct": [10.0, 0.0],
            "pengeluaran_kapita_rp": [950_000.0, 1_500_000.0],
            "sanitasi_layak_pct": [200 / 3, 0.0],
            "air_layak_pct": [200 / 3, 100.0],
            "internet_pct": [100 / 3, 100.0],
            "kepala_perempuan_pct": [100 / 3, 100.0],
        }
    )
    pd.testing.assert_frame_equal(found, expected, rtol=1e-14)


@OPENERS
@pytest.mark.parametrize("by", [None, "jk_kepala", "kode_wilayah"])
def test_the_profile_is_that_of_pandas(tmp_path, opened, by):
    rows = some_households(3_000)
    folder = write_parts(rows, tmp_path / "rumah_tangga", by=by)
    expected = profile_with_pandas(rows, 800_000)
    # The last bit of a division or a mean.
    pd.testing.assert_frame_equal(
        kelurahan_profile(opened(folder), 800_000), expected, check_dtype=False, rtol=1e-14
    )


def test_engines_and_threads_agree_to_the_last_bit(tmp_path):
    # More rows than one thread of DuckDB takes at a time.
    folder = write_parts(some_households(300_000), tmp_path / "rumah_tangga")
    first, second, third = (
        kelurahan_profile(frame, 800_000)
        for frame in (
            open_households(folder, threads=1),
            open_households(folder, threads=4),
            open_with_dask(folder),
        )
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    pd.testing.assert_frame_equal(first, third, check_exact=True)


# --- sums -------------------------------------------------------------------------------------


def test_sums_of_real_numbers_hardly_depend_on_threads(tmp_path):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"k": rng.integers(0, 3, 300_000), "x": rng.lognormal(0, 3, 300_000)})
    folder = write_parts(rows, tmp_path / "tabel")
    expected = rows.groupby("k")["x"].sum()
    for frame in (
        open_households(folder, threads=1),
        open_households(folder, threads=4),
        open_with_dask(folder),
    ):
        found = grouped_sums(frame, "k", {"x": nw.col("x")})
        # n times the rounding of one addition is the bound that the module states.
        np.testing.assert_allclose(found["x"], expected, rtol=100_000 * 2.3e-16)


@OPENERS
def test_integers_are_added_exactly(tmp_path, opened):
    pd.DataFrame({"k": ["a"] * 3, "x": [2**53, 1, 2**60]}).to_parquet(tmp_path / "t.parquet")
    found = grouped_sums(opened(tmp_path / "t.parquet"), "k", {"x": nw.col("x")})
    # A float would lose the one.
    assert found["x"].tolist() == [2**60 + 2**53 + 1]
    assert found["x"].dtype == "int64"


@OPENERS
def test_groups_of_two_columns_are_sorted_and_missing_values_add_nothing(tmp_path, opened):
    rows = pd.DataFrame(
        {
            "k": ["b", "a", "b", "a"],
            "j": [1, 2, 1, 1],
            "x": [0.5, None, 0.25, 1.0],
            "s": ["ya", None, "ya", "tidak"],
        }
    )
    rows.to_parquet(tmp_path / "t.parquet")
    sums = {"n": nw.lit(1), "x": nw.col("x"), "ya": nw.col("s") == "ya"}
    found = grouped_sums(opened(tmp_path / "t.parquet"), ["k", "j"], sums)
    expected = pd.DataFrame(
        {"k": ["a", "a", "b"], "j": [1, 2, 1], "n": [1, 1, 2], "x": [1.0, 0, 0.75], "ya": [0, 0, 2]}
    )
    pd.testing.assert_frame_equal(found, expected)


@OPENERS
@pytest.mark.parametrize(("code", "folders"), [("3310", "kab=3310"), ("01", "tahun=2025/kab=01")])
def test_codes_in_names_of_folders_stay_text(tmp_path, opened, code, folders):
    part = tmp_path / "tabel" / folders / "0.parquet"
    part.parent.mkdir(parents=True)
    pd.DataFrame({"x": [1, 2]}).to_parquet(part)
    assert grouped_sums(opened(tmp_path / "tabel"), "kab", {"x": nw.col("x")})["kab"].tolist() == [
        code
    ]


# --- the engine -------------------------------------------------------------------------------


def test_the_engine_keeps_within_its_bounds(tmp_path):
    pd.DataFrame({"k": [1]}).to_parquet(tmp_path / "t.parquet")
    relation = open_households(tmp_path / "t.parquet", threads=1, memory_gb=0.5).to_native()
    settings = ("memory_limit", "threads", "temp_directory", "autoinstall_known_extensions")
    values = ", ".join(f"current_setting('{name}')" for name in settings)
    [(memory, threads, folder, installs)] = relation.project(values).fetchall()
    assert memory == "476.8 MiB"  # half of 10^9 bytes
    assert threads == 1
    assert not installs
    assert Path(folder).stat().st_mode & 0o077 == 0


def test_what_spilled_goes_when_python_ends(tmp_path):
    pd.DataFrame({"k": np.arange(1_000_000)}).to_parquet(tmp_path / "t.parquet")
    (tmp_path / "tmp").mkdir()
    code = (
        "import narwhals as nw, pathlib, sys, tempfile\n"
        "from kajian.data.households import grouped_sums, open_households\n"
        f"frame = open_households(pathlib.Path({str(tmp_path / 't.parquet')!r}), memory_gb=0.03)\n"
        "groups = len(grouped_sums(frame, 'k', {'n': nw.lit(1)}))\n"
        "spilled = any(p.is_file() for p in pathlib.Path(tempfile.gettempdir()).rglob('*'))\n"
        "print(groups, spilled, 'dask' in sys.modules)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1000000", "True", "False"]
    assert list((tmp_path / "tmp").iterdir()) == []


# --- what is wrong ----------------------------------------------------------------------------


@OPENERS
def test_what_is_not_a_table_is_refused(tmp_path, opened):
    with pytest.raises(DataError, match="tidak ada berkas Parquet"):
        opened(tmp_path)


@OPENERS
def test_absent_columns_are_named(tmp_path, opened):
    rows = some_households(10).drop(columns=["sumber_air", "jk_kepala"])
    rows.to_parquet(tmp_path / "t.parquet")
    frame = opened(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="sumber_air, jk_kepala"):
        kelurahan_profile(frame, 500_000)
    with pytest.raises(DataError, match="hitungan x memakai kolom yang tidak ada"):
        grouped_sums(frame, "kode_wilayah", {"x": nw.col("tak_ada")})
