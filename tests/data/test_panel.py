from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.data.panel import district_panel, ipm, quality_flags
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data/raw"
YEARS = (2017, 2018, 2020, 2021)


def bps(codes: tuple[str, ...] = ("33.01", "33.02", "33.03")) -> pd.DataFrame:
    """Districts alike in every way: unemployment 5 percent, output growing 4 percent a year."""
    keys = pd.MultiIndex.from_product([codes, YEARS], names=["kode_wilayah", "tahun"])
    table = keys.to_frame(index=False)
    return table.assign(
        nama="Kabupaten",
        kemiskinan_pct=10.0,
        tpt_pct=5.0,
        uhh_tahun=74.0,
        pdrb_perkapita_riil_ribu_rp=20_000 * np.exp(0.04 * (table["tahun"] - 2017)),
        tpt_catatan=None,
    )


def wages(codes: tuple[str, ...] = ("33.01", "33.02", "33.03")) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([codes, range(2018, 2022)], names=["kode_wilayah", "tahun"])
    return keys.to_frame(index=False).assign(umk_rp=2e6, catatan=None)


def altered(column: str, code: str, year: int, value: float | str | None) -> pd.DataFrame:
    table = bps()
    here = (table["kode_wilayah"] == code) & (table["tahun"] == year)
    return table.assign(**{column: table[column].where(~here, value)})


def flagged(panel: pd.DataFrame, umk: pd.DataFrame | None = None) -> set[tuple[str, str, int]]:
    """Flags other than the missing year 2019, which every table here has."""
    flags = quality_flags(district_panel(panel, wages() if umk is None else umk))
    flags = flags[flags["tahun"] != 2019]
    return set(flags[["aturan", "kode_wilayah", "tahun"]].itertuples(index=False, name=None))


# BPS, Kota Surakarta: components of 2023 and 2024 and the index published with them.
@pytest.mark.parametrize(
    ("components", "published"),
    [((77.63, 14.90, 11.00, 15_870.0), 83.54), ((77.91, 15.07, 11.25, 16_291.0), 84.41)],
)
def test_published_human_development_index(components, published):
    # Published with two decimals, from components with two decimals.
    assert ipm(*components) == pytest.approx(published, abs=0.005)


def test_index_at_its_goalposts():
    assert ipm(85, 18, 15, 26_572.352) == pytest.approx(100)
    assert ipm(20, 18, 15, 26_572.352) == pytest.approx(0)


@pytest.mark.parametrize("missing", range(4))
def test_index_is_missing_where_a_component_is(missing):
    components = [np.array([value, value]) for value in (77.63, 14.90, 11.00, 15_870.0)]
    components[missing] = np.array([np.nan, components[missing][1]])
    result = ipm(*components)
    assert np.isnan(result[0])
    assert np.isfinite(result[1])


def test_lags_stay_in_their_segment():
    panel = bps().assign(tpt_pct=lambda table: table["tahun"] - 2010.0)
    joined = district_panel(panel, wages()).query("kode_wilayah == '33.02'").set_index("tahun")
    assert joined["segmen"].tolist() == ["2010-2018"] * 2 + ["2020-2025"] * 2
    np.testing.assert_array_equal(joined["tpt_lag1_pct"], [np.nan, 7, np.nan, 10])
    assert joined.loc[2021, "log_pdrb_lag1"] == joined.loc[2020, "log_pdrb"]


def test_lag_is_the_calendar_year_not_the_row_before():
    panel = bps().query("tahun != 2018").assign(tahun=lambda t: t["tahun"].replace({2017: 2016}))
    later = bps().query("tahun == 2018")
    joined = district_panel(pd.concat([panel, later]), wages())
    assert joined.query("tahun == 2018")["tpt_lag1_pct"].isna().all()


def test_year_outside_the_segments_is_left_out():
    panel = pd.concat([bps(), bps().query("tahun == 2018").assign(tahun=2019)])
    assert set(district_panel(panel, wages())["tahun"]) == set(YEARS)


def test_join_keeps_every_row_and_the_inputs():
    panel, umk = bps(), wages()
    before = panel.copy(deep=True), umk.copy(deep=True)
    joined = district_panel(panel.sample(frac=1, random_state=1), umk)
    assert len(joined) == len(panel)
    assert joined["umk_rp"].isna().sum() == 3  # 2017 has no wages
    pd.testing.assert_frame_equal(panel, before[0])
    pd.testing.assert_frame_equal(umk, before[1])


@pytest.mark.parametrize("which", [0, 1])
def test_repeated_key_is_refused(which):
    tables = [bps(), wages()]
    tables[which] = pd.concat([tables[which], tables[which].head(1)])
    with pytest.raises(DataError, match="lebih dari sekali") as caught:
        district_panel(*tables)
    assert caught.value.rows[0].startswith("33.01 tahun")


def test_differing_districts_are_refused():
    with pytest.raises(DataError, match="wilayah yang sama") as caught:
        district_panel(bps(), wages(("33.01", "33.02")))
    assert caught.value.rows == ["33.03"]


def test_a_sound_panel_has_only_its_missing_year():
    flags = quality_flags(district_panel(bps(), wages()))
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
def test_one_bad_cell_is_caught_by_its_rule(column, year, value, expected):
    found = flagged(altered(column, "33.02", year, value))
    assert found == {(rule, "33.02", when) for rule, when in expected}


def test_break_between_the_segments_is_its_own_rule():
    panel = bps()
    later = (panel["kode_wilayah"] == "33.02") & (panel["tahun"] >= 2020)
    lowered = panel["pdrb_perkapita_riil_ribu_rp"] * np.where(later, np.exp(-0.2), 1)
    found = flagged(panel.assign(pdrb_perkapita_riil_ribu_rp=lowered))
    assert found == {("pdrb_putus_seri", "33.02", 2020)}


def test_missing_and_derived_wages():
    umk = wages()
    umk.loc[umk["tahun"].eq(2018) & umk["kode_wilayah"].eq("33.01"), "umk_rp"] = np.nan
    derived = umk["tahun"].eq(2021) & umk["kode_wilayah"].eq("33.03")
    umk["catatan"] = np.where(derived, "turunan: UMK 2022/1,065", None)
    assert flagged(bps(), umk) == {
        ("umk_tidak_ada", "33.01", 2018),
        ("umk_turunan", "33.03", 2021),
    }


@pytest.fixture(scope="module")
def jateng() -> pd.DataFrame:
    paths = RAW / "bps-jateng/panel_kabkota.csv", RAW / "umk-jateng/umk_kabkota.csv"
    for path in paths:
        if not path.exists():
            pytest.skip(f"data mentah belum ada: {path.name}")
    return district_panel(*(pd.read_csv(path, dtype={"kode_wilayah": str}) for path in paths))


def test_shape_of_the_shipped_panel(jateng):
    assert len(jateng) == 35 * 15
    assert jateng["umk_turunan"].sum() == 18
    assert jateng["tpt_perkiraan"].sum() == 35 * 7
    city = jateng.query("kode_wilayah == '33.72'").set_index("tahun")
    assert city.loc[2025, "umk_rp"] == 2_416_560
    assert city.loc[2014, "tpt_lag1_pct"] == 7.18
    assert np.isnan(city.loc[2020, "tpt_lag1_pct"])


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
