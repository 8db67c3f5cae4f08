"""Assemble the report of a study: one folder, complete or not at all."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
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
from kajian.files import publish, sha256, write_json, write_text
from kajian.notebook import read_notebook, used_cells, with_outputs
from kajian.places import BRIEF, STEPS, processed_folder, raw_folder, report_folder
from kajian.step import PROVENANCE
from kajian.study import Study

# The HTML needs no network: no formulas, no widgets, no diagrams.
OFFLINE = {"mathjax_url": "", "require_js_url": "", "mermaid_js_url": "", "jquery_url": ""}
COPIED = {"figures": "figures", "exports": "tables", "layers": "layers"}


def assemble_report(study: Study, root: Path) -> None:
    """Build ``reports/<study>/`` from the finished steps.

    Parameters
    ----------
    study
        The study.
    root
        Project folder.

    Raises
    ------
    EvidenceError
        When the brief quotes what is not there; the last good report stays.
    """
    home = processed_folder(root, study.kode)
    final = report_folder(root, study.kode)
    staging = final.with_name(f".staging-{study.kode}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    ledgers = []
    for name in STEPS:
        step = home / name
        for kind, place in COPIED.items():
            if (step / kind).is_dir():
                shutil.copytree(step / kind, staging / place, dirs_exist_ok=True)
        if (step / "ledger.json").is_file():
            ledgers.append(read_ledger(step / "ledger.json"))
        notebook = _today(name, study, root)
        if name == BRIEF:
            pdf, _ = BriefExporter().from_notebook_node(notebook)
            (staging / "policy-brief.pdf").write_bytes(pdf)
            fill_markdown(notebook)
        html, _ = HTMLExporter(language_code="id", **OFFLINE).from_notebook_node(
            notebook, {"metadata": {"name": f"{name} – {study.judul}"}}
        )
        write_text(staging / "notebooks" / f"{name}.html", html)
    write_ledger(merge_ledgers(ledgers), staging / "ledger.json")
    write_json(staging / "manifest.json", _manifest(study, root, staging))
    publish(staging, final)


def _today(name: str, study: Study, root: Path) -> NotebookNode:
    """The notebook with its present prose and the outputs of its last run."""
    notebook = used_cells(read_notebook(root / "notebooks" / f"{name}.ipynb"), study.parts)
    path = processed_folder(root, study.kode) / name / f"{name}.ipynb"
    return with_outputs(notebook, nbformat.read(path, as_version=4))


def _manifest(study: Study, root: Path, report: Path) -> dict[str, Any]:
    """What went in and what came out, each by its hash."""
    raw = raw_folder(root)
    files = [p for source in study.data.folders() for p in (raw / source).rglob("*") if p.is_file()]
    steps = processed_folder(root, study.kode)
    return {
        "studi": study.model_dump(mode="json"),
        "kajian": __version__,
        "python": platform.python_version(),
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
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and GUIDE not in cell.metadata.get("tags", []):
            try:
                check_prose(cell.source, f"notebooks/{BRIEF}.ipynb, sel {cell.id}")
            except EvidenceError as error:
                faults.append(str(error))
    return faults


def library_versions() -> dict[str, str]:
    """Versions of the libraries that the package names as its own."""
    named = [re.split(r"[^\w.-]", line)[0] for line in importlib.metadata.requires("kajian") or []]
    return {name: importlib.metadata.version(name) for name in sorted(named)}
