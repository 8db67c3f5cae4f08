"""The secret key of a study, under which identities become pseudonyms.

It lies outside the project, where neither git nor a report can take it: in a file that only its
owner can read, or in the keyring of the system. No message and no record holds it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from kajian.errors import PipelineError
from kajian.places import is_simulated

VARIABLE = "KAJIAN_KUNCI"
SUFFIX = ".kunci"
SERVICE = "kajian"
LENGTH = 32
LEAST_VARIED = 8  # different bytes; of 32 random ones fewer never happen

# Known to everybody: a twin has nobody to protect, and its pseudonyms can be made again.
SIMULATED_KEY: bytes = hashlib.sha256(b"kunci terbuka untuk data simulasi").digest()


def key_file(study_code: str) -> Path:
    """Where the key file of a study is: as the variable says, else in the user's settings."""
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser().absolute()
    return Path.home() / ".config" / "kajian" / (study_code.replace("/", "_") + SUFFIX)


def key_of(study_code: str, root: Path) -> bytes:
    """The key of a study: the open one for a twin, else the secret one, as `read_key`."""
    return SIMULATED_KEY if is_simulated(study_code) else read_key(study_code, root)


def create_key(study_code: str, *, in_keyring: bool = False) -> str:
    """Make the key of a study; an existing one is never overwritten.

    Parameters
    ----------
    study_code
        Code of the study.
    in_keyring
        Keep it in the keyring of the system instead of a file.

    Returns
    -------
    str
        A sentence that says where the key is.

    Raises
    ------
    PipelineError
        When the study has a key, the file would lie in a git work tree, or there is no keyring.
    """
    path = key_file(study_code)
    there = path if os.path.lexists(path) else None
    if there or _from_keyring(study_code) is not None:
        raise PipelineError(
            f"Kunci samaran '{study_code}' sudah ada di {there or 'gantungan kunci sistem'}; "
            "menggantinya akan mengubah semua samaran. Perbaikan: pakai kunci itu; bila memang "
            "harus diganti, pindahkan dahulu kunci lama ke tempat aman."
        )
    text = secrets.token_hex(LENGTH)
    if in_keyring:
        _to_keyring(study_code, text)
        place = f"gantungan kunci sistem (layanan '{SERVICE}', pengguna '{study_code}')"
    else:
        _refuse_project(path, None)
        _write_private(path, text + "\n")
        place = str(path)
    return (
        f"Kunci samaran kajian '{study_code}' disimpan di {place}. Simpan satu salinannya di "
        "tempat aman di luar folder proyek: tanpa kunci ini samaran yang sama tidak dapat dibuat "
        "lagi."
    )


def read_key(study_code: str, root: Path | None = None) -> bytes:
    """Read the secret key of a study.

    Parameters
    ----------
    study_code
        Code of the study.
    root
        Project folder, in which a key must not lie; a git work tree is refused in any case.

    Returns
    -------
    bytes
        At least 32 random bytes.

    Raises
    ------
    PipelineError
        When there is no key, it is malformed, too short or not random, others can read it or own
        it, or it lies in the project. The message never holds any part of the key.
    """
    path = key_file(study_code)
    if os.path.lexists(path):
        return _parsed(_read_private(path, root), str(path))
    text = _from_keyring(study_code)
    if text is None:
        raise PipelineError(
            f"Kunci samaran kajian '{study_code}' belum ada: tidak di {path} dan tidak di "
            f"gantungan kunci sistem. Perbaikan: jalankan `kajian key {study_code}`, atau "
            f"isi {VARIABLE} dengan letak berkas kuncinya."
        )
    return _parsed(text, "gantungan kunci sistem")


def keys_here() -> frozenset[str]:
    """Keys in the files of this machine as hexadecimal text, for a search for copies of them."""
    found = [key_file(SERVICE), *(Path.home() / ".config" / "kajian").glob(f"*{SUFFIX}")]
    texts = set()
    for path in found:
        if path.is_file() and os.access(path, os.R_OK) and path.stat().st_size <= 64 * LENGTH:
            texts.add("".join(path.read_text("ascii", errors="replace").split()))
    return frozenset(text for text in texts if len(text) >= 2 * LENGTH)


def fingerprint(key: bytes) -> str:
    """Short digest that tells whether a key changed and nothing about the key.

    Returns
    -------
    str
        64 bits of HMAC-SHA256 under the key, as hexadecimal text.
    """
    return hmac.digest(key, b"sidik kunci samaran", "sha256")[:8].hex()


def _parsed(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = None
    problem = _weakness(key)
    if key is None or problem:
        raise PipelineError(
            f"Kunci samaran di {place} {problem}; yang sah memuat {2 * LENGTH} angka heksadesimal. "
            "Perbaikan: kembalikan kunci dari salinannya; bila belum pernah dipakai, hapus lalu "
            "jalankan `kajian key`."
        )
    return key


def _weakness(key: bytes | None) -> str:
    """What is wrong with a key, empty when nothing is."""
    if key is None:
        return "bukan teks heksadesimal"
    if len(key) < LENGTH:
        return f"terlalu pendek ({len(key)} bita)"
    return "tidak acak" if len(set(key)) < LEAST_VARIED else ""


def _read_private(path: Path, root: Path | None) -> str:
    """Text of a file that nobody else can read or put there, and that no commit takes along."""
    if not path.is_file():
        raise PipelineError(
            f"Kunci samaran {path} bukan berkas atau menunjuk ke berkas yang tidak ada. "
            f"Perbaikan: hapus, atau perbaiki {VARIABLE}."
        )
    _refuse_project(path, root)
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if os.name == "posix" and status.st_uid != os.getuid():
            raise PipelineError(
                f"Berkas kunci {path} milik pengguna lain, yang dapat mengganti isinya. "
                "Perbaikan: salin kunci itu ke berkas milik Anda sendiri."
            )
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
            raise PipelineError(
                f"Berkas kunci {path} dapat dibuka pengguna lain. "
                f"Perbaikan: chmod 600 '{path}'; bila komputer ini dipakai bersama, ganti kuncinya."
            )
        return file.read(64 * LENGTH).decode("ascii", errors="replace")


def _write_private(path: Path, text: str) -> None:
    """Write a new file for its owner alone; one that appeared meanwhile is refused."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def _refuse_project(path: Path, root: Path | None) -> None:
    target = path.resolve()
    for folder in target.parents:
        if (folder / ".git").exists() or (root and folder == root.resolve()):
            raise PipelineError(
                f"Kunci samaran {path} berada di dalam folder proyek atau repositori git {folder}, "
                "sehingga dapat ikut terbawa keluar. Perbaikan: pindahkan ke luar folder itu dan "
                f"isi {VARIABLE} dengan letaknya yang baru."
            )


def _from_keyring(study_code: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        return keyring.get_password(SERVICE, study_code)
    except NoKeyringError:
        return None
    except KeyringError:
        raise PipelineError(
            "Gantungan kunci sistem tidak dapat dibuka. "
            f"Perbaikan: buka kuncinya, atau isi {VARIABLE} dengan letak berkas kunci."
        ) from None


def _to_keyring(study_code: str, text: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, study_code, text)
    except KeyringError:
        raise PipelineError(
            "Komputer ini tidak mempunyai gantungan kunci sistem yang dapat dipakai. "
            f"Perbaikan: jalankan `kajian key {study_code}` tanpa --keyring."
        ) from None
