"""The way from a table back to raw data: who saved it, from what, and whether it is still so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from kajian.data.passport import read_passport
from kajian.errors import DataError
from kajian.files import sha256
from kajian.notebook import Notebook, read_notebook
from kajian.places import EARLIER, GATE, TWIN, processed_folder, raw_folder
from kajian.step import PROVENANCE
from kajian.study import Study
from kajian.trace.behind import Behind, behind, called, spells

WHOLE, MISSING = "utuh", "BERKASNYA HILANG"


@dataclass(frozen=True, slots=True)
class Node:
    """One table on the way to raw data.

    Attributes
    ----------
    name, step
        Its name; the step that saved it, ``gerbang`` or ``kembaran`` for tables of households,
        ``data/raw`` for raw ones.
    path
        Its file.
    digest
        SHA-256 that it had when it was read; empty when nobody wrote it down.
    state
        ``utuh``, or in words what has happened to the file since.
    made
        How its step made it, where a cell can be named.
    sources
        Tables that it was made from.
    """

    name: str
    step: str
    path: Path
    digest: str
    state: str
    made: Behind | None = None
    sources: tuple[Node, ...] = ()

    @property
    def is_raw(self) -> bool:
        """Whether it is a table of ``data/raw``, with a passport."""
        return "/" in self.name

    @property
    def has_households(self) -> bool:
        """Whether its rows are of households or people, or were made from such rows."""
        return self.step in (GATE, TWIN) or any(each.has_households for each in self.sources)


def table_behind(name: str, digest: str, study: Study, root: Path, *, step: str) -> Node:
    """Follow a table back to raw data.

    Parameters
    ----------
    name, digest
        As a step recorded it.
    study, root
        The study and the project's folder.
    step
        The step that read it.
    """
    if "/" in name:
        folder, _, table = name.partition("/")
        path = _raw_path(raw_folder(root) / folder, table)
        return Node(name, "data/raw", path, digest, state_of(path, digest))
    home = processed_folder(root, study.kode)
    for saver in (step, *EARLIER[step]):
        written = provenance(home / saver)["ditulis"]
        if name in written:
            path = home / saver / "tables" / f"{name}.parquet"
            made, read = _made(name, saver, home)
            sources = tuple(
                table_behind(each, sha, study, root, step=saver) for each, sha in read.items()
            )
            return Node(name, saver, path, digest, state_of(path, digest), made, sources)
    for place in (GATE, TWIN):
        path = home / place / "tables" / f"{name}.parquet"
        if path.is_file():
            sources = _behind_twin(study, root) if study.simulasi else ()
            return Node(name, place, path, digest, state_of(path, digest), None, sources)
    return Node(name, step, home / step / "tables" / f"{name}.parquet", digest, MISSING)


def all_behind(nodes: tuple[Node, ...]) -> list[Node]:
    """Tables with everything that they were made from, each once, raw ones last."""
    found: dict[str, Node] = {}
    for node in nodes:
        found[node.name] = node
        found |= {each.name: each for each in all_behind(node.sources)}
    return sorted(found.values(), key=lambda node: node.is_raw)


def state_of(path: Path, digest: str) -> str:
    """Say whether a file is still the one that was read."""
    if not path.is_file():
        return MISSING
    now = sha256(path)
    return WHOLE if now == digest or not digest else f"BERUBAH sejak dibaca (kini {now[:12]})"


def executed(home: Path, step: str) -> Notebook:
    """The notebook of a step as it ran."""
    return read_notebook(home / step / f"{step}.ipynb")


def rows_of(node: Node) -> int | None:
    """Number of rows of a Parquet table that is whole, without reading them."""
    return pq.read_metadata(node.path).num_rows if node.state == WHOLE else None


def provenance(folder: Path) -> dict[str, dict[str, str]]:
    """Hashes of what a step read and wrote."""
    path = folder / PROVENANCE
    if not path.is_file():
        return {"dibaca": {}, "ditulis": {}}
    content: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _raw_path(folder: Path, table: str) -> Path:
    """Path of a raw table by its passport; one that is not there when the passport fails."""
    try:
        return read_passport(folder).path_of(table)
    except DataError:
        return folder / table


def _made(name: str, step: str, home: Path) -> tuple[Behind | None, dict[str, str]]:
    """How a step made a table, and the hashes of what it made it from.

    Where the cell does not tell, it may be everything that the step read.
    """
    read = provenance(home / step)["dibaca"]
    made = behind(
        executed(home, step),
        lambda call: spells(call.args[1], name) if called(call) == "save" and call.args[1:] else 0,
    )
    known = {each: read[each] for each in made.tables if each in read} if made else {}
    return made, known or read


def _behind_twin(study: Study, root: Path) -> tuple[Node, ...]:
    """Public tables that the twin is calibrated to; their passports say how they looked."""
    data = study.data
    names = [str(each) for each in (data.batas_kelurahan, data.kecamatan, data.seri_kota)]
    return tuple(table_behind(name, "", study, root, step=TWIN) for name in names)
