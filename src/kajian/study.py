"""A study: its every choice, frozen and typed, read from a file in ``studies``."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kajian.collection import REGENCY_CODE, choices
from kajian.errors import StudyError
from kajian.places import TWIN, processed_folder, study_file
from kajian.study_rules import contradictions, misplaced

RegencyCode = Annotated[str, Field(pattern=REGENCY_CODE)]
TableName = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9_]+$")]
Year = Annotated[int, Field(ge=1990, le=2100)]
Period = tuple[Year, Year]


# How pydantic's findings read in Indonesian; its own words are English.
WANTED = {
    "int_type": "harus bilangan bulat, tanpa tanda kutip",
    "float_type": "harus angka bertitik desimal, tanpa tanda kutip",
    "string_type": "harus teks di antara tanda kutip",
    "tuple_type": "harus daftar di antara kurung siku",
    "model_type": "harus bagian [nama] dengan kunci-kunci di bawahnya",
    "literal_error": "harus {expected}",
    "string_pattern_mismatch": "harus berbentuk {pattern}",
    "greater_than": "harus lebih dari {gt}",
    "greater_than_equal": "harus paling sedikit {ge}",
    "less_than": "harus kurang dari {lt}",
    "less_than_equal": "harus paling banyak {le}",
    "string_too_short": "tulis paling sedikit {min_length} huruf",
    "too_short": "perlu paling sedikit {min_length} nilai yang sah",
    "too_long": "boleh paling banyak {max_length} nilai",
}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Region(_Section):
    """The place under study."""

    kode_wilayah: RegencyCode
    sistem_kode: Literal["kemendagri"]
    nama_wilayah: str
    nama_singkat: str
    nama_provinsi: str


class Sources(_Section):
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

    def tables(self) -> list[str]:
        """Every raw table that the study uses, as ``source/table``."""
        return [name for name in self.model_dump().values() if name]

    def folders(self) -> list[str]:
        """Every source that the study uses: the folders of its raw tables, sorted."""
        return sorted({name.partition("/")[0] for name in self.tables()})


class Mapping(_Section):
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


class Regression(_Section):
    """Choices of ``03_causal``."""

    segmen: tuple[Period, ...] = Field(min_length=1)
    tahun_regresi: tuple[Period, ...] = Field(min_length=1)
    jarak_conley_km: tuple[Annotated[int, Field(gt=0)], ...] = Field(min_length=1)
    ulangan_bootstrap: Annotated[int, Field(ge=99)]


class SyntheticControl(_Section):
    """Choices of ``04_evaluation``."""

    tahun_mulai: Year
    tahun_mulai_uji: Year
    taraf_plasebo: Annotated[float, Field(gt=0, lt=0.5)]
    tahun_mulai_plasebo: tuple[Year, ...]
    kode_sekitar: tuple[RegencyCode, ...]


class Exempt(_Section):
    """A place in the report that the privacy scan may pass, with the reason."""

    berkas: Annotated[str, Field(pattern=r".*[A-Za-z0-9].*")]
    jenis: str
    alasan: Annotated[str, Field(min_length=8)]


class Restricted(_Section):
    """Where the restricted household tables are: outside git."""

    folder: str


class Twin(_Section):
    """Size of the synthetic twin that stands for the restricted tables."""

    rumah_tangga: Annotated[int, Field(ge=5_000)]


class Study(_Section):
    """Every choice of one study.

    Keys are Indonesian because a researcher edits them; the notebooks declare the same names.
    """

    kode: Annotated[str, Field(pattern=r"^[a-z0-9-]+(/\d{2}\.\d{2})?$")]
    judul: str
    opd: str
    tahun: Year
    urusan: tuple[str, ...]
    benih: Annotated[int, Field(ge=0)]
    ambang_pengungkapan: Annotated[int, Field(ge=1)]
    wilayah: Region
    data: Sources
    pemetaan: Mapping | None = None
    regresi: Regression | None = None
    kontrol_sintetis: SyntheticControl | None = None
    terbatas: Restricted | None = None
    simulasi: Twin | None = None
    pengecualian: tuple[Exempt, ...] = ()

    @model_validator(mode="after")
    def _without_contradiction(self) -> Study:
        if found := list(contradictions(self)):
            raise ValueError("\n- ".join(found))
        return self

    @property
    def parts(self) -> frozenset[str]:
        """Names that a cell tagged ``hanya:<name>`` may ask for."""
        data = self.data
        found = {
            "kabkota": data.panel_kabkota,
            "kelurahan": data.batas_kelurahan and data.sekolah and data.indikator_akses,
            "rumah_tangga": self.terbatas or self.simulasi,
            "simulasi": self.simulasi,
            "terbatas": self.terbatas,
        }
        return frozenset({self.kode} | {part for part, has in found.items() if has})

    def restricted_folder(self, root: Path) -> Path:
        """Folder of the restricted tables: the one that the study names, or its twin's."""
        if self.terbatas:
            return root / Path(self.terbatas.folder).expanduser()
        return processed_folder(root, self.kode) / TWIN / "terbatas"

    def parameters(self) -> dict[str, Any]:
        """All choices under one flat vocabulary, as plain JSON values, for the notebooks.

        Choices of a section that the study does not have are ``None``. Where restricted data lie
        is no notebook's business.
        """
        flat: dict[str, Any] = {name: None for part in ANALYSES for name in part.model_fields}
        for name, value in self.model_dump(mode="json", exclude={"terbatas"}).items():
            flat.update(value if isinstance(value, dict) else {name: value})
        flat["studi"] = flat.pop("kode")
        period = self.pemetaan and [self.pemetaan.tahun_awal, self.pemetaan.tahun_akhir]
        return {**flat, "periode": period}


