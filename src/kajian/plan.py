"""The steps of a study in their order: what each needs, makes and does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kajian import nodes
from kajian.errors import PipelineError
from kajian.files import sha256
from kajian.nodes import Content
from kajian.notebook import (
    Notebook,
    chosen_parameters,
    code_cells,
    declared_parameters,
    set_parameters,
    used_notebooks,
)
from kajian.places import (
    BRIEF,
    EARLIER,
    GATE,
    STEPS,
    TWIN,
    page_file,
    pdf_file,
    plan_file,
    processed_folder,
    raw_folder,
    report_folder,
)
from kajian.privacy.key import fingerprint, key_of
from kajian.study import Study

PAGE, PDF, REPORT = "halaman", "ringkasan", "laporan"


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One piece of work on the way from raw data to the report.

    Attributes
    ----------
    name
        The notebook's name; ``halaman <notebook>`` for its page, ``ringkasan`` for the PDF,
        ``laporan`` for the folder that a reader gets.
    inputs, product
        What it depends on and what it makes.
    run
        Does it.
    sources
        The code cells of a notebook; nothing for other work.
    """

    name: str
    inputs: list[Content]
    product: Content
    run: Callable[[], object]
    sources: tuple[str, ...] = ()


def study_tasks(study: Study, root: Path, *, memory_gb: float = 0) -> list[Task]:
    """All work of a study, in an order in which it can be done.

    Parameters
    ----------
    study, root
        The study and the project's folder.
    memory_gb
        Most memory that a notebook may take, in GB; four fifths of the machine's when 0.

    Raises
    ------
    StudyError
        When a notebook declares a parameter that the study does not have.
    EvidenceError
        When the study departs from its plan without a reason, or the plan was changed.
    """
    _require_plan_kept(study, root)
    notebooks = used_notebooks(root, study.parts)
    raw = _raw_folders(study, root)
    rendering = [nodes.code(["import kajian.report"], REPORT), nodes.environment()]
    intake = _intake(raw, study, root)
    households = [task.product for task in intake]
    steps = [_step(name, notebooks, raw, households, study, root, memory_gb) for name in notebooks]
    pages = [_page(name, notebooks[name], rendering, study, root) for name in notebooks]
    brief = _brief(notebooks[BRIEF], rendering, study, root)
    made = [task.product for task in (*steps, *pages, brief)]
    report = _report([*made, *raw, *households, *rendering], study, root)
    return [*intake, *steps, *pages, brief, report]


def _intake(raw: list[Content], study: Study, root: Path) -> list[Task]:
    """Bring household data in: the twin's where they are simulated, and always by the gate."""
    if "rumah_tangga" not in study.parts:
        return []
    tasks: list[Task] = []
    if study.simulasi:
        chosen = {"rumah_tangga": study.simulasi.rumah_tangga, "benih": study.benih}
        code = nodes.code(["import kajian.twin.build"], TWIN)
        inputs = [*raw, nodes.parameters(chosen, TWIN), code, nodes.environment()]
        product = _results(TWIN, study, root)
        tasks.append(Task(TWIN, inputs, product, _later("intake.make_twin", study, root)))
    folder = nodes.folder(study.restricted_folder(root), root)
    inputs = [
        tasks[0].product if tasks else nodes.frozen(folder),
        *raw,
        nodes.parameters({"kunci": fingerprint(key_of(study.kode, root))}, GATE),
        nodes.code(["import kajian.privacy.gate, kajian.data.restricted.check"], GATE),
        nodes.environment(),
    ]
    admit = _later("intake.admit_households", study, root)
    return [*tasks, Task(GATE, inputs, _results(GATE, study, root), admit)]


