from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import KERNELS
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity


@pytest.fixture(scope="module")
def rdrobust():
    return pytest.importorskip("rdrobust").rdrobust


def assert_agrees(fit, other, rel):
    coef, se = other.coef.to_numpy().ravel(), other.se.to_numpy().ravel()
    assert fit.h == pytest.approx(other.bws.iloc[0, 0], rel=rel)
    assert fit.b == pytest.approx(other.bws.iloc[1, 0], rel=rel)
    assert fit.conventional.estimate == pytest.approx(coef[0], rel=rel)
    assert fit.conventional.std_error == pytest.approx(se[0], rel=rel)
    assert fit.robust.estimate == pytest.approx(coef[1], rel=rel)
    assert fit.robust.std_error == pytest.approx(se[2], rel=rel)
    assert [fit.n_left, fit.n_right] == list(other.N_h)


def test_senate_incumbents(published):
    (senate,), figures, tolerance = published("senate_rdrobust")
    fit = regression_discontinuity(senate["vote"], senate["margin"])
    assert fit.conventional.estimate == pytest.approx(figures["conv"], abs=tolerance)
    assert fit.conventional.std_error == pytest.approx(figures["se"], abs=tolerance)
    assert fit.robust.conf_low == pytest.approx(figures["rb_lo"], abs=tolerance)
    assert fit.robust.conf_high == pytest.approx(figures["rb_hi"], abs=tolerance)
    assert fit.h == pytest.approx(figures["h"], abs=tolerance)
    assert fit.b == pytest.approx(figures["b"], abs=tolerance)
    # Printed by the authors' packages: 595 and 702 elections, of which 360 and 323 within h; the
    # data hold 1,390 elections, 93 without the later vote.
    assert (fit.n_obs, fit.n_dropped, fit.n_left, fit.n_right) == (1297, 93, 360, 323)
    assert fit.note == ""


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_agrees_with_rdrobust(rdrobust, scores, kernel, order):
    data = scores()
    fit = regression_discontinuity(data["y"], data["x"], 0.1, order=order, kernel=kernel)
    other = rdrobust(data["y"], data["x"], c=0.1, p=order, kernel=kernel)
    # The other library widens the farthest window by an absolute 1e-8, ours by nothing.
    assert_agrees(fit, other, 1e-5)


@pytest.mark.parametrize("order", [1, 2])
def test_agrees_with_rdrobust_on_mass_points(rdrobust, scores, order):
    data = scores(decimals=2)
    fit = regression_discontinuity(data["y"], data["x"], order=order)
    assert_agrees(fit, rdrobust(data["y"], data["x"], p=order), 1e-5)
    assert fit.repeated_share > 0.2
    assert "diskret" in str(fit)


def test_covariates_agree_with_rdrobust(rdrobust, scores):
    data = scores()
    y, x, traits = data["y"], data["x"], data["traits"]
    fit = regression_discontinuity(y, x, covariates=traits, bandwidth=(0.4, 0.6))
    assert_agrees(fit, rdrobust(y, x, covs=traits, h=0.4, b=0.6), 1e-8)
    # Before choosing bandwidths ours partials out once within h, the other library on each side
    # within each pilot window: the choices differ by some per cent.
    chosen = regression_discontinuity(y, x, covariates=pd.DataFrame(traits))
    assert chosen.h == pytest.approx(rdrobust(y, x, covs=traits).bws.iloc[0, 0], rel=0.15)
    assert chosen.robust.std_error < regression_discontinuity(y, x).robust.std_error


@pytest.mark.parametrize("covariates", [False, True])
def test_fuzzy_agrees_with_rdrobust(rdrobust, scores, covariates):
    data = scores()
    y, x, t = data["y"], data["x"], data["treatment"]
    traits = data["traits"] if covariates else None
    fit = regression_discontinuity(y, x, treatment=t, covariates=traits, bandwidth=(0.5, 0.7))
    other = rdrobust(y, x, fuzzy=t, covs=traits, h=0.5, b=0.7)
    assert_agrees(fit, other, 1e-8)
    assert fit.first_stage.estimate == pytest.approx(other.tau_T.to_numpy()[1, 0], rel=1e-8)
    assert fit.first_stage.std_error == pytest.approx(other.se_T.to_numpy()[2, 0], rel=1e-8)


