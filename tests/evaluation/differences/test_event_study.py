from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.event_study import event_study
from kajian.evaluation.differences.staggered import att_gt


def test_contract_with_the_bounds(waves, names):
    study = event_study(waves(np.random.default_rng(1)), **names)
    assert list(study.times) == [-3, -2, 0, 1, 2, 3]
    assert study.reference == -1
    assert study.covariance.shape == (6, 6)
    np.testing.assert_allclose(study.std_errors**2, np.diag(study.covariance), rtol=1e-12)
    assert (study.n_units, study.n_clusters) == (54, 54)
    assert study.df == study.term_df.min()
    assert list(study.n_treated) == [10, 20, 30, 30, 20, 10]


def test_estimates_are_the_dynamic_average(waves, names):
    panel = waves(np.random.default_rng(1))
    study = event_study(panel, **names, control="never")
    average = aggregate(att_gt(panel, **names, base_period="universal"), "dynamic")
    np.testing.assert_array_equal(study.estimates, average.estimates)
    np.testing.assert_allclose(study.covariance, average.covariance, rtol=1e-12)
    varying = aggregate(att_gt(panel, **names), "dynamic")
    np.testing.assert_allclose(study.estimates[2:], varying.estimates[2:], rtol=1e-12)


def test_published_event_study(mpdta, county):
    table, figures, tol = mpdta
    study = event_study(table, **county, control="never")
    after = study.tidy().set_index("term")["estimate"]
    for e in range(4):
        assert after[e] == pytest.approx(figures[f"e{e}"], abs=tol)


def test_pretrend_finds_a_trend_and_not_noise(waves, names):
    panel = waves(np.random.default_rng(2))
    study = event_study(panel, **names, control="never")
    assert study.pretrend().n_restrictions == 2
    assert study.pretrend().p_value > 0.05
    drifting = panel.assign(
        miskin_pct=panel["miskin_pct"] + 2 * panel["mulai"].notna() * (panel["tahun"] - 2021)
    )
    found = event_study(drifting, **names, control="never")
    assert found.pretrend().p_value < 0.001
    # A trend of 2 a year, backwards from the reference.
    np.testing.assert_allclose(found.estimates - study.estimates, 2.0 * (study.times + 1))


def test_reference_moves_with_anticipation(waves, names):
    study = event_study(waves(np.random.default_rng(1)), **names, anticipation=1)
    assert study.reference == -2
    assert list(study.times) == [-3, -1, 0, 1, 2]
    assert study.pretrend().n_restrictions == 1


def test_an_even_gap_moves_the_reference_and_an_uneven_one_is_refused(waves, names):
    panel = waves(np.random.default_rng(3))
    every_other = panel[panel["tahun"] % 2 == 1].assign(
        mulai=lambda t: t["mulai"].replace({2022: 2023, 2024: 2025})
    )
    study = event_study(every_other, **names, allow_gaps=(2022, 2024))
    assert study.reference == -2
    assert list(study.times) == [-4, 0, 2]
    lost = panel[panel["tahun"] != 2023].assign(mulai=lambda t: t["mulai"].replace(2023, 2025))
    with pytest.raises(MethodError, match="tidak beracuan sama: -2, -1"):
        event_study(lost, **names, allow_gaps=(2023,))


def test_without_a_time_before_the_reference_there_is_no_pretrend(waves, names):
    study = event_study(waves(np.random.default_rng(1), sizes=(12,)), **names)
    assert list(study.times) == [0, 1, 2, 3]
    with pytest.raises(MethodError, match="Tidak ada dugaan sebelum perlakuan"):
        study.pretrend()
    assert "Tren sebelum perlakuan tidak diuji" in str(study)


def test_table_bands_and_words(waves, names):
    study = event_study(waves(np.random.default_rng(1), sizes=(3, 10, 10)), **names)
    table = study.tidy()
    assert list(table["term"]) == list(study.times)
    bands = study.bands(rng=np.random.default_rng(1))
    assert (bands["conf_high"] - bands["conf_low"] > table["conf_high"] - table["conf_low"]).all()
    text = str(study)
    assert "tidak menolak bukan bukti tren sejajar" in text
    assert "Kelompok terkecil hanya 3 klaster" in text
