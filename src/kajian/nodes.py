"""What a task depends on and makes: named things whose state says when they are another.

They follow pytask's protocol for nodes without importing it. A state lists parts by name, each
with its value or, where that is long, a hash; it is kept in the study's lock file, so that
`kajian.status` can say which part changed.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kajian.files import sha256, visible_files
from kajian.imports import PACKAGE, files_behind, parsed
from kajian.notebook import Notebook, code_cells, tags
from kajian.versions import library_versions, python_version

LONGEST_VALUE = 80
# Marks a value that is a hash and says nothing to a reader.
HASHED = "#"
Parts = dict[str, str]
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(kw_only=True)
class Content:
    """A node whose state says what it holds.

    Attributes
    ----------
    name
        What it is; a path from the project's folder for files.
    measure
        Gives its parts, or nothing when it does not exist.
    """

    name: str
    measure: Callable[[], Parts | None]
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """Identity of the node in pytask's graph."""
        return _hash(self.name)

    def state(self) -> str | None:
        """Say what it holds now, as JSON."""
        parts = self.measure()
        return None if parts is None else json.dumps(parts, ensure_ascii=False, sort_keys=True)

    def load(self, is_product: bool = False) -> str:
        """Tasks need no value from their nodes; pytask asks for one."""
        return self.name

    def save(self, value: Any) -> None:
        """Never called: tasks write their own products."""
        raise NotImplementedError


def folder(path: Path, root: Path) -> Content:
    """Stand for all files of a folder; named from the project, so that it may be moved."""

    def measure() -> Parts | None:
        return {_inside(each, root): HASHED + sha256(each) for each in visible_files(path)} or None

    return Content(name=_inside(path, root), measure=measure)


def file(path: Path, root: Path) -> Content:
    """Stand for one file."""
    name = _inside(path, root)
    return Content(
        name=name, measure=lambda: {name: HASHED + sha256(path)} if path.is_file() else None
    )


def frozen(node: Content) -> Content:
    """Keep what a node holds now, so that an edit during a run is seen by the next one."""
    parts = node.measure()
    return Content(name=node.name, measure=lambda: parts)


def parameters(values: Mapping[str, Any], task: str) -> Content:
    """Stand for choices of a study."""
    texts = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    return _known(
        f"parameter {task}",
        {f"parameter {name}": _shown(text) for name, text in texts.items()},
    )


def code_cells_of(notebook: Notebook, name: str) -> Content:
    """Stand for what is run of a notebook: each code cell, and their order."""
    return _cells(
        f"sel {name}", name, {cell["id"]: cell["source"] for cell in code_cells(notebook)}
    )


def shown_cells_of(notebook: Notebook, name: str, task: str) -> Content:
    """Stand for what a reader sees of a notebook: each cell with its tags and pictures."""
    shown = {
        cell["id"]: [cell["cell_type"], cell["source"], tags(cell), cell.get("attachments")]
        for cell in notebook["cells"]
    }
    return _cells(f"naskah {task}", name, shown)


def code(sources: Iterable[str], task: str) -> Content:
    """Stand for the package modules that some code uses, found by following its imports."""
    parts: Parts = {}
    for path in files_behind(sources):
        parts |= _definitions(path)
    return _known(f"kode {task}", parts)


def environment() -> Content:
    """Stand for Python and the libraries that the package names as its own."""
    versions = {"python": python_version(), **library_versions()}
    return _known("pustaka", {f"pustaka {name}": version for name, version in versions.items()})


@functools.cache
def _definitions(path: Path) -> Parts:
    """A hash for every function and class of a module, and one for the rest.

    Comments, docstrings and blank lines do not count.
    """
    module = _inside(path, PACKAGE.parent)
    if path.suffix != ".py":
        return {module: HASHED + sha256(path)}
    found: dict[str, list[str]] = {module: []}
    for statement in _undocumented(parsed(path)).body:
        name = getattr(statement, "name", None)
        place = f"{module}, {name}" if name else module
        found.setdefault(place, []).append(ast.unparse(statement))
    return {place: _hash("\n".join(texts)) for place, texts in found.items()}


def _undocumented(node: Documented) -> Documented:
    """Drop the docstrings of a tree that nobody else reads them from."""
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:]
    for child in node.body:
        if isinstance(child, Documented):
            _undocumented(child)
    return node


def _cells(node: str, name: str, contents: Mapping[str, Any]) -> Content:
    parts = {f"{name}, sel {key}": _hash(json.dumps(it)) for key, it in contents.items()}
    return _known(node, {**parts, f"{name}, urutan sel": _hash(json.dumps(list(contents)))})


def _known(name: str, parts: Parts) -> Content:
    return Content(name=name, measure=lambda: parts)


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else _hash(text)


def _inside(path: Path, root: Path) -> str:
    """Name a path from the project's folder; restricted data lie outside it."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _hash(text: str) -> str:
    return HASHED + hashlib.sha256(text.encode()).hexdigest()[:16]
