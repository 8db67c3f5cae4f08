"""What a call of a notebook rests on: statements, functions, tables and choices.

Nothing is run: names are followed back through the assignments of the cells above.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kajian.notebook import PARAMETERS, Notebook, code_cells, tags
from kajian.trace.program import Block, Line, lines_of, names_in

READERS = ("raw", "table", "table_path")


@dataclass(frozen=True, slots=True)
class Behind:
    """What a call rests on.

    Attributes
    ----------
    cell, call
        Id of its cell, and its source with the heads of the blocks around it.
    lines
        Statements that it rests on but for parameters, as cell and source, in their order.
    functions
        Qualified names of what it and they use of the package, nearest first.
    tables
        Names of the tables that they read, where all of them can be told without a run.
    choices
        Parameters of the notebook that they use, with their values.
    """

    cell: str
    call: str
    lines: tuple[tuple[str, str], ...]
    functions: tuple[str, ...]
    tables: tuple[str, ...]
    choices: dict[str, Any]


def behind(
    notebook: Notebook, matches: Callable[[ast.Call], int], *, cell: str = ""
) -> Behind | None:
    """Follow a call back through the notebook.

    Parameters
    ----------
    notebook
        With the parameters of its run.
    matches
        How surely a call is the one that is meant; 0 when it is not.
    cell
        Id of the only cell to look at; all of them when empty.

    Returns
    -------
    Behind or None
        For the surest call, the last of several; nothing when there is none.
    """
    lines = lines_of(notebook)
    calls = [
        (matches(node), at, node)
        for at, line in enumerate(lines)
        if not cell or line.cell == cell
        for node in _calls(line.parts)
    ]
    found = [each for each in calls if each[0]]
    if not found:
        return None
    _, at, call = max(found, key=lambda each: each[:2])
    around = _around(lines, at)
    used = _used(lines, at, call, around)
    parts = [call, *(part for i in reversed(used) for part in lines[i].parts)]
    choices = _choices(notebook)
    read = [_table_name(node, choices) for node in _calls(reversed(parts)) if _reads(node)]
    names = {name for part in parts for name in names_in(part)}
    return Behind(
        cell=lines[at].cell,
        call="\n".join(lines[i].text for i in [*around, at]),
        lines=tuple(
            (lines[i].cell, lines[i].text)
            for i in used
            if i not in around and not lines[i].sets & choices.keys()
        ),
        functions=tuple(_functions(parts, lines[:at])),
        tables=tuple(dict.fromkeys(read)) if all(read) else (),
        choices={name: value for name, value in choices.items() if name in names},
    )


def spells(node: ast.expr | None, text: str) -> int:
    """How surely an argument is a text: 3 as it stands, 2 by its pattern, 1 when a run decides."""
    match node:
        case ast.Constant():
            return 3 if node.value == text else 0
        case ast.JoinedStr():
            known = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                for part in node.values
            ]
            return 2 if re.fullmatch("".join(known), text) else 0
        case ast.Name() | ast.Subscript():
            return 1
        case _:
            return 0


def called(call: ast.Call) -> str:
    """Last name of what is called: ``save`` of ``langkah.save(...)``."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _calls(parts: Any) -> Iterator[ast.Call]:
    for part in parts:
        yield from (node for node in ast.walk(part) if isinstance(node, ast.Call))


def _around(lines: list[Line], at: int) -> list[int]:
    """Positions of the blocks in which a statement stands, outermost first."""
    inner = lines[at].node
    return [
        i
        for i, line in enumerate(lines[:at])
        if isinstance(line.node, Block) and any(node is inner for node in ast.walk(line.node))
    ]


def _used(lines: list[Line], at: int, call: ast.Call, around: list[int]) -> list[int]:
    """Positions of the statements that a call rests on, in order; not imports, nor the step."""
    step = {name for line in lines if "Step.open(" in line.text for name in line.sets}
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    waiting = {(name, at) for part in arguments for name in names_in(part)}
    waiting |= {(name, at) for i in around for name in lines[i].sets}
    seen, found = set(waiting), set()
    while waiting:
        name, end = waiting.pop()
        for i in reversed(range(end)):
            line = lines[i]
            if name in step or name not in line.sets | line.changes:
                continue
            if not isinstance(line.node, ast.Import | ast.ImportFrom):
                found.add(i)
            more = {(each, i) for part in line.parts for each in names_in(part)} - seen
            seen |= more
            waiting |= more
            if name in line.sets:
                break
    return sorted(found)


def _functions(parts: list[ast.AST], lines: list[Line]) -> dict[str, None]:
    """Qualified names that the parts use of the package, each once."""
    origin = {
        alias.asname or alias.name: f"{line.node.module}.{alias.name}"
        for line in lines
        if isinstance(line.node, ast.ImportFrom) and line.node.module
        for alias in line.node.names
        if line.node.module.partition(".")[0] == "kajian"
    }
    found: dict[str, None] = {}
    for node in (node for part in parts for node in ast.walk(part)):
        match node:
            case ast.Name(id=name) if name in origin:
                found[origin[name]] = None
            case ast.Attribute(value=ast.Name(id=name), attr=part) if name in origin:
                found[f"{origin[name]}.{part}"] = None
    return found


def _reads(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and called(call) in READERS and bool(call.args)


def _table_name(call: ast.Call, choices: dict[str, Any]) -> str:
    """Name of the table that a call reads; empty when only a run can tell."""
    match call.args[0]:
        case ast.Constant(value=str(name)):
            return name
        case ast.Name(id=name):
            return str(choices.get(name) or "")
        case _:
            return ""


def _choices(notebook: Notebook) -> dict[str, Any]:
    """Values in the cell of parameters."""
    return {
        line.targets[0].id: ast.literal_eval(line.value)
        for cell in code_cells(notebook)
        if PARAMETERS in tags(cell)
        for line in ast.parse(cell["source"]).body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }
