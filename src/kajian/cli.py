"""The command ``kajian``: parse, call, print."""

from __future__ import annotations

import argparse
import os
import sys
import traceback

from kajian.errors import KajianError

DEFAULT_STUDY = "surakarta-2025"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code (0 well, 1 an error with a remedy, 2 usage)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except KajianError as error:
        print(f"\nKesalahan: {error}", file=sys.stderr)
        if os.environ.get("KAJIAN_TRACE"):
            traceback.print_exc()
        return 1
    except KeyboardInterrupt:
        print("\nDihentikan. Hasil terakhir yang utuh tetap ada.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kajian", description="Kajian kebijakan yang dapat diulang, dari data ke ringkasan."
    )
    commands = parser.add_subparsers(required=True, metavar="PERINTAH")
    for name, function, text in (
        ("run", _run, "jalankan kajian sampai ringkasan kebijakan"),
        ("check", _check, "periksa berkas kajian dan semua data mentahnya"),
        ("status", _status, "tampilkan langkah yang perlu dijalankan lagi"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("study", nargs="?", default=DEFAULT_STUDY, metavar="KAJIAN")
        command.set_defaults(command=function)
    seal = commands.add_parser("seal", help="catat ulang sidik data mentah yang sengaja diubah")
    seal.add_argument("source", metavar="SUMBER", help="nama folder di data/raw")
    seal.set_defaults(command=_seal)
    return parser


def _run(options: argparse.Namespace) -> None:
    from kajian.pipeline import run_study

    print(f"Kajian {options.study}", flush=True)
    folder = run_study(options.study)
    print(f"Ringkasan kebijakan: {folder / 'policy-brief.pdf'}")


def _check(options: argparse.Namespace) -> int:
    from kajian.data.check import check_study
    from kajian.places import project_root
    from kajian.report import faults_of_prose

    root = project_root()
    faults = check_study(root, options.study) + faults_of_prose(root)
    for fault in faults:
        print(f"- {fault}")
    print("Belum benar." if faults else "Berkas kajian, data mentah, dan naskah lolos.")
    return 1 if faults else 0


def _status(options: argparse.Namespace) -> None:
    from kajian.pipeline import stale_steps

    stale = stale_steps(options.study)
    if stale:
        print(f"Perlu dijalankan lagi: {', '.join(stale)}. Jalankan 'kajian run {options.study}'.")
    else:
        print(f"Kajian {options.study} sudah mutakhir.")


def _seal(options: argparse.Namespace) -> None:
    from kajian.data.seal import seal
    from kajian.places import project_root, raw_folder

    changed = seal(raw_folder(project_root()) / options.source)
    print(f"Sidik diperbarui: {', '.join(changed)}" if changed else "Tidak ada yang berubah.")


if __name__ == "__main__":
    sys.exit(main())
