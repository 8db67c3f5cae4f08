"""Where a function of the package is, what it does, and whose method it is."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from kajian.imports import PACKAGE

_NAME = r"(?:(?:van|von|de|der) )*[A-Z][\w'-]+"
_CITED = re.compile(
    rf"(?P<who>{_NAME}(?:(?:, | and | & |, and ){_NAME})*(?: et al\.)?)"
    r",? \(?(?P<year>(?:1[89]|20)\d{2})\b"
)


@dataclass(frozen=True, slots=True)
class Function:
    """One function or class.

    Attributes
    ----------
    name
        Qualified.
    place
        File below the package's folder, and line.
    does
        First line of its docstring.
    sources
        What its docstring and its module's cite, as ``Fay and Herriot (1979)``.
    """

    name: str
    place: str
    does: str
    sources: tuple[str, ...]


def describe(name: str) -> Function | None:
    """Describe what a qualified name stands for; nothing for a constant or a module."""
    module, _, short = name.rpartition(".")
    path = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    if not path.is_file():
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == short:
            text = ast.get_docstring(node) or ""
            place = f"{path.relative_to(PACKAGE.parent).as_posix()}:{node.lineno}"
            cited = _cited(f"{text}\n{ast.get_docstring(tree) or ''}")
            return Function(name, place, text.partition("\n")[0], cited)
    return None


def _cited(text: str) -> tuple[str, ...]:
    """Papers and books that a text cites, each once, in its order."""
    found = _CITED.finditer(" ".join(text.split()))
    return tuple(
        dict.fromkeys(
            f"{cited['who'].removesuffix(chr(39) + 's')} ({cited['year']})" for cited in found
        )
    )
