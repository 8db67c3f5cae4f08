"""The bounds beside moderndid, a translation of the authors' R package; slow to import."""

from __future__ import annotations

import functools
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from kajian.evaluation.differences.bounds import parallel_trends_bounds

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    arp_nuisance = pytest.importorskip("moderndid.didhonest.arp_nuisance")
    from moderndid.didhonest.delta.rm.rm import compute_conditional_cs_rm
    from moderndid.didhonest.fixed_length_ci import compute_flci


def simulated(seed, before, after):
    rng = np.random.default_rng(seed)
    k = before + after
    raw = rng.normal(size=(k + 3, k))
    covariance = 0.01 * (raw.T @ raw / k + 0.3 * np.eye(k))
    truth = np.concatenate([np.zeros(before), np.full(after, 0.4)])
    times = np.concatenate([np.arange(-before - 1, -1), np.arange(after)])
    return SimpleNamespace(
        times=times,
        estimates=rng.multivariate_normal(truth, covariance),
        covariance=covariance,
        reference=-1,
    )


@pytest.mark.parametrize(("seed", "before", "after"), [(0, 3, 4), (2, 2, 1)])
def test_fixed_length_intervals_agree(seed, before, after):
    study = simulated(seed, before, after)
    bounds = [0.01, 0.05, 0.2]
    found = parallel_trends_bounds(study, bounds, restriction="smoothness")
    weights = np.full(after, 1 / after)
    theirs = [
        compute_flci(study.estimates, study.covariance, m, before, after, weights[:, None]).flci
        for m in bounds
    ]
    # Theirs comes from a conic solver and stops a bisection over the standard deviation at a
    # hundredth of its range: the length agrees better than the centre.
    ours = np.column_stack([found.conf_low, found.conf_high])
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    np.testing.assert_allclose(np.diff(ours), np.diff(theirs), rtol=1e-5)


def test_relative_magnitudes_agree(monkeypatch):
    # moderndid 0.2 leaves out the earliest change before the reference (its loop over s starts one
    # too late), so that change is made small and sure here: it cannot be the largest.
    study = simulated(3, 3, 2)
    study.estimates[0] = study.estimates[1] + 0.01
    study.covariance[0] = study.covariance[1]
    study.covariance[:, 0] = study.covariance[:, 1]
    study.covariance[0, 0] += 1e-6
    # 300 draws for its first stage instead of 1,000: a program is solved for each.
    fewer = functools.partial(arp_nuisance.compute_least_favorable_cv, sims=300, seed=1)
    monkeypatch.setattr(arp_nuisance, "compute_least_favorable_cv", fewer)
    ours = parallel_trends_bounds(study, 1.0)
    low, high = ours.conf_low[0], ours.conf_high[0]
    step = 0.02 * (high - low)
    grid = compute_conditional_cs_rm(
        study.estimates,
        study.covariance,
        3,
        2,
        np.array([[0.5], [0.5]]),
        m_bar=1.0,
        grid_lb=low - 10.5 * step,
        grid_ub=high + 9.5 * step,
        grid_points=71,
    )
    accepted = grid["grid"][grid["accept"] > 0]
    # Both ends lie half a step from the nearest grid points, a hundredth of the length.
    assert accepted.min() == pytest.approx(low + step / 2)
    assert accepted.max() == pytest.approx(high - step / 2)
