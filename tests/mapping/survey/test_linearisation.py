"""Errors of all measures of poverty and inequality: they share one way to get them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean, domain_total
from kajian.mapping.survey.resampling import design_bootstrap
from kajian.mapping.welfare.concentration import concentration_index, kakwani, linearised_kakwani
from kajian.mapping.welfare.inequality import atkinson, gini, linearised_gini
from kajian.mapping.welfare.poverty import fgt, linearised_sen, sen, sen_shorrocks_thon, watts
from kajian.mapping.welfare.relative_poverty import at_risk_of_poverty, relative_line
from kajian.mapping.welfare.shares import linearised_palma, lorenz, palma, quantile_share_ratio
from kajian.mapping.welfare.theil import linearised_theil, mean_log_deviation, theil

LINE = 800_000
MEASURES = {
    "fgt0": lambda x, *w, **o: fgt(x, LINE, *w, **o),
    "fgt1": lambda x, *w, **o: fgt(x, LINE, *w, alpha=1, **o),
    "watts": lambda x, *w, **o: watts(x, LINE, *w, **o),
    "sen": lambda x, *w, **o: sen(x, LINE, *w, **o),
    "sst": lambda x, *w, **o: sen_shorrocks_thon(x, LINE, *w, **o),
    "gini": gini,
    "theil": theil,
    "mld": mean_log_deviation,
    "atkinson_half": lambda x, *w, **o: atkinson(x, 0.5, *w, **o),
    "atkinson_1": lambda x, *w, **o: atkinson(x, 1, *w, **o),
    "atkinson_2": lambda x, *w, **o: atkinson(x, 2, *w, **o),
    "palma": palma,
    "concentration": lambda x, *w, **o: concentration_index(np.sqrt(x), x % 1000, *w, **o),
    "kakwani": lambda x, *w, **o: kakwani(np.sqrt(x), x, *w, **o),
}
# Their quantiles jump, so that they have no derivatives by the weights.
ROUGH = {
    "share_ratio": quantile_share_ratio,
    "line": relative_line,
    "at_risk": at_risk_of_poverty,
}
# What does not depend on the unit of welfare.
RELATIVE = ["gini", "theil", "mld", "atkinson_1", "atkinson_2", "palma", "kakwani"]


def clustered_sample(rng: np.random.Generator, clusters: int = 40) -> pd.DataFrame:
    """Draw 10 households from each of so many clusters in 4 strata."""
    cluster = np.repeat(np.arange(clusters), 10)
    effect = rng.normal(0, 0.25, clusters)[cluster]
    return pd.DataFrame(
        {
            "stratum": cluster * 4 // clusters,
            "cluster": cluster,
            "weight": rng.uniform(20, 80, clusters)[cluster],
            "size": rng.integers(1, 7, cluster.size),
            "x": np.exp(14 + effect + rng.normal(0, 0.45, cluster.size)).round(),
        }
    )


def design_of(sample: pd.DataFrame) -> SurveyDesign:
    return SurveyDesign(sample["stratum"], sample["cluster"], sample["weight"])


# --- other ways to the same error -------------------------------------------------------------


@pytest.mark.parametrize("name", MEASURES)
def test_influence_values_are_derivatives_by_the_weights(name):
    measure = MEASURES[name]
    rng = np.random.default_rng(4)
    x = np.append(np.exp(rng.normal(13.7, 0.6, 13)).round(), [700_000, 700_000, 900_000, 900_000])
    weights = rng.uniform(1, 5, x.size)
    scores = np.empty(x.size)
    for row in range(x.size):
        step = np.zeros(x.size)
        step[row] = 1e-5
        rise = measure(x, weights + step).estimate - measure(x, weights - step).estimate
        scores[row] = weights[row] * rise / 2e-5
    # One stratum of n clusters; the scores sum to zero.
    expected = np.sqrt(x.size / (x.size - 1) * (scores**2).sum())
    # Central differences with this step are good to eight digits or so.
    assert measure(x, weights).std_error == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", [*MEASURES, *ROUGH])
def test_linearisation_agrees_with_the_jackknife_or_the_bootstrap(name):
    sample = clustered_sample(np.random.default_rng(8), clusters=100)
    design, x, size = design_of(sample), sample["x"].to_numpy(), sample["size"].to_numpy()
    measure = {**MEASURES, **ROUGH}[name]
    found = measure(x, design=design, size=size)

    def statistic(weights: np.ndarray) -> float:
        rows = weights > 0
        return measure(x[rows], weights[rows], size=size[rows]).estimate

    if name in ROUGH:
        # The jackknife fails for quantiles. An error from 200 replicates is known to 5 percent
        # (one standard error), one by a kernel density to a few more.
        draws = design_bootstrap(statistic, design, 200, np.random.default_rng(1))
        assert found.std_error == pytest.approx(draws.std_error, rel=0.15)
        return
    whole, variance = statistic(design.weights), 0.0
    for left in range(100):
        factor = np.where(sample["stratum"] == left // 25, 25 / 24, 1.0)
        factor = np.where(sample["cluster"] == left, 0.0, factor)
        variance += 24 / 25 * (statistic(design.weights * factor) - whole) ** 2
    # Both are right to first order; from 100 clusters the second is a few percent.
    assert found.std_error == pytest.approx(np.sqrt(variance), rel=0.05)


@pytest.mark.parametrize(
    "statistic",
    [linearised_gini, linearised_theil, linearised_palma],
)
def test_bootstrap_agrees_with_linearisation(statistic):
    sample = clustered_sample(np.random.default_rng(2), clusters=100)
    design, x = design_of(sample), sample["x"].to_numpy()
    found = statistic(x, design.weights)
    linearised = domain_total(found.influence, design, np.ones(x.size)).std_error[0]
    draws = design_bootstrap(
        lambda w: statistic(x, w).estimate, design, 999, np.random.default_rng(5)
    )
    assert draws.estimate == found.estimate
    # 999 replicates know an error to 2.2 percent; 10 allows for the curvature of the index.
    assert draws.std_error == pytest.approx(linearised, rel=0.1)


def test_share_of_poor_is_a_domain_mean():
    sample = clustered_sample(np.random.default_rng(3))
    design = design_of(sample)
    found = fgt(sample["x"], LINE, design=design, size=sample["size"])
    mean = domain_mean(
        sample["x"] < LINE, design, np.ones(400), size=sample["size"], proportion=True
    )
    names = ["estimate", "std_error", "conf_low", "conf_high", "n", "clusters", "df", "rse_pct"]
    expected = mean.tidy()[names].to_numpy()[0].tolist()
    assert found.tidy()[names].to_numpy()[0].tolist() == pytest.approx(expected, rel=1e-12)
    assert found.df == 36


def test_a_stratum_with_one_cluster_does_as_the_design_says():
    x = [1.0, 2, 3, 5, 8, 13]
    design = SurveyDesign(list("aabbcc"), [1, 2, 3, 4, 5, 5], np.ones(6), single_cluster="centre")
    found, mean = linearised_gini(np.array(x), np.ones(6)), gini(x, design=design)
    expected = domain_total(found.influence, design, np.ones(6))
    assert mean.std_error == pytest.approx(expected.std_error[0], rel=1e-12)
    assert (mean.clusters, mean.df) == (5, 2)
    with pytest.raises(MethodError, match=r"1 strata hanya berisi satu klaster.*Perbaikan"):
        design_bootstrap(lambda w: 1.0, design, 10, np.random.default_rng(0))


def test_line_has_the_error_of_a_median():
    rng = np.random.default_rng(6)
    x = rng.lognormal(0, 0.5, 4000)
    found = relative_line(x)
    # sqrt(0.25 / n) over the true density at the median; a kernel estimate of it from 4,000
    # draws is good to 10 percent.
    expected = 0.6 * np.sqrt(0.25 / 4000) * 0.5 * np.sqrt(2 * np.pi)
    assert found.std_error == pytest.approx(expected, rel=0.1)
    assert found.conf_low < 0.6 < found.conf_high


# --- a population that is known ---------------------------------------------------------------


def test_errors_and_intervals_are_right_over_many_samples():
    """Take 200 samples of 80 clusters, 20 from each of 4 strata with unequal fractions."""
    rng = np.random.default_rng(11)
    population = clustered_sample(rng, clusters=800)
    # Less unequal than households are: with long tails intervals cover less (see `measured`).
    x, size = population["x"].to_numpy() ** 0.6 * 200, population["size"].to_numpy()
    chosen = ["fgt0", "fgt1", "sen", "gini", "theil", "palma", "kakwani", "share_ratio", "at_risk"]
    measures = {name: {**MEASURES, **ROUGH}[name] for name in chosen}
    truth = {name: measure(x, size=size).estimate for name, measure in measures.items()}
    bounds = np.array([0, 100, 250, 450, 800])
    stratum = np.repeat(np.arange(4), 200)
    weights = np.diff(bounds)[stratum] / 20
    design = SurveyDesign(stratum, np.repeat(np.arange(80), 10), weights)
    samples = {name: [] for name in chosen}
    for _ in range(200):
        ends = itertools.pairwise(bounds)
        drawn = np.concatenate([rng.integers(low, high, 20) for low, high in ends])
        rows = (drawn[:, None] * 10 + np.arange(10)).ravel()
        for name, measure in measures.items():
            found = measure(x[rows], design=design, size=size[rows])
            inside = found.conf_low <= truth[name] <= found.conf_high
            samples[name].append((found.estimate, found.std_error, inside))
    for name in chosen:
        estimates, errors, inside = np.array(samples[name]).T
        # A standard deviation from 200 samples is known to 5 percent (one standard error).
        assert np.sqrt(np.mean(errors**2)) == pytest.approx(estimates.std(), rel=0.15), name
        # Three binomial standard errors of 200 samples are 4.6 percent; Theil's loses one more.
        assert inside.mean() == pytest.approx(0.945, abs=0.056), name
        assert estimates.mean() == pytest.approx(truth[name], abs=0.3 * estimates.std()), name


# --- properties -------------------------------------------------------------------------------

AMOUNTS = st.lists(st.integers(100_000, 5_000_000), min_size=4, max_size=25)


@pytest.mark.parametrize("name", [*MEASURES, *ROUGH])
def test_rows_doubled_are_weights_doubled(name):
    measure = {**MEASURES, **ROUGH}[name]
    rng = np.random.default_rng(9)
    x, times = rng.integers(300_000, 3_000_000, 30), rng.integers(1, 5, 30)
    expected = measure(x.repeat(times)).estimate
    assert measure(x, times).estimate == pytest.approx(expected, rel=1e-12)
    assert measure(x, size=times).estimate == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", [*MEASURES, *ROUGH])
def test_neither_order_of_rows_nor_scale_of_weights_matters(name):
    measure = {**MEASURES, **ROUGH}[name]
    sample = clustered_sample(np.random.default_rng(10))
    other = sample.sample(frac=1, random_state=0).assign(weight=lambda t: t["weight"] * 7)
    first, second = (
        measure(t["x"], design=design_of(t), size=t["size"]).tidy() for t in (sample, other)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


@settings(max_examples=10)
@given(AMOUNTS, st.floats(1e-3, 1e3))
def test_the_unit_of_welfare_does_not_matter(amounts, factor):
    x = np.array(amounts, dtype=float)
    for name in RELATIVE:
        first, second = MEASURES[name](x), MEASURES[name](factor * x)
        assert second.estimate == pytest.approx(first.estimate, rel=1e-9, abs=1e-12)
        assert second.std_error == pytest.approx(first.std_error, rel=1e-6, abs=1e-12)
    poverty = (fgt(x * factor, LINE * factor, alpha=2), fgt(x, LINE, alpha=2))
    assert poverty[0].estimate == pytest.approx(poverty[1].estimate, rel=1e-9, abs=1e-12)


@settings(max_examples=20)
@given(AMOUNTS, st.data())
def test_a_transfer_from_rich_to_poor_lowers_inequality(amounts, data):
    x = np.sort(np.array(amounts, dtype=float))
    poor, rich = sorted(data.draw(st.permutations(range(x.size)))[:2])
    gift = (x[rich] - x[poor]) / 4
    after = x.copy()
    after[[poor, rich]] += [gift, -gift]
    for name in ("gini", "theil", "mld", "atkinson_half", "atkinson_1", "atkinson_2"):
        before = MEASURES[name](x).estimate
        if gift > 1000:
            assert MEASURES[name](after).estimate < before
        else:
            assert MEASURES[name](after).estimate <= before + 1e-12
    for name in ("fgt1", "watts", "sst"):
        assert MEASURES[name](after).estimate <= MEASURES[name](x).estimate + 1e-12


def test_inputs_are_not_changed():
    sample = clustered_sample(np.random.default_rng(12))
    before, design = sample.copy(), design_of(sample)
    for measure in {**MEASURES, **ROUGH}.values():
        measure(sample["x"].to_numpy(), design=design, size=sample["size"].to_numpy())
    lorenz(sample["x"].to_numpy(), design=design)
    pd.testing.assert_frame_equal(sample, before)
    assert (design.weights == before["weight"]).all()


# --- the bootstrap ----------------------------------------------------------------------------


def test_bootstrap_of_a_total_has_the_error_of_the_design():
    sample = clustered_sample(np.random.default_rng(13))
    design = design_of(sample)
    draws = design_bootstrap(
        lambda w: float(w @ sample["x"]), design, 2000, np.random.default_rng(2)
    )
    exact = domain_total(sample["x"], design, np.ones(400))
    # 2,000 replicates know an error to 1.6 percent; for a total there is no other difference.
    assert draws.std_error == pytest.approx(exact.std_error[0], rel=0.05)
    assert draws.df == exact.df_design
    assert draws.tidy()["estimate"].tolist() == pytest.approx(exact.estimate.tolist())
    assert "2000 ulangan" in str(draws)


def test_bootstrap_repeats_itself_in_any_order_of_rows():
    sample = clustered_sample(np.random.default_rng(14))
    values = []
    for table in (sample, sample.sample(frac=1, random_state=1)):
        x = table["x"].to_numpy()
        draws = design_bootstrap(
            lambda w, x=x: linearised_kakwani(np.sqrt(x), x, w).estimate,
            design_of(table),
            50,
            np.random.default_rng(3),
        )
        values.append(draws.values)
    np.testing.assert_allclose(values[0], values[1], rtol=1e-9)


def test_bootstrap_refuses_what_it_cannot_do():
    sample = clustered_sample(np.random.default_rng(15))
    rng = np.random.default_rng(0)
    with pytest.raises(MethodError, match=r"1 ulangan.*Perbaikan"):
        design_bootstrap(lambda w: 1.0, design_of(sample), 1, rng)
    with pytest.raises(MethodError, match=r"pada 9 dari 9 ulangan.*Perbaikan"):
        design_bootstrap(lambda w: np.nan, design_of(sample), 9, rng)


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [gini, theil, palma, at_risk_of_poverty, MEASURES["sen"]])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": [1.0, np.nan, 3, 4]}, "1 (nilai|kesejahteraan) kosong.*baris 2"),
        ({"x": []}, "bukan satu kolom yang tidak kosong"),
        ({"x": np.ones((2, 2))}, "bukan satu kolom"),
        ({"x": [1.0]}, "kurang dari dua klaster|Semua 1 kesejahteraan sama"),
        ({"weights": [1, 0, 1, -1]}, "2 penimbang kosong.*nol, atau negatif, pertama di baris 2"),
        ({"weights": [1, np.nan, 1, 1]}, "1 penimbang kosong"),
        ({"weights": [1, 1, 1]}, "bukan 4 angka"),
        ({"size": [1, 2, 3, 0]}, "1 ukuran rumah tangga"),
        ({"level": 95}, "Taraf 95"),
        ({"design": SurveyDesign([1, 1], [1, 2], [1, 1])}, "memuat 2 rumah tangga.* 4 nilai"),
        (
            {"design": SurveyDesign([1] * 4, range(4), np.ones(4)), "weights": [1, 1, 1, 2]},
            "berbeda dari penimbang rancangan",
        ),
    ],
)
def test_measures_refuse(measure, change, message):
    usual = {"x": [1.0, 2, 3, 4]} | change
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan"):
        measure(usual.pop("x"), usual.pop("weights", None), **usual)


def test_results_speak_to_the_reader():
    assert str(fgt([1, 2, 3, 4], 2.5)).startswith(
        "Proporsi miskin (P0) 0,5000 (selang kepercayaan 95% 0,0"
    )
    nobody = fgt([1, 2, 3, 4], 0.5)
    assert "tanpa selang; 4 baris, 4 klaster" in str(nobody)
    assert np.isnan([nobody.conf_low, nobody.conf_high, nobody.rse_pct]).all()
    assert str(relative_line(np.arange(1, 101) * 1e5)).startswith(
        "Garis kemiskinan relatif 3.030.000 (selang kepercayaan 95% 2."
    )


def test_only_gradients_are_tested_against_zero():
    x = np.arange(1.0, 21)
    assert kakwani(x**2, x).p_value < 0.001
    assert kakwani(x * 0.1, x).std_error == 0
    assert np.isnan([kakwani(x * 0.1, x).p_value, gini(x).p_value]).all()
    assert linearised_sen(x, np.ones(20)).estimate == 0  # all above a line of one
