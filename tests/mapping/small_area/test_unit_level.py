from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.errors import MethodError
from kajian.mapping.small_area.unit_level import unit_level

# Battese, Harter and Fuller (1988), table 1: hectares of corn in 37 segments of 12 counties, and
# pixels of corn and soybeans from satellites; population means and numbers of segments.
COUNTY = np.repeat(np.arange(1, 13), [1, 1, 1, 2, 3, 3, 3, 3, 4, 5, 5, 6])
CORN = [
    *(165.76, 96.32, 76.08, 185.35, 116.43, 162.08, 152.04, 161.75, 92.88, 149.94, 64.75, 127.07),
    *(133.55, 77.70, 206.39, 108.33, 118.17, 99.96, 140.43, 98.95, 131.04, 114.12, 100.60),
    *(127.88, 116.90, 87.41, 93.48, 121.00, 109.91, 122.66, 104.21, 88.59, 88.59, 165.35, 104.00),
    *(88.63, 153.70),
]
CORN_PIXELS = [
    *(374, 209, 253, 432, 367, 361, 288, 369, 206, 316, 145, 355, 295, 223, 459, 290, 307, 252),
    *(293, 206, 302, 313, 246, 353, 271, 237, 221, 369, 343, 342, 294, 220, 340, 355, 261, 187),
    350,
]
SOY_PIXELS = [
    *(55, 218, 250, 96, 178, 137, 206, 165, 218, 221, 338, 128, 147, 204, 77, 217, 258, 303),
    *(221, 222, 274, 190, 270, 172, 228, 297, 167, 191, 249, 182, 179, 262, 87, 160, 221, 345),
    190,
]
SEGMENTS = pd.DataFrame({"corn": CORN_PIXELS, "soy": SOY_PIXELS, "y": CORN, "county": COUNTY})
MEANS = pd.DataFrame(
    {
        "corn": [
            *(295.29, 300.40, 289.60, 290.74, 318.21, 257.17, 291.77, 301.26, 262.17, 314.28),
            *(298.65, 325.99),
        ],
        "soy": [
            *(189.70, 196.65, 205.28, 220.22, 188.06, 247.13, 185.37, 221.36, 247.09, 198.66),
            *(204.61, 177.05),
        ],
    },
    index=range(1, 13),
)
SIZES = pd.Series([545, 566, 394, 424, 564, 570, 402, 567, 687, 569, 965, 556], index=MEANS.index)
# Hardin's second segment, which the authors left out.
KEPT = SEGMENTS.drop(index=32)


def corn(segments=KEPT, **options):
    return unit_level(
        segments["y"], segments[["corn", "soy"]], segments["county"], MEANS, **options
    )


def world(rng, areas=40, area_deviation=0.6):
    """Areas with 1 to 6 sampled units, population means of two covariates, and true means."""
    area = np.repeat(np.arange(areas), rng.integers(1, 7, areas))
    centre = rng.normal(size=(areas, 2))
    X = centre[area] + rng.normal(size=(area.size, 2))
    effect = area_deviation * rng.normal(size=areas)
    y = 2 + X @ [1.0, -0.5] + effect[area] + rng.normal(size=area.size)
    return y, X, area, pd.DataFrame(centre), 2 + centre @ [1.0, -0.5] + effect


# --- published figures ------------------------------------------------------------------------


def test_corn_as_published():
    found = corn()
    # Battese, Harter and Fuller, page 33.
    assert found.coefficients["estimate"].to_numpy() == pytest.approx([51, 0.329, -0.134], rel=5e-3)
    assert [found.area_variance, found.unit_variance] == pytest.approx([140, 147], abs=0.5)


def test_corn_as_in_r_sae():
    # Molina and Marhuenda (2015), R Journal 7(1), with the finite population.
    expected = [
        *(122.1954, 126.2280, 106.6638, 108.4222, 144.3072, 112.1586, 112.7801, 122.0020),
        *(115.3438, 124.4144, 106.8883, 143.0312),
    ]
    assert corn(sizes=SIZES).estimate == pytest.approx(expected, abs=1e-4)


