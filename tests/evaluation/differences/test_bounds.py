from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import null_space
from scipy.optimize import linprog, minimize_scalar
from scipy.stats import foldnorm, norm

from kajian.errors import MethodError
from kajian.evaluation.differences.bounds import parallel_trends_bounds
from kajian.evaluation.differences.bounds_breakdown import breakdown
from kajian.evaluation.differences.event_study import event_study


@dataclass
class Study:
    times: np.ndarray
    estimates: np.ndarray
    covariance: np.ndarray
    reference: int = -1


def simulated(seed, times, effect=0.4, spread=0.1):
    rng = np.random.default_rng(seed)
    times = np.asarray(times)
    k = len(times)
    raw = rng.normal(size=(k + 3, k))
    covariance = spread**2 * (raw.T @ raw / k + 0.3 * np.eye(k))
    truth = np.where(times > -1, effect, 0.0)
    return Study(times, rng.multivariate_normal(truth, covariance), covariance)


def changed(study, **parts):
    return Study(**{**vars(study), **parts})


# Insurance coverage of low-income adults and the expansion of Medicaid in 2014, a two-way
# fixed-effects event study of 43 states with standard errors clustered by state: the example of the
# HonestDiD README, fitted here from its published data (ehec_data). Covariances times one million.
MEDICAID = Study(
    times=np.array([2008, 2009, 2010, 2011, 2012, 2014, 2015]),
    estimates=np.array(
        [-0.00528535, -0.01129732, -0.00267599, -0.00141931, 0.00033966, 0.04644685, 0.06920618]
    ),
    covariance=1e-6
    * np.array(
        [
            [74.884836, 60.398741, 44.446198, 33.857647, 43.280113, 47.658805, 24.251287],
            [60.398741, 72.665006, 37.893302, 28.665780, 45.433206, 44.288501, 28.246550],
            [44.446198, 37.893302, 50.520519, 26.736794, 27.781936, 30.606441, 9.637534],
            [33.857647, 28.665780, 26.736794, 40.032220, 24.128600, 23.808682, 2.923878],
            [43.280113, 45.433206, 27.781936, 24.128600, 54.626622, 36.825311, 9.722948],
            [47.658805, 44.288501, 30.606441, 23.808682, 36.825311, 83.756688, 63.213980],
            [24.251287, 28.246550, 9.637534, 2.923878, 9.722948, 63.213980, 107.123523],
        ]
    ),
    reference=2013,
)
BOTH_YEARS = {2014: 0.5, 2015: 0.5}


@pytest.mark.parametrize(
    ("target", "bounds", "published", "rounding"),
    [
        # README of the R package
        (
            2014,
            [0.5, 1, 1.5, 2],
            [(0.0240, 0.0672), (0.0170, 0.0720), (0.00824, 0.0797), (-0.000916, 0.0881)],
            5e-5,
        ),
        # README of the Stata package, three decimals
        (
            BOTH_YEARS,
            [0, 0.5, 1, 1.5, 2],
            [(0.041, 0.075), (0.033, 0.080), (0.020, 0.090), (0.006, 0.103), (-0.008, 0.117)],
            5e-4,
        ),
    ],
)
def test_relative_magnitudes_give_the_published_intervals(target, bounds, published, rounding):
    found = parallel_trends_bounds(MEDICAID, bounds, target=target)
    low, high = np.array(published).T
    # The authors report the outermost accepted points of a grid of 1,000 points over 40 standard
    # errors, which lie inside the exact ends by at most one step.
    step = 40 * (found.original_high - found.original_low) / (2 * 1.96) / 999
    assert ((low - found.conf_low > -rounding) & (low - found.conf_low < step + rounding)).all()
    assert ((found.conf_high - high > -rounding) & (found.conf_high - high < step + rounding)).all()


