"""Numbers, units and dates as an Indonesian reader expects them (CLDR ``id_ID``, EYD V)."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date as _babel_date
from babel.numbers import format_decimal

LOCALE = "id_ID"
MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"


def format_number(value: float, decimals: int) -> str:
    """Write a number with decimal comma and thousand dots.

    Parameters
    ----------
    value
        A finite number.
    decimals
        Number of decimals shown, also when they are zero.

    Raises
    ------
    ValueError
        When the value is not finite: a missing number must be written as words.

    Examples
    --------
    >>> format_number(1234.5, 2)
    '1.234,50'
    """
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value}")
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text: str = format_decimal(rounded, format=pattern, locale=LOCALE)
    zero = text.strip("-0,.") == ""
    return text.replace("-", "" if zero else MINUS)


def format_percent(value: float, decimals: int) -> str:
    """Write a percentage (already in percent) without a space: ``12,4%``."""
    return format_number(value, decimals) + "%"


def format_rupiah(value: float) -> str:
    """Write an amount of rupiah without a space: ``Rp1.234.567``."""
    return f"Rp{format_number(value, 0)}"


def format_p_value(value: float, floor: float | None = None) -> str:
    """Write a p-value as ``p = 0,23``, never as zero and never below what the design allows.

    Parameters
    ----------
    value
        The p-value, in [0, 1].
    floor
        The smallest p-value the design can give; equality is then said openly.
    """
    at_floor = floor is not None and value <= floor * (1 + 1e-9)
    size = _bare_p_value(value)
    equals = "" if size.startswith("<") else f"={NO_BREAK_SPACE}"
    text = f"p{NO_BREAK_SPACE}{equals}{size}"
    return f"{text} (terkecil yang mungkin)" if at_floor else text


def _bare_p_value(value: float) -> str:
    if value < 0.001:
        return f"<{NO_BREAK_SPACE}{format_number(0.001, 3)}"
    return format_number(value, 2 if value >= 0.1 else 3)


def format_date(value: dt.date) -> str:
    """Write a date in full: ``21 November 2026``."""
    return str(_babel_date(value, format="d MMMM y", locale=LOCALE)).replace(" ", NO_BREAK_SPACE)


def format_moment(moment: dt.datetime) -> str:
    """Write a date with the time of day: ``21-11-2026 pukul 23.05``."""
    return f"{moment:%d-%m-%Y pukul %H.%M}"


def format_value(value: float | int | str, unit: str, decimals: int) -> str:
    """Write a value with its unit, each unit in its own Indonesian form.

    Parameters
    ----------
    value
        A number, or a text that is passed through.
    unit
        ``persen``, ``rupiah``, ``miliar rupiah`` (``Rp1,2 miliar``), ``p``, ``kalender`` (a year,
        written without dots), the empty text, or any word that follows the number
        (``persen poin``, ``meter``, ``kelurahan``).
    decimals
        Number of decimals shown.
    """
    if isinstance(value, str):
        return value
    if unit == "persen":
        return format_percent(value, decimals)
    if unit == "rupiah":
        return format_rupiah(value)
    if unit == "miliar rupiah":
        return f"Rp{format_number(value, decimals)}{NO_BREAK_SPACE}miliar"
    if unit == "p":
        return format_p_value(value)
    if unit == "kalender":
        return str(int(value))
    number = format_number(value, decimals)
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def format_bare(value: float, unit: str, decimals: int) -> str:
    """Write a number without its unit, yet by the rules of its unit.

    A year keeps no dots, and a p-value is never zero: ``2025``, ``0,029``, ``< 0,001``.
    """
    if unit == "p":
        return _bare_p_value(value)
    return format_value(value, "kalender" if unit == "kalender" else "", decimals)


def format_interval(low: float, high: float, unit: str, decimals: int) -> str:
    """Write an interval with one en dash and one unit: ``1,2–3,4%``, ``Rp1.000–Rp2.000``.

    A negative bound is joined with ``sampai``, since a dash beside a minus cannot be read.
    """
    in_front = unit in {"rupiah", "miliar rupiah", "kalender"}
    first = format_value(low, unit, decimals) if in_front else format_number(low, decimals)
    last = format_value(high, unit, decimals)
    joint = f"{NO_BREAK_SPACE}sampai{NO_BREAK_SPACE}" if MINUS in first + last else "–"
    return f"{first}{joint}{last}"
