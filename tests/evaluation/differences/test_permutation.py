from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.permutation import permute_adoption
from kajian.evaluation.differences.staggered import att_gt


@pytest.mark.parametrize(
    "options", [{}, {"control": "not_yet"}, {"control": "not_yet", "anticipation": 1}]
)
def test_draws_are_the_estimator_on_permuted_cohorts(waves, names, options):
    panel = waves(np.random.default_rng(1), sizes=(4, 6, 8), units=30, effect=np.full(4, 0.1))
    effects = att_gt(panel, **names, **options)
    average = aggregate(effects, "simple")
    test = permute_adoption(effects, rng=np.random.default_rng(5), draws=60)
    assert test.statistic == pytest.approx(average.overall / average.overall_std_error, rel=1e-10)
    assert test.estimate == average.overall
    used = panel[panel["kelurahan"].isin(effects.panel.units)]
    codes = effects.sampling.cohort
    start = np.where(np.isinf(effects.panel.cohorts), np.nan, effects.panel.cohorts)
    order = np.argsort(codes, kind="stable")
    extreme = 0
    for drawn in np.random.default_rng(5).permuted(np.tile(codes, (60, 1)), axis=1):
        again = np.empty(len(codes))
        again[np.argsort(drawn, kind="stable")] = start[order]
        moved = aggregate(
            att_gt(used.assign(mulai=np.repeat(again, 5)), **names, **options), "simple"
        )
        extreme += abs(moved.overall / moved.overall_std_error) >= abs(test.statistic) - 1e-9
    assert test.p_value == (1 + extreme) / 61
    assert 5 < extreme < 60


def test_size_is_exact_under_random_adoption(waves, names):
    rng = np.random.default_rng(2)
    p_values = []
    for _ in range(300):
        # Skewed outcomes and four treated units: no large sample in sight.
        cohort = rng.permutation([2022.0, 2022.0, 2023.0, 2023.0, *[np.nan] * 8])
        panel = pd.DataFrame(
            {
                "kelurahan": np.repeat(np.arange(12), 4),
                "tahun": np.tile(np.arange(2021, 2025), 12),
                "mulai": np.repeat(cohort, 4),
                "miskin_pct": rng.exponential(size=48) ** 2,
            }
        )
        effects = att_gt(panel, **names)
        p_values.append(permute_adoption(effects, rng=rng, draws=99).p_value)
    # Three Monte Carlo standard errors of a share.
    for level in (0.05, 0.2, 0.5):
        share = np.mean(np.array(p_values) <= level + 1e-9)
        assert share == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 300))


def test_an_effect_is_found_and_the_floor_is_said(waves, names):
    effects = att_gt(waves(np.random.default_rng(3)), **names)
    test = permute_adoption(effects, rng=np.random.default_rng(1), draws=999)
    assert test.p_value == test.p_floor == 0.001
    assert "terkecil yang mungkin" in str(test)
    assert "acak" in str(test)
    assert list(test.tidy()["p_floor"]) == [0.001]


def test_bad_requests(waves, names):
    panel = waves(np.random.default_rng(3))
    panel["x"] = np.repeat(np.random.default_rng(8).normal(size=54), 5)
    rng = np.random.default_rng(1)
    for options in ({"covariates": ["x"]}, {"cluster": "c"}):
        effects = att_gt(panel.assign(c=panel["kelurahan"].str[-1]), **names, **options)
        with pytest.raises(MethodError, match="tanpa kovariat, tanpa klaster"):
            permute_adoption(effects, rng=rng)
    with pytest.raises(MethodError, match="sedikitnya satu undian"):
        permute_adoption(att_gt(panel, **names), rng=rng, draws=0)
