"""Write the tables of the twin, whole files with the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kajian.files import whole_file, write_text


class Append(Protocol):
    """Add rows to a table that is being written."""

    def __call__(self, rows: pa.Table) -> None:
        """Write these rows after those written before."""


def arrow_table(columns: Mapping[str, Any], length: int) -> pa.Table:
    """Build a table of plain text, integers and floats from arrays and series of one length.

    Categories, and columns without any value, become text; one text, or nothing, is repeated in
    all rows.
    """
    return pa.table({name: _plain(values, length) for name, values in columns.items()})


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write one small table, its numbers to 10 digits, which all processors agree on."""
    short = table.apply(
        lambda column: (
            column.map(lambda x: float(f"{x:.10g}"), na_action="ignore")
            if pd.api.types.is_float_dtype(column)
            else column
        )
    )
    rows = arrow_table({str(name): column for name, column in short.items()}, len(short))
    with whole_file(path) as temporary:
        pq.write_table(rows, temporary, compression="zstd")


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write one table as CSV with Unix line ends; nothing stands for a missing value."""
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


@contextmanager
def appending(path: Path) -> Iterator[Append]:
    """Write a Parquet file in parts, one row group each; the first part sets the columns."""
    writers: list[pq.ParquetWriter] = []

    with whole_file(path) as temporary:

        def append(rows: pa.Table) -> None:
            if not writers:
                writers.append(pq.ParquetWriter(temporary, rows.schema, compression="zstd"))
            writers[0].write_table(rows, row_group_size=max(len(rows), 1))

        try:
            yield append
        finally:
            for writer in writers:
                writer.close()


def _plain(values: Any, length: int) -> pa.Array:
    if values is None or isinstance(values, str):
        return pa.repeat(pa.scalar(values, pa.string()), length)
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kinds = (pa.types.is_dictionary, pa.types.is_large_string, pa.types.is_null)
    return array.cast(pa.string()) if any(kind(array.type) for kind in kinds) else array
