"""The hooks by which git asks the guard before it commits."""

from __future__ import annotations

import os
from pathlib import Path

from kajian.files import whole_file
from kajian.privacy.git import git_output, require_top

NAMES = ("pre-commit", "pre-merge-commit", "commit-msg")
COMMAND = ".venv/bin/kajian guard"
MARK = "# Dipasang oleh `kajian guard --install`."
HOOK = f"""#!/bin/sh
{MARK} Data terbatas, kunci, dan nomor identitas tidak masuk git.
shared=$(git rev-parse --git-common-dir)
for kajian in .venv/bin/kajian "$shared/../.venv/bin/kajian"; do
  if [ -x "$kajian" ]; then exec "$kajian" guard "$@"; fi
done
echo "Commit ditolak: penjaga data pribadi (.venv/bin/kajian) tidak ada." >&2
echo "Perbaikan: jalankan 'make brief' untuk menyiapkannya, lalu ulangi commit." >&2
exit 1
"""


def install_hook(root: Path) -> Path | None:
    """Let git ask the guard before every commit and merge, and about every message.

    Returns
    -------
    pathlib.Path or None
        The hook before a commit; none when that is a hook of somebody else, or one folder of
        hooks serves other repositories too. Such hooks are left as they are, and the line to add
        is printed.

    Raises
    ------
    PipelineError
        When ``root`` is not the top of a git work tree.
    """
    require_top(root)
    folder, shared = (
        (root / os.fsdecode(git_output(root, "rev-parse", *what)).rstrip("\n")).resolve()
        for what in (("--git-path", "hooks"), ("--git-common-dir",))
    )
    is_own = any(folder.is_relative_to(place) for place in (shared, root.resolve()))
    first, *_ = [_installed(folder / name, is_own) for name in NAMES]
    return first


def _installed(hook: Path, is_own: bool) -> Path | None:
    text = hook.read_bytes().decode(errors="replace") if hook.exists() else MARK
    if MARK in text and is_own:
        with whole_file(hook) as temporary:
            temporary.write_text(HOOK, encoding="utf-8", newline="\n")
            temporary.chmod(0o755)
        return hook
    if COMMAND in text:
        return hook
    print(f"Kait git {hook} bukan buatan kajian atau dipakai bersama, jadi tidak diubah.")
    print(f'Perbaikan: tambahkan baris ini ke dalamnya: {COMMAND} "$@" || exit 1')
    return None
