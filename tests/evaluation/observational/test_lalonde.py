"""LaLonde (1986): an experiment, and a survey in place of its controls."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.observational.doubly_robust import aipw
from kajian.evaluation.observational.matching import matching
from kajian.evaluation.observational.weighting import ipw

BEFORE = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]
FORMULA = " + ".join([*BEFORE, "I(age**2)"])


@pytest.fixture
def tables(published):
    (experiment, survey), figures, tol = published("lalonde_nsw")
    trained = experiment[experiment["treat"] == 1]
    both = pd.concat([trained, survey], ignore_index=True)
    numbers = [
        table.select_dtypes("number")
        .astype(float)
        .assign(u74=lambda t: 1.0 * (t["re74"] == 0), u75=lambda t: 1.0 * (t["re75"] == 0))
        for table in (experiment, both)
    ]
    return *numbers, figures, tol


def test_the_experiment_and_the_naive_comparison(tables):
    experiment, both, figures, tol = tables
    for table, name in ((experiment, "nsw"), (both, "cps")):
        plain = table.groupby("treat")["re78"].mean().diff().iloc[-1]
        assert plain == pytest.approx(figures[name], abs=tol)


@pytest.mark.parametrize(
    "method",
    [
        lambda t: ipw(t, "re78", "treat", FORMULA, estimand="ATT"),
        lambda t: aipw(t, "re78", "treat", FORMULA, estimand="ATT"),
        lambda t: matching(t, "re78", "treat", BEFORE),
        lambda t: matching(t, "re78", "treat", BEFORE, neighbours=4, bias_adjust=True),
        lambda t: matching(t, "re78", "treat", FORMULA, metric="propensity"),
    ],
    ids=["ipw", "aipw", "mahalanobis", "bias adjusted", "propensity"],
)
def test_adjusting_goes_most_of_the_way_back(tables, method):
    _, both, figures, _ = tables
    found = method(both)
    # From -8498 to within one standard error of the experiment (633) of its 1794.
    assert abs(found.estimate - figures["nsw"]) < figures["nsw_se"]
    assert found.conf_low < figures["nsw"] < found.conf_high
    assert found.max_smd_after < 0.15 < 2 < found.max_smd_before
    assert found.effective_control < 400 < 15_992


def test_matching_on_age_within_the_experiment(tables):
    # Imbens' log of his `match` for Stata (2004, lalonde_exper): SATE 1785.191 with one match.
    experiment, *_ = tables
    found = matching(experiment, "re78", "treat", ["age"], estimand="ATE")
    assert found.estimate == pytest.approx(1785.191, abs=0.001)


def test_the_average_for_everybody_has_no_comparison(tables):
    _, both, *_ = tables
    with pytest.raises(MethodError, match=r"hampir 0 atau 1.*duga ATT saja"):
        ipw(both, "re78", "treat", FORMULA)
    # Trimmed as Crump and others advise, neither black nor Hispanic men are left without a trainee.
    with pytest.raises(MethodError, match="terutama lewat black, hisp"):
        ipw(both, "re78", "treat", FORMULA, trim="crump")
