"""Files are written whole or not at all, and hashed by content."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kajian.files import sha256, sha256_of, whole_file, write_json, write_text


def test_a_failed_write_leaves_the_old_file_and_no_scrap(tmp_path: Path) -> None:
    target = tmp_path / "tabel.csv"
    write_text(target, "lama")

    def fail() -> None:
        with whole_file(target) as temporary:
            temporary.write_text("separuh")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "lama"
    assert list(tmp_path.iterdir()) == [target]


def test_nothing_is_visible_before_the_write_is_done(tmp_path: Path) -> None:
    target = tmp_path / "baru" / "peta.gpkg"
    with whole_file(target) as temporary:
        temporary.write_bytes(b"isi")
        assert not target.exists()
        assert temporary.suffix == ".gpkg"
        assert temporary.parent == target.parent, "a rename is atomic only in one folder"
    assert target.read_bytes() == b"isi"


def test_text_has_unix_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "satu\ndua é\n")
    assert (tmp_path / "a.txt").read_bytes() == "satu\ndua é\n".encode()


def test_equal_content_gives_equal_json(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1, "a": ["é", None]})
    write_json(tmp_path / "b.json", {"a": ["é", None], "b": 1})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert "é" in (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {
        "a": ["é", None],
        "b": 1,
    }


def test_json_refuses_what_json_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert not list(tmp_path.iterdir())


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    assert sha256(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_hash_of_a_folder_sees_contents_and_names_but_not_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_bytes(b"1")
    b.write_bytes(b"2")
    before = sha256_of([a, b], tmp_path)
    assert sha256_of([b, a], tmp_path) == before
    a.write_bytes(b"2")
    b.write_bytes(b"1")
    assert sha256_of([a, b], tmp_path) != before
    assert sha256_of([a], tmp_path) != sha256_of([a, b], tmp_path)
    assert before != hashlib.sha256().hexdigest()


def test_the_hash_of_a_folder_does_not_depend_on_where_it_lies(tmp_path: Path) -> None:
    digests = set()
    for place in ("x", "y/z"):
        path = tmp_path / place / "a.csv"
        write_text(path, "isi")
        digests.add(sha256_of([path], tmp_path / place))
    assert len(digests) == 1
