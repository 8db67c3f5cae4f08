"""Which modules of the package a piece of code uses, so that it runs again when they change."""

from __future__ import annotations

import ast
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
    waiting = [path for source in sources for path in _imported(source)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_imported(path.read_text(encoding="utf-8")))
    templates = {template for path in found for template in path.parent.glob("*.typ")}
    return sorted(found | templates)


def _imported(source: str) -> Iterator[Path]:
    """Files of the package that one source imports, also inside functions.

    A cell that is not plain Python, such as one with a magic command, imports nothing here.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.partition(".")[0] == PACKAGE.name:
                yield from _files_of(name)


def _files_of(name: str) -> Iterator[Path]:
    """The module's file and the ``__init__`` of every package on the way to it."""
    parts = name.split(".")[1:]
    folders = [PACKAGE.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]
    candidates = [folder / "__init__.py" for folder in folders]
    candidates.append(PACKAGE.joinpath(*parts).with_suffix(".py"))
    yield from (path for path in candidates if path.is_file())
