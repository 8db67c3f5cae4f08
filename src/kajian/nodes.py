"""What a task depends on and makes, as nodes whose state is a hash of their content."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kajian.files import sha256_of
from kajian.imports import PACKAGE, files_behind
from kajian.report import library_versions


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


def folder_node(path: Path, root: Path) -> Content:
    """Stand for all files of a folder; named from the project, so that it may be moved."""

    def measure() -> str | None:
        files = [p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")]
        return sha256_of(files, path) if files else None

    return Content(name=path.relative_to(root).as_posix(), measure=measure)


def fixed(content: Any) -> Callable[[], str]:
    """Give the state of something already known, by its JSON form."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return lambda: hashlib.sha256(text.encode()).hexdigest()


def code_node(step: str, sources: list[str]) -> Content:
    """The package code that a step uses, found by following its imports."""
    return Content(name=f"kode {step}", measure=lambda: sha256_of(files_behind(sources), PACKAGE))


def environment_node() -> Content:
    """Stand for Python and the libraries that the package names as its own."""
    versions = {"python": platform.python_version(), **library_versions()}
    return Content(name="lingkungan", measure=fixed(versions))
