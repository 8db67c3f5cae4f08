"""Identity numbers: the structure of a NIK and of a Nomor KK, and what a NIK says of its holder.

Sixteen digits: province 2, regency 2, district 2, day, month and year 2 each, serial 4. The date
of a NIK is that of birth, with 40 added to the day of a woman; that of a KK is the date of issue.
Source: Government Regulation 40/2019, article 37 (NIK) and 38 (KK); codes of the provinces:
Kepmendagri 300.2.2-2138/2025.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kajian.data.columns import Rule

SIMULATED = "99"  # no province: numbers of simulated data begin with it
_PROVINCES = [
    *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35"),
    *("36", "51", "52", "53", "61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76"),
    *("81", "82", "91", "92", "93", "94", "95", "96"),
]
_SIXTEEN = r"[0-9]{16}"
_AS_NUMBER = r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+[.,]0+"
# Of a year that is only known by its last two digits; 2000 was a leap year.
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

_SOURCE = "cocokkan dengan dokumen kependudukan"


def number_rules(role: str, *, simulated: bool) -> list[Rule]:
    """Rules of a column of NIK or Nomor KK; about its form a value breaks at most one.

    Parameters
    ----------
    role
        ``nik`` or ``no_kk``.
    simulated
        Whether the data are simulated, so that every number must say so.
    """
    noun, dated = ("NIK", "lahir") if role == "nik" else ("nomor KK", "terbit")
    return [
        Rule(
            lambda text: ~text.str.fullmatch(_AS_NUMBER),
            f"{noun} tersimpan sebagai angka (seperti 3,37E+15 atau berakhiran .0), sehingga "
            "digit terakhirnya hilang",
            "format sel sebagai teks, lalu isi ulang dari sumbernya",
        ),
        Rule(
            lambda text: text.str.fullmatch(_SIXTEEN) | text.str.fullmatch(_AS_NUMBER),
            f"{noun} bukan 16 digit",
            f"tulis 16 digit tanpa spasi, titik, atau tanda petik; {_SOURCE}",
        ),
        _province_rule(noun, simulated),
        Rule(
            _where_sixteen(lambda text: _has_date(text, woman=role == "nik")),
            f"tanggal {dated} di dalam {noun} tidak mungkin (digit 7-12)",
            f"{_SOURCE}; nomor itu salah ketik atau tertukar",
        ),
        Rule(
            _where_sixteen(lambda text: text.str[12:] != "0000"),
            f"{noun} berakhiran 0000",
            "nomor itu mungkin dibulatkan lembar kerja: format sel sebagai teks, lalu isi ulang "
            "dari sumbernya",
        ),
    ]


def is_number(text: pd.Series) -> pd.Series:
    """Whether each value has sixteen digits; false where it is missing."""
    return text.str.fullmatch(_SIXTEEN)


def birth_digits(nik: pd.Series) -> pd.Series:
    """Day, month and year of birth in NIK of sixteen digits, as DDMMYY."""
    return nik.str[6].replace({"4": "0", "5": "1", "6": "2", "7": "3"}) + nik.str[7:12]


def is_woman(nik: pd.Series) -> pd.Series:
    """Whether each NIK of sixteen digits is a woman's."""
    return nik.str[6] >= "4"


def _province_rule(noun: str, simulated: bool) -> Rule:
    if simulated:
        return Rule(
            _where_sixteen(lambda text: text.str[:2] == SIMULATED),
            f"{noun} tidak berawalan {SIMULATED}, padahal data kajian ini simulasi",
            "jangan campur data asli dengan simulasi: pindahkan berkas itu ke folder terbatas "
            "kajian yang memakai data asli",
        )
    return Rule(
        _where_sixteen(lambda text: text.str[:2].isin(_PROVINCES)),
        f"dua digit pertama {noun} bukan kode provinsi ({SIMULATED} adalah tanda data simulasi)",
        f"{_SOURCE}; bila datanya simulasi, pakai kajian yang kodenya memuat 'simulasi'",
    )


def _where_sixteen(
    test: Callable[[pd.Series], pd.Series],
) -> Callable[[pd.Series], pd.Series]:
    """Look only at values that have sixteen digits; the others break a rule of their own."""
    return lambda text: ~is_number(text) | test(text)


def _has_date(text: pd.Series, *, woman: bool) -> pd.Series:
    day, month, year = (
        pd.to_numeric(text.str[start : start + 2], errors="coerce").fillna(0).astype("int64")
        for start in (6, 8, 10)
    )
    day = day.where(day <= 40, day - 40) if woman else day
    last = pd.Series(_DAYS[(month - 1).clip(0, 11)], text.index)
    last = last.mask((month == 2) & (year % 4 != 0), 28)
    return month.between(1, 12) & day.between(1, last)
