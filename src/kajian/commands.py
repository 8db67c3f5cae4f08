"""What each verb of the command ``kajian`` does, and what it prints."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from kajian.errors import SHOWN_ROWS, KajianError, StudyError

DEFAULT_STUDY = "surakarta-2025"
REASONS = 6


def say(text: str, *, error: bool = False) -> None:
    """Print what may quote data, without the identities in it."""
    from kajian.privacy.patterns import without_identities

    print(without_identities(text), file=sys.stderr if error else sys.stdout, flush=True)


def _codes(options: argparse.Namespace, root: Path) -> list[str]:
    """Codes of the studies that the user means, each once."""
    from kajian.collection import all_codes, study_codes

    names = options.studies or [DEFAULT_STUDY]
    found = all_codes(root) if options.all else [c for n in names for c in study_codes(root, n)]
    if not found:
        raise StudyError(
            "Belum ada berkas kajian di folder studies. "
            "Perbaikan: buat satu, mis. studies/surakarta-2025.toml."
        )
    return list(dict.fromkeys(found))


def run(options: argparse.Namespace) -> int:
    """Bring studies up to date; several, or those of a Dask scheduler, fan out."""
    from kajian.places import marked, project_root

    root = project_root()
    codes = _codes(options, root)
    if len(codes) > 1 or options.dask:
        return _run_many(codes, root, options)
    from kajian.pipeline import run_study

    print(f"Kajian {codes[0]}", flush=True)
    folder = run_study(codes[0], root, memory_gb=options.memory)
    print(f"Ringkasan kebijakan: {folder / marked(codes[0], 'policy-brief.pdf')}")
    return 0


def _run_many(codes: list[str], root: Path, options: argparse.Namespace) -> int:
    from functools import partial

    from kajian.many import run_studies
    from kajian.progress import duration

    start, failed = time.monotonic(), []
    outcomes = run_studies(
        codes,
        root,
        dask=options.dask,
        workers=options.workers,
        memory_gb=options.memory,
        say=partial(print, flush=True),
    )
    for done, outcome in enumerate(outcomes, start=1):
        left = (time.monotonic() - start) / done * (len(codes) - done)
        if outcome.error:
            failed.append(outcome)
            say(f"Kesalahan: {outcome.code}: {outcome.error}", error=True)
            if options.trace:
                say(outcome.trace, error=True)
        elif not os.environ.get("CI"):
            rest = f", sisa sekitar {duration(left)}" if left else ""
            took = duration(outcome.seconds)
            print(f"  [{done}/{len(codes)}] {outcome.code}: selesai ({took}){rest}", flush=True)
    total = duration(time.monotonic() - start)
    print(f"{len(codes) - len(failed)} dari {len(codes)} kajian mutakhir, {total}.")
    return 1 if failed else 0


def check(options: argparse.Namespace) -> int:
    """Name every fault of study files, raw and restricted data, claims, and prose."""
    from kajian.data.check import check_study
    from kajian.places import project_root
    from kajian.report import faults_of_prose

    root = project_root()
    faults = [f for code in _codes(options, root) for f in check_study(root, code)]
    shown = None if options.all_rows else SHOWN_ROWS
    for code in _codes(options, root):
        faults += _faults_beyond_raw(code, root, shown)
    faults = list(dict.fromkeys(faults)) + faults_of_prose(root)
    for fault in faults:
        say(f"- {fault}")
    print("Belum benar." if faults else "Berkas kajian, data mentah, dan naskah lolos.")
    return 1 if faults else 0


def _faults_beyond_raw(code: str, root: Path, shown: int | None) -> list[str]:
    """Faults of a study's diagram, plan, claims, register, and restricted tables.

    A twin is checked when it is made.
    """
    from kajian.assumptions import (
        faults_of_claims,
        faults_of_columns,
        faults_of_diagram,
        faults_of_plan,
        faults_of_register,
    )
    from kajian.study import read_study

    try:
        study = read_study(root, code)
    except KajianError:
        return []  # said already
    faults = [*faults_of_diagram(study), *faults_of_columns(study), *faults_of_plan(study, root)]
    faults += [*faults_of_claims(study, root), *faults_of_register(study, root, shown)]
    if study.terbatas:
        from kajian.intake import faults_of_restricted

        faults += [fault.told(shown) for fault in faults_of_restricted(study, root)]
    return faults


def status(options: argparse.Namespace) -> int:
    """Name the steps that would run again, and why."""
    from kajian.pipeline import stale_steps
    from kajian.places import project_root

    root, failed = project_root(), 0
    for code in _codes(options, root):
        try:
            stale = stale_steps(code, root)
        except KajianError as error:
            failed = 1
            say(f"Kesalahan: {code}: {error}", error=True)
            continue
        if not stale:
            print(f"Kajian {code} sudah mutakhir.")
            continue
        print(f"Kajian {code} perlu dijalankan lagi: kajian run {code}")
        for name, reasons in stale.items():
            more = [f"dan {len(reasons) - REASONS} sebab lain"] if len(reasons) > REASONS else []
            print(f"  {name}")
            say("\n".join(f"    - {reason}" for reason in reasons[:REASONS] + more))
    return failed


def seal(options: argparse.Namespace) -> None:
    """Accept an intended change of raw data."""
    from kajian.data.seal import seal
    from kajian.places import project_root, raw_folder

    changed = seal(raw_folder(project_root()) / options.source)
    print(f"Sidik diperbarui: {', '.join(changed)}" if changed else "Tidak ada yang berubah.")


def template(options: argparse.Namespace) -> None:
    """List the restricted tables, or write an empty one."""
    from kajian.data.restricted.interview_forms import FORMS, interview_form
    from kajian.data.restricted.tables import TABLES, restricted_table
    from kajian.data.restricted.template import write_template

    if not options.table:
        tables = [*map(restricted_table, TABLES), *map(interview_form, FORMS)]
        print("\n".join(f"  {table.name:<18} {table.title}" for table in tables))
        return
    for path in write_template(options.table, Path(options.to)):
        print(path)


def interviews(options: argparse.Namespace) -> None:
    """Turn what two people coded in Taguette or QualCoder into the table ``wawancara``."""
    from kajian.interviews.command import interviews_command
    from kajian.places import project_root

    text = interviews_command(
        project_root(),
        options.program,
        options.exports,
        options.documents,
        options.to,
        themes=options.themes,
        memo=options.memo,
    )
    say(text)


def key(options: argparse.Namespace) -> None:
    """Make the key of a study's pseudonyms."""
    from kajian.places import project_root
    from kajian.privacy.key import create_key
    from kajian.study import read_study

    study = read_study(project_root(), options.study)
    if not study.terbatas:
        raise StudyError(
            f"Kajian {study.kode} tidak memakai data terbatas, jadi tidak memerlukan kunci. "
            "Perbaikan: tambahkan bagian [terbatas] lebih dahulu bila memang perlu."
        )
    print(create_key(study.kode, in_keyring=options.keyring))


def guard(options: argparse.Namespace) -> int:
    """Refuse restricted data that are about to enter git, or install the hook that does."""
    from kajian.places import project_root
    from kajian.privacy.guard import install_hook, main

    root = project_root()
    if not options.install:
        return main(root, options.message)
    if hook := install_hook(root):
        print(f"Kait git terpasang: {hook}")
    return 0


def plan(options: argparse.Namespace) -> None:
    """Write down what a study will estimate, before its outcomes are read."""
    from kajian.places import project_root
    from kajian.preanalysis.plan import plan_command

    print(plan_command(project_root(), options.study, revision_reason=options.revisi))


def show_trace(options: argparse.Namespace) -> None:
    """Show what is behind a result, or behind a number on a page of the brief."""
    from kajian.places import project_root
    from kajian.trace.command import trace_command

    asked = {"number": options.what} if options.page is not None else {"key": options.what}
    say(trace_command(project_root(), options.study, page=options.page, **asked))
