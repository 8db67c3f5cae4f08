"""Parquet, one file or a folder of parts: typed columns turned into the text they stand for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kajian.data.restricted.source import Source, date_fields
from kajian.data.restricted.tables import RestrictedTable
from kajian.errors import DataError


def read_columnar(path: Path, table: RestrictedTable) -> Source:
    """Read Parquet as text; rows are counted from 1 through the parts in the order of their names.

    Whole numbers in a decimal column become integers again, dates become ISO text.

    Raises
    ------
    DataError
        When there is no part, or one is not Parquet or holds other columns than the first.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise DataError(
            "folder Parquet kosong", remedy="isi dengan bagian-bagian *.parquet", file=path
        )
    numbered: dict[str, None] = {}
    frames: list[pd.DataFrame] = []
    for part in parts:
        try:
            columns = pq.ParquetFile(part).read()
        except (pa.ArrowException, OSError) as error:
            raise DataError(
                "berkas tidak dapat dibaca sebagai Parquet",
                remedy="ekspor ulang tabel itu; jangan hanya mengganti akhiran nama berkas",
                file=part,
            ) from error
        if frames and columns.column_names != list(frames[0].columns):
            raise DataError(
                f"kolom berbeda dari kolom di {parts[0].name}",
                remedy="samakan nama dan urutan kolom semua bagian",
                file=part,
            )
        numbered |= dict.fromkeys(_number_typed(columns.schema, table))
        texts = [_as_text(column) for column in columns.columns]
        frames.append(pa.Table.from_arrays(texts, columns.column_names).to_pandas())
    text = pd.concat(frames, ignore_index=True)
    text.index = pd.RangeIndex(1, len(text) + 1)
    return Source(table, text, path, tuple(_type_fault(name, path) for name in numbered))


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_timestamp(kind):
        column = column.cast(pa.date32(), safe=False)
    elif pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
        if pc.all(pc.equal(pc.floor(column), column), min_count=0).as_py():
            column = column.cast(pa.int64(), safe=False)
    return column.cast(pa.string())


def _number_typed(schema: pa.Schema, table: RestrictedTable) -> list[str]:
    """Columns that should be text but are of another type; dates may be dates."""
    dates = date_fields(table)
    wrong = []
    for field in table.fields:
        if field.type != "string" or field.name not in schema.names:
            continue
        kind = schema.field(field.name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        fits = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
        if not (fits or (field.name in dates and pa.types.is_temporal(kind))):
            wrong.append(field.name)
    return wrong


def _type_fault(column: str, path: Path) -> DataError:
    return DataError(
        "kolom ini bertipe angka, padahal isinya teks (nol di depan hilang dan angka di atas "
        "15 digit dapat dibulatkan)",
        remedy="simpan ulang dari sumbernya dengan tipe string",
        file=path,
        column=column,
    )
