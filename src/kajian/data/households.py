"""Household tables of millions of rows, aggregated in bounded memory.

A table stays on disk; what leaves it are sums and counts by group. The functions see a lazy
Narwhals frame, so that the same lines run on DuckDB, on which everything else relies, and on Dask,
where the rows may lie on several computers.

Sums of integers are exact, whatever the engine and the number of threads. Sums of real numbers
depend on the order of addition: with n rows of one sign they differ by at most n times 1e-16,
relatively; that is why `kelurahan_profile` divides only after summing integers.
"""

from __future__ import annotations

import atexit
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa
from narwhals.exceptions import ColumnNotFoundError

from kajian.data.parts import parquet_parts
from kajian.data.restricted.definitions import definition
from kajian.errors import DataError, PipelineError

# Rows that are still on disk.
Households: TypeAlias = nw.LazyFrame[Any]

KELURAHAN = "kode_wilayah"
PERSONS = "jumlah_anggota"
SPENDING = "pengeluaran_rp"
PROFILED = (
    *(KELURAHAN, PERSONS, SPENDING, "fasilitas_bab", "pembuangan_tinja", "sumber_air"),
    *("akses_internet", "jk_kepala"),
)

SANITATION = definition("sanitasi.layak/bps-2019").parameters
WATER = definition("air.layak/bps-2019").parameters


def open_households(
    path: Path, *, threads: int | None = None, memory_gb: float = 1.0
) -> Households:
    """Open a Parquet table on DuckDB, without reading it.

    Parameters
    ----------
    path
        A Parquet file, or a folder of parts; ``name=value`` folders give a text column each.
    threads
        Number of threads; all processors without it.
    memory_gb
        Memory of the engine, in gigabytes. What does not fit goes to a private temporary folder,
        which is removed when Python ends.

    Returns
    -------
    Households
        Backed by a DuckDB relation with a connection of its own. No extension is downloaded.

    Raises
    ------
    DataError
        As `parquet_parts`.
    """
    files = [str(part) for part in parquet_parts(path)]
    connection = duckdb.connect(
        config={
            "memory_limit": f"{memory_gb}GB",
            "temp_directory": tempfile.mkdtemp(dir=_private_folder()),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            **({} if threads is None else {"threads": threads}),
        }
    )
    query = "FROM read_parquet($files, hive_partitioning = true, hive_types_autocast = false)"
    return nw.from_native(connection.sql(query, params={"files": files}))


def open_with_dask(path: Path) -> Households:
    """Open a Parquet table on Dask, as `open_households` does on DuckDB.

    Dask uses the client of the session if there is one, otherwise threads of this process.

    Raises
    ------
    DataError
        As `parquet_parts`.
    PipelineError
        When Dask is not installed.
    """
    try:
        import dask.dataframe as dd
    except ImportError:
        raise PipelineError(
            "Tabel rumah tangga di Dask perlu pustaka 'dask'. Perbaikan: pasang dengan "
            "'.uv/bin/uv sync --locked --inexact --group cluster'."
        ) from None
    parts = parquet_parts(path)
    folders = parts[0].relative_to(path).parts[:-1]
    keys = [folder.partition("=")[0] for folder in folders if "=" in folder]
    schema = pa.schema([(key, pa.string()) for key in keys])
    layout = {"partitioning": {"flavor": "hive", "schema": schema}}
    rows = dd.read_parquet(path, dataset=layout if keys else {})
    with warnings.catch_warnings():
        # Narwhals announces that its support of Dask will become a package of its own.
        warnings.simplefilter("ignore", FutureWarning)
        return cast(Households, nw.from_native(rows))


def grouped_sums(
    frame: Households, by: str | Sequence[str], sums: Mapping[str, nw.Expr]
) -> pd.DataFrame:
    """Sum expressions by group.

    Parameters
    ----------
    frame
        Rows, from `open_households` or `open_with_dask`.
    by
        Column or columns that make the groups; without missing values.
    sums
        What to sum, row by row, under the name of its column. A condition counts the rows in
        which it holds; a missing value adds nothing.

    Returns
    -------
    pd.DataFrame
        One row per group, sorted by `by`: ``int64`` for sums of integers (the exact sum must
        stay below 9.2e18) and counts, ``float64`` for sums of real numbers.

    Raises
    ------
    DataError
        When a column is not in the table.
    """
    keys = [by] if isinstance(by, str) else list(by)
    rows = derive(frame, keys, sums)
    types = rows.collect_schema()
    numbers = [
        nw.when(nw.col(name)).then(1).otherwise(0).alias(name)
        if types[name] == nw.Boolean
        else nw.col(name)
        for name in sums
    ]
    totals = rows.select(*keys, *numbers).group_by(keys).agg(nw.col(*sums).sum())
    wide = [name for name, kind in totals.collect_schema().items() if kind == nw.Int128]
    totals = totals.with_columns(nw.col(wide).cast(nw.Int64))
    table: pd.DataFrame = totals.collect("pandas").to_native()
    texts = {key: "str" for key in keys if types[key] == nw.String}
    return table.astype(texts).sort_values(keys, ignore_index=True)


