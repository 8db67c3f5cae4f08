"""Histograms of household tables by group, and the quantiles that can be read off them.

Bins take the place of a quantile by group, which an engine could not give in bounded memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.data.households import PERSONS, Households, derive, grouped_sums
from kajian.errors import DataError

_BIN = "kelas"


def histogram(
    frame: Households, by: str | Sequence[str], value: nw.Expr, edges: ArrayLike
) -> pd.DataFrame:
    """Count households and their members in the bins of a value, by group.

    Parameters
    ----------
    frame
        Household rows.
    by
        Column or columns that make the groups.
    value
        What to divide into bins, in any unit.
    edges
        Shape (k + 1,), increasing, in units of the value; bin j holds
        ``edges[j] <= value < edges[j + 1]``.

    Returns
    -------
    pd.DataFrame
        Every bin of every group, in order: the groups, ``low``, ``high``, ``rumah_tangga`` and
        ``penduduk``, the last two as ``int64``.

    Raises
    ------
    DataError
        When edges do not increase, a column is not in the table, or a value is missing or outside
        the edges.
    """
    keys = [by] if isinstance(by, str) else list(by)
    limits = np.asarray(edges, dtype=float)
    if limits.size < 2 or not (np.diff(limits) > 0).all():
        raise DataError("batas kelas tidak menaik", remedy="beri sedikitnya dua batas yang menaik")
    above = [nw.when(value >= limit).then(1).otherwise(0) for limit in limits.tolist()]
    counted = grouped_sums(
        derive(frame, [*keys, PERSONS], {_BIN: reduce(add, above)}),
        [*keys, _BIN],
        {"rumah_tangga": nw.lit(1), "penduduk": nw.col(PERSONS)},
    )
    outside = counted.loc[~counted[_BIN].between(1, limits.size - 1), "rumah_tangga"].sum()
    if outside:
        raise DataError(
            f"{outside} rumah tangga bernilai kosong atau di luar batas kelas",
            remedy=f"perlebar batas (kini {limits[0]:g} sampai {limits[-1]:g}) atau isi nilainya",
        )
    groups = counted[keys].drop_duplicates()
    bins = pd.DataFrame({_BIN: range(1, limits.size), "low": limits[:-1], "high": limits[1:]})
    table = groups.merge(bins, how="cross").merge(counted, how="left", on=[*keys, _BIN])
    counts = table[["rumah_tangga", "penduduk"]].fillna(0).astype("int64")
    return pd.concat([table[[*keys, "low", "high"]], counts], axis=1)


def quantiles_from_histogram(
    table: pd.DataFrame, by: str, probs: Sequence[float], *, weight: str = "penduduk"
) -> pd.DataFrame:
    """Read quantiles off a histogram, as if values were spread evenly inside a bin.

    Parameters
    ----------
    table
        From `histogram`.
    by
        The column that makes the groups.
    probs
        Shares of the weight that lie below the quantiles, between 0 and 1, both excluded.
    weight
        ``penduduk`` for quantiles over persons, ``rumah_tangga`` over households.

    Returns
    -------
    pd.DataFrame
        One row per group and share: the group, ``prob``, ``estimate``, and ``low`` and ``high``,
        the limits of the bin that holds the exact quantile.

    Raises
    ------
    DataError
        When a share is not between 0 and 1.
    """
    if not all(0 < prob < 1 for prob in probs):
        raise DataError("bagian kuantil di luar 0-1", remedy="isi misalnya 0.5 untuk median")
    upto = table.groupby(by)[weight].cumsum()
    total = table.groupby(by)[weight].transform("sum")
    found = []
    for prob in probs:
        first = table[upto >= prob * total].groupby(by).head(1)
        within = 1 - (upto[first.index] - prob * total[first.index]) / first[weight]
        estimate = first["low"] + within * (first["high"] - first["low"])
        found.append(first[[by, "low", "high"]].assign(prob=prob, estimate=estimate))
    columns = [by, "prob", "estimate", "low", "high"]
    return pd.concat(found)[columns].sort_values([by, "prob"], ignore_index=True)
