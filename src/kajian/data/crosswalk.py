"""Kelurahan that were split and kept their code: one code, two territories.

Kadipiro before the split is the sum of Kadipiro, Banjarsari and Joglo after it, yet both are
33.72.05.1001. A row of year y lies in the new territory when y is the year of the split or
later, or when its table already holds one of the new codes in that year (a series that its
publisher has recomputed); else in the old one.

A crosswalk is a table with ``kode_lama, kode_baru, berlaku_sejak`` (ISO date) and one or more
columns of shares of the old territory, such as ``bagian_luas``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from kajian.data.regions import check_codes
from kajian.errors import DataError

OLD, NEW, SINCE = "kode_lama", "kode_baru", "berlaku_sejak"
AREA_SHARE = "bagian_luas"
BRIDGED = "dijembatani"

How = Literal["sum", "mean"]
Direction = Literal["gabung", "pecah"]

# Names of columns whose values cannot be added up.
_RATE = r"_pct$|_per_"


def check_crosswalk(crosswalk: pd.DataFrame, known: pd.Index, *, file: str | Path) -> None:
    """Hold a crosswalk against itself and against the codes in use today.

    Raises
    ------
    DataError
        When a successor is not in `known` or stands twice, an old code is not among its own
        successors, a date is none or differs within one split, or areas do not sum to one.
    """
    check_codes(crosswalk[NEW], known, file=file, column=NEW)
    old, since = crosswalk[OLD], crosswalk[SINCE]
    no_date = pd.to_datetime(since, format="%Y-%m-%d", errors="coerce").isna()
    other_date = since != since.groupby(old).transform("first")
    dropped = ~old.isin(old[old == crosswalk[NEW]])
    for wrong, column, problem, remedy in (
        (no_date, SINCE, "bukan tanggal", "tulis tahun-bulan-tanggal"),
        (other_date, SINCE, "tanggal berbeda dalam satu pemekaran", "samakan tanggalnya"),
        (dropped, OLD, "kode lama bukan salah satu pecahannya", "tambahkan baris untuk kode itu"),
    ):
        _refuse(crosswalk.loc[wrong, NEW], problem, remedy, file, column)
    _check_shares(crosswalk, AREA_SHARE, file)


def affected(codes: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Mark the codes, of old or new territories, that a split has touched."""
    return codes.isin({*crosswalk[OLD], *crosswalk[NEW]})


def old_codes(codes: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Replace every successor by the code of the territory it was split from.

    Outlines dissolved by these codes fit a series that `bridge` has brought together.
    """
    return codes.replace(dict(zip(crosswalk[NEW], crosswalk[OLD], strict=True)))


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
        table = table[~table[BRIDGED]]
    rows = table.loc[affected(table[code], crosswalk), [code, year]].drop_duplicates()
    old = old_codes(rows[code], crosswalk)
    is_new = _in_new_territory(rows[code], rows[year], crosswalk)
    mixed = rows[is_new.groupby(old).transform("nunique") > 1].sort_values([code, year])
    dates = crosswalk.loc[crosswalk[NEW].isin(mixed[code]), SINCE].unique()
    _refuse(
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
        ``code, year``, the `by`, `weight` and `values` columns and ``dijembatani`` (bool: the row
        was computed here), sorted by key. Totals of a year stay as they were; a value is missing
        where a part of it is.

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
    _refuse(
        _labels(table.loc[table.duplicated(key), key].drop_duplicates()),
        "satu wilayah dan tahun tercatat lebih dari sekali",
        "sisakan satu baris untuk setiap kunci, atau sebut kolom kunci lainnya (by)",
        None,
        ", ".join(key),
    )
    rows = table[[*key, *values]]
    touched = affected(rows[code], crosswalk)
    is_new = _in_new_territory(rows[code], rows[year], crosswalk)
    if direction == "gabung":
        changed = touched & is_new
        computed = _merge(rows[changed], key, list(values), means, weight, crosswalk)
    else:
        changed = touched & ~is_new
        computed = _split(rows[changed], code, list(values), crosswalk, shares)
    parts = (rows[~changed].assign(**{BRIDGED: False}), computed.assign(**{BRIDGED: True}))
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
    _refuse(
        _labels(present.loc[present["ada"] < wanted, key]),
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
    _check_shares(crosswalk, shares, None)
    parts = rows.merge(crosswalk[[OLD, NEW, shares]], left_on=code, right_on=OLD)
    parts[values] = parts[values].mul(parts[shares], axis=0)
    return parts.assign(**{code: parts[NEW]})[rows.columns]


def _in_new_territory(codes: pd.Series, years: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Whether each row lies in the territory after its split; false where there was none."""
    old = old_codes(codes, crosswalk)
    since = dict(zip(crosswalk[OLD], crosswalk[SINCE].str[:4].astype("int64"), strict=True))
    born = affected(codes, crosswalk) & (codes != old)
    return (years >= old.map(since).astype("float64")) | born.groupby([old, years]).transform("any")


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


def _check_shares(crosswalk: pd.DataFrame, shares: str, file: str | Path | None) -> None:
    sums = crosswalk.groupby(OLD)[shares].sum(skipna=False)
    wrong = ~sums.map(lambda total: math.isclose(total, 1, abs_tol=1e-9))
    _refuse(
        [f"{code} (jumlah {total:.4f})" for code, total in sums[wrong].items()],
        "bagian tidak berjumlah satu",
        "perbaiki bagiannya; genapkan pembulatan pada salah satu bagian",
        file,
        shares,
    )


def _refuse(
    rows: Sequence[str] | pd.Series,
    problem: str,
    remedy: str,
    file: str | Path | None,
    column: str,
) -> None:
    if len(rows):
        raise DataError(problem, remedy=remedy, file=file, column=column, rows=list(rows))


def _labels(keys: pd.DataFrame) -> list[str]:
    return [" ".join(map(str, row)) for row in keys.itertuples(index=False, name=None)]
