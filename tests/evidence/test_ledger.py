"""The ledger keeps results as they were, and shows them in one way only."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.errors import EvidenceError
from kajian.evidence.ledger import (
    Entry,
    ledger_from_json,
    make_entry,
    merge_ledgers,
    read_ledger,
    write_ledger,
)

GAP = "\u00a0"
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12))


def entry(value: float | str = 8.25, **more: object) -> Entry:
    given_values = {"unit": "persen", "decimals": 1, "note": "P0"} | more
    return make_entry("kemiskinan.akhir", value, **given_values)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["a", "a.b", "peringkat.rse10", "akses.jarak_sd", "x1.y_2.z"])
def test_keys_that_may_be_used(key: str) -> None:
    assert make_entry(key, 1, unit="", decimals=0, note="").key == key


@pytest.mark.parametrize("key", ["", "A", "a.", ".a", "a..b", "a b", "a-b", "é", "a|b", "a\n"])
def test_keys_that_may_not(key: str) -> None:
    with pytest.raises(EvidenceError, match=r"(?s)tidak sah.*Perbaikan"):
        make_entry(key, 1, unit="", decimals=0, note="")


@given(numbers)
def test_a_value_keeps_ten_digits(value: float) -> None:
    kept = entry(value).value
    assert isinstance(kept, int | float)
    # Ten significant digits are a relative error of at most half of 1e-9.
    assert kept == pytest.approx(value, rel=5.1e-10, abs=0)


def test_processor_noise_does_not_change_a_ledger() -> None:
    assert entry(0.1 + 0.2).value == entry(0.3).value == 0.3
    assert entry(35.0).value == 35
    assert isinstance(entry(35.0).value, int)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(EvidenceError, match="bukan angka berhingga"):
        entry(value)
    with pytest.raises(EvidenceError, match="bukan angka berhingga"):
        entry(1, low=0, high=value, level=0.95)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"low": 1.0, "level": 0.95}, "tidak lengkap"),
        ({"high": 1.0, "level": 0.95}, "tidak lengkap"),
        ({"low": 1.0, "high": 2.0}, "tidak lengkap"),
        ({"low": 2.0, "high": 1.0, "level": 0.95}, "terbalik"),
    ],
)
def test_half_an_interval_is_refused(more: dict[str, float], said: str) -> None:
    with pytest.raises(EvidenceError, match=rf"Selang 'kemiskinan\.akhir' {said}"):
        entry(1.5, **more)


INTERVAL = {"low": -1.25, "high": 3.5, "level": 0.95}


@pytest.mark.parametrize(
    ("value", "more", "style", "text"),
    [
        (8.25, {}, "", "8,3%"),
        (8.25, {}, "angka", "8,3"),
        (-8.25, {}, "mutlak", "8,3%"),
        (8.25, INTERVAL, "selang", f"−1,3{GAP}sampai{GAP}3,5%"),
        (8.25, INTERVAL, "lengkap", f"8,3% (−1,3{GAP}sampai{GAP}3,5%)"),
        (
            8.25,
            {**INTERVAL, "exploratory": True, "unit": "meter"},
            "lengkap",
            f"8,3{GAP}meter (−1,3{GAP}sampai{GAP}3,5; eksploratif)",
        ),
        (2025, {"unit": "kalender"}, "", "2025"),
        (
            2025,
            {"unit": "kalender", "low": 2024, "high": 2026, "level": 0.95},
            "lengkap",
            "2025 (2024–2026)",
        ),
        (2025, {"unit": "kalender"}, "angka", "2025"),
        (1234, {"unit": "sekolah", "decimals": 0}, "angka", "1.234"),
        (1234, {"unit": "sekolah", "decimals": 0}, "", f"1.234{GAP}sekolah"),
        (0.029, {"unit": "p", "decimals": 1}, "", f"p{GAP}={GAP}0,029"),
        (0.029, {"unit": "p", "decimals": 1}, "angka", "0,029"),
        (0.234, {"unit": "p", "decimals": 3}, "angka", "0,23"),
        (0.00002, {"unit": "p", "decimals": 3}, "angka", f"<{GAP}0,001"),
        ("turun", {}, "", "turun"),
    ],
)
def test_styles(value: float | str, more: dict[str, object], style: str, text: str) -> None:
    assert entry(value, **more).show(style) == text


@pytest.mark.parametrize(
    ("value", "style", "said"),
    [
        (1, "selang", "tidak punya selang"),
        (1, "lengkap", "tidak punya selang"),
        (1, "persen", "tidak dikenal.*angka, mutlak, selang"),
        ("turun", "angka", "berisi kata 'turun', bukan angka"),
        ("turun", "mutlak", "bukan angka"),
    ],
)
def test_a_style_that_cannot_be_applied(value: float | str, style: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=rf"kemiskinan\.akhir.*{said}"):
        entry(value).show(style)


@given(st.floats(0, 1), st.integers(0, 6), st.sampled_from(["", "angka"]))
def test_a_p_value_is_never_zero_whatever_its_decimals(
    value: float, decimals: int, style: str
) -> None:
    shown = entry(value, unit="p", decimals=decimals).show(style)
    assert re.search("[1-9]", shown)
    assert shown == entry(value, unit="p", decimals=3).show(style)


def test_a_ledger_reads_back(tmp_path: Path) -> None:
    ledger = {
        "b.x": entry(1.5, **INTERVAL, notebook="02_mapping", cell="a1", tables={"t": "00ff"}),
        "a.x": entry("turun"),
    }
    write_ledger(ledger, tmp_path / "ledger.json")
    assert read_ledger(tmp_path / "ledger.json") == ledger
    text = (tmp_path / "ledger.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["a.x", "b.x"]


def test_a_ledger_of_a_newer_version_can_be_read() -> None:
    record = {"key": "a", "value": 1, "unit": "", "decimals": 0, "note": "", "mutu": "A"}
    assert ledger_from_json({"a": record})["a"].show() == "1"


def test_a_damaged_ledger_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    for content in ("", "{", "[]", '{"a": {"key": "a"}}'):
        path.write_text(content)
        with pytest.raises(EvidenceError, match=r"ledger\.json rusak.*Perbaikan"):
            read_ledger(path)


def test_ledgers_join_and_a_double_key_names_both_notebooks() -> None:
    one = {"a": entry(1, notebook="02_mapping")}
    two = {"b": entry(2, notebook="03_causal")}
    assert merge_ledgers([one, two]) == one | two
    with pytest.raises(EvidenceError, match="'a' dicatat dua kali: 02_mapping dan 03_causal"):
        merge_ledgers([one, {"a": entry(3, notebook="03_causal")}])
