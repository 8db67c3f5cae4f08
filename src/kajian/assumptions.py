"""What a study assumes, claims and declared, checked before anything runs."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

from kajian.errors import DataError, EvidenceError, MethodError
from kajian.places import BRIEF, processed_folder, raw_folder, study_file
from kajian.study import Study

# What the regression of districts adjusts for, by cells of 03_causal.
DISTRICT_TERMS = ("unit_segmen", "tahun", "tpt_lag1_pct", "log_pdrb_lag1")


def faults_of_columns(study: Study) -> list[str]:
    """Say which columns a study asks of the restricted tables that these do not have."""
    from kajian.data.restricted.tables import restricted_table

    asked: list[tuple[str, str, tuple[str, ...]]] = []
    if study.bertahap:
        asked.append(("bertahap.luaran_bertahap", "kelurahan", (study.bertahap.luaran_bertahap,)))
    if study.uji_coba:
        asked.append(("uji_coba.luaran_uji", "uji_coba", study.uji_coba.luaran_uji))
        asked.append(("uji_coba.kovariat_uji", "uji_coba", study.uji_coba.kovariat_uji))
    faults = []
    for key, table, names in asked:
        known = [field.name for field in restricted_table(table).fields]
        for name in [name for name in names if name not in known]:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"mungkin maksudnya '{close[0]}'" if close else f"pilih dari {', '.join(known)}"
            faults.append(f"{key}: '{name}' bukan kolom tabel {table}; {hint}.")
    return faults


def faults_of_diagram(study: Study) -> list[str]:
    """Say why the causal diagram of a study does not carry the effect that it declares.

    An association needs no adjustment set that satisfies the diagram; an effect does.
    """
    if (asked := study.diagram) is None:
        return []
    from kajian.causal.diagram.adjustment import check_adjustment, require_adjustment
    from kajian.causal.diagram.diagram import read_diagram

    if study.regresi:
        terms = {asked.peubah_diagram[node] for node in asked.penyesuaian}
        if terms != set(DISTRICT_TERMS):
            return [
                "diagram.penyesuaian: regresi kabupaten/kota selalu memakai suku "
                f"{', '.join(DISTRICT_TERMS)}, sedangkan diagram menyebut "
                f"{', '.join(sorted(terms))}. Perbaikan: samakan, supaya gambar dan regresinya "
                "tidak berlainan."
            ]
    effect: Literal["efek_total", "efek_langsung"]
    effect = "efek_langsung" if asked.estimand == "efek_langsung" else "efek_total"
    test = check_adjustment if asked.estimand == "keterkaitan" else require_adjustment
    try:
        diagram = read_diagram(asked.panah, asked.tak_teramati)
        test(diagram, asked.perlakuan, asked.hasil, asked.penyesuaian, effect=effect)
        for other in asked.penyesuaian_uji:
            check_adjustment(diagram, asked.perlakuan, asked.hasil, other, effect=effect)
    except MethodError as error:
        return [f"[diagram] di {study_file(Path(), study.kode)}: {error}"]
    return []


def faults_of_plan(study: Study, root: Path) -> list[str]:
    """Say how a study departs from its plan without a reason, or that the plan was changed."""
    from kajian.preanalysis.deviations import require_declared
    from kajian.preanalysis.plan import read_plan

    try:
        require_declared(read_plan(root, study.kode), study, root)
    except EvidenceError as error:
        return [str(error)]
    return []


def faults_of_claims(study: Study, root: Path) -> list[str]:
    """Say what is wrong in the tables of claims, and what tests ask that the last run lacks.

    The second is known only of a study whose steps have all run.
    """
    if not (study.data.pernyataan and study.data.uji_pernyataan):
        return []
    from kajian.data.tables import read_named
    from kajian.evidence.claim_tests import faults_of_results, faults_of_tables
    from kajian.notebook import used_notebooks
    from kajian.trace.chain import results_of

    raw, home = raw_folder(root), processed_folder(root, study.kode)
    try:
        claims, _ = read_named(raw, study.data.pernyataan)
        tests, _ = read_named(raw, study.data.uji_pernyataan)
    except DataError as error:
        return [str(error)]
    if faults := list(faults_of_tables(claims, tests)):
        return faults
    steps = [step for step in used_notebooks(root, study.parts) if step != BRIEF]
    if not all((home / step / "ledger.json").is_file() for step in steps):
        return []
    try:
        results = results_of(study, root)
    except EvidenceError as error:
        return [str(error)]
    return [
        f"{fault} Bila hasil itu baru ditambahkan, jalankan 'kajian run {study.kode}' dahulu."
        for fault in faults_of_results(tests, results, study.parts)
    ]


def faults_of_register(study: Study, root: Path, shown: int | None) -> list[str]:
    """Say what is wrong in the register of programmes, each fault with so many of its rows."""
    if not study.data.register_program:
        return []
    from kajian.data.tables import read_named
    from kajian.evaluation.register.check import register_faults

    try:
        register, _ = read_named(raw_folder(root), study.data.register_program)
    except DataError as error:
        return [str(error)]
    return [fault.told(shown) for fault in register_faults(register)]
