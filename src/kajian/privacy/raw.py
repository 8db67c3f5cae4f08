"""What lies in the bytes of a file apart from what its format shows: PNG texts, runs of digits."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from kajian.privacy.pieces import Content, Piece, decoded

PNG = b"\x89PNG\r\n\x1a\n"
# A long number as text, also in UTF-16.
_DIGITS = re.compile(rb"\+?[0-9](?:\0?[0-9]){9,}")


def read_digits(data: bytes) -> Iterator[Piece]:
    """Give every run of ten digits and more; among random bytes there is none."""
    for match in _DIGITS.finditer(data):
        yield Piece("isi mentah", match[0].replace(b"\0", b"").decode())


def read_png(data: bytes) -> Content:
    """Give the texts that a PNG carries beside its pixels (PNG specification, 11.3.3)."""
    if not data.startswith(PNG):
        raise ValueError("not a PNG")
    at, kind = len(PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, _, text = body.partition(b"\0")
            yield Piece(f"keterangan {decoded(key)}", decoded(_png_text(kind, text)))
        elif kind != b"IDAT":
            yield from read_digits(body)
    yield from read_digits(data[at:])


def _png_text(kind: bytes, body: bytes) -> bytes:
    if kind == b"tEXt":
        return body
    if kind == b"zTXt":
        return zlib.decompress(body[1:])
    _language, _, rest = body[2:].partition(b"\0")
    text = rest.partition(b"\0")[2]
    return zlib.decompress(text) if body[0] else text
