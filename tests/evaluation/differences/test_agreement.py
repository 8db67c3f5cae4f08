"""The same numbers from two other implementations, on published and on simulated data."""

from __future__ import annotations

import numpy as np
import pytest
from causaldata import castle
from diff_diff import BaconDecomposition, CallawaySantAnna
from moderndid import aggte
from moderndid import att_gt as moderndid_att_gt

from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.decomposition import decompose
from kajian.evaluation.differences.panel import cohort_from_treatment
from kajian.evaluation.differences.staggered import att_gt
from kajian.evaluation.differences.twfe import twfe

pytestmark = pytest.mark.filterwarnings("ignore")

METHODS = [((), "or"), (("x",), "or"), (("x",), "dr")]
EXACT = {"rtol": 1e-8, "atol": 1e-10}
"""All solve the same small problems: only rounding and the logit's convergence differ."""


@pytest.fixture
def simulated(waves, names):
    table = waves(np.random.default_rng(4))
    table["x"] = np.repeat(np.random.default_rng(5).normal(size=54), 5)
    table["kelurahan"] = table["kelurahan"].str[-3:].astype(int)  # moderndid wants numbers
    return table, names


@pytest.fixture
def employment(mpdta, county):
    return mpdta[0].rename(columns={"lpop": "x"}), county


@pytest.fixture(params=["simulated", "employment"])
def case(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("control", ["never", "not_yet"])
@pytest.mark.parametrize(("covariates", "method"), METHODS)
def test_moderndid(case, control, covariates, method):
    table, names = case
    ours = att_gt(
        table, **names, control=control, covariates=covariates, method=method, inference="large"
    )
    theirs = moderndid_att_gt(
        table.assign(first=table[names["cohort"]].fillna(0)),
        yname=names["outcome"],
        tname=names["time"],
        idname=names["unit"],
        gname="first",
        xformla="~x" if covariates else None,
        control_group={"never": "nevertreated", "not_yet": "notyettreated"}[control],
        est_method={"dr": "dr", "or": "reg"}[method],
    )
    np.testing.assert_array_equal(ours.cohorts, theirs.groups)
    np.testing.assert_array_equal(ours.times, theirs.times)
    np.testing.assert_allclose(ours.estimates, theirs.att_gt, **EXACT)
    np.testing.assert_allclose(ours.std_errors, theirs.se_gt, **EXACT)
    for kind in ("simple", "dynamic", "group", "calendar"):
        average, other = aggregate(ours, kind), aggte(theirs, type=kind)
        assert average.overall == pytest.approx(other.overall_att, rel=1e-8)
        assert average.overall_std_error == pytest.approx(other.overall_se, rel=1e-8)
        if kind != "simple":
            np.testing.assert_allclose(average.estimates, other.att_by_event, **EXACT)
            np.testing.assert_allclose(average.std_errors, other.se_by_event, **EXACT)


@pytest.mark.parametrize(("covariates", "method"), METHODS)
def test_diff_diff(case, covariates, method):
    table, names = case
    ours = att_gt(
        table,
        **names,
        control="not_yet",
        base_period="universal",
        covariates=covariates,
        method=method,
        inference="large",
    )
    theirs = CallawaySantAnna(
        control_group="not_yet_treated",
        estimation_method={"or": "reg"}.get(method, method),
        base_period="universal",
    ).fit(
        table.assign(first=table[names["cohort"]].fillna(0)),
        outcome=names["outcome"],
        unit=names["unit"],
        time=names["time"],
        first_treat="first",
        covariates=list(covariates) or None,
    )
    cells = [theirs.group_time_effects[g, t] for g, t in zip(ours.cohorts, ours.times, strict=True)]
    # Its logit stops at a looser tolerance.
    close = {"rtol": 1e-3, "atol": 1e-3} if method == "dr" else EXACT
    np.testing.assert_allclose(ours.estimates, [cell["effect"] for cell in cells], **close)
    np.testing.assert_allclose(ours.std_errors, [cell["se"] for cell in cells], **close)


def bacon_of(table, names):
    return BaconDecomposition().fit(
        table.assign(first=table[names["cohort"]].fillna(0)),
        outcome=names["outcome"],
        unit=names["unit"],
        time=names["time"],
        first_treat="first",
    )


def compare(ours, theirs):
    assert ours.estimate == pytest.approx(theirs.twfe_estimate, rel=1e-8)
    for kind, name in (
        ("treated_never", "treated_vs_never"),
        ("earlier_later", "earlier_vs_later"),
        ("later_earlier", "later_vs_earlier"),
    ):
        weight, estimate = ours.kinds.loc[kind, ["weight", "estimate"]]
        assert weight == pytest.approx(getattr(theirs, f"total_weight_{name}"), rel=1e-8)
        assert estimate == pytest.approx(getattr(theirs, f"weighted_avg_{name}"), rel=1e-8)


def test_bacon(case):
    table, names = case
    compare(decompose(twfe(table, **names)), bacon_of(table, names))


def test_bacon_of_the_castle_doctrine():
    # Homicides in 50 states, 21 with the law (Cheng & Hoekstra 2013), as causaldata ships them.
    table = castle.load_pandas().data
    table["g"] = cohort_from_treatment(table, unit="sid", time="year", treated="post")
    names = {"outcome": "l_homicide", "unit": "sid", "time": "year", "cohort": "g"}
    compare(decompose(twfe(table, **names)), bacon_of(table, names))
