"""What the user sees while a study runs: a pytask plugin, one line per step."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytask
from pytask import TaskOutcome

WORDS = {
    TaskOutcome.SUCCESS: "selesai",
    TaskOutcome.SKIP_UNCHANGED: "sudah mutakhir",
    TaskOutcome.SKIP_PREVIOUS_FAILED: "dilewati, langkah sebelumnya gagal",
    TaskOutcome.FAIL: "GAGAL",
    TaskOutcome.WOULD_BE_EXECUTED: "perlu dijalankan",
}
_started: dict[str, float] = {}


def say(text: str, end: str = "\n") -> None:
    """Print one line for the user at once."""
    print(text, end=end, flush=True)


@pytask.hookimpl
def pytask_execute_task_log_start(session: Any, task: Any) -> None:
    """Name the step that begins, when somebody watches."""
    _started[task.name] = time.monotonic()
    if sys.stdout.isatty() and not session.config["dry_run"]:
        say(f"  … {task.name}", end="\r")


@pytask.hookimpl
def pytask_execute_task_log_end(session: Any, report: Any) -> None:
    """Say how the step ended and how long it took."""
    name = report.task.name
    seconds = time.monotonic() - _started.pop(name)
    done = len(session.execution_reports) + 1
    timed = f" ({seconds:.1f} detik)".replace(".", ",")
    took = timed if report.outcome in {TaskOutcome.SUCCESS, TaskOutcome.FAIL} else ""
    say(f"  [{done}/{len(session.tasks)}] {name}: {WORDS.get(report.outcome, '?')}{took}")
