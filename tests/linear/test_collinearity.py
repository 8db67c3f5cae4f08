from __future__ import annotations

import numpy as np

from kajian.linear.collinearity import repeated_columns


def test_what_repeats_earlier_columns_is_found_whatever_its_scale():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 30))
    X = np.column_stack([a, b, 1e6 * (a - 2 * b), np.zeros(30), a + b + 1e-3 * rng.random(30)])
    assert repeated_columns(X).tolist() == [2, 3]
