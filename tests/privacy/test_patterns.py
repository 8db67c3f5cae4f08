"""Identities in a text: found in every writing, and never where there are none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.language import format_rupiah
from kajian.privacy.kinds import IDENTITY_NUMBER, PHONE
from kajian.privacy.patterns import (
    find_identities,
    identity_kinds,
    without_identities,
)

PROVINCES = (
    *range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82,
    *range(91, 98), 99,
)  # fmt: skip


@st.composite
def niks(draw) -> str:
    """A number with the structure of a NIK: place, day (women plus 40), month, year, serial."""
    parts = (
        draw(st.sampled_from(PROVINCES)),
        draw(st.integers(1, 79)),
        draw(st.integers(1, 99)),
        draw(st.integers(1, 31)) + draw(st.sampled_from([0, 40])),
        draw(st.integers(1, 12)),
        draw(st.integers(0, 99)),
    )
    return "".join(f"{part:02}" for part in parts) + f"{draw(st.integers(1, 9999)):04}"


def grouped(number: str, sizes: tuple[int, ...], separator: str) -> str:
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    return separator.join(number[end - size : end] for end, size in zip(ends, sizes, strict=True))


def writings(number: str) -> list[str]:
    separators = [" ", ".", "-", "\u00a0", "/", "_", "\t"]
    groups = [(4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (8, 8), (12, 4), (2,) * 6 + (4,)]
    thousands = (1, 3, 3, 3, 3, 3)
    return [
        number,
        f"{number}.0",
        f"{number},0",
        *(grouped(number, sizes, separator) for sizes in groups for separator in separators),
        *(grouped(number, thousands, separator) for separator in ".,"),
        f"{grouped(number, thousands, ',')}.0",
        f"{number[0]}.{number[1:]}E+15",
        " ".join(number),
    ]


AROUND = [
    "{}", "NIK: {}.", "NIK{}", "ID{}", "penduduk{}", "nik_{}", "1,{},L", '{{"nik": {}}}',
    "a\n{}\nb", "\x1b[31m{}\x1b[0m",
    "\\n{}\\n", "({})", "'{}'", "No.{} di", "2025 {} 2026", "2025;{};3,5",
]  # fmt: skip


@given(niks(), st.sampled_from(AROUND))
def test_a_nik_is_found_in_every_writing(number, around):
    for writing in writings(number):
        if writing.count(",") > 1 and "," in around:
            continue  # commas of thousands among commas of a list are quoted or lost
        text = around.format(writing)
        at = around.format("§").index("§")
        assert find_identities(text) == [(IDENTITY_NUMBER, at)], text


@given(niks())
def test_masking_leaves_no_digit_of_a_nik(number):
    for writing in writings(number):
        masked = without_identities(f"baris 7: {writing} salah")
        assert masked.startswith("baris 7: •")
        assert masked.endswith(" salah")
        assert not any(digit in masked[9:] for digit in "123456789")


HARMLESS = st.one_of(
    st.floats().filter(lambda x: x % 1).map(repr),  # a whole one may be a NIK read as a number
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.16f}"),
    st.binary(min_size=16, max_size=32).map(bytes.hex),
    st.uuids().map(str),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)).map(str),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(lambda t: t.isoformat()),
    st.integers(1900, 2090).map(lambda y: f"{y}-{y + 5}"),
    st.integers(1900, 2090).map(lambda y: " ".join(str(y + i) for i in range(8))),
    st.integers(0, 10**16).map(format_rupiah),
    st.integers(0, 10**10).map(lambda n: f"{n:,}".replace(",", ".")),
    st.from_regex(r"33\.72\.0[1-5]\.10[0-9]{2}", fullmatch=True),
    st.from_regex(r"97[89]-[0-9]{3}-[0-9]{5}-[0-9]-[0-9]", fullmatch=True),
    st.from_regex(r"10\.[0-9]{4}/[0-9]{16}", fullmatch=True),
)


@given(st.lists(HARMLESS, min_size=1, max_size=6), st.sampled_from(["\n", "  ", "; ", " | "]))
def test_numbers_that_are_no_identities_are_left_alone(texts, separator):
    assert identity_kinds(separator.join(texts)) == []


COORDINATE = st.one_of(
    st.integers(1, 9999).map(str), st.floats(-5000, 5000).map(lambda x: f"{x:.6f}")
)
COMMAND = st.tuples(st.sampled_from("MLCQ"), st.lists(COORDINATE, min_size=2, max_size=12)).map(
    lambda command: f"{command[0]} {' '.join(command[1])}"
)


@given(st.lists(COMMAND, min_size=1, max_size=20))
def test_paths_of_a_drawing_hold_no_identities(commands):
    assert identity_kinds(f'<path d="{" ".join(commands)} Z"/>') == []


@pytest.mark.parametrize(
    "text",
    [
        *("0.3372014101850001", ".3372014101850001", "3372014101850001.5", "3.37201410185e+15"),
        *("33720141018500012", "a3372014101850001", "3372014101850001b", "13.372.014.101.850.001"),
        *("2072014101850001", "3372004101850001", "3372013201850001", "3372014113850001"),
        *("3372014101850000", "3372014101130000.0", "3372-0141-0185", "3372/0141/0185/0001/2"),
        *("33720141-01850001-7", "a3372014101850001"),
    ],
)
def test_what_only_resembles_a_nik_is_none(text):
    assert find_identities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("081234567890", "0812-3456-7890", "0812 3456 789", "0812.3456.7890", "0857 1234 56789"),
        *("+6281234567890", "6281234567890", "+62 812-3456-7890", "62812-3456-7890"),
        *(
            "(+62) 812 3456 7890",
            "+62 (0) 812 3456 789",
            "0812 3456 7890 12 orang",
            "hp081234567890",
        ),
        *(
            "(0271) 123456",
            "(021) 1234-5678",
            "(0271) 712 345",
            "(+62 271) 712345",
            "Telp.(0271)712345",
            "0271-642020",
            "021-5551234",
            "+62271642020",
            "Telp 0271642020",
            "telepon: 0271 642020",
            "0812/34567890",
        ),
    ],
)
def test_a_phone_is_found_in_its_usual_writings(text):
    assert identity_kinds(f"hubungi {text}, siang") == [PHONE]
    assert find_identities(text)[0][1] <= 9


@pytest.mark.parametrize(
    "text",
    [
        *("0.81234567890", "62.81234567890", "1.0812345678", "33.72.01.1001", "2015 2016 2017"),
        *("Rp62.812.345.678", "62.812.345.678", "978-602-08123-456-7", "10.1038/081234567890"),
        *("08123", "08-12-2025 10.30", "e0812345678901f", "12-0812-3456-7890", "(0271) 12"),
        *("0271642020", "0271 642020", "kode 12-0271-642020", "0271-642020-1", "0271-2025"),
    ],
)
def test_what_only_resembles_a_phone_is_none(text):
    assert find_identities(text) == []


@pytest.mark.parametrize(
    "text",
    ["3372\n0141\t0185 0001", "3372\u200b0141\u00ad01850001", "３３７２０１４１０１８５０００１"],
)
def test_numbers_apart_or_disguised_are_found_and_masked(text):
    assert identity_kinds(f"a {text} b") == [IDENTITY_NUMBER]
    assert without_identities(f"a {text} b") in (
        f"a {' '.join(['•' * 4] * 4)} b",
        f"a {'•' * 16} b",
    )


def test_masking_keeps_the_lines_of_a_clean_text():
    assert without_identities("a  b\n\tc 12") == "a  b\n\tc 12"


def test_nothing_is_found_in_a_large_drawing():
    path = "M 12.345678 3372.123456 L 1234 5678 Q 1547 4250 1301 3770 \n"
    text = path * (4_000_000 // len(path))
    assert find_identities(text) == []
