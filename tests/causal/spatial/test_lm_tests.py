"""Lagrange-multiplier tests: Columbus, size, power and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.causal.spatial.lm_tests import lm_tests
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe


def test_columbus(published):
    (table, links), figures, tol = published("columbus_lm")
    W = pd.crosstab(links["focal"], links["neighbor"]).astype(float)
    result = lm_tests(ols("CRIME ~ INC + HOVAL", table), W, "id")
    names = ("LMerr", "LMlag", "RLMerr", "RLMlag", "SARMA")
    assert list(result.statistics) == pytest.approx([figures[name] for name in names], abs=tol)
    assert "lag spasial: 9,36 (db 1); p\u00a0=\u00a00,002" in str(result)


def test_size_is_near_nominal(lattice, simulate):
    rng = np.random.default_rng(51)
    rejected = [
        lm_tests(ols("y ~ x", simulate(lattice, rng, 0.0)), lattice, "kode").p_values < 0.05
        for _ in range(300)
    ]
    # Three binomial standard errors around 5% in 300 repetitions.
    assert (np.abs(np.mean(rejected, axis=0) - 0.05) < 0.038).all()


def test_robust_tests_tell_lag_from_error(lattice, simulate):
    rng = np.random.default_rng(52)
    for errors_only, right, wrong in (
        (True, "robust_lm_error", "robust_lm_lag"),
        (False, "robust_lm_lag", "robust_lm_error"),
    ):
        p_values = [
            lm_tests(
                ols("y ~ x", simulate(lattice, rng, 0.5, errors_only=errors_only)), lattice, "kode"
            )
            .tidy()
            .set_index("term")["p_value"]
            for _ in range(40)
        ]
        rejected = (pd.DataFrame(p_values) < 0.05).mean()
        assert rejected["sarma"] > 0.8
        assert rejected[right] > rejected[wrong] + 0.3


def test_bad_input_is_refused(lattice, simulate):
    table = simulate(lattice, np.random.default_rng(53), 0.5)
    with pytest.raises(MethodError, match="tidak dapat dibedakan"):
        lm_tests(ols("y ~ 1", table), lattice, "kode")
    with pytest.raises(MethodError, match="dengan sempurna"):
        lm_tests(ols("z ~ x", table.assign(z=3 * table["x"])), lattice, "kode")
    with pytest.raises(MethodError, match="berulang"):
        lm_tests(ols("y ~ x", pd.concat([table, table.head(2)])), lattice, "kode")
    panel = pd.concat([table.assign(tahun=2014), table.assign(tahun=2015, y=table["x"] ** 2)])
    panel["x"] = panel["x"] * (panel["tahun"] - 2013)
    fit = panel_fe("y ~ x", panel, entity="kode", time="tahun", vcov="iid")
    with pytest.raises(MethodError, match="bukan regresi efek tetap"):
        lm_tests(fit, lattice, "kode")
