"""Kelurahan that were split and kept their code: one code, two territories.

Kadipiro before the split is the sum of Kadipiro, Banjarsari and Joglo after it, yet both are
33.72.05.1001. A row of year y lies in the new territory when y is the year of the split or
later, or when its table already holds one of the new codes in that year (a series that its
publisher has recomputed); else in the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from kajian.data.successors import (
    AREA_SHARE,
    NEW,
    OLD,
    SINCE,
    affected,
    check_crosswalk,
    check_shares,
    in_new_territory,
    old_codes,
    refuse,
    row_labels,
)
from kajian.errors import DataError

__all__ = [
    "AREA_SHARE",
    "BRIDGED",
    "NEW",
    "OLD",
    "SINCE",
    "affected",
    "bridge",
    "check_crosswalk",
    "old_codes",
    "refuse_unbridged",
]

BRIDGED = "dijembatani"

How = Literal["sum", "mean"]
Direction = Literal["gabung", "pecah"]

# Names of columns whose values cannot be added up.
_RATE = r"_pct$|_per_"


def refuse_unbridged(
    table: pd.DataFrame,
    *,
    code: str,
    year: str,
    crosswalk: pd.DataFrame,
    file: str | Path | None,
) -> None:
    """Refuse a table in which one code stands for two territories.

    Parameters
    ----------
    table
        Any number of rows per code and year; rows that `bridge` has marked are trusted.
    code, year
        Names of the columns with the Kemendagri code and the calendar year.
    crosswalk, file
        As in `check_crosswalk`.

    Raises
    ------
    DataError
        When rows of the old and of the new territory of a split stand together; names the
        codes, their years and the date.
    """
    if BRIDGED in table:
        table = table[table[BRIDGED] != 1]
    rows = table.loc[affected(table[code], crosswalk), [code, year]].drop_duplicates()
    old = old_codes(rows[code], crosswalk)
    is_new = in_new_territory(rows[code], rows[year], crosswalk)
    mixed = rows[is_new.groupby(old).transform("nunique") > 1].sort_values([code, year])
    dates = crosswalk.loc[crosswalk[NEW].isin(mixed[code]), SINCE].unique()
    refuse(
        [f"{key} tahun {of.min()}-{of.max()}" for key, of in mixed.groupby(code)[year]],
        "satu kode dipakai untuk dua wilayah yang berbeda, sebelum dan sesudah pemekaran "
        f"({', '.join(dates)})",
        'gabungkan pecahannya dengan bridge(..., direction="gabung"), atau pakai hanya tahun '
        "sebelum atau hanya tahun sesudah pemekaran",
        file,
        f"{code}, {year}",
    )


def bridge(
    table: pd.DataFrame,
    *,
    code: str,
    year: str,
    values: Mapping[str, How],
    crosswalk: pd.DataFrame,
    direction: Direction = "gabung",
    shares: str = AREA_SHARE,
    weight: str | None = None,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Bring a table to one set of territories in all years.

    Parameters
    ----------
    table
        One row per code, year and `by`.
    code, year
        Names of the columns with the Kemendagri code and the calendar year.
    values
        Columns to carry over: ``sum`` for totals, ``mean`` for rates, which are weighted.
    crosswalk
        As in `check_crosswalk`.
    direction
        ``gabung`` (recommended) adds the successors up to the old territory, whose code they
        take; nothing is guessed. ``pecah`` distributes totals of the old territory over the
        successors by `shares`: an assumption of equal density.
    shares
        Column of the crosswalk; a study that knows populations adds its own.
    weight
        Column that weighs means, such as the population; itself summed.
    by
        Further key columns, such as the kind of spending.

    Returns
    -------
    pd.DataFrame
        ``code, year``, the `by`, `weight` and `values` columns and ``dijembatani``, sorted by key.
        That is 1 where the code stands for the territory that was asked for, whatever it means at
        its date: all rows of a split kelurahan that were brought together, or the parts that were
        computed here; else 0. Totals of a year stay as they were, and integers stay whole (largest
        remainder); a value is missing where a part of it is.

    Raises
    ------
    DataError
        When a key stands twice, a split is incomplete in a year, a mean has no weight, a rate is
        to be summed or split, or shares do not sum to one.
    """
    values = dict(values) if weight is None else {**values, weight: "sum"}
    key = [code, year, *by]
    means = [name for name, how in values.items() if how == "mean"]
    _check_values(values, means, weight, direction)
    refuse(
        row_labels(table.loc[table.duplicated(key), key].drop_duplicates()),
        "satu wilayah dan tahun tercatat lebih dari sekali",
        "sisakan satu baris untuk setiap kunci, atau sebut kolom kunci lainnya (by)",
        None,
        ", ".join(key),
    )
    rows = table[[*key, *values]]
    touched = affected(rows[code], crosswalk)
    is_new = in_new_territory(rows[code], rows[year], crosswalk)
    if direction == "gabung":
        changed, marked = touched & is_new, touched
        computed = _merge(rows[changed], key, list(values), means, weight, crosswalk)
    else:
        changed = marked = touched & ~is_new
        computed = _split(rows[changed], code, list(values), crosswalk, shares)
    kept = rows[~changed].assign(**{BRIDGED: marked[~changed].astype("int64")})
    parts = (kept, computed.assign(**{BRIDGED: 1}))
    return pd.concat([part for part in parts if len(part)]).sort_values(key, ignore_index=True)


