"""The kinds of what must not leave, in the words that an exception of a study repeats."""

from __future__ import annotations

IDENTITY_NUMBER = "NIK atau No. KK"
PHONE = "nomor telepon"
NAME = "nama orang"
PSEUDONYM = "data per orang (samaran)"
KEY = "kunci samaran"
SMALL = "jumlah di bawah ambang"
RECOVERABLE = "sel tersembunyi dapat dihitung dari jumlahnya"
RATE = "persentase di samping sel tersembunyi"
UNREADABLE = "jenis berkas tidak dapat diperiksa"
CORRUPT = "berkas rusak, tidak terbaca"

COMPLEMENTARY_MARK = "x"  # how a table shows a count that hides another

# What an exception may name; there is none for a key.
KINDS = (
    IDENTITY_NUMBER,
    PHONE,
    NAME,
    PSEUDONYM,
    SMALL,
    RECOVERABLE,
    RATE,
    UNREADABLE,
    CORRUPT,
)

_ELSE = "hapus dari tabel, gambar, atau teks, lalu jalankan ulang notebook asalnya"
_REMEDIES = {
    NAME: "hapus nama orang; bila itu nama tempat, nyatakan sebagai pengecualian",
    PSEUDONYM: "terbitkan ringkasan per wilayah atau golongan, bukan baris per orang",
    KEY: "hapus dari berkas itu; kunci yang sudah tersebar harus diganti",
    SMALL: "sembunyikan dengan suppress(...) atau gabungkan wilayah atau golongannya",
    RECOVERABLE: "sembunyikan sel kedua dengan suppress(...), atau gabungkan barisnya",
    RATE: "sembunyikan juga persentasenya: suppress(..., rates=...)",
    UNREADABLE: "simpan dalam format yang dikenal (CSV, XLSX, PNG, SVG, PDF), atau keluarkan",
    CORRUPT: "buat ulang berkasnya",
}


def remedy(kind: str) -> str:
    """What to do about a kind; all but a key may be declared an exception."""
    first = _REMEDIES.get(kind, _ELSE)
    if kind not in KINDS:
        return first
    return (
        f"{first}. Bila memang boleh terbit, tulis di berkas kajian: [[pengecualian]] dengan "
        f'berkas = "<pola nama berkas>", jenis = "{kind}", alasan = "<alasan>"'
    )
