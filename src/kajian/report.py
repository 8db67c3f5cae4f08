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
from kajian.brief.document import GUIDE, RECOMMENDATIONS, fill_markdown
from kajian.brief.eriset import entry_text, research_entry
from kajian.brief.exporter import BriefExporter
from kajian.data.tables import read_named
from kajian.errors import EvidenceError
from kajian.evidence.ledger import Ledger, merge_ledgers, read_ledger, write_ledger
from kajian.evidence.quoting import check_prose
from kajian.evidence.recommendations import check_recommendations, check_verbs
from kajian.files import sha256, visible_files, whole_file, whole_folder, write_json, write_text
from kajian.notebook import read_notebook, tags, used_cells, used_notebooks, with_outputs
from kajian.places import (
    BRIEF,
    SIMULATED,
    marked,
    page_file,
    pdf_file,
    processed_folder,
    raw_folder,
    report_folder,
)
from kajian.preanalysis.deviations import (
    deviations_text,
    mark_exploratory,
    require_declared,
    unreported,
)
from kajian.preanalysis.plan import plan_text, read_plan
from kajian.privacy.gate import person_names
from kajian.privacy.key import key_of
from kajian.privacy.scan import Finding, refuse, scan_folder
from kajian.step import PROVENANCE
from kajian.study import Study
from kajian.versions import library_versions, python_version

BANNER = (
    '<header role="note" style="position:sticky;top:0;z-index:9;padding:.4em 1em;font:600 1em '
    'sans-serif;color:#fff;background:#8f3a10">SIMULASI: data rumah tangga di halaman ini buatan '
    "komputer, bukan data warga.</header>"
)
# The HTML needs no network: no formulas, no widgets, no diagrams.
OFFLINE = {"mathjax_url": "", "require_js_url": "", "mermaid_js_url": "", "jquery_url": ""}
COPIED = {"figures": "figures", "exports": "tables", "layers": "layers"}


def write_page(study: Study, root: Path, name: str) -> None:
    """Show an executed notebook, with its present prose, as an HTML page."""
    notebook = _today(name, study, root)
    if name == BRIEF:
        fill_markdown(notebook)
    title = marked(study.kode, f"{name} – {study.judul}")
    html, _ = _html_exporter().from_notebook_node(notebook, {"metadata": {"name": title}})
    if study.simulasi:
        html = html.replace("<main>", f"{BANNER}<main>", 1)
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

    Raises
    ------
    PrivacyError
        When a file of the report holds an identity, or a cell that stands for too few people.
    """
    with whole_folder(report_folder(root, study.kode)) as staging:
        _fill(staging, study, root)
        refuse(_leaks(staging, study, root))
        staging.chmod(0o755)


def _fill(report: Path, study: Study, root: Path) -> None:
    home = processed_folder(root, study.kode)
    (report / "notebooks").mkdir()
    steps = used_notebooks(root, study.parts)
    for name in steps:
        for kind, place in COPIED.items():
            if (home / name / kind).is_dir():
                shutil.copytree(home / name / kind, report / place, dirs_exist_ok=True)
        shutil.copy(page_file(root, study.kode, name), report / "notebooks")
    shutil.copy(pdf_file(root, study.kode), report)
    ledgers = [home / name / "ledger.json" for name in steps]
    merged = merge_ledgers([read_ledger(path) for path in ledgers if path.is_file()])
    _write_evidence(report, merged, study, root)
    manifest = _manifest(study, root, report, list(steps))
    write_json(report / marked(study.kode, "manifest.json"), manifest)


def _write_evidence(report: Path, ledger: Ledger, study: Study, root: Path) -> None:
    """Write results, the entry for E-Riset, and the plan of the study with what departs from it."""
    entry = research_entry(_today(BRIEF, study, root), study)
    write_json(report / marked(study.kode, "e-riset.json"), entry)
    write_text(report / marked(study.kode, "e-riset.md"), entry_text(entry))
    plan = read_plan(root, study.kode)
    results = mark_exploratory(ledger, plan, study, root)
    write_ledger(results, report / marked(study.kode, "ledger.json"))
    if plan:
        departures = deviations_text(require_declared(plan, study, root), unreported(ledger, plan))
        write_text(report / marked(study.kode, "rencana.md"), plan_text(plan) + departures)


def _leaks(report: Path, study: Study, root: Path) -> list[Finding]:
    """What of a report tells of single persons; counts are looked at where there are any."""
    has_households = "rumah_tangga" in study.parts
    return scan_folder(
        report,
        names=person_names(study.restricted_folder(root)) if has_households else (),
        ordinary=_place_names(study, root) if has_households else (),
        secrets=[key_of(study.kode, root).hex()] if study.terbatas else (),
        threshold=study.ambang_pengungkapan,
        counts=has_households,
        exceptions=[(each.berkas, each.jenis, each.alasan) for each in study.pengecualian],
    )


def _place_names(study: Study, root: Path) -> list[str]:
    units, _ = read_named(raw_folder(root), str(study.data.batas_kelurahan))
    return [*units["nama"], *units["kecamatan"].unique()]


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


def _manifest(study: Study, root: Path, report: Path, used: list[str]) -> dict[str, Any]:
    """What went in and what came out, each by its hash."""
    raw = raw_folder(root)
    files = [path for source in study.data.folders() for path in visible_files(raw / source)]
    steps = processed_folder(root, study.kode)
    return {
        **({"status": SIMULATED} if study.simulasi else {}),
        "studi": study.model_dump(mode="json", exclude={"terbatas"}),
        "kajian": __version__,
        "python": python_version(),
        "pustaka": library_versions(),
        "data_mentah": {p.relative_to(raw).as_posix(): sha256(p) for p in sorted(files)},
        "langkah": {
            name: json.loads((steps / name / PROVENANCE).read_text(encoding="utf-8"))
            for name in used
            if (steps / name / PROVENANCE).is_file()
        },
        "keluaran": {
            p.relative_to(report).as_posix(): sha256(p)
            for p in sorted(report.rglob("*"))
            if p.is_file()
        },
    }


def faults_of_prose(root: Path) -> list[str]:
    """What the brief may not say as it is typed, one message per cell; keys wait for the build."""
    notebook = read_notebook(root / "notebooks" / f"{BRIEF}.ipynb")
    faults = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and GUIDE not in tags(cell):
            try:
                place = f"notebooks/{BRIEF}.ipynb, sel {cell['id']}"
                check_prose(cell["source"], place)
                check_verbs(cell["source"], place)
                if RECOMMENDATIONS in tags(cell):
                    check_recommendations(cell["source"], place)
            except EvidenceError as error:
                faults.append(str(error))
    return faults
