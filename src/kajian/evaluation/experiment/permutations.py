"""Assignments that the draw could have given: all of them, or a random sample."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import Assignment

Arms = NDArray[np.int8]


def count_assignments(assignment: Assignment) -> int:
    """Count the distinct assignments with the same number of units per arm in every stratum."""
    total = 1
    for cell in assignment.cells().tolist():
        total *= math.factorial(sum(cell)) // math.prod(map(math.factorial, cell))
    return total


def possible_assignments(
    assignment: Assignment, draws: int, rng: np.random.Generator
) -> tuple[Arms, bool]:
    """Return arms of every unit under other draws, and whether these are all there are.

    Parameters
    ----------
    assignment
        What happened; each stratum keeps its number of units per arm.
    draws
        Number of random assignments; all of them are listed instead when there are at most
        ``draws + 1``.
    rng
        Source of the random assignments.

    Returns
    -------
    tuple
        Codes of arms, shape (draws, G), and True when enumerated (the observed one included).

    Raises
    ------
    MethodError
        Fewer than one draw.
    """
    if draws < 1:
        raise MethodError(
            f"Jumlah undian {draws} tidak cukup untuk uji pengacakan. "
            "Perbaikan: isi sedikitnya satu, sebaiknya 9.999."
        )
    total = count_assignments(assignment)
    enumerated = total <= draws + 1
    arms = np.empty((total if enumerated else draws, assignment.arm.size), dtype=np.int8)
    every, repeat = len(arms), 1
    for stratum in range(int(assignment.stratum.max()) + 1):
        members = np.flatnonzero(assignment.stratum == stratum)
        own = assignment.arm[members].astype(np.int8)
        if enumerated:
            listed = _arrangements(own)
            every //= len(listed)
            arms[:, members] = np.tile(np.repeat(listed, every, axis=0), (repeat, 1))
            repeat *= len(listed)
        else:
            arms[:, members] = rng.permuted(np.tile(own, (draws, 1)), axis=1)
    return arms, enumerated


def _arrangements(labels: Arms) -> Arms:
    """List the distinct orders of labels, one per row."""
    highest = labels == labels.max()
    if highest.all():
        return labels[None, :]
    smaller = _arrangements(labels[~highest])
    blocks = []
    for places in combinations(range(labels.size), int(highest.sum())):
        block = np.full((len(smaller), labels.size), labels.max(), dtype=np.int8)
        block[:, np.setdiff1d(np.arange(labels.size), places)] = smaller
        blocks.append(block)
    return np.concatenate(blocks)
