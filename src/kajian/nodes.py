"""What a task depends on and makes: named things whose state says when they are another.

They follow pytask's protocol for nodes without importing it. A state is short text kept in the
study's lock file: a value itself where it is short, else a hash.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kajian.files import sha256, sha256_of, visible_files
from kajian.imports import PACKAGE, files_behind, parsed
from kajian.notebook import Notebook, code_cells, tags
from kajian.versions import library_versions, python_version

SHORT = 80
HASH = 16
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
PARAMETER, VERSION, MODULE = "parameter ", "pustaka ", "kajian/"


@dataclass(kw_only=True)
class Content:
    """A node whose state says what it holds.

    Attributes
    ----------
    name
        What it is, in Indonesian: ``parameter benih``, or a path from the project's folder.
    measure
        Gives the state, or nothing when it does not exist.
    """

    name: str
    measure: Callable[[], str | None]
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """Identity of the node in pytask's graph."""
        return _hash(self.name)

    def state(self) -> str | None:
        """Say what it holds now."""
        return self.measure()

    def load(self, is_product: bool = False) -> str:
        """Tasks need no value from their nodes; pytask asks for one."""
        return self.name

    def save(self, value: Any) -> None:
        """Never called: tasks write their own products."""
        raise NotImplementedError


def folder(path: Path, root: Path) -> Content:
    """Stand for all files of a folder; named from the project, so that it may be moved."""

    def measure() -> str | None:
        files = visible_files(path)
        return sha256_of(files, path) if files else None

    return Content(name=path.relative_to(root).as_posix(), measure=measure)


def file(path: Path, root: Path) -> Content:
    """Stand for one file."""
    return Content(
        name=path.relative_to(root).as_posix(),
        measure=lambda: sha256(path) if path.is_file() else None,
    )


def files_of(path: Path, root: Path) -> Iterator[Content]:
    """Stand for every file of a folder of raw data as it is now."""
    for each in visible_files(path):
        yield _known(each.relative_to(root).as_posix(), sha256(each))


def parameters(values: dict[str, Any]) -> Iterator[Content]:
    """Stand for choices of a study."""
    for name, value in values.items():
        text = json.dumps(value, ensure_ascii=False)
        yield _known(PARAMETER + name, text if len(text) <= SHORT else _hash(text))


def code_cells_of(notebook: Notebook, name: str) -> list[Content]:
    """Stand for what is run of a notebook: each code cell, and their order."""
    return _cells(name, {cell["id"]: cell["source"] for cell in code_cells(notebook)})


def shown_cells_of(notebook: Notebook, name: str) -> list[Content]:
    """Stand for what a reader sees of a notebook: each cell with its tags and pictures."""
    shown = {
        cell["id"]: [cell["cell_type"], cell["source"], tags(cell), cell.get("attachments")]
        for cell in notebook["cells"]
    }
    return _cells(f"naskah {name}", shown)


def _cells(name: str, contents: dict[str, Any]) -> list[Content]:
    order = _known(f"urutan sel {name}", _hash(json.dumps(list(contents))))
    return [
        order,
        *(
            _known(f"{name}, sel {key}", _hash(json.dumps(content)))
            for key, content in contents.items()
        ),
    ]


def code(sources: Iterable[str]) -> Iterator[Content]:
    """Stand for the package modules that some code uses, found by following its imports."""
    for path in files_behind(sources):
        yield _known(path.relative_to(PACKAGE.parent).as_posix(), _definitions(path))


def environment() -> Iterator[Content]:
    """Stand for Python and the libraries that the package names as its own."""
    for name, version in {"python": python_version(), **library_versions()}.items():
        yield _known(VERSION + name, version)


def inventory(inputs: Iterable[Content], task: str) -> Content:
    """Stand for which inputs a task has, so that one that is gone counts as a change."""
    return _known(f"masukan {task}", _hash(json.dumps(sorted(node.name for node in inputs))))


@functools.cache
def _definitions(path: Path) -> str:
    """One ``name=hash`` for every function and class of a module, and one for the rest.

    Comments, docstrings and blank lines do not count.
    """
    if path.suffix != ".py":
        return sha256(path)
    parts: dict[str, list[str]] = {"*": []}
    for statement in _undocumented(parsed(path)).body:
        parts.setdefault(getattr(statement, "name", "*"), []).append(ast.unparse(statement))
    return " ".join(f"{name}={_hash(chr(10).join(part))}" for name, part in parts.items())


def _undocumented(node: Documented) -> Documented:
    """Drop the docstrings of a tree that nobody else reads them from."""
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:]
    for child in node.body:
        if isinstance(child, Documented):
            _undocumented(child)
    return node


def _known(name: str, state: str) -> Content:
    return Content(name=name, measure=lambda: state)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH]
