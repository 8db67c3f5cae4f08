"""A result, a table or a figure of the brief, with everything that it was made from."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kajian.brief.document import Placed
from kajian.evidence.ledger import Entry, Ledger, merge_ledgers, read_ledger
from kajian.places import BRIEF, STEPS, marked, processed_folder
from kajian.preanalysis.deviations import mark_exploratory
from kajian.preanalysis.plan import read_plan
from kajian.study import Study
from kajian.trace.behind import Behind, behind, called, spells
from kajian.trace.tables import Node, executed, provenance, table_behind


@dataclass(frozen=True, slots=True)
class Chain:
    """What is behind something that the brief shows.

    Attributes
    ----------
    step
        The notebook that made it.
    made
        The call that did, with what it rests on; nothing when its cell cannot be found any more.
    nodes
        Tables behind it, each with what is behind it.
    also_read
        Tables that its calculation reads although the result does not name them.
    """

    step: str
    made: Behind | None
    nodes: tuple[Node, ...]
    also_read: tuple[str, ...] = ()


def results_of(study: Study, root: Path) -> Ledger:
    """Every result of a study, of the steps as they last ran, marked as the brief marks it."""
    home = processed_folder(root, study.kode)
    paths = [home / step / "ledger.json" for step in STEPS]
    merged = merge_ledgers([read_ledger(path) for path in paths if path.is_file()])
    return mark_exploratory(merged, read_plan(root, study.kode), study, root)


def behind_result(entry: Entry, study: Study, root: Path) -> Chain:
    """Follow a result of the ledger back to raw data."""

    def records(call: ast.Call) -> int:
        noted = any(keyword.arg in ("note", None) for keyword in call.keywords)
        return spells(call.args[0], entry.key) if noted and call.args else 0

    made = _made(entry.notebook, records, study, root, entry.cell)
    made = made or _made(entry.notebook, _records_many, study, root, entry.cell)
    declared = entry.tables or {}
    nodes = tuple(
        table_behind(name, digest, study, root, step=entry.notebook)
        for name, digest in declared.items()
    )
    also = [name for name in made.tables if name not in declared] if made else []
    return Chain(entry.notebook, made, nodes, tuple(also))


def _records_many(call: ast.Call) -> int:
    """Whether a call records results under keys of its own, such as `record_claims`."""
    return int(called(call).startswith("record_"))


def behind_placed(placed: Placed, study: Study, root: Path) -> Chain:
    """Follow a table or a figure of the brief back to raw data."""
    if placed.name.startswith("Tabel"):
        made = _made(BRIEF, lambda call: called(call) == "place_table", study, root, placed.cell)
        return _from_what_is_read(BRIEF, made, study, root)
    home = processed_folder(root, study.kode)
    file = f"figures/{marked(study.kode, placed.label)}.svg"
    step = next((each for each in STEPS if (home / each / file).is_file()), BRIEF)

    def draws(call: ast.Call) -> int:
        drawn = called(call) == "figure" and len(call.args) > 1
        return spells(call.args[1], placed.label) if drawn else 0

    return _from_what_is_read(step, _made(step, draws, study, root), study, root)


def _from_what_is_read(step: str, made: Behind | None, study: Study, root: Path) -> Chain:
    read = provenance(processed_folder(root, study.kode) / step)["dibaca"]
    drawn = [name for name in made.tables if name in read] if made else []
    names = drawn or list(read)  # made of results, which rest on all that the step read
    nodes = (table_behind(name, read[name], study, root, step=step) for name in names)
    return Chain(step, made, tuple(nodes))


def _made(
    step: str, matches: Callable[[ast.Call], int], study: Study, root: Path, cell: str = ""
) -> Behind | None:
    notebook = executed(processed_folder(root, study.kode), step)
    return behind(notebook, matches, cell=cell)
