"""Run a notebook top to bottom in a fresh kernel, and leave no traces of the run in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from kajian.errors import KajianError, PipelineError
from kajian.step import STAGING

START_SECONDS = 120
CELL_SECONDS = 1800
LONGEST_SOCKET = 90
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}


def execute(notebook: NotebookNode, *, folder: Path, staging: Path, name: str) -> NotebookNode:
    """Run a notebook top to bottom with papermill in a fresh kernel.

    Parameters
    ----------
    notebook
        The notebook with its parameters set.
    folder
        Working directory of the kernel.
    staging
        Where the notebook's results go; the executed notebook is left there as well.
    name
        The notebook's name, for messages.

    Returns
    -------
    NotebookNode
        The executed notebook without times, paths and other traces of the run.

    Raises
    ------
    PipelineError
        When a cell raises; the notebook as far as it came is in ``staging``.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    target = staging / f"{name}.ipynb"
    nbformat.write(notebook, target)
    with _environment({**KERNEL_ENVIRONMENT, STAGING: str(staging)}) as scratch:
        try:
            papermill.execute_notebook(
                _as_template(target),
                _as_template(target),
                cwd=folder,
                kernel_name="python3",
                progress_bar=False,
                start_timeout=START_SECONDS,
                execution_timeout=CELL_SECONDS,
                config=Config(KernelManager=_channel(scratch)),
            )
        except PapermillExecutionError as error:
            raise _stopped(name, error) from None
        except DeadKernelError:
            raise PipelineError(
                f"{name}: kernel mati di tengah jalan, biasanya karena kehabisan memori. "
                "Perbaikan: tutup program lain atau perkecil data, lalu ulangi."
            ) from None
    executed = _without_traces(nbformat.read(target, as_version=4))
    nbformat.write(executed, target)
    return executed


def _as_template(path: Path) -> str:
    """Write a path so that papermill, which formats paths with parameters, leaves it alone."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _channel(scratch: Path) -> dict[str, str]:
    """Talk to the kernel through a private socket file, where such files and short paths exist."""
    socket = str(scratch / "k")
    if os.name != "posix" or len(socket) > LONGEST_SOCKET:
        return {}
    return {"transport": "ipc", "ip": socket}


def _stopped(name: str, error: Any) -> PipelineError:
    """Say which cell stopped a notebook; our own errors speak for themselves."""
    cause = str(error.evalue).strip() or error.ename
    ours = error.ename in {kind.__name__ for kind in KajianError.__subclasses__()}
    first_line = error.source.strip().splitlines()[0]
    return PipelineError(
        f"{name} berhenti di sel [{error.exec_count}].\n"
        f"  {cause if ours else f'{error.ename}: {cause}'}\n"
        f"  Sel itu diawali: {first_line}"
    )


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[Path]:
    """Set variables for a kernel to inherit, with a scratch folder for it.

    IPython's personal start-up files are left out.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="kajian-") as scratch:
        os.environ.update(values, IPYTHONDIR=scratch)
        try:
            yield Path(scratch)
        finally:
            os.environ.clear()
            os.environ.update(before)


def _without_traces(notebook: NotebookNode) -> NotebookNode:
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
    return notebook
