"""From drawn households and persons to the columns of the restricted tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from kajian.twin.calibration import Calibration
from kajian.twin.chunks import Chunk
from kajian.twin.identity import addresses, card_numbers, household_ids, names, person_numbers
from kajian.twin.truth import SNAPSHOT
from kajian.twin.writing import arrow_table

HOUSEHOLDS_PER_RW = 350
HEAD = (
    *("jumlah_anggota", "jk_kepala", "umur_kepala", "pendidikan_kepala", "kerja_kepala"),
    "pengeluaran_rp",
)
DWELLING = (
    *("luas_lantai_m2", "status_rumah", "lantai", "dinding", "atap", "sumber_air"),
    *("fasilitas_bab", "pembuangan_tinja", "daya_listrik_va", "bahan_bakar", "punya_motor"),
    *("punya_mobil", "punya_kulkas", "punya_komputer", "akses_internet", "banjir_setahun"),
)
PERSON = (
    *("umur", "jk", "hubungan", "status_kawin", "disabilitas", "partisipasi_sekolah"),
    *("jenjang_sekolah", "ijazah", "lama_sekolah_tahun", "kegiatan", "jaminan_kesehatan"),
    *("jaminan_kerja", "kategori_ppks"),
)


def household_table(chunk: Chunk, households: pd.DataFrame, calibration: Calibration) -> pa.Table:
    """Make the rows of ``rumah_tangga``."""
    place = chunk.place
    wards = min(max(1, round(place.households / HOUSEHOLDS_PER_RW)), 60)
    position = np.arange(chunk.first, chunk.first + len(households))
    return arrow_table(
        {
            "tanggal_data": SNAPSHOT,
            "id_rumah_tangga": household_ids(chunk),
            "no_kk": card_numbers(chunk),
            "kode_wilayah": place.code,
            "rw": 1 + position * wards // place.households,
            "alamat": addresses(len(households), chunk.rng("identity")),
            "telepon": None,
            **{name: households[name] for name in (*HEAD, *DWELLING)},
            "desil": calibration.deciles(households["skor"].to_numpy()),
        },
        len(households),
    )


def person_table(chunk: Chunk, persons: pd.DataFrame) -> pa.Table:
    """Make the rows of ``orang``."""
    row = pa.array(persons["rumah_tangga"])
    return arrow_table(
        {
            "tanggal_data": SNAPSHOT,
            "nik": person_numbers(chunk, persons["tanggal_lahir"], persons["jk"] == "P"),
            "id_rumah_tangga": household_ids(chunk).take(row),
            "no_kk": card_numbers(chunk).take(row),
            "nama": names(len(persons), chunk.rng("names")),
            "tanggal_lahir": pa.array(persons["tanggal_lahir"]).cast(pa.date32()).cast(pa.string()),
            **{name: persons[name] for name in PERSON},
        },
        len(persons),
    )


def recipient_table(chunk: Chunk, persons: pa.Table, receipts: pd.DataFrame) -> pa.Table:
    """Make the rows of ``penerima``."""
    row = pa.array(receipts["orang"])
    return arrow_table(
        {
            "tanggal_data": SNAPSHOT,
            "program": receipts["program"],
            **{name: persons[name].take(row) for name in ("nik", "no_kk", "nama")},
            "kode_wilayah": chunk.place.code,
            "tahun": receipts["tahun"],
            "nilai_rp": receipts["nilai_rp"],
        },
        len(receipts),
    )


def registry_table(
    chunk: Chunk, table: pa.Table, persons: pd.DataFrame, active: pd.Series, left: pd.Series
) -> pa.Table:
    """Make the rows of ``esik``: all members of registered households.

    Parameters
    ----------
    table, persons
        The persons as written by `person_table`, and as drawn.
    active, left
        Whether each household is registered, and whether it was and has left.
    """
    rng = chunk.rng("registry")
    household = persons["rumah_tangga"].to_numpy()
    member = np.flatnonzero((active | left).to_numpy()[household])
    day = np.datetime64("2019-01-01") + rng.integers(0, 2_372, len(active))
    row = household[member]
    # Nobody is registered before he or she is born.
    joined = np.maximum(day[row], persons["tanggal_lahir"].to_numpy()[member].astype("M8[D]"))
    return arrow_table(
        {
            "tanggal_data": SNAPSHOT,
            **{name: table[name].take(pa.array(member)) for name in ("nik", "no_kk", "nama")},
            "kode_wilayah": chunk.place.code,
            "tanggal_daftar": pa.array(joined).cast(pa.string()),
            "status": pd.Series(np.where(left.to_numpy()[row], "keluar", "aktif")),
        },
        len(member),
    )
