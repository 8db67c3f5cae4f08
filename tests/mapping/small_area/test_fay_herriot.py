from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.small_area.fay_herriot import fay_herriot
from kajian.mapping.small_area.result import precision_label

# Expenditure on milk in 43 areas, their standard deviations and major areas: You and Chapman
# (2006), data milk of the R package sae.
MILK = pd.DataFrame(
    {
        "direct": [
            *(1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615),
            *(1.460, 1.338, 0.854, 1.176, 1.111, 1.257, 1.430, 1.278, 1.292, 1.002, 1.183),
            *(1.044, 1.267, 1.193, 0.791, 0.795, 0.759, 0.796, 0.565, 0.886, 0.952, 0.807),
            *(0.582, 0.684, 0.787, 0.440, 0.759, 0.770, 0.800, 0.756, 0.865, 0.640),
        ],
        "error": [
            *(0.163, 0.080, 0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.100),
            *(0.201, 0.148, 0.143, 0.149, 0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247),
            *(0.140, 0.171, 0.106, 0.121, 0.121, 0.259, 0.106, 0.089, 0.225, 0.205, 0.119),
            *(0.067, 0.106, 0.126, 0.092, 0.132, 0.100, 0.113, 0.083, 0.121, 0.129),
        ],
        "major": np.repeat([1, 2, 3, 4], [7, 7, 11, 18]),
    }
)
MILK_X = pd.get_dummies(MILK["major"], prefix="major", drop_first=True, dtype=float)
# R package sae, mseFH(..., method = "REML").
MILK_MSE = [
    *(0.013460220, 0.005372876, 0.005701990, 0.008541740, 0.009579594, 0.011670632, 0.015926137),
    *(0.010586518, 0.014184043, 0.014901472, 0.007694262, 0.016336469, 0.012562726, 0.012117378),
]


def world(rng, m=60, area_variance=0.5, spread=4.0):
    """True values of areas, direct estimates, their variances, and covariates."""
    X = rng.normal(size=(m, 2))
    variance = np.exp(rng.uniform(-1, 1, m) * np.log(spread) / 2)
    truth = 1 + X @ [1.0, -0.5] + np.sqrt(area_variance) * rng.normal(size=m)
    return truth, truth + np.sqrt(variance) * rng.normal(size=m), variance, X


def restricted_loglik(s2, y, d, X):
    """Of the model, from whole matrices; X has the constant."""
    V = np.diag(s2 + d)
    W = np.linalg.inv(V)
    XWX = X.T @ W @ X
    P = W - W @ X @ np.linalg.solve(XWX, X.T @ W)
    logdets = np.linalg.slogdet(V)[1] + np.linalg.slogdet(XWX)[1]
    return -0.5 * (logdets + y @ P @ y)


# --- published figures ------------------------------------------------------------------------


def test_milk_as_in_r_sae():
    found = fay_herriot(MILK["direct"], MILK["error"] ** 2, MILK_X)
    # sae stops iterating at 1e-4, which leaves its variance off by 1.1e-7.
    beta = [0.968189, 0.1327801, 0.2269462, -0.2413011]
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(beta, abs=2e-6)
    errors = [0.06936208, 0.10300072, 0.09232981, 0.08161707]
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors, abs=2e-6)
    assert found.area_variance == pytest.approx(0.01855022, abs=2e-6)
    assert found.estimate[:2] == pytest.approx([1.0219703, 1.0476018], abs=2e-6)
    assert found.estimate[-1] == pytest.approx(0.6810870, abs=2e-6)
    assert found.mse[:14] == pytest.approx(MILK_MSE, abs=2e-7)
    assert list(found.coefficients["term"]) == ["konstanta", "major_2", "major_3", "major_4"]


# --- independent formulas ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("area_variance", "spread"), [(0.5, 4.0), (0.05, 4.0), (0.2, 1e6)])
def test_no_variance_is_more_likely_than_the_one_found(seed, area_variance, spread):
    _, y, d, X = world(np.random.default_rng(seed), 25, area_variance, spread)
    found = fay_herriot(y, d, X)
    X = np.column_stack([np.ones(25), X])
    best = restricted_loglik(found.area_variance, y, d, X)
    others = [0.0, *np.geomspace(1e-6, 1e4, 400)]
    assert max(restricted_loglik(s2, y, d, X) for s2 in others) <= best + 1e-9


def test_estimate_and_error_from_whole_matrices():
    _, y, d, X = world(np.random.default_rng(1), 20, 1.0)
    y[3] = d[3] = np.nan
    found = fay_herriot(y, d, X)
    X, s2 = np.column_stack([np.ones(20), X]), found.area_variance
    seen = np.arange(20) != 3
    V = np.diag(s2 + d[seen])
    covariance = np.linalg.inv(X[seen].T @ np.linalg.inv(V) @ X[seen])
    beta = covariance @ X[seen].T @ np.linalg.inv(V) @ y[seen]
    assert found.synthetic == pytest.approx(X @ beta)
    effect = s2 * np.linalg.inv(V) @ (y[seen] - X[seen] @ beta)
    assert found.estimate[seen] == pytest.approx(X[seen] @ beta + effect)
    assert found.estimate[3] == pytest.approx(X[3] @ beta)
    assert found.mse[3] == pytest.approx(s2 + X[3] @ covariance @ X[3])
    g = s2 / (s2 + d[0])
    g3 = (1 - g) ** 2 / (s2 + d[0]) * 2 / np.trace(np.linalg.inv(V) @ np.linalg.inv(V))
    expected = g * d[0] + (1 - g) ** 2 * X[0] @ covariance @ X[0] + 2 * g3
    assert found.mse[0] == pytest.approx(expected)


