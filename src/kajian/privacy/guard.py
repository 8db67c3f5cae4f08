"""What git must not take: restricted files, keys, and files that hold identity numbers.

The guard looks at what is staged, as it is staged. Text of any form is read, notebooks with their
outputs too, and what the scanner of reports has a reader for: XLSX, Parquet, GeoPackage, PDF.
Photographs and fonts pass unread; any other file that cannot be read is refused, and so is one
of more than 64 MB. Names of people are not looked for. The project's own tests, Python files in
``tests``, pass: they plant numbers to see them found.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from kajian.errors import PipelineError, StudyError
from kajian.files import whole_file
from kajian.privacy.key import SUFFIX
from kajian.privacy.patterns import identity_kinds, without_identities

LIMIT = 64_000_000  # bytes
PRIVATE = ("data/terbatas", "data/processed", "reports")
UNREAD = {".jpg", ".jpeg", ".gif", ".webp", ".ico", ".ttf", ".otf", ".woff", ".woff2"}
COMMAND = ".venv/bin/kajian guard"
MARK = "# Dipasang oleh `kajian guard --install`."
HOOK = f"""#!/bin/sh
{MARK} Data terbatas, kunci, dan nomor identitas tidak masuk git.
shared=$(git rev-parse --git-common-dir)
for kajian in .venv/bin/kajian "$shared/../.venv/bin/kajian"; do
  if [ -x "$kajian" ]; then exec "$kajian" guard; fi
