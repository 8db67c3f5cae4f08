"""The Parquet files that make one table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kajian.errors import DataError
from kajian.files import visible_files


def parquet_parts(path: Path) -> list[Path]:
    """List the files of a table and see that all have the same columns.

    Only the end of each file is read, where Parquet describes itself.

    Parameters
    ----------
    path
        A Parquet file, or a folder of them, at any depth; hidden files do not count.

    Returns
    -------
    list of Path
        Sorted, at least one.

    Raises
    ------
    DataError
        When there is no file, a file is broken, or its columns or their types are not those of
        the first.
    """
    files = visible_files(path) if path.is_dir() else [path]
    parts = [file for file in files if file.suffix == ".parquet" and file.is_file()]
    if not parts:
        raise DataError(
            "tidak ada berkas Parquet",
            remedy="beri berkas .parquet atau folder berisi bagian-bagiannya",
            file=path,
        )
    expected = _columns(parts[0])
    for part in parts[1:]:
        if different := _columns(part) ^ expected:
            raise DataError(
                f"kolom atau tipenya berbeda dari bagian pertama ({parts[0].name})",
                remedy="tulis ulang bagian ini dengan kolom dan tipe yang sama",
                file=part,
                column=", ".join(sorted({name for name, _ in different})),
            )
    return parts


def _columns(file: Path) -> set[tuple[str, str]]:
    """Names and types."""
    try:
        return {(field.name, str(field.type)) for field in pq.read_schema(file)}
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            "berkas Parquet rusak atau terpotong",
            remedy="tulis ulang berkas ini",
            file=file,
        ) from error
