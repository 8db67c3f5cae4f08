from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.staggered import att_gt

# csdid (Stata) with lpop, method(dripw): see test_staggered.
CSDID = {
    "simple": {"simple": (-0.0417518, 0.0115028)},
    "calendar": {
        2004: (-0.0145297, 0.0221292),
        2005: (-0.0764219, 0.0286713),
        2006: (-0.0461757, 0.0212107),
        2007: (-0.0395822, 0.0129299),
    },
    "group": {
        2004: (-0.0845759, 0.0245649),
        2006: (-0.0201666, 0.0174696),
        2007: (-0.0287814, 0.016239),
    },
    "dynamic": {
        -3: (0.0267278, 0.0140657),
        -2: (-0.0036165, 0.0129283),
        -1: (-0.023244, 0.0144851),
        0: (-0.0210604, 0.0114942),
        1: (-0.0530032, 0.0163465),
        2: (-0.1404483, 0.0353782),
        3: (-0.1069039, 0.0328865),
    },
}


def test_published_averages(mpdta, county):
    table, figures, tol = mpdta
    effects = att_gt(table, **county)
    dynamic = aggregate(effects, "dynamic").tidy().set_index("term")["estimate"]
    for e in range(4):
        assert dynamic[e] == pytest.approx(figures[f"e{e}"], abs=tol)
    for kind, name in (("simple", "simple"), ("dynamic", "dyn"), ("group", "group")):
        assert aggregate(effects, kind).overall == pytest.approx(figures[name], abs=tol)


@pytest.mark.parametrize("kind", CSDID)
def test_published_averages_with_covariates(mpdta, county, kind):
    table, _, _ = mpdta
    effects = att_gt(table, **county, covariates=["lpop"], inference="large")
    rows = aggregate(effects, kind).tidy().set_index("term")
    for term, figures in CSDID[kind].items():
        # csdid prints seven decimals.
        np.testing.assert_allclose(rows.loc[term, ["estimate", "std_error"]], figures, atol=6e-8)


def test_averages_by_hand(waves, names):
    effects = att_gt(waves(np.random.default_rng(1), sizes=(6, 9, 12)), **names)
    cells = effects.tidy().query("time >= cohort").assign(e=lambda t: t["time"] - t["cohort"])
    weighted = cells["estimate"] * cells["n_treated"]
    simple = aggregate(effects, "simple")
    assert simple.overall == pytest.approx(weighted.sum() / cells["n_treated"].sum(), rel=1e-12)
    assert list(simple.tidy()["term"]) == ["simple"]
    dynamic = aggregate(effects, "dynamic")
    by_e = weighted.groupby(cells["e"]).sum() / cells.groupby("e")["n_treated"].sum()
    np.testing.assert_allclose(dynamic.estimates[dynamic.terms >= 0], by_e, rtol=1e-12)
    assert dynamic.overall == pytest.approx(by_e.mean(), rel=1e-12)
    assert list(dynamic.n_treated[dynamic.terms >= 0]) == [27, 27, 15, 6]
    group = aggregate(effects, "group")
    by_g = cells.groupby("cohort")["estimate"].mean()
    assert group.overall == pytest.approx(by_g @ [6, 9, 12] / 27, rel=1e-12)
    calendar = aggregate(effects, "calendar")
    assert calendar.overall == pytest.approx(calendar.estimates.mean(), rel=1e-12)
    assert str(calendar).count("\n") == 5


def test_weights_of_cohorts_add_to_the_variance_only_when_they_are_estimates(waves, names):
    # Delete-one jackknife: dropping units changes cohort sizes, as drawing units again would.
    panel = waves(np.random.default_rng(2), sizes=(8, 9, 12))
    large = aggregate(att_gt(panel, **names, inference="large"), "simple")
    units = panel["kelurahan"].unique()
    without = np.array(
        [
            aggregate(att_gt(panel[panel["kelurahan"] != unit], **names), "simple").overall
            for unit in units
        ]
    )
    jackknife = np.sqrt(((without - without.mean()) ** 2).sum() * (len(units) - 1) / len(units))
    # Infinitesimal and delete-one jackknife differ by about 1 / (cohort size).
    assert large.overall_std_error == pytest.approx(jackknife, rel=0.1)
    small = aggregate(att_gt(panel, **names), "simple")
    assert small.overall_std_error < 0.95 * large.overall_std_error


def test_balance_keeps_the_same_cohorts(waves, names):
    effects = att_gt(waves(np.random.default_rng(1)), **names, base_period="universal")
    balanced = aggregate(effects, "dynamic", balance=2)
    assert list(balanced.terms) == [-2, 0, 1, 2]
    assert list(balanced.n_treated[1:]) == [20, 20, 20]


def test_bands_hold_together_and_are_wider(waves, names):
    average = aggregate(att_gt(waves(np.random.default_rng(1)), **names), "dynamic")
    rows = average.tidy().iloc[:-1]
    for weights in ("mammen", "rademacher"):
        bands = average.bands(rng=np.random.default_rng(2), weights=weights)
        assert (bands["conf_low"] < rows["conf_low"]).all()
        assert (bands["conf_high"] > rows["conf_high"]).all()
    again = average.bands(rng=np.random.default_rng(2), weights="rademacher")
    np.testing.assert_array_equal(bands, again)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("event", {}, "Rata-rata 'event'"),
        ("simple", {"balance": 1}, "hanya untuk 'dynamic'"),
        ("dynamic", {"balance": 9}, "kecilkan balance"),
    ],
)
def test_bad_requests(waves, names, kind, options, message):
    effects = att_gt(waves(np.random.default_rng(1)), **names)
    with pytest.raises(MethodError, match=message):
        aggregate(effects, kind, **options)
    with pytest.raises(MethodError, match="Bobot 'webb'"):
        aggregate(effects, "dynamic").bands(rng=np.random.default_rng(1), weights="webb")