def test_all_segments_as_in_r_nlme():
    # lme(CornHec ~ CornPix + SoyBeansPix, random = ~ 1 | County), all 37 segments.
    found = corn(SEGMENTS)
    assert [found.area_variance, found.unit_variance] == pytest.approx(
        [63.3149, 297.7128], abs=1e-4
    )
    beta = [17.96398, 0.3663352, -0.0303638]
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(beta, abs=5e-6)
    expected = [122.563671, 123.515159, 113.090719, 115.020744, 137.196212, 108.945432]
    assert found.estimate[:6] == pytest.approx(expected, abs=1e-6)


# --- independent formulas ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_the_fit_is_that_of_statsmodels(seed):
    y, X, area, means, _ = world(np.random.default_rng(seed))
    found = unit_level(y, X, area, means)
    other = sm.MixedLM(y, sm.add_constant(X), area).fit(reml=True)
    # statsmodels climbs with a gradient; its variances are good to four digits.
    assert found.area_variance == pytest.approx(float(other.cov_re[0, 0]), rel=1e-3)
    assert found.unit_variance == pytest.approx(other.scale, rel=1e-3)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.fe_params, rel=1e-3)
    predicted = sm.add_constant(means.to_numpy()) @ other.fe_params
    predicted += [float(other.random_effects[a].iloc[0]) for a in means.index]
    assert found.estimate == pytest.approx(predicted, abs=1e-3)


def test_error_from_whole_matrices():
    y, X, area, means, _ = world(np.random.default_rng(1), 15)
    found = unit_level(y, X, area, means)
    v, e = found.area_variance, found.unit_variance
    X, Z = sm.add_constant(X), pd.get_dummies(area, dtype=float).to_numpy()
    W = np.linalg.inv(e * np.eye(y.size) + v * Z @ Z.T)
    covariance = np.linalg.inv(X.T @ W @ X)
    beta = covariance @ X.T @ W @ y
    effect = v * Z.T @ W @ (y - X @ beta)
    target = sm.add_constant(means.to_numpy())
    assert found.estimate == pytest.approx(target @ beta + effect)
    change = target - v * Z.T @ W @ X
    g1 = v - np.diag(v * Z.T @ W @ Z * v)
    g2 = np.einsum("ij,jk,ik->i", change, covariance, change)
    slopes = [W @ Z @ Z.T @ W @ Z @ Z.T, W @ Z @ Z.T @ W, W @ W]
    vv, ve, ee = (0.5 * np.trace(slope) for slope in slopes)
    asymptotic = np.linalg.inv([[vv, ve], [ve, ee]])
    n = Z.sum(axis=0)
    by_area = np.array([e, -v]) @ asymptotic @ [e, -v] * n / (e + n * v) ** 3
    assert found.mse == pytest.approx(g1 + g2 + 2 * by_area)


# --- simulated truth --------------------------------------------------------------------------


@pytest.mark.parametrize("area_deviation", [0.3, 1.0])
def test_intervals_cover_and_errors_are_known(area_deviation):
    rng = np.random.default_rng(4)
    covered, unsampled, squared, said, direct = [], [], [], [], []
    for _ in range(60):
        y, X, area, means, truth = world(rng, area_deviation=area_deviation)
        seen = area >= 5
        found = unit_level(y[seen], X[seen], area[seen], means)
        inside = (found.conf_low <= truth) & (truth <= found.conf_high)
        covered.append(inside[5:].mean())
        unsampled.append(inside[:5].mean())
        squared.append(((found.estimate - truth)[5:] ** 2).mean())
        said.append(found.mse[5:].mean())
        direct.append(((found.direct - truth)[5:] ** 2).mean())
    # The standard error of mean coverage is below 0.01 (of the unsampled, 0.025).
    assert 0.925 < np.mean(covered) < 0.98
    assert np.mean(unsampled) > 0.89
    # Where areas hardly differ, a variance that cannot be negative comes out too large on average.
    assert 0.92 < np.mean(said) / np.mean(squared) < (1.08 if area_deviation == 1.0 else 1.3)
    assert np.mean(squared) < 0.4 * np.mean(direct)


# --- behaviour --------------------------------------------------------------------------------


def test_a_census_leaves_no_error():
    n = KEPT["county"].value_counts()
    means = KEPT.groupby("county")[["corn", "soy"]].mean()
    X, county = KEPT[["corn", "soy"]], KEPT["county"]
    found = unit_level(KEPT["y"], X, county, means, sizes=n)
    assert found.estimate == pytest.approx(KEPT.groupby("county")["y"].mean().to_numpy())
    assert found.mse == pytest.approx(np.zeros(12))


