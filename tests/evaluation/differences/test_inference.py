from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kajian.evaluation.differences.inference import (
    interval_table,
    sampling,
    simultaneous_quantiles,
    t_quantile,
)


def two_groups(rng, sizes, k=1):
    """Influences on the difference of two groups' means, and the groups."""
    member = np.repeat([2022.0, np.inf], sizes)
    values = rng.normal(size=(sum(sizes), k)) * np.where(member < 3000, 2.0, 1.0)[:, None]
    n = len(values)
    influence = np.where(np.isinf(member)[:, None], -n / sizes[1], n / sizes[0]) * values
    return values, influence, sampling(member, np.arange(n), "small")


def test_two_groups_are_welchs_test():
    values, influence, groups = two_groups(np.random.default_rng(1), (7, 12))
    contributions = groups.contributions(influence)
    ours = values[:7].mean() - values[7:].mean()
    welch = stats.ttest_ind(values[:7, 0], values[7:, 0], equal_var=False)
    assert ours / np.sqrt((contributions**2).sum()) == pytest.approx(welch.statistic, rel=1e-12)
    assert groups.degrees_of_freedom(contributions)[0] == pytest.approx(welch.df, rel=1e-12)
    table = interval_table(
        ["x"], np.array([ours]), np.sqrt((contributions**2).sum(axis=0)), np.array([welch.df]), 0.9
    )
    assert table["p_value"][0] == pytest.approx(welch.pvalue, rel=1e-9)
    interval = welch.confidence_interval(0.9)
    np.testing.assert_allclose(table.loc[0, ["conf_low", "conf_high"]].astype(float), interval)


def test_bands_of_independent_estimates_are_sidaks():
    rng = np.random.default_rng(4)
    contributions = np.linalg.qr(rng.normal(size=(2000, 6)))[0]
    for weights in ("mammen", "rademacher"):
        critical = simultaneous_quantiles(
            contributions,
            np.full(6, np.inf),
            level=0.95,
            draws=20_000,
            weights=weights,
            rng=np.random.default_rng(5),
        )
        # The Monte Carlo standard error of the quantile is about 0.01.
        np.testing.assert_allclose(critical, stats.norm.ppf((1 + 0.95 ** (1 / 6)) / 2), atol=0.04)


def test_one_estimate_needs_no_wider_band():
    contributions = np.random.default_rng(6).normal(size=(500, 1))
    critical = simultaneous_quantiles(
        contributions,
        np.array([7.0]),
        level=0.95,
        draws=999,
        weights="rademacher",
        rng=np.random.default_rng(5),
    )
    assert critical[0] == pytest.approx(stats.t.ppf(0.975, 7), rel=0.1)
    assert critical[0] >= t_quantile(np.array([7.0]), 0.975)[0]


def test_t_and_normal_quantiles():
    found = t_quantile(np.array([5.0, np.inf]), 0.975)
    np.testing.assert_allclose(found, [stats.t.ppf(0.975, 5), stats.norm.ppf(0.975)], rtol=1e-9)
