"""A notebook as a program: its statements in order, and the names that they set and use."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kajian.notebook import Notebook, code_cells

# Methods that change what they are called on.
CHANGERS = ("append", "extend", "insert", "update", "add")
BUILTIN = frozenset(dir(builtins))
Block = ast.For | ast.If | ast.With


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One statement; of a block only its head.

    Attributes
    ----------
    cell, text
        Id of its cell, and its source.
    node
        The statement.
    parts
        What of it belongs to this line.
    sets
        Names that get another value here.
    changes
        Names whose value is, or may be, another from here on.
    """

    cell: str
    text: str
    node: ast.stmt
    parts: tuple[ast.AST, ...]
    sets: frozenset[str]
    changes: frozenset[str]


def lines_of(notebook: Notebook) -> list[Line]:
    """All statements of a notebook in the order in which they run, blocks opened.

    A cell that is not plain Python, such as one with a magic command, has none.
    """
    found: list[Line] = []
    for cell in code_cells(notebook):
        try:
            body = ast.parse(cell["source"]).body
        except SyntaxError:
            continue
        found += _opened(body, cell["id"], cell["source"], inside=False)
    return found


def names_in(node: ast.AST) -> set[str]:
    """Names whose values a piece of code uses: not those of its own comprehensions."""
    own: set[str] = set()
    used: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.arg):
            own.add(each.arg)
        elif isinstance(each, ast.comprehension):
            own |= _roots([each.target])
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            used.add(each.id)
    return used - own - BUILTIN


def _opened(body: list[ast.stmt], cell: str, source: str, *, inside: bool) -> Iterator[Line]:
    for node in body:
        if isinstance(node, Block):
            head = source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1]
            parts, targets = _head(node)
            text = "\n".join(line.strip() for line in head)
            yield Line(cell, text, node, parts, _roots(targets), frozenset())
            for inner in (node.body, getattr(node, "orelse", [])):
                yield from _opened(inner, cell, source, inside=True)
        else:
            sets, changes = _names_set(node)
            if inside:  # it may not run, or run for another value
                sets, changes = frozenset(), sets | changes
            text = ast.get_source_segment(source, node) or ""
            yield Line(cell, text, node, (node,), sets, changes)


def _head(node: Block) -> tuple[tuple[ast.AST, ...], list[ast.expr]]:
    """What the head of a block uses, and what it sets."""
    if isinstance(node, ast.For):
        return (node.iter,), [node.target]
    if isinstance(node, ast.If):
        return (node.test,), []
    named = [item.optional_vars for item in node.items if item.optional_vars]
    return tuple(item.context_expr for item in node.items), named


def _names_set(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Names that a plain statement sets, and names that it changes."""
    nothing: frozenset[str] = frozenset()
    match node:
        case ast.Import() | ast.ImportFrom():
            return frozenset(a.asname or a.name.partition(".")[0] for a in node.names), nothing
        case ast.Assign():
            partly = [t for t in node.targets if isinstance(t, ast.Subscript | ast.Attribute)]
            return _roots(t for t in node.targets if t not in partly), _roots(partly)
        case ast.AnnAssign():
            return _roots([node.target]), nothing
        case ast.AugAssign():
            return nothing, _roots([node.target])
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name, value=changed))):
            return nothing, _roots([changed]) if name in CHANGERS else nothing
        case _:
            return nothing, nothing


def _roots(targets: Iterable[ast.expr]) -> frozenset[str]:
    """Names that targets stand on: ``a`` of ``a.loc[b]``, ``c`` and ``d`` of ``c, d``."""
    found: set[str] = set()
    for target in targets:
        root = target
        while isinstance(root, ast.Subscript | ast.Attribute | ast.Starred):
            root = root.value
        if isinstance(root, ast.Tuple | ast.List):
            found |= _roots(root.elts)
        elif isinstance(root, ast.Name):
            found.add(root.id)
    return frozenset(found)
