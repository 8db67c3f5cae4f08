"""The tables of claims and their tests: what may stand there, and what a test asks of results."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from kajian.errors import EvidenceError
from kajian.evidence.effects import LEAST_LEVEL
from kajian.evidence.ledger import Ledger
from kajian.evidence.slots import named_entry

if TYPE_CHECKING:
    import pandas as pd

CLAIMS, TESTS = "pernyataan", "uji_pernyataan"
CLAIM_COLUMNS = ("klaim", "jenis", "pernyataan", "dimensi", "sumber", "data_perlu")
TEST_COLUMNS = ("klaim", "dimensi", "bagian", "uji", "data")
FIRST_ROW = 2  # of a file whose first is its header
_NUMBER = r"-?\d+(?:\.\d+)?"
_TEST = re.compile(
    rf"(?P<key>[a-z0-9_.]+)\s+(?:(?P<side>[<>])\s*(?P<limit>{_NUMBER})"
    rf"|dalam\s+(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER}))"
)


def listed(text: str) -> list[str]:
    """List the parts of a cell that are separated by semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def conditions(text: str) -> list[re.Match[str]]:
    """List what a test asks: ``key``, with ``side`` and ``limit``, or ``low`` and ``high``."""
    return [found for each in text.split(" dan ") if (found := _read(each))]


def applies(needed: str, parts: Collection[str]) -> bool:
    """Whether a study has the parts that a test needs, its cell ``bagian``."""
    return set(listed(needed)) <= set(parts)


def faults_of_tables(claims: pd.DataFrame, tests: pd.DataFrame) -> Iterator[str]:
    """Say what is wrong in the tables of claims and tests, whatever the results are.

    Parameters
    ----------
    claims, tests
        As `kajian.evidence.claims.judge_claims` takes them.

    Yields
    ------
    str
        A fault with its table, row and remedy: a column or a cell is missing, a claim stands
        twice, a test is for no claim, names another dimension, or cannot be read.
    """
    unfilled = [*_unfilled(CLAIMS, claims, CLAIM_COLUMNS), *_unfilled(TESTS, tests, TEST_COLUMNS)]
    yield from unfilled
    if unfilled:
        return
    for row, name, twice in zip(count(FIRST_ROW), claims["klaim"], claims["klaim"].duplicated()):
        if twice:
            yield (
                f"{CLAIMS}, baris {row}: klaim '{name}' tertulis dua kali. Perbaikan: ganti "
                "namanya."
            )
    known = claims.set_index("klaim")["dimensi"].map(listed).to_dict()
    for where, test in _rows(tests):
        yield from _misfits(where, test, known)
        yield from _unreadable(where, test)


def faults_of_results(tests: pd.DataFrame, ledger: Ledger, parts: Collection[str]) -> Iterator[str]:
    """Say which tests ask for a result that does not exist or has no interval of a usual level.

    Parameters
    ----------
    tests
        Tests without `faults_of_tables`.
    ledger
        Recorded results.
    parts
        The parts that the study has; tests that need another are passed over.
    """
    for where, test in _rows(tests):
        for condition in conditions(test["uji"]) if applies(test["bagian"], parts) else ():
            key = condition["key"]
            try:
                entry = named_entry(key, ledger)
            except EvidenceError as error:
                yield f"{where}: {_told(test)}: {error}"
                continue
            if entry.level is None:
                yield (
                    f"{where}: {_told(test)}: '{key}' tidak punya selang, sehingga tidak dapat "
                    "menguji. Perbaikan: catat dengan interval=, atau pakai hasil lain."
                )
            elif entry.level < LEAST_LEVEL:
                yield (
                    f"{where}: {_told(test)}: selang '{key}' bertingkat {entry.level}, terlalu "
                    f"rendah. Perbaikan: catat selang dengan level sedikitnya {LEAST_LEVEL}."
                )


def _read(condition: str) -> re.Match[str] | None:
    found = _TEST.fullmatch(condition.strip())
    reversed_limits = found and found["low"] and float(found["low"]) > float(found["high"])
    return None if reversed_limits else found


def _rows(tests: pd.DataFrame) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Each test, and the name of its row."""
    for row, test in enumerate(tests.to_dict("records"), FIRST_ROW):
        yield f"{TESTS}, baris {row}", test


def _told(test: Mapping[Any, Any]) -> str:
    return f"uji '{test['uji']}' dari klaim '{test['klaim']}'"


def _unfilled(name: str, table: pd.DataFrame, columns: Collection[str]) -> Iterator[str]:
    if absent := [column for column in columns if column not in table]:
        yield (
            f"{name}: kolom {', '.join(absent)} tidak ada. Perbaikan: sediakan kolom "
            f"{', '.join(columns)}."
        )
        return
    for column in columns:
        for row, cell in enumerate(table[column].fillna("").astype("str"), FIRST_ROW):
            if not cell.strip(" ;"):
                yield f"{name}, baris {row}: kolom {column} kosong. Perbaikan: isi selnya."


def _misfits(where: str, test: Mapping[Any, Any], known: Mapping[Any, list[str]]) -> Iterator[str]:
    if test["klaim"] not in known:
        close = difflib.get_close_matches(test["klaim"], known, n=1)
        hint = f"mungkin maksudnya '{close[0]}'" if close else "tambahkan ke tabel pernyataan"
        yield f"{where}: klaim '{test['klaim']}' tidak ada. Perbaikan: {hint}."
    elif test["dimensi"] not in known[test["klaim"]]:
        yield (
            f"{where}: dimensi '{test['dimensi']}' bukan dimensi klaim '{test['klaim']}'. "
            f"Perbaikan: pilih dari {', '.join(known[test['klaim']])}."
        )


def _unreadable(where: str, test: Mapping[Any, Any]) -> Iterator[str]:
    for condition in test["uji"].split(" dan "):
        if not _read(condition):
            yield (
                f"{where}: {_told(test)} tidak terbaca pada '{condition}'. Perbaikan: tulis "
                "'kunci > 0', 'kunci < 5', atau 'kunci dalam -1..1' (dari kecil ke besar), "
                "digabung dengan ' dan '."
            )
