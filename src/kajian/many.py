"""Many studies at once: on the cores of this machine, or on a Dask scheduler that already runs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path

from kajian.engine.memory import LEAST_GB, default_gb
from kajian.engine.server import die_with_parent
from kajian.errors import KajianError, PipelineError
from kajian.files import sha256_of
from kajian.imports import PACKAGE
from kajian.versions import library_versions, python_version

WAIT_SECONDS = 5
LOST = "Hubungan dengan penjadwal Dask putus. Perbaikan: hidupkan lagi penjadwal itu, lalu ulangi."


def installation() -> str:
    """Say what decides results besides the project's files: our modules, libraries, and Python."""
    files = [path for kind in ("*.py", "*.typ") for path in PACKAGE.rglob(kind)]
    return f"{sha256_of(sorted(files), PACKAGE)} {python_version()} {library_versions()}"


LOADED = installation()
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one study of many ended.

    Attributes
    ----------
    code
        Code of the study.
    seconds
        How long it took.
    error, trace
        What went wrong, if anything: for the user, and Python's trace.
    """

    code: str
    seconds: float
    error: str = ""
    trace: str = ""


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

    Stopping half-way, also by Ctrl-C, ends workers of our own at once and drops what still waits
    on a Dask scheduler; a study that a Dask worker is busy with is finished there.

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
        Most memory that a notebook may take, in GB; when 0, four fifths of the machine's, shared
        between our own workers.
    say
        Tells the user why nothing happens yet.

    Yields
    ------
    Outcome
        For each study as it ends; one that fails does not stop the others.

    Raises
    ------
    PipelineError
        When the scheduler cannot be reached or is lost, or a worker of our own died.
    """
    count = min(workers if workers > 0 else _processors(), len(codes))
    limit = memory_gb if memory_gb or dask else max(default_gb() / count, LEAST_GB)
    with _dask_pool(dask) if dask else _own_pool(count) as (executor, idle):
        names: dict[Future[Outcome], str] = {
            executor.submit(_one, code, root, limit, LOADED): code for code in codes
        }
        for future in _as_they_end(names, idle, say):
            yield _outcome(names[future], future)


def _one(code: str, root: Path, memory_gb: float, expected: str) -> Outcome:
    """Run on a worker; errors travel as text, because not every exception can be pickled."""
    from kajian.pipeline import run_study

    with _one_at_a_time:
        start = time.monotonic()
        error = trace = ""
        try:
            if expected != LOADED:
                raise PipelineError(
                    "Pekerja memakai kode kajian atau versi pustaka yang lain daripada yang "
                    "memberi tugas. Perbaikan: pasang versi yang sama, lalu mulai ulang pekerja."
                )
            if not (root / "studies").is_dir():
                raise PipelineError(
                    f"Folder proyek {root} tidak terlihat dari pekerja. "
                    "Perbaikan: taruh proyek di folder bersama dengan jalur yang sama."
                )
            run_study(code, root, memory_gb=memory_gb, quiet=True)
        except KajianError as reason:
            error, trace = str(reason), traceback.format_exc()
        return Outcome(code, time.monotonic() - start, error, trace)


def _as_they_end(
    futures: Collection[Future[Outcome]], idle: Callable[[], str], say: Callable[[str], None]
) -> Iterator[Future[Outcome]]:
    """Give futures as they end; tell once whenever there is nobody to work on them."""
    waiting, told = set(futures), ""
    while waiting:
        if (reason := idle()) and not told:
            say(reason)
        told = reason
        ended, waiting = wait(waiting, timeout=WAIT_SECONDS, return_when=FIRST_COMPLETED)
        yield from ended


def _outcome(code: str, future: Future[Outcome]) -> Outcome:
    """Say how a task ended that may not even have begun."""
    try:
        return future.result()
    except BrokenProcessPool:
        raise PipelineError(
            "Sebuah proses pekerja mati, biasanya karena kehabisan memori. Perbaikan: ulangi "
            "dengan --workers yang lebih kecil; yang sudah selesai tidak dikerjakan lagi."
        ) from None
    except CancelledError:
        raise PipelineError(LOST) from None
    except Exception as error:
        reason = (
            f"Pekerja tidak dapat mengerjakannya ({type(error).__name__}: {error}). Perbaikan: "
            "periksa catatan pekerja, memorinya, dan pemasangan kajian di sana, lalu ulangi."
        )
        return Outcome(code, 0, reason, "".join(traceback.format_exception(error)))


@contextmanager
def _own_pool(workers: int) -> Iterator[tuple[Executor, Callable[[], str]]]:
    """Use processes of our own, which end with this one."""
    others = active_children()
    with ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_start_worker,
        initargs=(os.getpid(),),
    ) as pool:
        try:
            yield pool, lambda: ""
        except BaseException:
            for worker in active_children():
                if worker not in others:
                    worker.kill()
            raise


def _start_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, lambda *_: None)
    die_with_parent(parent)


def _processors() -> int:
    """Processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _dask_pool(address: str) -> Iterator[tuple[Executor, Callable[[], str]]]:
    """Use the workers of a scheduler, those that join it later too."""
    try:
        from distributed import Client
    except ImportError:
        raise PipelineError(
            "--dask perlu pustaka 'distributed'. Perbaikan: pasang dengan "
            "'.uv/bin/uv sync --locked --inexact --group cluster'."
        ) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_reach(address))
        client = Client(address, timeout=WAIT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PipelineError(
            f"Penjadwal Dask {address} tidak dapat dihubungi ({str(error) or 'tidak menjawab'}). "
            "Perbaikan: periksa alamatnya, dan pastikan penjadwal itu berjalan."
        ) from None

    def idle() -> str:
        try:
            workers = client.scheduler_info(n_workers=-1)["workers"]
        except OSError:
            raise PipelineError(LOST) from None
        return "" if workers else "Menunggu pekerja: belum ada satu pun pada penjadwal itu."

    with client:
        yield client.get_executor(pure=False), idle


async def _reach(address: str) -> None:
    """Greet a scheduler; a client would wait for ever for one that does not answer."""
    from distributed import Security
    from distributed.comm.core import connect

    keys = Security().get_connection_args("client")
    greeting = connect(address, timeout=WAIT_SECONDS, **keys)
    await (await asyncio.wait_for(greeting, WAIT_SECONDS + 1)).close()
