from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.twin.items import Item
from kajian.twin.truth import TRUTH


@pytest.mark.parametrize(
    ("column", "yes", "field"),
    [
        ("akses_internet", 1, "services"),
        ("banjir_setahun", 1, "floods"),
        ("punya_mobil", 1, "services"),
        ("lantai", "keramik", "services"),
        ("dinding", "tembok", "services"),
    ],
)
def test_logit_recovers_slope_and_loading(homes, places, column, yes, field):
    # An ordered logit, cut at its highest option, is a logit with the same slopes.
    model = TRUTH.pengeluaran
    z = (np.log(homes["kapita_rp"]) - model.acuan_rata) / model.acuan_simpangan
    fields = pd.Series({place.code: getattr(place, field) for place in places})
    X = sm.add_constant(np.column_stack([z, homes["kode_wilayah"].map(fields)]))
    fit = sm.Logit((homes[column] == yes).to_numpy(dtype=float), X).fit(disp=False)
    item: Item = getattr(TRUTH.hunian, column)
    share = item.pangsa[-1]
    expected = np.array([np.log(share / (1 - share)), item.lereng, item.muatan])
    assert (np.abs(fit.params - expected) < 3 * fit.bse).all()


def test_who_has_no_toilet_has_no_sewage_and_only_they(homes):
    without = homes["fasilitas_bab"] == "tidak_ada"
    assert without.any()
    assert (without == (homes["pembuangan_tinja"] == "tidak_ada")).all()


def test_the_truth_counts_adequate_sanitation_and_water(homes, read, known):
    assert known["hunian.kemasan_layak"] == 1
    adequate = homes["fasilitas_bab"].isin(["sendiri", "bersama"]) & homes["pembuangan_tinja"].isin(
        ["tangki_septik", "ipal"]
    )
    water = ~homes["sumber_air"].isin(["sumur_tak_terlindung", "lainnya"])
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")
    for column, flag in (("sanitasi_layak_pct", adequate), ("air_layak_pct", water)):
        found = 100 * flag.groupby(homes["kode_wilayah"]).mean()
        pd.testing.assert_series_equal(found, truth[column], check_names=False)
