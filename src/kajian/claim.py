"""One run of a study at a time."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kajian.errors import PipelineError
from kajian.language import format_moment


@contextmanager
def only_run(home: Path, code: str) -> Iterator[None]:
    """Hold a study; the operating system lets go of it however the holder ends.

    Parameters
    ----------
    home
        Folder of the study's results.
    code
        The study, for the message.

    Raises
    ------
    PipelineError
        When another process holds it; the message names that process.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / ".kunci"
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PipelineError(
            f"Kajian {code} sedang dijalankan oleh {path.read_text() or 'proses lain'}. "
            "Perbaikan: tunggu sampai selesai, atau hentikan proses itu, lalu ulangi."
        ) from None
    try:
        path.write_text(
            f"proses {os.getpid()} di {platform.node()}, sejak {format_moment(dt.datetime.now())}"
        )
        yield
    finally:
        lock.release()
