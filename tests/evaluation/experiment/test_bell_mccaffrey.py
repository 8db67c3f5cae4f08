"""CR2 and its degrees of freedom against full matrices and the case with a closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.linalg import sqrtm

from kajian.evaluation.experiment.bell_mccaffrey import bell_mccaffrey
from kajian.linear.regression import ols


@pytest.fixture
def rows():
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(9), rng.integers(2, 9, size=9))
    treated = (cluster % 3 == 0).astype(float)
    x = rng.normal(size=cluster.size) + rng.normal(size=9)[cluster]
    y = 1 + treated + x + rng.normal(size=9)[cluster] + rng.normal(size=cluster.size)
    return pd.DataFrame({"y": y, "d": treated, "x": x, "klaster": cluster})


def test_clusters_agree_with_the_definition_in_full_matrices(rows):
    shuffled = rows.sample(frac=1, random_state=1)
    fit = ols("y ~ d + x", shuffled)
    X, codes = fit.X, shuffled["klaster"].to_numpy()
    bread = np.linalg.inv(X.T @ X)
    M = np.eye(len(X)) - X @ bread @ X.T
    contrast = (bread @ X.T)[1]
    columns = []
    for code in range(9):
        own = np.flatnonzero(codes == code)
        root = np.linalg.inv(np.real(sqrtm(M[np.ix_(own, own)])))
        columns.append(M[:, own] @ root @ contrast[own])
    B = np.array(columns).T
    eigenvalues = np.linalg.eigvalsh(B.T @ B)
    std_error, df = bell_mccaffrey(fit, "d", codes)
    assert std_error == pytest.approx(np.sqrt(((B.T @ fit.y) ** 2).sum()), rel=1e-9)
    assert df == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum(), rel=1e-9)


def test_single_rows_give_hc2(rows):
    fit = ols("y ~ d + x", rows)
    std_error, _ = bell_mccaffrey(fit, "d", np.arange(len(rows)))
    expected = sm.OLS(fit.y, fit.X).fit(cov_type="HC2").bse[1]
    assert std_error == pytest.approx(expected, rel=1e-10)


def test_two_groups_have_the_degrees_of_freedom_in_closed_form():
    rng = np.random.default_rng(0)
    few, many = 5, 21
    d = np.repeat([1.0, 0.0], [few, many])
    fit = ols("y ~ d", pd.DataFrame({"y": rng.normal(size=d.size), "d": d}))
    _, df = bell_mccaffrey(fit, "d", np.arange(d.size))
    # Imbens and Kolesár (2016), the case of two means.
    above = (few + many) ** 2 * (few - 1) * (many - 1)
    below = many**2 * (many - 1) + few**2 * (few - 1)
    assert df == pytest.approx(above / below, rel=1e-10)


def test_a_perfect_fit_has_no_error():
    d = np.repeat([1.0, 0.0], 4)
    fit = ols("y ~ d", pd.DataFrame({"y": 3 * d + 0.1, "d": d}))
    assert bell_mccaffrey(fit, "d", np.arange(8))[0] == 0