def test_smoothness_gives_the_published_intervals():
    found = parallel_trends_bounds(
        MEDICAID, [0, 0.01, 0.02, 0.03, 0.04, 0.05], restriction="smoothness", target=2014
    )
    # README of the R package: three significant digits, and critical values from a million draws,
    # whose error moves an end by some 0.00003.
    low = [0.0259, 0.0132, 0.00286, -0.00714, -0.0171, -0.0271]
    high = [0.0607, 0.0787, 0.0907, 0.101, 0.111, 0.121]
    np.testing.assert_allclose(found.conf_low, low, atol=1e-4)
    np.testing.assert_allclose(found.conf_high, high, atol=3.5e-4)
    assert found.excludes_zero.tolist() == [True, True, True, False, False, False]


def test_original_interval_is_the_published_one():
    found = parallel_trends_bounds(MEDICAID, 1, target=2014)
    assert (round(found.original_low, 3), round(found.original_high, 3)) == (0.029, 0.064)


def test_published_breakdown():
    # "The breakdown value is about 2" (RM), and about 0.03 between the printed 0.02 and 0.03 (SD).
    assert 1.9 < breakdown(MEDICAID, target=2014).mbar < 2
    assert 0.02 < breakdown(MEDICAID, target=2014, restriction="smoothness").mbar < 0.03


SHAPES = [
    pytest.param([-4, -3, -2, 0, 1, 2], id="consecutive"),
    pytest.param([-2, 0, 1], id="one time before"),
    pytest.param([-3, -2, 0], id="one time after"),
    pytest.param([-7, -5, -2, 1, 2, 6], id="gaps"),
]


@pytest.mark.parametrize("times", SHAPES)
def test_without_violation_the_interval_is_the_original_one(times):
    found = parallel_trends_bounds(simulated(1, times), 0.0)
    # The two stages of the hybrid test spend exactly the size when nothing is truncated.
    np.testing.assert_allclose(found.conf_low, found.original_low, atol=1e-6)
    np.testing.assert_allclose(found.conf_high, found.original_high, atol=1e-6)
    np.testing.assert_allclose(found.identified_low, found.estimate)


def nodes_of(study):
    """Offsets of all observed times with the reference, its place, and the weights of the mean."""
    offsets = np.asarray(study.times) - study.reference
    nodes = np.sort(np.append(offsets, 0))
    later = (offsets + study.reference >= 0) & (offsets > 0)
    return nodes, int(np.flatnonzero(nodes == 0)[0]), later / later.sum()


def changes_of(nodes, zero):
    """Changes per unit of time between neighbours as contrasts of the coefficients."""
    levels = np.delete(np.eye(len(nodes)), zero, axis=1)
    return np.diff(levels, axis=0) / np.diff(nodes)[:, None]


def bends_of(nodes, zero):
    middles = (nodes[1:] + nodes[:-1]) / 2
    return np.diff(changes_of(nodes, zero), axis=0) / np.diff(middles)[:, None]


def extremes(direction, rows, limits, fixed=None):
    """Smallest and largest ``direction @ d`` with ``|rows @ d| <= limits`` and ``d`` partly fixed.

    None where nothing is allowed.
    """
    k = len(direction)
    free = [(None, None)] * k
    if fixed is not None:
        free = [(value, value) for value in fixed] + free[len(fixed) :]
    ends = [
        linprog(
            sign * direction,
            A_ub=np.vstack([rows, -rows]),
            b_ub=np.concatenate([limits, limits]),
            bounds=free,
        )
        for sign in (1, -1)
    ]
    return (ends[0].fun, -ends[1].fun) if ends[0].status == 0 else None


@pytest.mark.parametrize("times", SHAPES)
def test_identified_sets_equal_linear_programs(times):
    study = simulated(2, times)
    nodes, zero, weights = nodes_of(study)
    centre, before = weights @ study.estimates, study.estimates[:zero]
    changes, bends = changes_of(nodes, zero), bends_of(nodes, zero)
    largest = np.abs(changes[:zero, :zero] @ before).max()
    limits = np.where(np.arange(len(changes)) < zero, largest * (1 + 1e-9), 1.5 * largest)
    low, high = extremes(weights, changes, limits, before)
    found = parallel_trends_bounds(study, 1.5)
    np.testing.assert_allclose(
        [found.identified_low[0], found.identified_high[0]], [centre - high, centre - low]
    )
    assert found.benchmark == pytest.approx(largest)

    bend = parallel_trends_bounds(study, 1, restriction="smoothness").benchmark
    for m in (0.4,) if bend is None else (0.9 * bend, 1.1 * bend):
        found = parallel_trends_bounds(study, m, restriction="smoothness")
        ends = extremes(weights, bends, np.full(len(bends), m), before)
        if ends is None:
            assert np.isnan([found.identified_low, found.identified_high]).all()
            assert bend > m
        else:
            np.testing.assert_allclose(
                [found.identified_low[0], found.identified_high[0]],
                [centre - ends[1], centre - ends[0]],
                atol=1e-9,
            )


