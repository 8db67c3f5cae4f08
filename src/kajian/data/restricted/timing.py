"""When the tables of one folder hold, against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kajian.data.restricted.rules import iso_dates
from kajian.data.restricted.source import SNAPSHOT, Source
from kajian.errors import DataError

YEAR = "tahun"
_AHEAD = pd.DateOffset(years=1)


def dated_part(source: Source) -> Source:
    """What `find_late_dates` needs of a table: its key, and when its rows hold."""
    wanted = {*source.table.key, SNAPSHOT, YEAR}
    return replace(source, text=source.text[[c for c in source.text if c in wanted]])


def find_late_dates(
    sources: Iterable[Source], *, households: str, persons: str
) -> Iterator[DataError]:
    """Find tables that are later than the households, and dates that are still to come.

    Parameters
    ----------
    sources
        Tables without faults of form.
    households, persons
        Names of the table that no other may be later than, and of the one whose date is held
        against it elsewhere. Without households, no table may be a year ahead of all others.
    """
    dated = {source.table.name: source for source in sources}
    days = {
        name: iso_dates(source.text[SNAPSHOT])
        for name, source in dated.items()
        if source.table.snapshot
    }
    newest = {name: day.max() for name, day in days.items() if day.notna().any()}
    for name in [one for one in newest if one not in (households, persons)]:
        others = [day for other, day in newest.items() if other != name]
        if households in newest:
            limit, than = newest[households], f"tabel {households}"
        elif others:
            limit, than = max(others) + _AHEAD, "semua tabel lain, lebih dari setahun"
        else:
            continue
        yield from dated[name].fault(
            days[name] > limit,
            f"{SNAPSHOT} sesudah potret {than} ({newest.get(households, max(others)).date()})",
            "periksa tahunnya; pakai potret yang tidak lebih baru, atau perbarui tabel yang lain",
            column=SNAPSHOT,
            show=dated[name].table.field(SNAPSHOT),
        )
    if not newest:
        return
    latest = newest.get(households, max(newest.values()))
    for source in dated.values():
        if YEAR in source.text:
            yield from source.fault(
                pd.to_numeric(source.text[YEAR], errors="coerce") > latest.year + 1,
                f"{YEAR} lebih dari setahun sesudah potret data terbaru ({latest.date()})",
                "periksa tahunnya, mungkin salah ketik; perkiraan masa depan bukan data",
                column=YEAR,
                show=source.table.field(YEAR),
            )
