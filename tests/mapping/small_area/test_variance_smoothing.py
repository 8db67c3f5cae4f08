from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.small_area.variance_smoothing import smoothed_variance
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean

GOOD = {
    "estimate": [0.0, 0.1, 0.3, np.nan],
    "variance": [0.0, 0.004, np.nan, np.nan],
    "n": [20, 20, 10, 0],
    "clusters": [2, 2, 1, 0],
}


def city(rng):
    """Households in 20 areas of 30 blocks of 40, blocks alike in poverty; and the areas' shares."""
    area = np.repeat(np.arange(20), 30 * 40)
    block = np.arange(area.size) // 40
    rate = rng.beta(1, 9, 600)[block]
    poor = rng.random(area.size) < rate
    return area, block, poor, np.bincount(area, poor) / np.bincount(area)


def draw(rng, block):
    """Draw 45 of the 600 blocks and 10 of the 40 households in each."""
    blocks = rng.choice(600, 45, replace=False)
    order = rng.random((45, 40)).argsort(axis=1)[:, :10]
    return (blocks[:, None] * 40 + order).ravel()


def test_by_hand():
    found = smoothed_variance(**GOOD)
    mean = (0 * 20 + 0.1 * 20 + 0.3 * 10) / 50
    simple = mean * (1 - mean) / 20
    # Areas 1 and 2 have two clusters, so that their variances are too small by half.
    assert found.design_effect == pytest.approx((0 + 2 * 0.004 / simple) / 2)
    assert found.variance[:2] == pytest.approx([found.design_effect * simple] * 2)
    assert found.variance[2] == pytest.approx(2 * found.variance[0])
    assert np.isnan(found.variance[3])
    assert found.used.tolist() == [True, True, False, False]
    assert "1 di antaranya semula bernilai nol" in str(found)
    assert len(found.tidy()) == 4


def test_variances_are_those_of_repeated_samples():
    rng = np.random.default_rng(3)
    area, block, poor, truth = city(rng)
    squared, smoothed, linearised = [], [], []
    for _ in range(150):
        i = draw(rng, block)
        design = SurveyDesign(np.zeros(i.size), block[i], np.ones(i.size))
        direct = domain_mean(poor[i], design, area[i], proportion=True, domains=range(20))
        found = smoothed_variance(
            direct.estimate, direct.std_error**2, direct.n, direct.clusters, expected=0.1
        )
        squared.append(np.nanmean((direct.estimate - truth) ** 2))
        smoothed.append(np.nanmean(found.variance))
        linearised.append(np.nanmean(found.direct_variance))
    # The standard error of the mean squared error is about 4 percent of it.
    assert np.mean(smoothed) == pytest.approx(np.mean(squared), rel=0.12)
    assert np.mean(linearised) < 0.65 * np.mean(squared)


def test_expected_shares_carry_over():
    found = smoothed_variance(**GOOD, expected=[0.1, 0.1, 0.5, 0.1])
    assert found.variance[2] / found.variance[0] == pytest.approx(2 * 0.25 / 0.09)


def test_row_order_does_not_matter():
    table = pd.DataFrame(GOOD)
    turned = smoothed_variance(**table[::-1], areas=table.index[::-1])
    assert turned.variance[:0:-1] == pytest.approx(smoothed_variance(**GOOD).variance[:3])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n": [20, 20, 10]}, "tidak sama panjang"),
        ({"n": [20, 20, 0, 0]}, r"pendugaan tanpa sampel, atau sebaliknya \(2\)"),
        ({"n": [20, 20, 10, 5]}, r"sebaliknya \(3\)"),
        ({"estimate": [0.0, 10, 30, np.nan]}, r"2 wilayah punya proporsi di luar 0-1 \(1, 2\)"),
        ({"variance": [0.0, -1, np.nan, np.nan]}, r"ragam negatif \(1\)"),
        ({"variance": [0.0, 0.0, np.nan, np.nan]}, "2 wilayah .* semuanya nol"),
        ({"clusters": [1, 1, 1, 0]}, "0 wilayah .* semuanya nol"),
        ({"expected": 0.0}, "harapan"),
        ({"expected": [0.1, np.nan, 0.1, 0.1]}, r"harapan di luar 0-1 \(1\)"),
    ],
)
def test_bad_input_is_named(bad, message):
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan: "):
        smoothed_variance(**{**GOOD, **bad})
