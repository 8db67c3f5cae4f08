"""What a failed notebook leaves behind: a copy that opens at the cell that stopped it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kajian.files import write_json
from kajian.notebook import Notebook, code_cells, read_notebook
from kajian.privacy.patterns import without_identities

_LEFT_OUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": "Keluaran ini tidak disimpan karena memuat nomor identitas atau nomor telepon.\n",
}


def stopping_cell(notebook: Notebook) -> dict[str, Any] | None:
    """The cell that raised, or the one without an answer when the kernel ended."""
    for cell in code_cells(notebook):
        if any(output["output_type"] == "error" for output in cell["outputs"]):
            return cell
    runs = [(cell, cell["metadata"].get("execution", {})) for cell in code_cells(notebook)]
    unanswered = [cell for cell, run in runs if "shell.execute_reply" not in run]
    return unanswered[0] if unanswered and any(run for _, run in runs) else None


def keep_failed(staged: Path, kept: Path, message: str) -> None:
    """Keep a notebook that stopped, with the message and the stopping cell shown first.

    Identity and phone numbers in it are masked; an output that shows one in parts, such as across
    tags, is left out with a note. Names of people are not known here and stay: the copy is for
    the eyes of whoever may see the data.

    Parameters
    ----------
    staged
        The notebook as far as papermill wrote it.
    kept
        Where to keep it.
    message
        What the user was told.
    """
    from kajian.privacy.scan import holds_identity

    notebook = read_notebook(staged)
    first = [_prose("gagal", f"**Notebook ini berhenti.**\n\n```\n{message}\n```")]
    if cell := stopping_cell(notebook):
        first += [{**cell, "id": "gagal-sel"}, _prose("gagal-asal", "---\n\nNotebook lengkapnya:")]
    notebook["cells"] = first + notebook["cells"]
    masked = _masked(notebook)
    for cell in code_cells(masked):
        cell["outputs"] = [_LEFT_OUT if holds_identity(o) else o for o in cell["outputs"]]
    write_json(kept, masked)


def _masked(content: Any) -> Any:
    """Mask identities in every key and value of a notebook."""
    if isinstance(content, dict):
        return {without_identities(str(name)): _masked(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_masked(value) for value in content]
    text = str(content)
    return content if text == (masked := without_identities(text)) else masked


def _prose(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
