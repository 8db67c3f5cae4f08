"""One row of the scale of evidence, and the phrases that rows share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kajian.language import format_number, format_p_value, format_percent

LEVEL = 0.05
OURS = "pilihan kami"
FEW = "Cameron dan Miller (2015): 'sedikit' mulai di bawah 20"

Case = Mapping[str, Any]
"""Estimate, low, high and the diagnostics, by name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One diagnostic of the scale; failing it costs one letter.

    Attributes
    ----------
    name, designs
        Its key, and the designs that need it.
    title, limit, source
        What is looked at, the limit in words, and where the limit comes from; in Indonesian.
    needs
        The inputs it looks at, keys of `kajian.evidence.scale.inputs.INPUTS`.
    passes
        Whether a case is within the limit.
    found
        What was found, in a short Indonesian phrase.
    """

    name: str
    designs: tuple[str, ...]
    title: str
    limit: str
    source: str
    needs: tuple[str, ...]
    passes: Callable[[Case], bool]
    found: Callable[[Case], str]


def leaves_out_zero(low: float, high: float) -> bool:
    """Whether an interval leaves out zero."""
    return low > 0 or high < 0


def confirms(name: str, level: float) -> Callable[[Case], bool]:
    """A test by lot must confirm an interval without zero; one with zero claims nothing."""
    return lambda d: d[name] <= level or not leaves_out_zero(d["low"], d["high"])


def at_least(name: str, limit: float) -> Callable[[Case], bool]:
    """The input reaches the limit."""
    return lambda d: bool(d[name] >= limit)


def at_most(name: str, limit: float) -> Callable[[Case], bool]:
    """The size of the input stays within the limit."""
    return lambda d: bool(abs(d[name]) <= limit)


def above(name: str, limit: float) -> Callable[[Case], bool]:
    """The input is larger than the limit."""
    return lambda d: bool(d[name] > limit)


def holds(name: str) -> Callable[[Case], bool]:
    """The input is true."""
    return lambda d: bool(d[name])


def count(name: str, words: str) -> Callable[[Case], str]:
    """A count before its noun."""
    return lambda d: f"{format_number(d[name], 0)} {words}"


def p_value(name: str, test: str) -> Callable[[Case], str]:
    """A p-value after its test."""
    return lambda d: f"{test} {format_p_value(d[name])}"


def share(name: str, words: str) -> Callable[[Case], str]:
    """A share, in percent, before its words."""
    return lambda d: f"{format_percent(100 * d[name], 0)} {words}"


def either(test: Callable[[Case], bool], yes: str, no: str) -> Callable[[Case], str]:
    """One of two phrases."""
    return lambda d: yes if test(d) else no
