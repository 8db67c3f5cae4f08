"""The steps of a study as pytask tasks: the only module that knows their order."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytask
from filelock import FileLock, Timeout
from nbformat import NotebookNode

from kajian import report
from kajian.data.check import check_study
from kajian.errors import KajianError, PipelineError
from kajian.execution import execute
from kajian.files import publish, restore, write_text
from kajian.nodes import Content, code_node, environment_node, fixed, folder_node
from kajian.notebook import (
    chosen_parameters,
    code_fingerprint,
    declared_parameters,
    read_notebook,
    set_parameters,
    used_cells,
)
from kajian.places import (
    BRIEF,
    EARLIER,
    STEPS,
    processed_folder,
    project_root,
    raw_folder,
    report_folder,
    study_file,
)
from kajian.study import Study, read_study

REPORT = "laporan"
RUNNER = "import kajian.execution"


def run_study(code: str, root: Path | None = None) -> Path:
    """Bring a study up to date.

    Parameters
    ----------
    code
        Code of the study: the name of its file in ``studies``.
    root
        Project folder; found from the working directory when absent.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    KajianError
        When the study file is wrong, a step fails, or another run holds the study. What the
        last good run produced stays as it was.
    """
    root = root or project_root()
    study = read_study(study_file(root, code))
    tasks = build_tasks(study, root)
    home = processed_folder(root, study.kode)
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / ".kunci", timeout=0):
            for final in (*(home / name for name in STEPS), report_folder(root, study.kode)):
                restore(final)
            session = _build(tasks, home)
    except Timeout:
        raise PipelineError(
            f"Kajian {code} sedang dijalankan oleh proses lain. "
            "Perbaikan: tunggu sampai selesai, lalu ulangi."
        ) from None
    for done in session.execution_reports:
        if done.outcome == pytask.TaskOutcome.FAIL:
            raise _as_kajian_error(done.exc_info[1], done.task.name)
    if session.exit_code != pytask.ExitCode.OK:
        raise PipelineError(f"Kajian {code} tidak selesai ({session.exit_code.name}).")
    for name in STEPS:
        (home / f"{name}.gagal.ipynb").unlink(missing_ok=True)
    return report_folder(root, study.kode)


def stale_steps(code: str, root: Path | None = None) -> list[str]:
    """Names of the steps that the next run would redo."""
    root = root or project_root()
    tasks = build_tasks(read_study(study_file(root, code)), root)
    home = processed_folder(root, code)
    home.mkdir(parents=True, exist_ok=True)
    session = _build(tasks, home, dry_run=True)
    stale = (pytask.TaskOutcome.WOULD_BE_EXECUTED, pytask.TaskOutcome.FAIL)
    return [r.task.name for r in session.execution_reports if r.outcome in stale]


def build_tasks(study: Study, root: Path) -> list[pytask.TaskWithoutPath]:
    """One task per notebook, and one that assembles the report.

    Raises
    ------
    StudyError
        When a notebook declares a parameter that the study does not have.
    """
    home = processed_folder(root, study.kode)
    notebooks = {name: read_notebook(root / "notebooks" / f"{name}.ipynb") for name in STEPS}
    tasks = [_notebook_task(name, notebooks[name], study, root) for name in STEPS]
    prose = [
        Content(name=f"naskah {name}", measure=fixed(notebook.cells))
        for name, notebook in notebooks.items()
    ]
    folders = [folder_node(home / name, root) for name in STEPS]

    def assemble(**_: Any) -> None:
        report.assemble_report(study, root)

    last = pytask.TaskWithoutPath(
        name=REPORT,
        function=assemble,
        depends_on={
            "prose": prose,
            "steps": folders,
            "raw": _raw_folders(study, root),
            "study": Content(name="kajian", measure=fixed(study.model_dump(mode="json"))),
            "code": [code_node(REPORT, ["import kajian.report"]), environment_node()],
        },
        produces={"report": folder_node(report_folder(root, study.kode), root)},
    )
    return [*tasks, last]


def _notebook_task(
    name: str, notebook: NotebookNode, study: Study, root: Path
) -> pytask.TaskWithoutPath:
    home = processed_folder(root, study.kode)
    parameters = chosen_parameters(
        declared_parameters(notebook, name), study.parameters(), f"{name}.ipynb"
    )
    ready = set_parameters(used_cells(notebook, study.parts), parameters)
    inputs = [folder_node(home / step, root) for step in EARLIER[name]]
    if name in {STEPS[0], BRIEF}:
        inputs += _raw_folders(study, root)

    def run(**_: Any) -> None:
        if name == STEPS[0]:
            _refuse_bad_data(study, root)
        staging = home / f".staging-{name}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        kept = home / f"{name}.gagal.ipynb"
        try:
            execute(ready, folder=root / "notebooks", staging=staging, name=name)
        except BaseException as error:
            (staging / f"{name}.ipynb").replace(kept)
            shutil.rmtree(staging)
            if not isinstance(error, KajianError):
                raise
            raise PipelineError(
                f"{error}\n  Notebook sampai titik itu: {kept.relative_to(root)}"
            ) from None
        publish(staging, home / name)

    return pytask.TaskWithoutPath(
        name=name,
        function=run,
        depends_on={
            "inputs": inputs,
            "notebook": Content(name=f"sel kode {name}", measure=fixed(code_fingerprint(ready))),
            "code": [code_node(name, [*_code_of(ready), RUNNER]), environment_node()],
        },
        produces={"results": folder_node(home / name, root)},
    )


def _build(tasks: list[pytask.TaskWithoutPath], home: Path, **options: Any) -> Any:
    """Run pytask quietly; its lock file lives with the study."""
    from _pytask.console import console

    config = home / "pyproject.toml"
    if not config.is_file():
        write_text(config, "[tool.pytask.ini_options]\n")
    console.quiet = True
    return pytask.build(tasks=tasks, config=config, paths=home, capture="no", verbose=0, **options)


def _as_kajian_error(error: BaseException, step: str) -> KajianError:
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, KajianError):
        return error
    wrapped = PipelineError(
        f"Langkah {step} gagal: {type(error).__name__}: {error}. Perbaikan: ulangi; bila tetap "
        "gagal, jalankan dengan KAJIAN_TRACE=1 dan laporkan jejaknya."
    )
    wrapped.__cause__ = error
    return wrapped


def _refuse_bad_data(study: Study, root: Path) -> None:
    """Name every fault of the raw data at once, before a kernel starts."""
    if faults := check_study(root, study.kode):
        raise PipelineError("Data mentah belum benar:\n- " + "\n- ".join(faults))


def _code_of(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _raw_folders(study: Study, root: Path) -> list[Content]:
    return [folder_node(raw_folder(root) / source, root) for source in study.data.folders()]
