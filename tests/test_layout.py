"""The house as it is drawn: imports point one way, notebooks are thin, modules are short."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat import NotebookNode

from kajian.notebook import PARAMETERS, declared_parameters
from kajian.places import STEPS
from kajian.study import read_study
from kajian.versions import library_versions

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kajian"
MODULES = sorted(SOURCE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# From the ground up; a room may use the rooms below it, and others on its own floor.
FLOORS = (
    {"errors", "files", "language", "places", "cell", "versions", "__init__"},
    {"study", "study_rules", "sections", "collection", "notebook"},
    {"data", "linear"},
    {"mapping", "causal", "evaluation", "qualitative", "twin", "privacy"},
    {"evidence"},
    {"preanalysis", "drawing"},
    {"figures", "maps", "tables", "layers"},
    {"step"},
    {"brief"},
    {
        "assumptions",
        "engine",
        "failure",
        "imports",
        "intake",
        "interviews",
        "report",
        "progress",
        "trace",
        "claim",
        "outdated",
    },
    {"execution", "nodes"},
    {"plan"},
    {"status"},
    {"pipeline"},
    {"many"},
    {"commands"},
    {"cli"},
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
# Not part of the environment of a study: Dask; and pydantic's own core, which it pins.
OPTIONAL = {"dask", "distributed", "pydantic_core"}
METHODS = ("mapping", "causal", "evaluation", "qualitative")


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of the package that a module imports, at the top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    rooms = {name.split(".")[1] for name in names if name.startswith("kajian.")}
    return {"__init__" if room == "__version__" else room for room in rooms}


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in MODULES} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    upwards = {other for other in imported_rooms(path) if FLOOR[other] > FLOOR[room]}
    assert not upwards, f"{room} must not import {upwards}"


@pytest.mark.parametrize("room", METHODS)
def test_methods_meet_in_tables_only(room: str) -> None:
    for path in (SOURCE / room).rglob("*.py"):
        assert imported_rooms(path) <= {room, "linear", "errors", "language"}, path


def test_evidence_needs_nothing_but_the_ground() -> None:
    for path in (SOURCE / "evidence").glob("*.py"):
        assert imported_rooms(path) <= {"evidence", "errors", "files", "language"}, path


def test_only_the_pictures_draw() -> None:
    drawing = {
        room_of(path)
        for path in MODULES
        if re.search(r"^\s*(import|from) (matplotlib|seaborn)", path.read_text(), re.M)
        and "if TYPE_CHECKING" not in path.read_text()
    }
    assert drawing == {"drawing", "figures", "maps"}


@pytest.mark.parametrize("module", ["kajian", "kajian.cli", "kajian.study", "kajian.pipeline"])
def test_heavy_libraries_are_loaded_where_they_are_used(module: str) -> None:
    """A run with nothing to do imports no more than this, so it takes well under a second."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "matplotlib", "nbformat", "papermill", "nbconvert", "pytask"}
    assert not heavy & set(done.stdout.split())


# --- modules ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_modules_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


def test_there_is_no_room_for_odds_and_ends() -> None:
    names = {
        part.removesuffix(".py") for path in MODULES for part in path.relative_to(SOURCE).parts
    }
    assert not names & {"utils", "util", "helpers", "common", "misc", "base", "manager"}


def test_no_path_of_somebodys_machine() -> None:
    files = [*MODULES, *NOTEBOOKS, *(ROOT / "studies").glob("*.toml"), *ROOT.glob("*.md")]
    for path in files:
        found = re.search(
            r"(?<![\w.])/(home|work|Users|tmp|mnt)/", path.read_text(encoding="utf-8")
        )
        assert not found, f"{path}: {found}"


# --- notebooks --------------------------------------------------------------------------------


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    book = nbformat.read(request.param, as_version=4)
    book["name"] = request.param.stem
    return book


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_one_notebook_for_each_step() -> None:
    assert [path.stem for path in NOTEBOOKS] == list(STEPS)


def test_a_cell_loads_calls_and_shows(notebook: NotebookNode) -> None:
    long = {
        cell.id: length
        for cell in code_cells(notebook)
        if PARAMETERS not in cell.metadata.get("tags", [])
        and (length := sum(bool(line.strip()) for line in cell.source.splitlines())) > 12
    }
    assert not long, "cells with more than 12 lines"


def test_no_function_or_class_lives_in_a_notebook(notebook: NotebookNode) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for cell in code_cells(notebook):
        nodes = ast.walk(ast.parse(cell.source))
        assert not [node for node in nodes if isinstance(node, kinds)], cell.id


def test_no_outputs_are_kept(notebook: NotebookNode) -> None:
    for cell in code_cells(notebook):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id
        assert not set(cell.metadata) - {"tags"}, cell.id


def test_cells_have_ids_of_their_own(notebook: NotebookNode) -> None:
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_a_notebook_begins_with_its_guide(notebook: NotebookNode) -> None:
    guide = notebook.cells[0]
    assert guide.cell_type == "markdown"
    for words in ("Menjawab", "Boleh diubah", "Hasil"):
        assert words in guide.source


def test_a_notebook_runs_by_hand_as_the_first_study(notebook: NotebookNode) -> None:
    chosen = read_study(ROOT, "surakarta-2025").parameters()
    declared = declared_parameters(notebook, notebook.name)
    assert declared["studi"] == "surakarta-2025"
    assert declared == {name: chosen[name] for name in declared}


def test_a_notebook_uses_every_parameter_that_it_declares(notebook: NotebookNode) -> None:
    names = {
        node.id
        for cell in code_cells(notebook)
        if PARAMETERS not in cell.metadata.get("tags", [])
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name)
    }
    assert not set(declared_parameters(notebook, notebook.name)) - names


def test_a_notebook_opens_the_step_of_its_own_name(notebook: NotebookNode) -> None:
    code = "\n".join(cell.source for cell in code_cells(notebook))
    assert re.findall(r'Step\.open\("([^"]+)"', code) == [notebook.name]


# --- the environment --------------------------------------------------------------------------


def test_the_conda_environment_is_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(part["pip"] for part in environment["dependencies"] if isinstance(part, dict))
    pinned = {
        tuple(re.match(r"([\w.-]+)==([^\s;]+)", line).groups())  # type: ignore[union-attr]
        for line in pip
        if not line.startswith("-e")
    }
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {
        (package["name"], package["version"])
        for package in lock["package"]
        if "editable" not in package["source"]
    }
    assert pinned == locked
    assert pip[-1] == "-e ."


def test_every_library_that_we_import_is_declared() -> None:
    """Only then does a new version of it run again what depends on it."""
    declared = {name.lower().replace("-", "_") for name in library_versions()}
    provided = packages_distributions()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for top in {name.partition(".")[0] for name in names}:
                owners = {name.lower().replace("-", "_") for name in provided.get(top, [])}
                assert not owners or owners & (declared | {"kajian", *OPTIONAL}), f"{path}: {top}"


def test_conda_and_the_package_ask_for_the_same_python() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"python {project['requires-python']}" in environment["dependencies"]