def hybrid_accepts(study, mbar, theta, level=0.95, draws=100_000):
    """The hybrid test as Andrews, Roth and Pakes state it: all vertices of the dual by force.

    The largest value is a maximum over basic solutions; the range in which the winning one stays
    the largest is found by bisection, not by formula; the first stage by simulation.
    """
    nodes, zero, weights = nodes_of(study)
    changes, gaps = changes_of(nodes, zero), np.diff(nodes)
    target = weights[zero:]
    others = null_space(target[None, :])
    noise = np.random.default_rng(0).multivariate_normal(
        np.zeros(len(weights)), study.covariance, size=draws
    )
    first = (1 - level) / 10
    for violation in np.vstack([changes[:zero], -changes[:zero]]):
        own = changes[zero:] * gaps[zero:, None]
        limit = mbar * gaps[zero:, None] * violation
        rows = np.vstack([own - limit, -own - limit])
        variance = rows @ study.covariance @ rows.T
        moved = rows[:, zero:] @ target / (target @ target) * theta
        y = rows @ study.estimates - moved
        dual = np.vstack([np.sqrt(np.diag(variance)), (rows[:, zero:] @ others).T])
        vertices = vertices_of(dual)
        cap = np.quantile((noise @ (vertices @ rows).T).max(axis=1), 1 - first)
        winner = vertices[np.argmax(vertices @ y)]
        largest = winner @ y
        if largest <= 0:
            return True
        if largest > cap:
            continue
        sd = np.sqrt(winner @ variance @ winner)
        direction = variance @ winner / sd**2
        rest = y - direction * largest

        def wins(value, rest=rest, direction=direction, vertices=vertices):
            return (vertices @ (rest + direction * value)).max() <= value + 1e-9

        low, high = end_of(wins, largest, -50.0), min(end_of(wins, largest, 50.0), cap)
        above = norm.sf(largest / sd) - norm.sf(high / sd)
        if above / (norm.sf(low / sd) - norm.sf(high / sd)) >= (1 - level - first) / (1 - first):
            return True
    return False


def vertices_of(dual):
    """Basic solutions of ``g >= 0, dual @ g = (1, 0, ...)``."""
    size, count = dual.shape
    wanted = np.eye(size)[0]
    found = []
    for basis in combinations(range(count), size):
        part = dual[:, basis]
        if np.linalg.cond(part) > 1e10:
            continue
        solution = np.zeros(count)
        solution[list(basis)] = np.linalg.solve(part, wanted)
        if solution.min() > -1e-9:
            found.append(solution)
    return np.array(found)


def end_of(wins, inside, outside):
    if wins(outside):
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if wins(middle) else (inside, middle)
    return inside


def uneven(seed, times):
    """Coefficients of very different precision: the winner can be overtaken from above."""
    rng = np.random.default_rng(seed)
    plain = simulated(seed, times)
    scale = np.exp(rng.normal(size=len(times)))
    covariance = plain.covariance * np.outer(scale, scale)
    estimates = rng.multivariate_normal(np.zeros(len(times)), covariance)
    return changed(plain, estimates=estimates, covariance=covariance)


@pytest.mark.parametrize(
    ("study", "mbar"),
    [
        (simulated(3, [-4, -3, -2, 0, 1, 2]), 0.7),
        (simulated(4, [-3, -2, 0, 1]), 2.0),
        (simulated(5, [-6, -3, 0, 1, 4]), 1.0),
        (simulated(6, [-3, -2, 0]), 1.0),
        (uneven(59, [-3, -2, 0, 1, 2]), 0.3),
    ],
)
def test_ends_are_where_the_test_written_from_the_paper_turns(study, mbar):
    found = parallel_trends_bounds(study, mbar)
    # The first stage of the check is simulated; an error of its 0.995 quantile moves an end less.
    margin = 0.01 * (found.original_high - found.original_low)
    for end, outward in ((found.conf_low[0], -1), (found.conf_high[0], 1)):
        assert hybrid_accepts(study, mbar, end - outward * margin)
        assert not hybrid_accepts(study, mbar, end + outward * margin)


