"""Clusters against statsmodels, one way and two ways, balanced and not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from kajian.linear.regression import ols


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """150 rows in nine districts and six years; pairs repeat or are missing."""
    rng = np.random.default_rng(17)
    kode, tahun = rng.integers(9, size=150), rng.integers(6, size=150)
    return pd.DataFrame(
        {
            "kode": kode,
            "tahun": tahun,
            "x": rng.normal(size=150) + rng.normal(size=9)[kode],
            "z": rng.exponential(size=150),
            "y": rng.normal(size=150) + rng.normal(size=9)[kode] + rng.normal(size=6)[tahun],
        }
    )


@pytest.mark.parametrize("columns", [["kode"], ["tahun"], ["kode", "tahun"]])
def test_clusters_equal_statsmodels(table, columns):
    ours = ols("y ~ x + z", table, vcov={"CRV1": " + ".join(columns)})
    theirs = smf.ols("y ~ x + z", table).fit(
        cov_type="cluster", cov_kwds={"groups": table[columns].to_numpy().squeeze()}
    )
    # Both scale each grouping by its own G / (G - 1) (n - 1) / (n - K): only rounding may differ.
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-9)
    assert ours.df == table[columns].nunique().min() - 1
