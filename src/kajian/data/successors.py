"""The dated crosswalk of split kelurahan: what it must hold, and whom a split touches.

A crosswalk is a table with ``kode_lama, kode_baru, berlaku_sejak`` (ISO date) and one or more
columns of shares of the old territory, such as ``bagian_luas``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kajian.data.regions import check_codes
from kajian.errors import DataError

OLD, NEW, SINCE = "kode_lama", "kode_baru", "berlaku_sejak"
AREA_SHARE = "bagian_luas"


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
        refuse(crosswalk.loc[wrong, NEW], problem, remedy, file, column)
    check_shares(crosswalk, AREA_SHARE, file)


def affected(codes: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Mark the codes, of old or new territories, that a split has touched."""
    return codes.isin({*crosswalk[OLD], *crosswalk[NEW]})


def old_codes(codes: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Replace every successor by the code of the territory it was split from.

    Outlines dissolved by these codes fit a series that `bridge` has brought together.
    """
    return codes.replace(dict(zip(crosswalk[NEW], crosswalk[OLD], strict=True)))


def in_new_territory(codes: pd.Series, years: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Whether each row lies in the territory after its split; false where there was none."""
    old = old_codes(codes, crosswalk)
    since = dict(zip(crosswalk[OLD], crosswalk[SINCE].str[:4].astype("int64"), strict=True))
    born = affected(codes, crosswalk) & (codes != old)
    return (years >= old.map(since).astype("float64")) | born.groupby([old, years]).transform("any")


def check_shares(crosswalk: pd.DataFrame, shares: str, file: str | Path | None) -> None:
    """Refuse shares that do not sum to one within each split."""
    sums = crosswalk.groupby(OLD)[shares].sum(skipna=False)
    wrong = ~sums.map(lambda total: math.isclose(total, 1, abs_tol=1e-9))
    refuse(
        [f"{code} (jumlah {total:.4f})" for code, total in sums[wrong].items()],
        "bagian tidak berjumlah satu",
        "perbaiki bagiannya; genapkan pembulatan pada salah satu bagian",
        file,
        shares,
    )


def refuse(
    rows: Sequence[str] | pd.Series,
    problem: str,
    remedy: str,
    file: str | Path | None,
    column: str,
) -> None:
    """Raise a DataError when there are rows at fault."""
    if len(rows):
        raise DataError(problem, remedy=remedy, file=file, column=column, rows=list(rows))


def row_labels(keys: pd.DataFrame) -> list[str]:
    """Name rows by their keys."""
    return [" ".join(map(str, row)) for row in keys.itertuples(index=False, name=None)]
