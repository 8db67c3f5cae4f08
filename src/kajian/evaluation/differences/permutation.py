"""An exact test of no effect at all: who adopts when is drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.group_time import GroupTime
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats, group_sums

TIE = 1e-9
"""Draws that differ from the observed t by rounding alone count as equal to it."""


@dataclass(frozen=True, slots=True, eq=False)
class AdoptionTest:
    """Randomisation test of the sharp null that treatment changed no unit's outcome at any time.

    Exact when adoption times were assigned at random among these units, which
    must be known or argued; otherwise only as good as the claim that their trends are exchangeable.

    Attributes
    ----------
    estimate, statistic
        The simple average effect, in units of the outcome, and its t statistic.
    p_value, p_floor
        Two-sided p, and the smallest that the draws can give, 1 / (1 + draws).
    n_draws
        Number of reassignments.
    """

    estimate: float
    statistic: float
    p_value: float
    p_floor: float
    n_draws: int

    def tidy(self) -> pd.DataFrame:
        """One row: ``term, estimate, p_value, p_floor``."""
        return pd.DataFrame(
            {
                "term": ["simple"],
                "estimate": [self.estimate],
                "p_value": [self.p_value],
                "p_floor": [self.p_floor],
            }
        )

    def __str__(self) -> str:
        return (
            f"Uji pengacakan waktu mulai: rata-rata dampak {format_number(self.estimate, 3)}; "
            f"t = {format_number(self.statistic, 3)}; "
            f"{format_p_value(self.p_value, self.p_floor)} ({self.n_draws} undian; tepat hanya "
            "bila waktu mulai ditetapkan secara acak)"
        )


def permute_adoption(
    effects: GroupTime,
    *,
    rng: np.random.Generator,
    draws: int = 9_999,
) -> AdoptionTest:
    """Compare the simple average effect with those under permuted adoption times.

    The statistic is the average divided by its standard error, which keeps the test's size
    approximately right also under a null of zero mean effect. The number of units per cohort stays
    as it is.

    Parameters
    ----------
    effects
        Result of `att_gt` without covariates, each unit its own cluster.
    rng
        Source of the permutations.
    draws
        Number of permutations.

    Raises
    ------
    MethodError
        With covariates, with clusters of several units, or without draws.
    """
    panel = effects.panel
    if effects.method is not None or effects.sampling.n_clusters < len(panel.units) or draws < 1:
        raise MethodError(
            "Uji pengacakan waktu mulai hanya berlaku tanpa kovariat, tanpa klaster, dan dengan "
            "sedikitnya satu undian. Perbaikan: ulangi att_gt tanpa covariates dan cluster."
        )
    codes = effects.sampling.cohort
    score = panel.outcomes @ _coefficients(effects).T
    observed = aggregate(effects, "simple")
    statistic = _t(score, codes[None])[0]
    drawn = np.concatenate(
        [
            _t(score, rng.permuted(np.tile(codes, (size, 1)), axis=1))
            for size in np.diff([*range(0, draws, 500), draws])
        ]
    )
    extreme = int((np.abs(drawn) >= abs(statistic) - TIE * max(1.0, abs(statistic))).sum())
    return AdoptionTest(
        estimate=observed.overall,
        statistic=float(statistic),
        p_value=(1 + extreme) / (1 + draws),
        p_floor=1 / (1 + draws),
        n_draws=draws,
    )


def _coefficients(effects: GroupTime) -> Floats:
    """Write the simple average as coefficients of the cohorts' mean outcomes, shape (C, T).

    Every cell is a difference of means, so the average is linear in the mean outcome of each cohort
    at each time; coefficients depend on the sizes of the cohorts only.
    """
    panel, codes = effects.panel, effects.sampling.cohort
    sizes = np.bincount(codes)
    starts = np.array([panel.cohorts[codes == c].min() for c in range(sizes.size)])
    never = starts > panel.times[-1] + effects.anticipation
    result = np.zeros((sizes.size, panel.times.size))
    for j in np.flatnonzero(effects.after):
        g, t, base = int(effects.cohorts[j]), int(effects.times[j]), int(effects.bases[j])
        own = starts == g
        free = never if effects.control == "never" else starts > max(t, base) + effects.anticipation
        free = free & ~own
        weight = own - free * sizes / sizes[free].sum()
        at, origin = np.searchsorted(panel.times, [t, base])
        result[:, at] += sizes[own] * weight
        result[:, origin] -= sizes[own] * weight
    return np.asarray(result / effects.n_treated[effects.after].sum())


def _t(score: Floats, codes: np.ndarray[tuple[int, int], np.dtype[np.intp]]) -> Floats:
    """Sum of the cohorts' mean scores over its standard error, for each row of cohort codes.

    Parameters
    ----------
    score
        What a unit would count in each cohort, shape (N, C).
    codes
        Cohorts of the units, shape (draws, N).
    """
    draws, n = codes.shape
    n_cohorts = score.shape[1]
    own = score[np.arange(n), codes]
    cell = (codes + n_cohorts * np.arange(draws)[:, None]).ravel()
    size, total = np.bincount(cell), group_sums(own.reshape(-1, 1), cell)[:, 0]
    mean = total / size
    spread = group_sums((own.ravel() - mean[cell])[:, None] ** 2, cell)[:, 0]
    variance = (spread / (size * (size - 1))).reshape(draws, n_cohorts).sum(axis=1)
    return np.asarray(mean.reshape(draws, n_cohorts).sum(axis=1) / np.sqrt(variance))
