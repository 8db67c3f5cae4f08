"""The command ``kajian``: parse, call, print."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from pathlib import Path

from kajian.engine.memory import LEAST_GB
from kajian.errors import SHOWN_ROWS, KajianError, StudyError

DEFAULT_STUDY = "surakarta-2025"
REASONS = 6


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code (0 well, 1 an error with a remedy, 2 usage)."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except (KajianError, OSError) as error:
        remedy = ". Perbaikan: periksa izin dan ruang simpan." if isinstance(error, OSError) else ""
        _say(f"\nKesalahan: {error}{remedy}", error=True)
        if options.trace:
            import traceback

            _say(traceback.format_exc(), error=True)
        return 1
    except KeyboardInterrupt:
        print(
            "\nDihentikan. Yang sudah selesai tetap ada; ulangi perintah yang sama untuk "
            "melanjutkan.",
            file=sys.stderr,
        )
        return 130


def _say(text: str, *, error: bool = False) -> None:
    """Print what may quote data, without the identities in it."""
    from kajian.privacy.patterns import without_identities

    print(without_identities(text), file=sys.stderr if error else sys.stdout, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kajian", description="Kajian kebijakan yang dapat diulang, dari data ke ringkasan."
    )
    parser.set_defaults(trace=False)
    commands = parser.add_subparsers(required=True, metavar="PERINTAH")
    for name, function, text in (
        ("run", _run, "jalankan kajian sampai ringkasan kebijakan"),
        ("check", _check, "periksa berkas kajian dan semua data mentahnya"),
        ("status", _status, "tampilkan langkah yang perlu dijalankan lagi, dan sebabnya"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "studies", nargs="*", metavar="KAJIAN", help=f"nama kajian (bawaan: {DEFAULT_STUDY})"
        )
        command.add_argument("--all", action="store_true", help="semua kajian di folder studies")
        command.add_argument(
            "--trace", action="store_true", help="tampilkan jejak Python bila terjadi kesalahan"
        )
        command.set_defaults(command=function)
        if name == "run":
            _add_run_options(command)
        if name == "check":
            command.add_argument(
                "--all-rows", action="store_true", help="sebut semua baris yang salah"
            )
    seal = commands.add_parser("seal", help="catat ulang sidik data mentah yang sengaja diubah")
    seal.add_argument("source", metavar="SUMBER", help="nama folder di data/raw")
    seal.set_defaults(command=_seal)
    template = commands.add_parser("template", help="buat berkas isian kosong untuk data terbatas")
    template.add_argument("table", nargs="?", metavar="TABEL", help="tanpa ini: daftar tabelnya")
    template.add_argument("--to", default=".", metavar="FOLDER", help="tempat berkas ditulis")
    template.set_defaults(command=_template)
    key = commands.add_parser("key", help="buat kunci penyamaran untuk data terbatas sebuah kajian")
    key.add_argument("study", metavar="KAJIAN")
    key.add_argument("--keyring", action="store_true", help="simpan di gantungan kunci sistem")
    key.set_defaults(command=_key)
    guard = commands.add_parser("guard", help="tolak data terbatas yang akan masuk git")
    guard.add_argument(
        "message", nargs="?", type=Path, metavar="PESAN", help="berkas pesan commit, dari git"
    )
    guard.add_argument("--install", action="store_true", help="pasang sebagai kait git di sini")
    guard.set_defaults(command=_guard)
    return parser


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dask", default="", metavar="ALAMAT", help="alamat penjadwal Dask")
    command.add_argument(
        "--workers", type=int, default=0, metavar="N", help="banyaknya pekerja untuk banyak kajian"
    )
    command.add_argument(
        "--memory", type=_gigabytes, default=0, metavar="GB", help="batas memori tiap notebook"
    )


def _gigabytes(text: str) -> float:
    """Memory for a notebook; with less, a kernel fails in ways that explain little."""
    value = float(text)
    if not LEAST_GB <= value < math.inf:
        raise argparse.ArgumentTypeError(f"paling sedikit {LEAST_GB} GB, bukan {text}")
    return value


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


def _run(options: argparse.Namespace) -> int:
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
            _say(f"Kesalahan: {outcome.code}: {outcome.error}", error=True)
            if options.trace:
                _say(outcome.trace, error=True)
        elif not os.environ.get("CI"):
            rest = f", sisa sekitar {duration(left)}" if left else ""
            took = duration(outcome.seconds)
            print(f"  [{done}/{len(codes)}] {outcome.code}: selesai ({took}){rest}", flush=True)
    total = duration(time.monotonic() - start)
    print(f"{len(codes) - len(failed)} dari {len(codes)} kajian mutakhir, {total}.")
    return 1 if failed else 0


def _check(options: argparse.Namespace) -> int:
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
        _say(f"- {fault}")
    print("Belum benar." if faults else "Berkas kajian, data mentah, dan naskah lolos.")
    return 1 if faults else 0


def _faults_beyond_raw(code: str, root: Path, shown: int | None) -> list[str]:
    """Faults of a study's diagram and restricted tables; a twin is checked when it is made."""
    from kajian.assumptions import faults_of_columns, faults_of_diagram
    from kajian.study import read_study

    try:
        study = read_study(root, code)
    except KajianError:
        return []  # said already
    faults = [*faults_of_diagram(study), *faults_of_columns(study)]
    if study.terbatas:
        from kajian.intake import faults_of_restricted

        faults += [fault.told(shown) for fault in faults_of_restricted(study, root)]
    return faults


def _status(options: argparse.Namespace) -> int:
    from kajian.pipeline import stale_steps
    from kajian.places import project_root

    root, failed = project_root(), 0
    for code in _codes(options, root):
        try:
            stale = stale_steps(code, root)
        except KajianError as error:
            failed = 1
            _say(f"Kesalahan: {code}: {error}", error=True)
            continue
        if not stale:
            print(f"Kajian {code} sudah mutakhir.")
            continue
        print(f"Kajian {code} perlu dijalankan lagi: kajian run {code}")
        for name, reasons in stale.items():
            more = [f"dan {len(reasons) - REASONS} sebab lain"] if len(reasons) > REASONS else []
            print(f"  {name}")
            _say("\n".join(f"    - {reason}" for reason in reasons[:REASONS] + more))
    return failed


def _seal(options: argparse.Namespace) -> None:
    from kajian.data.seal import seal
    from kajian.places import project_root, raw_folder

    changed = seal(raw_folder(project_root()) / options.source)
    print(f"Sidik diperbarui: {', '.join(changed)}" if changed else "Tidak ada yang berubah.")


def _template(options: argparse.Namespace) -> None:
    from kajian.data.restricted.tables import TABLES, restricted_table
    from kajian.data.restricted.template import write_template

    if not options.table:
        print("\n".join(f"  {name:<18} {restricted_table(name).title}" for name in TABLES))
        return
    for path in write_template(options.table, Path(options.to)):
        print(path)


def _key(options: argparse.Namespace) -> None:
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


def _guard(options: argparse.Namespace) -> int:
    from kajian.places import project_root
    from kajian.privacy.guard import install_hook, main

    root = project_root()
    if not options.install:
        return main(root, options.message)
    if hook := install_hook(root):
        print(f"Kait git terpasang: {hook}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