def _step(
    name: str,
    notebooks: Mapping[str, Notebook],
    raw: list[Content],
    households: list[Content],
    study: Study,
    root: Path,
    memory_gb: float,
) -> Task:
    """Run a notebook."""
    notebook = notebooks[name]
    choices = chosen_parameters(
        declared_parameters(notebook, name), study.parameters(), f"{name}.ipynb"
    )
    ready = set_parameters(notebook, choices)
    sources = tuple(cell["source"] for cell in code_cells(ready))
    is_first = name == STEPS[0]

    def run() -> None:
        from kajian.execution import run_notebook

        if is_first:
            _refuse_bad_data(study, root)
        run_notebook(ready, name=name, study=study.kode, root=root, memory_gb=memory_gb)

    inputs = [
        *(_results(step, study, root) for step in EARLIER[name] if step in notebooks),
        *(raw if is_first or name == BRIEF else ()),
        *households,
        nodes.parameters({**choices, **(_plan(study, root) if name == BRIEF else {})}, name),
        nodes.code_cells_of(notebook, name),
        nodes.code([*sources, "import kajian.execution"], name),
        nodes.environment(),
    ]
    return Task(name, inputs, _results(name, study, root), run, sources)


def _require_plan_kept(study: Study, root: Path) -> None:
    """Refuse a study that departs from its plan without a reason, before anything runs."""
    if plan_file(root, study.kode).is_file():
        from kajian.preanalysis.deviations import require_declared
        from kajian.preanalysis.plan import read_plan

        require_declared(read_plan(root, study.kode), study, root)


def _plan(study: Study, root: Path) -> dict[str, object]:
    """The plan that the brief is held against, and what the study declares now."""
    path = plan_file(root, study.kode)
    declared = study.model_dump(mode="json")["rencana"]
    return {"rencana": declared, "sidik rencana": sha256(path) if path.is_file() else None}


def _page(
    name: str, notebook: Notebook, rendering: list[Content], study: Study, root: Path
) -> Task:
    """Show an executed notebook as HTML."""
    task = f"{PAGE} {name}"
    inputs = [
        _results(name, study, root),
        nodes.parameters({"judul": study.judul}, task),
        nodes.shown_cells_of(notebook, name, task),
        *rendering,
    ]
    product = nodes.file(page_file(root, study.kode, name), root)
    return Task(task, inputs, product, _later("report.write_page", study, root, name))


def _brief(notebook: Notebook, rendering: list[Content], study: Study, root: Path) -> Task:
    """Typeset the policy brief."""
    inputs = [
        _results(BRIEF, study, root),
        nodes.shown_cells_of(notebook, BRIEF, PDF),
        *rendering,
    ]
    product = nodes.file(pdf_file(root, study.kode), root)
    return Task(PDF, inputs, product, _later("report.write_brief", study, root))


def _report(parts: list[Content], study: Study, root: Path) -> Task:
    """Put everything that a reader gets into one folder."""
    inputs = [*parts, nodes.parameters(study.parameters(), REPORT)]
    product = nodes.folder(report_folder(root, study.kode), root)
    return Task(REPORT, inputs, product, _later("report.assemble_report", study, root))


def _later(function: str, *arguments: object) -> Callable[[], object]:
    """Call a function of the package, whose libraries are loaded only then."""
    module, _, name = function.rpartition(".")

    def call() -> object:
        return getattr(import_module(f"kajian.{module}"), name)(*arguments)

    return call


def _results(name: str, study: Study, root: Path) -> Content:
    return nodes.folder(processed_folder(root, study.kode) / name, root)


def _raw_folders(study: Study, root: Path) -> list[Content]:
    folders = [raw_folder(root) / source for source in study.data.folders()]
    return [nodes.frozen(nodes.folder(path, root)) for path in folders]


def _refuse_bad_data(study: Study, root: Path) -> None:
    """Name every fault of the raw data at once, before a kernel starts."""
    from kajian.data.check import check_study

    if faults := check_study(root, study.kode):
        raise PipelineError("Data mentah belum benar:\n- " + "\n- ".join(faults))
