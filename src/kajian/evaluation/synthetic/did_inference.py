"""Two ways to the sampling error of synthetic difference-in-differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from kajian.evaluation.synthetic.did_weights import Block, BlockFit, fit_block, pooled
from kajian.evaluation.synthetic.simplex import Floats


def placebo_estimates(
    values: Floats,
    blocks: Sequence[Block],
    controls: NDArray[np.intp],
    draws: int,
    rng: np.random.Generator | None,
) -> Floats:
    """Effects that each method finds where nothing began, (B, 3).

    As many controls as there are treated units take over their starts, the other controls stay.
    Every choice is used once where there is one start and no more choices than ``draws``; else
    ``draws`` random ones are.

    References
    ----------
    Arkhangelsky and others (2021), AER 111, algorithm 4.
    """
    found = []
    for chosen in _choices(blocks, controls, draws, rng):
        rest = np.setdiff1d(controls, chosen)
        ends = np.cumsum([len(columns) for _, columns in blocks])[:-1]
        pretended = zip(blocks, np.split(chosen, ends), strict=True)
        fits = [fit_block(values, (before, columns), rest) for (before, _), columns in pretended]
        found.append(pooled(values, fits))
    return np.array(found)


def enumerable(blocks: Sequence[Block], controls: NDArray[np.intp], draws: int) -> bool:
    """Whether every choice of placebos can be used once."""
    return len(blocks) == 1 and comb(len(controls), len(blocks[0][1])) <= draws


def _choices(
    blocks: Sequence[Block],
    controls: NDArray[np.intp],
    draws: int,
    rng: np.random.Generator | None,
) -> Iterator[NDArray[np.intp]]:
    number = sum(len(columns) for _, columns in blocks)
    if rng is None or enumerable(blocks, controls, draws):
        yield from (np.array(one) for one in combinations(controls, number))
    else:
        yield from (rng.permutation(controls)[:number] for _ in range(draws))


def jackknife_errors(values: Floats, blocks: Sequence[BlockFit]) -> Floats:
    """Standard errors from leaving out one unit at a time with weights held, (3,).

    Unit weights are scaled to sum to one again when a control is left out.

    References
    ----------
    Arkhangelsky and others (2021), AER 111, algorithm 3.
    """
    everyone = np.concatenate([blocks[0].controls, *(block.treated for block in blocks)])
    whole = pooled(values, blocks)
    without = np.array(
        [pooled(values, [_without(block, unit) for block in blocks]) for unit in everyone]
    )
    n = len(everyone)
    errors: Floats = np.sqrt((n - 1) / n * ((without - whole) ** 2).sum(axis=0))
    return errors


def _without(block: BlockFit, unit: int) -> BlockFit:
    stay = block.controls != unit
    weights = block.unit[:, stay]
    total = weights.sum(axis=1, keepdims=True)
    return replace(
        block,
        treated=block.treated[block.treated != unit],
        controls=block.controls[stay],
        unit=weights / np.where(total > 0, total, 1.0),
    )
