"""What the guard asks of git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kajian.errors import PipelineError


def git_output(root: Path, *arguments: str) -> bytes:
    """What a git command writes.

    Raises
    ------
    PipelineError
        When there is no git, or it fails.
    """
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise PipelineError("Perintah git tidak ada. Perbaikan: pasang git.") from None
    if done.returncode:
        raise PipelineError(
            f"git {arguments[0]} gagal di {root}: {done.stderr.decode(errors='replace').strip()}. "
            "Perbaikan: periksa repositori git itu (git status)."
        )
    return done.stdout


def require_top(root: Path) -> None:
    """Refuse a folder that is not the top of a git work tree.

    Raises
    ------
    PipelineError
    """
    top = os.fsdecode(git_output(root, "rev-parse", "--show-toplevel")).rstrip("\n")
    if Path(top).resolve() != root.resolve():
        raise PipelineError(
            f"Folder proyek {root} bukan puncak repositori git ({top}). "
            "Perbaikan: jalankan git init di folder proyek, supaya proyek punya repositori sendiri."
        )


def staged_files(root: Path) -> list[Path]:
    """Paths that a commit would add or change, relative to ``root``."""
    listed = git_output(root, "diff", "--cached", "--name-only", "-z", "--diff-filter=ACMRT",
                        "--ignore-submodules", "--no-ext-diff")  # fmt: skip
    return [Path(os.fsdecode(name)) for name in listed.split(b"\0") if name]


def staged_content(root: Path, path: Path, limit: int) -> bytes:
    """Content of a path in the index, not in the work tree; at most one byte over the limit.

    Raises
    ------
    PipelineError
        When the path is not in the index.
    """
    command = ["git", "cat-file", "blob", f":0:{path.as_posix()}"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        blob = process.stdout.read(limit + 1)
    if process.returncode and len(blob) <= limit:
        raise PipelineError(f"{path} tidak ada di indeks git. Perbaikan: ulangi git add.")
    return blob
