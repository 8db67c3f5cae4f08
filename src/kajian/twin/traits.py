"""Parameters of households and persons: who lives together, how they dwell, learn and work.

Part of the known truth; see `kajian.twin.truth`. Curves over age (children at home, marriage,
heads) are shapes without a parameter and stand where they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EDUCATION = ("tidak_tamat_sd", "sd", "smp", "sma", "pt")
CERTIFICATE = ("tidak_punya", *EDUCATION[1:])
WORK = ("formal", "informal", "menganggur", "bukan_angkatan_kerja")
SEX = ("L", "P")
YES = (0, 1)


def known(value: float, unit: str, meaning: str) -> Any:
    """Declare a parameter: its value, unit and meaning."""
    return field(default=value, metadata={"satuan": unit, "arti": meaning})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a household or a person has, as an ordered logit.

    Attributes
    ----------
    pilihan
        Options, least well-off first.
    pangsa
        Share of each option where the latent shift is zero; they sum to one.
    lereng
        Slope of the latent shift in z, the standardised log consumption per head.
    muatan
        Loading of the latent shift on a standard spatial field of the kelurahan.
    """

    pilihan: tuple[str | int, ...]
    pangsa: tuple[float, ...]
    lereng: float = 0.0
    muatan: float = 0.0


@dataclass(frozen=True, slots=True)
class Households:
    """Who lives together."""

    anggota: Item = Item(
        (1, 2, 3, 4, 5, 6, 7, 8), (0.17, 0.25, 0.27, 0.19, 0.08, 0.027, 0.01, 0.003)
    )
    pendidikan_kepala: Item = Item(EDUCATION, (0.10, 0.20, 0.18, 0.36, 0.16))
    angkatan_pendidikan: float = known(
        -0.25, "logit per 10 tahun", "Kaitan ijazah dengan umur; orang tua lebih rendah"
    )
    kepala_perempuan: float = known(0.13, "peluang", "Kepala perempuan, dua anggota atau lebih")
    kepala_perempuan_sendiri: float = known(0.50, "peluang", "Perempuan yang tinggal sendiri")
    berpasangan: float = known(0.92, "peluang", "Kepala laki-laki tinggal bersama pasangan")
    orang_tua: float = known(0.10, "peluang", "Anggota dewasa lain adalah orang tua kepala")
    anak_dewasa: float = known(0.85, "peluang", "Anggota dewasa lain adalah anak, bila mungkin")


@dataclass(frozen=True, slots=True)
class Dwelling:
    """The dwelling and what is in it; ``muatan`` is on the field of services or of floods."""

    status_rumah: Item = Item(
        ("lainnya", "bebas_sewa", "sewa", "dinas", "milik_sendiri"),
        (0.03, 0.12, 0.22, 0.01, 0.62),
        0.3,
    )
    lantai: Item = Item(("tanah", "kayu", "semen", "keramik"), (0.01, 0.01, 0.15, 0.83), 0.9, 0.2)
    dinding: Item = Item(
        ("lainnya", "bambu", "kayu", "tembok"), (0.005, 0.01, 0.035, 0.95), 0.8, 0.2
    )
    atap: Item = Item(("lainnya", "seng", "beton", "genteng"), (0.005, 0.045, 0.08, 0.87), 0.4)
    sumber_air: Item = Item(
        ("lainnya", "sumur_tak_terlindung", "sumur_terlindung", "sumur_bor", "ledeng", "kemasan"),
        (0.002, 0.03, 0.188, 0.28, 0.33, 0.17),
        0.6,
        0.4,
    )
    fasilitas_bab: Item = Item(
        ("tidak_ada", "umum", "bersama", "sendiri"), (0.006, 0.034, 0.12, 0.84), 0.8, 0.3
    )
    pembuangan_tinja: Item = Item(
        ("sungai_tanah", "tangki_septik", "ipal"), (0.08, 0.80, 0.12), 0.5, 0.4
    )
    daya_listrik_va: Item = Item((450, 900, 1300, 2200, 3500), (0.22, 0.40, 0.26, 0.09, 0.03), 1.2)
    bahan_bakar: Item = Item(("kayu", "minyak_tanah", "gas", "listrik"), (0.01, 0.005, 0.95, 0.035))
    punya_motor: Item = Item(YES, (0.14, 0.86), 0.5)
    punya_mobil: Item = Item(YES, (0.88, 0.12), 1.5)
    punya_kulkas: Item = Item(YES, (0.16, 0.84), 1.0)
    punya_komputer: Item = Item(YES, (0.7, 0.30), 1.1)
    akses_internet: Item = Item(YES, (0.12, 0.88), 0.9, 0.2)
    banjir_setahun: Item = Item(YES, (0.94, 0.06), -0.3, 0.9)
    log_luas_lantai: float = known(3.85, "log m2", "Luas lantai satu orang, bila z nol")
    lereng_luas_lantai: float = known(0.25, "log per simpangan", "Kaitan luas lantai dengan z")
    anggota_luas_lantai: float = known(0.25, "elastisitas", "Kaitan luas lantai dengan anggota")
    simpangan_luas_lantai: float = known(0.40, "log", "Simpangan baku galat luas lantai")


