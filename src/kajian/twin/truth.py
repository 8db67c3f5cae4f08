"""The known truth of the twin: every parameter of its model, with unit and meaning.

The values are plausible for a city on Java; none is estimated from restricted data. Names, units
and meanings are Indonesian, because they are read in the table ``kebenaran_parameter``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from kajian.twin.items import Curve, Item, known
from kajian.twin.problems import MEANING, Problem, Problems
from kajian.twin.talks import Interviews
from kajian.twin.targeting import Programme, Targeting
from kajian.twin.traits import Activity, Dwelling, Households, Schooling

SNAPSHOT = "2025-06-30"
WAVES = (2021, 2022, 2023, 2024, 2025)
YEAR = WAVES[-1]


@dataclass(frozen=True, slots=True)
class Population:
    """How many live where."""

    penduduk: int = known(522_728, "orang", "Penduduk kota 2021 menurut paspor tabel kecamatan")
    rumah_tangga: int = known(180_000, "rumah tangga", "Rumah tangga pada ukuran baku")
    simpangan_kepadatan: float = known(
        0.25, "log", "Simpangan baku kepadatan antarkelurahan dalam satu kecamatan"
    )


@dataclass(frozen=True, slots=True)
class Spatial:
    """Gaussian fields over the kelurahan; correlation at distance d is exp(-d / range)."""

    jangkauan_km: float = known(1.5, "km", "Jarak saat korelasi medan spasial turun menjadi 1/e")
    simpangan_spasial: float = known(
        0.10, "log rupiah", "Simpangan baku bagian efek kelurahan yang berkorelasi spasial"
    )
    simpangan_bebas: float = known(
        0.06, "log rupiah", "Simpangan baku bagian efek kelurahan yang saling bebas"
    )


@dataclass(frozen=True, slots=True)
class Consumption:
    """Linear model of log consumption per head (rupiah a month).

    The reference is a formally working man who did not finish primary school.
    """

    intersep: float = known(14.36, "log rupiah", "Intersep model pengeluaran per orang")
    pendidikan_sd: float = known(0.08, "log rupiah", "Kepala tamat SD, dibanding tidak tamat SD")
    pendidikan_smp: float = known(0.20, "log rupiah", "Kepala tamat SMP, dibanding tidak tamat SD")
    pendidikan_sma: float = known(0.38, "log rupiah", "Kepala tamat SMA, dibanding tidak tamat SD")
    pendidikan_pt: float = known(0.75, "log rupiah", "Kepala tamat PT, dibanding tidak tamat SD")
    kerja_informal: float = known(-0.15, "log rupiah", "Kepala pekerja informal, dibanding formal")
    kerja_menganggur: float = known(-0.25, "log rupiah", "Kepala menganggur, dibanding formal")
    kerja_bukan_angkatan_kerja: float = known(
        -0.08, "log rupiah", "Kepala bukan angkatan kerja, dibanding formal"
    )
    kepala_perempuan: float = known(-0.05, "log rupiah", "Kepala perempuan, dibanding laki-laki")
    log_anggota: float = known(-0.35, "elastisitas", "Per satuan log jumlah anggota")
    rasio_tanggungan: float = known(
        -0.20, "log rupiah", "Bila semua anggota berumur di bawah 15 atau 65 tahun ke atas"
    )
    simpangan_rumah_tangga: float = known(0.42, "log rupiah", "Simpangan baku galat rumah tangga")
    acuan_rata: float = known(14.12, "log rupiah", "Nilai tengah untuk membakukan pengeluaran (z)")
    acuan_simpangan: float = known(0.55, "log rupiah", "Satuan untuk membakukan pengeluaran (z)")


@dataclass(frozen=True, slots=True)
class Survey:
    """Two-stage stratified sample."""

    klaster: int = known(100, "klaster", "Blok terpilih, dibagi ke strata menurut rumah tangga")
    rumah_tangga_per_klaster: int = known(10, "rumah tangga", "Rumah tangga terpilih per blok")
    ukuran_blok: int = known(100, "rumah tangga", "Ukuran blok pada ukuran baku")
    ukuran_blok_terkecil: int = known(20, "rumah tangga", "Ukuran blok pada kembaran kecil")


@dataclass(frozen=True, slots=True)
class Waves:
    """Five yearly waves per kelurahan and a programme that starts in stages."""

    efek_tahun_0: float = known(1.0, "persen poin", "Efek program pada sanitasi, tahun pertama")
    efek_tahun_1: float = known(2.5, "persen poin", "Efek program pada sanitasi, tahun kedua")
    efek_tahun_2: float = known(4.0, "persen poin", "Efek program pada sanitasi, tahun ketiga")
    efek_tahun_3: float = known(5.0, "persen poin", "Efek program pada sanitasi, tahun keempat")
    pangsa_2022: float = known(0.18, "proporsi", "Kelurahan yang mulai 2022")
    pangsa_2023: float = known(0.18, "proporsi", "Kelurahan yang mulai 2023")
    pangsa_2024: float = known(0.22, "proporsi", "Kelurahan yang mulai 2024")
    seleksi: float = known(0.6, "korelasi", "Kaitan urutan mulai dengan kekurangan sanitasi")
    tren_sanitasi: float = known(0.8, "persen poin per tahun", "Tren bersama sanitasi layak")
    galat_sanitasi: float = known(0.6, "persen poin", "Simpangan baku galat sanitasi sebelum 2025")
    tren_layanan: float = known(1.0, "persen poin per tahun", "Tren bersama indikator layanan lain")
    galat_layanan: float = known(1.5, "persen poin", "Simpangan baku galat indikator lain")
    galat_kemiskinan: float = known(0.06, "logit", "Simpangan baku galat kemiskinan sebelum 2025")
    belanja_modal: int = known(400_000, "rupiah per orang per tahun", "Belanja modal")
    belanja_barang_jasa: int = known(
        150_000, "rupiah per orang per tahun", "Belanja barang dan jasa"
    )
    belanja_bantuan_sosial: int = known(
        60_000, "rupiah per orang per tahun", "Belanja bantuan sosial"
    )
    belanja_kebutuhan: float = known(
        0.08, "log per simpangan", "Kaitan belanja per orang dengan tingkat kemiskinan"
    )
    galat_belanja: float = known(0.25, "log", "Simpangan baku galat belanja")


@dataclass(frozen=True, slots=True)
class Facilities:
    """Health centres: in proportion to people, at any place in a kelurahan."""

    puskesmas: int = known(
        17, "puskesmas", "Banyaknya puskesmas; letaknya acak, sebanding dengan penduduk kelurahan"
    )
    tenaga_kesehatan: float = known(
        40.0, "tenaga kesehatan", "Nilai tengah tenaga kesehatan per puskesmas"
    )
    simpangan_tenaga: float = known(0.3, "log", "Simpangan baku tenaga kesehatan antarpuskesmas")


@dataclass(frozen=True, slots=True)
class Trial:
    """A training of small traders, assigned by lot to hamlets (RW), and traders outside it.

    Traders outside it never had the training; they differ from those inside in education and in
    sales before, and in nothing else that moves sales after.
    """

    rw_per_kecamatan: int = known(14, "RW", "RW dalam uji coba; separuhnya mendapat pelatihan")
    peserta_per_rw: int = known(12, "orang", "Pedagang dalam uji coba per RW")
    luar_uji: int = known(2_000, "orang", "Pedagang di luar uji coba, yang tidak dilatih")
    log_omzet: float = known(15.2, "log rupiah", "Log omzet sebulan pedagang acuan, sebelum")
    efek_pendidikan: float = known(0.12, "log rupiah per jenjang", "Kaitan omzet dengan ijazah")
    efek_umur: float = known(-0.06, "log rupiah per 10 tahun", "Kaitan omzet dengan umur")
    efek_perempuan: float = known(-0.10, "log rupiah", "Pedagang perempuan, dibanding laki-laki")
    simpangan_rw: float = known(0.10, "log rupiah", "Guncangan sesudah, bersama satu RW")
    simpangan_tetap: float = known(0.45, "log rupiah", "Simpangan baku tetap antarpedagang")
    simpangan_waktu: float = known(0.25, "log rupiah", "Simpangan baku tiap pengukuran omzet")
    tren: float = known(0.04, "log rupiah", "Perubahan omzet tanpa pelatihan, sebelum ke sesudah")
    seleksi_omzet: float = known(
        -0.9, "logit per log rupiah", "Pedagang beromzet kecil lebih sering ikut uji coba"
    )
    seleksi_pendidikan: float = known(-0.5, "logit per jenjang", "Yang berijazah rendah ikut")
    dampak_omzet: float = known(0.15, "log rupiah", "Dampak pelatihan pada log omzet")
    dampak_jam: float = known(2.0, "jam per minggu", "Dampak pelatihan pada jam usaha")
    dampak_tabungan: float = known(0.12, "peluang", "Dampak pelatihan pada punya tabungan")
    dampak_nib: float = known(0.0, "peluang", "Dampak pelatihan pada punya NIB: tidak ada")
    jam: float = known(42.0, "jam per minggu", "Rata-rata jam usaha tanpa pelatihan")
    simpangan_jam: float = known(12.0, "jam per minggu", "Simpangan baku jam usaha")
    tabungan: float = known(0.35, "peluang", "Punya tabungan usaha tanpa pelatihan")
    nib: float = known(0.20, "peluang", "Punya nomor induk berusaha")
    hilang: float = known(0.08, "peluang", "Tidak ditemui pada pengukuran sesudah, di kedua lengan")


@dataclass(frozen=True, slots=True)
class Selection:
    """A working-capital grant that a score decides: from a threshold on, and only then."""

    pemohon: int = known(2_500, "orang", "Pemohon bantuan modal usaha")
    ambang: float = known(60.0, "skor", "Skor terendah yang menerima")
    skor_a: float = known(3.2, "tanpa satuan", "Parameter pertama sebaran beta skor 0-100")
    skor_b: float = known(2.6, "tanpa satuan", "Parameter kedua sebaran beta skor 0-100")
    omzet_rp: float = known(4_000_000, "rupiah per bulan", "Omzet pada skor ambang tanpa bantuan")
    lereng_rp: float = known(30_000, "rupiah per bulan per skor", "Kaitan omzet dengan skor")
    lengkung_rp: float = known(400, "rupiah per bulan per skor kuadrat", "Lengkung kaitan itu")
    simpangan_rp: float = known(1_200_000, "rupiah per bulan", "Simpangan baku omzet")
    dampak_rp: float = known(700_000, "rupiah per bulan", "Dampak bantuan pada omzet di ambang")


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that the generator takes as given."""

    penduduk: Population = Population()
    spasial: Spatial = Spatial()
    keluarga: Households = field(default=Households())
    pengeluaran: Consumption = Consumption()
    hunian: Dwelling = field(default=Dwelling())
    sekolah: Schooling = field(default=Schooling())
    kegiatan: Activity = field(default=Activity())
    ppks: Problems = field(default=Problems())
    sasaran: Targeting = field(default=Targeting())
    survei: Survey = Survey()
    gelombang: Waves = Waves()
    wawancara: Interviews = field(default=Interviews())
    fasilitas: Facilities = Facilities()
    uji_coba: Trial = Trial()
    seleksi: Selection = Selection()


