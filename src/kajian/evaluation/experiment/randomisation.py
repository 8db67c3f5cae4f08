"""Fisher's randomisation test of a constant effect, studentised, for strata and clusters.

Outcomes are freed of strata and covariates once, under the null. A draw then needs only sums over
its treated units of quantities that do not change from draw to draw, and both the score and its
variance are polynomials in the effect tested: no regression is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kajian.evaluation.experiment.assignment import Assignment
from kajian.evaluation.experiment.permutations import (
    Arms,
    count_assignments,
    possible_assignments,
)
from kajian.linear.fixed_effects import Codes, Floats, group_sums
from kajian.linear.inversion import interval_end

TIE = 1e-9
"""Draws that differ from the observed statistic by rounding alone count as equal to it."""
CHUNK = 4_000_000
"""Units times draws held as floats at once."""


@dataclass(frozen=True, slots=True, eq=False)
class RandomisationTest:
    """Test of no effect on any unit, and the constant effects that are not rejected.

    Attributes
    ----------
    p_value, p_floor
        Two-sided p, and the smallest p that the design and the draws can give.
    conf_low, conf_high
        Constant effects with p above 1 - level; infinite where none is ever rejected.
    n_assignments, n_draws, enumerated
        Distinct assignments of the design; how many were used; whether those are all of them.
    """

    p_value: float
    p_floor: float
    conf_low: float
    conf_high: float
    n_assignments: int
    n_draws: int
    enumerated: bool


def randomisation_test(
    assignment: Assignment,
    y: Floats,
    X: Floats,
    *,
    draws: int,
    rng: np.random.Generator,
    level: float,
) -> RandomisationTest:
    """Test a treated arm against control, conditional on strata and clusters.

    The statistic is the score of the treatment in a regression with stratum effects, over its
    robust standard error summed within assigned units and with the null imposed. Being studentised
    it also suits, in large samples, the null of no average effect (Wu & Ding 2021); being a
    function of the residuals under the null it is exact with covariates (Rosenbaum 2002).

    Parameters
    ----------
    assignment
        Two arms.
    y, X
        Outcome, shape (n,), and covariates, shape (n, p); p may be zero.
    draws, rng
        Number and source of random assignments (see `possible_assignments`).
    level
        Confidence level of the interval.
    """
    arms, enumerated = possible_assignments(assignment, draws, rng)
    treated = assignment.arm[assignment.unit].astype(float)
    stratum = assignment.stratum[assignment.unit]
    rest = without_strata_and(X, np.column_stack([y, treated]), stratum)
    sums = group_sums(rest, assignment.unit)
    sizes = np.bincount(assignment.unit).astype(float)
    observed = scores(assignment.arm[None, :].astype(np.int8), assignment.stratum, sizes, sums)
    drawn = scores(arms, assignment.stratum, sizes, sums)

    def p_value(effect: float) -> float:
        own, null = (np.abs(statistic(*each, effect)) for each in (observed, drawn))
        return float(p_from(own, null[:, None], enumerated)[0])

    centre = float(observed[0][0, 0] / observed[0][0, 1])
    step = float(np.sqrt(observed[1][0, 0]) / observed[0][0, 1])
    return RandomisationTest(
        p_value=p_value(0.0),
        p_floor=p_floor(assignment, len(arms), enumerated),
        conf_low=interval_end(p_value, centre, -step, 1 - level),
        conf_high=interval_end(p_value, centre, step, 1 - level),
        n_assignments=count_assignments(assignment),
        n_draws=len(arms),
        enumerated=enumerated,
    )


def without_strata_and(X: Floats, values: Floats, stratum: Codes) -> Floats:
    """Return what stratum effects and covariates leave of columns, shape (n, q)."""
    both = np.column_stack([values, X])
    sizes = np.maximum(np.bincount(stratum), 1)[:, None]
    both = both - (group_sums(both, stratum) / sizes)[stratum]
    left, covariates = both[:, : values.shape[1]], both[:, values.shape[1] :]
    return np.asarray(left - covariates @ np.linalg.lstsq(covariates, left, rcond=None)[0])


def scores(arms: Arms, stratum: Codes, sizes: Floats, sums: Floats) -> tuple[Floats, Floats]:
    """Compute score and variance of every draw as polynomials in the effect tested.

    Parameters
    ----------
    arms
        Arm of each unit (1 is treated), shape (draws, G).
    stratum, sizes
        Stratum and number of rows of each unit, shape (G,).
    sums
        Sums over each unit's rows of outcome and treatment without strata and covariates,
        shape (G, 2).

    Returns
    -------
    tuple
        Scores, shape (draws, 2), for ``score[0] - effect * score[1]``; variances, shape (draws, 3),
        for ``v[0] - 2 * effect * v[1] + effect**2 * v[2]``. With p the share treated of a
        stratum's rows, the variance adds (1 - p)^2 or p^2 times the square of each unit's sum.
    """
    n_strata = int(stratum.max()) + 1
    squares = np.column_stack([sums[:, 0] ** 2, sums[:, 0] * sums[:, 1], sums[:, 1] ** 2])
    moments = np.column_stack([sizes, squares])
    places = (np.repeat(np.arange(stratum.size), 4), (stratum[:, None] * 4 + np.arange(4)).ravel())
    spread = sparse.csr_array((moments.ravel(), places), shape=(stratum.size, 4 * n_strata))
    whole = group_sums(moments, stratum)
    rows = np.maximum(whole[:, 0], 1.0)
    score = np.empty((len(arms), 2))
    variance = np.empty((len(arms), 3))
    width = max(1, CHUNK // stratum.size)
    for start in range(0, len(arms), width):
        part = slice(start, start + width)
        treated = arms[part].astype(float)
        score[part] = treated @ sums
        inside = np.asarray(treated @ spread).reshape(-1, n_strata, 4)
        share = (inside[:, :, 0] / rows)[:, :, None]
        among, all_units = inside[:, :, 1:], whole[:, 1:]
        variance[part] = ((1 - 2 * share) * among + share**2 * all_units).sum(axis=1)
    return score, variance


def statistic(score: Floats, variance: Floats, effect: float = 0.0) -> Floats:
    """Return the studentised score of every draw, zero where nothing varies, shape (draws,)."""
    size = np.maximum(variance @ np.array([1.0, -2 * effect, effect**2]), 0.0)
    scale = np.sqrt(size)
    numerator = score @ np.array([1.0, -effect])
    return np.asarray(np.divide(numerator, scale, out=np.zeros_like(scale), where=scale > 0))


def p_from(observed: Floats, drawn: Floats, enumerated: bool) -> Floats:
    """Share of assignments at least as extreme, the observed one counted once.

    Each column of `drawn`, shape (draws, k), is compared with its value in `observed`, shape (k,).
    """
    extreme = (drawn >= observed - TIE * np.maximum(1.0, observed)).sum(axis=0)
    return np.asarray(extreme / len(drawn) if enumerated else (1 + extreme) / (1 + len(drawn)))


def p_floor(assignment: Assignment, n_draws: int, enumerated: bool) -> float:
    """Return the smallest p of a two-sided test.

    Where each of two arms has as many units in every stratum, the mirrored assignment has the same
    absolute statistic, so that no p is below two in the number of assignments.
    """
    cells = assignment.cells()
    mirrored = cells.shape[1] == 2 and bool((cells[:, 0] == cells[:, 1]).all())
    smallest = (2 if mirrored else 1) / count_assignments(assignment)
    return smallest if enumerated else max(smallest, 1 / (1 + n_draws))
