"""Which modules a piece of code uses: ours, so that it runs again when they change, and others."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from kajian.errors import PipelineError

PACKAGE = Path(__file__).parent
BESIDE = ("*.typ", "*.yaml", "schemas/*.yaml")


def files_behind(sources: Iterable[str]) -> list[Path]:
    """List the package files that some code imports, directly or through other modules.

    Parameters
    ----------
    sources
        Python source texts, such as the code cells of a notebook.

    Returns
    -------
    list of Path
        Modules, and the templates and schemas that lie beside them; sorted.
    """
    found: set[Path] = set()
    waiting = [name for source in sources for name in _imported(source)]
    while waiting:
        for path in _package_files(waiting.pop()):
            if path not in found:
                found.add(path)
                waiting.extend(_imported_by(path))
    beside = {file for path in found for kind in BESIDE for file in path.parent.glob(kind)}
    return sorted(found | beside)


def modules_behind(sources: Iterable[str]) -> set[str]:
    """Name every module that some code imports, ours and others, for importing them early."""
    sources = list(sources)
    names = {name for source in sources for name in _imported(source)}
    for path in files_behind(sources):
        if path.suffix == ".py":
            names |= set(_imported_by(path))
    return {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}


def _imported(source: str) -> Iterator[str]:
    """Names that one source imports, also inside functions.

    A cell that is not plain Python, such as one with a magic command, imports nothing here.
    """
    with suppress(SyntaxError):
        yield from _names(ast.parse(source))


def _names(tree: ast.Module) -> Iterator[str]:
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement, without the expressions in them: they are many and import nothing."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        for child in getattr(node, part, []):
            yield child
            yield from _statements(child)


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Syntax tree of a module, parsed once.

    Raises
    ------
    PipelineError
        When it is not Python.
    """
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise PipelineError(
            f"{path} baris {error.lineno} bukan Python yang benar ({error.msg}). "
            "Perbaikan: perbaiki baris itu, atau kembalikan berkasnya dari git."
        ) from None


@functools.cache
def _imported_by(path: Path) -> tuple[str, ...]:
    return tuple(_names(parsed(path)))


@functools.cache
def _package_files(name: str) -> tuple[Path, ...]:
    """The module's file and the ``__init__`` of every package on the way to it."""
    top, *parts = name.split(".")
    if top != PACKAGE.name:
        return ()
    folders = [PACKAGE.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]
    candidates = [folder / "__init__.py" for folder in folders]
    candidates.append(PACKAGE.joinpath(*parts).with_suffix(".py"))
    return tuple(path for path in candidates if path.is_file())