TRUTH = Truth()
Row = tuple[str, float, str, str]


@dataclass(frozen=True, slots=True)
class Realised:
    """What one twin came out with, beside the parameters that it was made from."""

    benih: int = known(0, "tanpa satuan", "Benih pembangkit acak")
    rumah_tangga: int = known(0, "rumah tangga", "Rumah tangga dalam kembaran")
    penduduk: int = known(0, "orang", "Penduduk dalam kembaran")
    garis_kemiskinan_rp: int = known(
        0, "rupiah per orang per bulan", "Garis kemiskinan agar P0 kota sama dengan angka terbit"
    )
    kemiskinan_pct: float = known(0.0, "persen", "P0 kota: penduduk di bawah garis")
    kedalaman_pct: float = known(0.0, "persen", "P1 kota: indeks kedalaman kemiskinan")
    keparahan_pct: float = known(0.0, "persen", "P2 kota: indeks keparahan kemiskinan")
    simpangan_efek_kelurahan: float = known(
        0.0, "log rupiah", "Simpangan baku efek kelurahan yang terjadi"
    )
    kesepakatan_pengode: float = known(
        0.0, "peluang", "Harapan dua pengode memberi himpunan tema yang sama"
    )
    alfa_pengode: float = known(0.0, "alfa", "Harapan alfa Krippendorff dengan jarak MASI")