@pytest.mark.parametrize("times", [[-6, -3, 0, 1, 5], [-3, -2, 0, 1, 2]])
def test_smoothness_interval_is_the_shortest_over_estimators(times):
    study = simulated(7, times)
    nodes, zero, weights = nodes_of(study)
    offsets = np.delete(nodes, zero)
    bends = bends_of(nodes, zero)
    m = 0.02

    def half(first):
        # with two earlier times, one free weight: the other cancels the linear trend
        second = -(weights @ offsets + first * offsets[0]) / offsets[1]
        vector = weights + np.concatenate([[first, second], np.zeros(len(offsets) - 2)])
        bias = extremes(vector, bends, np.full(len(bends), m))[1]
        sd = np.sqrt(vector @ study.covariance @ vector)
        return sd * foldnorm.ppf(0.95, bias / sd), vector @ study.estimates

    best = minimize_scalar(lambda first: half(first)[0], bracket=(-1, 1), tol=1e-10)
    found = parallel_trends_bounds(study, m, restriction="smoothness")
    length, centre = half(best.x)
    np.testing.assert_allclose((found.conf_high - found.conf_low) / 2, length, rtol=1e-7)
    # The centre moves with the weight, of which a minimum tells half the digits only.
    np.testing.assert_allclose((found.conf_high + found.conf_low) / 2, centre, atol=1e-5)


def test_smoothness_covers_exactly_at_the_worst_trend():
    study = simulated(8, [-5, -4, -3, -2, 0, 1, 2])
    nodes, zero, weights = nodes_of(study)
    bends = bends_of(nodes, zero)
    for m in (0.0, 0.02, 0.3):

        def interval(estimates, m=m):
            changed_study = changed(study, estimates=estimates)
            found = parallel_trends_bounds(changed_study, m, restriction="smoothness", level=0.9)
            return found.conf_low[0], found.conf_high[0]

        # The centre is linear in the estimates, so that unit vectors give its weights.
        vector = np.array([sum(interval(unit)) / 2 for unit in np.eye(len(weights))])
        low, high = interval(np.zeros(len(weights)))
        bias = extremes(vector, bends, np.full(len(bends), m))[1]
        sd = np.sqrt(vector @ study.covariance @ vector)
        covered = norm.cdf((high - bias) / sd) - norm.cdf((low - bias) / sd)
        assert covered == pytest.approx(0.9, abs=1e-6)


@pytest.mark.parametrize(("times", "change"), [([-2, 0], 0.1), ([-3, -2, 0, 1], 1.0)])
def test_relative_magnitudes_cover_when_the_violation_is_at_the_bound(times, change):
    study = simulated(10, times)
    after = study.times > -1
    # the change just before the reference, the largest one, goes on at the bound mbar = 1
    trend = change * np.where(after, study.times + 1.0, -1.0)
    draws = 200
    estimates = np.random.default_rng(9).multivariate_normal(
        trend + 0.3 * after, study.covariance, size=draws
    )
    found = [parallel_trends_bounds(changed(study, estimates=row), 1.0) for row in estimates]
    covered = np.mean([one.conf_low[0] <= 0.3 <= one.conf_high[0] for one in found])
    # At the bound a violation that is plain to see leaves a one-sided test of its nominal size; one
    # that is hard to see makes the interval cover more. 2.5 standard errors of a share of 200.
    assert covered == pytest.approx(0.95, abs=2.5 * np.sqrt(0.05 * 0.95 / draws))


