from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.data.panel import district_panel, ipm
from kajian.errors import DataError


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


def test_lags_stay_in_their_segment(bps, umk):
    panel = bps.assign(tpt_pct=lambda table: table["tahun"] - 2010.0)
    joined = district_panel(panel, umk).query("kode_wilayah == '33.02'").set_index("tahun")
    assert joined["segmen"].tolist() == ["2010-2018"] * 2 + ["2020-2025"] * 2
    np.testing.assert_array_equal(joined["tpt_lag1_pct"], [np.nan, 7, np.nan, 10])
    assert joined.loc[2021, "log_pdrb_lag1"] == joined.loc[2020, "log_pdrb"]


def test_lag_is_the_calendar_year_not_the_row_before(bps, umk):
    panel = bps.query("tahun != 2018").assign(tahun=lambda t: t["tahun"].replace({2017: 2016}))
    later = bps.query("tahun == 2018")
    joined = district_panel(pd.concat([panel, later]), umk)
    assert joined.query("tahun == 2018")["tpt_lag1_pct"].isna().all()


def test_year_outside_the_segments_is_left_out(bps, umk):
    panel = pd.concat([bps, bps.query("tahun == 2018").assign(tahun=2019)])
    assert set(district_panel(panel, umk)["tahun"]) == {2017, 2018, 2020, 2021}


def test_join_keeps_every_row_and_the_inputs(bps, umk):
    before = bps.copy(deep=True), umk.copy(deep=True)
    joined = district_panel(bps.sample(frac=1, random_state=1), umk)
    assert len(joined) == len(bps)
    assert joined["umk_rp"].isna().sum() == 3  # 2017 has no wages
    pd.testing.assert_frame_equal(bps, before[0])
    pd.testing.assert_frame_equal(umk, before[1])


@pytest.mark.parametrize("which", [0, 1])
def test_repeated_key_is_refused(bps, umk, which):
    tables = [bps, umk]
    tables[which] = pd.concat([tables[which], tables[which].head(1)])
    with pytest.raises(DataError, match="lebih dari sekali") as caught:
        district_panel(*tables)
    assert caught.value.rows[0].startswith("33.01 tahun")


def test_differing_districts_are_refused(bps, umk):
    with pytest.raises(DataError, match="wilayah yang sama") as caught:
        district_panel(bps, umk.query("kode_wilayah != '33.03'"))
    assert caught.value.rows == ["33.03"]


def test_shape_of_the_shipped_panel(jateng):
    assert len(jateng) == 35 * 15
    assert jateng["umk_turunan"].sum() == 18
    assert jateng["tpt_perkiraan"].sum() == 35 * 7
    city = jateng.query("kode_wilayah == '33.72'").set_index("tahun")
    assert city.loc[2025, "umk_rp"] == 2_416_560
    assert city.loc[2014, "tpt_lag1_pct"] == 7.18
    assert np.isnan(city.loc[2020, "tpt_lag1_pct"])
