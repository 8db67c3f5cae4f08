"""What the columns of one restricted table must say together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kajian.data.restricted.numbers import birth_digits, is_number, is_woman
from kajian.data.restricted.rules import iso_dates
from kajian.data.restricted.source import SNAPSHOT, Source, date_fields
from kajian.errors import DataError

TALK = ("id_wawancara", "tanggal", "kode_wilayah", "jenis")  # what all segments of a talk share
MOST_THEMES = 3


def find_contradictions(source: Source) -> Iterator[DataError]:
    """Find keys that stand twice, and columns that contradict each other.

    Parameters
    ----------
    source
        A table without faults of form. Values that are wrong by themselves are passed over.
    """
    columns = set(source.text.columns)
    yield from _repeated_keys(source)
    if source.table.snapshot:
        yield from _mixed_snapshots(source)
        yield from _later_than_snapshot(source)
    if {"nik", "tanggal_lahir", "umur", "jk"} <= columns:
        yield from _persons(source)
    if {"strata", "klaster"} <= columns:
        yield from _clusters(source)
    if "id_segmen" in columns:
        yield from _talks(source)
    for name in source.text.columns:
        if name.endswith("_pct"):
            yield from _fractions(source, name)


def _repeated_keys(source: Source) -> list[DataError]:
    key = source.table.key
    if "nik" in key:
        # Whatever its snapshot: two of them in one file are a fault of their own.
        key = [name for name in key if name != SNAPSHOT]
        within = " dalam satu program" if "program" in key else ""
        return source.repeated(
            key,
            f"NIK ganda: satu orang tercatat lebih dari sekali{within}",
            "sisakan satu baris untuk setiap orang; bila orangnya berbeda, perbaiki NIK-nya",
        )
    return source.repeated(
        key,
        "kunci utama berulang: baris-baris ini menerangkan hal yang sama",
        "sisakan satu baris untuk setiap kunci",
    )


def _mixed_snapshots(source: Source) -> list[DataError]:
    dates = iso_dates(source.text[SNAPSHOT]).dropna()
    counts = dates.value_counts()
    if len(counts) < 2:
        return []
    usual = counts.index[0]
    bad = (dates != usual).reindex(source.text.index, fill_value=False)
    found = ", ".join(f"{day:%Y-%m-%d}: {counts[day]} baris" for day in sorted(counts.index))
    return source.fault(
        bad,
        f"potret data tercampur: satu berkas memuat {len(counts)} tanggal ({found})",
        f"simpan tiap tanggal di folder sendiri; di sini sisakan baris {usual:%Y-%m-%d} saja",
        column=SNAPSHOT,
        show=source.table.field(SNAPSHOT),
    )


def _later_than_snapshot(source: Source) -> Iterator[DataError]:
    at = iso_dates(source.text[SNAPSHOT])
    for name in date_fields(source.table):
        if name != SNAPSHOT:
            yield from source.fault(
                iso_dates(source.text[name]) > at,
                f"{name} sesudah tanggal_data",
                "periksa tahunnya; yang terjadi sesudah tanggal_data tidak mungkin tercatat di "
                "potret itu",
                column=name,
            )


def _persons(source: Source) -> Iterator[DataError]:
    text = source.text
    born, at = iso_dates(text["tanggal_lahir"]), iso_dates(text[SNAPSHOT])
    before_birthday = (at.dt.month * 100 + at.dt.day) < (born.dt.month * 100 + born.dt.day)
    age = at.dt.year - born.dt.year - before_birthday.astype("int64")
    said = pd.to_numeric(text["umur"], errors="coerce")
    yield from source.fault(
        (born <= at) & said.notna() & (said != age),
        "umur tidak sesuai dengan tanggal_lahir pada tanggal_data",
        "hitung ulang umur dalam tahun penuh pada tanggal_data, atau perbaiki tanggal_lahir",
        column="umur",
    )
    whole = is_number(text["nik"])
    nik, day = text["nik"].where(whole), text["tanggal_lahir"].str
    yield from source.fault(
        whole & born.notna() & (birth_digits(nik) != day[8:10] + day[5:7] + day[2:4]),
        "tanggal di dalam NIK (digit 7-12) tidak sesuai dengan tanggal_lahir",
        "cocokkan NIK dan tanggal_lahir dengan dokumen kependudukan; untuk perempuan tanggal "
        "ditambah 40",
        column="nik",
    )
    yield from source.fault(
        whole & text["jk"].isin(["L", "P"]) & (is_woman(nik) != (text["jk"] == "P")),
        "jenis kelamin di dalam NIK (digit 7-8) tidak sesuai dengan jk",
        "cocokkan NIK dan jk dengan dokumen kependudukan; untuk perempuan tanggal ditambah 40",
        column="nik",
    )
    yield from source.fault(
        text["jenjang_sekolah"].notna() & (text["partisipasi_sekolah"] != "masih_sekolah"),
        "jenjang_sekolah terisi untuk orang yang tidak bersekolah",
        "kosongkan jenjang_sekolah, atau perbaiki partisipasi_sekolah",
        column="jenjang_sekolah",
    )


def _clusters(source: Source) -> list[DataError]:
    text = source.text[["tahun", "klaster", "strata"]].dropna()
    strata = text.groupby(["tahun", "klaster"])["strata"].transform("nunique")
    return source.fault(
        (strata > 1).reindex(source.text.index, fill_value=False),
        "satu klaster berada dalam lebih dari satu strata",
        "perbaiki strata atau nomor klaster; bila nomor klaster berulang antar-strata, gabungkan "
        "keduanya (misalnya kota-01)",
        column="klaster, strata",
    )


def _talks(source: Source) -> Iterator[DataError]:
    """Segments and talks of which different rows tell different things; empty cells tell nothing.

    Also segments to which one coder gave too many themes.
    """
    text = source.text
    for key, what, columns in (
        ("id_segmen", "segmen", (*TALK, "peran_informan", "teks", "parafrase")),
        ("id_wawancara", "wawancara atau diskusi", TALK[1:]),
    ):
        for name in columns:
            yield from source.fault(
                text.groupby(key)[name].transform("nunique") > 1,
                f"{name} berbeda di antara baris-baris satu {what}",
                f"samakan {name} di semua baris dengan {key} yang sama, atau perbaiki {key}",
                column=name,
                show=source.table.field(name),
            )
    themes = text.groupby(["id_segmen", "pengode"])["tema"].transform("nunique")
    yield from source.fault(
        themes > MOST_THEMES,
        f"satu pengode memberi lebih dari {MOST_THEMES} tema kepada satu segmen",
        "sisakan tema yang paling pokok, atau pecah segmennya",
        column="tema",
        show=source.table.field("tema"),
    )


def _fractions(source: Source, name: str) -> list[DataError]:
    """Years in which no percentage of a column is above 1, though not all of them are 0 or 1."""
    share = pd.to_numeric(source.text[name], errors="coerce")
    strictly = share.between(0, 1, inclusive="neither")
    years = source.text["tahun"].fillna("")
    bad = strictly & (share.groupby(years).transform("max") <= 1)
    return source.fault(
        bad,
        "persentase ditulis sebagai pecahan: dalam tahun itu semua nilai di kolom ini paling "
        "besar 1",
        "kalikan 100: tulis 12.5 untuk 12,5 persen, bukan 0.125",
        column=name,
        show=source.table.field(name),
    )
