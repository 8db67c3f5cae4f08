from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from kajian.errors import MethodError
from kajian.mapping.multidimensional import counts as deprivation_counts
from kajian.mapping.multidimensional.alkire_foster import alkire_foster
from kajian.mapping.multidimensional.counts import MOST_INDICATORS
from kajian.mapping.multidimensional.robustness import emphasised_weights, robustness
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean, domain_ratio

# Alkire and Foster (2011), the example of four persons: achievements and cutoffs.
ACHIEVED = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
CUTOFFS = np.array([13, 12, 3, 1])
DEPRIVED = ACHIEVED < CUTOFFS
GAPS = np.where(DEPRIVED, (CUTOFFS - ACHIEVED) / CUTOFFS, 0)
EQUAL = np.full(4, 0.25)

NESTED = pd.Series(
    [0.25, 0.25, 0.2, 0.2, 0.1],
    index=pd.MultiIndex.from_tuples(
        [("I", "a"), ("I", "b"), ("II", "c"), ("III", "d"), ("III", "e")],
        names=["dimension", "code"],
    ),
)


def households(n: int = 480, seed: int = 5) -> pd.DataFrame:
    """Draw households of a two-stage sample: 20 in each of n / 20 clusters, in 4 strata."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n) // 20
    hardship = rng.normal(0, 0.5, cluster.max() + 1)[cluster] + rng.normal(0, 1, n)
    table = pd.DataFrame(
        {code: hardship + rng.normal(0, 1, n) > 0.6 for code in NESTED.index.get_level_values(1)}
    )
    return table.assign(
        stratum=cluster * 80 // n,
        cluster=cluster,
        weight=rng.uniform(20, 80, cluster.max() + 1)[cluster],
        size=rng.integers(1, 8, n),
        place=np.array(list("xyz"))[rng.integers(0, 3, n)],
    )


def measured(table: pd.DataFrame, k: float = 0.4, *, design: bool = True, **changes):
    usual = {"by": table["place"], "size": table["size"]}
    if design:
        usual["design"] = SurveyDesign(table["stratum"], table["cluster"], table["weight"])
    else:
        usual["sample_weights"] = table["weight"]
    return alkire_foster(table[list("abcde")], NESTED, k, **{**usual, **changes})


def three(found) -> tuple[float, float, float]:
    return found.H, found.A, found.M0


# --- published figures ------------------------------------------------------------------------


def test_the_example_of_the_paper():
    found = alkire_foster(DEPRIVED, EQUAL, 0.5, gaps=GAPS)
    # Sums of quarters are exact.
    assert three(found) == (1 / 2, 3 / 4, 3 / 8)
    assert found.tidy()["term"].tolist() == ["H", "A", "M0", "M1", "M2"]
    # Persons 2 and 3: of six deprivations, one, two, one and two in each dimension.
    assert found.indicators["contribution_pct"].tolist() == pytest.approx(
        [100 / 6, 200 / 6, 100 / 6, 200 / 6], rel=1e-12
    )
    assert found.indicators["headcount"].tolist() == [0.25, 0.75, 0.25, 0.5]
    assert found.indicators["censored"].tolist() == [0.25, 0.5, 0.25, 0.5]
    m1 = (5 / 12 + 1 + 0.5 / 13 + 2 / 12 + 2 / 3 + 1) / 16
    m2 = ((5 / 12) ** 2 + 1 + (0.5 / 13) ** 2 + (2 / 12) ** 2 + (2 / 3) ** 2 + 1) / 16
    assert found.tidy()["estimate"].tolist()[3:] == pytest.approx([m1, m2], rel=1e-12)


@pytest.mark.parametrize(("k", "poor"), [(0.25, 3), (0.5, 2), (0.75, 1), (1, 1)])
def test_from_union_to_intersection(k, poor):
    assert three(alkire_foster(DEPRIVED, EQUAL, k))[0] == poor / 4


def test_weights_of_the_paper_change_who_is_poor():
    # With income at two of four, and the others at two thirds: person 2 bears 4/3, below 2.
    weights = np.array([2, 2 / 3, 2 / 3, 2 / 3]) / 4
    found = alkire_foster(DEPRIVED, weights, 0.5)
    assert three(found) == pytest.approx((0.25, 1, 0.25), rel=1e-15)


# --- parts add up -----------------------------------------------------------------------------


@pytest.mark.parametrize("design", [True, False])
def test_parts_add_up(design):
    found = measured(households(), design=design)
    groups, indicators = found.by_group, found.indicators
    # Sums of a few hundred numbers, in another order.
    close = {"rel": 1e-12}
    headcount, intensity, adjusted = three(found)
    assert headcount * intensity == pytest.approx(adjusted, **close)
    assert groups["population_share"].sum() == pytest.approx(1, **close)
    for term in ("H", "M0"):
        total = (groups["population_share"] * groups[term]).sum()
        assert total == pytest.approx(getattr(found, term), **close)
    share = 100 * groups["population_share"] * groups["M0"] / found.M0
    np.testing.assert_allclose(groups["contribution_pct"], share, rtol=1e-12)
    assert (indicators["weight"] * indicators["censored"]).sum() == pytest.approx(found.M0, **close)
    for table in (indicators, found.dimensions):
        assert table["contribution_pct"].sum() == pytest.approx(100, **close)
        assert table["weight"].sum() == pytest.approx(1, **close)
    for table in (found.group_indicators, found.group_dimensions):
        assert table["group"].drop_duplicates().tolist() == ["x", "y", "z"]
        sums = table.groupby("group")["contribution_pct"].sum()
        assert sums.tolist() == pytest.approx([100] * 3, **close)
    by_dimension = indicators.groupby("dimension", sort=False)["contribution_pct"].sum()
    np.testing.assert_allclose(found.dimensions["contribution_pct"], by_dimension, rtol=1e-12)


def test_a_group_is_measured_as_if_it_were_alone():
    table = households()
    found = measured(table, design=False)
    own = measured(table[table["place"] == "y"], design=False)
    row = found.by_group.set_index("group").loc["y"]
    assert row[["H", "A", "M0"]].tolist() == pytest.approx([own.H, own.A, own.M0], rel=1e-12)
    columns = ["headcount", "censored", "contribution_pct"]
    inside = found.group_indicators.query("group == 'y'")[columns]
    np.testing.assert_allclose(inside, own.indicators[columns], rtol=1e-12)


# --- errors under the design ------------------------------------------------------------------


def test_errors_are_those_of_means_and_ratios():
    table = households()
    design = SurveyDesign(table["stratum"], table["cluster"], table["weight"])
    found = measured(table)
    score = table[list("abcde")].to_numpy() @ NESTED.to_numpy()
    poor = score >= 0.4 - 1e-9
    size, place = table["size"], table["place"]

    def agree(table: pd.DataFrame, name: str, expected, scale: float = 1) -> None:
        np.testing.assert_allclose(table[name], scale * expected.estimate, rtol=1e-12)
        # The error is a root of a sum of squares of small differences.
        np.testing.assert_allclose(
            table[f"{name}_std_error"], scale * expected.std_error, rtol=1e-9
        )

    agree(found.by_group, "H", domain_mean(poor, design, place, size=size))
    agree(found.by_group, "M0", domain_mean(score * poor, design, place, size=size))
    agree(found.by_group, "A", domain_ratio(score * poor * size, poor * size, design, place))
    c = found.group_indicators.query("code == 'c'")
    agree(c, "headcount", domain_mean(table["c"], design, place, size=size))
    agree(c, "censored", domain_mean(table["c"] & poor, design, place, size=size))
    part = 0.2 * (table["c"] & poor) * size
    agree(c, "contribution_pct", domain_ratio(part, score * poor * size, design, place), scale=100)
    third = found.group_dimensions.query("dimension == 'III'")
    part = (0.2 * table["d"] + 0.1 * table["e"]) * poor * size
    agree(
        third, "contribution_pct", domain_ratio(part, score * poor * size, design, place), scale=100
    )
    labels = domain_mean(score * poor, design, place, size=size, proportion=True)
    assert found.by_group["M0_label"].tolist() == labels.label.tolist()
    np.testing.assert_allclose(found.by_group["M0_conf_low"], labels.conf_low, rtol=1e-9)
    whole = domain_mean(score * poor, design, np.ones(480), size=size, proportion=True)
    row = found.tidy().set_index("term").loc["M0"]
    assert row["std_error"] == pytest.approx(whole.std_error[0], rel=1e-9)
    assert row["conf_high"] == pytest.approx(whole.conf_high[0], rel=1e-9)


def test_whole_gaps_are_deprivations():
    table = households()
    found = measured(table, gaps=table[list("abcde")].astype(float))
    rows = found.measures.set_index("term")
    for name in ("M1", "M2"):
        pd.testing.assert_series_equal(rows.loc[name], rows.loc["M0"], check_names=False)
        columns = [column for column in found.by_group if column.startswith("M0")]
        same = found.by_group[[column.replace("M0", name) for column in columns]]
        pd.testing.assert_frame_equal(
            same.set_axis(columns, axis=1), found.by_group[columns], rtol=1e-9
        )


def test_intervals_cover_what_is_true():
    """Take 120 samples of 40 clusters out of 400, 10 households from each."""
    rng = np.random.default_rng(11)
    population = households(8_000, seed=2)
    true = measured(population, design=False, sample_weights=np.ones(8_000), by=None)

    def within(table: pd.DataFrame, low: str, high: str, truth: pd.Series) -> pd.Series:
        return (table[low] <= truth) & (truth <= table[high])

    held = []
    for _ in range(120):
        strata = [rng.choice(100, 10, replace=False) + 100 * h for h in range(4)]
        rows = [20 * c + rng.choice(20, 10, replace=False) for c in np.concatenate(strata)]
        sample = population.iloc[np.concatenate(rows)].assign(weight=20.0)
        found = measured(sample, by=None)
        held.append(
            [
                *within(found.measures, "conf_low", "conf_high", true.measures["estimate"]),
                *within(
                    found.dimensions,
                    "contribution_pct_conf_low",
                    "contribution_pct_conf_high",
                    true.dimensions["contribution_pct"],
                ),
            ]
        )
    # Three binomial standard errors of 120 samples are 6 percent.
    assert np.mean(held, axis=0) == pytest.approx(np.full(6, 0.95), abs=0.06)


def test_without_a_design_nothing_is_pretended():
    found = measured(households(), design=False)
    errors = [name for name in found.by_group if name.endswith(("_error", "_low", "_pct"))]
    assert found.tidy()[["std_error", "conf_low", "conf_high", "rse_pct"]].isna().all(axis=None)
    assert found.by_group[errors].drop(columns="contribution_pct").isna().all(axis=None)
    assert set(found.by_group["M0_label"]) == {"tanpa rancangan"}
    assert "tanpa galat baku" in str(found)


# --- two ways to count ------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0.05, 1))
def test_patterns_and_blocks_agree(seed, d, k):
    rng = np.random.default_rng(seed)
    table = rng.random((60, d)) < 0.4
    weights, persons = rng.dirichlet(np.ones(d)) * 0.9 + 0.1 / d, rng.uniform(0.5, 3, 60)
    group = rng.integers(0, 4, 60)
    with pytest.MonkeyPatch.context() as patch:
        fast = alkire_foster(table, weights, k, persons, by=group)
        patch.setattr(deprivation_counts, "MOST_INDICATORS", 0)
        patch.setattr(deprivation_counts, "BLOCK", 7)
        slow = alkire_foster(table, weights, k, persons, by=group)
    for name in ("measures", "indicators", "by_group", "group_indicators"):
        pd.testing.assert_frame_equal(getattr(fast, name), getattr(slow, name), rtol=1e-10)
    poor = table @ weights >= k - 1e-9
    expected = persons @ poor / persons.sum()
    assert three(fast)[0] == pytest.approx(expected, rel=1e-10, abs=1e-15)


def test_more_indicators_than_fit_a_pattern():
    rng = np.random.default_rng(0)
    few = rng.random((200, 3)) < 0.5
    many = np.repeat(few, MOST_INDICATORS, axis=1)
    first = alkire_foster(few, [0.25, 0.25, 0.5], 0.5)
    weights = np.repeat([0.25, 0.25, 0.5], MOST_INDICATORS) / MOST_INDICATORS
    second = alkire_foster(many, weights, 0.5)
    pd.testing.assert_frame_equal(first.measures, second.measures, rtol=1e-12)


def test_a_score_at_the_cutoff_is_poor():
    assert 0.1 + 0.7 < 0.8  # as floats
    assert three(alkire_foster([[1, 1, 0]], [0.1, 0.7, 0.2], 0.8)) == pytest.approx((1, 0.8, 0.8))
    sevenths = np.full(7, 1 / 7)
    for count in range(1, 8):
        row = (np.arange(7) < count)[None]
        assert three(alkire_foster(row, sevenths, count / 7))[0] == 1


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=8)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_neither_order_nor_scale_of_weights_matters(seed, factor):
    table = households()
    other = table.sample(frac=1, random_state=seed).assign(weight=lambda t: t["weight"] * factor)
    first, second = measured(table), measured(other)
    for name in ("measures", "indicators", "by_group", "group_dimensions"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), rtol=1e-8)


def test_twice_the_population_is_as_poor():
    table = households()
    twice = pd.concat([table, table], ignore_index=True)
    first, second = measured(table, design=False), measured(twice, design=False)
    pd.testing.assert_frame_equal(first.measures, second.measures, rtol=1e-12)
    shares = ["population_share", "contribution_pct", "H", "A", "M0"]
    pd.testing.assert_frame_equal(first.by_group[shares], second.by_group[shares], rtol=1e-12)


def test_persons_are_households_repeated():
    table = households()
    repeated = table.loc[table.index.repeat(table["size"])]
    first = measured(table, design=False)
    second = measured(repeated, design=False, size=None)
    pd.testing.assert_frame_equal(first.measures, second.measures, rtol=1e-12)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_a_higher_cutoff_leaves_fewer_and_poorer(seed):
    rng = np.random.default_rng(seed)
    table = rng.random((50, 5)) < 0.5
    found = [alkire_foster(table, NESTED, k) for k in (0.1, 0.3, 0.5, 0.8)]
    assert np.all(np.diff([each.H for each in found]) <= 1e-12)
    assert np.all(np.diff([each.M0 for each in found]) <= 1e-12)
    rising = np.diff([each.A for each in found if each.H > 0])
    assert np.all(rising >= -1e-12)


def test_forms_of_input_agree():
    table = households()
    named = table[list("abcde")]
    usual = {"by": table["place"], "size": table["size"]}
    expected = alkire_foster(named, NESTED, 0.4, **usual).by_group
    matrix = named.to_numpy()
    forms = [
        (matrix, NESTED),
        (np.asfortranarray(matrix), NESTED.to_numpy()),
        (matrix.astype(int), NESTED),
        (matrix.astype(float).tolist(), NESTED),
        (named.astype("boolean"), NESTED),
        (named[list("edcba")], NESTED),
        (named[list("edcba")], NESTED.droplevel("dimension")),
    ]
    for deprivations, weights in forms:
        found = alkire_foster(deprivations, weights, 0.4, **usual).by_group
        pd.testing.assert_frame_equal(found, expected, rtol=1e-12)
    place = table["place"].astype(pd.CategoricalDtype(list("wxyz")))
    for by in (place, table["place"].tolist()):
        found = alkire_foster(named, NESTED, 0.4, by=by, size=table["size"]).by_group
        pd.testing.assert_frame_equal(found, expected)


def test_a_group_without_households_and_one_without_poor():
    table = households()
    alone = table["place"] == "z"
    table.loc[alone, list("abcde")] = False
    for design in (True, False):
        found = measured(table, design=design, domains=["z", "w", "x", "y"])
        groups = found.by_group.set_index("group")
        assert groups.index.tolist() == ["z", "w", "x", "y"]
        assert groups.loc["w", ["n", "population_share", "contribution_pct"]].tolist() == [0, 0, 0]
        assert groups.loc["w", ["H", "A", "M0"]].isna().all()
        assert groups.loc["z", ["H", "M0"]].tolist() == [0, 0]
        assert np.isnan(groups.loc["z", "A"])
        inside = found.group_dimensions.query("group == 'z'")
        assert inside["contribution_pct"].isna().all()
    labels = measured(table, domains=["z", "w", "x", "y"]).by_group["M0_label"]
    assert labels.tolist()[:2] == ["tidak ditampilkan", "tanpa sampel"]


def test_summaries():
    table = households()
    found = measured(table)
    first = found.dimensions.nlargest(1, "contribution_pct")["dimension"].iloc[0]
    assert f"penyumbang terbesar: {first}" in str(found)
    assert "480 rumah tangga, 5 indikator, k = 0,40" in str(found)
    assert "(20 derajat bebas)" in str(found)
    nobody = alkire_foster(np.zeros((3, 2)), [0.5, 0.5], 0.5)
    assert three(nobody) == pytest.approx((0, np.nan, 0), nan_ok=True)
    assert str(nobody).endswith("tidak ada yang miskin")


# --- other cutoffs and weights ----------------------------------------------------------------


def test_robustness_is_the_measure_under_each_choice():
    table = households()
    named, place = table[list("abcde")], table["place"]
    others = emphasised_weights(NESTED)
    assert list(others) == ["I", "II", "III"]
    found = robustness(
        named, NESTED, 0.4, table["weight"], by=place, ks=(0.2, 0.4, 0.6), weightings=others
    )
    assert len(found.tidy()) == 3 * 4
    base = alkire_foster(named, NESTED, 0.4, table["weight"], by=place).by_group
    for row in found.tidy().to_dict("records"):
        weights = {"dasar": NESTED, **others}[row["weighting"]]
        expected = alkire_foster(named, weights, row["k"], table["weight"], by=place)
        assert (row["H"], row["M0"]) == pytest.approx((expected.H, expected.M0), rel=1e-12)
        groups = found.by_group.query("weighting == @row['weighting'] and k == @row['k']")
        np.testing.assert_allclose(groups["M0"], expected.by_group["M0"], rtol=1e-12)
        ranks = expected.by_group["M0"].rank(ascending=False, method="min")
        assert groups["rank"].tolist() == ranks.tolist()
        tau = kendalltau(base["M0"], expected.by_group["M0"]).statistic
        assert row["tau_b"] == pytest.approx(tau, rel=1e-12)
    ranges = found.by_group.groupby("group")["rank"].agg(["min", "max"])
    assert found.ranks[["low", "high"]].to_numpy().tolist() == ranges.to_numpy().tolist()


def test_robust_comparisons_by_hand():
    # Group p: one in three deprived in both; q: two in three in the first only; r: nobody; s, t:
    # as p. With k = 0.4 the order is p = s = t > q > r; with k = 0.2, where q's 2/3 x 0.3 is
    # counted too, p = s = t = 1/3 > q = 0.2 > r; with weights 0.7 and 0.3, q = 0.47 > p.
    deprived = {
        "p": [[1, 1], [0, 0], [0, 0]],
        "q": [[1, 0], [1, 0], [0, 0]],
        "r": [[0, 0], [0, 0], [0, 0]],
    }
    deprived |= {"s": deprived["p"], "t": deprived["p"]}
    by = np.repeat(list(deprived), 3)
    usual = {"by": by, "domains": [*"pqrstu"]}
    weights = pd.Series([0.3, 0.7])
    matrix = np.concatenate([*deprived.values()])
    found = robustness(matrix, weights, 0.4, ks=[0.2], weightings={"lain": weights[::-1]}, **usual)
    measures = found.tidy().set_index(["weighting", "k"])
    # Of ten pairs three are ties (p, s, t); q and r tie where k = 0.4 leaves q without poor.
    assert (found.pairs, found.tied_pairs) == (6, 4)
    assert measures.loc[("dasar", 0.2), "kept"] == 1
    assert measures.loc[("lain", 0.4), "kept"] == 0.5
    assert found.kept == 0.5
    assert found.ranks["rank"].tolist() == [1, 4, 4, 1, 1]
    assert found.ranks[["low", "high"]].to_numpy().tolist() == [
        [1, 2],
        [1, 4],
        [4, 5],
        [1, 2],
        [1, 2],
    ]
    assert found.without_households == ("u",)
    assert "50,0% dari 6 pasangan" in str(found)


def test_robustness_without_groups():
    found = robustness(DEPRIVED, EQUAL, 0.5, ks=(0.25, 1))
    assert found.tidy()["H"].tolist() == [0.5, 0.75, 0.25]
    assert found.pairs == 0
    assert np.isnan(found.kept)
    assert "tidak ada pasangan" in str(found)


def test_emphasised_weights_by_hand():
    found = emphasised_weights(NESTED)
    assert found["II"].tolist() == pytest.approx(
        [0.5 * w for w in (0.3125, 0.3125, 1, 0.25, 0.125)], rel=1e-12
    )
    for weights in found.values():
        assert weights.sum() == pytest.approx(1, rel=1e-12)
        assert weights.groupby(level="dimension").sum().max() == pytest.approx(0.5, rel=1e-12)


# --- what is wrong ----------------------------------------------------------------------------

DESIGN = SurveyDesign([1, 1, 1, 1], [1, 2, 3, 4], np.ones(4))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"k": 0}, "k = 0 di luar"),
        ({"k": 1.2}, "k = 1.2 di luar"),
        ({"k": np.nan}, "k = nan di luar"),
        ({"level": 95}, "Taraf 95"),
        ({"weights": [0.5, 0.5]}, "2 bobot untuk 4"),
        ({"weights": [0.3, 0.3, 0.3, 0.3]}, "Jumlah bobot 1.2, bukan 1"),
        ({"weights": [0.5, 0.5, 0.5, -0.5]}, "Bobot indikator 4"),
        ({"weights": [0.5, 0.5, 0, np.nan]}, "Bobot indikator 3, 4"),
        ({"deprivations": pd.DataFrame(DEPRIVED), "weights": NESTED}, "tidak sama.*0, 1, 2"),
        ({"deprivations": DEPRIVED[0]}, "berdimensi 1"),
        ({"deprivations": DEPRIVED[:0]}, "kosong"),
        ({"deprivations": DEPRIVED * 2}, "7 deprivasi .* indikator 2 di baris 2"),
        ({"deprivations": np.where(DEPRIVED, np.nan, 0)}, "7 deprivasi"),
        (
            {"deprivations": pd.DataFrame({"a": [True, None, False, True]}), "weights": [1.0]},
            "1 deprivasi .* indikator a di baris 2",
        ),
        ({"sample_weights": [1, 1]}, "penimbang berisi 2"),
        ({"sample_weights": [1, 1, 0, np.inf]}, "2 penimbang .* baris 3"),
        ({"size": [1, 1, -1, 1]}, "1 ukuran rumah tangga"),
        ({"by": ["a", "a", None, "b"]}, "3 dari 4"),
        ({"by": ["a", "a"]}, "2 dari 4"),
        ({"by": list("aabb"), "domains": ["a"]}, "1 kelompok tidak ada .* 'b'"),
        ({"design": DESIGN, "sample_weights": [2, 1, 1, 1]}, "berbeda dari penimbang rancangan"),
        ({"design": DESIGN, "deprivations": DEPRIVED[:3]}, "penimbang berisi 4 angka.* 3 rumah"),
        ({"gaps": GAPS[:, :2]}, r"\(4, 2\)"),
        ({"gaps": GAPS * 2}, r"kesenjangan \(gaps\)"),
        ({"gaps": np.full((4, 4), 0.5)}, "9 kesenjangan .* baris 1 kolom 1"),
        ({"gaps": np.where(DEPRIVED, np.nan, 0)}, "7 kesenjangan"),
    ],
)
def test_the_measure_refuses(change, message):
    usual = {"deprivations": DEPRIVED, "weights": EQUAL, "k": 0.5}
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan"):
        alkire_foster(**{**usual, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "memerlukan k atau pembobot lain"),
        ({"ks": [0.5]}, "memerlukan k atau pembobot lain"),
        ({"ks": [0.5, 2]}, "k = 2.0 di luar"),
        ({"weightings": {"dasar": EQUAL}}, "'dasar' sudah terpakai"),
        ({"weightings": {"lain": [1.0]}}, "1 bobot untuk 4"),
    ],
)
def test_robustness_refuses(change, message):
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan"):
        robustness(DEPRIVED, EQUAL, 0.5, **change)


def test_weights_that_cannot_be_emphasised():
    for weights, share in ((NESTED, 1), (NESTED["I":"I"] * 2, 0.5)):
        with pytest.raises(MethodError, match=r"dimensi tidak dapat dibagi.*Perbaikan"):
            emphasised_weights(weights, share)
