"""Is a register of programmes what it should be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import DataError
from kajian.evaluation.register.codes import AIMS, COLUMNS, GROUPS, NOT_DETAILED, READING

FILE = "register_program"
NUMBERS = ("anggaran_rp", "cakupan", "tahun_awal", "tahun_akhir")


def checked_register(register: pd.DataFrame) -> pd.DataFrame:
    """Check a register of programmes, and say which of its rows name one.

    Parameters
    ----------
    register
        One row per programme with the columns `COLUMNS`. ``kelompok_sasaran`` and ``tujuan`` hold
        codes of `GROUPS` and `AIMS`, several joined by semicolons; cells that nobody has published
        are missing. An office that reported no programme by name has one row whose ``program``
        begins with "belum dirinci".

    Returns
    -------
    pd.DataFrame
        A copy with `COLUMNS` and ``rinci``, whether the row names a programme.

    Raises
    ------
    DataError
        At the first fault, with column and rows: a column, key, programme, source or basis is
        missing; a code is unknown or twice in a cell; one office is spelled in two ways; an office
        without programmes has a group or an aim; figures without unit, negative, or years reversed.
    """
    if absent := [name for name in COLUMNS if name not in register]:
        _refuse("kolom tidak ada", ", ".join(absent), [], f"sediakan {', '.join(COLUMNS)}")
    table = register[list(COLUMNS)].reset_index(drop=True)
    if table.empty:
        _refuse("register kosong", None, [], "isi satu baris untuk setiap program")
    for name in COLUMNS:
        if name not in NUMBERS:
            table[name] = _tidied(table[name])
    if table["id"].duplicated().any() or table["id"].isna().any():
        twice = table.loc[table["id"].duplicated(), "id"].dropna().unique()
        _refuse("kode baris kosong atau berulang", "id", list(twice), "beri satu kode tiap baris")
    for name in ("program", "sumber", "dasar_isian"):
        _none(table, table[name].isna(), name, "nilai wajib diisi", "isi nilainya")
    table["rinci"] = ~table["program"].str.startswith(NOT_DETAILED)
    _check_codes(table, "tujuan", list(AIMS))
    _check_codes(table, "kelompok_sasaran", list(GROUPS))
    _check_offices(table)
    _check_readings(table)
    _check_figures(table)
    return table


def codes_in(cells: pd.Series) -> list[list[str]]:
    """List the codes of each cell; none where the cell is empty."""
    return [_parts(cell, ";") for cell in cells.fillna("")]


def columns_read(bases: pd.Series) -> list[list[str]]:
    """List the columns that, by ``dasar_isian``, no source states."""
    return [_parts(basis.partition(READING)[2], ",") for basis in bases]


def _check_codes(table: pd.DataFrame, column: str, allowed: list[str]) -> None:
    for row, codes in zip(table["id"], codes_in(table[column]), strict=True):
        if unknown := [code for code in codes if code not in allowed]:
            _refuse(
                f"kode '{unknown[0]}' tidak dikenal",
                column,
                [row],
                f"pilih dari {', '.join(allowed)}; beberapa kode dipisah titik koma",
            )
        if len(set(codes)) < len(codes):
            _refuse("kode tertulis dua kali", column, [row], "sisakan satu")
    told = ~table["rinci"] & table[column].notna()
    remedy = f"kosongkan, atau ganti '{NOT_DETAILED} …' dengan nama programnya"
    _none(table, told, column, "program belum dirinci, tetapi selnya terisi", remedy)


def _check_offices(table: pd.DataFrame) -> None:
    silent = ~table["rinci"] & table["opd"].isna()
    _none(table, silent, "opd", "baris tanpa program dan tanpa OPD", "isi OPD-nya, atau hapus")
    several = table["opd"].str.contains(";", regex=False, na=False)
    remedy = "tulis penanggung jawabnya saja, dan mitranya di catatan"
    _none(table, several, "opd", "lebih dari satu OPD dalam satu sel", remedy)
    spellings = table["opd"].dropna().drop_duplicates()
    alike = spellings[spellings.str.casefold().duplicated(keep=False)]
    if len(alike):
        shown = ", ".join(f"'{name}'" for name in sorted(alike)[:2])
        _refuse(
            f"satu OPD ditulis dengan dua ejaan: {shown}",
            "opd",
            list(table.loc[table["opd"].isin(alike), "id"]),
            "pakai satu ejaan, supaya tidak terhitung sebagai dua OPD",
        )


def _check_readings(table: pd.DataFrame) -> None:
    for row, names in zip(table["id"], columns_read(table["dasar_isian"]), strict=True):
        if unknown := [name for name in names if name not in COLUMNS]:
            _refuse(
                f"bacaan penyusun menyebut kolom '{unknown[0]}' yang tidak ada",
                "dasar_isian",
                [row],
                f"pilih dari {', '.join(COLUMNS)}",
            )


def _check_figures(table: pd.DataFrame) -> None:
    for name in NUMBERS:
        written = table[name].notna()
        table[name] = pd.to_numeric(table[name], errors="coerce").astype("Float64")
        wrong = written & ~np.isfinite(_floats(table[name]))
        _none(table, wrong, name, "isi bukan angka", "tulis angka saja, atau kosongkan")
        negative = (table[name] < 0).fillna(False)
        _none(table, negative, name, "angka negatif", "periksa angkanya, atau kosongkan")
    bare = table["cakupan"].notna() & table["satuan_cakupan"].isna()
    _none(table, bare, "satuan_cakupan", "cakupan tanpa satuan", "isi satuannya")
    turned = (table["tahun_akhir"] < table["tahun_awal"]).fillna(False)
    _none(table, turned, "tahun_akhir", "tahun akhir sebelum tahun awal", "periksa tahunnya")


def _none(table: pd.DataFrame, wrong: pd.Series, column: str, problem: str, remedy: str) -> None:
    """Refuse the register when any row is wrong."""
    if wrong.any():
        _refuse(problem, column, list(table.loc[wrong, "id"]), remedy)


def _refuse(problem: str, column: str | None, rows: list[str], remedy: str) -> None:
    raise DataError(problem, remedy=remedy, file=FILE, column=column, rows=rows)


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def _tidied(column: pd.Series) -> pd.Series:
    """Take single spaces; an empty text is missing."""
    text = column.astype("str").str.replace(r"\s+", " ", regex=True).str.strip()
    return text.mask(text == "")


def _floats(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(float, na_value=np.nan))
