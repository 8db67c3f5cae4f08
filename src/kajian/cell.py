"""Which cell of a notebook is running."""

from __future__ import annotations

import json
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
    source = request.get("content", {}).get("code", "")
    content = json.loads(notebook.read_bytes()) if notebook.is_file() else {}
    same = [cell for cell in content.get("cells", []) if "".join(cell["source"]) == source]
    return str(same[0].get("id", "")) if same else ""
