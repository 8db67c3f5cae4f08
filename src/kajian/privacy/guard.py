"""What git must not take: restricted files, keys, and files that tell of single persons.

The guard looks at what is staged, as it is staged, through the readers of the scanner of reports:
text of any form, pages, drawings and notebooks with their outputs, XLSX, Parquet, GeoPackage and
PDF. Of photographs and fonts only long numbers in their bytes are found. A file that cannot be
read is refused, and so is one of more than 64 MB. Names of people are not looked for. The
project's own tests, Python files in ``tests``, pass unless they hold a key of this machine: they
plant numbers to see them found. A commit message is looked at as a text.
"""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from kajian.errors import StudyError
from kajian.privacy.git import require_top, staged_content, staged_files
from kajian.privacy.hooks import install_hook
from kajian.privacy.key import SUFFIX, keys_here
from kajian.privacy.kinds import CORRUPT, KEY, PSEUDONYM
from kajian.privacy.patterns import find_pseudonyms, identity_kinds, without_identities
from kajian.privacy.pieces import decoded, is_text
from kajian.privacy.raw import read_digits

__all__ = ["install_hook", "main", "refusals"]

UNSEEN = {".jpg", ".jpeg", ".gif", ".webp", ".ico", ".ttf", ".otf", ".woff", ".woff2"}
LIMIT = 64_000_000  # bytes
PRIVATE = ("data/terbatas", "data/processed", "reports")


def main(root: Path, message: Path | None = None) -> int:
    """Look at what is staged, or at a commit message, and say what must not be committed.

    Parameters
    ----------
    root
        Project folder, the top of its git work tree.
    message
        File of a commit message, which git gives to its hook; then only that is looked at.

    Returns
    -------
    int
        1 when something is refused, else 0.

    Raises
    ------
    PipelineError, StudyError
        As `refusals`.
    """
    require_top(root)
    if message:
        return _refuse_message((root / message).read_bytes())
    if not (found := refusals(root, staged_files(root))):
        return 0
    print("Commit ditolak: berkas berikut tidak boleh masuk git.")
    print("\n".join(f"- {refusal}" for refusal in found))
    print("Simpan data terbatas dan kunci di luar repositori; samarkan nomor dalam berkas lain.")
    return 1


def _refuse_message(message: bytes) -> int:
    kinds = _text_kinds(decoded(message))
    kinds += [KEY] if _holds_key(message, keys_here()) else []
    if kinds:
        print(f"Commit ditolak: pesannya memuat {', '.join(kinds)}.")
        print("Perbaikan: ulangi git commit dengan pesan tanpa data pribadi.")
    return int(bool(kinds))


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
    keys = keys_here()
    found = ((path, _faults(root, path, folders, keys)) for path in staged)
    return [_sentence(path, faults) for path, faults in found if faults]


def _sentence(path: Path, faults: list[str]) -> str:
    """Name a path; git takes a question mark for a digit that must not be repeated."""
    name = without_identities(path.as_posix())
    remedy = f"git restore --staged {shlex.quote(name.replace('•', '?'))}"
    return f"{name}: {', '.join(dict.fromkeys(faults))}. Perbaikan: {remedy}"


def _faults(root: Path, path: Path, folders: list[Path], keys: Collection[str]) -> list[str]:
    place = root.resolve() / path
    if any(place.is_relative_to(folder) for folder in folders):
        return ["berada di folder yang isinya tidak masuk git (data terbatas atau hasil olahan)"]
    if path.name.lower().endswith(SUFFIX):
        return ["berkas kunci samaran"]
    blob = staged_content(root, path, LIMIT)
    if path.parts[0] == "tests" and path.suffix == ".py":
        return [KEY] if _holds_key(blob, keys) else []
    if len(blob) > LIMIT:
        return ["terlalu besar untuk diperiksa"]
    return [*identity_kinds(path.as_posix()), *_kinds(path.suffix, blob, keys)]


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


def _kinds(form: str, blob: bytes, keys: Collection[str]) -> list[str]:
    """Kinds of what a file holds, or what kept it from being read.

    Text counts as read when only the reader of its form fails, as with JSON that has remarks.
    """
    if form.lower() in UNSEEN:
        kinds = [kind for piece in read_digits(blob) for kind in identity_kinds(piece.text)]
        return [*dict.fromkeys(kinds), *([KEY] if _holds_key(blob, keys) else [])]
    from kajian.privacy.scan import scan_folder

    with TemporaryDirectory() as folder:
        (Path(folder) / f"berkas{form.lower()}").write_bytes(blob)
        found = scan_folder(Path(folder), threshold=0, counts=False, secrets=keys)
    kinds = [finding.kind for finding in found]
    if is_text(blob) and form.lower() != ".pdf":
        kinds = [kind for kind in kinds if kind != CORRUPT] + _text_kinds(decoded(blob))
    return list(dict.fromkeys([*kinds, *([KEY] if _holds_key(blob, keys) else [])]))


def _text_kinds(text: str) -> list[str]:
    return [*identity_kinds(text), *([PSEUDONYM] if find_pseudonyms(text) else [])]


def _holds_key(blob: bytes, keys: Collection[str]) -> bool:
    lower = blob.lower()
    return any(key.lower().encode() in lower for key in keys)
