"""Indonesian numbers, against the forms that EYD V and CLDR id_ID print."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.language import (
    format_bare,
    format_date,
    format_interval,
    format_number,
    format_p_value,
    format_rupiah,
    format_value,
)

GAP = "\u00a0"
amounts = st.floats(-1e12, 1e12)
decimals = st.integers(0, 6)


def parsed(text: str) -> float:
    """Read an Indonesian number back."""
    return float(text.replace(".", "").replace(",", ".").replace("−", "-"))


@given(amounts, decimals)
def test_a_number_reads_back_within_half_of_its_last_digit(value: float, places: int) -> None:
    # Half a unit of the last shown decimal, plus the double precision of numbers up to 1e12.
    assert abs(parsed(format_number(value, places)) - value) <= 0.5 * 10**-places + 1e-3 * 2**-3


@given(amounts, decimals)
def test_a_number_has_the_decimals_asked_for_and_no_hyphen(value: float, places: int) -> None:
    text = format_number(value, places)
    assert "-" not in text
    assert len(text.partition(",")[2]) == places


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567.5, 1, "1.234.567,5"),
        (12.345, 2, "12,35"),  # half up, although the double lies below 12.345
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-3.14, 1, "−3,1"),
        (-0.004, 2, "0,00"),  # no minus before a zero
        (0, 2, "0,00"),
        (999.999, 2, "1.000,00"),
    ],
)
def test_numbers(value: float, places: int, text: str) -> None:
    assert format_number(value, places) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_missing_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(value, 1)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "Rp0"), (1234567, "Rp1.234.567"), (-2500.5, "Rp\u22122.501")]
)
def test_rupiah(value, text):
    assert format_rupiah(value) == text


@pytest.mark.parametrize(
    ("value", "floor", "text"),
    [
        (0.234, None, "p = 0,23"),
        (0.0234, None, "p = 0,023"),
        (0.0, None, "p < 0,001"),
        (1.0, None, "p = 1,00"),
        (1 / 35, 1 / 35, "p = 0,029 (terkecil yang mungkin)"),
        (2 / 35, 1 / 35, "p = 0,057"),
        (1e-5, 1e-5, "p < 0,001 (terkecil yang mungkin)"),
    ],
)
def test_p_values_are_never_zero_and_say_when_they_cannot_be_smaller(
    value: float, floor: float | None, text: str
) -> None:
    assert format_p_value(value, floor).replace(GAP, " ") == text


@pytest.mark.parametrize(
    ("value", "unit", "places", "text"),
    [
        (12.4, "persen", 1, "12,4%"),
        (-0.36, "persen poin", 2, f"−0,36{GAP}persen poin"),
        (54, "kelurahan", 0, f"54{GAP}kelurahan"),
        (2025, "kalender", 0, "2025"),
        (2416_000, "rupiah", 0, "Rp2.416.000"),
        (25.25, "miliar rupiah", 1, f"Rp25,3{GAP}miliar"),
        (0.2, "p", 3, f"p{GAP}={GAP}0,20"),
        (0.277, "", 2, "0,28"),
        ("turun", "persen", 2, "turun"),
    ],
)
def test_values_with_units(value: float | str, unit: str, places: int, text: str) -> None:
    assert format_value(value, unit, places) == text


@pytest.mark.parametrize(
    ("value", "unit", "places", "text"),
    [
        (12.4, "persen", 1, "12,4"),
        (2416_000, "rupiah", 0, "2.416.000"),
        (2025, "kalender", 0, "2025"),
        (0.029, "p", 1, "0,029"),
        (0.0, "p", 3, f"<{GAP}0,001"),
    ],
)
def test_bare_numbers(value: float, unit: str, places: int, text: str) -> None:
    assert format_bare(value, unit, places) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (1.2, 3.4, "persen", "1,2–3,4%"),
        (-1.2, 3.4, "persen poin", "−1,2 sampai 3,4 persen poin"),
        (-3.4, -1.2, "persen", "−3,4 sampai −1,2%"),
        (1000, 2000, "rupiah", "Rp1.000–Rp2.000"),
        (2010, 2018, "kalender", "2010–2018"),
    ],
)
def test_intervals(low: float, high: float, unit: str, text: str) -> None:
    assert format_interval(low, high, unit, 1).replace(GAP, " ") == text


def test_a_date_is_written_in_full_and_stays_on_one_line() -> None:
    assert format_date(dt.date(2026, 11, 21)) == f"21{GAP}November{GAP}2026"
    assert "Agustus" in format_date(dt.date(2026, 8, 1))
