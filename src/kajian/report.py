"""What a reader of a study gets: pages, the brief, and one folder that is whole or absent."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from kajian import __version__
from kajian.brief.document import GUIDE, fill_markdown
from kajian.brief.exporter import BriefExporter
from kajian.errors import EvidenceError
from kajian.evidence.ledger import merge_ledgers, read_ledger, write_ledger
from kajian.evidence.quoting import check_prose
from kajian.files import publish, sha256, visible_files, whole_file, write_json, write_text
from kajian.notebook import read_notebook, tags, used_cells, with_outputs
from kajian.places import (
    BRIEF,
    STEPS,
    page_file,
    pdf_file,
    processed_folder,
    raw_folder,
    report_folder,
)
from kajian.step import PROVENANCE
from kajian.study import Study
from kajian.versions import library_versions, python_version

# The HTML needs no network: no formulas, no widgets, no diagrams.
OFFLINE = {"mathjax_url": "", "require_js_url": "", "mermaid_js_url": "", "jquery_url": ""}
COPIED = {"figures": "figures", "exports": "tables", "layers": "layers"}


def write_page(study: Study, root: Path, name: str) -> None:
    """Show an executed notebook, with its present prose, as an HTML page."""
    notebook = _today(name, study, root)
    if name == BRIEF:
        fill_markdown(notebook)
    title = f"{name} – {study.judul}"
    html, _ = _html_exporter().from_notebook_node(notebook, {"metadata": {"name": title}})
    write_text(page_file(root, study.kode, name), html)


def write_brief(study: Study, root: Path) -> None:
    """Typeset the policy brief.

    Raises
    ------
    EvidenceError
        When the brief quotes what is not there; the last good one stays.
    """
    pdf, _ = BriefExporter().from_notebook_node(_today(BRIEF, study, root))
    with whole_file(pdf_file(root, study.kode)) as path:
        path.write_bytes(pdf)


def assemble_report(study: Study, root: Path) -> None:
    """Put everything that a reader gets into ``reports/<study>/``, all of it or nothing.

    Parameters
    ----------
    study
        The study.
    root
        Project folder.
    """
    final = report_folder(root, study.kode)
    staging = final.with_name(f".staging-{final.name}")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        _fill(staging, study, root)
        publish(staging, final)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _fill(report: Path, study: Study, root: Path) -> None:
    home = processed_folder(root, study.kode)
    (report / "notebooks").mkdir(parents=True)
    for name in STEPS:
        for kind, place in COPIED.items():
            if (home / name / kind).is_dir():
                shutil.copytree(home / name / kind, report / place, dirs_exist_ok=True)
        shutil.copy(page_file(root, study.kode, name), report / "notebooks")
    shutil.copy(pdf_file(root, study.kode), report)
    ledgers = [home / name / "ledger.json" for name in STEPS]
    merged = merge_ledgers([read_ledger(path) for path in ledgers if path.is_file()])
    write_ledger(merged, report / "ledger.json")
    write_json(report / "manifest.json", _manifest(study, root, report))


@functools.cache
def _html_exporter() -> HTMLExporter:
    """One exporter for all pages, because its templates are slow to load."""
    return HTMLExporter(language_code="id", **OFFLINE)


def _today(name: str, study: Study, root: Path) -> NotebookNode:
    """The notebook with its present prose and the outputs of its last run."""
    notebook = used_cells(read_notebook(root / "notebooks" / f"{name}.ipynb"), study.parts)
    executed = read_notebook(processed_folder(root, study.kode) / name / f"{name}.ipynb")
    today: NotebookNode = nbformat.from_dict(with_outputs(notebook, executed))
    return today


def _manifest(study: Study, root: Path, report: Path) -> dict[str, Any]:
    """What went in and what came out, each by its hash."""
    raw = raw_folder(root)
    files = [path for source in study.data.folders() for path in visible_files(raw / source)]
    steps = processed_folder(root, study.kode)
    return {
        "studi": study.model_dump(mode="json"),
        "kajian": __version__,
        "python": python_version(),
        "pustaka": library_versions(),
        "data_mentah": {p.relative_to(raw).as_posix(): sha256(p) for p in sorted(files)},
        "langkah": {
            name: json.loads((steps / name / PROVENANCE).read_text(encoding="utf-8"))
            for name in STEPS
            if (steps / name / PROVENANCE).is_file()
        },
        "keluaran": {
            p.relative_to(report).as_posix(): sha256(p)
            for p in sorted(report.rglob("*"))
            if p.is_file()
        },
    }


def faults_of_prose(root: Path) -> list[str]:
    """Numbers typed into the brief, one message per cell; keys are checked when it is built."""
    notebook = read_notebook(root / "notebooks" / f"{BRIEF}.ipynb")
    faults = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and GUIDE not in tags(cell):
            try:
                check_prose(cell["source"], f"notebooks/{BRIEF}.ipynb, sel {cell['id']}")
            except EvidenceError as error:
                faults.append(str(error))
    return faults
