"""What rumah_tangga and orang must say of each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.data.restricted.numbers import is_number
from kajian.data.restricted.rules import iso_dates
from kajian.data.restricted.source import SNAPSHOT, Source
from kajian.data.restricted.tables import RestrictedField
from kajian.errors import DataError

HOUSEHOLD = "id_rumah_tangga"


def find_broken_links(households: Source, persons: Source) -> Iterator[DataError]:
    """Find households and persons that do not fit together.

    Parameters
    ----------
    households, persons
        The tables rumah_tangga and orang without faults of form.
    """
    yield from _two_snapshots(households, persons)
    home, person = households.text[HOUSEHOLD], persons.text[HOUSEHOLD]
    codes, ids = pd.factorize(pd.concat([home, person]))
    home_codes, person_codes = codes[: len(home)], codes[len(home) :]
    rows = np.bincount(home_codes[home_codes >= 0], minlength=len(ids))
    members = np.bincount(person_codes[person_codes >= 0], minlength=len(ids))
    yield from households.fault(
        home.notna() & (members[home_codes] == 0),
        "rumah tangga tanpa orang",
        "tambahkan anggotanya ke tabel orang; bila tidak ada, tanyakan ke sumber data",
        column=HOUSEHOLD,
    )
    yield from persons.fault(
        person.notna() & (rows[person_codes] == 0),
        "orang tanpa rumah tangga",
        "tambahkan rumah tangganya ke tabel rumah_tangga, atau perbaiki id_rumah_tangga",
        column=HOUSEHOLD,
    )
    said = pd.to_numeric(households.text["jumlah_anggota"], errors="coerce")
    found = members[home_codes]
    yield from households.fault(
        home.notna() & said.notna() & (found > 0) & (said != found),
        "jumlah_anggota berbeda dari banyaknya orang di tabel orang",
        "perbaiki jumlah_anggota, atau lengkapi tabel orang",
        column="jumlah_anggota",
        show=households.table.field("jumlah_anggota"),
    )
    yield from _other_heads(households, persons, home_codes, person_codes, len(ids))


def find_head_faults(persons: Source) -> Iterator[DataError]:
    """Find households without a head or with more than one.

    Parameters
    ----------
    persons
        The table orang without faults of form.
    """
    codes, ids = pd.factorize(persons.text[HOUSEHOLD])
    is_head = persons.text["hubungan"] == "kepala"
    heads = np.bincount(codes[is_head & (codes >= 0)], minlength=len(ids))
    first = ~persons.text[HOUSEHOLD].duplicated()
    yield from persons.fault(
        first & (codes >= 0) & (heads[codes] == 0),
        "rumah tangga tanpa kepala (disebut baris pertamanya)",
        "beri satu anggotanya hubungan 'kepala'",
        column="hubungan",
    )
    yield from persons.repeated(
        [HOUSEHOLD],
        "rumah tangga dengan lebih dari satu kepala di kolom hubungan",
        "sisakan satu 'kepala' untuk setiap rumah tangga",
        among=is_head,
    )


def _other_heads(
    households: Source,
    persons: Source,
    home_codes: NDArray[np.intp],
    person_codes: NDArray[np.intp],
    count: int,
) -> Iterator[DataError]:
    """Compare what a household says of its head with the one person who is its head."""
    is_head = ((persons.text["hubungan"] == "kepala") & (person_codes >= 0)).to_numpy(dtype=bool)
    heads = np.bincount(person_codes[is_head], minlength=count)
    row_of_head = np.full(count, -1)
    row_of_head[person_codes[is_head]] = np.flatnonzero(is_head)
    row = np.where((home_codes >= 0) & (heads[home_codes] == 1), row_of_head[home_codes], -1)
    for name, of_head, remedy in (
        ("no_kk", "no_kk", "cocokkan dengan Kartu Keluarga kepala, lalu perbaiki yang salah"),
        ("jk_kepala", "jk", "cocokkan dengan dokumen kependudukan, lalu perbaiki yang salah"),
        ("umur_kepala", "umur", "hitung ulang dari tanggal lahir kepala pada tanggal_data"),
    ):
        field = households.table.field(name)
        said = _comparable(households.text[name], field)
        found = _comparable(persons.text[of_head], field).reset_index(drop=True).reindex(row)
        found.index = said.index
        yield from households.fault(
            said.notna() & found.notna() & (said != found),
            f"{name} berbeda dari {of_head} kepalanya di tabel orang",
            remedy,
            column=name,
            show=field,
        )


def _comparable(text: pd.Series, field: RestrictedField) -> pd.Series:
    """Values of the right form; the others are told of elsewhere."""
    if field.type == "integer":
        return pd.to_numeric(text, errors="coerce")
    if options := field.constraints.enum:
        return text.where(text.isin(options))
    return text.where(is_number(text))


def _two_snapshots(households: Source, persons: Source) -> list[DataError]:
    """Say that both tables are of one date each, but not of the same."""
    days = [iso_dates(source.text[SNAPSHOT]).dropna().unique() for source in (households, persons)]
    if any(len(found) != 1 for found in days) or days[0][0] == days[1][0]:
        return []
    first, second = (pd.Timestamp(found[0]).date() for found in days)
    return [
        DataError(
            f"potret data tercampur: rumah_tangga bertanggal {first}, orang bertanggal {second}",
            remedy="pakai kedua tabel dari satu tanggal_data",
            file=persons.place,
            column=SNAPSHOT,
            rows=[f"{persons.text.index[0]}-{persons.text.index[-1]}"],
        )
    ]