def parameter_table(realised: Realised, truth: Truth = TRUTH) -> pd.DataFrame:
    """Describe every parameter: columns ``nama, nilai, satuan, arti``."""
    rows = [*_described(realised, "hasil"), *_described(truth, "")]
    return pd.DataFrame(rows, columns=["nama", "nilai", "satuan", "arti"])


def _described(group: Any, name: str) -> Iterator[Row]:
    for part in fields(group):
        value, path = getattr(group, part.name), f"{name}.{part.name}".removeprefix(".")
        if isinstance(value, Item):
            yield from _described_item(value, path)
        elif isinstance(value, Curve):
            for age, level in zip(value.umur, value.nilai, strict=True):
                yield f"{path}.umur_{age}", level, value.satuan, f"{value.arti}; umur {age} tahun"
        elif isinstance(value, Programme):
            yield from _described_programme(value, path, part.name.upper())
        elif isinstance(value, Problem):
            who = f"{part.name}: {MEANING[value.siapa]}"
            yield f"{path}.umur_dari", value.umur_dari, "tahun", f"{who}; umur termuda"
            yield f"{path}.umur_sampai", value.umur_sampai, "tahun", f"{who}; umur tertua"
            yield f"{path}.peluang", value.peluang, "peluang", f"{who}; peluang tercatat"
        elif part.metadata:
            yield path, float(value), part.metadata["satuan"], part.metadata["arti"]
        else:
            yield from _described(value, path)


