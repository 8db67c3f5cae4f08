"""Keyed pseudonyms: equal identities stay equal, and nobody without the key can tell whose."""

from __future__ import annotations

import hmac

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# RFC 4648, section 6, in lower case: no 0, 1, 8 or 9, so no pseudonym passes for a phone number.
ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype="S1")
BYTES = 16


def pseudonyms(values: pd.Series, key: bytes, kind: str) -> pd.Series:
    """Replace each value by its pseudonym.

    Parameters
    ----------
    values
        Text, shape (n,); white space around a value does not count, and a blank value is missing.
    key
        The secret key of the study.
    kind
        What the values are, such as ``nik``: equal digits of two kinds get different pseudonyms.

    Returns
    -------
    pd.Series
        ``str``, shape (n,), same index and name: 26 characters of base32 in lower case without
        padding; missing where the value is missing.

    Notes
    -----
    HMAC-SHA256 of kind and value (RFC 2104), its first 128 bits: among a million people two share
    a pseudonym with a probability of about 1e-27. Pseudonymised data remain personal data (Law
    27/2022), because whoever holds the key can try every NIK.
    """
    codes, distinct = pd.factorize(values.str.strip().replace("", None))
    label = f"{kind}\0".encode()
    digests = [hmac.digest(key, label + value.encode(), "sha256") for value in distinct.tolist()]
    written = pd.array(_base32(digests), dtype="str").take(codes, allow_fill=True)
    return pd.Series(written, index=values.index, name=values.name)


def _base32(digests: list[bytes]) -> NDArray[np.str_]:
    """Write the first 128 bits of each digest as 26 digits, of five bits from one or two bytes."""
    octets = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 32)
    padded = np.pad(octets[:, :BYTES], ((0, 0), (0, 1))).astype(np.uint16)
    at = np.arange(0, 8 * BYTES, 5)
    pairs = padded[:, at // 8] << 8 | padded[:, at // 8 + 1]
    digits = pairs >> (11 - at % 8).astype(np.uint16) & 31
    return np.ascontiguousarray(ALPHABET[digits]).view(f"S{at.size}")[:, 0].astype("U")