def _merge(
    rows: pd.DataFrame,
    key: list[str],
    values: list[str],
    means: list[str],
    weight: str | None,
    crosswalk: pd.DataFrame,
) -> pd.DataFrame:
    pieces = rows.assign(**{key[0]: old_codes(rows[key[0]], crosswalk)})
    present = pieces.groupby(key).size().rename("ada").reset_index()
    wanted = present[key[0]].map(crosswalk[OLD].value_counts())
    refuse(
        row_labels(present.loc[present["ada"] < wanted, key]),
        "pecahan kelurahan tidak lengkap, sehingga jumlahnya bukan jumlah wilayah lama",
        "lengkapi semua pecahannya; bila sumber tahun itu masih memakai wilayah lama, mundurkan "
        "berlaku_sejak di tabel padanan",
        None,
        ", ".join(key),
    )
    if weight is not None:
        pieces[means] = pieces[means].mul(pieces[weight], axis=0)
    merged = pieces.groupby(key)[values].sum(skipna=False)
    if weight is not None:
        merged[means] = merged[means].div(merged[weight], axis=0)
    return merged.reset_index()


def _split(
    rows: pd.DataFrame, code: str, values: list[str], crosswalk: pd.DataFrame, shares: str
) -> pd.DataFrame:
    check_shares(crosswalk, shares, None)
    whole = crosswalk.groupby(OLD)[shares].transform("sum")
    weights = crosswalk[[OLD, NEW]].assign(**{shares: crosswalk[shares] / whole})
    numbered = rows.assign(row=range(len(rows)))
    parts = numbered.merge(weights, left_on=code, right_on=OLD)
    for name in values:
        exact = parts[name] * parts[shares]
        if pd.api.types.is_integer_dtype(rows[name]):
            parts[name] = _whole_parts(exact, parts[name], parts["row"])
        else:
            parts[name] = exact
    return parts.assign(**{code: parts[NEW]})[rows.columns]


def _whole_parts(exact: pd.Series, total: pd.Series, row: pd.Series) -> pd.Series:
    """Round the parts of each row so that they sum to its total (largest remainder)."""
    floor = exact.floordiv(1)
    left = total - floor.groupby(row).transform("sum")
    rank = (exact - floor).groupby(row).rank(method="first", ascending=False)
    return (floor + (rank <= left)).astype(total.dtype)


def _check_values(
    values: Mapping[str, How], means: list[str], weight: str | None, direction: Direction
) -> None:
    sums = pd.Index([name for name in values if name not in means], dtype="str")
    for columns, problem, remedy in (
        (
            sums[sums.str.contains(_RATE)],
            "persentase dan angka per penduduk tidak dapat dijumlahkan",
            'pakai "mean" dengan penimbang (weight)',
        ),
        (
            means if direction == "pecah" else [],
            "persentase dan rata-rata tidak dapat dipecah menurut bagian",
            'pecah pembilang dan penyebutnya, atau pakai direction="gabung"',
        ),
        (
            means if weight is None else [],
            "rata-rata pecahan memerlukan penimbang",
            "sebut kolom penimbangnya (weight), misalnya penduduk",
        ),
    ):
        if len(columns):
            raise DataError(problem, remedy=remedy, column=", ".join(columns))