def test_clusters_agree_with_rdrobust(rdrobust, scores):
    data = scores()
    y, x = data["y"], data["x"]
    groups = np.floor(x * 40).astype(int)  # no cluster crosses the cutoff
    fit = regression_discontinuity(y, x, cluster=groups, bandwidth=(0.5, 0.7))
    other = rdrobust(y, x, cluster=groups, vce="cr1", h=0.5, b=0.7)
    # Ours corrects for small samples once, the other library on each side.
    assert fit.conventional.std_error == pytest.approx(other.se.iloc[0, 0], rel=0.02)
    assert fit.robust.std_error == pytest.approx(other.se.iloc[2, 0], rel=0.02)
    assert fit.n_clusters == np.unique(groups[np.abs(x) < 0.7]).size
    assert fit.df == fit.n_clusters - 1


def test_perfect_compliance_is_the_sharp_design(scores):
    data = scores()
    y, x = data["y"], data["x"]
    sharp = regression_discontinuity(y, x)
    fuzzy = regression_discontinuity(y, x, treatment=x >= 0)
    np.testing.assert_allclose(fuzzy.tidy().iloc[:2, 1:], sharp.tidy().iloc[:, 1:], rtol=1e-8)
    assert fuzzy.first_stage.estimate == pytest.approx(1)
    assert list(fuzzy.tidy()["term"]) == ["conventional", "robust", "first_stage"]


# Calonico, Cattaneo and Titiunik (2014), simulations: outcomes of Lee (2008) and of Ludwig and
# Miller (2007), 500 rows, scores 2 Beta(2, 4) - 1, noise of standard deviation 0.1295.
LEE = [0.48, 1.27, 7.18, 20.21, 21.54, 7.33], [0.52, 0.84, -3.00, 7.99, -9.01, 3.56]
LUDWIG_MILLER = [3.71, 2.30, 3.28, 1.45, 0.23, 0.03], [0.26, 18.49, -54.81, 74.30, -45.02, 9.83]


@pytest.mark.parametrize("curves", [LEE, LUDWIG_MILLER])
def test_robust_interval_covers_the_jump(curves):
    rng = np.random.default_rng(7)
    truth = curves[1][0] - curves[0][0]
    left, right = (np.polynomial.Polynomial(curve) for curve in curves)
    hits = np.zeros(2)
    for _ in range(120):
        x = 2 * rng.beta(2, 4, 500) - 1
        y = np.where(x < 0, left(x), right(x)) + 0.1295 * rng.normal(size=500)
        table = regression_discontinuity(y, x).tidy()
        hits += (table["conf_low"] <= truth) & (truth <= table["conf_high"])
    conventional, robust = hits / 120
    # 500 draws gave 90 and 94 per cent for the robust interval and 88 for the conventional one (as
    # rdrobust must: it agrees above); 120 draws add a standard error of two and a half points.
    assert robust >= 0.86
    assert robust > conventional


def test_units_and_row_order_do_not_matter(scores):
    data = scores()
    y, x, groups = data["y"], data["x"], np.arange(800) % 60
    fit = regression_discontinuity(y, x, cluster=groups)
    shuffle = np.random.default_rng(8).permutation(800)
    moved = regression_discontinuity(
        100 * y[shuffle] + 5, 1000 * x[shuffle] + 2000, 2000, cluster=groups[shuffle]
    )
    assert moved.h == pytest.approx(1000 * fit.h)
    assert moved.conventional.estimate == pytest.approx(100 * fit.conventional.estimate)
    assert moved.robust.std_error == pytest.approx(100 * fit.robust.std_error)
    assert moved.robust.p_value == pytest.approx(fit.robust.p_value)