done
echo "Commit ditolak: penjaga data pribadi (.venv/bin/kajian) tidak ada." >&2
echo "Perbaikan: jalankan 'make brief' untuk menyiapkannya, lalu ulangi commit." >&2
exit 1
"""


def main(root: Path) -> int:
    """Look at what is staged and say what must not be committed.

    Parameters
    ----------
    root
        Project folder, the top of its git work tree.

    Returns
    -------
    int
        1 when something is refused, else 0.

    Raises
    ------
    PipelineError, StudyError
        As `refusals`.
    """
    _require_top(root)
    listed = _git(root, "diff", "--cached", "--name-only", "-z", "--diff-filter=ACMRT",
                  "--ignore-submodules", "--no-ext-diff")  # fmt: skip
    found = refusals(root, [Path(os.fsdecode(name)) for name in listed.split(b"\0") if name])
    if not found:
        return 0
    print("Commit ditolak: berkas berikut tidak boleh masuk git.")
    print("\n".join(f"- {refusal}" for refusal in found))
    print("Simpan data terbatas dan kunci di luar repositori; samarkan nomor dalam berkas lain.")
    return 1


def refusals(root: Path, staged: list[Path]) -> list[str]:
    """Say of each staged file that git must not take what is wrong with it.

    Parameters
    ----------
    root
        Project folder, the top of its git work tree.
    staged
        Paths in the index, relative to ``root``.

    Returns
    -------
    list of str
        One Indonesian sentence per refused file, with the remedy.

    Raises
    ------
    StudyError
        When a study file is not TOML: where its restricted folder is, is then unknown.
    PipelineError
        When git cannot give the content of a path.
    """
    folders = _private_folders(root)
    found = ((path, _faults(root, path, folders)) for path in staged)
    return [_sentence(path, faults) for path, faults in found if faults]


def install_hook(root: Path) -> Path | None:
    """Let git ask the guard before every commit.

    Returns
    -------
    pathlib.Path or None
        The hook; none when there is a hook of somebody else, or one folder of hooks serves other
        repositories too. It is then left as it is, and the line to add is printed.

    Raises
    ------
    PipelineError
        When ``root`` is not the top of a git work tree.
    """
    _require_top(root)
    folder, shared = (
        (root / os.fsdecode(_git(root, "rev-parse", *what)).rstrip("\n")).resolve()
        for what in (("--git-path", "hooks"), ("--git-common-dir",))
    )
    hook = folder / "pre-commit"
    text = hook.read_bytes().decode(errors="replace") if hook.exists() else MARK
    own_folder = any(folder.is_relative_to(place) for place in (shared, root.resolve()))
    if MARK in text and own_folder:
        with whole_file(hook) as temporary:
            temporary.write_text(HOOK, encoding="utf-8", newline="\n")
            temporary.chmod(0o755)
        return hook
    if COMMAND in text:
        return hook
    print(f"Kait git {hook} bukan buatan kajian atau dipakai bersama, jadi tidak diubah.")
    print(f"Perbaikan: tambahkan baris ini ke dalamnya: {COMMAND} || exit 1")
    return None


def _sentence(path: Path, faults: list[str]) -> str:
    """Name a path; git takes a question mark for a digit that must not be repeated."""
    name = without_identities(path.as_posix())
    remedy = f"git restore --staged {shlex.quote(name.replace('•', '?'))}"
    return f"{name}: {', '.join(dict.fromkeys(faults))}. Perbaikan: {remedy}"


def _faults(root: Path, path: Path, folders: list[Path]) -> list[str]:
    place = root.resolve() / path
    if any(place.is_relative_to(folder) for folder in folders):
        return ["berada di folder yang isinya tidak masuk git (data terbatas atau hasil olahan)"]
    if path.name.lower().endswith(SUFFIX):
        return ["berkas kunci samaran"]
    if path.parts[0] == "tests" and path.suffix == ".py":
        return []
    blob = _staged_content(root, path)
    if len(blob) > LIMIT:
        return ["terlalu besar untuk diperiksa"]
    return [*identity_kinds(path.as_posix()), *_kinds(path, blob)]


def _private_folders(root: Path) -> list[Path]:
    """Folders from which nothing is committed, also as what they are links to."""
    named = list(PRIVATE)
    for file in sorted((root / "studies").glob("*.toml")):
        try:
            study = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise StudyError(
                f"Berkas kajian {file} bukan TOML yang benar, sehingga folder data terbatasnya "
                "tidak diketahui. Perbaikan: benarkan berkas itu, lalu ulangi commit."
            ) from None
        section = study.get("terbatas")
        if isinstance(section, dict) and "folder" in section:
            named.append(str(section["folder"]))
    places = [root.resolve() / Path(name).expanduser() for name in named]
    return [Path(os.path.normpath(place)) for place in places] + [p.resolve() for p in places]


# --- git --------------------------------------------------------------------------------------


def _git(root: Path, *arguments: str) -> bytes:
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


def _require_top(root: Path) -> None:
    top = os.fsdecode(_git(root, "rev-parse", "--show-toplevel")).rstrip("\n")
    if Path(top).resolve() != root.resolve():
        raise PipelineError(
            f"Folder proyek {root} bukan puncak repositori git ({top}). "
            "Perbaikan: jalankan git init di folder proyek, supaya proyek punya repositori sendiri."
        )


def _staged_content(root: Path, path: Path) -> bytes:
    """Content of a path in the index, not in the work tree; at most one byte over the limit."""
    command = ["git", "cat-file", "blob", f":0:{path.as_posix()}"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        blob = process.stdout.read(LIMIT + 1)
    if process.returncode and len(blob) <= LIMIT:
        raise PipelineError(f"{path} tidak ada di indeks git. Perbaikan: ulangi git add.")
    return blob


# --- content ----------------------------------------------------------------------------------


def _kinds(path: Path, blob: bytes) -> list[str]:
    """Kinds of identity in a file, or what kept it from being read."""
    form = path.suffix.lower()
    try:
        text = blob.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text and form != ".pdf":
        return identity_kinds(text)
    if form in UNREAD:
        return []
    from kajian.privacy.scan import scan_folder

    with TemporaryDirectory() as folder:
        (Path(folder) / f"berkas{form}").write_bytes(blob)
        return [finding.kind for finding in scan_folder(Path(folder), threshold=0, counts=False)]
