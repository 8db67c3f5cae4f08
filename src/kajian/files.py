"""Write whole files or none, and name their content by its hash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TEMPORARY = ".tmp-"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it into place on success.

    The suffix is kept, so that writers which look at it still work.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that equal content gives equal bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    write_text(path, text + "\n")


def sha256(path: Path) -> str:
    """SHA-256 of one file, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sha256_of(paths: list[Path], base: Path) -> str:
    """SHA-256 over several files: their paths relative to ``base`` and their contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(base).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def visible_files(folder: Path) -> list[Path]:
    """Files below a folder, sorted, without those that are hidden or lie in a hidden folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


@contextmanager
def whole_folder(final: Path) -> Iterator[Path]:
    """Give an empty folder, for its owner alone, and put it in place of the last on success."""
    staging = staging_of(final)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    try:
        yield staging
        publish(staging, final)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def staging_of(final: Path) -> Path:
    """Where a folder is filled before it takes its place."""
    return final.with_name(f".staging-{final.name}")


def publish(staging: Path, final: Path) -> None:
    """Put a finished folder in the place of the last one.

    What its files hold is on the disk before it gets its name.
    Between the two renames the last one has another name; `restore` brings it back if the
    computer stopped just there.
    """
    for path in staging.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    last = _last_of(final)
    shutil.rmtree(last, ignore_errors=True)
    if final.exists():
        final.rename(last)
    staging.rename(final)
    shutil.rmtree(last, ignore_errors=True)


def restore(final: Path) -> None:
    """Bring the last whole folder back after a publication that was cut short.

    When the new one already has the name, what is left of the last one is removed.
    """
    last = _last_of(final)
    if last.exists() and not final.exists():
        last.rename(final)
    shutil.rmtree(last, ignore_errors=True)


def _last_of(final: Path) -> Path:
    return final.with_name(f".lama-{final.name}")
