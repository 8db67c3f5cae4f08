"""Units summarised by the larger area they belong to."""

from __future__ import annotations

import pandas as pd

from kajian.errors import MethodError


def summarise_by(units_table: pd.DataFrame, parent: str, value: str, area: str) -> pd.DataFrame:
    """Summarise units by the area they belong to in both ways, since the order can differ.

    The unweighted mean answers "how is the typical unit of this area served?"; the weighted mean
    answers "how far is it from a place drawn at random in this area?".

    Parameters
    ----------
    units_table
        One row per unit.
    parent
        Column with the larger area (for example the kecamatan).
    value
        Column to average.
    area
        Column with positive weights: area, or the number of grid points.

    Returns
    -------
    DataFrame
        One row per parent: the parent column, units, mean_unweighted, mean_weighted,
        order_unweighted, order_weighted (1 is the largest mean).

    Raises
    ------
    MethodError
        An absent column, a missing value, or a weight that is not positive.
    """
    absent = [name for name in (parent, value, area) if name not in units_table.columns]
    if absent:
        raise MethodError(f"Kolom {', '.join(absent)} tidak ada. Perbaikan: periksa ejaannya.")
    table = units_table[[parent, value, area]]
    if table.isna().any(axis=None) or not (table[area] > 0).all():
        raise MethodError(
            f"Ringkasan menurut {parent} memerlukan {value} yang lengkap dan {area} yang positif. "
            "Perbaikan: lengkapi baris yang kosong."
        )
    groups = table.assign(total=table[value] * table[area]).groupby(parent)
    summary = pd.DataFrame(
        {
            "units": groups.size(),
            "mean_unweighted": groups[value].mean(),
            "mean_weighted": groups["total"].sum() / groups[area].sum(),
        }
    )
    for way in ("unweighted", "weighted"):
        order = summary[f"mean_{way}"].rank(ascending=False, method="min")
        summary[f"order_{way}"] = order.astype(int)
    return summary.reset_index()
