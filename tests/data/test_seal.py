"""A seal changes size and hash in the passport, and nothing else."""

from __future__ import annotations

import difflib
import hashlib

import pytest

from kajian.data.passport import PASSPORT
from kajian.data.seal import seal
from kajian.errors import DataError


def test_seal_changes_only_bytes_and_hash(source):
    table = source / "kecamatan.csv"
    table.write_bytes(table.read_bytes().replace(b"8.64", b"8.645"))
    before = (source / PASSPORT).read_bytes()

    assert seal(source) == ["kecamatan"]

    after = (source / PASSPORT).read_bytes()
    changed = [
        line[2:].strip()
        for line in difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
        if line.startswith("+ ")
    ]
    content = table.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert changed == [f"bytes: {len(content)}", f'hash: "sha256:{digest}"']
    assert sorted(file.name for file in source.iterdir()) == [
        PASSPORT, "kecamatan.csv", "seri_kota.csv",
    ]  # fmt: skip
    assert seal(source) == []
    assert (source / PASSPORT).read_bytes() == after


def test_seal_keeps_line_ends_comments_and_quotes(source):
    file = source / PASSPORT
    text = file.read_text(encoding="utf-8").replace("bytes: ", "bytes:   ", 1)
    text = text.replace('hash: "', "hash: '", 1).replace(
        '"\n    schema', "' # ×segel×\n    schema", 1
    )
    original = ("# ±catatan\n" + text).replace("\n", "\r\n").encode()
    stale = original.replace(b"hash: 'sha256:", b"hash: 'sha256:" + b"0" * 4, 1)
    begin = stale.index(b"hash: 'sha256:0000") + len(b"hash: 'sha256:")
    stale = stale[: begin + 64] + stale[begin + 68 :]
    file.write_bytes(stale)
    assert seal(source) == ["seri_kota"]
    assert file.read_bytes() == original


def test_seal_writes_nothing_when_a_table_is_missing(source):
    (source / "seri_kota.csv").write_text("lain\n")
    (source / "kecamatan.csv").unlink()
    before = (source / PASSPORT).read_bytes()
    with pytest.raises(DataError, match="tabel tidak ditemukan"):
        seal(source)
    assert (source / PASSPORT).read_bytes() == before
