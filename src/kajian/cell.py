"""Which cell of a notebook is running."""

from __future__ import annotations

from pathlib import Path


def running_cell(notebook: Path) -> str:
    """Id of the cell that is running: from JupyterLab, else by its source; empty elsewhere."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(shell, "get_parent"):
        return ""
    request = shell.get_parent()
    if cell := request.get("metadata", {}).get("cellId"):
        return str(cell)
    import nbformat

    source = request.get("content", {}).get("code", "")
    cells = nbformat.read(notebook, as_version=4).cells if notebook.is_file() else []
    return next((str(cell.id) for cell in cells if cell.source == source), "")
