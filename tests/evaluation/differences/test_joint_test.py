from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kajian.errors import MethodError
from kajian.evaluation.differences.inference import sampling
from kajian.evaluation.differences.joint_test import joint_test


def two_groups(rng, sizes, k=1):
    """Influences on the difference of two groups' means, and the groups."""
    member = np.repeat([2022.0, np.inf], sizes)
    values = rng.normal(size=(sum(sizes), k)) * np.where(member < 3000, 2.0, 1.0)[:, None]
    n = len(values)
    influence = np.where(np.isinf(member)[:, None], -n / sizes[1], n / sizes[0]) * values
    return values, influence, sampling(member, np.arange(n), "small")


def test_one_restriction_is_welchs_test():
    values, influence, groups = two_groups(np.random.default_rng(1), (7, 12))
    welch = stats.ttest_ind(values[:7, 0], values[7:, 0], equal_var=False)
    gap = values[:7].mean(axis=0) - values[7:].mean(axis=0)
    joint = joint_test(gap, groups.contributions(influence), groups)
    assert joint.df == pytest.approx(welch.df, rel=1e-12)
    assert joint.p_value == pytest.approx(welch.pvalue, rel=1e-9)


def test_one_stratum_is_hotellings_test():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(15, 3)) @ rng.normal(size=(3, 3))
    # Clusters that hold both cohorts form one stratum of 15.
    groups = sampling(np.tile([2022.0, np.inf], 15), np.repeat(np.arange(15), 2), "small")
    contributions = (values - values.mean(axis=0)) / np.sqrt(15 * 14)
    mean = values.mean(axis=0)
    joint = joint_test(mean, contributions, groups)
    hotelling = 15 * mean @ np.linalg.solve(np.cov(values.T), mean)
    assert joint.statistic == pytest.approx(hotelling, rel=1e-10)
    assert joint.df == pytest.approx(14, rel=1e-10)
    p_value = stats.f.sf(hotelling * (15 - 3) / (3 * 14), 3, 12)
    assert joint.p_value == pytest.approx(p_value, rel=1e-9)


def test_size_of_the_joint_test_with_unequal_groups():
    rng = np.random.default_rng(3)
    rejected = []
    for _ in range(1500):
        values, influence, groups = two_groups(rng, sizes=(8, 24), k=3)
        gap = values[:8].mean(axis=0) - values[8:].mean(axis=0)
        rejected.append(joint_test(gap, groups.contributions(influence), groups).p_value < 0.05)
    # Three Monte Carlo standard errors are 0.017; the chi-squared test rejects about 0.2.
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.017)


def test_too_many_restrictions_are_refused():
    rng = np.random.default_rng(7)
    _, influence, groups = two_groups(rng, sizes=(3, 3), k=5)
    with pytest.raises(MethodError, match="saling menentukan"):
        joint_test(np.ones(5), groups.contributions(influence), groups)
    assert "Kelompok terkecil hanya 3 klaster (perlu 4)" in groups.notes[0]
    three = sampling(np.repeat([2022.0, 2023.0, np.inf], [2, 3, 3]), np.arange(8), "small")
    contributions = three.contributions(rng.normal(size=(8, 5)))
    with pytest.raises(MethodError, match=r"Uji serentak 5 dugaan .* derajat bebas"):
        joint_test(np.ones(5), contributions, three)
    with pytest.raises(MethodError, match="Tidak ada dugaan sebelum perlakuan"):
        joint_test(np.ones(0), contributions[:, :0], three)
