"""What a failed notebook leaves behind: a copy that opens at the cell that stopped it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kajian.files import write_json
from kajian.notebook import Notebook, code_cells, read_notebook


def stopping_cell(notebook: Notebook) -> dict[str, Any] | None:
    """The cell that raised, or the one that was running when the kernel ended."""
    for cell in code_cells(notebook):
        if any(output["output_type"] == "error" for output in cell["outputs"]):
            return cell
    unfinished = [
        cell
        for cell in code_cells(notebook)
        if cell["metadata"].get("papermill", {}).get("status") in {"running", "failed"}
    ]
    return unfinished[0] if unfinished else None


def keep_failed(staged: Path, kept: Path, message: str) -> None:
    """Keep a notebook that stopped, with the message and the stopping cell shown first.

    Parameters
    ----------
    staged
        The notebook as far as papermill wrote it.
    kept
        Where to keep it.
    message
        What the user was told.
    """
    notebook = read_notebook(staged)
    first = [_prose("gagal", f"**Notebook ini berhenti.**\n\n```\n{message}\n```")]
    if cell := stopping_cell(notebook):
        first += [{**cell, "id": "gagal-sel"}, _prose("gagal-asal", "---\n\nNotebook lengkapnya:")]
    notebook["cells"] = first + notebook["cells"]
    write_json(kept, notebook)


def _prose(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
