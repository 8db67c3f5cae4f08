"""Bring a study up to date: pytask runs what `kajian.status` calls stale, and nothing else."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kajian.claim import only_run
from kajian.errors import KajianError, PipelineError
from kajian.files import restore, write_text
from kajian.imports import modules_behind
from kajian.outdated import remove_aside, set_aside
from kajian.places import STEPS, processed_folder, project_root, report_folder
from kajian.plan import Task, study_tasks
from kajian.progress import Progress
from kajian.status import read_lock, why_stale
from kajian.study import read_study

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
    home, report = processed_folder(root, code), report_folder(root, code)
    with only_run(home, code):
        for final in (*(home / name for name in STEPS), report):
            restore(final)
        tasks = study_tasks(study, root, memory_gb=memory_gb)
        if stale := why_stale(tasks, read_lock(home)):
            notebooks = [task for task in tasks if task.sources and task.name in stale]
            if notebooks:
                _start_kernel_server(notebooks)
                set_aside(root, code, [r for task in notebooks for r in stale[task.name]])
            try:
                with Progress(home, list(stale), quiet=quiet) as progress:
                    _build(tasks, home, progress)
            except OSError as error:
                raise _in_words(error, f"Kajian {code}") from error
        remove_aside(root, code)
    return report


def stale_steps(code: str, root: Path | None = None) -> dict[str, list[str]]:
    """Steps that the next run would redo, with the reasons in Indonesian."""
    root = root or project_root()
    tasks = study_tasks(read_study(root, code), root)
    return why_stale(tasks, read_lock(processed_folder(root, code)))


def _start_kernel_server(notebooks: Sequence[Task]) -> None:
    """Let the libraries of these notebooks be imported while we go on."""
    from kajian.engine.forks import prepare

    sources = [source for task in notebooks for source in task.sources]
    prepare(KERNEL_MODULES | modules_behind(sources))


def _build(tasks: Sequence[Task], home: Path, progress: Progress) -> None:
    """Let pytask run what changed; its lock file lives with the study."""
    import pytask
    from _pytask.console import console

    config = home / "pyproject.toml"
    if not config.is_file():
        write_text(config, "[tool.pytask.ini_options]\n")
    console.quiet = True
    session = pytask.build(
        tasks=[_for_pytask(task, progress) for task in tasks],
        config=config,
        paths=home,
        capture="no",
        verbose=0,
    )
    for done in session.execution_reports:
        if done.outcome == pytask.TaskOutcome.FAIL and done.exc_info and done.exc_info[1]:
            raise _in_words(done.exc_info[1], f"Langkah {done.task.name}")
    if session.exit_code != pytask.ExitCode.OK:
        raise PipelineError(f"Pekerjaan tidak selesai ({session.exit_code.name}).")


def _for_pytask(task: Task, progress: Progress) -> Any:
    """Dress a task for pytask."""
    import pytask

    def work(**_: Any) -> None:
        with progress.of(task.name):
            task.run()

    return pytask.TaskWithoutPath(
        name=task.name,
        function=work,
        depends_on={"inputs": task.inputs},
        produces={"product": task.product},
    )


def _in_words(error: BaseException, what: str) -> BaseException:
    """Say any failure in words for the user, with the original as its cause."""
    if isinstance(error, KeyboardInterrupt | KajianError):
        return error
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        text = (
            f"{what} gagal: ruang simpan habis ({error}). Perbaikan: kosongkan ruang, lalu ulangi; "
            "yang sudah selesai tidak dikerjakan lagi."
        )
    else:
        text = (
            f"{what} gagal: {type(error).__name__}: {error}. Perbaikan: ulangi; bila tetap gagal, "
            "jalankan dengan --trace dan laporkan jejaknya."
        )
    wrapped = PipelineError(text)
    wrapped.__cause__ = error
    return wrapped
