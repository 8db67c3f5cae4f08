"""Parameters of the categories of social problems (PPKS) of the twin.

Part of the known truth; see `kajian.twin.truth`. Names and ages of children, of the old and of
women: Permensos 8/2012. The other ages and all chances are chosen. Isolated customary communities
do not exist in a city.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trait = Literal[
    "siapa_pun",
    "miskin",
    "miskin_kepala",
    "miskin_tanpa_pasangan",
    "miskin_tanpa_rumah",
    "perempuan",
    "perempuan_miskin",
    "kepala",
    "disabilitas",
]
MEANING: dict[Trait, str] = {
    "siapa_pun": "siapa pun",
    "miskin": "anggota rumah tangga miskin",
    "miskin_kepala": "kepala rumah tangga miskin",
    "miskin_tanpa_pasangan": "cerai hidup atau cerai mati, di rumah tangga miskin",
    "miskin_tanpa_rumah": "anggota rumah tangga miskin tanpa rumah sendiri dan tanpa mobil",
    "perempuan": "perempuan",
    "perempuan_miskin": "perempuan kepala, cerai hidup, atau cerai mati di rumah tangga miskin",
    "kepala": "kepala rumah tangga",
    "disabilitas": "penyandang disabilitas",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Who may have a problem, between which ages (both included), and how many are recorded."""

    siapa: Trait
    umur_dari: int
    umur_sampai: int
    peluang: float


@dataclass(frozen=True, slots=True)
class Problems:
    """All categories; who fits several gets the first."""

    anak_jalanan: Problem = Problem("miskin_tanpa_rumah", 5, 18, 0.02)
    gelandangan: Problem = Problem("miskin_tanpa_rumah", 18, 64, 0.006)
    pengemis: Problem = Problem("miskin_tanpa_rumah", 18, 74, 0.015)
    pemulung: Problem = Problem("miskin_tanpa_rumah", 18, 69, 0.03)
    anak_berhadapan_hukum: Problem = Problem("siapa_pun", 12, 17, 0.0008)
    anak_korban_kekerasan: Problem = Problem("siapa_pun", 0, 17, 0.0004)
    anak_perlindungan_khusus: Problem = Problem("siapa_pun", 0, 17, 0.0002)
    tuna_susila: Problem = Problem("miskin", 18, 49, 0.003)
    kelompok_minoritas: Problem = Problem("siapa_pun", 18, 64, 0.0001)
    bekas_warga_binaan: Problem = Problem("siapa_pun", 18, 64, 0.0005)
    odha: Problem = Problem("siapa_pun", 18, 64, 0.0006)
    korban_napza: Problem = Problem("siapa_pun", 15, 59, 0.0003)
    korban_perdagangan_orang: Problem = Problem("siapa_pun", 18, 49, 0.00001)
    korban_kekerasan: Problem = Problem("perempuan", 18, 64, 0.0005)
    pekerja_migran_bermasalah: Problem = Problem("siapa_pun", 21, 59, 0.00008)
    korban_bencana_alam: Problem = Problem("siapa_pun", 18, 64, 0.0003)
    korban_bencana_sosial: Problem = Problem("siapa_pun", 18, 64, 0.00005)
    keluarga_bermasalah: Problem = Problem("kepala", 20, 64, 0.0006)
    anak_balita_telantar: Problem = Problem("miskin", 0, 5, 0.04)
    anak_telantar: Problem = Problem("miskin", 6, 18, 0.03)
    anak_disabilitas: Problem = Problem("disabilitas", 0, 17, 0.7)
    penyandang_disabilitas: Problem = Problem("disabilitas", 18, 120, 0.5)
    lansia_telantar: Problem = Problem("miskin_tanpa_pasangan", 60, 120, 0.25)
    perempuan_rawan_sosial_ekonomi: Problem = Problem("perempuan_miskin", 18, 59, 0.3)
    fakir_miskin: Problem = Problem("miskin_kepala", 20, 120, 0.3)
