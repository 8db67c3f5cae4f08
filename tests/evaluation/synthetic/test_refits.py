from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.synthetic.refits import leave_one_out, placebo_in_time
from kajian.evaluation.synthetic.synthetic_control import synthetic_control


def test_earlier_starts_use_only_times_before_the_real_one(factor_panel, names):
    panel = factor_panel(np.random.default_rng(1))
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    pretended = placebo_in_time(fit, [2015, 2017])
    direct = synthetic_control(panel[panel["tahun"] < 2020], **names, treated="33.01", start=2015)
    pd.testing.assert_series_equal(pretended.fits[2015].gap, direct.gap)
    assert list(pretended.tidy()["start"]) == [2015, 2017]
    assert pretended.fits[2017].gap.index.max() == 2019
    assert "Awal semu 2015" in str(pretended)


def test_a_real_break_is_not_found_before_it_happened(factor_panel, names):
    panel = factor_panel(np.random.default_rng(3), units=20, noise=0.05)
    touched = (panel["kode_wilayah"] == "33.01") & (panel["tahun"] >= 2020)
    panel["kemiskinan_pct"] += 10.0 * touched
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    earlier = placebo_in_time(fit, [2016, 2018])
    assert abs(fit.mean_gap) > 5
    assert abs(earlier.fits[2018].mean_gap) < 0.2 * abs(fit.mean_gap)
    assert earlier.share_as_large == 0
    none = placebo_in_time(earlier.fits[2018], [2014, 2016])
    sizes = [abs(refit.mean_gap) for refit in none.fits.values()]
    assert none.share_as_large == np.mean(np.array(sizes) >= abs(none.main.mean_gap))
    assert none.share_as_large > 0


def test_leaving_out_equals_fitting_without(factor_panel, names):
    panel = factor_panel(np.random.default_rng(2))
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    without = leave_one_out(fit)
    carrying = fit.weights[fit.weights > 0]
    assert set(without.fits) == set(carrying.index)
    assert next(iter(without.fits)) == fit.weights.idxmax()
    for code, refit in without.fits.items():
        others = [c for c in fit.weights.index if c != code]
        direct = synthetic_control(panel, **names, treated="33.01", start=2020, donors=others)
        assert refit.mean_gap == pytest.approx(direct.mean_gap)
        # One donor fewer can only fit worse before the start.
        assert refit.pre_rmspe >= fit.pre_rmspe
    table = without.tidy()
    assert without.mean_gap_range == (table["mean_gap"].min(), table["mean_gap"].max())
    assert without.same_sign == (np.sign(table["mean_gap"]) == np.sign(fit.mean_gap)).all()


def test_bad_requests_are_named(factor_panel, names):
    panel = factor_panel(np.random.default_rng(4))
    fit = synthetic_control(panel, **names, treated="33.01", start=2020)
    with pytest.raises(
        MethodError, match=r"Awal 2020 berada di luar panel \(tahun 2010 sampai 2019"
    ):
        placebo_in_time(fit, [2020])
    with pytest.raises(MethodError, match="Tidak ada awal semu"):
        placebo_in_time(fit, [])
    with pytest.raises(MethodError, match="Hanya 1 waktu sebelum 2011"):
        placebo_in_time(fit, [2011])
    single = synthetic_control(panel, **names, treated="33.01", start=2020, donors=["33.02"])
    with pytest.raises(MethodError, match="Pembanding hanya satu"):
        leave_one_out(single)