# --- simulated truth --------------------------------------------------------------------------


@pytest.mark.parametrize(("m", "area_variance"), [(60, 1.0), (150, 0.2)])
def test_intervals_cover_errors_are_known_and_smaller_than_direct(m, area_variance):
    rng = np.random.default_rng(5)
    covered, squared, said, direct, unsampled = [], [], [], [], []
    for _ in range(80):
        truth, y, d, X = world(rng, m, area_variance)
        direct.append(((y - truth) ** 2).mean())
        y[:5] = d[:5] = np.nan
        found = fay_herriot(y, d, X)
        inside = (found.conf_low <= truth) & (truth <= found.conf_high)
        covered.append(inside[5:].mean())
        unsampled.append(inside[:5].mean())
        squared.append(((found.estimate - truth) ** 2).mean())
        said.append(found.mse.mean())
    # Samples differ: the standard error of mean coverage is below 0.01 (of the unsampled, 0.02).
    assert 0.925 < np.mean(covered) < 0.975
    assert 0.90 < np.mean(unsampled) < 0.98
    # Where areas hardly differ, a variance that cannot be negative comes out too large on average.
    assert 0.92 < np.mean(said) / np.mean(squared) < (1.08 if area_variance == 1.0 else 1.25)
    assert np.mean(squared) < (0.75 if area_variance == 1.0 else 0.3) * np.mean(direct)


def test_intervals_hold_where_the_variance_between_areas_came_out_as_zero():
    rng = np.random.default_rng(8)
    naive, covered = [], []
    while len(covered) < 15:
        truth, y, d, X = world(rng, 60, 0.2)
        found = fay_herriot(y, d, X)
        if found.on_boundary:
            distance = np.abs(found.estimate - truth)
            naive.append((distance <= 1.96 * found.rmse).mean())
            covered.append((distance <= found.conf_high - found.estimate).mean())
    assert np.mean(naive) < 0.85 < 0.9 < np.mean(covered)


def test_the_coefficients_are_found():
    rng = np.random.default_rng(2)
    _, y, d, X = world(rng, 4000, 0.5)
    found = fay_herriot(y, d, X).coefficients
    # Four standard errors.
    assert (np.abs(found["estimate"] - [1.0, 1.0, -0.5]) < 4 * found["std_error"]).all()
    assert found["std_error"].to_numpy() == pytest.approx(np.sqrt(1.6 / 4000), rel=0.1)


# --- behaviour --------------------------------------------------------------------------------


def test_areas_alike_but_for_chance_get_the_synthetic_estimate():
    direct = np.tile([0.9, 1.0, 1.1], 10)
    found = fay_herriot(direct, np.ones(30), np.arange(30.0))
    assert found.on_boundary
    assert (found.gamma == 0).all()
    assert found.estimate == pytest.approx(found.synthetic)
    assert found.rmse.min() > 0
    assert "diduga nol" in str(found)


def test_certain_areas_keep_their_own_and_uncertain_ones_borrow():
    _, y, d, X = world(np.random.default_rng(3), 40)
    d[0], d[1] = 1e-9, 1e9
    found = fay_herriot(y, d, X)
    assert found.estimate[0] == pytest.approx(y[0], abs=1e-6)
    assert found.estimate[1] == pytest.approx(found.synthetic[1], abs=1e-6)
    assert found.gain[1] > 0.99
    assert found.gain[0] == pytest.approx(0, abs=1e-4)


