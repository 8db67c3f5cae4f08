"""Is a register of programmes what it should be."""

from __future__ import annotations

from collections.abc import Iterator

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
        The first of `register_faults`.
    """
    table, faults = _examined(register)
    if faults:
        raise faults[0]
    return table


def register_faults(register: pd.DataFrame) -> list[DataError]:
    """Find the faults of a register of programmes, instead of stopping at the first.

    Parameters
    ----------
    register
        As in `checked_register`.

    Returns
    -------
    list of DataError
        Each with column and rows: a column, key, programme, source or basis is
        missing; a code is unknown or twice in a cell; one office is spelled in two ways; an office
        without programmes has a group or an aim; figures without unit, negative, or years reversed.
        Where columns, keys or required cells are missing, only that.
    """
    return _examined(register)[1]


def codes_in(cells: pd.Series) -> list[list[str]]:
    """List the codes of each cell; none where the cell is empty."""
    return [_parts(cell, ";") for cell in cells.fillna("")]


def columns_read(bases: pd.Series) -> list[list[str]]:
    """List the columns that, by ``dasar_isian``, no source states."""
    return [_parts(basis.partition(READING)[2], ",") for basis in bases]


def _examined(register: pd.DataFrame) -> tuple[pd.DataFrame, list[DataError]]:
    """Tidy a register, say which rows name a programme, and list what is wrong with it."""
    if absent := [name for name in COLUMNS if name not in register]:
        remedy = f"sediakan {', '.join(COLUMNS)}"
        return register, [_fault("kolom tidak ada", ", ".join(absent), [], remedy)]
    table = register[list(COLUMNS)].reset_index(drop=True)
    if table.empty:
        return table, [_fault("register kosong", None, [], "isi satu baris untuk setiap program")]
    for name in COLUMNS:
        if name not in NUMBERS:
            table[name] = _tidied(table[name])
    if faults := list(_unfilled(table)):
        return table, faults
    table["rinci"] = ~table["program"].str.startswith(NOT_DETAILED)
    faults = [
        *_code_faults(table, "tujuan", list(AIMS)),
        *_code_faults(table, "kelompok_sasaran", list(GROUPS)),
        *_office_faults(table),
        *_reading_faults(table),
    ]
    for name in NUMBERS:
        written = table[name].notna()
        table[name] = pd.to_numeric(table[name], errors="coerce").astype("Float64")
        wrong = written & ~np.isfinite(_floats(table[name]))
        faults += _at(table, wrong, name, "isi bukan angka", "tulis angka saja, atau kosongkan")
    return table, [*faults, *_figure_faults(table)]


def _unfilled(table: pd.DataFrame) -> Iterator[DataError]:
    if table["id"].duplicated().any() or table["id"].isna().any():
        twice = table.loc[table["id"].duplicated(), "id"].dropna().unique()
        remedy = "beri satu kode tiap baris"
        yield _fault("kode baris kosong atau berulang", "id", list(twice), remedy)
        return
    for name in ("program", "sumber", "dasar_isian"):
        yield from _at(table, table[name].isna(), name, "nilai wajib diisi", "isi nilainya")


def _code_faults(table: pd.DataFrame, column: str, allowed: list[str]) -> Iterator[DataError]:
    remedy = f"pilih dari {', '.join(allowed)}; beberapa kode dipisah titik koma"
    for row, codes in zip(table["id"], codes_in(table[column]), strict=True):
        for code in dict.fromkeys(code for code in codes if code not in allowed):
            yield _fault(f"kode '{code}' tidak dikenal", column, [row], remedy)
        if len(set(codes)) < len(codes):
            yield _fault("kode tertulis dua kali", column, [row], "sisakan satu")
    told = ~table["rinci"] & table[column].notna()
    remedy = f"kosongkan, atau ganti '{NOT_DETAILED} …' dengan nama programnya"
    yield from _at(table, told, column, "program belum dirinci, tetapi selnya terisi", remedy)


def _office_faults(table: pd.DataFrame) -> Iterator[DataError]:
    silent = ~table["rinci"] & table["opd"].isna()
    remedy = "isi OPD-nya, atau hapus"
    yield from _at(table, silent, "opd", "baris tanpa program dan tanpa OPD", remedy)
    several = table["opd"].str.contains(";", regex=False, na=False)
    remedy = "tulis penanggung jawabnya saja, dan mitranya di catatan"
    yield from _at(table, several, "opd", "lebih dari satu OPD dalam satu sel", remedy)
    for _, rows in table.groupby(table["opd"].str.casefold(), sort=False):
        spellings = sorted(rows["opd"].unique())
        if len(spellings) > 1:
            yield _fault(
                "satu OPD ditulis dengan dua ejaan: "
                + ", ".join(f"'{name}'" for name in spellings[:2]),
                "opd",
                list(rows["id"]),
                "pakai satu ejaan, supaya tidak terhitung sebagai dua OPD",
            )


def _reading_faults(table: pd.DataFrame) -> Iterator[DataError]:
    remedy = f"pilih dari {', '.join(COLUMNS)}"
    for row, names in zip(table["id"], columns_read(table["dasar_isian"]), strict=True):
        for name in [name for name in names if name not in COLUMNS]:
            problem = f"bacaan penyusun menyebut kolom '{name}' yang tidak ada"
            yield _fault(problem, "dasar_isian", [row], remedy)


def _figure_faults(table: pd.DataFrame) -> Iterator[DataError]:
    for name in NUMBERS:
        negative = (table[name] < 0).fillna(False)
        yield from _at(table, negative, name, "angka negatif", "periksa angkanya, atau kosongkan")
    bare = table["cakupan"].notna() & table["satuan_cakupan"].isna()
    yield from _at(table, bare, "satuan_cakupan", "cakupan tanpa satuan", "isi satuannya")
    turned = (table["tahun_akhir"] < table["tahun_awal"]).fillna(False)
    problem = "tahun akhir sebelum tahun awal"
    yield from _at(table, turned, "tahun_akhir", problem, "periksa tahunnya")


def _at(
    table: pd.DataFrame, wrong: pd.Series, column: str, problem: str, remedy: str
) -> Iterator[DataError]:
    """One fault that names every row that is wrong, if any is."""
    if wrong.any():
        yield _fault(problem, column, list(table.loc[wrong, "id"]), remedy)


def _fault(problem: str, column: str | None, rows: list[str], remedy: str) -> DataError:
    return DataError(problem, remedy=remedy, file=FILE, column=column, rows=rows)


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def _tidied(column: pd.Series) -> pd.Series:
    """Take single spaces; an empty text is missing."""
    text = column.astype("str").str.replace(r"\s+", " ", regex=True).str.strip()
    return text.mask(text == "")


def _floats(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(float, na_value=np.nan))