@pytest.mark.parametrize("times", SHAPES)
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_more_violation_never_shortens_the_interval(times, seed):
    bounds = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 5.0])
    study = simulated(seed, times)
    found = parallel_trends_bounds(study, bounds)
    assert (np.diff(found.conf_low) <= 1e-9).all()
    assert (np.diff(found.conf_high) >= -1e-9).all()
    assert (found.conf_low <= found.identified_low).all()
    assert (found.conf_high >= found.identified_high).all()
    smooth = parallel_trends_bounds(study, bounds / 10, restriction="smoothness")
    assert (np.diff(smooth.conf_high - smooth.conf_low) > 0).all()


@pytest.mark.parametrize("restriction", ["relative_magnitudes", "smoothness"])
def test_units_order_and_sign_do_not_matter(restriction):
    study = simulated(14, [-5, -3, -2, 0, 1, 3])
    smooth = restriction == "smoothness"
    bounds = np.array([0.01, 0.1]) if smooth else np.array([0.5, 2.0])

    def ends(changed_study, factor=1.0, **options):
        found = parallel_trends_bounds(
            changed_study, bounds * factor, restriction=restriction, **options
        )
        return np.stack([found.conf_low, found.conf_high])

    plain = ends(study)
    scaled = changed(study, estimates=1e6 * study.estimates, covariance=1e12 * study.covariance)
    np.testing.assert_allclose(ends(scaled, 1e6 if smooth else 1.0), 1e6 * plain, rtol=1e-8)
    mirrored = changed(study, estimates=-study.estimates)
    np.testing.assert_allclose(ends(mirrored), -plain[::-1], rtol=1e-7)
    order = np.array([3, 0, 5, 1, 4, 2])
    shuffled = Study(
        study.times[order], study.estimates[order], study.covariance[np.ix_(order, order)]
    )
    np.testing.assert_allclose(ends(shuffled), plain, rtol=1e-12)
    months = changed(study, times=12 * study.times, reference=-12)
    np.testing.assert_allclose(ends(months, 1 / 144 if smooth else 1.0), plain, rtol=1e-7)


def test_target_is_a_time_or_weights_and_by_default_the_mean_from_zero_on():
    study = changed(simulated(15, [-4, -3, -1, 0, 1]), reference=-2)  # -1 is anticipation
    mean = parallel_trends_bounds(study, 1)
    assert mean.target == {0: 0.5, 1: 0.5}
    assert (mean.n_before, mean.n_after) == (2, 3)
    same = parallel_trends_bounds(study, 1, target={1: 0.5, 0: 0.5})
    np.testing.assert_array_equal(mean.tidy(), same.tidy())
    one = parallel_trends_bounds(study, 1, target=1)
    assert one.estimate == study.estimates[4]
    early = parallel_trends_bounds(study, 1, target=-1)
    assert early.identified_high - early.identified_low < one.identified_high - one.identified_low


def test_an_event_study_of_the_house_is_understood():
    rng = np.random.default_rng(20)
    units, times = np.arange(60), [2017, 2018, 2020, 2021, 2022]  # 2019 is missing
    panel = pd.DataFrame(
        [(unit, time, 2021 if unit < 30 else np.nan) for unit in units for time in times],
        columns=["unit", "time", "start"],
    )
    treated = panel["time"] >= panel["start"]
    panel["y"] = 2.0 * treated + rng.normal(size=len(panel))
    study = event_study(
        panel, outcome="y", unit="unit", time="time", cohort="start", allow_gaps=[2019]
    )
    found = parallel_trends_bounds(study, [0, 1])
    assert (found.n_before, found.n_after, found.reference) == (2, 2, -1)
    assert found.estimate == pytest.approx(study.estimates[study.times >= 0].mean())
    assert found.conf_low[1] < found.conf_low[0] < found.estimate


def test_inputs_are_left_alone():
    study = simulated(16, [1, 0, -2, -3])
    before = [np.copy(part) for part in (study.times, study.estimates, study.covariance)]
    parallel_trends_bounds(study, 1)
    for part, copy in zip((study.times, study.estimates, study.covariance), before, strict=True):
        np.testing.assert_array_equal(part, copy)


