"""What a register of programmes may name: aims, target groups, and which groups touch."""

from __future__ import annotations

from collections.abc import Mapping

# The four aims of the city's poverty team (TKPKD), meeting of 7 July 2025.
AIMS: Mapping[str, str] = {
    "kurangi_beban": "pengurangan beban",
    "naikkan_pendapatan": "peningkatan pendapatan",
    "kurangi_kantong": "penurunan kantong kemiskinan",
    "sinergi_program": "sinergi program",
}
GROUPS: Mapping[str, str] = {
    "warga_miskin": "warga miskin",
    "kawasan_kumuh": "warga kawasan kumuh",
    "ppks": "PPKS",
    "odgj": "ODGJ",
    "pelaku_umkm": "pelaku UMKM",
    "anak_sekolah": "anak sekolah",
    "pemuda": "pemuda",
    "perempuan": "perempuan",
    "umum": "warga umumnya",
    "penyandang_disabilitas": "penyandang disabilitas",
    "lansia": "lansia",
    "perempuan_kepala_keluarga": "perempuan kepala keluarga",
    "pekerja_informal": "pekerja informal",
}
# Groups whose absence is shown.
REQUIRED = ("penyandang_disabilitas", "lansia", "perempuan_kepala_keluarga", "pekerja_informal")
# Named groups through which part of a required group may still be reached. PPKS counts neglected
# elderly, disabled persons and women in economic hardship among its kinds (Permensos 8/2012).
TOUCHING: Mapping[str, tuple[str, ...]] = {
    "penyandang_disabilitas": ("ppks", "odgj"),
    "lansia": ("ppks",),
    "perempuan_kepala_keluarga": ("ppks", "perempuan"),
    "pekerja_informal": ("pelaku_umkm",),
}
FIGURES = ("anggaran_rp", "cakupan", "tahun_awal")  # whose absence is counted
COLUMNS = (
    *("id", "opd", "program", "kelompok_sasaran", "satuan", "instrumen", "anggaran_rp", "cakupan"),
    *("satuan_cakupan", "tahun_awal", "tahun_akhir", "tujuan", "sumber", "dasar_isian", "catatan"),
)
NOT_DETAILED = "belum dirinci"  # how `program` begins where an office reported nothing by name
READING = "bacaan penyusun:"  # in `dasar_isian`, before the columns that no source states