def _described_item(item: Item, path: str) -> Iterator[Row]:
    for option, share in zip(item.pilihan, item.pangsa, strict=True):
        meaning = f"Pangsa pilihan {option} bila z dan medan spasial nol"
        yield f"{path}.pangsa.{option}", share, "proporsi", meaning
    yield f"{path}.lereng", item.lereng, "logit per simpangan", "Kaitan dengan z pengeluaran"
    yield f"{path}.muatan", item.muatan, "logit per simpangan", "Kaitan dengan medan spasial"


def _described_programme(programme: Programme, path: str, name: str) -> Iterator[Row]:
    right = (
        f"{name}: rumah tangga berhak bila pengeluaran per orang (pengeluaran_rp dibagi "
        "jumlah_anggota, dibulatkan ke bawah) kurang dari nilai ini kali "
        f"hasil.garis_kemiskinan_rp; syarat lain: {programme.syarat}"
    )
    chosen = f"{name}: dipilih di antara pangsa rumah tangga dengan skor lama terendah"
    value = f"{name}: nilai per penerima; PKH per tanggungan, 1 sampai 4"
    yield f"{path}.batas_garis", programme.batas_garis, "kali garis", right
    yield f"{path}.pangsa", programme.pangsa, "proporsi", chosen
    yield f"{path}.nilai_rp", float(programme.nilai_rp), "rupiah per tahun", value
