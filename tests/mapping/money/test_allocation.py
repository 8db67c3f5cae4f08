from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from kajian.errors import MethodError
from kajian.mapping.money.allocation import need_based_allocation
from kajian.mapping.money.filling import fill
from kajian.mapping.money.uncertainty import allocation_uncertainty, need_draws


def series(values, labels=None):
    return pd.Series(values, index=labels or [f"u{i:02d}" for i in range(len(values))])


def random_case(seed, n=12):
    rng = np.random.default_rng(seed)
    return (
        series(rng.integers(0, 10**9, n) * (rng.random(n) > 0.1)),
        series(rng.integers(500, 20_000, n)),
        series(rng.uniform(1, 30, n)),
    )


CASES = st.integers(0, 10_000)
CHOICES = {
    "floor": st.floats(0, 1),
    "cap": st.one_of(st.floats(1, 4), st.just(np.inf)),
    "elasticity": st.floats(0, 3),
}


# --- the formula --------------------------------------------------------------------------------


def test_without_bounds_it_is_the_pure_formula():
    # Shares 1*1 : 1*2 : 2*1 of 1000 rupiah.
    found = need_based_allocation(series([1000, 0, 0]), series([10, 10, 20]), series([5, 10, 5]))
    table = found.tidy()
    assert table["proposed_rp"].tolist() == [200, 400, 400]
    assert table["proposed_per_head_rp"].tolist() == [20, 40, 20]
    assert table["change_rp"].tolist() == [-800, 400, 400]
    assert table["change_pct"].iloc[0] == -80
    assert table["change_pct"].iloc[1:].isna().all()
    assert table["outcome"].tolist() == ["turun", "naik", "naik"]
    assert table["bound"].tolist() == ["", "", ""]
    assert found.summary == {
        "total_rp": 1000,
        "winners": 2,
        "losers": 1,
        "winners_population": 30,
        "losers_population": 10,
        "moved_rp": 800,
        "moved_pct": 80,
        "largest_cut_pct": 80,
        "largest_rise_pct": 0,
    }


@pytest.mark.parametrize(("elasticity", "ratio"), [(0, 1), (0.5, 2**0.5), (1, 2), (2, 4)])
def test_elasticity_says_what_twice_the_need_is_worth(elasticity, ratio):
    table = need_based_allocation(
        series([10**12, 10**12]), series([3, 7]), series([4, 8]), elasticity=elasticity
    ).tidy()
    per_head = table["proposed_per_head_rp"]
    assert per_head[1] / per_head[0] == pytest.approx(ratio, rel=1e-10)


def test_bounds_hold_and_the_others_share_in_the_same_proportion():
    # Pure shares are 100, 200, 300, 400; the first keeps 200 and the last gets no more than 330.
    # That leaves 470 for the others, in the proportion 2 : 3.
    table = need_based_allocation(
        series([250, 230, 245, 275]),
        series([1, 1, 1, 1]),
        series([1, 2, 3, 4]),
        floor=0.8,
        cap=1.2,
    ).tidy()
    assert table["proposed_rp"].tolist() == [200, 188, 282, 330]
    assert table["bound"].tolist() == ["lantai", "", "", "plafon"]
    assert table["outcome"].tolist() == ["turun", "turun", "naik", "naik"]


@given(seed=CASES, **CHOICES)
@settings(max_examples=150, deadline=None)
def test_total_and_bounds_hold_whatever_the_choices(seed, floor, cap, elasticity):
    current, population, need = random_case(seed)
    table = need_based_allocation(
        current, population, need, floor=floor, cap=cap, elasticity=elasticity
    ).tidy()
    now, proposed = table["current_rp"], table["proposed_rp"]
    assert proposed.dtype == np.int64
    assert proposed.sum() == current.sum()
    assert (proposed >= floor * now).all()
    mean = current.sum() / population.sum()
    most = np.where(now > 0, cap * now, cap * mean * table["population"])
    assert (proposed <= most * (1 + 1e-12)).all()  # the mean is rounded
    # Whoever is not at a bound receives the same for each person and need, up to a rupiah; the
    # level itself is rounded at 1e-12 of amounts of up to 1e10.
    free = table[table["bound"] == ""]
    weight = free["population"] * free["need"] ** elasticity
    expected = weight * (free["proposed_rp"].sum() / (weight.sum() or 1))
    assert ((free["proposed_rp"] - expected).abs() < 1.01).all()


