"""The district panel: poverty, unemployment, output and minimum wages by year.

Output per head breaks between 2018 and 2020, so that nothing may be compared across: each year
belongs to one of two segments, and a lag never leaves its segment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import DataError

UNIT, TIME = "kode_wilayah", "tahun"
SEGMENTS = ((2010, 2018), (2020, 2025))
FORMULA_WAGE = r"1[.,]065"


def district_panel(
    panel: pd.DataFrame, umk: pd.DataFrame, segments: Sequence[Sequence[int]] = SEGMENTS
) -> pd.DataFrame:
    """Join the BPS panel with the minimum wages and add what the models need.

    Parameters
    ----------
    panel
        One row per district and year: ``kode_wilayah, nama, tahun, kemiskinan_pct, tpt_pct,
        uhh_tahun, hls_tahun, rls_tahun, pengeluaran_ribu_rp, pdrb_perkapita_riil_ribu_rp,
        rls25_tahun, tpt_catatan``.
    umk
        ``kode_wilayah, tahun, umk_rp, catatan``, from 2014; empty where no decree was found.
    segments
        First and last years between which output per head is one series.

    Returns
    -------
    pd.DataFrame
        The rows of `panel` inside the segments, sorted by district and year, with

        - ``umk_rp``, and ``umk_turunan``: true where it was derived from 2025 / 1.065,
        - ``tpt_perkiraan``: true where unemployment is an estimate or interpolated,
        - ``segmen``: first and last year, such as ``2010-2018``,
        - ``log_umk``, ``log_pdrb``: natural logarithms,
        - ``tpt_lag1_pct``, ``log_pdrb_lag1``: the previous calendar year of the same segment.

    Raises
    ------
    DataError
        When a district and year stand twice in either table, or the districts differ.
    """
    for table, name in ((panel, "panel"), (umk, "umk")):
        _check_keys(table, name)
    _check_same_districts(panel, umk)

    wages = umk[[UNIT, TIME, "umk_rp"]].assign(
        umk_turunan=umk["catatan"].astype("str").str.contains(FORMULA_WAGE, na=False)
    )
    segment = panel[TIME].map(lambda year: _segment(year, segments))
    joined = (
        panel.assign(segmen=segment)[segment.notna()]
        .merge(wages, on=[UNIT, TIME], how="left", validate="one_to_one")
        .sort_values([UNIT, TIME], ignore_index=True)
    )
    joined = joined.assign(
        umk_turunan=joined["umk_turunan"].eq(True),
        tpt_perkiraan=joined["tpt_catatan"].notna(),
        log_umk=np.log(joined["umk_rp"]),
        log_pdrb=np.log(joined["pdrb_perkapita_riil_ribu_rp"]),
    )
    earlier = joined[[UNIT, "segmen", TIME, "tpt_pct", "log_pdrb"]].rename(
        columns={"tpt_pct": "tpt_lag1_pct", "log_pdrb": "log_pdrb_lag1"}
    )
    earlier[TIME] += 1
    return joined.merge(earlier, on=[UNIT, "segmen", TIME], how="left", validate="one_to_one")


def in_periods(years: pd.Series, periods: Sequence[Sequence[int]]) -> pd.Series:
    """Mark the years that lie in any of the periods, both ends included."""
    inside = [years.between(first, last) for first, last in periods]
    return pd.concat(inside, axis=1).any(axis=1)


def ipm(
    uhh: ArrayLike, hls: ArrayLike, rls: ArrayLike, pengeluaran_ribu_rp: ArrayLike
) -> NDArray[np.float64]:
    """Human development index (Indeks Pembangunan Manusia) by the new method of BPS.

    Parameters
    ----------
    uhh
        Life expectancy at birth in years, goalposts 20 and 85.
    hls, rls
        Expected and mean years of schooling, goalposts 0 and 18, 0 and 15.
    pengeluaran_ribu_rp
        Adjusted real expenditure per head and year in thousand rupiah, goalposts 1,007.436 and
        26,572.352, in logarithms.

    Returns
    -------
    array
        In the shape of the components: geometric mean of health, education and expenditure,
        times 100; missing where a component is missing.

    Notes
    -----
    BPS, Indeks Pembangunan Manusia 2014: Metode Baru (catalogue 4102002), chapter on method.
    Components are not capped at their goalposts.
    """
    low, high = np.log(1007.436), np.log(26572.352)
    health = (_array(uhh) - 20) / (85 - 20)
    education = (_array(hls) / 18 + _array(rls) / 15) / 2
    expenditure = (np.log(_array(pengeluaran_ribu_rp)) - low) / (high - low)
    index: NDArray[np.float64] = 100 * np.cbrt(health * education * expenditure)
    return index


def _array(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _segment(year: int, segments: Sequence[Sequence[int]]) -> str | None:
    return next((f"{first}-{last}" for first, last in segments if first <= year <= last), None)


def _check_keys(table: pd.DataFrame, name: str) -> None:
    twice = table.loc[table.duplicated([UNIT, TIME]), [UNIT, TIME]]
    if len(twice):
        raise DataError(
            f"satu wilayah dan tahun tercatat lebih dari sekali pada tabel {name}",
            remedy="sisakan satu baris untuk setiap wilayah dan tahun",
            column=f"{UNIT}, {TIME}",
            rows=[f"{code} tahun {year}" for code, year in twice.itertuples(index=False)],
        )


def _check_same_districts(panel: pd.DataFrame, umk: pd.DataFrame) -> None:
    differing = sorted(set(panel[UNIT]) ^ set(umk[UNIT]))
    if differing:
        raise DataError(
            "tabel panel dan tabel UMK tidak memuat wilayah yang sama",
            remedy="lengkapi tabel yang kekurangan wilayah itu atau perbaiki kodenya",
            column=UNIT,
            rows=[str(code) for code in differing],
        )
