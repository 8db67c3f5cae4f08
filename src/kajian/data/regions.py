"""Region codes: text, with their system, known by membership of a code list.

Kemendagri writes ``33.72.02.1005`` and BPS ``3372020005`` for the same kelurahan. Without its
dots the Kemendagri code has 10 digits too, and it is another number: the length of a code says
nothing about its system, only a list of codes does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import pandas as pd

from kajian.errors import DataError

DISTRICT_DIGITS = 4


def check_codes(
    codes: pd.Series,
    known: pd.Index,
    *,
    file: str | Path | None,
    column: str,
    unique: bool = True,
) -> None:
    """Hold a column of region codes against the list of codes that exist.

    Parameters
    ----------
    codes
        The column, one code per row of the table.
    known
        Every code of the system and level in use (Kemendagri, with dots).
    file, column
        Named in the error.
    unique
        Whether each code may stand only once (false for a panel).

    Raises
    ------
    DataError
        When the column is numeric, a code is empty, has lost its trailing zero, is a BPS code,
        is not in the list, or stands twice. One kind at a time, in this order, with all its rows.
    """
    not_text = codes.notna() & ~codes.map(lambda code: isinstance(code, str))
    if not_text.any():
        raise DataError(
            "kode wilayah terbaca sebagai angka, padahal kode adalah teks (33.10 menjadi 33.1)",
            remedy="baca atau simpan ulang kolom ini sebagai teks, misalnya "
            f'read_csv(..., dtype={{"{column}": str}})',
            file=file,
            column=column,
            rows=_rows(codes, not_text),
        )
    if codes.isna().any():
        raise DataError(
            "kode wilayah kosong",
            remedy="isi kode pada baris itu atau hapus barisnya",
            file=file,
            column=column,
            rows=_rows(codes, codes.isna()),
        )
    strange = ~codes.isin(known)
    shortened = strange & (codes + "0").isin(known)
    if shortened.any():
        raise DataError(
            "kode wilayah kehilangan nol di belakang",
            remedy=f"tulis sebagai teks: {_pairs(codes[shortened], lambda code: code + '0')}",
            file=file,
            column=column,
            rows=_rows(codes, shortened),
        )
    digits = strange & codes.str.fullmatch(r"\d+")
    if digits.any():
        raise DataError(
            "kode hanya berisi angka (kode BPS?), padahal daftar acuan memakai kode Kemendagri",
            remedy=_digits_remedy(codes[digits], known),
            file=file,
            column=column,
            rows=_rows(codes, digits),
        )
    if strange.any():
        raise DataError(
            "kode wilayah tidak ada di daftar kode",
            remedy=f"perbaiki kode; contoh yang sah: {', '.join(map(str, known[:3]))} "
            f"({len(known)} kode seluruhnya)",
            file=file,
            column=column,
            rows=_rows(codes, strange),
        )
    if unique and codes.duplicated().any():
        raise DataError(
            "kode wilayah berulang",
            remedy="sisakan satu baris untuk setiap kode",
            file=file,
            column=column,
            rows=_rows(codes, codes.duplicated(keep=False)),
        )


def check_complete_panel(
    table: pd.DataFrame,
    *,
    unit: str,
    time: str,
    known: pd.Index,
    gaps: Collection[int],
    file: str | Path | None,
) -> None:
    """Every region has one row in every year between the first and the last year of the table.

    Parameters
    ----------
    table
        One row per region and year.
    unit, time
        Names of the columns with the code and the year.
    known
        Every code that must be there.
    gaps
        Years declared as missing; rows of such a year are neither required nor refused.
    file
        Named in the error.

    Raises
    ------
    DataError
        When a region and year stand twice or are missing; the message names both.
    """
    keys = table[[unit, time]]
    twice = keys[keys.duplicated(keep=False)]
    if len(twice):
        raise DataError(
            "satu wilayah dan tahun tercatat lebih dari sekali",
            remedy="sisakan satu baris untuk setiap wilayah dan tahun",
            file=file,
            column=f"{unit}, {time}",
            rows=_places(twice.drop_duplicates().itertuples(index=False, name=None)),
        )
    years = set(range(int(table[time].min()), int(table[time].max()) + 1)) - set(gaps)
    present = set(keys.itertuples(index=False, name=None))
    unseen = [year for year in sorted(years) if year not in set(table[time])]
    if unseen:
        raise DataError(
            "satu tahun tidak ada untuk semua wilayah",
            remedy="lengkapi tahun itu atau nyatakan sebagai celah yang diketahui",
            file=file,
            column=time,
            rows=[str(year) for year in unseen],
        )
    lost = [(code, year) for code in known for year in sorted(years) if (code, year) not in present]
    if lost:
        raise DataError(
            "wilayah tidak lengkap: ada tahun tanpa baris",
            remedy="tambahkan baris yang hilang (nilai yang belum terbit boleh dikosongkan)",
            file=file,
            column=f"{unit}, {time}",
            rows=_places(lost),
        )


def _digits_remedy(codes: pd.Series, known: pd.Index) -> str:
    """Translate where adding dots is valid, and say where it is not.

    Adding dots is safe for a kabupaten or kota. For a kelurahan the result may be a Kemendagri
    code without dots, or the BPS code of another place: only the source can tell.
    """
    dotted = codes.map(_with_dots)
    found = dotted.isin(known)
    if not found.all():
        return (
            "pakai tabel padanan (crosswalk) kode BPS-Kemendagri; "
            "di tingkat kecamatan dan kelurahan kode BPS tidak dapat diubah dengan hitungan"
        )
    suggestion = f"tulis kode Kemendagri: {_pairs(codes, _with_dots)}"
    if codes.str.len().eq(DISTRICT_DIGITS).all():
        return suggestion
    return (
        f"bila sumbernya memang memakai kode Kemendagri tanpa titik, {suggestion}; "
        "bila kode BPS, pakai tabel padanan (crosswalk)"
    )


def _with_dots(digits: str) -> str:
    parts = (digits[:2], digits[2:4], digits[4:6], digits[6:])
    return ".".join(part for part in parts if part)


def _pairs(codes: pd.Series, translate: Callable[[str], str]) -> str:
    return ", ".join(f"{code} -> {translate(code)}" for code in codes.unique()[:5])


def _rows(codes: pd.Series, chosen: pd.Series) -> list[str]:
    """Name each row by its position in the table, counted from 1, and by what it holds."""
    marks = zip(codes, chosen, strict=True)
    return [f"ke-{place} ({code})" for place, (code, bad) in enumerate(marks, start=1) if bad]


def _places(keys: Iterable[tuple[object, ...]]) -> list[str]:
    return [f"{code} tahun {year}" for code, year in keys]
