"""Lee bounds against hand-trimmed means and a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.experiment.lee_bounds import lee_bounds


def run(data, seed=0, draws=199, **names):
    names = {"arm": "d", "control": 0, **names}
    return lee_bounds(data, "y", rng=np.random.default_rng(seed), draws=draws, **names)


def monotone(rng, n=600):
    """Treatment keeps some that control would lose; the effect on the always observed is 1."""
    d = rng.permutation(np.repeat([0, 1], n // 2))
    taste, y = rng.normal(size=(2, n))
    always, helped = taste > -0.5, taste > -0.9
    y = y + 0.7 * taste + d
    return pd.DataFrame({"d": d, "y": np.where(np.where(d == 1, helped, always), y, np.nan)})


def test_trimmed_means_by_hand():
    treated, control = [1.0, 2, 3, 4, 5, 6, 7, 8], [2.0, 4, 6, 8]
    rows = [(1, y) for y in treated] + [(0, y) for y in control] + [(0, np.nan)] * 4
    result = run(pd.DataFrame(rows, columns=["d", "y"]))
    # All treated are observed and half of control: half of the treated go, at one end each.
    assert result.lower == pytest.approx(np.mean([1, 2, 3, 4]) - 5)
    assert result.upper == pytest.approx(np.mean([5, 6, 7, 8]) - 5)
    assert (result.trimmed_pct, result.trimmed_arm) == (50, 1)
    # 4 of 5 observed against 2 of 4: trim 3/8 of four rows, one and a half rows.
    rows = [(1, y) for y in (1.0, 2, 3, 4)] + [(1, np.nan), (0, 2.0), (0, 4.0)] + [(0, np.nan)] * 2
    result = run(pd.DataFrame(rows, columns=["d", "y"]), draws=99)
    assert result.lower == pytest.approx((1 + 2 + 0.5 * 3) / 2.5 - 3)
    assert result.upper == pytest.approx((0.5 * 2 + 3 + 4) / 2.5 - 3)


def test_the_arm_that_lost_fewer_is_trimmed_also_when_it_is_control():
    data = monotone(np.random.default_rng(1))
    straight, swapped = run(data), run(data.assign(d=1 - data["d"]))
    assert (straight.trimmed_arm, swapped.trimmed_arm) == (1, 0)
    assert swapped.lower == pytest.approx(-straight.upper)
    assert swapped.upper == pytest.approx(-straight.lower)


def test_without_attrition_the_bounds_are_the_difference():
    rng = np.random.default_rng(2)
    d = np.repeat([0, 1], 50)
    data = pd.DataFrame({"d": d, "y": rng.normal(size=100) + d})
    result = run(data, draws=1_999)
    means = data.groupby("d")["y"].mean()
    assert result.lower == pytest.approx(result.upper)
    assert result.lower == pytest.approx(means[1] - means[0])
    error = np.sqrt((data.groupby("d")["y"].var() / 50).sum())
    # A bootstrap of 1,999 draws knows a standard error to about 1.6 per cent.
    assert result.lower_se == pytest.approx(error, rel=0.06)
    assert result.conf_high - result.lower == pytest.approx(1.96 * result.upper_se, rel=1e-3)


def test_strata_are_weighted_back():
    # Within each stratum the difference is 1; pooling unequal shares would say otherwise.
    rows = []
    for stratum, level, treated, control in ((0, 0.0, 10, 30), (1, 10.0, 30, 10)):
        rows += [(stratum, 1, level + 1 + k % 2) for k in range(treated)]
        rows += [(stratum, 0, level + k % 2) for k in range(control)]
    data = pd.DataFrame(rows, columns=["strata", "d", "y"])
    assert run(data, strata="strata").lower == pytest.approx(1)
    assert run(data).lower == pytest.approx(6)


def test_the_interval_covers_the_effect():
    rng = np.random.default_rng(3)
    results = [run(monotone(rng), seed=k) for k in range(120)]
    covered = np.mean([one.conf_low <= 1 <= one.conf_high for one in results])
    # Nominal 0.95 at the ends of the set, more inside it; two Monte Carlo errors below.
    assert covered >= 0.91
    assert np.mean([one.lower <= 1 <= one.upper for one in results]) > 0.6


def test_clusters_widen_the_errors_and_row_order_does_not_matter():
    rng = np.random.default_rng(4)
    data = monotone(rng)
    data["desa"] = (np.arange(len(data)) % 15) * 2 + data["d"]
    data["y"] += rng.normal(size=30)[data["desa"]]
    by_row, by_village = run(data), run(data, cluster="desa")
    assert by_village.lower == by_row.lower
    assert by_village.lower_se > 1.5 * by_row.lower_se
    shuffled = run(data.sample(frac=1, random_state=0), cluster="desa")
    pd.testing.assert_frame_equal(shuffled.tidy(), by_village.tidy())
    assert "dipangkas dari lengan 1" in str(by_row)


@pytest.mark.parametrize(
    ("change", "names", "said"),
    [
        (lambda t: t.assign(d=np.arange(len(t)) % 3), {}, "membandingkan dua lengan"),
        (lambda t: t.assign(y=t["y"].where(t["d"] == 0)), {}, "kosong untuk seluruh lengan 1"),
        (lambda t: t, {"draws": 20}, "sedikitnya 99 undian"),
        (lambda t: t, {"level": 1.0}, "di antara 0 dan 1"),
        (lambda t: t.assign(y=2.0), {}, "Galat baku batas y"),
        (
            lambda t: t.sort_values("d").assign(strata=np.arange(len(t)) % 300),
            {"strata": "strata"},
            "satu unit undian per lengan",
        ),
    ],
)
def test_bad_input_is_named(change, names, said):
    with pytest.raises(MethodError, match=said):
        run(change(monotone(np.random.default_rng(5))), **names)
