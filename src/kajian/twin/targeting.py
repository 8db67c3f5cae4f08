"""Parameters of programmes: whom they are for, and whom they choose.

Part of the known truth; see `kajian.twin.truth`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kajian.twin.items import known


@dataclass(frozen=True, slots=True)
class Programme:
    """Whom a programme is for, and how many households it chooses.

    Attributes
    ----------
    syarat
        What a household must have beside low consumption, in Indonesian.
    batas_garis
        Right to it below so many poverty lines.
    pangsa
        Share of the city's households with the lowest old score among which it chooses.
    nilai_rp
        Rupiah a year.
    """

    syarat: str
    batas_garis: float
    pangsa: float
    nilai_rp: int


@dataclass(frozen=True, slots=True)
class Targeting:
    """Receipt of programmes: an old score with errors decides, not true consumption."""

    pkh: Programme = Programme(
        "ada anggota berumur di bawah 15 atau 65 tahun ke atas", 1.0, 0.09, 900_000
    )
    sembako: Programme = Programme("tidak ada", 1.2, 0.16, 2_400_000)
    pbi_jkn: Programme = Programme("tidak ada", 1.6, 0.30, 504_000)
    pip: Programme = Programme(
        "ada anggota yang jenjang_sekolah-nya sd, smp, atau sma", 1.3, 0.20, 450_000
    )
    rtlh: Programme = Programme(
        "status_rumah milik_sendiri, dan lantai tanah atau kayu atau dinding bukan tembok",
        1.2,
        0.20,
        20_000_000,
    )
    esik: Programme = Programme("tidak ada", 1.2, 0.14, 0)
    simpangan_skor_lama: float = known(
        0.30, "log rupiah", "Galat skor lama yang memilih penerima: data lama dan model pendekatan"
    )
    simpangan_skor_wilayah: float = known(
        0.08, "log rupiah", "Galat skor lama bersama satu kelurahan"
    )
    simpangan_skor: float = known(
        0.25,
        "log rupiah",
        "Galat skor register kini, lepas dari galat skor lama. desil ialah persepuluhan rumah "
        "tangga kota menurut skor kini (1 terendah), bukan menurut pengeluaran sebenarnya dan "
        "bukan skor yang memilih penerima",
    )
    esik_keluar: float = known(
        0.06,
        "peluang",
        "Rumah tangga terdaftar yang sudah keluar dari E-SIK; kebenaran_sasaran hanya menghitung "
        "yang berstatus aktif",
    )
    penyaluran: float = known(0.92, "peluang", "Bantuan sampai kepada rumah tangga terpilih")
