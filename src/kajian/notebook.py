"""Notebooks as programs: what they declare, which cells a study uses, and a run without traces."""

from __future__ import annotations

import ast
import copy
import difflib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from kajian.errors import PipelineError, StudyError

PARAMETERS = "parameters"
ONLY = "hanya:"


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    PipelineError
        When it is missing or not a notebook.
    """
    if not path.is_file():
        raise PipelineError(f"Notebook {path} tidak ada. Perbaikan: kembalikan dari git.")
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise PipelineError(
            f"{path} bukan notebook yang sah: {error}. Perbaikan: kembalikan dari git."
        ) from None
    return notebook


def declared_parameters(notebook: NotebookNode, name: str) -> dict[str, Any]:
    """Names and default values in the cell tagged ``parameters``.

    Raises
    ------
    StudyError
        When that cell is missing or holds anything but assignments of plain values.
    """
    cells = [c for c in notebook.cells if PARAMETERS in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise StudyError(
            f"{name}: harus ada tepat satu sel bertanda 'parameters' (ada {len(cells)}). "
            "Perbaikan: beri tanda itu pada sel parameter."
        )
    try:
        lines = ast.parse(cells[0].source).body
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
    if value is None or (lists and not (value and default)):
        return True
    return _shape(value) == _shape(default)


def _shape(value: Any) -> str:
    if isinstance(value, list | tuple):
        inner = sorted({_shape(item) for item in value})
        return f"daftar {'/'.join(inner)}" if inner else "daftar"
    names = {str: "teks", bool: "benar/salah", int: "bilangan bulat", float: "desimal"}
    return names.get(type(value), "kosong")


def used_cells(notebook: NotebookNode, parts: frozenset[str]) -> NotebookNode:
    """Drop the cells tagged ``hanya:<part>`` for parts that the study does not have."""
    kept = copy.deepcopy(notebook)
    kept.cells = [
        cell
        for cell in kept.cells
        if all(
            tag.removeprefix(ONLY) in parts
            for tag in cell.metadata.get("tags", [])
            if tag.startswith(ONLY)
        )
    ]
    return kept


def code_fingerprint(notebook: NotebookNode) -> str:
    """Hash of the code cells: what must run again when it changes, and prose does not."""
    code = [[c.id, c.source] for c in notebook.cells if c.cell_type == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def with_outputs(notebook: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """Today's prose with the outputs of the last run, matched by cell id."""
    outputs = {c.id: c for c in executed.cells if c.cell_type == "code"}
    merged = copy.deepcopy(notebook)
    for cell in merged.cells:
        if cell.cell_type == "code" and cell.id in outputs:
            cell.outputs = outputs[cell.id].outputs
            cell.execution_count = outputs[cell.id].execution_count
            if PARAMETERS in cell.metadata.get("tags", []):
                cell.source = outputs[cell.id].source
    return merged


def set_parameters(notebook: NotebookNode, values: Mapping[str, Any]) -> NotebookNode:
    """Write values into the parameters cell itself, so that a run reads as what it was."""
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        if PARAMETERS in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{key} = {value!r}" for key, value in values.items())
    return filled