@given(seed=CASES, **CHOICES)
@settings(max_examples=60, deadline=None)
def test_the_level_is_that_of_a_search_by_halves(seed, floor, cap, elasticity):
    current, population, need = random_case(seed)
    weight = (population * need**elasticity).to_numpy(dtype=float)
    low, high = floor * current.to_numpy(), cap * np.maximum(current.to_numpy(), 1e6)
    total = int(current.sum())

    def excess(log_level):
        return np.clip(np.exp(log_level) * weight, low, high).sum() - total

    level = np.exp(brentq(excess, -60, 60, xtol=1e-14, rtol=1e-14)) if excess(60) > 0 else np.inf
    expected = np.clip(level * weight, low, high)
    # A hundred break points of up to 1e10, added up: rounding of 1e-15 each.
    assert fill(weight[None], low, high, total)[0] == pytest.approx(expected, rel=1e-9, abs=1e-3)


@given(seed=CASES, floor=st.sampled_from([0, 0.8, 1 - 1e-12]), cap=st.sampled_from([1.1, np.inf]))
@settings(max_examples=60, deadline=None)
def test_needs_that_lie_far_apart_keep_the_total(seed, floor, cap):
    current, population, _ = random_case(seed)
    need = series(np.exp(np.random.default_rng(seed).normal(0, 5, 12)))
    table = need_based_allocation(
        current, population, need, floor=floor, cap=cap, elasticity=5
    ).tidy()
    assert table["proposed_rp"].sum() == current.sum()
    assert (table["proposed_rp"] >= floor * current.to_numpy()).all()


def test_a_floor_or_a_cap_of_one_leaves_everything_as_it_is():
    current, population, need = random_case(1)
    current = current.clip(lower=1)
    for bound in ({"floor": 1}, {"cap": 1}, {"floor": 1, "cap": 1}):
        found = need_based_allocation(current, population, need, **bound)
        assert found.tidy()["change_rp"].eq(0).all()
        assert found.tidy()["outcome"].eq("tetap").all()
        assert found.summary["moved_rp"] == found.summary["largest_cut_pct"] == 0


def test_tighter_bounds_move_less():
    current, population, need = random_case(2)
    moved = [
        need_based_allocation(current, population, need, floor=f, cap=c).summary["moved_rp"]
        for f, c in ((0, np.inf), (0.5, 3), (0.8, 1.5), (0.95, 1.1))
    ]
    assert sorted(moved, reverse=True) == moved
    assert len(set(moved)) == 4


def test_who_receives_nothing_now_is_bounded_by_the_mean():
    current, population = series([0, 900, 100]), series([10, 60, 30])
    table = need_based_allocation(
        current, population, series([50, 1, 1]), floor=0.5, cap=1.5
    ).tidy()
    # The mean is 10 a head: no more than 15 for each of ten.
    assert table["proposed_rp"].tolist()[0] == 150
    assert table["bound"].tolist()[0] == "plafon"


def test_who_needs_nothing_keeps_the_floor():
    table = need_based_allocation(
        series([100, 100]), series([1, 1]), series([0, 1]), floor=0.3
    ).tidy()
    assert table["proposed_rp"].tolist() == [30, 170]


def test_rupiah_that_do_not_divide_go_to_the_largest_remainder():
    current, population, need = series([10, 0, 0]), series([1, 1, 1]), series([1, 1, 1])
    assert need_based_allocation(current, population, need).tidy()["proposed_rp"].tolist() == [
        *(4, 3, 3)
    ]
    need = series([1, 1, 1.02])
    assert need_based_allocation(current, population, need).tidy()["proposed_rp"].tolist() == [
        *(3, 3, 4)
    ]


@given(seed=CASES, turn=st.permutations(range(12)))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_scale_of_need_do_not_matter(seed, turn):
    case = random_case(seed)
    choices = {"floor": 0.8, "cap": 1.5}
    first = need_based_allocation(*case, **choices).tidy().set_index("unit")
    current, population, need = case
    turned = need_based_allocation(current.iloc[turn], population, 100 * need, **choices).tidy()
    assert turned["unit"].tolist() == current.index[turn].tolist()
    difference = turned.set_index("unit")["proposed_rp"] - first["proposed_rp"]
    # A remainder that is nearly one half may fall to a neighbour when needs are multiplied.
    assert difference.abs().max() <= 1
    exact = need_based_allocation(current.iloc[turn], population, need, **choices).tidy()
    assert exact.set_index("unit")["proposed_rp"].equals(first["proposed_rp"][current.index[turn]])


def test_ten_times_the_money_is_ten_times_the_amounts():
    current, population, need = random_case(4)
    first = need_based_allocation(current, population, need, floor=0.8, cap=1.5).tidy()
    tenfold = need_based_allocation(10 * current, population, need, floor=0.8, cap=1.5).tidy()
    # Each amount is rounded to a rupiah, and so are its bounds.
    assert (tenfold["proposed_rp"] - 10 * first["proposed_rp"]).abs().max() <= 30