@dataclass(frozen=True, slots=True)
class Schooling:
    """Attendance by age, and certificates of those who have left school."""

    hadir_paud: float = known(0.55, "peluang", "Umur 3-6 tahun ikut PAUD, bila z nol")
    hadir_sd: float = known(0.995, "peluang", "Umur 7-12 tahun bersekolah, bila z nol")
    hadir_smp: float = known(0.975, "peluang", "Umur 13-15 tahun bersekolah, bila z nol")
    hadir_sma: float = known(0.89, "peluang", "Umur 16-18 tahun bersekolah, bila z nol")
    hadir_pt: float = known(0.25, "peluang", "Umur 19-23 tahun kuliah, bila z nol")
    lereng: float = known(0.9, "logit per simpangan", "Kaitan kehadiran dengan z pengeluaran")
    ijazah: Item = Item(CERTIFICATE, (0.06, 0.16, 0.18, 0.44, 0.16), 0.9)


@dataclass(frozen=True, slots=True)
class Activity:
    """Work, insurance, disability and social problems."""

    formal: Item = Item(("informal", "formal"), (0.52, 0.48))
    ijazah_formal: float = known(0.7, "logit per jenjang", "Kaitan kerja formal dengan ijazah")
    menganggur: float = known(0.05, "peluang", "Angkatan kerja yang menganggur")
    menganggur_muda: float = known(3.0, "faktor", "Pengali pengangguran di bawah umur 25 tahun")
    bekerja_laki_laki: float = known(0.88, "peluang", "Laki-laki 15-59 tahun dalam angkatan kerja")
    bekerja_perempuan: float = known(0.58, "peluang", "Perempuan 15-59 tahun dalam angkatan kerja")
    bekerja_lansia: float = known(0.40, "faktor", "Pengali bagi umur 60 tahun ke atas")
    bpjs_kerja_formal: float = known(0.78, "peluang", "Pekerja formal ber-BPJS Ketenagakerjaan")
    bpjs_kerja_informal: float = known(0.09, "peluang", "Pekerja informal ber-BPJS, bila z nol")
    bpjs_kerja_lereng: float = known(
        0.6, "logit per simpangan", "Kaitan BPJS Ketenagakerjaan pekerja informal dengan z"
    )
    jkn_pekerja: float = known(0.75, "peluang", "JKN pekerja, bila kepala bekerja formal")
    jkn_mandiri: float = known(0.35, "peluang", "JKN mandiri dari sisanya, bila z nol")
    jkn_lereng: float = known(1.0, "logit per simpangan", "Kaitan JKN mandiri dengan z")
    jkn_apbd: float = known(0.70, "peluang", "JKN dibayar APBD dari sisanya")
    disabilitas: float = known(0.012, "peluang", "Penyandang disabilitas pada umur 40 tahun")
    disabilitas_umur: float = known(0.5, "logit per 10 tahun", "Kaitan disabilitas dengan umur")
    ppks_miskin: float = known(0.5, "peluang", "Pendataan PPKS bagi yang memenuhi ciri utamanya")
    ppks_jarang: float = known(0.0006, "peluang", "Pendataan tiap kategori PPKS yang jarang")
