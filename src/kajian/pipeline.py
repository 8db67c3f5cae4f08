"""Bring a study up to date: pytask runs what `kajian.status` calls stale, and nothing else."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kajian.claim import only_run
from kajian.errors import KajianError, PipelineError
from kajian.files import restore, staging_of, write_text
from kajian.imports import modules_behind
from kajian.outdated import remove_aside, set_aside
from kajian.places import (
    FAILED,
    GATE,
    STEPS,
    TWIN,
    processed_folder,
    project_root,
    report_folder,
)
from kajian.plan import Task, study_tasks
from kajian.progress import Progress
from kajian.status import forget, read_lock, why_stale
from kajian.study import Study, read_study

LAST_WORDS = 4000
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What a kernel, and pandera at its first use, import on their own account.
KERNEL_MODULES = {
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "matplotlib_inline.backend_inline",
    "pandera.backends.pandas.register",
    "sqlite3",
    "tornado.platform.asyncio",
}


def run_study(
    code: str, root: Path | None = None, *, memory_gb: float = 0, quiet: bool = False
) -> Path:
    """Bring a study up to date.

    Parameters
    ----------
    code
        Code of the study.
    root
        Project folder; found from the working directory when absent.
    memory_gb
        Most memory that a notebook may take, in GB; four fifths of the machine's when 0.
    quiet
        Whether to print nothing.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    KajianError
        When the study file is wrong, a step fails, or another run holds the study. Finished
        steps stay; the last report stays too, set aside when its results are out of date.
    """
    root = root or project_root()
    study = read_study(root, code)
    home = processed_folder(root, code)
    try:
        with only_run(home, code):
            shutil.rmtree(staging_of(report_folder(root, code)), ignore_errors=True)
            if "rumah_tangga" in study.parts:
                home.chmod(0o700)
            if study.terbatas:
                _require_restricted(study, root)
            for name in (TWIN, GATE, *STEPS):
                restore(home / name)
            restore(report_folder(root, code))
            tasks = study_tasks(study, root, memory_gb=memory_gb)
            if not (seen := read_lock(home)):
                forget(home)
            if stale := why_stale(tasks, seen):
                notebooks = [task for task in tasks if task.sources and task.name in stale]
                if notebooks:
                    _start_kernel_server(notebooks)
                    set_aside(root, code, [r for task in notebooks for r in stale[task.name]])
                with Progress(home, list(stale), quiet=quiet) as progress:
                    _build([task for task in tasks if task.name in stale], home, progress)
            _tidy(home)
            remove_aside(root, code)
    except OSError as error:
        raise _in_words(error, f"Kajian {code}") from error
    return report_folder(root, code)


def stale_steps(code: str, root: Path | None = None) -> dict[str, list[str]]:
    """Steps that the next run would redo, with the reasons in Indonesian."""
    root = root or project_root()
    study = read_study(root, code)
    if study.terbatas:
        _require_restricted(study, root)
    tasks = study_tasks(study, root)
    return why_stale(tasks, read_lock(processed_folder(root, code)))


def _require_restricted(study: Study, root: Path) -> None:
    """Say that the restricted folder is not at hand before anything is hashed or run."""
    folder = study.restricted_folder(root)
    try:
        found = any(folder.iterdir())
    except OSError as error:
        raise PipelineError(
            f"Folder data terbatas {folder} tidak dapat dibaca ({error.strerror}). Perbaikan: "
            "sambungkan atau buka foldernya, atau perbaiki terbatas.folder di berkas kajian."
        ) from error
    if not found:
        raise PipelineError(
            f"Folder data terbatas {folder} kosong. Perbaikan: letakkan tabelnya di sana; contoh "
            "kosong: kajian template."
        )


def _start_kernel_server(notebooks: Sequence[Task]) -> None:
    """Let the libraries of these notebooks be imported while we go on."""
    from kajian.engine.forks import prepare

    sources = [source for task in notebooks for source in task.sources]
    prepare(KERNEL_MODULES | modules_behind(sources))


def _build(tasks: Sequence[Task], home: Path, progress: Progress) -> None:
    """Let pytask run what changed; its lock file lives with the study.

    What pytask says on its own console is kept for the trace.
    """
    import pytask
    from _pytask.console import console

    config = home / "pyproject.toml"
    write_text(config, "[tool.pytask.ini_options]\n")
    said = console.file = io.StringIO()
    session = pytask.build(
        tasks=[_for_pytask(task, progress) for task in tasks],
        config=config,
        paths=home,
        capture="no",
        verbose=0,
        database_url="sqlite://",  # the lock file is the only record
    )
    failed = [
        (report.task.name, report.exc_info[1])
        for report in session.execution_reports
        if report.outcome == pytask.TaskOutcome.FAIL and report.exc_info and report.exc_info[1]
    ]
    if failed:
        raise _together(failed)
    if session.exit_code != pytask.ExitCode.OK:
        raise _in_words(RuntimeError(said.getvalue()[-LAST_WORDS:].strip()), "pytask")


def _for_pytask(task: Task, progress: Progress) -> Any:
    """Dress a task for pytask."""
    import pytask

    class Work(pytask.TaskWithoutPath):
        def state(self) -> str:
            """What a task is, its inputs say."""
            return "1"

    def work(**_: Any) -> None:
        with progress.of(task.name):
            task.run()

    return Work(
        name=task.name,
        function=work,
        depends_on={"inputs": task.inputs},
        produces={"product": task.product},
    )


def _together(failed: Sequence[tuple[str, BaseException]]) -> BaseException:
    """The first failure in words, and the names of the others."""
    (name, first), *others = failed
    error = _in_words(first, f"Langkah {name}")
    if not others or not isinstance(error, KajianError):
        return error
    told = PipelineError(f"{error}\n  Gagal juga: {', '.join(other for other, _ in others)}.")
    told.__cause__ = error.__cause__
    return told


def _tidy(home: Path) -> None:
    """Remove what earlier failures and interruptions left, now that all is well."""
    for leftover in home.glob(".staging-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for kept in home.glob(f"*{FAILED}"):
        kept.unlink()


def _in_words(error: BaseException, what: str) -> BaseException:
    """Say any failure in words for the user, with the original as its cause."""
    if isinstance(error, KeyboardInterrupt | KajianError):
        return error
    if getattr(error, "errno", None) in NO_ROOM or os.strerror(errno.ENOSPC) in str(error):
        text = (
            f"{what} gagal: ruang simpan habis ({_last_line(error)}). Perbaikan: kosongkan ruang, "
            "lalu ulangi; yang sudah selesai tidak dikerjakan lagi."
        )
    else:
        text = (
            f"{what} gagal: {type(error).__name__}: {_last_line(error)}. Perbaikan: jalankan "
            "dengan --trace untuk melihat sebabnya, perbaiki, lalu ulangi."
        )
    wrapped = PipelineError(text)
    wrapped.__cause__ = error
    return wrapped


def _last_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["tanpa keterangan"])[-1].strip(" │╯╰─")
