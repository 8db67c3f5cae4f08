from __future__ import annotations

from pathlib import Path

import pytest

from kajian.imports import PACKAGE, files_behind
from kajian.places import STEPS

ROOT = Path(__file__).resolve().parents[1]


def names(*sources: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in files_behind(sources)}


def test_imports_are_followed_also_inside_functions_and_to_templates():
    found = names("from kajian.step import Step")
    assert {"__init__.py", "step.py", "evidence/ledger.py", "errors.py"} <= found
    assert "figures.py" in found, "imported inside Step.figure"
    assert "mapping/clusters/moran.py" not in found
    assert "brief/template.typ" in names("import kajian.brief.pdf")


def test_the_report_depends_on_itself_and_on_the_brief():
    assert {"report.py", "brief/pdf.py", "brief/template.typ"} <= names("import kajian.report")


def test_foreign_code_and_magic_commands_use_nothing():
    assert names("import numpy as np", "%matplotlib inline", "from os import path") == set()


@pytest.mark.parametrize("step", STEPS)
def test_every_step_depends_on_how_it_draws_and_records(step):
    import nbformat

    notebook = nbformat.read(ROOT / "notebooks" / f"{step}.ipynb", as_version=4)
    found = names(*(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    assert {"step.py", "evidence/ledger.py", "drawing/style.py"} <= found
