from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kajian.linear.inversion import interval_end


def test_the_end_of_a_t_test_is_that_of_its_interval():
    def p(null):
        return 2 * stats.t.sf(abs(1.5 - null) / 0.4, 12)

    for side in (-1, 1):
        end = interval_end(p, 1.5, side * 0.4, 0.05)
        assert end == pytest.approx(1.5 + side * 0.4 * stats.t.ppf(0.975, 12), abs=1e-6)


def test_a_p_that_equals_alpha_but_for_rounding_rejects():
    end = interval_end(lambda null: 0.1 if null > 3 else 1.0, 0.0, 1.0, 1 - 0.9)
    assert end == pytest.approx(3, abs=1e-5)


def test_a_test_that_never_rejects_has_no_end():
    assert interval_end(lambda _: 1.0, 0.0, -1.0, 0.05) == -np.inf
