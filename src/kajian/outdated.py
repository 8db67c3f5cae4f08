"""A report that is older than its data never stands where a reader looks for the current one."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from pathlib import Path

from kajian.files import write_text
from kajian.language import format_moment
from kajian.places import aside_folder, marked, report_folder

SHOWN = 12


def set_aside(root: Path, code: str, reasons: Iterable[str]) -> None:
    """Move the last report out of its place before newer results exist, and say why.

    The next complete report replaces it.
    """
    final, aside = report_folder(root, code), aside_folder(root, code)
    if final.is_dir():
        remove_aside(root, code)
        final.rename(aside)
    if not aside.is_dir():
        return
    pdf = aside / marked(code, "policy-brief.pdf")
    if pdf.is_file():
        pdf.rename(pdf.with_suffix(".USANG.pdf"))
    each = list(dict.fromkeys(reasons))
    more = [f"dan {len(each) - SHOWN} sebab lain"] if len(each) > SHOWN else []
    listed = "\n".join(f"- {reason}" for reason in each[:SHOWN] + more)
    write_text(
        aside / "BACA-INI.txt",
        f"LAPORAN INI USANG.\n\nSejak laporan ini dibuat, ada yang berubah:\n{listed}\n\n"
        f"Pembaruan dimulai {format_moment(dt.datetime.now())} dan belum selesai.\n"
        f"Jalankan 'kajian run {code}' sampai selesai: laporan baru akan ada di\n"
        f"reports/{code}, dan folder ini dihapus.\n",
    )


def remove_aside(root: Path, code: str) -> None:
    """Remove a report that was set aside."""
    shutil.rmtree(aside_folder(root, code), ignore_errors=True)
