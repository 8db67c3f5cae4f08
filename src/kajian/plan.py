"""The steps of a study in their order: what each needs, makes and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kajian import nodes
from kajian.errors import PipelineError
from kajian.nodes import Content
from kajian.notebook import (
    Notebook,
    chosen_parameters,
    code_cells,
    declared_parameters,
    read_notebook,
    set_parameters,
    used_cells,
)
from kajian.places import (
    BRIEF,
    EARLIER,
    STEPS,
    page_file,
    pdf_file,
    processed_folder,
    raw_folder,
    report_folder,
)
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
    """
    notebooks = {
        name: used_cells(read_notebook(root / "notebooks" / f"{name}.ipynb"), study.parts)
        for name in STEPS
    }
    raw = _raw_folders(study, root)
    rendering = [nodes.code(["import kajian.report"], REPORT), nodes.environment()]
    steps = [_step(name, notebooks[name], raw, study, root, memory_gb) for name in STEPS]
    pages = [_page(name, notebooks[name], rendering, study, root) for name in STEPS]
    brief = _brief(notebooks[BRIEF], rendering, study, root)
    made = [task.product for task in (*steps, *pages, brief)]
    return [*steps, *pages, brief, _report([*made, *raw, *rendering], study, root)]


def _step(
    name: str, notebook: Notebook, raw: list[Content], study: Study, root: Path, memory_gb: float
) -> Task:
    """Run a notebook."""
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
        *(_results(step, study, root) for step in EARLIER[name]),
        *(raw if is_first or name == BRIEF else ()),
        nodes.parameters(choices, name),
        nodes.code_cells_of(notebook, name),
        nodes.code([*sources, "import kajian.execution"], name),
        nodes.environment(),
    ]
    return Task(name, inputs, _results(name, study, root), run, sources)


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
    return Task(task, inputs, product, _later("write_page", study, root, name))


def _brief(notebook: Notebook, rendering: list[Content], study: Study, root: Path) -> Task:
    """Typeset the policy brief."""
    inputs = [
        _results(BRIEF, study, root),
        nodes.shown_cells_of(notebook, BRIEF, PDF),
        *rendering,
    ]
    product = nodes.file(pdf_file(root, study.kode), root)
    return Task(PDF, inputs, product, _later("write_brief", study, root))


def _report(parts: list[Content], study: Study, root: Path) -> Task:
    """Put everything that a reader gets into one folder."""
    inputs = [*parts, nodes.parameters(study.parameters(), REPORT)]
    product = nodes.folder(report_folder(root, study.kode), root)
    return Task(REPORT, inputs, product, _later("assemble_report", study, root))


def _later(function: str, *arguments: object) -> Callable[[], object]:
    """Call a function of `kajian.report`, whose libraries are loaded only then."""

    def call() -> object:
        from kajian import report

        return getattr(report, function)(*arguments)

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
