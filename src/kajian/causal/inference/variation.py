"""From what variation, and from whom, a regression learns: stated before its estimates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kajian.linear.fixed_effects import two_way
from kajian.linear.frame import codes_of, model_frame, require_one_row_each
from kajian.linear.result import Regression


def identifying_variation(data: pd.DataFrame, term: str, entity: str, time: str) -> float:
    """Return the standard deviation of a variable within entities and times.

    The root mean square of what two-way fixed effects leave of it, which is all that a
    coefficient can be learnt from.

    Parameters
    ----------
    data
        One row per entity and time; rows where the variable is missing are left out.
    term
        Column, or an expression of columns such as ``"np.log(umk_rp)"``.
    entity, time
        Columns with the effects.

    Returns
    -------
    float
        In units of the variable; divided by n, not by degrees of freedom.
    """
    sample, _, values, _ = model_frame(f"{term} ~ 1", data, [entity, time])
    require_one_row_each(sample[entity], sample[time])
    effects = two_way(codes_of(sample[entity]), codes_of(sample[time]))
    return float(effects.remove(values[:, None]).std())


def cluster_shares(
    fit: Regression, term: str, cluster: str | Sequence[Any] | pd.Series
) -> pd.Series:
    """Return each cluster's share of the variation that identifies a coefficient.

    The partial leverage of MacKinnon, Nielsen & Webb (2023, "Leverage, influence, and the jackknife
    in clustered regression models", section 3): the squares of the term, with the other terms and
    the fixed effects taken out. When a few clusters hold most of it, cluster-robust errors behave
    as if there were only these few.

    Parameters
    ----------
    fit
        A fit of `ols` or `panel_fe`.
    term
        The coefficient.
    cluster
        A column of the fitted sample, or one label per used row.

    Returns
    -------
    Series
        Shares that sum to one, largest first, indexed by cluster.
    """
    squares = pd.Series(fit.partialled(term) ** 2, index=fit.sample.index)
    shares = squares.groupby(fit.labels(cluster).to_numpy()).sum() / squares.sum()
    return shares.sort_values(ascending=False).rename("share")
