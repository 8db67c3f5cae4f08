"""What a failed notebook leaves behind: a copy that opens at the cell that stopped it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kajian.files import write_json
from kajian.notebook import Notebook, code_cells, read_notebook
from kajian.privacy.patterns import without_identities


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

    Identities that its outputs or traces quote are masked.

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
    write_json(kept, _masked(notebook))


def _masked(content: Any) -> Any:
    """Mask identities in every value of a notebook."""
    if isinstance(content, dict):
        return {name: _masked(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_masked(value) for value in content]
    text = str(content)
    return content if text == (masked := without_identities(text)) else masked


def _prose(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
