"""Minimum detectable effects against textbook multipliers and an exact power function."""

from __future__ import annotations

import pytest
from scipy import stats

from kajian.errors import MethodError
from kajian.linear.power import mde


def test_multiplier_of_bloom():
    """Two-sided 5% at 80% power: 2.80 standard errors with many degrees of freedom."""
    assert mde(1.0, df=1e6) == pytest.approx(2.80, abs=0.005)
    assert mde(0.5, df=1e6, level=0.1) == pytest.approx(0.5 * 2.49, abs=0.005)


@pytest.mark.parametrize(("df", "power"), [(34, 0.8), (34, 0.9), (10, 0.8)])
def test_a_true_effect_of_that_size_is_found_that_often(df, power):
    effect = mde(1.0, df=df, power=power)
    critical = stats.t.ppf(0.975, df)
    reached = stats.nct.sf(critical, df, effect) + stats.nct.cdf(-critical, df, effect)
    # Bloom's sum of quantiles approximates the noncentral t: within 1.5 points down to 10 df.
    assert reached == pytest.approx(power, abs=0.015)


@pytest.mark.parametrize(
    "wrong", [{"std_error": 0.0}, {"df": 0}, {"level": 1.2}, {"power": 1.0}, {"power": 0.01}]
)
def test_impossible_requests_are_refused(wrong):
    with pytest.raises(MethodError, match="Perbaikan"):
        mde(**{"std_error": 1.0, "df": 34, **wrong})
