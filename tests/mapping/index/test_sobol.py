from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.sobol import sobol_indices


def ishigami(points):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def estimated(function, dimensions, n=1024, seed=2):
    return sobol_indices(function, dimensions, n, np.random.default_rng(seed))


def test_published_ishigami_indices():
    result = estimated(ishigami, 3, n=2**14)
    # Saltelli et al. (2008); the published tolerance. Over seeds, the estimates at this number
    # of points stay within 0.005.
    assert result.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert result.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    # Variance a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2.
    variance = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
    assert result.variance == pytest.approx(variance, rel=0.01)


def test_an_additive_function_shares_out_its_variance():
    # Variances 1, 4 and 9 over 14; no interactions.
    result = estimated(lambda u: u @ np.array([1.0, 2.0, 3.0]), ["a", "b", "c"])
    expected = np.array([1, 4, 9]) / 14
    assert result.first == pytest.approx(expected, abs=0.01)
    assert result.total == pytest.approx(expected, abs=0.01)
    table = result.tidy()
    assert table["term"].tolist() == ["a", "b", "c"] * 2
    assert table["order"].tolist() == ["first"] * 3 + ["total"] * 3
    assert "c 0.64/0.64" in str(result)


def test_a_pure_interaction_has_no_main_effect():
    def sign(u):
        return np.where((u[:, 0] < 0.5) == (u[:, 1] < 0.5), 1.0, -1.0)

    result = estimated(sign, 3)
    assert result.first == pytest.approx([0, 0, 0], abs=0.05)
    assert result.total == pytest.approx([1, 1, 0], abs=0.05)


def test_the_level_and_scale_of_the_output_do_not_matter():
    first = estimated(ishigami, 3, n=64)
    second = estimated(lambda u: 1000 - 3 * ishigami(u), 3, n=64)
    np.testing.assert_allclose(first.first, second.first, atol=1e-9)
    np.testing.assert_allclose(first.total_error, second.total_error, atol=1e-9)


def test_intervals_hold_the_truth_at_least_as_often_as_promised():
    truth = np.array([0.3139, 0.4424, 0.0, 0.5576, 0.4424, 0.2437])
    held = []
    for seed in range(60):
        table = estimated(ishigami, 3, n=256, seed=seed).tidy()
        held.append((table["conf_low"] <= truth) & (truth <= table["conf_high"]))
    # Even points make the errors cautious, so 95% is the least; 360 shares, allow 3 errors of
    # a share from 60 independent trials: 0.085.
    assert np.mean(held) >= 0.95 - 0.085


def test_an_output_that_does_not_vary_has_no_shares():
    result = estimated(lambda u: np.full(len(u), 3.0), 2)
    assert result.first.tolist() == result.total.tolist() == [0, 0]
    assert "tidak berubah" in str(result)


@pytest.mark.parametrize(
    ("function", "dimensions", "n", "message"),
    [
        (ishigami, 3, 1000, "1000 titik dasar"),
        (ishigami, 3, 1, "1 titik dasar"),
        (ishigami, 0, 8, "0 masukan"),
        (lambda u: u, 3, 8, "berbentuk"),
        (lambda u: np.full(len(u), np.nan), 3, 8, "bukan angka"),
    ],
)
def test_bad_input_is_named(function, dimensions, n, message):
    with pytest.raises(MethodError, match=message):
        estimated(function, dimensions, n)
