"""What a study does otherwise than its plan, and what that makes exploratory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger
from kajian.preanalysis.plan import SHORT, AnalysisPlan, PlanVersion, choices_of, written_when
from kajian.study import Study

ABSENT = "tidak ada"
# How often chance is tried changes digits, not what is estimated.
TECHNICAL = ("benih", "ulangan", "permutasi", "undian", "simulasi_indeks")
# Lists whose order says something; in others it does not.
ORDERED = ("luaran_uji", "umur_gerombol")
# First words of the ledger keys that a section of a study file decides about; data decide all.
PREFIXES = {
    "data": ("",),
    "pemetaan": ("kemiskinan", "peringkat", "ketimpangan", "moran", "akses"),
    "kontrol_sintetis": ("sintetis",),
    "spesifikasi": ("spek",),
    "diagram": ("diagram", "regresi", "kerja", "ketahanan"),
    "kesenjangan": ("kepala", "faktor"),
    "uji_coba": ("uji",),
    "seleksi": ("skor",),
    "area_kecil": ("area",),
    "multidimensi": ("mpi",),
    "wawancara": ("suara",),
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One choice that differs from the plan.

    Attributes
    ----------
    choice
        Dotted key of the study file.
    planned, now
        Its value then and now, in words.
    reason
        Why, where the study file says so.
    technical
        Whether it only changes how often chance is tried.
    """

    choice: str
    planned: str
    now: str
    reason: str
    technical: bool


def deviations(plan: PlanVersion, study: Study) -> list[Deviation]:
    """Compare a version of a plan with the present choices, option by option."""
    planned = dict(_flat(plan.isi["pilihan"]))
    now = dict(_flat(json.loads(json.dumps(choices_of(study)))))
    reasons = (
        {each.pilihan: each.alasan for each in study.rencana.penyimpangan} if study.rencana else {}
    )
    return [
        Deviation(
            choice,
            _shown(planned.get(choice)),
            _shown(now.get(choice)),
            _reason(choice, reasons),
            any(part.startswith(TECHNICAL) for part in choice.split(".")),
        )
        for choice in sorted({*planned, *now})
        if _compared(choice, planned) != _compared(choice, now)
    ]


def require_declared(plan: AnalysisPlan | None, study: Study) -> list[Deviation]:
    """Refuse a study that departs from its plan without saying why.

    Raises
    ------
    EvidenceError
        Naming every departure without a reason.
    """
    if plan is None:
        return []
    found = deviations(plan.last, study)
    if silent := [each for each in found if not each.reason and not each.technical]:
        listed = "\n- ".join(f"{d.choice}: rencana {d.planned}; sekarang {d.now}" for d in silent)
        raise EvidenceError(
            f"Kajian {study.kode} menyimpang dari rencananya (sidik {plan.last.sidik[:SHORT]}) "
            f"tanpa alasan:\n- {listed}\nPerbaikan: kembalikan, atau tambahkan [[rencana."
            "penyimpangan]] dengan pilihan dan alasan di berkas kajian; hasilnya lalu ditandai "
            "eksploratif."
        )
    return found


def mark_exploratory(ledger: Ledger, plan: AnalysisPlan | None, study: Study) -> Ledger:
    """Mark the effects that no plan declared before results were at hand.

    Held against the last version from before: an effect that it does not declare, or whose
    section has changed since, is exploratory, and a later revision does not undo that. Without
    such a version all effects are.
    """
    before = plan.before if plan else None
    if before is None:
        changed: tuple[str, ...] = ("",)
        declared: frozenset[str] = frozenset()
    else:
        sections = {d.choice.split(".")[0] for d in deviations(before, study) if not d.technical}
        changed = tuple(p for name in sections for p in PREFIXES.get(name, (name,)))
        declared = frozenset(before.isi["luaran_utama"])
    late = plan.effects - declared if plan else frozenset()
    return {
        key: replace(entry, exploratory=True)
        if entry.grade
        and (key in late or any(prefix in ("", key.split(".")[0]) for prefix in changed))
        else entry
        for key, entry in ledger.items()
    }


def check_effects(ledger: Ledger, plan: AnalysisPlan | None) -> None:
    """Refuse an effect that the plan does not declare.

    Parameters
    ----------
    ledger
        Recorded results, marked by `mark_exploratory`.
    plan
        The plan; without one, every effect is exploratory already.

    Raises
    ------
    EvidenceError
        Naming every such effect that is not marked exploratory.
    """
    declared = plan.effects if plan else ()
    undeclared = [
        entry
        for key, entry in ledger.items()
        if entry.grade and not entry.exploratory and key not in declared
    ]
    if undeclared:
        first = undeclared[0]
        raise EvidenceError(
            "Dampak yang tidak dinyatakan dalam rencana: "
            f"{', '.join(entry.key for entry in undeclared)} (notebook {first.notebook}, sel "
            f"{first.cell}). Perbaikan: catat dengan exploratory=True, atau tambahkan ke "
            "luaran_utama dan jalankan kajian plan --revisi."
        )


def plan_status(plan: AnalysisPlan | None, found: Collection[Deviation]) -> str:
    """Say in one line what plan there is and how far it was kept."""
    if plan is None:
        return "tidak ada; semua dampak berstatus eksploratif"
    kept = f"{len(found)} penyimpangan, ada di rencana.md" if found else "tanpa penyimpangan"
    if plan.last.hasil_sudah_ada:
        kept += "; semua dampak" if plan.before is None else "; dampak yang diubah"
        kept += " berstatus eksploratif"
    word = "direvisi" if plan.last.alasan else "dicatat"
    return f"{word} {written_when(plan.last)}; sidik {plan.last.sidik[:SHORT]}; {kept}"


def deviations_text(found: Collection[Deviation]) -> str:
    """Departures from a plan in Markdown, for people."""
    lines = [
        f"- `{each.choice}`: rencana {each.planned}; sekarang {each.now} "
        f"({each.reason or 'teknis: hanya banyaknya ulangan atau benih'})"
        for each in found
    ]
    return "\n".join(["", "## Penyimpangan dari rencana", "", *(lines or ["tidak ada"]), ""])


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every choice under its dotted key; an option of a mapping is a choice of its own."""
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(item, f"{place}.{name}" if place else str(name))
        return
    if value is not None:
        yield place, value


def _compared(choice: str, choices: Mapping[str, Any]) -> str:
    """A choice as text; the order of a list counts only where it says something."""
    value = choices.get(choice)
    if isinstance(value, list) and not choice.endswith(ORDERED):
        return json.dumps(sorted(json.dumps(item, sort_keys=True) for item in value))
    return json.dumps(value, sort_keys=True)


def _reason(choice: str, reasons: Mapping[str, str]) -> str:
    """The reason given for a choice, or for the section that it is part of."""
    parts = choice.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((reasons[name] for name in names if name in reasons), "")


def _shown(value: Any) -> str:
    return ABSENT if value is None else json.dumps(value, ensure_ascii=False)
