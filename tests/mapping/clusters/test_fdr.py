from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from kajian.errors import MethodError
from kajian.mapping.clusters.fdr import benjamini_hochberg

# Benjamini and Hochberg (1995), section 4.1: fifteen tests of thrombolysis.
BH_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_bh_1995_rejects_four_where_bonferroni_rejects_three():
    assert (benjamini_hochberg(BH_1995) <= 0.05).sum() == 4
    assert (np.array(BH_1995) <= 0.05 / 15).sum() == 3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_bh_agrees_with_scipy(p):
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), atol=1e-12)


def test_a_missing_p_is_named():
    with pytest.raises(MethodError, match="antara 0 dan 1"):
        benjamini_hochberg([0.1, np.nan])
