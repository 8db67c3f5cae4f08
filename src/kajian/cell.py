"""Which cell of a notebook is running, and whether the study at hand uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ONLY = "hanya:"


def running_cell(notebook: Path) -> str:
    """Id of the cell that is running: from JupyterLab, else by its source; empty elsewhere."""
    return str(_running(notebook).get("id", ""))


def skip_unused_cells(notebook: Path, study: str, parts: frozenset[str]) -> None:
    """Let a notebook that is run by hand pass over the cells that are not for its study.

    The pipeline leaves them out before it starts; JupyterLab runs every cell.

    Parameters
    ----------
    notebook
        The notebook's file, whose tags ``hanya:<part>`` count.
    study, parts
        Code of the study, and the parts that it has.
    """
    from IPython import get_ipython

    def skip(lines: list[str]) -> list[str]:
        tags = _running(notebook).get("metadata", {}).get("tags", [])
        asked = [tag.removeprefix(ONLY) for tag in tags if tag.startswith(ONLY)]
        if absent := [part for part in asked if part not in parts]:
            said = f"Dilewati: kajian {study} tidak punya bagian '{absent[0]}'."
            return [f"print({said!r})\n"]
        return lines

    if shell := get_ipython():
        kept = [t for t in shell.input_transformers_cleanup if t.__module__ != __name__]
        shell.input_transformers_cleanup[:] = [*kept, skip]


def _running(notebook: Path) -> dict[str, Any]:
    """The running cell as the file has it; empty when nothing runs or the file lacks it."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(shell, "get_parent"):
        return {}
    request = shell.get_parent()
    name = request.get("metadata", {}).get("cellId")
    source = request.get("content", {}).get("code", "")
    content = json.loads(notebook.read_bytes()) if notebook.is_file() else {}
    for cell in content.get("cells", []):
        if cell.get("id") == name or (not name and "".join(cell["source"]) == source):
            return dict(cell)
    return {"id": name} if name else {}