def test_mirror_changes_the_sign(scores):
    data = scores()
    fit = regression_discontinuity(data["y"], data["x"])
    mirrored = regression_discontinuity(data["y"], -data["x"])
    assert mirrored.h == pytest.approx(fit.h, rel=1e-9)
    assert mirrored.robust.estimate == pytest.approx(-fit.robust.estimate, rel=1e-9)
    assert mirrored.limit_left == pytest.approx(fit.limit_right, rel=1e-9)
    assert fit.limit_right - fit.limit_left == pytest.approx(fit.conventional.estimate)


def test_incomplete_rows_are_left_out_and_counted(scores):
    data = scores()
    y, x = pd.Series(data["y"]), pd.Series(data["x"])
    holes = y.mask(np.arange(800) % 10 == 0)
    fit = regression_discontinuity(holes, x)
    full = regression_discontinuity(holes.dropna(), x[holes.notna()])
    assert (fit.n_dropped, fit.n_obs) == (80, 720)
    assert fit.robust == full.robust
    assert holes.isna().sum() == 80


def test_notes_say_what_weakens_the_design(scores):
    data = scores(n=300)
    y, x = data["y"], data["x"]
    narrow = regression_discontinuity(y, x, bandwidth=0.06)
    assert min(narrow.n_left, narrow.n_right) < 20
    assert "pendekatan normal lemah" in str(narrow)
    assert "klaster" in regression_discontinuity(y, x, cluster=np.arange(300) % 12).note
    noise = np.random.default_rng(9).normal(size=300)
    assert "Tahap pertama lemah" in regression_discontinuity(y, x, treatment=noise).note


def test_level_and_detectable_jump(scores):
    data = scores()
    wide = regression_discontinuity(data["y"], data["x"], level=0.99).robust
    fit = regression_discontinuity(data["y"], data["x"])
    half = (wide.conf_high - wide.conf_low) / (fit.robust.conf_high - fit.robust.conf_low)
    assert half == pytest.approx(2.575829 / 1.959964, rel=1e-6)
    assert fit.mde() == pytest.approx((1.959964 + 0.841621) * fit.robust.std_error, rel=1e-6)


Y, X = np.random.default_rng(10).normal(size=(2, 200))


@pytest.mark.parametrize(
    ("y", "x", "choices", "words"),
    [
        (Y, X, {"cutoff": 9.0}, "tidak membelah data"),
        (Y, X, {"cutoff": X.min()}, "tidak membelah data"),
        (Y, np.ones(200), {}, "tidak membelah data"),
        (Y[:-1], X, {}, "199"),
        (Y[:, None], X, {}, "Bentuk kolom"),
        (Y, X.astype(str), {}, "tidak berisi angka"),
        (np.full(200, np.nan), X, {}, "Tidak ada baris"),
        (Y, np.append(X[:-1], np.inf), {}, "tak terhingga pada 1 baris"),
        (np.full(200, 0.1), X, {}, "tidak bervariasi"),
        (np.full(200, 0.1), X, {"bandwidth": 1.0}, "tidak bervariasi"),
        (Y, np.round(X), {}, "acakan setempat"),
        (Y, np.round(X), {"bandwidth": 2.0}, "nilai x yang berbeda"),
        (Y, X, {"bandwidth": 0.001}, "dalam lebar pita 0.001"),
        (Y, X, {"bandwidth": (1.0, 0.001)}, "dalam lebar pita 0.001"),
        (Y, X, {"bandwidth": -1.0}, "tidak sah"),
        (Y, X, {"order": 7}, "Derajat polinomial 7"),
        (Y, X, {"kernel": "gauss"}, "gauss"),
        (Y, X, {"level": 95}, "Tingkat kepercayaan"),
        (Y, X, {"treatment": np.ones(200)}, "tidak melompat"),
        (Y, X, {"covariates": np.column_stack([Y, 2 * Y])}, "hanya 1"),
        (Y, X, {"covariates": X}, "hanya 0"),
        (Y, X, {"cluster": X >= 0}, "hanya memuat satu klaster"),
    ],
)
def test_bad_input_is_refused(y, x, choices, words):
    with pytest.raises(MethodError, match=words) as caught:
        regression_discontinuity(y, x, **choices)
    assert "Perbaikan: " in str(caught.value)
