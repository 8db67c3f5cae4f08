from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.errors import MethodError
from kajian.mapping.districts.dispersion import dispersion

# PySAL documentation, after Rey and Sastre Gutierrez (2010): 32 states of Mexico.
MEXICO_THEIL = {
    1940: 0.20894344,
    1950: 0.15222451,
    1960: 0.10472941,
    1970: 0.10194725,
    1980: 0.09560113,
    1990: 0.10511256,
    2000: 0.10660832,
}


def test_published_mexico(mexico):
    for year, theil in MEXICO_THEIL.items():
        # Printed to 8 digits.
        assert dispersion(mexico[f"pcgdp{year}"]).theil == pytest.approx(theil, abs=1e-8)
    assert dispersion(mexico["pcgdp1940"]).gini == pytest.approx(0.3537237117345285, abs=1e-12)


def test_two_values_by_hand():
    result = dispersion([1.0, 3.0])
    assert result.cv == pytest.approx(0.5)
    assert result.max_min_ratio == 3
    assert result.gini == pytest.approx(0.25)  # (|1-3| + |3-1|) / 4 / 2 / mean 2
    assert result.log_variance == pytest.approx((np.log(3) / 2) ** 2)
    assert result.theil == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2)
    assert list(result.tidy()["term"]) == ["cv", "log_variance", "max_min_ratio", "theil", "gini"]


@given(st.lists(st.floats(0.1, 1e3), min_size=2, max_size=30), st.floats(0.01, 100))
def test_currency_does_not_matter(values, factor):
    first, second = dispersion(values), dispersion(np.array(values) * factor)
    for name in ("cv", "log_variance", "max_min_ratio", "theil", "gini"):
        assert getattr(first, name) == pytest.approx(getattr(second, name), rel=1e-6, abs=1e-9)


def test_equal_areas_have_no_inequality():
    result = dispersion(np.full(5, 7.0))
    # Only rounding of the mean logarithm is left.
    assert [result.cv, result.log_variance, result.theil, result.gini] == pytest.approx(
        [0, 0, 0, 0], abs=1e-15
    )


@pytest.mark.parametrize("values", [[1.0], [1.0, 0.0], [1.0, -2.0], [1.0, np.nan]])
def test_dispersion_refuses(values):
    with pytest.raises(MethodError, match="Perbaikan"):
        dispersion(values)
