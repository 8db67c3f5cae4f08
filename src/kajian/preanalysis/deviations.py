"""What a study does otherwise than its plan, and what that makes exploratory."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kajian.errors import EvidenceError
from kajian.evidence.ledger import Entry, Ledger
from kajian.preanalysis.choices import CLAIMS, DECLARED, choices_of, declared_of
from kajian.preanalysis.plan import SHORT, AnalysisPlan, PlanVersion, written_when
from kajian.study import Study

ABSENT = "tidak ada"
# How often chance is tried changes digits, not what is estimated.
TECHNICAL = ("benih", "ulangan", "permutasi", "undian", "simulasi_indeks")
# Lists whose order says something; in others it does not.
ORDERED = ("luaran_uji", "umur_gerombol")
# First words of the ledger keys that a section of a study file decides about; data, and what was
# declared beside the choices, decide about every effect.
EVERY = ""
PREFIXES = {
    "data": (EVERY,),
    "rencana": (EVERY,),
    "wilayah": (EVERY,),
    "pemetaan": ("kemiskinan", "peringkat", "ketimpangan", "moran", "akses", "sintetis"),
    "regresi": ("regresi", "spek", "ketahanan"),
    "kontrol_sintetis": ("sintetis",),
    "spesifikasi": ("spek", "kerja"),
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


def deviations(plan: PlanVersion, study: Study, root: Path) -> list[Deviation]:
    """Compare a version of a plan with the present choices and declarations, option by option."""
    planned, now = _planned(plan), _present(study, root)
    reasons = (
        {each.pilihan: each.alasan for each in study.rencana.penyimpangan} if study.rencana else {}
    )
    return [
        Deviation(
            choice,
            _shown(planned.get(choice)),
            _shown(now.get(choice)),
            _reason(choice, reasons),
            _is_technical(choice),
        )
        for choice in sorted({*planned, *now})
        if _compared(choice, planned) != _compared(choice, now)
    ]


def require_declared(plan: AnalysisPlan | None, study: Study, root: Path) -> list[Deviation]:
    """Refuse a study that departs from its plan without saying why.

    Raises
    ------
    EvidenceError
        Naming every departure without a reason, or a reason for a choice that does not exist.
    """
    if plan is None:
        return []
    found = deviations(plan.last, study, root)
    _require_known(plan.last, study, root)
    if silent := [each for each in found if not each.reason and not each.technical]:
        listed = "\n- ".join(f"{d.choice}: rencana {d.planned}; sekarang {d.now}" for d in silent)
        raise EvidenceError(
            f"Kajian {study.kode} menyimpang dari rencananya (sidik {plan.last.sidik[:SHORT]}) "
            f"tanpa alasan:\n- {listed}\nPerbaikan: kembalikan, atau tambahkan [[rencana."
            "penyimpangan]] dengan pilihan dan alasan di berkas kajian; hasilnya lalu ditandai "
            "eksploratif."
        )
    return found


def mark_exploratory(ledger: Ledger, plan: AnalysisPlan | None, study: Study, root: Path) -> Ledger:
    """Mark what no plan declared before results were at hand.

    Held against the last version from before: an effect that it does not declare is exploratory,
    and so is every effect and number of a section that has changed since, and a claim whose tests
    have; a later revision does not undo that. Without such a version all effects are.
    """
    before = plan.before if plan else None
    declared = frozenset(before.isi["luaran_utama"]) if before else frozenset()
    late = plan.effects - declared if plan else frozenset()
    changed = _changed(before or plan.last, study, root) if plan else set()
    every = before is None or EVERY in changed

    def is_exploratory(key: str, entry: Entry) -> bool:
        own = key.split(".")[0] in changed
        if entry.grade:
            return own or every or (entry.of or key) in late
        return key in changed or (own and not isinstance(entry.value, str))

    return {
        key: replace(entry, exploratory=True) if is_exploratory(key, entry) else entry
        for key, entry in ledger.items()
    }


def departed_claims(plan: AnalysisPlan | None, study: Study, root: Path) -> set[str]:
    """Ledger keys of claims that were reworded, or are tested otherwise, since the plan."""
    changed = _changed(plan.before or plan.last, study, root) if plan else set()
    return {key for key in changed if key.startswith("klaim.")}


def unreported(ledger: Ledger, plan: AnalysisPlan | None) -> list[str]:
    """Declared effects that no step recorded: a stopping rule held, or they were left out."""
    return sorted(plan.effects - set(ledger)) if plan else []


def check_effects(ledger: Ledger, plan: AnalysisPlan) -> None:
    """Refuse an effect that the plan does not declare, and a declared one without a grade.

    Parameters
    ----------
    ledger
        Results as they were recorded, before `mark_exploratory`.
    plan
        The plan.

    Raises
    ------
    EvidenceError
        Naming every such effect that was not recorded as exploratory, or every one ungraded.
    """
    if bare := sorted(key for key in plan.effects if key in ledger and not ledger[key].grade):
        raise EvidenceError(
            f"Dampak dalam rencana tanpa tingkat bukti: {', '.join(bare)}. "
            "Perbaikan: nilai dengan langkah.grade sesudah dicatat."
        )
    undeclared = [
        entry
        for key, entry in ledger.items()
        if entry.grade and not entry.exploratory and (entry.of or key) not in plan.effects
    ]
    if undeclared:
        first = undeclared[0]
        names = ", ".join(dict.fromkeys(entry.of or entry.key for entry in undeclared))
        raise EvidenceError(
            f"Dampak yang tidak dinyatakan dalam rencana: {names} (notebook {first.notebook}, sel "
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


def deviations_text(found: Collection[Deviation], absent: Collection[str] = ()) -> str:
    """Departures from a plan, and declared effects without a result, in Markdown, for people."""
    lines = [
        f"- `{each.choice}`: rencana {each.planned}; sekarang {each.now} "
        f"({each.reason or 'teknis: hanya banyaknya ulangan atau benih'})"
        for each in found
    ]
    if absent:
        lines.append(f"- dinyatakan, tetapi tidak ada hasilnya: {', '.join(absent)}")
    return "\n".join(["", "## Penyimpangan dari rencana", "", *(lines or ["tidak ada"]), ""])


def _changed(plan: PlanVersion, study: Study, root: Path) -> set[str]:
    """First words of the keys that changed choices decide about, and the keys of claims.

    A list of effects decides about none.
    """
    choices = [
        each.choice.split(".")
        for each in deviations(plan, study, root)
        if not each.technical and each.choice != "rencana.luaran_utama"
    ]
    claims = {f"klaim.{claim}" for section, claim, *_ in choices if section == CLAIMS}
    return claims | {word for section, *_ in choices for word in PREFIXES.get(section, (section,))}


def _planned(plan: PlanVersion) -> dict[str, Any]:
    declared = {name: plan.isi[name] for name in DECLARED}
    return dict(_flat({**plan.isi["pilihan"], "rencana": declared}))


def _present(study: Study, root: Path) -> dict[str, Any]:
    present = {**choices_of(study, root), "rencana": declared_of(study)}
    return dict(_flat(json.loads(json.dumps(present))))


def _is_technical(choice: str) -> bool:
    """Seeds and numbers of draws are keys of a section; below, names are the study's own."""
    return choice.count(".") < 2 and choice.rpartition(".")[2].startswith(TECHNICAL)


def _require_known(plan: PlanVersion, study: Study, root: Path) -> None:
    """Refuse a reason for a choice that neither the plan nor the study has."""
    known = {*_planned(plan), *_present(study, root)}
    for reason in study.rencana.penyimpangan if study.rencana else ():
        if not any(f"{choice}.".startswith(f"{reason.pilihan}.") for choice in known):
            close = difflib.get_close_matches(reason.pilihan, known, n=1)
            hint = f"mungkin maksudnya '{close[0]}'" if close else "hapus alasan itu"
            raise EvidenceError(
                f"rencana.penyimpangan: '{reason.pilihan}' bukan pilihan kajian {study.kode}. "
                f"Perbaikan: {hint}."
            )


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every choice under its dotted key; an option of a mapping is a choice of its own."""
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(item, f"{place}.{name}" if place else str(name))
        return
    if value not in (None, [], {}):
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
