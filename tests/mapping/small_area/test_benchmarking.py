from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from kajian.errors import MethodError
from kajian.mapping.small_area.benchmarking import benchmark

METHODS = ["ratio", "difference", "weighted"]
ESTIMATES = np.array([0.05, 0.10, 0.20, 0.01])
PERSONS = np.array([4000, 3000, 2000, 1000])
MSE = np.array([1e-4, 4e-4, 9e-4, 1e-4])


# --- the target ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@given(
    rows=st.lists(
        st.tuples(st.floats(0.001, 0.9), st.floats(1, 1e6), st.floats(1e-6, 1e-2)), min_size=1
    ),
    target=st.floats(0.01, 0.5),
)
def test_the_mean_is_the_target(method, rows, target):
    x, w, mse = np.array(rows).T
    found = benchmark(x, w, target, mse=mse, method=method, upper=1)
    # Rounding of a weighted mean.
    assert np.average(found.estimate, weights=w) == pytest.approx(target, rel=1e-10)
    assert found.estimate.min() >= 0
    assert found.estimate.max() <= 1


@pytest.mark.parametrize("method", METHODS)
def test_estimates_that_meet_the_target_stay(method):
    target = float(np.average(ESTIMATES, weights=PERSONS))
    found = benchmark(ESTIMATES, PERSONS, target, mse=MSE, method=method)
    assert found.estimate == pytest.approx(ESTIMATES, rel=1e-14)
    assert found.mse == pytest.approx(MSE, rel=1e-12)


def test_what_each_method_moves():
    # The mean of 0.091 is to become 0.1.
    ratio, difference, weighted = (
        benchmark(ESTIMATES, PERSONS, 0.1, mse=MSE, method=method) for method in METHODS
    )
    assert ratio.before == pytest.approx(0.091)
    assert ratio.estimate == pytest.approx(ESTIMATES * 0.1 / 0.091)
    assert difference.adjustment == pytest.approx(np.full(4, 0.009))
    assert weighted.adjustment / MSE == pytest.approx(np.full(4, 0.009 / 3.5e-4))


@pytest.mark.parametrize("method", METHODS)
def test_no_other_estimates_are_closer(method):
    scale = {"ratio": ESTIMATES, "difference": np.ones(4), "weighted": MSE * 100}[method]
    shares = PERSONS / PERSONS.sum()

    def distance(x):
        return 1e3 * float((shares * (x - ESTIMATES) ** 2 / scale).sum())

    other = minimize(
        distance,
        np.full(4, 0.05),
        bounds=[(0, None)] * 4,
        constraints={"type": "eq", "fun": lambda x: shares @ x - 0.05},
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    # The target of 0.05 takes the last area to zero for two of the methods.
    found = benchmark(ESTIMATES, PERSONS, 0.05, mse=MSE, method=method)
    assert found.estimate == pytest.approx(other.x, abs=1e-5)


def test_estimates_stop_at_zero_and_at_the_largest_value():
    low = benchmark(ESTIMATES, PERSONS, 0.05, mse=MSE, method="difference")
    high = benchmark(ESTIMATES, PERSONS, 0.3, mse=MSE, upper=0.4)
    assert low.estimate[3] == 0
    assert list(high.estimate[1:3]) == [0.4, 0.4]
    assert high.estimate[0] / 0.05 == pytest.approx(high.estimate[3] / 0.01)


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [0.05, 0.1, 0.2])
def test_no_relative_error_becomes_smaller_by_a_rise(target):
    errors = np.array([1e-4, 1e-2, 4e-4, 1e-6])
    found = benchmark(ESTIMATES, PERSONS, target, mse=errors)
    risen = found.adjustment > 0
    before = np.sqrt(errors) / ESTIMATES
    assert (found.rmse / found.estimate >= before * (1 - 1e-12))[risen].all()


def test_errors_grow_by_the_squared_adjustment():
    found = benchmark(ESTIMATES, PERSONS, 0.1, mse=MSE, interval_mse=2 * MSE)
    scale = np.maximum(found.estimate / ESTIMATES, 1) ** 2
    assert found.mse == pytest.approx(np.maximum(MSE + found.adjustment**2, MSE * scale))
    assert found.interval_mse == pytest.approx(
        np.maximum(2 * MSE + found.adjustment**2, 2 * MSE * scale)
    )
    table = found.tidy()
    half = 1.959964 * np.sqrt(found.interval_mse)
    assert table["conf_high"].to_numpy() == pytest.approx(found.estimate + half, rel=1e-6)
    assert table["conf_low"].min() == 0