@pytest.mark.parametrize("restriction", ["relative_magnitudes", "smoothness"])
def test_breakdown_lies_where_zero_enters(restriction):
    study = simulated(17, [-4, -3, -2, 0, 1, 2])
    found = breakdown(study, restriction=restriction, resolution=0.001)
    inside = parallel_trends_bounds(
        study, [found.mbar, found.includes_zero_at], restriction=restriction
    )
    assert inside.excludes_zero.tolist() == [True, False]
    assert found.includes_zero_at - found.mbar <= 0.001 * found.includes_zero_at
    assert found.tidy()["mbar"].item() == found.mbar
    assert "tidak memuat nol selama" in str(found)


def test_breakdown_of_no_effect():
    study = changed(simulated(18, [-3, -2, 0, 1]), estimates=np.zeros(4))
    found = breakdown(study)
    assert (found.mbar, found.includes_zero_at) == (None, 0.0)
    assert found.tidy()["mbar"].isna().item()
    assert "juga tanpa penyimpangan" in str(found)


def test_one_row_per_bound_and_a_summary_in_indonesian():
    found = parallel_trends_bounds(MEDICAID, [1, 2], target=2014)
    assert list(found.tidy().columns) == [
        "mbar",
        "conf_low",
        "conf_high",
        "identified_low",
        "identified_high",
        "excludes_zero",
    ]
    assert len(found.tidy()) == 2
    text = str(found)
    assert "sasaran waktu 2014: 0,046" in text
    assert "= 2,000: −0,001 sampai 0,088 (memuat nol)" in text
    single = parallel_trends_bounds(simulated(1, [-2, 0]), 0.1, restriction="smoothness")
    assert single.benchmark is None
    assert "tidak dapat dilihat" in str(single)


GOOD = simulated(19, [-3, -2, 0, 1])
RANK_ONE = np.outer(GOOD.estimates, GOOD.estimates)


@pytest.mark.parametrize(
    ("study", "options", "message"),
    [
        (simulated(1, [0, 1]), {}, "tidak memuat waktu sebelum"),
        (simulated(1, [-3, -2]), {}, "tidak memuat waktu sesudah"),
        (changed(GOOD, reference=-2), {}, "Waktu acuan -2 ikut"),
        (changed(GOOD, times=np.array([-3, -3, 0, 1])), {}, "bilangan bulat yang berbeda"),
        (changed(GOOD, times=np.array([-3, -2, 0.5, 1])), {}, "bilangan bulat yang berbeda"),
        (changed(GOOD, estimates=GOOD.estimates[:3]), {}, "Ukuran tidak cocok"),
        (changed(GOOD, estimates=np.array([0, np.nan, 1, 1])), {}, "nilai kosong"),
        (changed(GOOD, covariance=RANK_ONE), {}, "tidak definit positif"),
        (changed(GOOD, covariance=-GOOD.covariance), {}, "tidak definit positif"),
        (changed(GOOD, covariance=np.triu(GOOD.covariance)), {}, "tidak simetris"),
        (GOOD, {"mbar": -0.1}, "tidak negatif"),
        (GOOD, {"mbar": []}, "tidak negatif"),
        (GOOD, {"mbar": np.nan}, "tidak negatif"),
        (GOOD, {"target": -3}, "bukan waktu sesudah acuan"),
        (GOOD, {"target": {0: 1.0, 7: 1.0}}, "Sasaran 7 bukan"),
        (GOOD, {"target": [0.5, 0.5]}, "bukan bobot menurut waktu"),
        (GOOD, {"target": {0: 0.0}}, "semuanya nol"),
        (changed(GOOD, times=np.array([-9, -8, -5, -4]), reference=-6), {}, "waktu relatif 0"),
        (GOOD, {"level": 0.4}, "Tingkat kepercayaan"),
        (GOOD, {"restriction": "linear"}, "Pembatas 'linear' tidak dikenal"),
    ],
)
def test_what_cannot_be_bounded_is_refused(study, options, message):
    with pytest.raises(MethodError, match=message) as refused:
        parallel_trends_bounds(study, **{"mbar": 1.0, **options})
    assert "Perbaikan: " in str(refused.value)


def test_breakdown_refuses_a_resolution_without_meaning():
    with pytest.raises(MethodError, match="resolution"):
        breakdown(GOOD, resolution=0.0)
