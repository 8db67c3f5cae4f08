"""A study: its every choice, frozen and typed, read from a file in ``studies``."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from kajian.collection import choices
from kajian.errors import StudyError
from kajian.places import TWIN, processed_folder, study_file
from kajian.sections import (
    Claims,
    Clusters,
    Deviation,
    Diagram,
    Exempt,
    Gaps,
    HealthCentres,
    Interviews,
    Mapping,
    Multidimensional,
    Plan,
    Region,
    Regression,
    Restricted,
    ScoreRule,
    Section,
    SmallAreas,
    Sources,
    SpatialRegression,
    Specifications,
    Spending,
    StagedProgramme,
    SyntheticControl,
    Targeting,
    Trial,
    Twin,
    WelfareIndex,
    Year,
)
from kajian.study_rules import contradictions, misplaced

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


class Study(Section):
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
    area_kecil: SmallAreas | None = None
    multidimensi: Multidimensional | None = None
    indeks: WelfareIndex | None = None
    gerombol: Clusters | None = None
    belanja: Spending | None = None
    puskesmas: HealthCentres | None = None
    diagram: Diagram | None = None
    spesifikasi: Specifications | None = None
    ruang: SpatialRegression | None = None
    kesenjangan: Gaps | None = None
    sasaran: Targeting | None = None
    bertahap: StagedProgramme | None = None
    uji_coba: Trial | None = None
    seleksi: ScoreRule | None = None
    wawancara: Interviews | None = None
    klaim: Claims | None = None
    rencana: Plan | None = None
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
        schools = data.batas_kelurahan and data.sekolah and data.indikator_akses
        found = {
            "kabkota": data.panel_kabkota,
            "kelurahan": schools,
            "penduduk": schools and data.kecamatan,
            "rumah_tangga": self.terbatas or self.simulasi,
            "simulasi": self.simulasi,
            "terbatas": self.terbatas,
            **{name: getattr(self, name) for name in SECTION_PARTS},
            "dampak": self.bertahap or self.uji_coba or self.seleksi,
            "register": data.register_program,
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
        for name, value in self.model_dump(mode="json", exclude={"terbatas", "rencana"}).items():
            flat.update(value if isinstance(value, dict) else {name: value})
        flat["studi"] = flat.pop("kode")
        period = self.pemetaan and [self.pemetaan.tahun_awal, self.pemetaan.tahun_akhir]
        return {**flat, "periode": period}


# Parts that a study has if it has their section.
SECTION_PARTS = (
    *("area_kecil", "multidimensi", "indeks", "gerombol", "belanja", "puskesmas"),
    *("diagram", "spesifikasi", "ruang", "kesenjangan"),
    *("sasaran", "bertahap", "uji_coba", "seleksi", "wawancara", "klaim"),
)
ANALYSES = (
    *(Mapping, Regression, SyntheticControl, Twin),
    *(SmallAreas, Multidimensional, WelfareIndex, Clusters, Spending, HealthCentres),
    *(Diagram, Specifications, SpatialRegression, Gaps),
    *(Targeting, StagedProgramme, Trial, ScoreRule, Interviews, Claims),
)


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
    wanted = wanted.replace("' or '", "' atau '")
    return f"{place}: {value!r} tidak diterima; {wanted}."


def _known_keys() -> list[str]:
    sections = (Study, Region, Sources, *ANALYSES, Restricted, Plan, Deviation, Exempt)
    return [name for section in sections for name in section.model_fields]