@pytest.mark.parametrize("method", METHODS)
def test_the_errors_are_those_of_a_simulated_truth(method):
    rng = np.random.default_rng(1)
    squared, said = [], []
    for _ in range(2000):
        # Best predictors of normal truths, and a city figure that has its own error.
        truth = 10 + rng.normal(size=4)
        direct = truth + 2 * rng.normal(size=4)
        best = 10 + (direct - 10) / 5
        target = float(np.average(truth, weights=PERSONS)) + 0.3 * rng.normal()
        found = benchmark(best, PERSONS, target, mse=np.full(4, 0.8), method=method)
        squared.append((found.estimate - truth) ** 2)
        said.append(found.mse)
    # An exact figure knows more than the sample: the error may be overstated, not understated.
    assert np.mean(squared) <= np.mean(said)
    assert np.mean(said) < 1.2


def test_an_uninformative_figure_costs_what_is_said():
    rng = np.random.default_rng(2)
    squared, said = [], []
    for _ in range(4000):
        truth = 10 + rng.normal(size=4)
        best = 10 + (truth + 2 * rng.normal(size=4) - 10) / 5
        target = 10 + 0.5 * rng.normal()
        found = benchmark(best, PERSONS, target, mse=np.full(4, 0.8), method="difference")
        squared.append((found.estimate - truth) ** 2)
        said.append(found.mse)
    # The standard error of the mean over 16,000 is about 0.01.
    assert np.mean(said) == pytest.approx(np.mean(squared), abs=0.04)


# --- behaviour -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_units_order_and_size_of_the_population_do_not_matter(method):
    plain = benchmark(ESTIMATES, PERSONS, 0.1, mse=MSE, method=method)
    scaled = benchmark(100 * ESTIMATES, PERSONS / 7, 10, mse=1e4 * MSE, method=method)
    turned = benchmark(ESTIMATES[::-1], PERSONS[::-1], 0.1, mse=MSE[::-1], method=method)
    assert scaled.estimate == pytest.approx(100 * plain.estimate)
    assert scaled.mse == pytest.approx(1e4 * plain.mse)
    assert turned.estimate[::-1] == pytest.approx(plain.estimate)


def test_the_summary_says_whether_the_figure_is_exact():
    exact = benchmark(ESTIMATES, PERSONS, 0.1, mse=MSE)
    assert "(ratio) dari rata-rata 0,0910 ke angka acuan 0,1000" in str(exact)
    assert "dianggap tanpa galat" in str(exact)
    assert "galat baku angka acuan 0,0050" in str(replace(exact, target_std_error=0.005))


def test_areas_without_sample_are_careful_at_best():
    found = benchmark(ESTIMATES, PERSONS, 0.1, mse=MSE, sampled=[True, True, False, True])
    assert found.label[:3].tolist() == ["layak", "layak", "hati-hati"]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"estimates": [-0.1, 0.1, 0.2, 0.1]}, r"di luar 0-inf \(0\)"),
        ({"estimates": [0.1, 1.1, 0.2, 0.1], "upper": 1}, r"di luar 0-1 \(1\)"),
        ({"estimates": [np.nan, 0.1, 0.2, 0.1]}, "kosong"),
        ({"estimates": np.zeros(4)}, "tidak dapat dicapai dari pendugaan"),
        ({"shares": [1, 2, 3]}, "tidak sama panjang"),
        ({"shares": [1, 2, 3, -1]}, r"bobot penduduk kosong atau negatif \(3\)"),
        ({"shares": np.zeros(4)}, "tidak dapat dicapai"),
        ({"mse": [1, 1, 1, np.nan]}, "galat kosong"),
        ({"target": 8.31, "upper": 1}, "Angka acuan 8.31 .* tidak dapat dicapai"),
        ({"mse": [1, 1, 1, np.inf]}, "galat kosong"),
        ({"target": np.nan}, "Angka acuan nan"),
        ({"target": np.inf}, "Angka acuan inf"),
        ({"level": 95}, "level 95"),
        ({"target_std_error": -1}, "tidak dapat dicapai"),
        ({"method": "rasio"}, "method 'rasio' tidak dikenal"),
    ],
)
def test_bad_input_is_named(bad, message):
    good = {"estimates": ESTIMATES, "shares": PERSONS, "target": 0.1, "mse": MSE}
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan: "):
        benchmark(**{**good, **bad})
