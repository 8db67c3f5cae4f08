"""A rank is never printed bare: wherever a reader meets one, its range stands beside it."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.build

# The plain "order" is that of a Sobol index.
RANK = re.compile(r"(?:^|_)(?:rank|peringkat|urutan)(?:_|$)|^order_")
RANGES = (("low", "high"), ("rank_min", "rank_max"), ("peringkat_bawah", "peringkat_atas"))
# "peringkat 7", "peringkat ke-7", but not "peringkat 5–9" or "peringkat 5 sampai 9".
SAID = re.compile(
    r"\b(?:peringkat|urutan)\s+(?:ke-\s*)?(?:nomor\s+)?\d+(?!\d)(?!\s*(?:–|sampai|hingga))", re.I
)


def bare(columns: Iterable[str]) -> list[str]:
    """Columns that hold a rank, in a table without the ends of its range."""
    names = [str(column).strip().casefold() for column in columns]
    ends = {end for pair in RANGES if set(pair) <= set(names) for end in pair}
    return [name for name in names if RANK.search(name) and name not in ends and not ends]


@pytest.fixture(params=["public", "twin"])
def report(request: pytest.FixtureRequest) -> Path:
    if request.param == "public":
        return Path(request.getfixturevalue("built")) / "reports" / "surakarta-2025"
    return Path(request.getfixturevalue("twin")) / "reports" / "surakarta-simulasi"


def headers_of_page(page: Path) -> Iterator[list[str]]:
    for table in re.findall(r"<table.*?</table>", page.read_text(encoding="utf-8"), re.DOTALL):
        cells = re.findall(r"<th[^>]*>(.*?)</th>", table, re.DOTALL)
        yield [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["unit", "rank"], ["rank"]),
        (["unit", "rank", "low", "high"], []),
        (["rank_median"], ["rank_median"]),
        (["peringkat", "rank_min", "rank_max"], []),
        (["order_weighted"], ["order_weighted"]),
        (["term", "order"], []),
        (["kebutuhan", "border"], []),
    ],
)
def test_the_rule_knows_a_bare_rank(columns: list[str], found: list[str]) -> None:
    assert bare(columns) == found


@pytest.mark.parametrize(
    ("sentence", "is_bare"),
    [
        ("Surakarta berada di peringkat 7 dari 35", True),
        ("peringkat ke-7", True),
        ("peringkat 5–9 dari 35", False),
        ("peringkat 5 sampai 9", False),
        ("peringkat kemiskinan berada pada 5–9", False),
    ],
)
def test_the_rule_knows_a_bare_sentence(sentence: str, is_bare: bool) -> None:
    assert bool(SAID.search(sentence)) == is_bare


def test_tables_show_ranges_of_ranks(report: Path) -> None:
    tables = sorted((report / "tables").glob("*.csv"))
    assert tables
    assert {
        path.name: found for path in tables if (found := bare(pd.read_csv(path, nrows=0)))
    } == {}


def test_layers_show_ranges_of_ranks(report: Path) -> None:
    layers = sorted((report / "layers").glob("*.gpkg"))
    assert layers
    for path in layers:
        with sqlite3.connect(path) as database:
            (name,) = database.execute("SELECT table_name FROM gpkg_contents").fetchone()
            rows = database.execute(f'PRAGMA table_info("{name}")').fetchall()
        assert bare(row[1] for row in rows) == [], path.name


def test_results_that_are_ranks_have_an_interval(report: Path) -> None:
    (path,) = report.glob("*ledger.json")
    entries = json.loads(path.read_text(encoding="utf-8"))
    ranks = {
        key: entry
        for key, entry in entries.items()
        if entry["note"].casefold().startswith("peringkat") and not isinstance(entry["value"], str)
    }
    assert "SIMULASI" in path.name or ranks
    assert [key for key, entry in ranks.items() if entry["low"] is None] == []


def test_pages_show_ranges_of_ranks(report: Path) -> None:
    pages = sorted((report / "notebooks").glob("*.html"))
    assert pages
    for path in pages:
        assert [found for columns in headers_of_page(path) if (found := bare(columns))] == [], path
        text = html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
        assert SAID.findall(text) == [], path.name


def test_the_brief_says_ranges_of_ranks(report: Path) -> None:
    (path,) = report.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    assert SAID.findall(re.sub(r"\s+", " ", text)) == []
