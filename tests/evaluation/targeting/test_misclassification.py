"""Correction for measured eligibility against a simulated truth."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.evaluation.targeting.misclassification import misclassification_bounds
from kajian.evaluation.targeting.targeting import targeting


def measure(rng, eligible, sensitivity, specificity):
    luck = rng.random(eligible.size)
    return np.where(eligible, luck < sensitivity, luck > specificity)


@pytest.fixture(scope="module")
def measured_register():
    rng = np.random.default_rng(4)
    eligible = rng.random(100_000) < 0.2
    received = rng.random(eligible.size) < np.where(eligible, 0.6, 0.08)
    return eligible, received, measure(rng, eligible, 0.85, 0.95)


def test_known_rates_recover_the_truth(measured_register):
    eligible, received, measured = measured_register
    truth = targeting(eligible, received, sampling=False)
    found = misclassification_bounds(
        measured, received, sensitivity=0.85, specificity=0.95, sampling=False
    ).table.set_index("term")
    for term, row in found.iterrows():
        true = truth.measure(term)["estimate"]
        # 100,000 households: the luck of the measurement moves a share by less than 0.01.
        assert row["low"] == row["high"] == pytest.approx(true, abs=0.01)
    assert abs(found.loc["leakage", "measured"] - found.loc["leakage", "low"]) > 0.05
    assert found[["conf_low", "conf_high"]].isna().all(axis=None)


def test_a_range_holds_every_pair_of_rates_inside_it(measured_register):
    _, received, measured = measured_register
    options = {"sampling": False}
    wide = misclassification_bounds(
        measured, received, sensitivity=(0.8, 0.95), specificity=(0.93, 0.98), **options
    )
    for sensitivity in (0.8, 0.95):
        for specificity in (0.93, 0.95, 0.98):
            inside = misclassification_bounds(
                measured, received, sensitivity=sensitivity, specificity=specificity, **options
            )
            assert (wide.table["low"] <= inside.table["low"] + 1e-12).all()
            assert (wide.table["high"] >= inside.table["high"] - 1e-12).all()
    assert "Anggapan" in str(wide)
    assert "Kebocoran" in str(wide)


def test_perfect_measurement_changes_nothing():
    rng = np.random.default_rng(6)
    eligible, received, w = rng.random(300) < 0.3, rng.random(300) < 0.3, rng.uniform(1, 3, 300)
    plain = targeting(eligible, received, weights=w)
    found = misclassification_bounds(eligible, received, w, sensitivity=1, specificity=1).tidy()
    for row in found.itertuples():
        other = plain.measure(row.term)
        assert row.measured == row.low == row.high == other["estimate"]
        assert (row.conf_low, row.conf_high) == (other["conf_low"], other["conf_high"])


def test_intervals_of_the_correction_hold_the_truth():
    rng = np.random.default_rng(9)
    draws = 100
    held = 0
    for _ in range(draws):
        cluster = np.repeat(np.arange(40), 15)
        rate = np.clip(0.25 + 0.1 * rng.normal(size=40), 0.02, 0.9)[cluster]
        eligible = rng.random(cluster.size) < rate
        received = rng.random(cluster.size) < np.where(eligible, 0.6, 0.1)
        measured = measure(rng, eligible, 0.9, 0.95)
        found = misclassification_bounds(
            measured, received, sensitivity=0.9, specificity=0.95, cluster=cluster
        ).table.set_index("term")
        held += found.loc["coverage", "conf_low"] <= 0.6 <= found.loc["coverage", "conf_high"]
    # Nominal 0.95, Monte Carlo error 0.022, three of them either way.
    assert abs(held / draws - 0.95) < 0.066


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ({"sensitivity": 0.5, "specificity": 0.5}, "berjumlah 1 atau kurang"),
        ({"sensitivity": 1.2, "specificity": 0.9}, "sensitivity 1.2"),
        ({"sensitivity": (0.9, 0.8), "specificity": 0.9}, "rentang naik"),
        ({"sensitivity": 0.6, "specificity": 0.95}, "di antara penerima tidak mungkin"),
        ({"sensitivity": 0.9, "specificity": 0.85}, "di antara bukan penerima tidak mungkin"),
    ],
)
def test_rates_that_cannot_be(rates, message):
    eligible = np.repeat([True, False], 50)
    received = np.r_[np.ones(45), np.zeros(5), np.ones(15), np.zeros(35)]
    with pytest.raises(MethodError, match=message) as caught:
        misclassification_bounds(eligible, received, **rates)
    assert "Perbaikan: " in str(caught.value)
