"""The key of a study is kept where only its owner reads it, and said nowhere."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from kajian.errors import PipelineError
from kajian.privacy.key import (
    SIMULATED_KEY,
    VARIABLE,
    create_key,
    fingerprint,
    key_file,
    key_of,
    keys_here,
    read_key,
)

STUDY = "surakarta-2030"
TEXT = "0123456789abcdef" * 4


class MemoryKeyring(KeyringBackend):
    """A system keyring that lasts as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without key, variable or keyring."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield tmp_path
    keyring.set_keyring(before)


@pytest.fixture
def store(home: Path) -> MemoryKeyring:
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    return backend


def put(path: Path, text: str = TEXT, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def refusal(code: str = STUDY, root: Path | None = None) -> str:
    with pytest.raises(PipelineError) as caught:
        read_key(code, root)
    message = str(caught.value)
    assert "Perbaikan: " in message
    assert TEXT[:8] not in message
    return message


# --- a file -----------------------------------------------------------------------------------


def test_a_new_key_is_for_its_owner_alone_and_comes_back(home: Path) -> None:
    said = create_key(STUDY)
    path = home / ".config" / "kajian" / "surakarta-2030.kunci"
    assert str(path) in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    key = read_key(STUDY)
    assert len(key) == 32
    assert path.read_text().strip() == key.hex()
    assert key.hex()[:8] not in said


def test_keys_are_random_and_each_study_has_its_own(home: Path) -> None:
    for code in ("jateng-2030/33.72", "jateng-2030/33.74"):
        create_key(code)
    keys = {read_key("jateng-2030/33.72"), read_key("jateng-2030/33.74")}
    assert len(keys) == 2
    assert len(list((home / ".config" / "kajian").iterdir())) == 2


def test_the_variable_names_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "~/kunci flashdisk/kota.kunci")
    create_key(STUDY)
    assert key_file(STUDY) == home / "kunci flashdisk" / "kota.kunci"
    assert read_key(STUDY).hex() == key_file(STUDY).read_text().strip()


def test_the_keys_of_a_machine_are_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keys_here() == frozenset()
    for code in ("kota-2030", "kota-2031"):
        create_key(code)
    put(home / ".config" / "kajian" / "kosong.kunci", "")
    monkeypatch.setenv(VARIABLE, str(put(home / "lain.kunci", TEXT + "\n")))
    assert TEXT in keys_here()
    assert len(keys_here()) == 3


def test_a_key_is_never_overwritten(home: Path) -> None:
    create_key(STUDY)
    before = key_file(STUDY).read_bytes()
    with pytest.raises(PipelineError, match="sudah ada"):
        create_key(STUDY)
    assert key_file(STUDY).read_bytes() == before


def test_nor_one_behind_a_link_that_leads_nowhere(home: Path) -> None:
    key_file(STUDY).parent.mkdir(parents=True)
    key_file(STUDY).symlink_to(home / "flashdisk" / "kota.kunci")
    with pytest.raises(PipelineError, match="sudah ada"):
        create_key(STUDY)
    assert "tidak ada" in refusal()


def test_without_a_key_the_user_learns_how_to_make_one() -> None:
    assert f"`kajian key {STUDY}`" in refusal()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_can_open_is_refused(mode: int) -> None:
    path = put(key_file(STUDY), mode=mode)
    assert f"chmod 600 '{path}'" in refusal()
    path.chmod(0o400)
    assert read_key(STUDY) == bytes.fromhex(TEXT)


def test_a_key_of_somebody_else_is_refused_also_behind_a_link(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = put(home / "lain" / "kota.kunci")
    key_file(STUDY).parent.mkdir(parents=True)
    key_file(STUDY).symlink_to(elsewhere)
    assert read_key(STUDY) == bytes.fromhex(TEXT)
    stranger = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    assert "milik pengguna lain" in refusal()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TEXT[:62], "terlalu pendek"),
        ("", "terlalu pendek"),
        ("ab" * 32, "tidak acak"),
        ("0" * 64, "tidak acak"),
        (TEXT[:-1], "heksadesimal"),
        (TEXT[:-1] + "x", "heksadesimal"),
        ("é" * 64, "heksadesimal"),
    ],
)
def test_a_damaged_key_is_refused_without_showing_it(text: str, problem: str) -> None:
    put(key_file(STUDY), text)
    assert problem in refusal()