def kelurahan_profile(frame: Households, line: float) -> pd.DataFrame:
    """Describe every kelurahan by its households.

    Parameters
    ----------
    frame
        Rows of ``rumah_tangga`` at one date.
    line
        Poverty line, rupiah per person per month.

    Returns
    -------
    pd.DataFrame
        One row per kelurahan, sorted: ``kode_wilayah``, ``rumah_tangga``, ``penduduk``,
        ``penduduk_miskin`` (members of households that spend less than the line per head),
        ``kemiskinan_pct`` (of persons), ``pengeluaran_kapita_rp`` (rupiah per person per month),
        and in percent of households ``sanitasi_layak_pct``, ``air_layak_pct``, ``internet_pct``
        and ``kepala_perempuan_pct``.

    Notes
    -----
    Poverty: BPS's headcount with one line for all. Sanitation and water: the definitions
    ``sanitasi.layak/bps-2019`` and ``air.layak/bps-2019`` (see
    `kajian.data.restricted.definitions`); bottled water counts as decent, though BPS counts it
    only if water for washing is improved too, which this table does not say.
    """
    require_columns(frame, PROFILED)
    persons, spending = nw.col(PERSONS), nw.col(SPENDING)
    toilet = nw.col("fasilitas_bab").is_in(SANITATION["fasilitas_layak"])
    water = [*WATER["sumber_layak"], *WATER["sumber_bersyarat"]]
    sewer = nw.col("pembuangan_tinja").is_in(SANITATION["pembuangan_layak"])
    sums = grouped_sums(
        frame,
        KELURAHAN,
        {
            "rumah_tangga": nw.lit(1),
            "penduduk": persons,
            "penduduk_miskin": nw.when(spending < line * persons).then(persons).otherwise(0),
            "pengeluaran": spending,
            "sanitasi_layak": toilet & sewer,
            "air_layak": nw.col("sumber_air").is_in(water),
            "internet": nw.col("akses_internet"),
            "kepala_perempuan": nw.col("jk_kepala") == "P",
        },
    )
    shares = ["sanitasi_layak", "air_layak", "internet", "kepala_perempuan"]
    per_household = 100 * sums[shares].div(sums["rumah_tangga"], axis=0)
    return (
        sums[[KELURAHAN, "rumah_tangga", "penduduk", "penduduk_miskin"]]
        .assign(
            kemiskinan_pct=100 * sums["penduduk_miskin"] / sums["penduduk"],
            pengeluaran_kapita_rp=sums["pengeluaran"] / sums["penduduk"],
        )
        .join(per_household.add_suffix("_pct"))
    )


@cache
def _private_folder() -> str:
    """Where engines put what does not fit in memory: for us alone, until Python ends."""
    folder = tempfile.TemporaryDirectory(prefix="kajian-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return folder.name


def derive(
    frame: Households, columns: Sequence[str], computed: Mapping[str, nw.Expr]
) -> Households:
    """Keep some columns and compute others, row by row.

    Raises
    ------
    DataError
        When a column that is kept, or used in an expression, is not in the table.
    """
    require_columns(frame, columns)
    try:
        rows = frame.select(*columns, **computed)
        rows.collect_schema()
    except ColumnNotFoundError as error:
        raise DataError(
            f"hitungan {', '.join(computed)} memakai kolom yang tidak ada",
            remedy=f"pilih dari kolom yang ada: {', '.join(frame.collect_schema())}",
        ) from error
    return rows


def require_columns(frame: Households, names: Sequence[str]) -> None:
    """Raise a `DataError` that names the columns which a table does not have."""
    present = frame.collect_schema()
    if absent := [name for name in names if name not in present]:
        raise DataError(
            "kolom tidak ada di tabel",
            remedy=f"pakai tabel yang memuatnya; kolom yang ada: {', '.join(present)}",
            column=", ".join(absent),
        )
