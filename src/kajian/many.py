"""Many studies at once: on the cores of this machine, or on a Dask scheduler that already runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kajian.engine.server import die_with_parent
from kajian.errors import KajianError, PipelineError
from kajian.files import sha256_of
from kajian.imports import PACKAGE

WAIT_SECONDS = 5


def package_hash() -> str:
    """Hash of the package's modules as they lie on disk."""
    return sha256_of(sorted(PACKAGE.rglob("*.py")), PACKAGE)


LOADED = package_hash()
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one study of many ended: its code, the seconds it took, and what went wrong if it did."""

    code: str
    seconds: float
    error: str = ""


def run_studies(
    codes: Sequence[str],
    root: Path,
    *,
    dask: str = "",
    workers: int = 0,
    memory_gb: float = 0,
    say: Callable[[str], None] = print,
) -> Iterator[Outcome]:
    """Bring many studies up to date, each in one piece on one worker.

    Parameters
    ----------
    codes
        Codes of the studies.
    root
        Project folder; workers on other machines must see it under the same path.
    dask
        Address of a running Dask scheduler, such as ``tcp://10.0.0.5:8786``; empty for workers
        of our own on this machine.
    workers
        How many workers of our own; as many as there are processors when 0.
    memory_gb
        Most memory that a notebook may take, in GB; 0 for no limit.
    say
        Tells the user why nothing happens yet.

    Yields
    ------
    Outcome
        For each study as it ends; one that fails does not stop the others.

    Raises
    ------
    PipelineError
        When the scheduler cannot be reached, or a worker died.
    """
    asked = workers or os.cpu_count() or 1
    pool = _dask_pool(dask, say) if dask else _own_pool(min(asked, len(codes)))
    with pool as executor:
        futures = [executor.submit(_one, code, root, memory_gb, LOADED) for code in codes]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            raise PipelineError(
                "Sebuah proses pekerja mati, biasanya karena kehabisan memori. Perbaikan: ulangi "
                "dengan --workers yang lebih kecil; yang sudah selesai tidak dikerjakan lagi."
            ) from None
        finally:
            for future in futures:
                future.cancel()


def _one(code: str, root: Path, memory_gb: float, expected: str) -> Outcome:
    """Run on a worker; errors travel as text, because not every exception can be pickled."""
    from kajian.pipeline import run_study

    start = time.monotonic()
    try:
        if expected != LOADED:
            raise PipelineError(
                "Pekerja memakai kode kajian yang lain daripada yang memberi tugas. "
                "Perbaikan: pasang versi yang sama, lalu mulai ulang pekerja."
            )
        if not (root / "studies").is_dir():
            raise PipelineError(
                f"Folder proyek {root} tidak terlihat dari pekerja. "
                "Perbaikan: taruh proyek di folder bersama dengan jalur yang sama."
            )
        with _one_at_a_time:
            run_study(code, root, memory_gb=memory_gb, quiet=True)
    except KajianError as error:
        return Outcome(code, time.monotonic() - start, str(error))
    return Outcome(code, time.monotonic() - start)


@contextmanager
def _own_pool(workers: int) -> Iterator[Executor]:
    with ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=die_with_parent,
        initargs=(os.getpid(),),
    ) as pool:
        yield pool


@contextmanager
def _dask_pool(address: str, say: Callable[[str], None]) -> Iterator[Any]:
    """Use the workers of a scheduler; wait for the first of them, and say so."""
    try:
        from distributed import Client
    except ImportError:
        raise PipelineError(
            "--dask perlu pustaka 'distributed'. Perbaikan: pasang dengan "
            "'.uv/bin/uv sync --inexact --group cluster'."
        ) from None
    try:
        client = Client(address, timeout=WAIT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PipelineError(
            f"Penjadwal Dask {address} tidak dapat dihubungi ({error}). "
            "Perbaikan: periksa alamatnya, dan pastikan penjadwal itu berjalan."
        ) from None
    with client:
        while not client.scheduler_info(n_workers=-1)["workers"]:
            say(f"Menunggu pekerja pertama di {address} …")
            try:
                client.wait_for_workers(1, timeout=WAIT_SECONDS)
            except TimeoutError:
                continue
        yield client.get_executor()
