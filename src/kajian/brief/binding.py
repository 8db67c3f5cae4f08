"""What binds the brief to evidence: all results, the claims judged on them, effects graded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kajian.errors import PipelineError
from kajian.evidence.claim_tests import CLAIMS, TESTS
from kajian.evidence.claims import JudgedClaim, claims_sentence, judge_claims
from kajian.evidence.effects import require_graded
from kajian.evidence.grade_rules import DESIGNS
from kajian.evidence.ledger import Entry, Ledger, merge_ledgers, read_ledger
from kajian.evidence.verbs import CEILING_VERBS, LOWEST, ceiling
from kajian.notebook import used_notebooks
from kajian.places import EARLIER, is_simulated, processed_folder
from kajian.preanalysis.deviations import check_effects, departed_claims, mark_exploratory
from kajian.preanalysis.plan import read_plan
from kajian.study import read_study

if TYPE_CHECKING:
    from kajian.step import Step


def recorded_results(step: Step) -> Ledger:
    """Everything that a step and the earlier steps of its study recorded.

    Effects outside the plan of the study are marked exploratory.

    Raises
    ------
    PipelineError
        Naming the earlier steps that have not run.
    EvidenceError
        Naming an effect without a grade, or one that is neither in the plan nor recorded as
        exploratory.
    """
    study = read_study(step.root, step.study)
    steps = used_notebooks(step.root, study.parts)
    home = processed_folder(step.root, step.study)
    paths = [home / name / "ledger.json" for name in EARLIER[step.name] if name in steps]
    if absent := [path.parent.name for path in paths if not path.is_file()]:
        raise PipelineError(
            f"Langkah {', '.join(absent)} belum pernah selesai. Perbaikan: jalankan "
            f"'kajian run {step.study}', atau notebook itu lebih dahulu."
        )
    merged = merge_ledgers([*(read_ledger(path) for path in paths), step.entries])
    require_graded(merged)
    plan = read_plan(step.root, step.study)
    if plan:
        check_effects(merged, plan)
    return mark_exploratory(merged, plan, study, step.root)


def record_claims(step: Step, claims: pd.DataFrame, tests: pd.DataFrame) -> list[JudgedClaim]:
    """Judge claims on all results of a study, and record each in the wording that they allow.

    Parameters
    ----------
    step
        The step of the brief.
    claims, tests
        As `kajian.evidence.claims.judge_claims` takes them.
    """
    study, ledger = read_study(step.root, step.study), recorded_results(step)
    departed = departed_claims(read_plan(step.root, step.study), study, step.root)
    judged = [
        replace(claim, exploratory=f"klaim.{claim.key}" in departed)
        for claim in judge_claims(claims, tests, ledger, study.parts)
    ]
    declared = (CLAIMS, TESTS)
    for claim in judged:
        step.record(
            f"klaim.{claim.key}",
            claim.sentence,
            note=f"Klaim, {claim.verdict}",
            tables=(*declared, *_tables_of(step, [ledger[key] for key in claim.keys])),
        )
    sentence = claims_sentence(judged, simulated=is_simulated(step.study))
    every = _tables_of(step, [ledger[key] for claim in judged for key in claim.keys])
    note = "Banyaknya pernyataan menurut putusan"
    step.record("klaim.ringkas", sentence, note=note, tables=(*declared, *every))
    return judged


def record_effects(step: Step) -> pd.DataFrame:
    """List every graded effect, and record the strongest verb that any of them allows.

    Returns
    -------
    DataFrame
        One row per effect: ``dampak``, ``nilai`` with its interval, ``rancangan``, ``tingkat``,
        ``temuan``, ``sebab``, what lowered it, and ``pemeriksaan``, all that was checked.
    """
    effects = [entry for entry in recorded_results(step).values() if entry.grade and not entry.of]
    steps = [ceiling(entry.grade, entry.exploratory) for entry in effects if entry.grade]
    strongest = CEILING_VERBS[min(steps, default=LOWEST)]
    note = "Anjuran terkuat yang diizinkan taksiran mana pun"
    step.record("bukti.terkuat", strongest, note=note, tables=_tables_of(step, effects))
    rows = [
        {
            "dampak": entry.note,
            "nilai": entry.show("lengkap"),
            "rancangan": DESIGNS[entry.grade.design].title,
            "tingkat": entry.grade.label,
            "temuan": entry.grade.finding,
            "sebab": entry.grade.short_reasons or "tidak ada",
            "pemeriksaan": "; ".join(entry.grade.steps),
        }
        for entry in effects
        if entry.grade
    ]
    columns = ["dampak", "nilai", "rancangan", "tingkat", "temuan", "sebab", "pemeriksaan"]
    return pd.DataFrame(rows, columns=columns)


def _tables_of(step: Step, entries: Iterable[Entry]) -> list[str]:
    """Tables that results rest on, which what follows from them rests on too."""
    tables = {name: digest for each in entries for name, digest in (each.tables or {}).items()}
    step.used.update(tables)
    return list(tables)
