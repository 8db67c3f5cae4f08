"""Intraclass correlation: a published table, another library, a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.design.intraclass import intraclass_correlation

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def test_shrout_and_fleiss():
    data = pd.DataFrame({"y": np.ravel(SHROUT_FLEISS), "desa": np.repeat(np.arange(6), 4)})
    result = intraclass_correlation(data, "y", "desa")
    # Their ICC(1,1) is 0.17; the psych package prints its interval as -0.13 to 0.72.
    assert result.icc == pytest.approx(0.17, abs=0.005)
    assert result.conf_low == pytest.approx(-0.13, abs=0.005)
    assert result.conf_high == pytest.approx(0.72, abs=0.005)
    assert (result.n, result.n_clusters, result.mean_size, result.cv) == (24, 6, 4, 0)
    assert "0,166" in str(result)


def villages(rng, icc=0.15, groups=40):
    sizes = rng.integers(3, 20, size=groups)
    village = np.repeat(np.arange(groups), sizes)
    y = np.sqrt(icc) * rng.normal(size=groups)[village]
    y = 5 + 2 * (y + np.sqrt(1 - icc) * rng.normal(size=village.size))
    return pd.DataFrame({"y": y, "desa": village})


def test_the_truth_is_recovered_with_unequal_sizes():
    rng = np.random.default_rng(0)
    found = [intraclass_correlation(villages(rng), "y", "desa") for _ in range(300)]
    icc = np.array([one.icc for one in found])
    # Three Monte Carlo standard errors of about 0.0028; the estimator is nearly unbiased.
    assert icc.mean() == pytest.approx(0.15, abs=0.0085)
    assert np.mean([one.sd for one in found]) == pytest.approx(2, abs=0.02)
    covered = np.mean([one.conf_low <= 0.15 <= one.conf_high for one in found])
    assert covered == pytest.approx(0.95, abs=0.038)


def test_scale_order_and_missing_rows():
    data = villages(np.random.default_rng(1))
    result = intraclass_correlation(data, "y", "desa")
    other = data.assign(y=3 - 100 * data["y"]).sample(frac=1, random_state=0)
    assert intraclass_correlation(other, "y", "desa").icc == pytest.approx(result.icc)
    extra = pd.concat([data, pd.DataFrame({"y": [np.nan, 1.0], "desa": [0, np.nan]})])
    assert intraclass_correlation(extra, "y", "desa").icc == result.icc
    sizes = data["desa"].value_counts()
    assert result.cv == pytest.approx(sizes.std(ddof=0) / sizes.mean())


def test_bad_input_is_named():
    data = villages(np.random.default_rng(2))
    with pytest.raises(MethodError, match="tidak berubah di dalam desa"):
        intraclass_correlation(data.assign(y=data["desa"] * 1.1), "y", "desa")
    with pytest.raises(MethodError, match="dalam 1 klaster"):
        intraclass_correlation(data[data["desa"] == 0], "y", "desa")
    with pytest.raises(MethodError, match="40 baris dalam 40 klaster"):
        intraclass_correlation(data.drop_duplicates("desa"), "y", "desa")
    with pytest.raises(MethodError, match="Kolom rt tidak ada"):
        intraclass_correlation(data, "y", "rt")
