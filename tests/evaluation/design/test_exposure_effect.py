"""Direct effect and spillover, recovered where the naive difference is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.design.expected_exposure import expected_exposure
from kajian.evaluation.design.exposure_effect import exposure_effect
from kajian.evaluation.design.spillover import donut, exposure


def draw(rng, near, direct=1.0, spill=0.6, share=0.3):
    units = near.index
    treated = pd.Series(rng.permutation(np.arange(len(units)) < share * len(units)) * 1, units)
    exposed = exposure(treated, near)
    y = direct * treated + spill * exposed + rng.normal(scale=0.5, size=len(units))
    return pd.DataFrame({"y": y, "d": treated, "paparan": exposed}).rename_axis("unit")


def test_both_effects_are_recovered_and_covered(grid):
    near = grid(14, 14)
    rng = np.random.default_rng(0)
    found, covered = [], []
    for _ in range(80):
        table = exposure_effect(draw(rng, near), "y", "d", "paparan").tidy()[:2]
        found.append(table["estimate"])
        truth = np.array([1.0, 0.6])
        covered.append((table["conf_low"] <= truth) & (truth <= table["conf_high"]))
    error = 3 * np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - [1.0, 0.6]) < error).all()
    # Three Monte Carlo standard errors of 0.024.
    np.testing.assert_allclose(np.mean(covered, axis=0), 0.95, atol=0.073)


def test_the_donut_recovers_what_spillover_to_comparisons_hides(grid):
    near = grid(14, 14)
    rng = np.random.default_rng(1)
    found = []
    for _ in range(80):
        data = draw(rng, near, spill=0.0, share=0.1).reset_index()
        data["y"] += 0.6 * (data["paparan"] > 0) * (data["d"] == 0)
        kept = donut(data, "unit", "d", near).data
        found.append([one.groupby("d")["y"].mean().diff()[1] for one in (data, kept)])
    naive, apart = np.mean(found, axis=0)
    # A third of the untreated have one of the tenth treated beside them.
    assert naive == pytest.approx(1 - 0.6 * (1 - 0.9**3.7), abs=0.03)
    assert apart == pytest.approx(1.0, abs=3 * np.std(found, axis=0)[1] / np.sqrt(80))


def test_a_cluster_of_treated_units_misleads_the_naive_difference(grid):
    # Whole columns are treated: treated units have treated neighbours more often than others.
    near = grid(12, 12)
    rng = np.random.default_rng(1)
    column = np.arange(144) % 12
    found = []
    for _ in range(80):
        treated = pd.Series((column // 3 == rng.integers(0, 4)) * 1, near.index)
        exposed = exposure(treated, near)
        y = treated + 0.6 * exposed + rng.normal(scale=0.5, size=144)
        data = pd.DataFrame({"y": y, "d": treated, "paparan": exposed})
        found.append(exposure_effect(data, "y", "d", "paparan").tidy()["estimate"])
    direct, spill, naive = np.mean(found, axis=0)
    error = 3 * np.std(found, axis=0) / np.sqrt(len(found))
    assert direct == pytest.approx(1.0, abs=error[0])
    assert spill == pytest.approx(0.6, abs=error[1])
    assert naive - 1 > 0.3, "most of the spillover is taken for the effect"


def test_expected_exposure_takes_out_who_was_bound_to_be_exposed(grid):
    # Units with many neighbours have more of them treated and are richer anyway.
    near = grid(10, 10)
    rng = np.random.default_rng(2)
    degree = near.sum(axis=1)
    data = pd.DataFrame({"unit": near.index, "d": np.repeat([0, 1], [70, 30])})
    expected = expected_exposure(data, "unit", "d", near, measure="count", draws=999, rng=rng)
    # Each neighbour is treated with probability 0.3; four Monte Carlo errors of at most 0.03.
    np.testing.assert_allclose(expected[near.index], 0.3 * degree, atol=0.12)
    plain, adjusted = [], []
    for _ in range(80):
        one = draw(rng, near, spill=0.0)
        one["paparan"] = exposure(one["d"], near, measure="count")
        one = one.assign(harapan=expected, y=one["y"] + degree)
        for kept, into in (((), plain), (("harapan",), adjusted)):
            table = exposure_effect(one, "y", "d", "paparan", covariates=kept).tidy()
            into.append(table["estimate"][1])
    assert np.mean(plain) > 6 * np.std(plain) / np.sqrt(80)
    assert np.mean(adjusted) == pytest.approx(0, abs=3 * np.std(adjusted) / np.sqrt(80))


def test_expected_exposure_respects_clusters_and_strata(grid):
    near = grid(2, 4)
    block = ["a", "a", "b", "b"] * 2
    data = pd.DataFrame({"unit": near.index, "d": [1, 1, 0, 0] * 2, "blok": block})
    data["baris"] = np.repeat([0, 1], 4)
    data["desa"] = data["blok"] + data["baris"].astype(str)
    result = expected_exposure(
        data, "unit", "d", near, cluster="desa", strata="baris", rng=np.random.default_rng(0)
    )
    # Four assignments: one pair of each row. Corner u00 shares its pair with u01 and meets u04
    # across: both are treated half of the time.
    assert result["u00"] == pytest.approx(0.5)
    shuffled = expected_exposure(
        data.sample(frac=1, random_state=1),
        "unit",
        "d",
        near,
        cluster="desa",
        strata="baris",
        rng=np.random.default_rng(0),
    )
    pd.testing.assert_series_equal(shuffled.sort_index(), result.sort_index())
    with pytest.raises(MethodError, match=r"Kolom d memuat 0, 1, 2"):
        expected_exposure(
            data.assign(d=[0, 0, 1, 1, 2, 2, 0, 1]), "unit", "d", near, rng=np.random.default_rng(0)
        )


def test_clusters_rows_and_words(grid):
    near = grid(10, 10)
    data = draw(np.random.default_rng(3), near).assign(petak=np.arange(100) // 10)
    result = exposure_effect(data, "y", "d", "paparan", cluster="petak")
    assert result.n_pure == ((data["d"] == 0) & (data["paparan"] == 0)).sum()
    assert (result.tidy()["df"] < 10).all()
    shuffled = exposure_effect(
        data.sample(frac=1, random_state=0), "y", "d", "paparan", cluster="petak"
    )
    np.testing.assert_allclose(
        shuffled.tidy().drop(columns="term"), result.tidy().drop(columns="term"), rtol=1e-9
    )
    assert "limpahan per satuan paparan" in str(result)
    assert "CR2 per petak" in str(result)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.assign(d=2), "d harus 0 atau 1"),
        (lambda t: t.assign(paparan=-t["paparan"]), "paparan tidak boleh negatif"),
        (lambda t: t.assign(paparan=t["paparan"] + 0.1), "Ada 0 baris pembanding tanpa paparan"),
        (lambda t: t.assign(paparan=0.0), "0 baris terpapar"),
        (lambda t: t.assign(paparan=t["d"] * 0.5), "kombinasi linear"),
        (lambda t: t.assign(y=t["d"] + 2 * t["paparan"]), "diterangkan sempurna"),
        (lambda t: t.drop(columns="y"), "Kolom y tidak ada"),
    ],
)
def test_bad_input_is_named(grid, change, said):
    data = draw(np.random.default_rng(4), grid(8, 8))
    with pytest.raises(MethodError, match=said):
        exposure_effect(change(data), "y", "d", "paparan")
