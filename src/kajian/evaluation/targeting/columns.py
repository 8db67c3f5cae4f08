"""Targeting from the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kajian.evaluation.targeting.result import Targeting
from kajian.evaluation.targeting.targeting import targeting
from kajian.linear.frame import require_columns


def targeting_by(
    data: pd.DataFrame,
    *,
    eligible: str,
    received: str,
    by: Sequence[str],
    welfare: str | None = None,
    weights: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    sampling: bool = True,
    score: str | None = None,
    cost_rp: str | float | None = None,
    bottom: float = 0.4,
    minimum: int = 5,
    level: float = 0.95,
) -> Targeting:
    """Measure targeting by each of several columns, such as kelurahan, sex and age group.

    Parameters
    ----------
    data
        One row per household; several programmes are several calls.
    eligible, received, welfare, weights, strata, cluster, score
        Names of columns; the rest is as in `targeting`.
    by
        Columns of groups, each taken by itself.
    cost_rp
        A column, or one number of rupiah for every household that received.

    Returns
    -------
    Targeting
        ``tidy()`` is one long table over the groupings; ``comparisons`` tests their groups.

    Raises
    ------
    MethodError
        A column is not there; and as in `targeting`.
    """
    named = [welfare, weights, strata, cluster, score]
    named.append(cost_rp if isinstance(cost_rp, str) else None)
    require_columns(data, [eligible, received, *by, *(name for name in named if name is not None)])
    welfare_, weights_, strata_, cluster_, score_, cost = (
        None if name is None else data[name] for name in named
    )
    return targeting(
        data[eligible],
        data[received],
        welfare_,
        weights_,
        data[list(by)],
        strata=strata_,
        cluster=cluster_,
        sampling=sampling,
        score=score_,
        cost_rp=cost if isinstance(cost_rp, str) else cost_rp,
        bottom=bottom,
        minimum=minimum,
        level=level,
    )
