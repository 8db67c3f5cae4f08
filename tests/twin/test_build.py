from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kajian.data.restricted.check import check_folder
from kajian.errors import DataError
from kajian.files import sha256, visible_files
from kajian.twin import chunks as chunks_module
from kajian.twin.build import build_twin, write_households

TABLES = {
    *("rumah_tangga", "orang", "survei", "penerima", "esik", "kelurahan", "belanja"),
    *("program_bertahap", "wawancara", "fasilitas", "uji_coba", "seleksi"),
}
TRUTHS = {
    f"kebenaran_{name}"
    for name in ("kelurahan", "parameter", "program", "sasaran", "tema", "wawancara")
}


@pytest.fixture
def quarter(units, kecamatan, poverty) -> dict[str, object]:
    """Arguments for a twin of one kecamatan, which is quickly built."""
    return {
        "units": units[units["kecamatan"] == "Serengan"],
        "kecamatan": kecamatan[kecamatan["nama"] == "Serengan"],
        "poverty_pct": poverty,
        "households": 5_000,
    }


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in visible_files(folder)}


def test_the_twin_holds_to_the_schemas_of_the_restricted_tables(folder, units):
    known = pd.Index(units["kode_wilayah"])
    faults = check_folder(folder / "terbatas", known, simulated=True, crosswalk=None)
    assert [str(fault) for fault in faults] == []


def test_the_twin_would_not_pass_for_real_data(folder, units):
    known = pd.Index(units["kode_wilayah"])
    faults = check_folder(folder / "terbatas", known, simulated=False, crosswalk=None)
    assert {fault.column for fault in faults} >= {"nik", "no_kk"}


def test_all_tables_and_truths_are_there(folder):
    assert {path.stem for path in (folder / "terbatas").iterdir()} == TABLES
    assert {path.stem for path in (folder / "tables").iterdir()} == TRUTHS


def test_parquet_has_no_index_and_no_trace_of_pandas(folder):
    for path in folder.rglob("*.parquet"):
        schema = pq.read_schema(path)
        assert not any(name.startswith("__index") for name in schema.names), path
        assert b"pandas" not in (schema.metadata or {}), path


def test_one_seed_gives_the_same_bytes_and_another_gives_others(tmp_path, quarter):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        build_twin(tmp_path / name, **quarter, seed=seed)
    one, again, other = (hashes(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert not {name for name in one if one[name] == other[name]}


def test_size_hardly_changes_rates(tmp_path, quarter):
    rates = []
    for households in (5_000, 20_000):
        build_twin(tmp_path / f"{households}", **(quarter | {"households": households}), seed=3)
        truth = pd.read_parquet(
            tmp_path / f"{households}" / "tables" / "kebenaran_kelurahan.parquet"
        )
        weight = truth["penduduk"] / truth["penduduk"].sum()
        rates.append(truth.filter(like="_pct").mul(weight, axis=0).sum())
    assert rates[0]["kemiskinan_pct"] == pytest.approx(rates[1]["kemiskinan_pct"], abs=0.1)
    # Standard errors of the smaller twin are below 0.8 points (teenagers out of school).
    assert (rates[0] - rates[1]).abs().max() < 2.4


def test_households_alone_are_those_of_the_twin(tmp_path, quarter):
    build_twin(tmp_path / "all", **quarter, seed=1)
    write_households(tmp_path / "only", **quarter, seed=1)
    whole, parts = (
        duckdb.sql(f"SELECT * FROM '{tmp_path / path}' ORDER BY id_rumah_tangga").df()
        for path in ("all/terbatas/rumah_tangga.parquet", "only/rumah_tangga.parquet/*.parquet")
    )
    pd.testing.assert_frame_equal(parts, whole)


def test_a_kelurahan_may_be_drawn_in_several_chunks(tmp_path, quarter, monkeypatch):
    monkeypatch.setattr(chunks_module, "LARGEST", 300)
    build_twin(tmp_path, **quarter, seed=1)
    known = pd.Index(quarter["units"]["kode_wilayah"])
    assert check_folder(tmp_path / "terbatas", known, simulated=True, crosswalk=None) == []
    homes = pd.read_parquet(tmp_path / "terbatas" / "rumah_tangga.parquet")
    assert len(homes) == 5_000
    truth = pd.read_parquet(tmp_path / "tables" / "kebenaran_kelurahan.parquet")
    assert truth.set_index("kode_wilayah")["rumah_tangga"].to_dict() == (
        homes["kode_wilayah"].value_counts().to_dict()
    )
    assert len(pd.read_csv(tmp_path / "terbatas" / "survei.csv")) == 1_000


def test_a_missing_public_rate_is_named(tmp_path, quarter, poverty):
    with pytest.raises(DataError, match=r"baris: 2023\]. Perbaikan: lengkapi P0"):
        build_twin(tmp_path, **(quarter | {"poverty_pct": poverty.drop(2023)}), seed=1)
