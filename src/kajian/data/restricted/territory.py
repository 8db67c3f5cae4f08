"""Codes of kelurahan: known to the study, and standing for the territory that they mean today.

A split leaves the old code to one of its parts, so that a code dated before the split means a
larger territory. A table in which all parts of a split stand at such a date has been recomputed
by its publisher, and is taken at its word; so is a row that says it has been bridged.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kajian.data.crosswalk import BRIDGED, NEW, OLD, SINCE, affected, old_codes
from kajian.data.restricted.rules import iso_dates
from kajian.data.restricted.source import SNAPSHOT, Source
from kajian.errors import DataError

CODE = "kode_wilayah"
_FORM = r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}"
_BRIDGE = (
    "jembatani tabel dengan kajian.data.crosswalk.bridge, lalu simpan hasilnya di sini dengan "
    f'kolom {BRIDGED} yang dibuatnya: direction="gabung" menjumlahkan pecahan ke wilayah lama '
    '(persentase hanya dapat digabung, dengan penimbang), direction="pecah" membagi jumlah '
    "wilayah lama ke pecahannya"
)
_RECODE = (
    "tulis kode kelurahan sesudah pemekaran menurut letak tiap baris; bila letaknya tidak "
    "diketahui, minta data sesudah pemekaran kepada sumbernya"
)


def find_code_faults(
    source: Source, known: pd.Index, crosswalk: pd.DataFrame | None
) -> Iterator[DataError]:
    """Find codes that the study does not know, and codes older than the split of their kelurahan.

    Parameters
    ----------
    source
        A table with the column ``kode_wilayah``; codes of another form are passed over.
    known
        The kelurahan codes of the study.
    crosswalk
        As in :func:`kajian.data.crosswalk.check_crosswalk`; without one, nothing is said about
        splits.
    """
    codes = source.text[CODE]
    strange = codes.str.fullmatch(_FORM) & ~codes.isin(known)
    field = source.table.field(CODE)
    if crosswalk is not None:
        retired = strange & codes.isin(crosswalk[OLD])
        yield from source.fault(
            retired,
            "kode kelurahan lama, yang sudah diganti",
            f"ganti dengan kode barunya: {_successors(codes[retired], crosswalk)}",
            column=CODE,
            show=field,
        )
        strange &= ~retired
        yield from source.fault(
            _before_split(source, crosswalk) & ~retired,
            f"kode kelurahan yang dimekarkan dipakai sebelum pemekarannya "
            f"({', '.join(sorted(_splits(crosswalk)[SINCE].unique()))}): kode itu berarti "
            "wilayah yang lama",
            _BRIDGE if BRIDGED in source.text else _RECODE,
            column=CODE,
            show=field,
        )
    yield from source.fault(
        strange,
        "kode kelurahan tidak dikenal kajian ini",
        f"perbaiki kodenya; contoh yang sah: {', '.join(map(str, known[:3]))} "
        f"({len(known)} kode seluruhnya)",
        column=CODE,
        show=field,
    )


def _before_split(source: Source, crosswalk: pd.DataFrame) -> pd.Series:
    """Rows under a code of a split kelurahan, dated before it, that were not recomputed."""
    splits = _splits(crosswalk)
    rows = pd.DataFrame({CODE: source.text[CODE], "at": _dates(source)}).dropna()
    if BRIDGED in source.text:
        rows = rows[source.text.loc[rows.index, BRIDGED] != "1"]
    rows = rows[affected(rows[CODE], splits)]
    old = old_codes(rows[CODE], splits)
    since = iso_dates(splits.drop_duplicates(OLD).set_index(OLD)[SINCE])
    parts = rows[CODE].where(rows[CODE].isin(splits[NEW])).groupby([old, rows["at"]])
    recomputed = parts.transform("nunique") == old.map(splits.groupby(OLD)[NEW].nunique())
    early = (rows["at"] < old.map(since)) & ~recomputed
    return early.reindex(source.text.index, fill_value=False)


def _splits(crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Rows of kelurahan with more than one successor."""
    return crosswalk[crosswalk.groupby(OLD)[NEW].transform("nunique") > 1]


def _dates(source: Source) -> pd.Series:
    """When each row holds; a year stands for its last day."""
    if source.table.snapshot:
        return iso_dates(source.text[SNAPSHOT])
    if "tahun" in source.text:
        return iso_dates(source.text["tahun"] + "-12-31")
    if "tanggal" in source.text:
        return iso_dates(source.text["tanggal"])
    return pd.Series(pd.NaT, source.text.index)


def _successors(codes: pd.Series, crosswalk: pd.DataFrame) -> str:
    new = crosswalk[crosswalk[OLD].isin(codes)].groupby(OLD)[NEW].agg(", ".join)
    return "; ".join(f"{old} kini {successors}" for old, successors in new.items())
