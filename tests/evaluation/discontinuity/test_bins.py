from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.bins import rd_bins
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity


def test_bins_add_up_and_stay_on_their_side(scores):
    data = scores()
    y, x = data["y"], data["x"] + 60
    fit = regression_discontinuity(y, x, 60.0)
    picture = rd_bins(y, x, fit, reach=0.5, bins=8)
    table = picture.tidy()
    near = np.abs(x - 60) <= 0.5
    assert list(table["side"]) == ["left"] * 8 + ["right"] * 8
    assert table["n"].sum() == near.sum()
    assert (table["n"] * table["y_mean"]).sum() == pytest.approx(y[near].sum())
    assert (table.loc[table["side"] == "left", "x_high"] < 60).all()
    assert (table.loc[table["side"] == "right", "x_low"] >= 60).all()
    assert table["x_low"].is_monotonic_increasing
    assert table.groupby("side")["n"].agg(np.ptp).max() <= 1
    first = (x >= table.loc[0, "x_low"]) & (x <= table.loc[0, "x_high"])
    assert table.loc[0, "std_error"] == pytest.approx(y[first].std(ddof=1) / first.sum() ** 0.5)


def test_curves_meet_the_cutoff_at_the_estimate(scores):
    data = scores()
    fit = regression_discontinuity(data["y"], data["x"], order=2)
    curve = rd_bins(data["y"], data["x"], fit).curve
    left, right = curve[curve["side"] == "left"], curve[curve["side"] == "right"]
    assert left["y"].iloc[-1] == pytest.approx(fit.limit_left)
    assert right["y"].iloc[0] == pytest.approx(fit.limit_right)
    assert left["x"].min() == pytest.approx(max(-fit.h, data["x"].min()))
    assert right["x"].max() == pytest.approx(min(fit.h, data["x"].max()))


def test_shared_values_stay_together_and_bins_are_never_small(scores):
    data = scores(decimals=1)
    fit = regression_discontinuity(data["y"], data["x"], bandwidth=0.75)
    table = rd_bins(data["y"], data["x"], fit, bins=50, fewest=10).bins
    assert table["n"].min() >= 10
    assert (table["x_low"].to_numpy()[1:] > table["x_high"].to_numpy()[:-1]).all()


def test_bad_input_is_refused(scores):
    data = scores()
    fit = regression_discontinuity(data["y"], data["x"])
    for choices in ({"reach": -1.0}, {"bins": 0}, {"fewest": 1}, {"reach": 1e-6}):
        with pytest.raises(MethodError, match="Perbaikan"):
            rd_bins(data["y"], data["x"], fit, **choices)
