from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from kajian.data.histogram import histogram, quantiles_from_histogram
from kajian.data.households import open_households, open_with_dask
from kajian.errors import DataError

OPENERS = pytest.mark.parametrize("opened", [open_households, open_with_dask])
PER_HEAD = nw.col("pengeluaran_rp") / nw.col("jumlah_anggota")
EDGES = np.geomspace(1e4, 1e8, 61)


@pytest.fixture
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    n = 4_000
    persons = rng.integers(1, 9, n)
    return pd.DataFrame(
        {
            "kode_wilayah": rng.choice(["33.72.01.1001", "33.72.01.1002"], n),
            "jumlah_anggota": persons,
            "pengeluaran_rp": (persons * rng.lognormal(14, 0.6, n)).astype(int),
        }
    )


@OPENERS
def test_counts_are_those_of_numpy(tmp_path, rows, opened):
    rows.to_parquet(tmp_path / "t.parquet")
    found = histogram(opened(tmp_path / "t.parquet"), "kode_wilayah", PER_HEAD, EDGES)
    assert len(found) == 2 * 60
    for code, group in rows.groupby("kode_wilayah"):
        per_head = group["pengeluaran_rp"] / group["jumlah_anggota"]
        bins = found[found["kode_wilayah"] == code]
        np.testing.assert_array_equal(bins["low"], EDGES[:-1])
        np.testing.assert_array_equal(bins["rumah_tangga"], np.histogram(per_head, EDGES)[0])
        people = np.histogram(per_head, EDGES, weights=group["jumlah_anggota"])[0]
        np.testing.assert_array_equal(bins["penduduk"], people)


@OPENERS
def test_the_lower_edge_is_inside_and_the_upper_outside(tmp_path, opened):
    rows = pd.DataFrame({"k": "a", "jumlah_anggota": [2, 3, 4], "x": [0, 10, 19]})
    rows.to_parquet(tmp_path / "t.parquet")
    frame = opened(tmp_path / "t.parquet")
    found = histogram(frame, ["k"], nw.col("x"), [0, 10, 20])
    assert found["rumah_tangga"].tolist() == [1, 2]
    assert found["penduduk"].tolist() == [2, 7]
    with pytest.raises(DataError, match="1 rumah tangga bernilai kosong atau di luar batas"):
        histogram(frame, "k", nw.col("x"), [0, 10, 19])


@OPENERS
def test_histogram_refuses(tmp_path, opened):
    rows = pd.DataFrame({"k": "a", "jumlah_anggota": [2, 3], "x": [0.5, None]})
    rows.to_parquet(tmp_path / "t.parquet")
    frame = opened(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="1 rumah tangga bernilai kosong"):
        histogram(frame, "k", nw.col("x"), [0, 1])
    with pytest.raises(DataError, match="tidak menaik"):
        histogram(frame, "k", nw.col("x"), [1, 0])
    with pytest.raises(DataError, match="kolom yang tidak ada"):
        histogram(frame, "k", nw.col("y"), [0, 1])


def test_the_bin_holds_the_exact_quantile(tmp_path, rows):
    rows.to_parquet(tmp_path / "t.parquet")
    table = histogram(open_households(tmp_path / "t.parquet"), "kode_wilayah", PER_HEAD, EDGES)
    probs = [0.05, 0.4, 0.5, 0.9]
    found = quantiles_from_histogram(table, "kode_wilayah", probs)
    per_head = (rows["pengeluaran_rp"] / rows["jumlah_anggota"]).repeat(rows["jumlah_anggota"])
    groups = per_head.groupby(rows["kode_wilayah"].repeat(rows["jumlah_anggota"]).to_numpy())
    exact = groups.quantile(probs, interpolation="higher").to_numpy()
    assert ((found["low"] <= exact) & (exact < found["high"])).all()
    # Bins are 17% wide; spreading values evenly leaves about a tenth of that.
    np.testing.assert_allclose(found["estimate"], exact, rtol=0.02)


def test_quantiles_by_hand():
    table = pd.DataFrame(
        {"k": "a", "low": [0.0, 10, 20], "high": [10.0, 20, 30], "penduduk": [4, 0, 4]}
    )
    found = quantiles_from_histogram(table, "k", [0.75, 0.25, 0.5])
    assert found["prob"].tolist() == [0.25, 0.5, 0.75]
    # Half of the first bin; all of it; half of the third.
    assert found["estimate"].tolist() == [5.0, 10.0, 25.0]
    with pytest.raises(DataError, match="di luar 0-1"):
        quantiles_from_histogram(table, "k", [1.0])
