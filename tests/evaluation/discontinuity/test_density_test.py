from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.density_test import density_test
from kajian.evaluation.discontinuity.local_polynomial import KERNELS


@pytest.fixture(scope="module")
def rddensity():
    return pytest.importorskip("rddensity").rddensity


def test_senate_margins(published):
    # Printed by the authors' packages for this example: T = -0.8753, p = 0.3814, bandwidths 19.841
    # and 27.119, 408 and 460 elections within them.
    (senate,), _, _ = published("senate_rdrobust")
    test = density_test(senate["margin"])
    assert test.statistic == pytest.approx(-0.8753, abs=5e-5)
    assert test.p_value == pytest.approx(0.3814, abs=5e-5)
    assert (test.h_left, test.h_right) == pytest.approx((19.841, 27.119), abs=5e-4)
    assert (test.n_left, test.n_right, test.n_obs) == (408, 460, 1390)
    assert "p = 0,38" in str(test).replace("\u00a0", " ")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_agrees_with_rddensity(rddensity, kernel, order):
    x = np.random.default_rng(1).gamma(3, 1, 700) - 2
    test = density_test(x, 0.2, order=order, kernel=kernel)
    other = rddensity(x, c=0.2, p=order, kernel=kernel, bino_flag=False)
    assert (test.h_left, test.h_right) == pytest.approx(tuple(other.h), rel=1e-6)
    assert (test.density_left, test.density_right) == pytest.approx(tuple(other.hat[:2]), rel=1e-6)
    assert test.std_error == pytest.approx(other.sd_jk["diff"], rel=1e-6)
    assert test.p_value == pytest.approx(other.test["p_jk"], rel=1e-6)


def test_ties_agree_with_rddensity_but_for_the_rows_that_share_a_value(rddensity):
    x = np.round(np.random.default_rng(2).normal(0.3, 1, 900), 2)
    test = density_test(x, bandwidth=(0.9, 1.1))
    other = rddensity(x, h=[0.9, 1.1], bino_flag=False)
    assert test.density_left == pytest.approx(other.hat["left"], rel=1e-8)
    # Ours counts a row's weight on all that share its value: half a per cent of the error here.
    assert test.std_error == pytest.approx(other.sd_jk["diff"], rel=0.01)
    assert test.repeated_share > 0.2
    assert "kontinu" in test.note


def smooth(rng):
    return rng.normal(0.3, 1, 1000)


def bunched(rng):
    x = smooth(rng)
    moved = (x < 0) & (x > -0.2) & (rng.uniform(size=x.size) < 0.5)
    return np.where(moved, -x, x)


def test_size_and_power():
    rng = np.random.default_rng(3)
    false_alarms = np.mean([density_test(smooth(rng)).p_value < 0.05 for _ in range(250)])
    found = np.mean([density_test(bunched(rng)).p_value < 0.05 for _ in range(40)])
    assert 0.015 <= false_alarms <= 0.09  # standard error 0.014
    assert found > 0.9  # half of those just below moved above


def test_density_and_error_are_right_on_average():
    rng = np.random.default_rng(4)
    draws = [density_test(rng.normal(size=800), bandwidth=1.0) for _ in range(200)]
    left = np.array([test.density_left for test in draws])
    jumps = np.array([test.estimate for test in draws])
    assert left.mean() == pytest.approx(0.3989, abs=3 * left.std() / 200**0.5 + 0.005)
    # The standard deviation of 200 draws has a relative error of five per cent.
    assert np.mean([test.std_error for test in draws]) == pytest.approx(jumps.std(), rel=0.15)


def test_units_row_order_and_mirror():
    x = np.random.default_rng(5).gamma(3, 1, 700) - 2
    test = density_test(x)
    moved = density_test(np.random.default_rng(6).permutation(1000 * x + 50), 50.0)
    assert moved.h_left == pytest.approx(1000 * test.h_left)
    assert moved.statistic == pytest.approx(test.statistic)
    assert moved.density_left == pytest.approx(test.density_left / 1000)
    mirrored = density_test(-x)
    assert mirrored.statistic == pytest.approx(-test.statistic, rel=1e-6)
    assert density_test(np.append(x, np.nan)).n_dropped == 1


def test_table_has_the_jump():
    test = density_test(np.random.default_rng(7).normal(size=500))
    row = test.tidy().iloc[0]
    assert row["term"] == "density_jump"
    assert row["estimate"] == pytest.approx(test.density_right - test.density_left)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_symmetric_scores_have_no_jump():
    half = np.random.default_rng(8).exponential(size=400)
    test = density_test(np.concatenate([half, -half]))
    assert test.density_left == pytest.approx(test.density_right, rel=0.02)
    assert test.p_value > 0.8


def test_few_rows_still_give_a_window_that_can_be_fitted():
    x = np.concatenate([np.linspace(-3, -0.1, 12), np.random.default_rng(10).exponential(size=300)])
    test = density_test(x)
    assert test.n_left >= 10
    assert np.isfinite([test.statistic, test.h_left, test.h_right]).all()


X = np.random.default_rng(9).normal(size=200)


@pytest.mark.parametrize(
    ("x", "choices", "words"),
    [
        (X, {"cutoff": 9.0}, "tidak membelah data"),
        (np.round(X), {}, "acakan setempat"),
        (X, {"bandwidth": 0.001}, "dalam lebar pita 0.001"),
        (X, {"bandwidth": 0.0}, "tidak sah"),
        (X, {"order": 0}, "sedikitnya berderajat satu"),
        (X, {"kernel": "gauss"}, "gauss"),
        (np.full(200, np.nan), {}, "Tidak ada baris"),
        (X.astype(str), {}, "tidak berisi angka"),
    ],
)
def test_bad_input_is_refused(x, choices, words):
    with pytest.raises(MethodError, match=words) as caught:
        density_test(x, **choices)
    assert "Perbaikan: " in str(caught.value)
