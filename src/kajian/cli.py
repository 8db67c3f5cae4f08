"""The command ``kajian``: what may be typed, and what is then called."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from kajian import commands
from kajian.engine.memory import LEAST_GB
from kajian.errors import KajianError

STUDY_HELP = f"nama kajian (bawaan: {commands.DEFAULT_STUDY})"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code (0 well, 1 an error with a remedy, 2 usage)."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (KajianError, OSError) as error:
        remedy = ". Perbaikan: periksa izin dan ruang simpan." if isinstance(error, OSError) else ""
        commands.say(f"\nKesalahan: {error}{remedy}", error=True)
        if options.trace:
            import traceback

            commands.say(traceback.format_exc(), error=True)
        return 1
    except KeyboardInterrupt:
        print(
            "\nDihentikan. Yang sudah selesai tetap ada; ulangi perintah yang sama untuk "
            "melanjutkan.",
            file=sys.stderr,
        )
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kajian", description="Kajian kebijakan yang dapat diulang, dari data ke ringkasan."
    )
    parser.set_defaults(trace=False)
    verbs = parser.add_subparsers(required=True, metavar="PERINTAH")
    for name, function, text in (
        ("run", commands.run, "jalankan kajian sampai ringkasan kebijakan"),
        ("check", commands.check, "periksa berkas kajian, data, klaim, register, dan naskah"),
        ("status", commands.status, "tampilkan langkah yang perlu dijalankan lagi, dan sebabnya"),
    ):
        command = verbs.add_parser(name, help=text, description=text)
        command.add_argument("studies", nargs="*", metavar="KAJIAN", help=STUDY_HELP)
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
    plan = verbs.add_parser("plan", help="tulis rencana analisis sebelum hasilnya dibaca")
    plan.add_argument("study", nargs="?", default=commands.DEFAULT_STUDY, help=STUDY_HELP)
    plan.add_argument(
        "--revisi", metavar="ALASAN", help="ganti rencana yang sudah ada; yang lama disimpan"
    )
    plan.set_defaults(command=commands.plan)
    trace = verbs.add_parser("trace", help="tampilkan asal sebuah hasil atau sebuah angka")
    trace.add_argument("what", metavar="KUNCI|ANGKA", help="kunci hasil; bersama --page: angkanya")
    trace.add_argument("--page", type=int, metavar="N", help="halaman ringkasan yang memuatnya")
    trace.add_argument("--study", default=commands.DEFAULT_STUDY, help=STUDY_HELP)
    trace.set_defaults(command=commands.show_trace)
    seal = verbs.add_parser("seal", help="catat ulang sidik data mentah yang sengaja diubah")
    seal.add_argument("source", metavar="SUMBER", help="nama folder di data/raw")
    seal.set_defaults(command=commands.seal)
    template = verbs.add_parser("template", help="buat berkas isian kosong untuk data terbatas")
    template.add_argument("table", nargs="?", metavar="TABEL", help="tanpa ini: daftar tabelnya")
    template.add_argument("--to", default=".", metavar="FOLDER", help="tempat berkas ditulis")
    template.set_defaults(command=commands.template)
    interviews = verbs.add_parser(
        "interviews", help="buat tabel wawancara dari ekspor Taguette atau QualCoder dua pengode"
    )
    programs = interviews.add_subparsers(required=True, metavar="PROGRAM")
    for program, metavar, text in (
        ("taguette", "EKSPOR", "ekspor sorotan (CSV, XLSX) pengode A, lalu pengode B"),
        ("qualcoder", "LAPORAN", "laporan kode (CSV, XLSX) kedua pengode, satu berkas atau lebih"),
    ):
        command = programs.add_parser(program, help=text)
        command.add_argument("exports", nargs="+", type=Path, metavar=metavar, help=text)
        _add_interview_options(command)
        command.set_defaults(command=commands.interviews, program=program, memo=False)
        if program == "qualcoder":
            command.add_argument(
                "--memo", action="store_true", help="memo tiap penandaan berisi parafrasenya"
            )
    key = verbs.add_parser("key", help="buat kunci penyamaran untuk data terbatas sebuah kajian")
    key.add_argument("study", metavar="KAJIAN")
    key.add_argument("--keyring", action="store_true", help="simpan di gantungan kunci sistem")
    key.set_defaults(command=commands.key)
    guard = verbs.add_parser("guard", help="tolak data terbatas yang akan masuk git")
    guard.add_argument(
        "message", nargs="?", type=Path, metavar="PESAN", help="berkas pesan commit, dari git"
    )
    guard.add_argument("--install", action="store_true", help="pasang sebagai kait git di sini")
    guard.set_defaults(command=commands.guard)
    return parser


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dask", default="", metavar="ALAMAT", help="alamat penjadwal Dask")
    command.add_argument(
        "--workers", type=int, default=0, metavar="N", help="banyaknya pekerja untuk banyak kajian"
    )
    command.add_argument(
        "--memory", type=_gigabytes, default=0, metavar="GB", help="batas memori tiap notebook"
    )


def _add_interview_options(command: argparse.ArgumentParser) -> None:
    for name, metavar, text in (
        ("--documents", "BERKAS", "keterangan tiap dokumen (formulir dokumen_wawancara)"),
        ("--to", "FOLDER", "folder data terbatas kajian; wawancara.csv ditulis di sana"),
    ):
        command.add_argument(name, type=Path, required=True, metavar=metavar, help=text)
    command.add_argument(
        "--themes",
        type=Path,
        metavar="BERKAS",
        help="tema tiap kode (formulir tema_wawancara); bawaan: kode bernama sama dengan tema",
    )


def _gigabytes(text: str) -> float:
    """Memory for a notebook; with less, a kernel fails in ways that explain little."""
    value = float(text)
    if not LEAST_GB <= value < math.inf:
        raise argparse.ArgumentTypeError(f"paling sedikit {LEAST_GB} GB, bukan {text}")
    return value


if __name__ == "__main__":
    sys.exit(main())
