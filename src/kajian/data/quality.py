"""Cells of the district panel that need care: rules, never a changed value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.data.panel import TIME, UNIT
from kajian.language import format_number, format_percent

TPT_FACTOR = 2.0
PDRB_EXCESS = 0.05
UHH_JUMP_YEARS = 0.5


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
