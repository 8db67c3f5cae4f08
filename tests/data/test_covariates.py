from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from kajian.data.covariates import area_covariates, household_covariates
from kajian.data.households import open_households
from kajian.errors import DataError
from kajian.sections import AreaCovariate


def some_households(n: int = 500) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "kode_wilayah": rng.choice(["33.72.01.1001", "33.72.01.1002"], n),
            "jumlah_anggota": rng.integers(1, 7, n),
            "desil": pd.array(rng.choice([1, 2, 3, None], n), dtype="Int64"),
            "pendidikan_kepala": rng.choice(["tidak_tamat_sd", "sd", "smp", "sma", "pt"], n),
            "jk_kepala": rng.choice(["L", "P"], n),
            "umur_kepala": rng.integers(20, 90, n),
            "luas_lantai_m2": rng.uniform(10, 90, n),
            "daya_listrik_va": rng.choice([0, 450, 900, 1300, 2200, 3500], n),
            "fasilitas_bab": rng.choice(["sendiri", "bersama", "tidak_ada"], n),
            "pembuangan_tinja": rng.choice(["tangki_septik", "ipal", "sungai_tanah"], n),
            "sumber_air": rng.choice(["ledeng", "kemasan", "sumur_bor"], n),
            "akses_internet": rng.integers(0, 2, n),
        }
    )


def test_shares_by_kelurahan_are_counted_over_all_households(tmp_path: Path) -> None:
    rows = some_households()
    rows.to_parquet(tmp_path / "rt.parquet")
    found = area_covariates(open_households(tmp_path / "rt.parquet"))
    by = rows["kode_wilayah"]
    flags = {
        "desil_terbawah_pct": rows["desil"].le(2).fillna(False).astype(bool),
        "kepala_sd_pct": rows["pendidikan_kepala"].isin(["tidak_tamat_sd", "sd"]),
        "daya_rendah_pct": rows["daya_listrik_va"].isin([0, 450, 900]),
        "internet_pct": rows["akses_internet"] == 1,
        "sanitasi_layak_pct": rows["fasilitas_bab"].isin(["sendiri", "bersama"])
        & rows["pembuangan_tinja"].isin(["tangki_septik", "ipal"]),
    }
    for name, flag in flags.items():
        np.testing.assert_allclose(found[name], 100 * flag.groupby(by).mean(), err_msg=name)
    assert found["penduduk"].to_dict() == rows.groupby(by)["jumlah_anggota"].sum().to_dict()


def test_a_study_may_choose_every_share_that_there_is(tmp_path: Path) -> None:
    some_households().to_parquet(tmp_path / "rt.parquet")
    found = area_covariates(open_households(tmp_path / "rt.parquet"))
    assert set(get_args(AreaCovariate)) == {name for name in found if name.endswith("_pct")}


def test_an_absent_column_of_the_register_is_named(tmp_path: Path) -> None:
    some_households().drop(columns="desil").to_parquet(tmp_path / "rt.parquet")
    with pytest.raises(DataError, match="desil"):
        area_covariates(open_households(tmp_path / "rt.parquet"))


def test_households_are_described_by_numbers_that_say_nothing_twice() -> None:
    rows = some_households()
    found = household_covariates(rows)
    assert found.index.equals(rows.index)
    assert np.linalg.matrix_rank(found.assign(satu=1.0)) == found.shape[1] + 1
    assert found["kepala_pt"].sum() == (rows["pendidikan_kepala"] == "pt").sum()
    np.testing.assert_allclose(np.exp(found["log_anggota"]), rows["jumlah_anggota"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"luas_lantai_m2": 0.0}, "luas_lantai_m2"),
        ({"jumlah_anggota": -1}, "jumlah_anggota"),
    ],
)
def test_a_number_without_logarithm_is_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(DataError, match=said):
        household_covariates(some_households().assign(**change))
    with pytest.raises(DataError, match=said):
        household_covariates(some_households().drop(columns=said))
