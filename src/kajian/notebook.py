"""Notebooks as programs: what they declare, which cells a study uses, and their outputs.

Notebooks are plain dictionaries in Jupyter's format 4, as `json` reads them and `nbformat`
accepts them, because looking at one must not cost the import of a library.
"""

from __future__ import annotations

import ast
import copy
import difflib
import json
import pprint
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kajian.cell import ONLY
from kajian.errors import PipelineError, StudyError
from kajian.places import STEPS

Notebook = dict[str, Any]
PARAMETERS = "parameters"
LINE = 110


def read_notebook(path: Path) -> Notebook:
    """Read a notebook; every cell gets its source as one text, and an id.

    Raises
    ------
    PipelineError
        When it is missing or not a notebook.
    """
    if not path.is_file():
        raise PipelineError(f"Notebook {path} tidak ada. Perbaikan: kembalikan dari git.")
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise ValueError(f"nbformat {notebook['nbformat']}")
        for number, cell in enumerate(notebook["cells"]):
            cell["source"] = "".join(cell["source"])
            cell.setdefault("id", f"sel-{number}")
        counts = Counter(cell["id"] for cell in notebook["cells"])
        if twice := [name for name, count in counts.items() if count > 1]:
            raise ValueError(f"dua sel ber-id '{twice[0]}'")
    except (ValueError, KeyError, TypeError) as error:
        raise PipelineError(
            f"{path} bukan notebook yang sah ({error}). Perbaikan: kembalikan dari git, atau buka "
            "dan simpan ulang di JupyterLab."
        ) from None
    return notebook


def tags(cell: Mapping[str, Any]) -> list[str]:
    """Tags of a cell."""
    return list(cell["metadata"].get("tags", []))


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    """Cells that are run, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def declared_parameters(notebook: Notebook, name: str) -> dict[str, Any]:
    """Names and default values in the cell tagged ``parameters``.

    Raises
    ------
    StudyError
        When that cell is missing or holds anything but assignments of plain values.
    """
    cells = [cell for cell in notebook["cells"] if PARAMETERS in tags(cell)]
    if len(cells) != 1:
        raise StudyError(
            f"{name}: harus ada tepat satu sel bertanda 'parameters' (ada {len(cells)}). "
            "Perbaikan: beri tanda itu pada sel parameter."
        )
    try:
        lines = ast.parse(cells[0]["source"]).body
    except SyntaxError as error:
        raise StudyError(
            f"{name}: baris {error.lineno} sel parameter bukan Python yang benar. "
            "Perbaikan: tulis 'nama = nilai', teks di antara tanda kutip."
        ) from None
    declared: dict[str, Any] = {}
    for line in lines:
        target = line.targets[0] if isinstance(line, ast.Assign) and not line.targets[1:] else None
        try:
            if not isinstance(line, ast.Assign) or not isinstance(target, ast.Name):
                raise ValueError("not an assignment")
            declared[target.id] = ast.literal_eval(line.value)
        except ValueError:
            raise StudyError(
                f"{name}: baris {line.lineno} sel parameter bukan 'nama = nilai'. "
                "Perbaikan: hanya teks, angka, atau daftar di sel itu."
            ) from None
    return declared


def chosen_parameters(
    declared: Mapping[str, Any], offered: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """Take from a study exactly the parameters that a notebook declares.

    Parameters
    ----------
    declared
        Names with default values, from the notebook.
    offered
        All choices of the study.
    name
        The notebook's name, for the message.

    Raises
    ------
    StudyError
        When the notebook declares a name that the study does not have, or of another type.
    """
    for key, default in declared.items():
        if key not in offered:
            close = difflib.get_close_matches(key, offered, n=1)
            hint = f"Mungkin maksudnya '{close[0]}'. " if close else ""
            raise StudyError(
                f"{name}: parameter '{key}' tidak dikenal. {hint}"
                "Perbaikan: pakai nama kunci dari berkas kajian."
            )
        if not _fits(offered[key], default):
            raise StudyError(
                f"{name}: parameter '{key}' bertipe {_shape(default)} di notebook, tetapi "
                f"{_shape(offered[key])} di berkas kajian ({offered[key]!r}). "
                "Perbaikan: samakan tipenya."
            )
    return {key: offered[key] for key in declared}


def _fits(value: Any, default: Any) -> bool:
    """Whether a value has the shape of a default; a missing value and an empty list say little."""
    lists = isinstance(value, list | tuple) and isinstance(default, list | tuple)
    if value is None or default is None or (lists and not (value and default)):
        return True
    return _shape(value) == _shape(default)


def _shape(value: Any) -> str:
    if isinstance(value, list | tuple):
        shapes = {_shape(item) for item in value}
        inner = sorted(shapes - {"daftar"} or shapes)  # an empty list fits beside any other
        return f"daftar {'/'.join(inner)}" if inner else "daftar"
    if isinstance(value, dict):
        return f"pasangan nama = {_shape(list(value.values()))}"
    names = {str: "teks", bool: "benar/salah", int: "bilangan bulat", float: "desimal"}
    return names.get(type(value), "kosong")


def used_cells(notebook: Notebook, parts: frozenset[str]) -> Notebook:
    """Drop the cells tagged ``hanya:<part>`` for parts that the study does not have."""
    kept = copy.deepcopy(notebook)
    kept["cells"] = [
        cell
        for cell in kept["cells"]
        if all(tag.removeprefix(ONLY) in parts for tag in tags(cell) if tag.startswith(ONLY))
    ]
    return kept


def used_notebooks(root: Path, parts: frozenset[str]) -> dict[str, Notebook]:
    """Notebooks with code for a part that a study has, in order, with the cells that it uses.

    A notebook whose cells are for no part in particular is used by every study.
    """
    books = {name: read_notebook(root / "notebooks" / f"{name}.ipynb") for name in STEPS}
    used = {name: used_cells(book, parts) for name, book in books.items()}
    return {
        name: book
        for name, book in used.items()
        if code_cells(book) and (_for_parts(book) or not _for_parts(books[name]))
    }


def _for_parts(notebook: Notebook) -> bool:
    return any(tag.startswith(ONLY) for cell in code_cells(notebook) for tag in tags(cell))


def with_outputs(notebook: Notebook, executed: Notebook) -> Notebook:
    """Today's prose with the outputs of the last run, matched by cell id."""
    ran = {cell["id"]: cell for cell in code_cells(executed)}
    merged = copy.deepcopy(notebook)
    for cell in code_cells(merged):
        if last := ran.get(cell["id"]):
            cell["outputs"] = last["outputs"]
            cell["execution_count"] = last["execution_count"]
            if PARAMETERS in tags(cell):
                cell["source"] = last["source"]
    return merged


def set_parameters(notebook: Notebook, values: Mapping[str, Any]) -> Notebook:
    """Write values into the parameters cell itself, so that a run reads as what it was."""
    filled = copy.deepcopy(notebook)
    for cell in filled["cells"]:
        if PARAMETERS in tags(cell):
            cell["source"] = "\n".join(map(_assignment, values, values.values()))
    return filled


def _assignment(name: str, value: Any) -> str:
    """Write a parameter as Python, a long list or mapping over several lines."""
    line = f"{name} = {value!r}"
    if len(line) <= LINE or not isinstance(value, list | tuple | dict):
        return line
    return f"{name} = {pprint.pformat(value, width=LINE, sort_dicts=False)}"
