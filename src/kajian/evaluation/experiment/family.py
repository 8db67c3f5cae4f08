"""One experiment, several outcomes: the same draws for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.design.multiplicity import adjust_p_values, westfall_young
from kajian.evaluation.experiment.assignment import Assignment, read_assignment, read_trial
from kajian.evaluation.experiment.permutations import Arms, possible_assignments
from kajian.evaluation.experiment.randomisation import (
    p_floor,
    p_from,
    scores,
    statistic,
    without_strata_and,
)
from kajian.evaluation.experiment.rows import numbers
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats, group_sums


@dataclass(frozen=True, slots=True, eq=False)
class ExperimentFamily:
    """Randomisation tests of a family of outcomes.

    Attributes
    ----------
    table
        One row per arm and outcome: ``term`` (outcome), ``arm, estimate`` (coefficient with stratum
        effects, in units of the outcome), ``statistic`` (its absolute studentised score),
        ``p_value`` (randomisation), ``p_fwer`` (step-down over the outcomes of an arm, times the
        number of arms), ``p_fdr`` (Benjamini-Hochberg over the whole family), ``n`` (rows).
    p_floor
        Smallest unadjusted p that design and draws can give, the largest over arms.
    control, n_arms
        Label of the control arm; number of arms against it.
    """

    table: pd.DataFrame
    p_floor: float
    control: Hashable
    n_arms: int

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per arm and outcome."""
        return self.table.copy()

    def __str__(self) -> str:
        lines = [
            f"Keluarga {len(self.table)} uji terhadap lengan {self.control}, undian yang sama "
            "untuk semua hasil (p tunggal; p dengan galat sekeluarga; p dengan FDR)"
        ]
        lines += [
            f"  {row['arm']}, {row['term']}: {format_number(row['estimate'], 3)}; "
            f"{format_p_value(row['p_value'], self.p_floor)}; {format_p_value(row['p_fwer'])}; "
            f"{format_p_value(row['p_fdr'])}"
            for row in self.table.to_dict("records")
        ]
        return "\n".join(lines)


def experiment_family(
    data: pd.DataFrame,
    outcomes: Sequence[str],
    arm: str,
    cluster: str | None = None,
    strata: str | None = None,
    *,
    control: Hashable,
    rng: np.random.Generator,
    covariates: Sequence[str] = (),
    draws: int = 9_999,
) -> ExperimentFamily:
    """Test several outcomes with the same assignments and adjust for their number.

    The statistic is that of `randomisation_test`. Family-wise p-values come from the step-down of
    Westfall & Young (1993) over the outcomes of each arm; with several arms they are multiplied by
    the number of arms (Bonferroni), since a draw among all arms would not be exact where one of the
    other arms works.

    Parameters
    ----------
    data
        One row per observation. A missing outcome leaves its row out for that outcome only: the
        draws are over all units of both arms, exact if the assignment did not move who is observed.
    outcomes
        Numeric columns: the family, declared before they are read.
    arm, cluster, strata, control, covariates, rng, draws
        As in `experiment`.

    Raises
    ------
    MethodError
        As `read_trial`; also an outcome or an arm that does not vary within strata and covariates.
    """
    rows, assignment = read_trial(
        data,
        outcomes,
        arm,
        control=control,
        cluster=cluster,
        strata=strata,
        covariates=covariates,
    )
    tables, floors = [], []
    for label in assignment.arms[1:]:
        pair = rows[rows[arm].isin([control, label])].reset_index(drop=True)
        two_arms = read_assignment(pair, arm, control=control, cluster=cluster, strata=strata)
        drawn, enumerated = possible_assignments(two_arms, draws, rng)
        both = np.vstack([two_arms.arm.astype(np.int8), drawn])
        X = pair[list(covariates)].to_numpy(dtype=float)
        values = np.empty((len(both), len(outcomes)))
        estimates, counts = [], []
        for column, name in enumerate(outcomes):
            y = numbers(pair, name)
            score, variance = _scores(both, two_arms, y, X, name)
            values[:, column] = np.abs(statistic(score, variance))
            estimates.append(score[0, 0] / score[0, 1])
            counts.append(int((~np.isnan(y)).sum()))
        own, null = values[0], values[1:]
        stepped = westfall_young(own, null, enumerated=enumerated)
        tables.append(
            pd.DataFrame(
                {
                    "term": list(outcomes),
                    "arm": label,
                    "estimate": estimates,
                    "statistic": own,
                    "p_value": p_from(own, null, enumerated),
                    "p_fwer": np.minimum(stepped * (len(assignment.arms) - 1), 1.0),
                    "n": counts,
                }
            )
        )
        floors.append(p_floor(two_arms, len(drawn), enumerated))
    table = pd.concat(tables, ignore_index=True)
    return ExperimentFamily(
        table=table.assign(p_fdr=adjust_p_values(table["p_value"], "bh")),
        p_floor=max(floors),
        control=control,
        n_arms=len(tables),
    )


def _scores(
    arms: Arms, assignment: Assignment, y: Floats, X: Floats, name: str
) -> tuple[Floats, Floats]:
    """Score every assignment, shape (draws, G), on the rows where an outcome is known."""
    seen = ~np.isnan(y)
    unit = assignment.unit[seen]
    pair = np.column_stack([y[seen], assignment.arm[unit]])
    rest = np.zeros((y.size, 2))
    rest[seen] = without_strata_and(X[seen], pair, assignment.stratum[unit])
    flat = np.linalg.norm(rest, axis=0) <= RELATIVE_ZERO * np.linalg.norm(pair, axis=0)
    if flat.any():
        raise MethodError(
            f"Hasil {name} tidak dapat dibandingkan untuk lengan {assignment.arms[1]}: "
            f"{'hasilnya' if flat[0] else 'lengannya'} tidak berubah di dalam strata dan "
            "kovariat. Perbaikan: keluarkan hasil itu dari keluarga, atau kurangi kovariat."
        )
    sizes = np.bincount(unit, minlength=assignment.arm.size).astype(float)
    return scores(arms, assignment.stratum, sizes, group_sums(rest, assignment.unit))
