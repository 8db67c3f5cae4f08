"""Counts of persons by what they are deprived in, from which every measure follows.

Millions of households show a few hundred patterns of deprivation. They are counted once, by group;
any cutoff and any weights then cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kajian.mapping.multidimensional.households import Bools, Floats, Households, Integers

# A score this close to the cutoff reaches it: thirds and sixths do not add up exactly.
TIE = 1e-9
# Patterns are packed into 16 bits and counted by group where the table of counts stays small.
MOST_INDICATORS, MOST_CELLS = 16, 20_000_000
BLOCK = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Persons by group.

    Attributes
    ----------
    population, poor, score
        Shape (groups,): all, the poor, and the scores of the poor.
    deprived, censored
        Shape (groups, d): the deprived, and those who are also poor.
    """

    population: Floats
    poor: Floats
    score: Floats
    deprived: Floats
    censored: Floats

    def together(self) -> Totals:
        """All groups as one."""
        return Totals(*(getattr(self, field.name).sum(axis=0)[None] for field in fields(self)))

    def measures(self) -> dict[str, Floats]:
        """H, A and M0 by group; missing where there is nobody, A where nobody is poor."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return {
                "H": self.poor / self.population,
                "A": self.score / self.poor,
                "M0": self.score / self.population,
            }


def deprivation_counts(households: Households) -> Iterator[tuple[Any, Bools]]:
    """Count persons by group and pattern: in one part, or block by block where that is too large.

    Yields
    ------
    persons, patterns
        Shapes (groups, p) and (p, d); in a block, every household is its own pattern.
    """
    d, n = len(households.columns), households.persons.size
    if d <= MOST_INDICATORS:
        code = _packed(households.columns)
        present = np.flatnonzero(np.bincount(code, minlength=2**d))
        if present.size * len(households.groups) <= MOST_CELLS:
            yield _counted(households, code, present)
            return
    for start in range(0, n, BLOCK):
        persons = households.persons[start : start + BLOCK]
        group = households.group[start : start + BLOCK]
        shape = len(households.groups), persons.size
        block = csr_array((persons, (group, np.arange(persons.size))), shape=shape)
        yield block, households.matrix(start, start + BLOCK)


def group_totals(parts: Iterable[tuple[Any, Bools]], weights: Floats, k: float) -> Totals:
    """Add up the poor and their deprivations.

    Parameters
    ----------
    parts
        Result of `deprivation_counts`.
    weights
        Shape (d,), sums to 1.
    k
        Cutoff of the weighted share of deprivations from which on a household is poor.
    """
    found = [_totals(persons, patterns, weights, k) for persons, patterns in parts]
    return Totals(*(sum(getattr(part, f.name) for part in found) for f in fields(Totals)))


def scores(matrix: Bools, weights: Floats, k: float) -> tuple[Floats, Bools]:
    """Weighted share of deprivations of each row (n, d), and whether it reaches `k`."""
    score = np.minimum(matrix @ weights, 1.0)
    return score, score >= k - TIE


def _totals(persons: Any, patterns: Bools, weights: Floats, k: float) -> Totals:
    score, poor = scores(patterns, weights, k)
    censored = patterns & poor[:, None]
    return Totals(
        population=persons.sum(axis=1),
        poor=persons @ poor.astype(float),
        score=persons @ (score * poor),
        deprived=persons @ patterns.astype(float),
        censored=persons @ censored.astype(float),
    )


def _packed(columns: tuple[Bools, ...]) -> NDArray[np.uint16]:
    """Write each household's deprivations as the bits of one number."""
    code = np.empty(len(columns[0]), dtype=np.uint16)
    for start in range(0, code.size, BLOCK):  # so that rows of a C-ordered array stay in the cache
        part = code[start : start + BLOCK]
        part[:] = columns[0][start : start + BLOCK]
        for bit, column in enumerate(columns[1:], start=1):
            part |= column[start : start + BLOCK].astype(np.uint16) << np.uint16(bit)
    return code


def _counted(
    households: Households, code: NDArray[np.uint16], present: Integers
) -> tuple[Floats, Bools]:
    place = np.zeros(2 ** len(households.columns), dtype=np.intp)
    place[present] = np.arange(present.size)
    shape = len(households.groups), present.size
    cell = households.group * present.size + place[code]
    persons = np.bincount(cell, weights=households.persons, minlength=shape[0] * shape[1])
    bits = present[:, None] >> np.arange(len(households.columns)) & 1
    return persons.astype(float, copy=False).reshape(shape), bits.astype(bool)
