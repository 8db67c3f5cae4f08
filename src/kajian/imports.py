"""Which modules a piece of code uses: ours, so that it runs again when they change, and others."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent


def files_behind(sources: Iterable[str]) -> list[Path]:
    """List the package files that some code imports, directly or through other modules.

    Parameters
    ----------
    sources
        Python source texts, such as the code cells of a notebook.

    Returns
    -------
    list of Path
        Modules, and the templates that lie beside them; sorted.
    """
    found: set[Path] = set()
    waiting = [path for source in sources for path in _package_files(_imported(source))]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_package_files(_imported_by(path)))
    templates = {template for path in found for template in path.parent.glob("*.typ")}
    return sorted(found | templates)


def modules_behind(sources: Iterable[str]) -> set[str]:
    """Name every module that some code imports, ours and others, for importing them early."""
    sources = list(sources)
    names = {name for source in sources for name in _imported(source)}
    for path in files_behind(sources):
        names |= set(_imported_by(path))
    return {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}


def _imported(source: str) -> Iterator[str]:
    """Names that one source imports, also inside functions.

    A cell that is not plain Python, such as one with a magic command, imports nothing here.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@functools.cache
def _imported_by(path: Path) -> tuple[str, ...]:
    return tuple(_imported(path.read_text(encoding="utf-8"))) if path.suffix == ".py" else ()


def _package_files(names: Iterable[str]) -> Iterator[Path]:
    """The module's file and the ``__init__`` of every package on the way to it."""
    for name in names:
        top, *parts = name.split(".")
        if top != PACKAGE.name:
            continue
        folders = [PACKAGE.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]
        candidates = [folder / "__init__.py" for folder in folders]
        candidates.append(PACKAGE.joinpath(*parts).with_suffix(".py"))
        yield from (path for path in candidates if path.is_file())
