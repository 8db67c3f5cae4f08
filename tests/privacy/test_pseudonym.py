"""Pseudonyms keep what is equal equal, and tell nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from kajian.privacy.pseudonym import pseudonyms

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))


def text(*values: str | None, **options: object) -> pd.Series:
    return pd.Series(values, dtype="str", **options)


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=20), st.binary(min_size=1))
def test_it_is_the_hmac_of_rfc_2104_in_the_base32_of_rfc_4648(values: list[str], key: bytes):
    """Written out anew: the definition of HMAC, and the encoder of the standard library."""
    values = [value for value in values if value.strip() == value != ""]
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (bytes(b ^ pad for b in block) for pad in (0x36, 0x5C))
    expected = []
    for value in values:
        message = hashlib.sha256(inner + b"nik\0" + value.encode()).digest()
        digest = hashlib.sha256(outer + message).digest()[:16]
        assert digest == hmac.digest(key, b"nik\0" + value.encode(), "sha256")[:16]
        expected.append(base64.b32encode(digest).decode().rstrip("=").lower())
    assert list(pseudonyms(text(*values), key, "nik")) == expected


def test_equal_values_stay_equal_and_white_space_does_not_count():
    values = text("a", " a\t", "b", "a\u00a0", index=[7, 3, 3, 1], name="nik")
    result = pseudonyms(values, KEY, "nik")
    assert result.nunique() == 2
    assert result.iloc[0] == result.iloc[1] == result.iloc[3]
    assert list(result.index) == [7, 3, 3, 1]
    assert (result.name, result.dtype) == ("nik", "str")


def test_missing_stays_missing_and_a_blank_is_missing():
    result = pseudonyms(text(None, "a", "  ", ""), KEY, "nik")
    assert list(result.isna()) == [True, False, True, True]
    assert pseudonyms(text(), KEY, "nik").dtype == "str"


def test_another_key_or_kind_gives_other_pseudonyms():
    values = text(*(f"{number:016}" for number in range(500)))
    nik, again = (set(pseudonyms(values, KEY, "nik")) for _ in range(2))
    assert nik == again
    assert len(nik) == 500
    assert not nik & set(pseudonyms(values, OTHER, "nik"))
    assert not nik & set(pseudonyms(values, KEY, "no_kk"))


def test_the_input_is_left_as_it_was():
    values = text(" a ", None)
    pseudonyms(values, KEY, "nik")
    assert_series_equal(values, text(" a ", None))


def test_a_quarter_of_a_city_takes_no_time():
    """Four times what it takes on two slow cores (0.4 s), so that only a change is noticed."""
    numbers = np.random.default_rng(1).integers(0, 10**14, 130_000)
    values = text(*(f"99{number:014}" for number in numbers))
    start = time.process_time()
    result = pseudonyms(values, KEY, "nik")
    assert time.process_time() - start < 1.6
    assert result.nunique() == values.nunique()
