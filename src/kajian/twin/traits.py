"""Parameters of households and persons: who lives together, how they dwell, learn and work.

Part of the known truth; see `kajian.twin.truth`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kajian.twin.items import Curve, Item, known

EDUCATION = ("tidak_tamat_sd", "sd", "smp", "sma", "pt")
CERTIFICATE = ("tidak_punya", *EDUCATION[1:])
WORK = ("formal", "informal", "menganggur", "bukan_angkatan_kerja")
SEX = ("L", "P")
YES = (0, 1)


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
    kepala_perempuan: float = known(0.14, "peluang", "Kepala perempuan, dua anggota atau lebih")
    kepala_perempuan_sendiri: float = known(0.58, "peluang", "Perempuan yang tinggal sendiri")
    umur_laki_laki: float = known(49.5, "tahun", "Rata-rata umur kepala laki-laki berkeluarga")
    umur_perempuan: float = known(51.5, "tahun", "Rata-rata umur kepala perempuan berkeluarga")
    umur_sendiri_laki_laki: float = known(40.0, "tahun", "Rata-rata umur laki-laki sendirian")
    umur_sendiri_perempuan: float = known(53.0, "tahun", "Rata-rata umur perempuan sendirian")
    kepekatan_umur: float = known(
        6.8, "tanpa satuan", "Kepekatan sebaran beta umur kepala, dari 20 sampai 99 tahun"
    )
    berpasangan: Curve = Curve(
        (20, 24, 30, 60, 75, 90),
        (0.25, 0.60, 0.92, 0.92, 0.82, 0.60),
        "peluang",
        "Kepala laki-laki berkeluarga tinggal bersama pasangan",
    )
    selisih_umur: float = known(3.0, "tahun", "Rata-rata umur suami dikurangi umur istri")
    simpangan_selisih_umur: float = known(4.0, "tahun", "Simpangan baku selisih umur suami istri")
    anak: Curve = Curve(
        (20, 30, 38, 45, 52, 60, 75),
        (0.75, 0.97, 0.93, 0.64, 0.36, 0.20, 0.15),
        "peluang",
        "Anggota selain kepala dan pasangan berumur di bawah 15 tahun, menurut umur kepala",
    )
    anak_tanpa_pasangan: float = known(0.6, "faktor", "Pengali anak bila kepala tanpa pasangan")
    orang_tua: Curve = Curve(
        (30, 38, 48, 58, 68, 76),
        (0.0, 0.10, 0.16, 0.14, 0.05, 0.0),
        "peluang",
        "Anggota dewasa lain adalah orang tua kepala (65 tahun ke atas), menurut umur kepala",
    )
    anak_dewasa: float = known(0.85, "peluang", "Anggota dewasa lain adalah anak, bila mungkin")
    perempuan_anak: float = known(0.488, "peluang", "Perempuan di antara anggota di bawah 19 tahun")
    perempuan_dewasa: float = known(
        0.47, "peluang", "Perempuan di antara anggota lain, 19 tahun ke atas"
    )
    perempuan_orang_tua: float = known(0.68, "peluang", "Perempuan di antara orang tua kepala")
    lajang_kepala: Curve = Curve(
        (20, 30, 45, 60, 80),
        (0.98, 0.75, 0.28, 0.10, 0.05),
        "peluang",
        "Kepala tanpa pasangan belum kawin",
    )
    lajang_anggota: Curve = Curve(
        (19, 25, 35, 50, 64),
        (0.998, 0.96, 0.85, 0.72, 0.62),
        "peluang",
        "Anak dan anggota lain belum kawin; di bawah 19 tahun semuanya belum kawin",
    )
    kawin_kepala: float = known(
        0.10, "peluang", "Kepala atau orang tua tanpa pasangan serumah, pernah kawin, masih kawin"
    )
    kawin_anggota: Curve = Curve(
        (25, 40, 64), (0.92, 0.65, 0.35), "peluang", "Anggota lain yang pernah kawin masih kawin"
    )
    cerai_mati: Curve = Curve(
        (25, 40, 55, 70, 85),
        (0.05, 0.30, 0.68, 0.90, 0.97),
        "peluang",
        "Perempuan yang tidak kawin lagi ditinggal mati, bukan bercerai",
    )
    cerai_mati_laki_laki: float = known(0.85, "faktor", "Pengali cerai mati bagi laki-laki")


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
    kemasan_layak: int = known(
        1, "ya = 1", "air_layak_pct memakai air.layak/bps-2019; air kemasan dihitung layak"
    )
    log_luas_lantai: float = known(3.85, "log m2", "Luas lantai satu orang, bila z nol")
    lereng_luas_lantai: float = known(0.25, "log per simpangan", "Kaitan luas lantai dengan z")
    anggota_luas_lantai: float = known(0.25, "elastisitas", "Kaitan luas lantai dengan anggota")
    simpangan_luas_lantai: float = known(0.40, "log", "Simpangan baku galat luas lantai")


@dataclass(frozen=True, slots=True)
class Schooling:
    """Attendance by age, and certificates of those who have left school."""

    umur_masuk_sd: Item = Item((6, 7, 8), (0.20, 0.74, 0.06))
    jeda_masuk_pt: Item = Item((0, 1, 2), (0.70, 0.20, 0.10))
    lama_pt: int = known(5, "tahun", "Lama kuliah, paling banyak")
    hadir_paud: float = known(0.55, "peluang", "Umur 3 tahun sampai masuk SD ikut PAUD, z nol")
    hadir_sd: float = known(0.996, "peluang", "Tahun ke-1 sampai ke-6 sejak masuk SD, z nol")
    hadir_smp: float = known(0.978, "peluang", "Tahun ke-7 sampai ke-9 sejak masuk SD, z nol")
    hadir_sma: float = known(0.92, "peluang", "Tahun ke-10 sampai ke-12 sejak masuk SD, z nol")
    hadir_pt: float = known(0.27, "peluang", "Kuliah sesudah 12 tahun dan jedanya, z nol")
    hadir_kawin: float = known(0.08, "faktor", "Pengali kehadiran bagi yang sudah kawin")
    lereng: float = known(0.9, "logit per simpangan", "Kaitan kehadiran dengan z pengeluaran")
    ijazah: Item = Item(CERTIFICATE, (0.06, 0.16, 0.18, 0.44, 0.16), 0.9)
    ijazah_umur: Curve = Curve(
        (19, 30, 45, 80),
        (1.2, 0.5, 0.0, -0.9),
        "logit",
        "Kaitan ijazah anggota selain kepala dengan umur",
    )
    remaja_dari: int = known(13, "tahun", "anak_tidak_sekolah_pct: umur termuda, saat potret data")
    remaja_sampai: int = known(
        18, "tahun", "anak_tidak_sekolah_pct: umur tertua; dihitung bila bukan masih_sekolah"
    )


@dataclass(frozen=True, slots=True)
class Activity:
    """Work, insurance and disability."""

    formal: Item = Item(("informal", "formal"), (0.52, 0.48))
    ijazah_formal: float = known(0.7, "logit per jenjang", "Kaitan kerja formal dengan ijazah")
    formal_umur: Curve = Curve(
        (52, 58, 64, 70, 76),
        (0.0, -0.8, -2.2, -4.0, -5.5),
        "logit",
        "Kaitan kerja formal dengan umur: pensiun",
    )
    menganggur: Curve = Curve(
        (15, 19, 24, 30, 50, 62, 74),
        (0.25, 0.18, 0.11, 0.045, 0.035, 0.015, 0.0),
        "peluang",
        "Angkatan kerja yang menganggur",
    )
    bekerja_laki_laki: Curve = Curve(
        (15, 19, 25, 50, 57, 62, 70, 78, 86, 92),
        (0.35, 0.72, 0.93, 0.94, 0.86, 0.70, 0.45, 0.20, 0.05, 0.0),
        "peluang",
        "Laki-laki yang tidak bersekolah ada dalam angkatan kerja",
    )
    bekerja_perempuan: Curve = Curve(
        (15, 19, 25, 50, 57, 62, 70, 78, 86, 92),
        (0.30, 0.55, 0.62, 0.61, 0.54, 0.43, 0.26, 0.10, 0.02, 0.0),
        "peluang",
        "Perempuan yang tidak bersekolah ada dalam angkatan kerja",
    )
    rumah_tangga_perempuan: Curve = Curve(
        (15, 25, 60, 75, 90),
        (0.5, 0.9, 0.9, 0.65, 0.2),
        "peluang",
        "Perempuan di luar angkatan kerja mengurus rumah tangga",
    )
    rumah_tangga_laki_laki: float = known(
        0.1, "peluang", "Laki-laki di luar angkatan kerja mengurus rumah tangga"
    )
    bpjs_kerja_formal: float = known(0.78, "peluang", "Pekerja formal ber-BPJS Ketenagakerjaan")
    bpjs_kerja_informal: float = known(0.09, "peluang", "Pekerja informal ber-BPJS, bila z nol")
    bpjs_kerja_lereng: float = known(
        0.6, "logit per simpangan", "Kaitan BPJS Ketenagakerjaan pekerja informal dengan z"
    )
    bpjs_kerja_umur: Curve = Curve(
        (56, 64, 71),
        (1.0, 0.5, 0.0),
        "faktor",
        "Pengali BPJS Ketenagakerjaan menurut umur: pensiun mengakhirinya",
    )
    jkn_pekerja: float = known(0.75, "peluang", "JKN pekerja, bila kepala bekerja formal")
    jkn_mandiri: float = known(0.35, "peluang", "JKN mandiri dari sisanya, bila z nol")
    jkn_lereng: float = known(1.0, "logit per simpangan", "Kaitan JKN mandiri dengan z")
    jkn_apbd: float = known(0.70, "peluang", "JKN dibayar APBD dari sisanya")
    disabilitas: float = known(0.012, "peluang", "Penyandang disabilitas pada umur 40 tahun")
    disabilitas_umur: float = known(0.5, "logit per 10 tahun", "Kaitan disabilitas dengan umur")
