"""The desk of a notebook: where it reads, where it writes, and what it records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from kajian import step as module
from kajian.errors import EvidenceError, PipelineError
from kajian.evidence.ledger import read_ledger
from kajian.files import sha256
from kajian.places import processed_folder, project_root
from kajian.step import Step

ROOT = Path(__file__).parents[1]
TABLE = pd.DataFrame({"kode_wilayah": ["33.10", "33.72"], "kemiskinan_pct": [12.5, 8.25]})


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Step]:
    """Open steps in an empty project."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv(module.STAGING, raising=False)
    return lambda name: Step.open(name, "coba")


def test_the_project_is_found_from_inside(desk: Callable[[str], Step], tmp_path: Path) -> None:
    assert project_root() == tmp_path.resolve()
    assert desk("01_data").folder == tmp_path / "data" / "processed" / "coba" / "01_data"


def test_outside_a_project_the_remedy_is_told(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"tidak ditemukan.*'studies'"):
        project_root(tmp_path)


def test_the_pipeline_decides_where_results_go(
    desk: Callable[[str], Step], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(module.STAGING, str(tmp_path / "staging"))
    step = desk("02_mapping")
    step.save(TABLE, "t")
    assert (tmp_path / "staging" / "tables" / "t.parquet").is_file()
    assert not processed_folder(tmp_path, "coba").exists()


def test_a_table_goes_to_later_steps_with_its_hash(desk: Callable[[str], Step]) -> None:
    first = desk("01_data")
    first.save(TABLE, "panel")
    later = desk("03_causal")
    pd.testing.assert_frame_equal(later.table("panel"), TABLE)
    assert later.used == {"panel": sha256(first.folder / "tables" / "panel.parquet")}


def test_a_layer_stays_a_layer(desk: Callable[[str], Step]) -> None:
    units = gpd.GeoDataFrame({"kode": ["a"]}, geometry=[Point(110.8, -7.5)], crs="EPSG:4326")
    desk("01_data").save(units, "batas")
    back = desk("02_mapping").table("batas")
    assert isinstance(back, gpd.GeoDataFrame)
    assert back.crs == units.crs


def test_equal_tables_give_equal_files(desk: Callable[[str], Step]) -> None:
    step = desk("01_data")
    step.save(TABLE, "a")
    step.save(TABLE.copy(), "b")
    tables = step.folder / "tables"
    assert (tables / "a.parquet").read_bytes() == (tables / "b.parquet").read_bytes()


def test_only_declared_earlier_steps_are_read(desk: Callable[[str], Step]) -> None:
    for name in ("01_data", "02_mapping", "04_evaluation"):
        desk(name).save(TABLE.assign(asal=name), "t")
    assert set(desk("03_causal").table("t")["asal"]) == {"01_data"}
    assert set(desk("01_data").table("t")["asal"]) == {"01_data"}
    desk("04_evaluation").save(TABLE, "akhir")
    with pytest.raises(PipelineError, match=r"akhir\.parquet' belum dibuat.*'kajian run coba'"):
        desk("03_causal").table("akhir")


def test_a_raw_table_is_recorded_with_the_hash_of_its_file(tmp_path: Path) -> None:
    step = Step("01_data", "surakarta-2025", ROOT, tmp_path)
    table = step.raw("surakarta/kecamatan")
    assert len(table) == 5
    file = ROOT / "data" / "raw" / "surakarta" / "kecamatan.csv"
    assert step.used == {"surakarta/kecamatan": sha256(file)}


def test_a_result_lands_in_the_ledger_at_once(desk: Callable[[str], Step]) -> None:
    desk("01_data").save(TABLE, "panel")
    step = desk("02_mapping")
    step.table("panel")
    step.record(
        "kemiskinan.akhir",
        np.float64(8.25),
        unit="persen",
        decimals=2,
        note="P0",
        interval=(np.float64(7.0), np.float64(9.5)),
        level=0.9,
    )
    entry = read_ledger(step.folder / "ledger.json")["kemiskinan.akhir"]
    assert (entry.value, entry.low, entry.high, entry.level) == (8.25, 7, 9.5, 0.9)
    assert entry.show() == "8,25%"
    assert entry.notebook == "02_mapping"
    assert entry.tables == step.used
    assert entry.tables


def test_a_result_names_only_the_tables_that_it_is_told(desk: Callable[[str], Step]) -> None:
    first = desk("01_data")
    first.save(TABLE, "a")
    first.save(TABLE, "b")
    step = desk("02_mapping")
    step.table("a")
    step.table("b")
    step.record("x.satu", 1, note="", tables=["b"])
    step.record("x.dua", 2, note="", tables=[])
    assert list(step.entries["x.satu"].tables or {}) == ["b"]
    assert step.entries["x.dua"].tables == {}


def test_a_table_that_was_not_read_is_not_named(desk: Callable[[str], Step]) -> None:
    with pytest.raises(EvidenceError, match=r"'x\.satu'.*'panell' yang belum dibaca.*Perbaikan"):
        desk("02_mapping").record("x.satu", 1, note="", tables=["panell"])


def test_a_result_that_is_not_finite_is_refused(desk: Callable[[str], Step]) -> None:
    step = desk("02_mapping")
    step.record("x.satu", 1, note="")
    with pytest.raises(EvidenceError, match=r"'x\.dua' bukan angka berhingga"):
        step.record("x.dua", np.float64("nan"), note="")
    assert list(read_ledger(step.folder / "ledger.json")) == ["x.satu"]


def test_one_key_belongs_to_one_cell(
    desk: Callable[[str], Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = desk("02_mapping")
    monkeypatch.setattr(module, "running_cell", lambda _: "sel-a")
    step.record("x.satu", 1, note="")
    step.record("x.satu", 2, note="")  # the same cell run again in JupyterLab
    assert step.entries["x.satu"].value == 2
    monkeypatch.setattr(module, "running_cell", lambda _: "sel-b")
    with pytest.raises(EvidenceError, match=r"'x\.satu' sudah dicatat oleh sel sel-a"):
        step.record("x.satu", 3, note="")
    assert step.entries["x.satu"].value == 2
    assert step.entries["x.satu"].cell == "sel-a"


def test_the_ledger_shows_as_the_brief_would_write_it(desk: Callable[[str], Step]) -> None:
    step = desk("02_mapping")
    step.record("x.a", 8.4, unit="persen", decimals=1, note="P0", interval=(8, 9))
    step.record("x.b", "naik", note="Arah")
    shown = step.show_ledger()
    assert shown["nilai"].tolist() == ["8,4%", "naik"]
    assert shown["selang"].tolist() == ["8,0–9,0%", ""]


def test_what_was_read_and_written_is_kept_with_its_hash(desk: Callable[[str], Step]) -> None:
    desk("01_data").save(TABLE, "panel")
    step = desk("02_mapping")
    step.table("panel")
    step.save(TABLE, "hasil")
    kept = json.loads((step.folder / "provenance.json").read_text(encoding="utf-8"))
    panel = desk("01_data").folder / "tables" / "panel.parquet"
    assert kept["dibaca"] == {"panel": sha256(panel)}
    assert kept["ditulis"] == {"hasil": sha256(step.folder / "tables" / "hasil.parquet")}


def test_an_export_describes_every_column(desk: Callable[[str], Step]) -> None:
    step = desk("02_mapping")
    with pytest.raises(PipelineError, match=r"'p0': kolom kemiskinan_pct belum dijelaskan"):
        step.export(TABLE, "p0", "Kemiskinan", {"kode_wilayah": "kode"})
    assert not (step.folder / "exports").exists()
    step.export(TABLE, "p0", "Kemiskinan", {"kode_wilayah": "kode", "kemiskinan_pct": "persen"})
    assert {p.name for p in (step.folder / "exports").iterdir()} == {"p0.csv", "p0.xlsx"}


def test_the_ledger_file_is_sorted_whatever_the_order(desk: Callable[[str], Step]) -> None:
    files = []
    for name, keys in (("02_mapping", ["b.x", "a.x"]), ("03_causal", ["a.x", "b.x"])):
        step = desk(name)
        for key in keys:
            step.record(key, 1, note="")
        files.append((step.folder / "ledger.json").read_text(encoding="utf-8"))
    assert files[0].replace("02_mapping", "03_causal") == files[1]
    assert list(json.loads(files[0])) == ["a.x", "b.x"]
