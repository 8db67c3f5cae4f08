"""The plan of a study: what it declares before its outcomes are read, dated and hashed.

A hash shows that a plan was not changed after it was written, and what a later version changed. It
cannot show *when* it was written: for that its hash has to stand somewhere that the authors do not
hold, such as a public commit or a registry.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from kajian import __version__
from kajian.errors import EvidenceError
from kajian.files import write_json
from kajian.language import format_date
from kajian.places import (
    STEPS,
    aside_folder,
    marked,
    plan_file,
    processed_folder,
    report_folder,
)
from kajian.preanalysis.choices import DECLARED, plan_of
from kajian.study import read_study

SHORT = 12


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it was declared on one day.

    Attributes
    ----------
    tanggal
        Date of writing, ISO.
    hasil_sudah_ada
        Whether results of the study were at hand then, or for an earlier version: seen is seen.
    alasan
        Why it replaced the one before; empty for the first.
    kajian
        Version of the package.
    isi
        The choices by section, and the declared effects, subgroups and stopping rules.
    sidik_sebelum, sidik
        SHA-256 of the version before (empty for the first), and of this one, which covers it.
    """

    tanggal: str
    hasil_sudah_ada: bool
    alasan: str
    kajian: str
    isi: dict[str, Any]
    sidik_sebelum: str
    sidik: str


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """All versions of a study's plan; the last one counts."""

    studi: str
    versi: tuple[PlanVersion, ...]

    @property
    def last(self) -> PlanVersion:
        """The version that counts."""
        return self.versi[-1]

    @property
    def before(self) -> PlanVersion | None:
        """The last version that was written before results were at hand, if there is one."""
        known = list(takewhile(lambda version: not version.hasil_sudah_ada, self.versi))
        return known[-1] if known else None

    @property
    def effects(self) -> frozenset[str]:
        """Ledger keys of the effects that the version which counts declares."""
        return frozenset(self.last.isi["luaran_utama"])


def write_plan(root: Path, code: str, *, reason: str = "", today: dt.date) -> AnalysisPlan:
    """Write the plan of a study, or a new version of it.

    Parameters
    ----------
    root, code
        The project's folder and the study.
    reason
        Why an earlier plan is replaced; it stays in the file.
    today
        The date to write.

    Raises
    ------
    EvidenceError
        When there is a plan and no reason, a reason and no plan, or nothing changed.
    """
    study, earlier = read_study(root, code), read_plan(root, code)
    content = json.loads(json.dumps(plan_of(study, root)))
    path = plan_file(root, code)
    if earlier and not reason:
        raise EvidenceError(
            f"Rencana {path} sudah ada (sidik {earlier.last.sidik[:SHORT]}). Perbaikan: bila "
            f'memang harus berubah, jalankan kajian plan {code} --revisi "alasan"; versi lama '
            "tetap tersimpan di dalamnya."
        )
    if reason and not earlier:
        raise EvidenceError(
            f"Kajian {code} belum punya rencana untuk direvisi. Perbaikan: jalankan kajian plan "
            f"{code} tanpa --revisi."
        )
    if earlier and earlier.last.isi == content:
        raise EvidenceError(
            f"Tidak ada yang berubah dari rencana {path}. Perbaikan: tidak perlu revisi."
        )
    before = earlier.last.sidik if earlier else ""
    known = _results_exist(root, code) or bool(earlier and earlier.last.hasil_sudah_ada)
    version = PlanVersion(today.isoformat(), known, reason, __version__, content, before, "")
    version = PlanVersion(**{**asdict(version), "sidik": _fingerprint(code, version)})
    plan = AnalysisPlan(code, (*(earlier.versi if earlier else ()), version))
    write_json(path, asdict(plan))
    return plan


