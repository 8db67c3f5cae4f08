"""Functions are described from their source."""

from __future__ import annotations

import inspect

import pytest

from kajian.mapping.districts.convergence import convergence
from kajian.trace.functions import describe


def test_a_function_has_its_place_its_first_line_and_its_papers() -> None:
    found = describe("kajian.mapping.districts.convergence.convergence")
    assert found
    assert found.place == (
        f"kajian/mapping/districts/convergence.py:{inspect.getsourcelines(convergence)[1]}"
    )
    assert found.does == inspect.getdoc(convergence).splitlines()[0]  # type: ignore[union-attr]
    assert found.sources == (
        "Barro and Sala-i-Martin (1992)",
        "Sala-i-Martin (1996)",
        "MacKinnon and White (1985)",
    )


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("kajian.causal.inference.bootstrap.wild_cluster_bootstrap", "Webb (2023)"),
        ("kajian.mapping.access.distance.access", "Apparicio et al. (2008)"),
        ("kajian.evaluation.differences.aggregation.aggregate", "Callaway & Sant'Anna (2021)"),
    ],
)
def test_papers_are_found_in_every_way_of_citing(name: str, source: str) -> None:
    found = describe(name)
    assert found
    assert source in found.sources


def test_a_class_counts_and_a_function_may_cite_nothing() -> None:
    found = describe("kajian.evidence.ledger.Entry")
    assert found
    assert (found.does, found.sources) == ("One recorded result.", ())


@pytest.mark.parametrize(
    "name", ["kajian.evidence.ledger.SIGNIFICANT_DIGITS", "kajian.figures", "kajian.tiada.apa"]
)
def test_what_is_no_function_is_not_described(name: str) -> None:
    assert describe(name) is None
