"""Claims: statements with a test on the ledger, worded as their results allow.

A claim names the dimensions that it is about. Each test covers one of them and asks whether the
interval of a recorded result lies on one side of a limit, or within two. What the interval does
not decide stays undecided, and so does a test on an effect of the lowest grade. A claim that fails
on one dimension is contradicted; one tested on fewer dimensions than it names says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from kajian.errors import EvidenceError
from kajian.evidence.claim_tests import (
    applies,
    conditions,
    faults_of_results,
    faults_of_tables,
    listed,
)
from kajian.evidence.ledger import EXPLORATORY, Entry, Ledger
from kajian.evidence.verbs import LOWEST
from kajian.evidence.wording import enumeration

if TYPE_CHECKING:
    import pandas as pd

SUPPORTED, CONTRADICTED, UNDECIDED = "didukung", "bertentangan", "belum terbukti"
PARTIAL, UNTESTABLE = "baru diuji sebagian", "belum dapat diuji"
VERDICTS = (SUPPORTED, CONTRADICTED, UNDECIDED, PARTIAL, UNTESTABLE)


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with the verdict that the results allow.

    Attributes
    ----------
    key, kind, statement, source
        The claim as declared; the statement is a clause that can follow *bahwa*.
    verdict
        One of `VERDICTS`.
    dimensions
        Verdict of each tested dimension, in the order of the tests.
    untested
        Dimensions that the claim names and no test covers.
    shown
        The results that decided, as a reader sees them.
    keys
        Ledger keys that decided.
    data
        The tables of the tests; of an untested claim, what it would take.
    exploratory
        Whether it was reworded, or is tested otherwise, since the plan.
    """

    key: str
    kind: str
    statement: str
    source: str
    verdict: str
    dimensions: dict[str, str]
    untested: tuple[str, ...]
    shown: tuple[str, ...]
    keys: tuple[str, ...]
    data: str
    exploratory: bool = False

    @property
    def sentence(self) -> str:
        """The claim in the wording that its verdict allows."""
        if self.verdict == UNTESTABLE:
            return f"Belum dapat diuji dengan data ini bahwa {self.statement}; perlu {self.data}"
        numbers = f" ({'; '.join(self.shown)})"
        if self.verdict == PARTIAL:
            inner = enumeration([f"{name} {word}" for name, word in self.dimensions.items()])
            rest = enumeration(self.untested)
            return (
                f"Pernyataan bahwa {self.statement} baru diuji sebagian: {inner}{numbers}; {rest} "
                "belum diuji"
            )
        opening = {
            SUPPORTED: "Data ini mendukung",
            CONTRADICTED: "Data ini bertentangan dengan pernyataan",
            UNDECIDED: "Data ini belum membuktikan dan belum membantah",
        }[self.verdict]
        rest = f"; {enumeration(self.untested)} belum diuji" if self.untested else ""
        return f"{opening} bahwa {self.statement}{numbers}{rest}"


def judge_claims(
    claims: pd.DataFrame, tests: pd.DataFrame, ledger: Ledger, parts: Collection[str]
) -> list[JudgedClaim]:
    """Judge every claim by the tests that the parts of a study allow.

    Parameters
    ----------
    claims
        One row per claim: ``klaim``, ``jenis``, ``pernyataan``, ``dimensi`` (separated by
        semicolons), ``sumber``, ``data_perlu``.
    tests
        One row per test: ``klaim``, ``dimensi``, ``bagian`` (parts of a study that it needs),
        ``uji``, ``data``.
    ledger
        Recorded results.
    parts
        The parts that the study has.

    Raises
    ------
    EvidenceError
        At the first fault of `kajian.evidence.claim_tests`: of the tables, or of a test that asks
        for a result that does not exist or has no interval.
    """
    faults = chain(faults_of_tables(claims, tests), faults_of_results(tests, ledger, parts))
    if fault := next(faults, None):
        raise EvidenceError(fault)
    applicable = tests[[applies(needed, parts) for needed in tests["bagian"]]]
    return [
        _judge(claim, applicable[applicable["klaim"] == claim["klaim"]], ledger)
        for claim in claims.to_dict("records")
    ]