def test_a_folder_is_no_key(home: Path) -> None:
    key_file(STUDY).mkdir(parents=True)
    assert "bukan berkas" in refusal()


def test_a_key_does_not_lie_where_git_or_a_report_takes_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = home / "proyek"
    monkeypatch.setenv(VARIABLE, str(put(project / "data" / "kota.kunci")))
    assert read_key(STUDY) == bytes.fromhex(TEXT), "an ordinary folder"
    assert "folder proyek" in refusal(root=project)
    subprocess.run(["git", "init", "--quiet", project], check=True)
    assert "folder proyek" in refusal()
    link = home / "kota.kunci"
    link.symlink_to(project / "data" / "kota.kunci")
    monkeypatch.setenv(VARIABLE, str(link))
    assert "folder proyek" in refusal(), "a link does not hide it"
    monkeypatch.setenv(VARIABLE, str(project / "baru.kunci"))
    with pytest.raises(PipelineError, match="folder proyek"):
        create_key(STUDY)
    assert not (project / "baru.kunci").exists()


# --- the keyring ------------------------------------------------------------------------------


def test_a_key_may_lie_in_the_keyring(home: Path, store: MemoryKeyring) -> None:
    said = create_key(STUDY, in_keyring=True)
    assert "'kajian'" in said
    assert store.kept == {("kajian", STUDY): read_key(STUDY).hex()}
    assert not key_file(STUDY).exists()
    for in_keyring in (True, False):
        with pytest.raises(PipelineError, match="sudah ada"):
            create_key(STUDY, in_keyring=in_keyring)


def test_a_file_goes_before_the_keyring(store: MemoryKeyring) -> None:
    create_key(STUDY, in_keyring=True)
    put(key_file(STUDY))
    assert read_key(STUDY) == bytes.fromhex(TEXT)


def test_a_computer_without_keyring_says_so() -> None:
    with pytest.raises(PipelineError, match="tidak mempunyai gantungan kunci") as caught:
        create_key(STUDY, in_keyring=True)
    assert "tanpa --keyring" in str(caught.value)


def test_a_locked_keyring_is_not_an_absent_key(
    store: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(service: str, username: str) -> str:
        raise KeyringLocked

    monkeypatch.setattr(store, "get_password", locked)
    assert "tidak dapat dibuka" in refusal()


def test_a_damaged_key_in_the_keyring_is_refused(store: MemoryKeyring) -> None:
    store.kept["kajian", STUDY] = TEXT[:10]
    assert "terlalu pendek" in refusal()


# --- twins and fingerprints -------------------------------------------------------------------


def test_only_a_simulated_study_takes_the_open_key(home: Path) -> None:
    assert key_of("surakarta-simulasi", home) == SIMULATED_KEY
    create_key(STUDY)
    assert key_of(STUDY, home / "proyek") == read_key(STUDY) != SIMULATED_KEY


def test_a_fingerprint_changes_with_the_key_and_is_not_its_hash() -> None:
    import hashlib

    key = bytes.fromhex(TEXT)
    print_ = fingerprint(key)
    assert re.fullmatch("[0-9a-f]{16}", print_)
    assert print_ == fingerprint(bytes.fromhex(TEXT))
    others = {fingerprint(bytes([*key[:i], key[i] ^ 1, *key[i + 1 :]])) for i in range(32)}
    assert len(others | {print_}) == 33
    assert print_ not in hashlib.sha256(key).hexdigest() + hashlib.sha256(TEXT.encode()).hexdigest()
