"""A difference between two parts of a population keeps what the parts have in common."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.mapping.survey.contrast import ratio_contrast
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_ratio


def survey(rng: np.random.Generator, clusters: int = 40, size: int = 10, shared: float = 0.5):
    cluster = np.repeat(np.arange(clusters), size)
    design = SurveyDesign(cluster % 4, cluster, rng.uniform(1, 3, cluster.size))
    common = rng.normal(0, shared, clusters)[cluster]
    inside = rng.random(cluster.size) < 0.5
    y = (rng.normal(0, 1, cluster.size) + common + 0.5 * inside > 0).astype(float)
    return y, np.ones_like(y), design, inside


def test_parts_in_strata_of_their_own_are_independent() -> None:
    y, x, design, _ = survey(np.random.default_rng(1))
    inside = np.asarray(design.strata) < 2
    found = ratio_contrast(y, x, design, inside)
    apart = domain_ratio(y, x, design, inside, domains=[True, False])
    assert found.estimate == pytest.approx(apart.estimate[0] - apart.estimate[1])
    # Variances add where the parts share no cluster.
    assert found.std_error**2 == pytest.approx((apart.std_error**2).sum())


def test_parts_that_share_clusters_are_compared_within_them() -> None:
    y, x, design, inside = survey(np.random.default_rng(2), shared=2.0)
    found = ratio_contrast(y, x, design, inside)
    apart = domain_ratio(y, x, design, inside, domains=[True, False])
    assert found.std_error < 0.8 * np.sqrt((apart.std_error**2).sum())


def test_turning_the_group_turns_the_sign() -> None:
    y, x, design, inside = survey(np.random.default_rng(3))
    one, other = (ratio_contrast(y, x, design, part) for part in (inside, ~inside))
    assert one.estimate == pytest.approx(-other.estimate)
    assert one.std_error == pytest.approx(other.std_error)


def test_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(4)
    everyone = survey(rng, clusters=20_000)
    truth = everyone[0][everyone[3]].mean() - everyone[0][~everyone[3]].mean()
    held = []
    for _ in range(400):
        found = ratio_contrast(*survey(rng))
        held.append(found.conf_low <= truth <= found.conf_high)
    assert 0.915 <= np.mean(held) <= 0.98  # 95 percent, three standard errors of 400 draws


@pytest.mark.parametrize("group", [[True, False], np.ones(400), np.ones(400, dtype=bool)])
def test_a_group_that_divides_nothing_is_refused(group) -> None:
    y, x, design, _ = survey(np.random.default_rng(5))
    with pytest.raises(MethodError, match=r"Kelompok berbentuk|di luar kelompok nol"):
        ratio_contrast(y, x, design, group)