def test_row_order_does_not_matter():
    _, y, d, X = world(np.random.default_rng(4))
    order = np.random.default_rng(0).permutation(y.size)
    whole, turned = fay_herriot(y, d, X), fay_herriot(y[order], d[order], X[order])
    assert turned.estimate == pytest.approx(whole.estimate[order], rel=1e-9)
    assert turned.mse == pytest.approx(whole.mse[order], rel=1e-9)
    assert turned.interval_mse == pytest.approx(whole.interval_mse[order], rel=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_units_do_not_matter(factor):
    _, y, d, X = world(np.random.default_rng(4))
    plain = fay_herriot(y, d, X)
    scaled = fay_herriot(factor * y, factor**2 * d, X * [1e9, 1e-9] + [1e9, 0])
    assert scaled.estimate == pytest.approx(factor * plain.estimate, rel=1e-6)
    assert scaled.rmse == pytest.approx(factor * plain.rmse, rel=1e-6)
    assert scaled.conf_low == pytest.approx(factor * plain.conf_low, rel=1e-6)
    assert scaled.gamma == pytest.approx(plain.gamma, rel=1e-6)


def test_areas_without_sample_change_nothing_for_the_others():
    _, y, d, X = world(np.random.default_rng(4))
    more = fay_herriot([*y, np.nan], [*d, np.nan], np.vstack([X, [0.0, 0.0]]))
    alone = fay_herriot(y, d, X)
    assert more.estimate[:-1] == pytest.approx(alone.estimate, rel=1e-12)
    assert more.estimate[-1] == pytest.approx(alone.coefficients["estimate"][0])
    assert list(more.sampled[-2:]) == [True, False]
    assert np.isnan(more.gain[-1])


def test_shares_are_cut_off_at_zero_and_one():
    x = np.linspace(0, 1, 12)
    direct = np.maximum(0.4 * x - 0.1, 0)
    free = fay_herriot(direct, np.full(12, 1e-3), x)
    cut = fay_herriot(direct, np.full(12, 1e-3), x, proportion=True)
    assert free.estimate.min() < 0
    assert cut.estimate == pytest.approx(free.estimate.clip(0))
    assert cut.conf_low.min() == 0
    assert cut.label[0] == "tidak ditampilkan"


def test_labels_without_sample_are_careful_at_best():
    seen = np.array([True, True, True, False, False])
    labels = precision_label(np.array([25.0, 50.0, 50.1, 10.0, 60.0]), seen)
    shown, careful, withheld = "layak", "hati-hati", "tidak ditampilkan"
    assert list(labels) == [shown, careful, withheld, careful, withheld]


def test_the_table_and_the_summary():
    index = pd.Index([f"33.72.{k}" for k in range(43)])
    milk, X = MILK.set_index(index), MILK_X.set_index(index)
    found = fay_herriot(milk["direct"], milk["error"] ** 2, X)
    table = found.tidy().set_index("area")
    assert table.index.equals(index)
    assert (table["gain"] == 1 - table["rmse"] / table["direct_std_error"]).all()
    assert "43 wilayah (0 tanpa sampel): 43 layak" in str(found)


def test_inputs_are_left_alone():
    _, y, d, X = world(np.random.default_rng(4))
    copies = y.copy(), d.copy(), X.copy()
    fay_herriot(y, d, X)
    assert all((a == b).all() for a, b in zip((y, d, X), copies, strict=True))


# --- bad input --------------------------------------------------------------------------------


def changed(**parts):
    _, y, d, X = world(np.random.default_rng(4), 20)
    return {"direct": y, "variance": d, "X": X, **parts}


def with_first(values, first):
    values = values.copy()
    values[0] = first
    return values


GOOD = changed()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"variance": with_first(GOOD["variance"], 0.0)}, r"ragam nol atau negatif \(0\)"),
        ({"variance": with_first(GOOD["variance"], -1.0)}, "ragam nol atau negatif"),
        ({"variance": with_first(GOOD["variance"], np.nan)}, "hanya punya pendugaan"),
        ({"direct": with_first(GOOD["direct"], np.nan)}, "hanya punya"),
        ({"direct": with_first(GOOD["direct"], np.inf)}, "tak hingga"),
        ({"direct": GOOD["direct"][1:]}, "tidak sama panjang"),
        ({"X": with_first(GOOD["X"], np.nan)}, "Kovariat 'x1' kosong"),
        ({"X": GOOD["X"] * [1, 0]}, "'x2' bernilai sama"),
        ({"X": GOOD["X"] * [1, 0] + [0, 1e6]}, "'x2' bernilai sama"),
        ({"X": GOOD["X"][:, [0, 1, 0]] * [1, 1, -3] + [0, 0, 7]}, r"'x3' dapat .* x1 \(korelasi"),
        ({"X": np.column_stack([GOOD["X"], GOOD["X"].sum(axis=1)])}, "'x3' dapat .* x1, x2"),
        ({"X": np.random.default_rng(0).normal(size=(20, 15))}, "16 koefisien memerlukan"),
        ({"areas": ["a"] * 20}, "berulang"),
        ({"level": 95}, "level"),
        ({"names": ["satu"]}, "1 nama untuk kovariat"),
        ({"proportion": True}, "di luar 0-1"),
    ],
)
def test_bad_input_is_named(bad, message):
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan: "):
        fay_herriot(**changed(**bad))


def test_a_covariate_constant_among_sampled_areas_is_refused():
    _, y, d, X = world(np.random.default_rng(4), 20)
    X[1:, 1], y[0], d[0] = 1.0, np.nan, np.nan
    with pytest.raises(MethodError, match="'x2' bernilai sama di semua wilayah sampel"):
        fay_herriot(y, d, X)


def test_tables_in_different_orders_are_refused():
    direct, variance = MILK["direct"], MILK["error"] ** 2
    with pytest.raises(MethodError, match="Urutan wilayah"):
        fay_herriot(direct, variance, MILK_X[::-1])
    with pytest.raises(MethodError, match="Urutan wilayah"):
        fay_herriot(direct, variance[::-1], MILK_X)
