from __future__ import annotations

import numpy as np

from kajian.twin.items import Curve


def test_a_curve_is_straight_between_its_ages_and_level_beyond():
    curve = Curve((20, 30, 40), (0.0, 1.0, 0.5), "peluang", "contoh")
    ages = np.array([5, 20, 25, 30, 36, 40, 99])
    np.testing.assert_allclose(curve.at(ages), [0, 0, 0.5, 1, 0.7, 0.5, 0.5])
