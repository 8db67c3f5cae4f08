from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity
from kajian.evaluation.discontinuity.sensitivity import bandwidth_sensitivity, placebo_cutoffs


def test_bandwidths_are_multiples_of_the_chosen_ones(scores):
    data = scores()
    fit = regression_discontinuity(data["y"], data["x"], order=2)
    table = bandwidth_sensitivity(data["y"], data["x"], order=2, multiples=(0.8, 1.0, 1.5))
    np.testing.assert_allclose(table["h"], fit.h * table["multiple"])
    np.testing.assert_allclose(table["b"], fit.b * table["multiple"])
    middle = table.iloc[1]
    assert middle["estimate"] == pytest.approx(fit.robust.estimate)
    assert middle["conventional"] == pytest.approx(fit.conventional.estimate)
    assert table["n_left"].is_monotonic_increasing
    assert table["std_error"].is_monotonic_decreasing


def test_placebos_use_one_side_only(scores):
    data = scores()
    y, x = data["y"], data["x"]
    table = placebo_cutoffs(y, x, at=[-0.3, 0.3], covariates=data["traits"], cluster=np.arange(800))
    assert list(table["cutoff"]) == [-0.3, 0.0, 0.3]
    assert list(table["actual"]) == [False, True, False]
    own = x < 0
    alone = regression_discontinuity(
        y[own], x[own], -0.3, covariates=data["traits"][own], cluster=np.arange(800)[own]
    )
    assert table.loc[0, "estimate"] == pytest.approx(alone.robust.estimate)
    # The true jump, however large, does not move the placebos.
    lifted = placebo_cutoffs(y + 100 * (x >= 0), x, at=[-0.3, 0.3])
    np.testing.assert_allclose(
        lifted.loc[[0, 2], "estimate"],
        placebo_cutoffs(y, x, at=[-0.3, 0.3]).loc[[0, 2], "estimate"],
    )


def test_nullable_columns_and_gaps(scores):
    data = scores()
    y = pd.Series(data["y"]).astype("Float64").mask(np.arange(800) % 9 == 0)
    x = pd.Series(data["x"], index=np.arange(800)[::-1]).astype("Float64")
    table = placebo_cutoffs(y, x, at=[0.3], covariates=pd.DataFrame(data["traits"]))
    kept = np.arange(800) % 9 != 0
    plain = placebo_cutoffs(
        data["y"][kept], data["x"][kept], at=[0.3], covariates=data["traits"][kept]
    )
    pd.testing.assert_frame_equal(table, plain)


def test_quartiles_of_each_side_by_default(scores):
    data = scores(n=3000)
    table = placebo_cutoffs(data["y"], data["x"])
    assert len(table) == 7
    assert (table["cutoff"] < 0).sum() == 3
    assert table.loc[table["actual"], "p_value"].item() < 0.001


def test_few_placebos_are_significant():
    rng = np.random.default_rng(11)
    p_values = []
    for _ in range(30):
        x = rng.uniform(-1, 1, 600)
        table = placebo_cutoffs(np.sin(2 * x) + (x >= 0) + rng.normal(size=600), x, at=[-0.5, 0.5])
        p_values += list(table.loc[~table["actual"], "p_value"])
    # 60 tests: the mean is 3 to 4, the standard deviation 1.8.
    assert np.sum(np.array(p_values) < 0.05) <= 9


def test_bad_placebos_are_named(scores):
    data = scores()
    with pytest.raises(MethodError, match="sama dengan ambang"):
        placebo_cutoffs(data["y"], data["x"], at=[0.0])
    with pytest.raises(MethodError, match=r"Ambang palsu -5: .*Perbaikan"):
        placebo_cutoffs(data["y"], data["x"], at=[-5.0])
    with pytest.raises(MethodError, match="Perbaikan"):
        bandwidth_sensitivity(data["y"], data["x"], multiples=[0.001])
