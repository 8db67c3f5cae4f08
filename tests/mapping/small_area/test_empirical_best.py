from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy.stats import norm

from kajian.errors import MethodError
from kajian.mapping.small_area.empirical_best import empirical_best_poverty

AREAS, SAMPLED, LINE = 30, 27, -1.2


def register(rng, households=9000):
    """Households of 30 areas: covariates, areas and persons."""
    area = np.sort(rng.integers(0, AREAS, households))
    X = rng.normal(size=(households, 2)) + 0.3 * rng.normal(size=(AREAS, 2))[area]
    return pd.DataFrame(X, columns=["a", "b"]), area, rng.integers(1, 7, households)


def welfare(rng, X, area, deviation=0.2):
    effect = deviation * rng.normal(size=AREAS)
    return X.to_numpy() @ [0.4, -0.3] + effect[area] + 0.5 * rng.normal(size=area.size)


def drawn(rng, area, n=500):
    return rng.choice(np.flatnonzero(area < SAMPLED), n, replace=False)


@pytest.fixture(scope="module")
def one():
    """A register, a sample of it, and what was found."""
    rng = np.random.default_rng(1)
    X, area, size = register(rng)
    y = welfare(rng, X, area)
    s = drawn(rng, area)
    parts = {
        "log_welfare": y[s],
        "X": X.iloc[s],
        "area": area[s],
        "population": X,
        "population_area": area,
        "log_line": LINE,
        "size": size,
    }
    return parts, empirical_best_poverty(**parts)


def test_the_best_predictor_is_the_mean_over_what_the_sample_leaves_open(one):
    parts, found = one
    sigma, tau = np.sqrt(found.unit_variance), np.sqrt(found.area_variance)
    nodes, weights = hermegauss(20)
    beta = found.coefficients["estimate"].to_numpy()
    X, area = parts["population"].to_numpy(), parts["population_area"]
    residual = parts["log_welfare"] - beta[0] - parts["X"].to_numpy() @ beta[1:]
    for k in (3, AREAS - 1):
        inside = area == k
        own = residual[parts["area"] == k]
        gamma = tau**2 / (tau**2 + sigma**2 / own.size) if own.size else 0.0
        effects = (own.mean() * gamma if own.size else 0.0) + tau * np.sqrt(1 - gamma) * nodes
        mean = beta[0] + X[inside] @ beta[1:]
        poor = norm.cdf((LINE - mean[:, None] - effects) / sigma) @ weights / weights.sum()
        assert found.estimate[k] == pytest.approx(np.average(poor, weights=parts["size"][inside]))
        assert found.gamma[k] == pytest.approx(gamma)


def test_intervals_cover_errors_are_known_and_smaller_than_direct():
    rng = np.random.default_rng(3)
    X, area, size = register(rng)
    covered, unsampled, squared, said, direct = [], [], [], [], []
    for _ in range(60):
        y = welfare(rng, X, area)
        truth = np.bincount(area, size * (y < LINE)) / np.bincount(area, size)
        s = drawn(rng, area)
        found = empirical_best_poverty(y[s], X.iloc[s], area[s], X, area, LINE, size=size)
        inside = (found.conf_low <= truth) & (truth <= found.conf_high)
        covered.append(inside[:SAMPLED].mean())
        unsampled.append(inside[SAMPLED:].mean())
        squared.append(((found.estimate - truth)[:SAMPLED] ** 2).mean())
        said.append(found.mse[:SAMPLED].mean())
        alone = np.bincount(area[s], size[s] * (y[s] < LINE)) / np.bincount(area[s], size[s])
        direct.append(((alone - truth[:SAMPLED]) ** 2).mean())
    # The standard error of mean coverage is below 0.01 (of the unsampled, 0.02).
    assert 0.925 < np.mean(covered) < 0.98
    assert 0.88 < np.mean(unsampled) < 0.99
    # The flat prior on the variance between areas is on the careful side.
    assert 0.95 < np.mean(said) / np.mean(squared) < 1.25
    assert np.mean(squared) < 0.3 * np.mean(direct)


def test_order_of_rows_and_units_of_money_do_not_matter(one):
    parts, found = one
    rng = np.random.default_rng(0)
    s, p = rng.permutation(500), rng.permutation(9000)
    turned = empirical_best_poverty(
        parts["log_welfare"][s] + np.log(1000),
        parts["X"].iloc[s],
        parts["area"][s],
        parts["population"].iloc[p],
        parts["population_area"][p],
        LINE + np.log(1000),
        size=parts["size"][p],
    )
    assert turned.estimate == pytest.approx(found.estimate, rel=1e-7)
    assert turned.mse == pytest.approx(found.mse, rel=1e-7)


def test_a_household_twice_as_large_counts_like_two(one):
    parts, _ = one
    # Not so the error: who is poor among more households is less a matter of chance.
    twice = {
        "population": pd.concat([parts["population"]] * 2),
        "population_area": np.tile(parts["population_area"], 2),
        "size": None,
    }
    whole = empirical_best_poverty(**{**parts, "size": np.full(9000, 2)})
    split = empirical_best_poverty(**{**parts, **twice})
    assert split.estimate == pytest.approx(whole.estimate)
    assert (split.mse < whole.mse).all()


def test_the_survey_stands_beside_it(one):
    parts, found = one
    labels = range(AREAS)
    direct = pd.Series(0.1, labels[:SAMPLED])
    variance = pd.Series(0.01, labels[:SAMPLED])
    beside = empirical_best_poverty(**parts, direct=direct, direct_variance=variance)
    assert beside.gain[0] == pytest.approx(1 - found.rmse[0] / 0.1)
    assert np.isnan(beside.gain[SAMPLED:]).all()
    assert list(found.sampled) == [k < SAMPLED for k in labels]
    assert "daripada pendugaan langsung" in str(beside)
    assert "daripada pendugaan langsung" not in str(found)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"log_line": -np.inf}, "garis kemiskinan -inf bukan angka"),
        ({"level": 0}, "level 0"),
        ({"size": np.ones(3)}, "tidak sama panjang"),
        ({"size": np.zeros(9000)}, "9000 rumah tangga register .*tanpa anggota"),
        ({"population": pd.DataFrame({"a": np.zeros(9000)})}, "tidak memuat kovariat b"),
        ({"population_area": np.full(9000, 5)}, "wilayah sampel tidak ada"),
        ({"log_welfare": np.full(500, np.nan)}, "500 unit sampel tanpa nilai"),
    ],
)
def test_bad_input_is_named(one, bad, message):
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan: "):
        empirical_best_poverty(**{**one[0], **bad})
