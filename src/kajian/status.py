"""Which work of a study is out of date, and why, told from pytask's lock file without pytask."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kajian.nodes import HASHED
from kajian.plan import Task

LOCK, JOURNAL = "pytask.lock", "pytask.lock.journal"
VERSION_OF_LOCK = "1"
Seen = dict[str, dict[str, str]]


def read_lock(home: Path) -> Seen:
    """State of everything that each finished task used and made, when it finished.

    Parameters
    ----------
    home
        Folder of the study's results.

    Returns
    -------
    dict
        Task name to node name to state; empty when nothing was finished, when the record is
        damaged, or when it is of a version that we do not know.
    """
    try:
        return {
            entry["id"]: {**entry.get("depends_on", {}), **entry.get("produces", {})}
            for entry in (*_finished(home / LOCK), *_unfinished(home / JOURNAL))
            if isinstance(entry["state"], str)
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def forget(home: Path) -> None:
    """Remove the record, so that all work is done again."""
    for name in (LOCK, JOURNAL):
        (home / name).unlink(missing_ok=True)


def _finished(lock: Path) -> Iterator[Any]:
    if lock.is_file():
        record = tomllib.loads(lock.read_text(encoding="utf-8"))
        _require_version(record)
        yield from record["task"]


def _unfinished(journal: Path) -> Iterator[Any]:
    """Entries that a run left because it was killed; the last may be torn."""
    lines = journal.read_text(encoding="utf-8", errors="replace") if journal.is_file() else ""
    for line in lines.splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            return
        _require_version(entry)
        yield entry


def _require_version(record: Any) -> None:
    if record["lock-version"] != VERSION_OF_LOCK:
        raise ValueError(record["lock-version"])


def why_stale(tasks: Sequence[Task], seen: Seen) -> dict[str, list[str]]:
    """Say why tasks would be done again.

    Parameters
    ----------
    tasks
        All work of the study in order.
    seen
        What `read_lock` gave.

    Returns
    -------
    dict
        Reasons in Indonesian by task, for those that are out of date.
    """
    stale: dict[str, list[str]] = {}
    redone: dict[str, str] = {}
    for task in tasks:
        known = seen.get(task.name)
        why = ["belum pernah selesai"] if known is None else list(_reasons(task, known, redone))
        if why:
            stale[task.name] = why
            redone[task.product.name] = task.name
    return stale


def _reasons(task: Task, known: Mapping[str, str], redone: Mapping[str, str]) -> Iterator[str]:
    for node in task.inputs:
        if node.name not in redone and (now := node.state()) != known.get(node.name):
            yield from _changes(known.get(node.name), now) or [f"{node.name}: berubah"]
    made = task.product.state()
    if made != known.get(task.product.name):
        fault = "diubah setelah dibuat" if made else "tidak ada"
        yield f"hasilnya, {task.product.name}, {fault}"
    if follows := [redone[node.name] for node in task.inputs if node.name in redone]:
        yield f"mengikuti {', '.join(follows)}"


def _changes(before: str | None, now: str | None) -> list[str]:
    """Name the parts in which two states differ, with their values where these can be read."""
    try:
        old, new = (json.loads(state) if state else {} for state in (before, now))
    except ValueError:  # a record of an earlier version
        return []
    return [
        _change(part, old.get(part), new.get(part))
        for part in sorted(old | new)
        if old.get(part) != new.get(part)
    ]


def _change(part: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{part}: baru"
    if new is None:
        return f"{part}: tidak dipakai lagi"
    if HASHED in (old[:1], new[:1]):
        return f"{part}: isinya berubah"
    return f"{part}: {old} → {new}"
