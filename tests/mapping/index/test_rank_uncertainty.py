from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import norm

from kajian.errors import MethodError
from kajian.mapping.districts.ranks import rank_intervals
from kajian.mapping.index.composite import index_scenarios
from kajian.mapping.index.design import IndexDesign
from kajian.mapping.index.rank_uncertainty import rank_uncertainty

ROOT = Path(__file__).parents[3]
N = 20
RNG = np.random.default_rng(3)
TABLE = pd.DataFrame(
    RNG.normal(50, 5, (N, 1)) + RNG.normal(0, 5, (N, 4)),
    columns=list("abcd"),
    index=[f"u{i:02d}" for i in range(N)],
)
INDICATORS = pd.DataFrame(
    {"code": list("abcd"), "dimension": list("xxyy"), "direction": 1, "weight": [1, 2, 3, 4]}
)
ERRORS = pd.DataFrame(2.0, index=TABLE.index, columns=list("abcd"))
CHOICES = IndexDesign(
    normalise=("min-max", "z", "rank"),
    weights=("given", "equal"),
    aggregate=("arithmetic", "geometric"),
)


def uncertain(design, table=TABLE, indicators=INDICATORS, seed=1, **options):
    options = {"draws": 2000, "k": 5, "sobol_points": 64, **options}
    return rank_uncertainty(table, indicators, design, rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("normalise", ["min-max", "z", "rank"])
def test_sampling_error_alone_gives_the_intervals_of_ranks(normalise):
    error = pd.Series(np.linspace(1, 4, N), index=TABLE.index)
    design = IndexDesign(normalise=(normalise,), std_errors=error.to_frame("a"))
    found = uncertain(design, indicators=INDICATORS[:1], draws=20_000).tidy()
    other = rank_intervals(
        TABLE["a"], error, draws=20_000, rng=np.random.default_rng(2), k=5
    ).tidy()
    # Two shares from 20,000 draws differ by less than 0.02 (four errors); an end of an interval
    # by at most one rank.
    assert np.abs(found["bottom_share"] - other["bottom_share"]).max() < 0.02
    assert np.abs(found["low"] - other["low"]).max() <= 1
    assert np.abs(found["high"] - other["high"]).max() <= 1
    assert found["unit"].tolist() == other["unit"].tolist()


def test_two_units_swap_as_often_as_theory_says():
    # Scores as they are: the index is the mean of two indicators, the difference of the units is
    # 2, and each unit's error is sqrt(3^2 + 4^2) / 2.
    table = pd.DataFrame({"a": [51.0, 50.0], "b": [53.0, 50.0]}, index=["p", "q"])
    indicators = INDICATORS[:2].assign(weight=1)
    errors = pd.DataFrame({"a": [3.0, 3.0], "b": [4.0, 4.0]}, index=["p", "q"])
    design = IndexDesign(normalise=("none",), std_errors=errors)
    found = uncertain(design, table, indicators, draws=40_000, k=1).tidy()
    # Four standard errors of a share from 40,000 draws: 0.01.
    assert found["bottom_share"][0] == pytest.approx(norm.cdf(-2 / np.sqrt(12.5)), abs=0.01)


def test_choices_alone_give_the_ranks_of_all_scenarios():
    scenarios = index_scenarios(
        TABLE, INDICATORS, {name: getattr(CHOICES, name) for name in ("normalise", "weights")}
    )
    design = IndexDesign(normalise=CHOICES.normalise, weights=CHOICES.weights)
    result = uncertain(design, level=0.999, draws=4000)
    ranges = scenarios.groupby("unit")["rank"].agg(["min", "max"])
    # Six scenarios, each in one of six draws: the outermost are inside the interval.
    assert result.tidy()["low"].tolist() == ranges["min"].tolist()
    assert result.tidy()["high"].tolist() == ranges["max"].tolist()
    assert result.combinations == 6
    bottom = (scenarios["rank"] > N - 5).groupby(scenarios["unit"]).mean()
    # Four standard errors of a share from 4,000 draws: 0.032.
    np.testing.assert_allclose(result.tidy()["bottom_share"], bottom, atol=0.032)


def test_sobol_indices_against_full_enumeration():
    names = ["normalise", "weights", "aggregate"]
    scenarios = index_scenarios(TABLE, INDICATORS, {n: getattr(CHOICES, n) for n in names})
    reference = scenarios.iloc[:N].set_index("unit")["rank"]
    scenarios["shift"] = (scenarios["rank"] - scenarios["unit"].map(reference)).abs()
    shift = scenarios.groupby(names)["shift"].mean()
    first = [shift.groupby(name).mean().var(ddof=0) / shift.var(ddof=0) for name in names]
    rest = [[other for other in names if other != name] for name in names]
    total = [shift.groupby(o).var(ddof=0).mean() / shift.var(ddof=0) for o in rest]
    result = uncertain(CHOICES, sobol_points=4096)
    assert result.sobol.names == ("normalisasi", "cara membobot", "agregasi")
    # Largest Monte Carlo error among the estimates: 0.02.
    assert result.sobol.first == pytest.approx(first, abs=0.06)
    assert result.sobol.total == pytest.approx(total, abs=0.06)
    assert result.mean_shift == pytest.approx(shift.mean(), rel=0.1)


def test_one_source_of_uncertainty_explains_all():
    result = uncertain(IndexDesign(std_errors=ERRORS), sobol_points=2048)
    assert result.sobol.names == ("galat data",)
    assert result.sobol.first == pytest.approx([1], abs=0.1)
    assert result.sobol.total == pytest.approx([1], abs=0.1)


def test_more_error_widens_the_intervals():
    width = [
        (found["high"] - found["low"]).mean()
        for found in (uncertain(IndexDesign(std_errors=ERRORS * f)).tidy() for f in (0.1, 1, 3))
    ]
    assert width[0] < width[1] < width[2]


def test_a_value_filled_in_makes_its_unit_uncertain():
    table = TABLE.copy()
    table.loc["u03", "b"] = np.nan
    found = uncertain(IndexDesign(impute=("median",)), table).tidy().set_index("unit")
    width = found["high"] - found["low"]
    assert width.idxmax() == "u03"


def test_the_order_of_rows_does_not_matter():
    design = IndexDesign(
        normalise=CHOICES.normalise,
        aggregate=("arithmetic", "harmonic"),
        weight_spread=0.2,
        std_errors=ERRORS,
    )
    first, second = uncertain(design), uncertain(design, TABLE[::-1])
    assert second.tidy()["unit"].tolist() == TABLE.index[::-1].tolist()
    pd.testing.assert_frame_equal(
        first.tidy(), second.tidy()[::-1].reset_index(drop=True), check_exact=False
    )
    np.testing.assert_allclose(first.sobol.total, second.sobol.total)


def test_units_of_measure_do_not_matter():
    design = IndexDesign(normalise=CHOICES.normalise, weights=("entropy",), std_errors=ERRORS)
    metres = IndexDesign(
        normalise=CHOICES.normalise, weights=("entropy",), std_errors=ERRORS.assign(a=2000.0)
    )
    first = uncertain(design).tidy()
    second = uncertain(metres, TABLE.assign(a=TABLE["a"] * 1000 + 7)).tidy()
    pd.testing.assert_frame_equal(first, second)


def test_the_shares_of_the_bottom_add_up_to_k():
    result = uncertain(IndexDesign(std_errors=ERRORS, weight_spread=0.3))
    assert result.tidy()["bottom_share"].sum() == pytest.approx(5)
    table = result.tidy()
    assert (table["low"] <= table["rank_median"]).all()
    assert (table["rank_median"] <= table["high"]).all()


def test_no_rank_is_shown_without_its_interval():
    result = uncertain(CHOICES)
    columns = ["unit", "index", "rank_median", "low", "high", "bottom_share"]
    assert result.tidy().columns.tolist() == columns
    assert "12 kombinasi pilihan: rentang 95%" in str(result)
    assert "yang paling menentukan: " in str(result)


def test_inputs_are_left_alone():
    table, indicators, errors = TABLE.copy(), INDICATORS.copy(), ERRORS.copy()
    uncertain(IndexDesign(std_errors=errors, outliers=("none", "clip")), table, indicators)
    pd.testing.assert_frame_equal(table, TABLE)
    pd.testing.assert_frame_equal(indicators, INDICATORS)
    pd.testing.assert_frame_equal(errors, ERRORS)


@pytest.mark.parametrize(
    ("design", "options", "message"),
    [
        (IndexDesign(), {}, "Tidak ada yang berubah"),
        (CHOICES, {"k": 21}, "k antara 1 dan 20"),
        (CHOICES, {"level": 95}, "taraf = 95"),
        (CHOICES, {"draws": 0}, "simulasi = 0"),
        (CHOICES, {"sobol_points": 100}, "pangkat dua"),
        (IndexDesign(std_errors=ERRORS[:3]), {}, "3 baris untuk 20 unit"),
        (IndexDesign(normalise=("z", "goalposts")), {}, "goalpost"),
    ],
)
def test_bad_input_is_named(design, options, message):
    with pytest.raises(MethodError, match=message):
        uncertain(design, **options)


def test_the_welfare_indicators_are_columns_of_the_kelurahan_table():
    schema = ROOT / "src/kajian/data/restricted/schemas/kelurahan.yaml"
    fields = {field["name"] for field in yaml.safe_load(schema.read_text("utf-8"))["fields"]}
    indicators = pd.read_csv(ROOT / "data/raw/indikator/indeks_kesejahteraan.csv")
    assert set(indicators["code"]) <= fields
    table = pd.DataFrame(
        np.random.default_rng(1).uniform(1, 99, (12, len(indicators))), columns=indicators["code"]
    )
    design = IndexDesign(normalise=("min-max", "goalposts"))
    assert len(uncertain(design, table, indicators).tidy()) == 12


def test_who_is_at_the_bottom_of_each_draw_adds_up_to_the_shares() -> None:
    shuffled = TABLE.sample(frac=1, random_state=1)
    found = uncertain(CHOICES, table=shuffled)
    assert found.in_bottom.shape == (2000, N)
    np.testing.assert_allclose(found.in_bottom.mean(axis=0), found.table["bottom_share"])
