"""The smallest design, against tables of Cohen and against one unit fewer."""

from __future__ import annotations

import pytest

from kajian.errors import MethodError
from kajian.evaluation.design.mde import mde_clusters, mde_individual
from kajian.evaluation.design.sample_size import sample_size


@pytest.mark.parametrize(("effect", "published"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_cohens_groups(effect, published):
    # Cohen (1988): rows per group for 80 per cent power, two-sided 5 per cent. His table gives 393
    # for a small effect; the noncentral t needs 393.4, hence 394 whole rows.
    assert sample_size(effect, 1.0).units_control == published


def test_one_unit_fewer_is_too_few():
    rows = sample_size(3.0, 10.0, ratio=0.5, r2=0.3)
    assert rows.units_treated == -(-rows.units_control // 2)
    assert rows.effect <= 3.0
    fewer = rows.units_control - 1
    assert mde_individual(-(-fewer // 2), fewer, 10.0, r2=0.3).effect > 3.0
    design = {"icc": 0.1, "sd": 1.0, "cv": 0.3, "r2_between": 0.4}
    clusters = sample_size(0.3, 1.0, cluster_size=15, icc=0.1, cv=0.3, r2_between=0.4)
    g = clusters.units_control
    assert clusters.effect <= 0.3 < mde_clusters(g - 1, g - 1, 15, **design).effect


def test_a_large_effect_needs_the_smallest_design():
    assert sample_size(100.0, 1.0).units_control == 2


def test_impossible_wishes_are_named():
    with pytest.raises(MethodError, match="Dampak 0 atau nisbah 1 tidak positif"):
        sample_size(0.0, 1.0)
    with pytest.raises(MethodError, match="lebih dari 10000000 unit"):
        sample_size(1e-6, 1.0)
    with pytest.raises(MethodError, match="simpangan baku -1"):
        sample_size(1.0, -1.0)
