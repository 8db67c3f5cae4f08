"""Parameters of the interviews and focus groups of the twin.

Part of the known truth; see `kajian.twin.truth`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kajian.twin.items import known

BERTEMU = "Segmen yang tema utamanya salah satu dari keduanya menyinggung pula yang lain"


@dataclass(frozen=True, slots=True)
class Interviews:
    """Talks in segments, what their themes follow, and the two coders who name the themes."""

    wawancara: int = known(
        60, "wawancara", "Banyaknya wawancara, sebanding dengan penduduk kelurahan"
    )
    fgd: int = known(12, "diskusi kelompok", "Banyaknya diskusi kelompok terarah (FGD)")
    segmen: int = known(600, "segmen", "Banyaknya segmen; diskusi 1,5 kali panjang wawancara")
    tema: int = known(9, "tema", "Banyaknya tema; tema keliru dipilih merata dari yang lain")
    kaitan: float = known(
        0.8,
        "logit per simpangan",
        "Kaitan tema utama dengan yang diikutinya di kelurahan itu (kebenaran_tema), dalam "
        "simpangan baku antarkelurahan; tanpa kaitan semua tema sama seringnya",
    )
    bertemu_pendapatan_pekerjaan: float = known(0.30, "peluang", BERTEMU)
    bertemu_pendapatan_pendidikan: float = known(0.15, "peluang", BERTEMU)
    bertemu_kesehatan_sanitasi_air: float = known(0.15, "peluang", BERTEMU)
    bertemu_kesehatan_bantuan_sosial: float = known(0.15, "peluang", BERTEMU)
    bertemu_hunian_sanitasi_air: float = known(0.30, "peluang", BERTEMU)
    bertemu_bantuan_sosial_kelembagaan: float = known(0.25, "peluang", BERTEMU)
    bertemu_kelembagaan_keamanan: float = known(0.15, "peluang", BERTEMU)
    ketepatan_a: float = known(
        0.93,
        "peluang",
        "Pengode A memberi tema yang benar; tema kedua dan ketiga ia lewatkan bila keliru",
    )
    ketepatan_b: float = known(0.86, "peluang", "Pengode B, seperti pengode A")
    dibaca_b: float = known(0.95, "peluang", "Segmen dikode pengode B; pengode A mengode semuanya")
    diparafrasakan: float = known(0.35, "peluang", "Segmen mempunyai parafrase")
