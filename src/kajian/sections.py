"""The sections of a study file: what may be chosen, with its type and range."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kajian.collection import REGENCY_CODE

RegencyCode = Annotated[str, Field(pattern=REGENCY_CODE)]
DistrictCode = Annotated[str, Field(pattern=r"^\d{2}\.\d{2}\.\d{2}$")]
TableName = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9_]+$")]
Year = Annotated[int, Field(ge=1990, le=2100)]
Period = tuple[Year, Year]
# Columns in percent of `kajian.data.covariates.area_covariates`.
AreaCovariate = Literal[
    "desil_terbawah_pct",
    "kepala_sd_pct",
    "kepala_perempuan_pct",
    "daya_rendah_pct",
    "sanitasi_layak_pct",
    "internet_pct",
]
# Columns of households in `kajian.data.eligibility` by which targeting is shown.
TargetGroup = Literal["kode_wilayah", "kepala", "umur_kepala", "disabilitas"]
LedgerKey = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]
Options = Annotated[dict[str, str], Field(min_length=1)]


class Section(BaseModel):
    """Part of a study file: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Region(Section):
    """The place under study."""

    kode_wilayah: RegencyCode
    sistem_kode: Literal["kemendagri"]
    nama_wilayah: str
    nama_singkat: str
    nama_provinsi: str


class Sources(Section):
    """Raw tables as ``source/table``; which parts a study has follows from what it names."""

    panel_kabkota: TableName | None = None
    umk: TableName | None = None
    batas_kabkota: TableName | None = None
    batas_kelurahan: TableName | None = None
    sekolah: TableName | None = None
    indikator_akses: TableName | None = None
    seri_kota: TableName | None = None
    kecamatan: TableName | None = None
    padanan: TableName | None = None
    indikator_multidimensi: TableName | None = None
    indikator_indeks: TableName | None = None
    sasaran_program: TableName | None = None
    pernyataan: TableName | None = None
    uji_pernyataan: TableName | None = None
    register_program: TableName | None = None

    def tables(self) -> list[str]:
        """Every raw table that the study uses, as ``source/table``."""
        return [name for name in self.model_dump().values() if name]

    def folders(self) -> list[str]:
        """Every source that the study uses: the folders of its raw tables, sorted."""
        return sorted({name.partition("/")[0] for name in self.tables()})


class Mapping(Section):
    """Choices of ``02_mapping``."""

    luaran: Literal["kemiskinan_pct"]
    tahun_awal: Year
    tahun_akhir: Year
    tahun_kosong: tuple[Year, ...]
    skenario_rse_pct: tuple[Annotated[int, Field(gt=0, le=100)], ...] = Field(
        min_length=3, max_length=3
    )
    permutasi: Annotated[int, Field(ge=99_999)]
    jarak_kisi_m: Annotated[int, Field(ge=10, le=1000)]
    jangkauan_sekolah_m: Annotated[int, Field(ge=100, le=20_000)]


class Regression(Section):
    """Choices of ``03_causal``."""

    segmen: tuple[Period, ...] = Field(min_length=1)
    tahun_regresi: tuple[Period, ...] = Field(min_length=1)
    jarak_conley_km: tuple[Annotated[int, Field(gt=0)], ...] = Field(min_length=1)
    ulangan_bootstrap: Annotated[int, Field(ge=99)]


class SyntheticControl(Section):
    """Choices of ``04_evaluation``."""

    tahun_mulai: Year
    tahun_mulai_uji: Year
    taraf_plasebo: Annotated[float, Field(gt=0, lt=0.5)]
    tahun_mulai_plasebo: tuple[Year, ...]
    kode_sekitar: tuple[RegencyCode, ...]
    peramal: tuple[tuple[str, Year, Year], ...] = ()


class Multidimensional(Section):
    """Choices of multidimensional poverty in ``02_mapping``."""

    batas_deprivasi: Annotated[float, Field(gt=0, le=1)]
    batas_deprivasi_uji: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(min_length=2)


class SmallAreas(Section):
    """Choices of the small-area estimates in ``02_mapping``."""

    peubah_area: tuple[AreaCovariate, ...] = Field(min_length=1)


class WelfareIndex(Section):
    """Choices of the composite welfare index in ``02_mapping``."""

    simulasi_indeks: Annotated[int, Field(ge=1_000)]
    kelurahan_terbawah: Annotated[int, Field(ge=1)]


class Clusters(Section):
    """Choices of the clusters of kelurahan in ``02_mapping``."""

    permutasi_kelurahan: Annotated[int, Field(ge=999)]
    kategori_gerombol: str
    umur_gerombol: tuple[Annotated[int, Field(ge=0, le=120)], Annotated[int, Field(ge=0, le=120)]]


