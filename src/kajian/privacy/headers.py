"""Which words over a column, or before a number, say that people or households are counted."""

from __future__ import annotations

import functools
import re

from kajian.data.restricted.tables import restricted_table

_PEOPLE = (
    "orang|jiwa|rumah tangga|kk|keluarga|kepala keluarga|responden|penduduk|warga|penerima|lansia"
    "|balita|individu"
)
_COUNT = re.compile(
    rf"n|n .*|(?:.* )?(?:{_PEOPLE})|(?:jumlah|banyaknya|cacah)(?: .*)?|count|size|frekuensi"
    r"|.*\((?:orang|jiwa|rumah tangga|kk|n)\)"
)
_NO_COUNT = re.compile(
    r".* (?:rp|pct|persen|m|km|m2|km2|ha|menit|tahun|p)"
    r"|(?:jumlah|banyaknya|n) (?:kelurahan|kecamatan|kota|kabupaten|kabkota|wilayah|daerah|sekolah|"
    r"titik|baris|kolom|tahun|varian|ulangan|langkah|indikator|variabel)"
    r"|(?:id|kode|garis|rata rata|rerata|median|pengeluaran|luas) .*|.* per .*"
)
_TOTAL = re.compile(r"(?:jumlah|total|seluruhnya|semua|all)(?: (?:kota|seluruh|semua))?")
_SURVEYED = ("rumah_tangga", "orang", "penerima", "esik", "survei")
_PLACES = frozenset(
    (
        *("kode_wilayah", "tanggal_data", "tahun", "penimbang", "rw", "strata", "klaster"),
        *("jenjang_sekolah", "pendidikan_kepala", "ijazah"),
    )
)


def counts_people(header: str) -> bool:
    """Whether a header, such as ``n_miskin`` or ``Jumlah orang``, counts people or households."""
    words = _plain(header)
    return bool(_COUNT.fullmatch(words)) and not _NO_COUNT.fullmatch(words)


def is_total(label: str) -> bool:
    """Whether a row or column with this label holds the sum of the others."""
    return bool(_TOTAL.fullmatch(_plain(label)))


@functools.cache
def attributes() -> frozenset[str]:
    """Columns of the restricted tables that tell of a person or household, not of a place."""
    fields = [field for name in _SURVEYED for field in restricted_table(name).fields]
    return frozenset(field.name for field in fields if field.role is None) - _PLACES


@functools.cache
def classes() -> frozenset[str]:
    """Values that those columns are made of, such as the kinds of PPKS, in small letters."""
    fields = [field for name in _SURVEYED for field in restricted_table(name).fields]
    return frozenset(
        str(value).casefold()
        for field in fields
        if field.name in attributes()
        for value in field.constraints.enum or ()
    )


def _plain(header: str) -> str:
    return " ".join(re.split(r"[\s_-]+", header.casefold().strip(" :.")))
