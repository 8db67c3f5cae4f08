"""Published figures of the city over the years."""

from __future__ import annotations

import pandas as pd

from kajian.errors import DataError


def published_figure(series: pd.DataFrame, indicator: str, year: int) -> float:
    """Look one published figure up.

    Parameters
    ----------
    series
        Columns ``indikator, tahun, nilai``.
    indicator, year
        Which one.

    Returns
    -------
    float
        In the unit of the table.

    Raises
    ------
    DataError
        When the figure is not there; it names the years that are.
    """
    rows = series[series["indikator"] == indicator].set_index("tahun")["nilai"]
    if year not in rows.index:
        years = ", ".join(map(str, rows.index)) or "tidak ada satu tahun pun"
        raise DataError(
            f"{indicator} tahun {year} tidak ada; yang ada: {years}",
            remedy="tambahkan angka terbit itu ke tabel seri kota, lalu segel dengan kajian seal",
            column="tahun",
        )
    return float(rows[year])
