"""The steps of a study as pytask tasks: the only module that knows their order."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytask
from filelock import FileLock, Timeout

from kajian.errors import KajianError, PipelineError
from kajian.execution import execute
from kajian.files import publish, sha256_of, write_text
from kajian.notebook import (
    chosen_parameters,
    code_fingerprint,
    declared_parameters,
    read_notebook,
    set_parameters,
    used_cells,
)
from kajian.places import BRIEF, STEPS, processed_folder, project_root, report_folder, study_file
from kajian.report import assemble_report
from kajian.study import Study, read_study

REPORT = "laporan"
# Sub-packages that a step calls; of the modules at the top, these belong to no step's results.
AROUND = {"cli.py", "pipeline.py", "progress.py", "report.py", "study.py"}
ROOMS = {
    "01_data": ("data",),
    "02_mapping": ("data", "mapping", "evidence"),
    "03_causal": ("data", "causal", "mapping", "evidence"),
    "04_evaluation": ("data", "evaluation", "evidence"),
    "05_policy_brief": ("brief", "data", "evidence"),
    REPORT: ("brief", "evidence"),
}
LIBRARIES = ("numpy", "scipy", "pandas", "geopandas", "statsmodels", "matplotlib", "typst")


@dataclass(kw_only=True)
class Content:
    """A pytask node whose state is a hash of what it stands for."""

    name: str
    measure: Callable[[], str | None]
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """Identity of the node in the graph."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    def state(self) -> str | None:
        """Hash of the content, or nothing when it does not exist."""
        return self.measure()

    def load(self, is_product: bool = False) -> str:
        """Tasks need no value from their nodes; pytask asks for one."""
        return self.name

    def save(self, value: Any) -> None:
        """Never called: tasks write their own products."""
        raise NotImplementedError


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
    home = processed_folder(root, code)
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / ".kunci", timeout=0):
            session = _build(tasks, home)
    except Timeout:
        raise PipelineError(
            f"Kajian {code} sedang dijalankan oleh proses lain. "
            "Perbaikan: tunggu sampai selesai, lalu ulangi."
        ) from None
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.FAIL:
            raise _as_kajian_error(report.exc_info[1], report.task.name)
    if session.exit_code != pytask.ExitCode.OK:
        raise PipelineError(f"Kajian {code} tidak selesai ({session.exit_code.name}).")
    return report_folder(root, code)


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
        Content(name=f"naskah {name}", measure=_fixed([c.source for c in notebook.cells]))
        for name, notebook in notebooks.items()
    ]
    folders = [_folder(home / name) for name in STEPS]

    def assemble(**_: Any) -> None:
        assemble_report(study, root)

    report = pytask.TaskWithoutPath(
        name=REPORT,
        function=assemble,
        depends_on={
            "prose": prose,
            "steps": folders,
            "study": Content(name="kajian", measure=_fixed(study.model_dump(mode="json"))),
            "code": [_code(REPORT), _environment()],
        },
        produces={"report": _folder(report_folder(root, study.kode))},
    )
    return [*tasks, report]


def _notebook_task(name: str, notebook: Any, study: Study, root: Path) -> pytask.TaskWithoutPath:
    home = processed_folder(root, study.kode)
    parameters = chosen_parameters(
        declared_parameters(notebook, name), study.parameters(), f"{name}.ipynb"
    )
    ready = set_parameters(used_cells(notebook, study.parts), parameters)
    if name == "01_data":
        inputs = [_folder(root / "data" / "raw" / source) for source in _sources(study)]
    else:
        before = STEPS[: STEPS.index(name)] if name == BRIEF else STEPS[:1]
        inputs = [_folder(home / step) for step in before]

    def run(**_: Any) -> None:
        staging = home / f".staging-{name}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            execute(ready, folder=root / "notebooks", staging=staging, name=name)
        except KajianError as error:
            kept = home / f"{name}.gagal.ipynb"
            (staging / f"{name}.ipynb").replace(kept)
            shutil.rmtree(staging)
            raise PipelineError(
                f"{error}\n  Notebook sampai titik itu: {kept.relative_to(root)}"
            ) from None
        publish(staging, home / name)
        (home / f"{name}.gagal.ipynb").unlink(missing_ok=True)

    return pytask.TaskWithoutPath(
        name=name,
        function=run,
        depends_on={
            "inputs": inputs,
            "notebook": Content(name=f"sel kode {name}", measure=_fixed(code_fingerprint(ready))),
            "code": [_code(name), _environment()],
        },
        produces={"results": _folder(home / name)},
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
    if isinstance(error, KajianError):
        return error
    wrapped = PipelineError(f"Langkah {step} gagal: {type(error).__name__}: {error}")
    wrapped.__cause__ = error
    return wrapped


def _sources(study: Study) -> list[str]:
    return sorted({name.partition("/")[0] for name in study.data.tables()})


def _folder(path: Path) -> Content:
    def measure() -> str | None:
        files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else []
        return sha256_of(files, path) if files else None

    return Content(name=str(path), measure=measure)


def _fixed(content: Any) -> Callable[[], str]:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return lambda: hashlib.sha256(text.encode()).hexdigest()


def _code(step: str) -> Content:
    package = Path(__file__).parent
    files: Iterable[Path] = [
        *(path for path in package.glob("*.py") if path.name not in AROUND),
        *(path for room in ROOMS[step] for path in (package / room).glob("*.*")),
    ]
    digest = sha256_of([path for path in files if path.suffix in {".py", ".typ"}], package)
    return Content(name=f"kode {step}", measure=lambda: digest)


def _environment() -> Content:
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return Content(
        name="lingkungan", measure=_fixed({"python": platform.python_version(), **versions})
    )
