from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.data.panel import district_panel
from kajian.data.quality import quality_flags


def flagged(panel: pd.DataFrame, umk: pd.DataFrame) -> set[tuple[str, str, int]]:
    """Flags other than the missing year 2019, which every table here has."""
    flags = quality_flags(district_panel(panel, umk))
    flags = flags[flags["tahun"] != 2019]
    return set(flags[["aturan", "kode_wilayah", "tahun"]].itertuples(index=False, name=None))


def test_a_sound_panel_has_only_its_missing_year(bps, umk):
    flags = quality_flags(district_panel(bps, umk))
    assert set(flags["aturan"]) == {"p0_tidak_ada"}
    assert flags["tahun"].tolist() == [2019] * 3


@pytest.mark.parametrize(
    ("column", "year", "value", "expected"),
    [
        ("kemiskinan_pct", 2018, None, {("p0_tidak_ada", 2018)}),
        ("tpt_catatan", 2018, "perkiraan", {("tpt_bukan_terbitan", 2018)}),
        # 2.4 is less than half of 5, and so is the way there and back.
        (
            "tpt_pct",
            2018,
            2.4,
            {
                ("tpt_jauh_dari_provinsi", 2018),
                ("tpt_lonjakan", 2018),
                ("tpt_lonjakan", 2020),
            },
        ),
        ("tpt_pct", 2018, 2.6, set()),
        ("pdrb_perkapita_riil_ribu_rp", 2021, 20_000 * np.exp(0.22), {("pdrb_lonjakan", 2021)}),
        ("pdrb_perkapita_riil_ribu_rp", 2021, 20_000 * np.exp(0.20), set()),
        ("uhh_tahun", 2021, 74.6, {("uhh_putus_seri", 2021)}),
        ("uhh_tahun", 2021, 74.4, set()),
    ],
)
def test_one_bad_cell_is_caught_by_its_rule(bps, umk, column, year, value, expected):
    here = (bps["kode_wilayah"] == "33.02") & (bps["tahun"] == year)
    found = flagged(bps.assign(**{column: bps[column].where(~here, value)}), umk)
    assert found == {(rule, "33.02", when) for rule, when in expected}


def test_break_between_the_segments_is_its_own_rule(bps, umk):
    later = (bps["kode_wilayah"] == "33.02") & (bps["tahun"] >= 2020)
    lowered = bps["pdrb_perkapita_riil_ribu_rp"] * np.where(later, np.exp(-0.2), 1)
    found = flagged(bps.assign(pdrb_perkapita_riil_ribu_rp=lowered), umk)
    assert found == {("pdrb_putus_seri", "33.02", 2020)}


def test_missing_and_derived_wages(bps, umk):
    umk.loc[umk["tahun"].eq(2018) & umk["kode_wilayah"].eq("33.01"), "umk_rp"] = np.nan
    derived = umk["tahun"].eq(2021) & umk["kode_wilayah"].eq("33.03")
    umk["catatan"] = np.where(derived, "turunan: UMK 2022/1,065", None)
    assert flagged(bps, umk) == {
        ("umk_tidak_ada", "33.01", 2018),
        ("umk_turunan", "33.03", 2021),
    }


# The faults below were documented by hand before the rules were written.
def test_documented_faults_are_caught(jateng):
    flags = quality_flags(jateng)
    found = set(flags[["aturan", "kode_wilayah", "tahun"]].itertuples(index=False, name=None))
    documented = {
        *(("tpt_jauh_dari_provinsi", "33.13", year) for year in range(2011, 2019)),
        ("tpt_lonjakan", "33.13", 2020),
        ("tpt_jauh_dari_provinsi", "33.22", 2017),
        ("tpt_jauh_dari_provinsi", "33.23", 2015),
        ("tpt_jauh_dari_provinsi", "33.76", 2010),
        ("tpt_lonjakan", "33.76", 2011),
        *(("pdrb_putus_seri", code, 2020) for code in ("33.01", "33.05", "33.20", "33.74")),
        ("pdrb_lonjakan", "33.16", 2016),
        *(("uhh_putus_seri", code, 2024) for code in ("33.07", "33.28", "33.29")),
        *(("umk_tidak_ada", code, 2018) for code in ("33.01", "33.03")),
        *(("umk_tidak_ada", code, 2023) for code in ("33.23", "33.28")),
    }
    assert documented <= found


def test_rules_do_not_drown_the_reader(jateng):
    # Rules for implausible values (not for what is missing or estimated) stay below one row in ten.
    implausible = ["tpt_jauh_dari_provinsi", "tpt_lonjakan", "pdrb_putus_seri", "pdrb_lonjakan"]
    flags = quality_flags(jateng)
    counts = flags["aturan"].value_counts()
    assert counts[implausible].sum() < len(jateng) / 10
    assert counts["umk_tidak_ada"] == 17 + 2 + 2
    assert set(flags.query("aturan == 'uhh_putus_seri'")["tahun"]) == {2024}
