"""Rows of raw tables that a result rests on."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kajian.data.passport import Passport, read_passport
from kajian.evidence.ledger import Entry, make_entry
from kajian.trace.rows import Rows, raw_rows, rows_behind
from kajian.trace.tables import Node

RAW = Path(__file__).parents[2] / "data" / "raw"
NAME = "bps-jateng/panel_kabkota"


@pytest.fixture(scope="module")
def passport() -> Passport:
    return read_passport(RAW / "bps-jateng")


def line_of(code: str, year: str) -> int:
    """Line of a row in the file, counted by hand."""
    with (RAW / "bps-jateng" / "panel_kabkota.csv").open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if (row["kode_wilayah"], row["tahun"]) == (code, year):
                return line
    raise AssertionError


def result(value: float, rows: dict[str, str] | None = None) -> Entry:
    entry = make_entry("p0", value, unit="persen", decimals=2, note="")
    return replace(entry, rows=rows)


def found(passport: Passport, entry: Entry | None, *others: Node) -> Rows:
    resource = passport.resource("panel_kabkota")
    raw = Node(NAME, "data/raw", passport.path_of("panel_kabkota"), "", "utuh")
    return rows_behind(entry, raw_rows(passport, resource), resource, raw, others)


def saved(passport: Passport, folder: Path, step: str = "01_data") -> Node:
    """A table that a step made from the raw one, with another order and other columns."""
    path = folder / "panel.parquet"
    table = pd.read_csv(passport.path_of("panel_kabkota"), dtype={"kode_wilayah": "str"})
    chosen = table[["kode_wilayah", "tahun", "kemiskinan_pct"]].rename(
        columns={"kemiskinan_pct": "p0"}
    )
    chosen.iloc[::-1].reset_index(drop=True).to_parquet(path)
    raw = Node(NAME, "data/raw", passport.path_of("panel_kabkota"), "", "utuh")
    return Node("panel", step, path, "", "utuh", None, (raw,))


def test_a_query_on_a_table_of_a_step_gives_the_lines_of_the_raw_file(
    passport: Passport, tmp_path: Path
) -> None:
    entry = result(7.69, {"panel": "kode_wilayah == '33.72' and tahun in [2010, 2025]"})
    rows = found(passport, entry, saved(passport, tmp_path))
    assert [line for line, _ in rows.shown] == [line_of("33.72", "2010"), line_of("33.72", "2025")]
    assert "kemiskinan_pct 7.69" in rows.shown[1][1]
    assert "2 dari 525 baris" in rows.why


def test_a_query_may_name_the_raw_table_itself(passport: Passport) -> None:
    rows = found(passport, result(1, {NAME: "tahun == 2025 and kemiskinan_pct < 4"}))
    assert [line for line, _ in rows.shown] == [line_of("33.74", "2025")]
    assert "Kota Semarang" in rows.shown[0][1]


def test_the_number_itself_is_looked_for_and_said_to_be_perhaps_chance(passport: Passport) -> None:
    rows = found(passport, result(14.15))
    assert line_of("33.29", "2025") in [line for line, _ in rows.shown]
    assert "kebetulan" in rows.why
    assert all("14.15" in text for _, text in rows.shown)
    assert found(passport, result(14.1500001)).shown == (), "as exactly as the ledger keeps it"


@pytest.mark.parametrize("entry", [None, result(5), result(2025), result(99.125)])
def test_otherwise_all_rows_are_meant(passport: Passport, entry: Entry | None) -> None:
    assert found(passport, entry) == Rows("seluruh 525 baris")


def test_a_word_is_not_looked_for(passport: Passport) -> None:
    entry = make_entry("arah", "turun", unit="", decimals=0, note="")
    assert found(passport, entry) == Rows("seluruh 525 baris")


def test_a_query_that_does_not_work_is_named(passport: Passport, tmp_path: Path) -> None:
    rows = found(passport, result(1, {"panel": "tiada == 3"}), saved(passport, tmp_path))
    assert "kueri 'tiada == 3' tidak dapat dijalankan" in rows.why
    assert rows.shown == ()


def test_rows_of_households_are_not_chosen_by_a_query(passport: Passport, tmp_path: Path) -> None:
    entry = result(7.691, {"panel": "kode_wilayah == '33.72'"})
    assert found(passport, entry, saved(passport, tmp_path, "gerbang")).shown == ()
