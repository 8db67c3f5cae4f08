"""How exposed each unit was bound to be, whatever the draw gave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.design.spillover import Measure, exposure
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.permutations import possible_assignments
from kajian.evaluation.experiment.rows import in_fixed_order, some


def expected_exposure(
    data: pd.DataFrame,
    unit: str,
    treated: str,
    neighbours: pd.DataFrame,
    *,
    cluster: str | None = None,
    strata: str | None = None,
    measure: Measure = "share",
    draws: int = 999,
    rng: np.random.Generator,
) -> pd.Series:
    """Average each unit's exposure over the assignments that the draw could have given.

    Parameters
    ----------
    data
        One row per unit.
    unit, treated, cluster, strata
        Columns: the unit, 0 or 1, and what was drawn within which strata.
    neighbours, measure
        As in `exposure`.
    draws, rng
        Number and source of random assignments.

    Returns
    -------
    Series
        Expected exposure by unit, in the units of the measure.

    Raises
    ------
    MethodError
        As `read_assignment` and `exposure`.
    """
    rows = in_fixed_order(data, [unit, treated, *(name for name in (cluster, strata) if name)])
    assignment = read_assignment(rows, treated, control=0, cluster=cluster, strata=strata)
    if len(assignment.arms) > 2:
        raise MethodError(
            f"Kolom {treated} memuat {some(assignment.arms)}. Perbaikan: isi 0 atau 1 saja."
        )
    drawn, _ = possible_assignments(assignment, draws, rng)
    by_unit = pd.DataFrame(drawn[:, assignment.unit].T, index=rows[unit].to_numpy())
    exposed = exposure(by_unit, neighbours, measure=measure)
    index = by_unit.index.rename(unit)
    return pd.Series(exposed.to_numpy().mean(axis=1), index=index, name="paparan_harapan")