def test_a_large_population_is_like_an_endless_one():
    large, endless = corn(sizes=10**9 * SIZES), corn()
    assert large.estimate == pytest.approx(endless.estimate, rel=1e-8)
    assert large.mse == pytest.approx(endless.mse, rel=1e-8)


def test_a_county_without_sample_gets_the_synthetic_estimate():
    found = corn(KEPT[KEPT["county"] != 3])
    assert list(found.sampled) == [c != 3 for c in MEANS.index]
    assert found.estimate[2] == found.synthetic[2]
    assert found.mse[2] > found.area_variance
    assert np.isnan(found.direct[2])
    assert "1 tanpa sampel" in str(found)


def test_row_order_and_units_do_not_matter():
    plain, mixed = corn(), corn(KEPT.sample(frac=1, random_state=0))
    assert mixed.estimate == pytest.approx(plain.estimate, rel=1e-9)
    assert mixed.mse == pytest.approx(plain.mse, rel=1e-9)
    X = KEPT[["corn", "soy"]] * [1e6, 1e-6]
    scaled = unit_level(1e4 * KEPT["y"], X, KEPT["county"], MEANS * [1e6, 1e-6])
    assert scaled.estimate == pytest.approx(1e4 * plain.estimate, rel=1e-7)
    assert scaled.rmse == pytest.approx(1e4 * plain.rmse, rel=1e-7)
    assert scaled.conf_low == pytest.approx(1e4 * plain.conf_low, rel=1e-7)


def test_columns_are_matched_by_name():
    turned = unit_level(KEPT["y"], KEPT[["corn", "soy"]], KEPT["county"], MEANS[["soy", "corn"]])
    assert turned.estimate == pytest.approx(corn().estimate)


def test_areas_alike_but_for_chance():
    y = np.tile([0.0, 1.0, 2.0, 3.0], 10)
    means = pd.DataFrame({"x": np.zeros(10)}, index=range(10))
    x = np.random.default_rng(0).normal(size=(40, 1))
    found = unit_level(y, x, np.repeat(range(10), 4), means)
    assert found.on_boundary
    assert found.estimate == pytest.approx(found.synthetic)
    assert found.rmse.min() > 0


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"y": KEPT["y"].where(KEPT.index != 4)}, r"1 unit sampel tanpa nilai.*ke-5\)"),
        ({"area": KEPT["county"].where(KEPT.index != 4)}, "tanpa wilayah"),
        ({"y": KEPT["y"][1:]}, "tidak sama panjang"),
        ({"area": np.arange(36)}, "paling banyak 1 unit"),
        ({"area": np.ones(36)}, "1 wilayah"),
        ({"y": KEPT["county"].astype(float)}, "tidak berbeda"),
        ({"X": KEPT[["corn"]].assign(soy=5.0)}, "'soy' bernilai sama"),
        (
            {"X": KEPT[["corn"]].assign(soy=1 - 2 * KEPT["corn"])},
            "'soy' dapat dihitung dari .*corn",
        ),
        ({"X": KEPT[["corn"]].assign(soy=np.nan)}, "'soy' kosong"),
        ({"population_means": MEANS[["corn"]]}, "tidak memuat kovariat soy"),
        ({"population_means": MEANS.where(MEANS > 180)}, "'soy' kosong"),
        ({"population_means": MEANS[1:]}, r"1 wilayah sampel tidak ada .*\(1\)"),
        ({"population_means": MEANS.iloc[[0, *range(12)]]}, "'1' berulang"),
        ({"X": KEPT[["corn"]].to_numpy()}, "memuat 2 kovariat, sampel 1"),
        ({"sizes": SIZES[1:]}, r"Ukuran populasi 1 wilayah .*\(1\)"),
        ({"sizes": SIZES * 0 + 2}, "kurang dari sampelnya"),
        ({"level": 1.5}, "level"),
    ],
)
def test_bad_input_is_named(bad, message):
    good = {
        "y": KEPT["y"],
        "X": KEPT[["corn", "soy"]],
        "area": KEPT["county"],
        "population_means": MEANS,
    }
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan: "):
        unit_level(**{**good, **bad})