def test_inputs_stay_as_they_were_and_the_result_says_what_it_is():
    current, population, need = random_case(5)
    before = [s.copy() for s in (current, population, need)]
    found = need_based_allocation(current, population, need, floor=0.9, cap=1.25)
    for now, then in zip((current, population, need), before, strict=True):
        pd.testing.assert_series_equal(now, then)
    assert "lantai 0.9, plafon 1.25, kepekaan 1" in str(found)
    assert f"{found.summary['winners']} naik" in str(found)
    assert "tanpa plafon" in str(need_based_allocation(current, population, need))


GOOD = {"current": series([5, 5]), "population": series([1, 1]), "need": series([1, 2])}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"floor": 1.1}, "Lantai 1.1 tidak dapat dipenuhi dengan jumlah tetap"),
        ({"floor": -0.1}, "Lantai -0.1"),
        ({"floor": np.nan}, "Lantai nan"),
        ({"cap": 0.9}, "Plafon 0.9 tidak dapat dipenuhi dengan jumlah tetap"),
        ({"cap": np.nan}, "Plafon nan"),
        ({"elasticity": -1}, "Kepekaan -1"),
        ({"elasticity": np.inf}, "Kepekaan inf"),
        ({"cap": 1.5, "need": series([0, 1])}, "Plafon menyisakan Rp3:"),
        ({"current": series([5, 5.5])}, "Nilai belanja tidak sah pada 1 wilayah: u01"),
        ({"current": series([5, np.nan])}, "Nilai belanja tidak sah pada 1 wilayah: u01"),
        ({"current": series([5, -5])}, "Nilai belanja tidak sah pada 1 wilayah: u01"),
        ({"current": series([0, 0])}, "Nilai belanja nol di semua wilayah"),
        ({"population": series([1, 0])}, "Nilai penduduk tidak sah pada 1 wilayah: u01"),
        ({"population": series([1, np.inf])}, "Nilai penduduk tidak sah"),
        ({"need": series([-1, 1])}, "Nilai kebutuhan tidak sah pada 1 wilayah: u00"),
        ({"need": series(["a", 1])}, "Nilai kebutuhan tidak sah pada 1 wilayah: u00"),
        ({"need": series([0, 0])}, "Nilai kebutuhan nol di semua wilayah"),
        ({"need": series([1, 2, 3])}, "Label kebutuhan"),
        ({"population": series([1, 2], ["u00", "u00"])}, "Label penduduk berulang"),
    ],
)
def test_bad_input_is_named(changed, message):
    with pytest.raises(MethodError, match=message) as caught:
        need_based_allocation(**GOOD | changed)
    assert "Perbaikan: " in str(caught.value)


# --- its uncertainty ----------------------------------------------------------------------------


def test_one_scenario_without_error_is_the_formula():
    current, population, need = random_case(6)
    draws = need_draws(need, 0 * need, draws=3, rng=np.random.default_rng(1))
    found = allocation_uncertainty(
        current, population, draws, floors=[0.8], caps=[1.5], elasticities=[1]
    )
    alone = need_based_allocation(current, population, need, floor=0.8, cap=1.5)
    table, expected = found.tidy(), alone.tidy()
    assert table["unit"].equals(expected["unit"])
    for column in ("proposed_median_rp", "proposed_low_rp", "proposed_high_rp"):
        assert (table[column] - expected["proposed_rp"]).abs().max() < 1
    assert table["win_share"].tolist() == expected["outcome"].eq("naik").tolist()
    assert table["lose_share"].tolist() == expected["outcome"].eq("turun").tolist()
    scenario, summary = found.scenarios.iloc[0], alone.summary
    for name in ("winners", "losers", "largest_cut_pct"):
        assert scenario[name] == pytest.approx(summary[name], abs=1e-6)
    assert scenario["moved_rp"] == pytest.approx(summary["moved_rp"], abs=12)