def claims_table(judged: Iterable[JudgedClaim]) -> pd.DataFrame:
    """Put claims into a table for people: statement, what tested it, data, verdict."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "pernyataan": f"{claim.statement[0].upper()}{claim.statement[1:]}",
                "uji": "; ".join(claim.shown) or "–",
                "data": claim.data,
                "putusan": _short(claim),
            }
            for claim in judged
        ]
    )


def claims_sentence(judged: Collection[JudgedClaim], *, simulated: bool = False) -> str:
    """Say in one sentence how the claims fared; a count of none is in words."""
    counts = verdict_counts(judged)
    shown = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    none = "" if counts[SUPPORTED] else "; tidak satu pun didukung sepenuhnya"
    later = sum(claim.exploratory for claim in judged)
    none += f"; {later} di antaranya {EXPLORATORY}" if later else ""
    first = "SIMULASI: dari" if simulated else "Dari"
    return f"{first} {len(judged)} pernyataan kajian 2025, {enumeration(shown)}{none}"


def verdict_counts(judged: Iterable[JudgedClaim]) -> dict[str, int]:
    """Count claims by verdict, in the order of `VERDICTS`."""
    verdicts = [claim.verdict for claim in judged]
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def _judge(claim: Mapping[Any, Any], tests: pd.DataFrame, ledger: Ledger) -> JudgedClaim:
    found = [
        (dimension, *_decide(text, ledger))
        for dimension, text in zip(tests["dimensi"], tests["uji"], strict=True)
    ]
    by_dimension: dict[str, list[str]] = {}
    for dimension, verdict, _ in found:
        by_dimension.setdefault(dimension, []).append(verdict)
    dimensions = {name: _all(verdicts) for name, verdicts in by_dimension.items()}
    untested = tuple(name for name in listed(claim["dimensi"]) if name not in dimensions)
    entries = {entry.key: entry for _, _, used in found for entry in used}
    verdict = _all(dimensions.values()) if dimensions else UNTESTABLE
    if untested and verdict in (SUPPORTED, UNDECIDED):
        verdict = PARTIAL
    return JudgedClaim(
        claim["klaim"],
        claim["jenis"],
        claim["pernyataan"],
        claim["sumber"],
        verdict,
        dimensions,
        untested,
        tuple(map(_shown, entries.values())),
        tuple(entries),
        "; ".join(dict.fromkeys(tests["data"])) if dimensions else claim["data_perlu"],
    )


def _decide(text: str, ledger: Ledger) -> tuple[str, list[Entry]]:
    """Judge one test, a conjunction of conditions, and name the results that it used."""
    asked = conditions(text)
    entries = [ledger[condition["key"]] for condition in asked]
    return _all(map(_verdict, entries, asked)), entries


def _shown(entry: Entry) -> str:
    grade = f", tingkat {entry.grade}" if entry.grade else ""
    return f"{entry.note}: {entry.show('lengkap')}{grade}"


def _verdict(entry: Entry, test: re.Match[str]) -> str:
    assert entry.low is not None
    assert entry.high is not None
    if entry.grade and entry.grade.letter == LOWEST:
        return UNDECIDED
    if test["side"] is None:
        least, most = float(test["low"]), float(test["high"])
        inside, outside = (
            least <= entry.low and entry.high <= most,
            entry.high < least or most < entry.low,
        )
    else:
        limit = float(test["limit"])
        above, below = entry.low > limit, entry.high < limit
        inside, outside = (above, below) if test["side"] == ">" else (below, above)
    return SUPPORTED if inside else CONTRADICTED if outside else UNDECIDED


def _all(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    if CONTRADICTED in found:
        return CONTRADICTED
    return SUPPORTED if found == {SUPPORTED} else UNDECIDED


def _short(claim: JudgedClaim) -> str:
    inner = [f"{name}: {word}" for name, word in claim.dimensions.items()]
    verdict = f"baru {enumeration(inner)}" if claim.verdict == PARTIAL else claim.verdict
    return f"{verdict} ({EXPLORATORY})" if claim.exploratory else verdict