ANALYSES = (Mapping, Regression, SyntheticControl, Twin)


def read_study(root: Path, code: str) -> Study:
    """Read and check one study.

    Parameters
    ----------
    root
        Project folder.
    code
        Name of its file in ``studies``, without suffix; for one place of a collection followed by
        the place: ``jateng-2025/33.74``.

    Raises
    ------
    StudyError
        When the file is missing, is not TOML, or a key is unknown, missing or of a wrong type.
    """
    content = choices(root, code)
    try:
        study = Study.model_validate_json(json.dumps({**content, "kode": code}, default=str))
    except ValidationError as error:
        lines = "\n- ".join(_explain(dict(item)) for item in error.errors())
        place = code.partition("/")[2]
        where = f"{study_file(root, code)}{f' (daerah {place})' if place else ''}"
        raise StudyError(f"Berkas kajian {where} belum benar:\n- {lines}") from None
    if study.terbatas and (fault := misplaced(study.restricted_folder(root), root)):
        raise StudyError(f"Berkas kajian {study_file(root, code)} belum benar:\n- {fault}")
    return study


def _explain(item: dict[str, Any]) -> str:
    """Say one pydantic error in Indonesian, with key, value and remedy."""
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    path = [str(part) for part in item["loc"]]
    place, key, kind = ".".join(path), path[-1], item["type"]
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(key, _known_keys(), n=1)
        hint = f"mungkin maksudnya '{close[0]}'" if close else "hapus kunci itu"
        return f"{place}: kunci tidak dikenal; {hint}."
    if kind == "missing":
        what = f"nilai ke-{int(key) + 1}" if key.isdigit() else "kunci wajib ini"
        return f"{place}: {what} belum ada; tambahkan."
    value = item.get("input")
    is_region = any(part.startswith("kode_") for part in path)
    if is_region and kind == "string_type":
        return (
            f'{place}: {value!r} harus teks di antara tanda kutip, mis. "33.10"; '
            "sebagai angka nol di belakang hilang (33.1)."
        )
    if is_region and kind == "string_pattern_mismatch":
        return f"{place}: '{value}' bukan kode Kemendagri dua tingkat seperti \"33.72\"."
    wanted = WANTED.get(kind, "periksa nilainya").format(**item.get("ctx", {}))
    return f"{place}: {value!r} tidak diterima; {wanted}."


def _known_keys() -> list[str]:
    sections = (Study, Region, Sources, *ANALYSES, Restricted, Exempt)
    return [name for section in sections for name in section.model_fields]