class Spending(Section):
    """Choices of the need-based formula for capital spending in ``02_mapping``."""

    lantai_belanja: Annotated[float, Field(gt=0, le=1)]
    plafon_belanja: Annotated[float, Field(ge=1)]
    kepekaan_belanja: Annotated[float, Field(ge=0)]


class HealthCentres(Section):
    """Choices of access to health centres in ``02_mapping``."""

    jangkauan_puskesmas_m: Annotated[int, Field(ge=100, le=20_000)]
    kisi_puskesmas_m: Annotated[int, Field(ge=10, le=1000)]


class Diagram(Section):
    """The causal diagram of ``03_causal``: what is declared to cause what, and the effect asked."""

    panah: tuple[str, ...] = Field(min_length=1)
    tak_teramati: tuple[str, ...]
    perlakuan: str
    hasil: str
    estimand: Literal["efek_total", "efek_langsung", "keterkaitan"]
    penyesuaian: tuple[str, ...]
    penyesuaian_uji: tuple[tuple[str, ...], ...]
    peubah_diagram: dict[str, str]


class Specifications(Section):
    """The declared set of specifications of ``03_causal``: label and expression of each option."""

    hasil_spesifikasi: Options
    perlakuan_spesifikasi: Options
    kendali: Options
    sampel: Options
    efek_tetap: Options
    kecuali: tuple[dict[str, str], ...]
    permutasi_spesifikasi: Annotated[int, Field(ge=99)]


class SpatialRegression(Section):
    """Choices of the regressions over neighbouring areas in ``03_causal``."""

    rumus_ruang: str
    tahun_ruang: Year
    ulangan_dampak: Annotated[int, Field(ge=99)]


class Gaps(Section):
    """Choices of the decompositions in ``03_causal``: a gap, and inequality by factor."""

    kelompok_banding: str
    suku_kesenjangan: str
    faktor: dict[str, tuple[str, ...]] = Field(min_length=2)
    ulangan_faktor: Annotated[int, Field(ge=99)]


class Targeting(Section):
    """Choices of the accuracy of targeting in ``04_evaluation``."""

    sasaran_menurut: tuple[TargetGroup, ...] = Field(min_length=1)


class StagedProgramme(Section):
    """Choices of the programme that starts in stages in ``04_evaluation``."""

    program_bertahap: str
    luaran_bertahap: str
    arah_luaran: Literal["naik", "turun"]
    pelanggaran_tren: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)
    permutasi_bertahap: Annotated[int, Field(ge=99)]


class Trial(Section):
    """Choices of the trial by lot in ``04_evaluation``."""

    program_uji: str
    luaran_uji: tuple[str, ...] = Field(min_length=1)
    kovariat_uji: tuple[str, ...] = Field(min_length=1)
    undian: Annotated[int, Field(ge=99)]


class ScoreRule(Section):
    """Choices of the grant that a score decides in ``04_evaluation``."""

    program_skor: str
    lebar_uji: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)


class Interviews(Section):
    """Choices of the coded interviews in ``02_mapping``."""

    tema_dimensi: dict[str, str] = Field(min_length=1)
    segmen_terkecil: Annotated[int, Field(ge=1)]
    ulangan_alfa: Annotated[int, Field(ge=99)]


class Claims(Section):
    """Choices of the claims that ``05_policy_brief`` judges."""

    kecamatan_inti: tuple[DistrictCode, ...] = Field(min_length=1)


class Deviation(Section):
    """A choice that differs from the plan on record, and why."""

    pilihan: str
    alasan: Reason


class Plan(Section):
    """What a study declares before it reads outcomes, beside its choices."""

    luaran_utama: tuple[LedgerKey, ...] = Field(min_length=1)
    subkelompok: tuple[Sentence, ...] = ()
    aturan_henti: tuple[Sentence, ...] = Field(min_length=1)
    penyimpangan: tuple[Deviation, ...] = ()


class Exempt(Section):
    """A place in the report that the privacy scan may pass, with the reason."""

    berkas: Annotated[str, Field(pattern=r".*[A-Za-z0-9].*")]
    jenis: str
    alasan: Annotated[str, Field(min_length=8)]


class Restricted(Section):
    """Where the restricted household tables are: outside git."""

    folder: str


class Twin(Section):
    """Size of the synthetic twin that stands for the restricted tables."""

    rumah_tangga: Annotated[int, Field(ge=5_000)]
