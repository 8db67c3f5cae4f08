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
from kajian.language import format_number, format_percent

UNIT, TIME = "kode_wilayah", "tahun"
SEGMENTS = ((2010, 2018), (2020, 2025))
FORMULA_WAGE = r"1[.,]065"

TPT_FACTOR = 2.0
PDRB_EXCESS = 0.05
UHH_JUMP_YEARS = 0.5


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


def quality_flags(panel: pd.DataFrame) -> pd.DataFrame:
    """Cells of the panel that need care, found by rule.

    ======================  =======================================================================
    aturan                  caught when
    ======================  =======================================================================
    p0_tidak_ada            no poverty rate for a year between the first and the last
    tpt_bukan_terbitan      unemployment is an estimate or interpolated (``tpt_catatan``)
    tpt_jauh_dari_provinsi  less than half or more than twice the median district of that year
    tpt_lonjakan            that ratio halves or doubles from one year of the table to the next
    pdrb_putus_seri         log change across the break between the segments differs from the
                            median district's by more than 0.05
    pdrb_lonjakan           the same within a segment, where 99% of districts stay within 0.032
    uhh_putus_seri          life expectancy changes by more than half a year in one year; outside
                            the new vintage of 2024 no district does
    umk_tidak_ada           no wage in a year in which other districts have one
    umk_turunan             wage derived from the next year's
    ======================  =======================================================================

    Parameters
    ----------
    panel
        A result of `district_panel`.

    Returns
    -------
    pd.DataFrame
        Columns ``kode_wilayah, tahun, kolom, aturan, keterangan``, sorted. A flag asks for a look;
        it does not exclude.
    """
    ordered = panel.sort_values([UNIT, TIME], ignore_index=True)
    found = [
        _missing_poverty(ordered),
        *_unemployment(ordered),
        *_output(ordered),
        _life_expectancy(ordered),
        *_wages(ordered),
    ]
    return pd.concat(found).sort_values([UNIT, TIME, "aturan"], ignore_index=True)


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


def _flags(rows: pd.DataFrame, column: str, rule: str, text: str | list[str]) -> pd.DataFrame:
    return rows[[UNIT, TIME]].assign(kolom=column, aturan=rule, keterangan=text)


def _missing_poverty(panel: pd.DataFrame) -> pd.DataFrame:
    years = range(int(panel[TIME].min()), int(panel[TIME].max()) + 1)
    every = pd.MultiIndex.from_product([panel[UNIT].unique(), years], names=[UNIT, TIME])
    known = pd.MultiIndex.from_frame(panel.loc[panel["kemiskinan_pct"].notna(), [UNIT, TIME]])
    missing = every.difference(known).to_frame(index=False)
    return _flags(missing, "kemiskinan_pct", "p0_tidak_ada", "tingkat kemiskinan tidak tersedia")


def _unemployment(panel: pd.DataFrame) -> list[pd.DataFrame]:
    bound = np.log(TPT_FACTOR)
    median = panel.groupby(TIME)["tpt_pct"].transform("median")
    relative = pd.Series(np.log(panel["tpt_pct"] / median))
    change = relative.groupby(panel[UNIT]).diff()
    before = panel.groupby(UNIT)["tpt_pct"].shift()

    estimate = panel[panel["tpt_catatan"].notna()]
    far = relative.abs() > bound
    jump = change.abs() > bound
    return [
        _flags(estimate, "tpt_pct", "tpt_bukan_terbitan", estimate["tpt_catatan"].tolist()),
        _flags(
            panel[far],
            "tpt_pct",
            "tpt_jauh_dari_provinsi",
            [
                f"TPT {format_percent(value, 2)}, sedangkan median kabupaten/kota "
                f"tahun itu {format_percent(middle, 2)}"
                for value, middle in zip(panel["tpt_pct"][far], median[far], strict=True)
            ],
        ),
        _flags(
            panel[jump],
            "tpt_pct",
            "tpt_lonjakan",
            [
                f"TPT dari {format_percent(old, 2)} menjadi {format_percent(new, 2)}, "
                "jauh dari perubahan median kabupaten/kota"
                for old, new in zip(before[jump], panel["tpt_pct"][jump], strict=True)
            ],
        ),
    ]


def _output(panel: pd.DataFrame) -> list[pd.DataFrame]:
    change = panel.groupby(UNIT)["log_pdrb"].diff()
    median = change.groupby(panel[TIME]).transform("median")
    unusual = (change - median).abs() > PDRB_EXCESS
    crosses = panel["segmen"] != panel.groupby(UNIT)["segmen"].shift()
    found = []
    for rule, rows in (("pdrb_putus_seri", crosses), ("pdrb_lonjakan", ~crosses)):
        chosen = unusual & rows
        text = [
            f"perubahan log PDRB per kapita {format_number(own, 3)}, "
            f"sedangkan median kabupaten/kota {format_number(middle, 3)}"
            for own, middle in zip(change[chosen], median[chosen], strict=True)
        ]
        found.append(_flags(panel[chosen], "pdrb_perkapita_riil_ribu_rp", rule, text))
    return found


def _life_expectancy(panel: pd.DataFrame) -> pd.DataFrame:
    before = panel.groupby(UNIT)["uhh_tahun"].shift()
    jump = (panel["uhh_tahun"] - before).abs() > UHH_JUMP_YEARS
    text = [
        f"UHH dari {format_number(old, 2)} menjadi {format_number(new, 2)} tahun"
        for old, new in zip(before[jump], panel["uhh_tahun"][jump], strict=True)
    ]
    return _flags(panel[jump], "uhh_tahun", "uhh_putus_seri", text)


def _wages(panel: pd.DataFrame) -> list[pd.DataFrame]:
    decreed = panel.groupby(TIME)["umk_rp"].transform("count") > 0
    missing = panel[decreed & panel["umk_rp"].isna()]
    derived = panel[panel["umk_turunan"]]
    return [
        _flags(missing, "umk_rp", "umk_tidak_ada", "UMK tahun ini tidak ditemukan"),
        _flags(
            derived, "umk_rp", "umk_turunan", "dihitung dari UMK 2025 dibagi 1,065, bukan dari SK"
        ),
    ]
