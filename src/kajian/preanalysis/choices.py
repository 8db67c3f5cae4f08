"""What a study declares beforehand: choices, effects, subgroups, stopping rules, claims."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from kajian.errors import EvidenceError
from kajian.places import raw_folder
from kajian.study import SECTION_PARTS, Study

# Sections that say what is estimated and how; titles and places of files are no choices.
CHOSEN = ("benih", "data", "pemetaan", "regresi", "kontrol_sintetis", *SECTION_PARTS)
DECLARED = ("luaran_utama", "subkelompok", "aturan_henti")
CLAIMS = "pernyataan"


def plan_of(study: Study, root: Path) -> dict[str, Any]:
    """What a study declares: its analysis choices, effects, subgroups and stopping rules.

    Raises
    ------
    EvidenceError
        When it has no section ``[rencana]``.
    """
    if study.rencana is None:
        raise EvidenceError(
            f"Kajian {study.kode} belum punya bagian [rencana]. Perbaikan: tambahkan luaran_utama "
            "(kunci dampak yang akan dilaporkan) dan aturan_henti di berkas kajiannya."
        )
    return {**declared_of(study), "pilihan": choices_of(study, root)}


def declared_of(study: Study) -> dict[str, Any]:
    """What ``[rencana]`` declares beside the choices; nothing without that section."""
    return study.rencana.model_dump(mode="json", include=set(DECLARED)) if study.rencana else {}


def choices_of(study: Study, root: Path) -> dict[str, Any]:
    """The analysis choices of a study by section; sections that it does not have are left out.

    Besides the sections of the study file: the place, and claims with their tests.
    """
    everything = study.model_dump(mode="json")
    chosen = {name: everything[name] for name in CHOSEN if everything[name] is not None}
    claims = _claims(study, root)
    place = {"kode_wilayah": study.wilayah.kode_wilayah}
    return {"wilayah": place, **chosen, **({CLAIMS: claims} if claims else {})}


def _claims(study: Study, root: Path) -> dict[str, Any]:
    """Each claim with its statement, its dimensions, and its tests with their limits."""
    if not (study.data.pernyataan and study.data.uji_pernyataan):
        return {}
    found: dict[str, Any] = {
        row["klaim"]: {"pernyataan": row["pernyataan"], "dimensi": row["dimensi"]}
        for row in _rows(root, study.data.pernyataan, ("klaim", "pernyataan", "dimensi"))
    }
    columns = ("klaim", "dimensi", "bagian", "uji")
    for row in _rows(root, study.data.uji_pernyataan, columns):
        tests = found.setdefault(row["klaim"], {}).setdefault("uji", {})
        tests.setdefault(row["dimensi"], {}).setdefault(row["bagian"], []).append(row["uji"])
    return found


def _rows(root: Path, source: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a raw table, read without pandas, since every command asks for them."""
    path = raw_folder(root) / f"{source}.csv"
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError:
        rows = [{}]
    if any(row.get(column) is None for row in rows for column in columns):
        raise EvidenceError(
            f"{path} tidak terbaca; diperlukan kolom {', '.join(columns)}. "
            "Perbaikan: simpan sebagai CSV UTF-8 dengan koma."
        )
    return rows