def read_plan(root: Path, code: str) -> AnalysisPlan | None:
    """Read the plan of a study and verify every hash; nothing when it has none.

    Raises
    ------
    EvidenceError
        When the file is no plan, or was changed after it was written.
    """
    path = plan_file(root, code)
    if not path.is_file():
        return None
    remedy = f'kembalikan dari git, atau ubah lewat kajian plan {code} --revisi "alasan"'
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        versions = tuple(PlanVersion(**version) for version in content["versi"])
        plan = AnalysisPlan(content["studi"], versions)
        [plan.last.isi[name] for name in ("pilihan", *DECLARED)]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise EvidenceError(
            f"{path} bukan rencana analisis yang sah ({error}). Perbaikan: {remedy}."
        ) from None
    if plan.studi != code:
        raise EvidenceError(
            f"{path} adalah rencana kajian '{plan.studi}', bukan '{code}'. Perbaikan: {remedy}."
        )
    before = ""
    for number, version in enumerate(versions, 1):
        found = _fingerprint(code, version)
        if version.sidik != found or version.sidik_sebelum != before:
            raise EvidenceError(
                f"{path}, versi {number}: isinya berubah sesudah disidik (tercatat "
                f"{str(version.sidik)[:SHORT]}, isinya {found[:SHORT]}). Perbaikan: {remedy}."
            )
        before = version.sidik
    return plan


def plan_text(plan: AnalysisPlan) -> str:
    """A plan in Markdown, for people: what is declared, how, and since when."""
    last = plan.last
    lines = [
        f"# Rencana analisis {plan.studi}",
        "",
        f"Dicatat {written_when(last)}. Sidik: `{last.sidik}`.",
        *(f"Revisi: {version.alasan}." for version in plan.versi if version.alasan),
    ]
    for title, name in zip(("Dampak yang dinyatakan", "Subkelompok", "Aturan henti"), DECLARED,
                           strict=True):  # fmt: skip
        items = last.isi[name] or ["tidak ada"]
        lines += ["", f"## {title}", "", *(f"- {item}" for item in items)]
    lines += ["", "## Pilihan analisis", ""]
    for section, choices in last.isi["pilihan"].items():
        if not isinstance(choices, dict):
            lines.append(f"- {section}: `{json.dumps(choices, ensure_ascii=False)}`")
            continue
        for name, value in choices.items():
            lines.append(f"- {section}.{name}: `{json.dumps(value, ensure_ascii=False)}`")
    return "\n".join(lines) + "\n"


def written_when(version: PlanVersion) -> str:
    """Say when a version was written, and whether results were at hand."""
    order = "sesudah hasilnya ada" if version.hasil_sudah_ada else "tanpa hasil di komputer itu"
    return f"{format_date(dt.date.fromisoformat(version.tanggal))}, {order}"


def plan_command(root: Path, code: str, *, revision_reason: str | None) -> str:
    """Write a plan and say so, for the command line."""
    plan = write_plan(root, code, reason=(revision_reason or "").strip(), today=dt.date.today())
    text = plan_text(plan)
    where = plan_file(root, code)
    note = (
        "Hasil kajian ini sudah ada: rencana ini menyatakan pilihan, bukan membuktikan urutannya.\n"
        if plan.last.hasil_sudah_ada
        else "Simpan sidiknya di tempat lain (git, surat, pendaftaran) supaya waktunya terbukti.\n"
    )
    return f"{text}\n{where}\n{note}"


def _results_exist(root: Path, code: str) -> bool:
    """Whether results lie here: of the steps, or in a report, also one that was set aside."""
    home = processed_folder(root, code)
    reports = (report_folder(root, code), aside_folder(root, code))
    ledgers = [
        *(home / step / "ledger.json" for step in STEPS[1:-1]),
        *(folder / marked(code, "ledger.json") for folder in reports),
    ]
    return any(path.is_file() for path in ledgers)


def _fingerprint(code: str, version: PlanVersion) -> str:
    content = {**asdict(version), "studi": code}
    del content["sidik"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
