"""Run a notebook top to bottom in a kernel of its own, and leave no traces of the run in it."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

from traitlets.config import Config

from kajian.engine.kernels import KernelManager
from kajian.engine.memory import default_gb
from kajian.errors import KajianError, PipelineError
from kajian.failure import keep_failed, stopping_cell
from kajian.files import publish, staging_of, write_json
from kajian.language import format_number
from kajian.notebook import Notebook, code_cells, read_notebook
from kajian.places import FAILED, processed_folder
from kajian.step import STAGING

START_SECONDS = 120
CELL_SECONDS = 1800
LONGEST_SOCKET = 90
# ipykernel now and then hangs when asked to end; its results are here by then.
SHUTDOWN_SECONDS = 1.0
LAST_LINES = 5
# What they would say on the terminal, our own message says.
logging.getLogger("papermill").addHandler(logging.NullHandler())


def run_notebook(
    notebook: Notebook, *, name: str, study: str, root: Path, memory_gb: float = 0
) -> None:
    """Run one step of a study: all of its results take the place of the last, or none.

    Parameters
    ----------
    notebook
        The notebook with its parameters set.
    name
        The step.
    study, root
        Code of the study, and the project's folder.
    memory_gb
        Most memory that the notebook may take, in GB; four fifths of the machine's when 0.

    Raises
    ------
    PipelineError
        When the notebook stops; as far as it came it is kept as ``<name>.gagal.ipynb``.
    """
    home = processed_folder(root, study)
    staging, kept = staging_of(home / name), home / f"{name}{FAILED}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        execute(
            notebook, folder=root / "notebooks", staging=staging, name=name, memory_gb=memory_gb
        )
        publish(staging, home / name)
    except PipelineError as error:
        where = ""
        with suppress(KajianError, OSError):  # a full disk may not hold even this
            keep_failed(staging / f"{name}.ipynb", kept, str(error))
            where = f"\n  Notebook sampai titik itu: {kept.relative_to(root)}"
        raise PipelineError(f"{error}{where}") from error.__cause__
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def execute(
    notebook: Notebook, *, folder: Path, staging: Path, name: str, memory_gb: float = 0
) -> None:
    """Run a notebook top to bottom with papermill in a kernel of its own.

    Parameters
    ----------
    notebook
        The notebook with its parameters set.
    folder
        Working directory of the kernel.
    staging
        Where its results go; the executed notebook is left there, without times and paths.
    name
        The notebook's name, for messages.
    memory_gb
        Most memory that the kernel may take, in GB; four fifths of the machine's when 0.

    Raises
    ------
    PipelineError
        When a cell raises, takes too long or too much memory, or the kernel dies; the notebook
        as far as it came is in ``staging``.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from kajian.engine import quiet

    target = staging / f"{name}.ipynb"
    limit_gb = memory_gb or default_gb()
    write_json(target, notebook)
    with tempfile.TemporaryDirectory(prefix="kajian-") as scratch:
        log = Path(scratch) / "log"
        try:
            executed = papermill.execute_notebook(
                _as_template(target),
                _as_template(target),
                cwd=folder,
                engine_name=quiet.NAME,
                request_save_on_cell_execute=False,
                kernel_name="python3",
                progress_bar=False,
                start_timeout=START_SECONDS,
                execution_timeout=CELL_SECONDS,
                kernel_manager_class=KernelManager,
                config=_kernel_config(Path(scratch), staging, limit_gb),
            )
        except PapermillExecutionError as error:
            raise PipelineError(_stopped(name, target, error, limit_gb)) from error
        except CellTimeoutError as error:
            raise PipelineError(
                f"{name} dihentikan {_place(target)}, yang berjalan lebih dari {CELL_SECONDS} "
                "detik. Perbaikan: perkecil data atau banyaknya ulangan di sel itu."
            ) from error
        except DeadKernelError as error:
            raise PipelineError(
                f"{name}: kernel mati {_place(target)}, biasanya karena kehabisan memori"
                f"{_limit(limit_gb)}. Perbaikan: tutup program lain, naikkan batas, atau perkecil "
                f"data, lalu ulangi.{_last_words(log)}"
            ) from error
        except RuntimeError as error:
            raise PipelineError(
                f"{name}: kernel tidak dapat dimulai ({error}). Perbaikan: ulangi; bila tetap "
                f"gagal, pasang ulang dengan 'make clean' lalu 'make brief'.{_last_words(log)}"
            ) from error
    write_json(target, _without_traces(executed))


def _kernel_config(scratch: Path, staging: Path, limit_gb: float) -> Config:
    """Settings of one kernel; IPython's personal start-up files are left out.

    It talks through a private socket file, where such files and short paths exist.
    """
    socket = str(scratch / "k")
    private = os.name == "posix" and len(socket) <= LONGEST_SOCKET
    return Config(
        KernelManager={
            "shutdown_wait_time": SHUTDOWN_SECONDS,
            **({"transport": "ipc", "ip": socket} if private else {}),
        },
        Provisioner={
            "environment": {STAGING: str(staging), "IPYTHONDIR": str(scratch)},
            "log_file": str(scratch / "log"),
            "memory_bytes": int(limit_gb * 1e9),
        },
    )


def _as_template(path: Path) -> str:
    """Write a path so that papermill, which formats paths with parameters, leaves it alone."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _stopped(name: str, target: Path, error: Any, limit_gb: float) -> str:
    """Say which cell stopped a notebook; our own errors speak for themselves."""
    cause = str(error.evalue).strip() or error.ename
    if "MemoryError" in error.ename:
        cause = (
            f"Memori notebook habis{_limit(limit_gb)}. Perbaikan: naikkan batasnya dengan "
            f"--memory, atau perkecil data. ({cause})"
        )
    elif error.ename not in {kind.__name__ for kind in KajianError.__subclasses__()}:
        cause = f"{error.ename}: {cause}"
    first_line = error.source.strip().splitlines()[0]
    return f"{name} berhenti {_place(target)}.\n  {cause}\n  Sel itu diawali: {first_line}"


def _place(target: Path) -> str:
    """Say where a notebook stands."""
    with suppress(KajianError):
        if cell := stopping_cell(read_notebook(target)):
            return f"di sel '{cell['id']}'"
    return "saat mulai"


def _last_words(log: Path) -> str:
    """What a kernel printed outside its cells before it ended."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    lines = [line for line in text.splitlines() if line.strip()][-LAST_LINES:]
    return "".join(f"\n  | {line}" for line in lines)


def _limit(limit_gb: float) -> str:
    return f" (batas {format_number(limit_gb, 1)} GB)" if limit_gb else ""


def _without_traces(notebook: Notebook) -> Notebook:
    notebook["metadata"].pop("papermill", None)
    for cell in notebook["cells"]:
        for trace in ("papermill", "execution"):
            cell["metadata"].pop(trace, None)
    for cell in code_cells(notebook):
        cell["outputs"] = _whole_streams(cell["outputs"])
    return notebook


def _whole_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join what was printed between two displays; the kernel sends it in pieces, by the clock."""
    whole: list[dict[str, Any]] = []
    for kind, group in groupby(outputs, key=lambda output: output["output_type"]):
        if kind != "stream":
            whole += group
            continue
        texts = {"stdout": "", "stderr": ""}
        for piece in group:
            texts[piece["name"]] += piece["text"]
        whole += [
            {"output_type": kind, "name": name, "text": text}
            for name, text in texts.items()
            if text
        ]
    return whole