def test_shares_are_counts_over_single_runs():
    current, population, need = random_case(7)
    draws = need_draws(need, 0.3 * need, draws=20, rng=np.random.default_rng(2))
    floors, caps, elasticities = [0.7, 0.9], [1.25, np.inf], [0.5, 1.5]
    found = allocation_uncertainty(
        current, population, draws, floors=floors, caps=caps, elasticities=elasticities
    )
    runs = [
        [
            need_based_allocation(current, population, row, floor=f, cap=c, elasticity=e)
            for _, row in draws.iterrows()
        ]
        for f in floors
        for c in caps
        for e in elasticities
    ]
    wins = np.array([[r.tidy()["outcome"].eq("naik") for r in scenario] for scenario in runs])
    assert np.array_equal(found.wins, wins)
    table = found.tidy()
    assert table["win_share"].tolist() == pytest.approx(wins.mean(axis=(0, 1)).tolist())
    assert table["win_share_low"].tolist() == pytest.approx(wins.mean(axis=1).min(axis=0).tolist())
    assert table["win_share_high"].tolist() == pytest.approx(wins.mean(axis=1).max(axis=0).tolist())
    chosen = found.scenarios[["floor", "cap", "elasticity"]].itertuples(index=False, name=None)
    assert list(chosen) == [(f, c, e) for f in floors for c in caps for e in elasticities]
    cuts = [np.mean([r.summary["largest_cut_pct"] for r in scenario]) for scenario in runs]
    assert found.scenarios["largest_cut_pct"].tolist() == pytest.approx(cuts, abs=1e-4)
    assert "8 skenario x 20 undian" in str(found)


def test_two_alike_win_half_of_the_time():
    same = series([10**9, 10**9])
    draws = need_draws(
        series([10.0, 10.0]), series([2.0, 2.0]), draws=4000, rng=np.random.default_rng(3)
    )
    table = allocation_uncertainty(
        same, series([5, 5]), draws, floors=[0.5], caps=[2], elasticities=[1]
    ).tidy()
    # Four standard errors of a share from 4,000 draws: 0.032.
    assert table["win_share"][0] == pytest.approx(0.5, abs=0.032)
    assert (table["win_share"] + table["lose_share"]).tolist() == [1, 1]


def test_draws_have_the_mean_and_the_error_of_the_estimates():
    need, error = series([4.0, 20.0, 3.0, 0.0]), series([1.0, 3.0, 0.0, 0.0])[::-1]
    draws = need_draws(need, error, draws=40_000, rng=np.random.default_rng(4))
    assert (draws.iloc[:, :2] > 0).all(axis=None)
    # Four standard errors of a mean: 0.02 of the error; of a deviation: 0.02, more with a tail.
    assert draws.mean().tolist() == pytest.approx([4, 20, 3, 0], abs=0.06)
    assert draws.std().tolist() == pytest.approx([1, 3, 0, 0], rel=0.03)
    assert abs(draws["u00"].corr(draws["u01"])) < 0.02
    turned = need_draws(need[::-1], error, draws=5, rng=np.random.default_rng(4))
    assert turned.columns.tolist() == need.index[::-1].tolist()
    pd.testing.assert_frame_equal(
        turned[need.index], need_draws(need, error, draws=5, rng=np.random.default_rng(4))
    )


@pytest.mark.parametrize(
    ("need", "error", "draws", "message"),
    [
        ([1, 2], [1, 1, 1], 9, "Label kebutuhan berulang"),
        ([1, 2], [1, -1], 9, "pada 1 wilayah: u01"),
        ([1, 2], [1, np.nan], 9, "pada 1 wilayah: u01"),
        ([0, 2], [1, 1], 9, "pada 1 wilayah: u00"),
        ([1, 2], [1, 1], 0, "Banyaknya undian 0"),
    ],
)
def test_bad_draws_are_named(need, error, draws, message):
    with pytest.raises(MethodError, match=message):
        need_draws(series(need), series(error), draws=draws, rng=np.random.default_rng(1))


DRAWS = pd.DataFrame({"u00": [1.0, 2.0], "u01": [2.0, 1.0]})


@pytest.mark.parametrize(
    ("needs", "changed", "message"),
    [
        (DRAWS, {"floors": []}, "Tidak ada skenario"),
        (DRAWS.iloc[:0], {}, "Tidak ada skenario atau undian"),
        (DRAWS, {"floors": [0.5, 2]}, "Lantai 2"),
        (DRAWS, {"level": 95}, "Taraf 95"),
        (DRAWS.rename(columns={"u00": "lain"}), {}, "Label kebutuhan"),
        (DRAWS.assign(u00=[np.nan, 1]), {}, "Nilai kebutuhan tidak sah pada 1 wilayah: u00"),
        (DRAWS.assign(u00=[-1, 1]), {}, "negatif"),
        (DRAWS.assign(u00=[0, 1], u01=[0, 1]), {}, "nol di semua wilayah"),
    ],
)
def test_bad_scenarios_are_named(needs, changed, message):
    choices = {"floors": [0.5], "caps": [2], "elasticities": [1]} | changed
    with pytest.raises(MethodError, match=message):
        allocation_uncertainty(GOOD["current"], GOOD["population"], needs, **choices)
