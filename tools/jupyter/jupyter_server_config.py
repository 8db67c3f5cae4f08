"""Settings with which `make lab` starts JupyterLab; the news are off in labconfig/."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path
from typing import Any

# Git takes a file of another size for changed and never looks inside; adding it when there is
# nothing to add lets `git status`, and a pull or a switch of branches, know better.
SETTLE = 'git diff --quiet -- "$0" && git add --update -- "$0"'


def settle(*, model: dict[str, Any], os_path: str, **_: Any) -> None:
    """After a save that changed nothing but outputs, show the notebook as unchanged."""
    if model["type"] == "notebook":
        path = Path(os_path)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.Popen(["sh", "-c", SETTLE, path.name], cwd=path.parent, **silent)


# Jupyter reads this file's settings twice, and wonders.
warnings.filterwarnings("ignore", "Overriding existing post_save_hook")

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.LabApp.default_url = "/lab/tree/notebooks"
c.LabApp.extension_manager = "readonly"
c.FileContentsManager.post_save_hook = settle
