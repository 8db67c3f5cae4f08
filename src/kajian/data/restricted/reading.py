"""Read restricted tables: one file per table, as CSV, XLSX or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kajian.data.restricted.columnar import read_columnar
from kajian.data.restricted.layout import find_column_faults
from kajian.data.restricted.plain import read_plain
from kajian.data.restricted.sheets import read_sheet
from kajian.data.restricted.source import Source
from kajian.data.restricted.tables import TABLES, RestrictedField, RestrictedTable
from kajian.errors import DataError

FORMS = (".csv", ".xlsx", ".parquet")


def find_tables(folder: Path) -> dict[str, Path]:
    """Find the file of each restricted table in a folder.

    Parameters
    ----------
    folder
        Holds ``<table>.csv``, ``<table>.xlsx`` or ``<table>.parquet`` (a file or a folder of
        parts). Hidden files and README files are passed over.

    Returns
    -------
    dict
        Path by name of the table, in the order of `TABLES`.

    Raises
    ------
    DataError
        When the folder is missing or holds no table, another file, or two files for one table.
    """
    found, faults = sort_folder(folder)
    if faults:
        raise faults[0]
    return found


def sort_folder(
    folder: Path, required: Sequence[str] = ()
) -> tuple[dict[str, Path], list[DataError]]:
    """As `find_tables`, but give the faults beside the tables that are there.

    Tables that are `required` and absent are a fault too.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        return {}, [_unopened(folder, error)]
    visible = [path for path in paths if not _is_passed_over(path)]
    tables = {path: path.stem for path in visible if _is_table(path)}
    faults = [
        DataError(
            "berkas ini bukan tabel terbatas yang dikenal",
            remedy=f"pindahkan, atau beri nama <tabel>{'|'.join(FORMS)} dengan <tabel> salah satu "
            f"dari: {', '.join(TABLES)}",
            file=path,
        )
        for path in visible
        if path not in tables
    ]
    for name in TABLES:
        files = [path.name for path, table in tables.items() if table == name]
        if len(files) > 1:
            faults.append(
                DataError(
                    f"tabel {name} ada di {len(files)} berkas: {', '.join(files)}",
                    remedy="sisakan satu berkas untuk setiap tabel",
                    file=folder,
                )
            )
    absent = [name for name in required if name not in tables.values()]
    if absent or not tables:
        faults.append(
            DataError(
                f"tabel yang diperlukan kajian ini belum ada: {', '.join(absent)}"
                if absent
                else "folder data terbatas tidak memuat satu tabel pun",
                remedy=f"letakkan berkasnya di folder itu; formulir kosong dibuat dengan "
                f"{', '.join(f'`kajian template {name}`' for name in absent or ['NAMA'])}",
                file=folder,
            )
        )
    found = {table: path for path, table in tables.items()}
    return {name: found[name] for name in TABLES if name in found}, faults


def read_source(path: Path, table: RestrictedTable) -> Source:
    """Read a restricted table as text, with what is wrong with its form.

    Returns
    -------
    Source
        Its text has the columns of the schema, in their order, unless it has faults. Empty and
        blank cells are missing, or 0 in an optional column, which the file itself may lack.

    Raises
    ------
    DataError
        When the file cannot be read at all.
    """
    readers = {".csv": read_plain, ".xlsx": read_sheet, ".parquet": read_columnar}
    source = readers[path.suffix.lower()](path, table)
    faults = (*source.faults, *find_column_faults(source))
    if faults:
        return Source(table, source.text, source.place, faults)
    text = source.text.reindex(columns=[field.name for field in table.fields])
    text = text.astype("str").apply(_without_blanks)
    optional = [field.name for field in table.fields if field.optional]
    return Source(table, text.fillna(dict.fromkeys(optional, "0")), source.place)


def read_text(path: Path, table: RestrictedTable) -> pd.DataFrame:
    """Read a restricted table as text.

    Parameters
    ----------
    path
        A CSV, XLSX or Parquet file, or a folder of Parquet parts.
    table
        What it should hold.

    Returns
    -------
    pd.DataFrame
        ``str`` columns of the schema; the index is the row number as a person sees it: line of
        the CSV, row of the sheet, row of the Parquet table counted from 1.

    Raises
    ------
    DataError
        At the first fault of form; values are not looked at.
    """
    source = read_source(path, table)
    if source.faults:
        raise source.faults[0]
    return source.text


def read_restricted(path: Path, table: RestrictedTable) -> pd.DataFrame:
    """Read a restricted table that has been checked, with its types.

    Returns
    -------
    pd.DataFrame
        ``str`` for string, ``float64`` for number; ``int64`` for integer, or ``Int64`` where
        values are missing. Rows are numbered from 0.

    Raises
    ------
    DataError
        At the first fault of form, or of a number that is none.
    """
    text = read_text(path, table).reset_index(drop=True)
    return pd.DataFrame({f.name: _typed(text[f.name], f, path) for f in table.fields})


def _typed(text: pd.Series, field: RestrictedField, path: Path) -> pd.Series:
    if field.type == "string":
        return text
    try:
        column = text.astype("float64" if field.type == "number" else "Int64")
    except ValueError:
        raise DataError(
            "isi bukan angka",
            remedy="jalankan `kajian check`, yang menyebut baris-barisnya",
            file=path,
            column=field.name,
        ) from None
    whole = field.type == "integer" and not column.hasnans
    return column.astype("int64") if whole else column


def _unopened(folder: Path, error: OSError) -> DataError:
    remedy = "atau perbaiki letaknya di berkas kajian"
    if isinstance(error, NotADirectoryError):
        problem = "ini berkas, bukan folder data terbatas"
        remedy = f"pindahkan berkas itu ke dalam sebuah folder, {remedy}"
    elif folder.is_symlink() and isinstance(error, FileNotFoundError):
        problem = "folder data terbatas adalah tautan yang putus"
        remedy = f"pasang kembali media yang dituju tautan itu, {remedy}"
    elif isinstance(error, FileNotFoundError):
        problem = "folder data terbatas tidak ditemukan"
        remedy = f"buat folder itu di luar git dan letakkan tabel di dalamnya, {remedy}"
    else:
        problem = "folder data terbatas tidak dapat dibuka"
        remedy = f"minta izin baca atas folder itu kepada pemiliknya, {remedy}"
    return DataError(problem, remedy=remedy, file=folder)


def _without_blanks(column: pd.Series) -> pd.Series:
    return column.mask(column.str.strip() == "")


def _is_passed_over(path: Path) -> bool:
    """Hidden files, the lock of an open spreadsheet, and what explains the folder."""
    return path.name.startswith((".", "~$")) or path.name.upper().startswith("README")


def _is_table(path: Path) -> bool:
    form = path.suffix.lower()
    known = path.stem in TABLES and form in FORMS
    return known and (form == ".parquet" or path.is_file())
