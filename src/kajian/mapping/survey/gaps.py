"""Coverage gaps: who is left without, among those who should be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean


def coverage_gaps(
    gaps: Mapping[str, tuple[ArrayLike, ArrayLike]],
    design: SurveyDesign,
    by: ArrayLike,
    *,
    domains: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share without coverage in every domain, for several groups of people.

    Parameters
    ----------
    gaps
        For each gap the number without coverage and the number who should be covered, per
        household: shape (n,) each, as children out of school and children. Households that have
        nobody to cover do not count.
    design, by, domains, level
        As in `kajian.mapping.survey.domains.domain_mean`.

    Returns
    -------
    DataFrame
        One row per gap and domain: gap, and the columns of `DomainEstimates.tidy`; shares from
        0 to 1 with intervals on the logit scale.

    Raises
    ------
    MethodError
        When numbers are missing, negative, or more are without coverage than should be covered;
        else as `domain_mean`.
    """
    tables = []
    for gap, (without, meant) in gaps.items():
        without, meant = (np.asarray(values, dtype=float) for values in (without, meant))
        if wrong := int((~((without >= 0) & (without <= meant))).sum()):
            raise MethodError(
                f"Celah '{gap}': pada {wrong} rumah tangga, banyaknya yang belum terjangkau "
                "kosong, negatif, atau melebihi yang seharusnya terjangkau. Perbaikan: periksa "
                "kedua kolomnya."
            )
        share = np.divide(without, meant, out=np.zeros_like(meant), where=meant > 0)
        found = domain_mean(
            share, design, by, size=meant, proportion=True, domains=domains, level=level
        )
        tables.append(found.tidy().assign(gap=gap))
    table = pd.concat(tables, ignore_index=True)
    return table[["gap", *table.columns.drop("gap")]]
