"""The common-factor test: size, power, and models that do not belong together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from kajian.causal.spatial.common_factor import common_factor_test
from kajian.causal.spatial.error import spatial_error
from kajian.causal.spatial.lag import spatial_durbin, spatial_lag
from kajian.errors import MethodError


def compared(table, weights):
    return common_factor_test(
        spatial_durbin("y ~ x", table, weights, unit="kode"),
        spatial_error("y ~ x", table, weights, unit="kode"),
    )


def test_size_and_power(lattice, simulate):
    rng = np.random.default_rng(61)
    null = [
        compared(simulate(lattice, rng, 0.5, errors_only=True), lattice).p_value for _ in range(80)
    ]
    # At n = 100 the likelihood ratio rejects about 6.5% (1,900 samples drawn elsewhere); three
    # binomial standard errors above that in 80 repetitions.
    assert np.mean(np.array(null) < 0.05) < 0.15
    result = compared(simulate(lattice, rng, 0.5, theta=1.0), lattice)
    assert result.p_value < 0.001
    assert result.p_value == pytest.approx(chi2.sf(result.statistic, 1))
    assert "(db 1); p\u00a0<\u00a00,001" in str(result)
    assert result.tidy()["df"].item() == 1


def test_other_models_are_refused(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(62), 0.5)
    durbin = spatial_durbin("y ~ x", table, lattice, unit="kode")
    for other in (
        spatial_lag("y ~ x", table, lattice, unit="kode"),
        spatial_error("y ~ 1", table, lattice, unit="kode"),
        spatial_error("y ~ x", table.tail(90), lattice, unit="kode"),
    ):
        with pytest.raises(MethodError, match="dari rumus, baris dan bobot yang sama"):
            common_factor_test(durbin, other)
