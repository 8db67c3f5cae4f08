from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from kajian.errors import MethodError
from kajian.mapping.clusters.getis_ord import getis_ord
from kajian.mapping.clusters.local_moran import local_moran

DRAWS = 999


def lattice(side: int) -> csr_array:
    place = np.stack(np.meshgrid(*[np.arange(side)] * 2), axis=-1).reshape(-1, 2)
    pairs = cKDTree(place).query_pairs(1.5, output_type="ndarray")
    both = np.concatenate([pairs, pairs[:, ::-1]])
    return csr_array((np.ones(len(both)), both.T), shape=(side**2,) * 2)


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(8).gamma(2.0, size=64)


@pytest.mark.parametrize(
    ("metres", "published"),
    [
        (30, 1.2219791625854988),
        (60, 1.7480975429706986),
        (90, 1.986135427161182),
        (120, 1.8933738244030647),
        (150, 1.2374542526775902),
    ],
)
def test_ord_and_getis_raster(metres: int, published: float) -> None:
    """Cell 120 of the 16 x 16 raster of Ord and Getis (1995), as R's spdep computes it."""
    if "KAJIAN_REFERENCE" not in os.environ:
        pytest.skip("KAJIAN_REFERENCE is unset: the raster of Ord and Getis is not at hand")
    raster = pd.read_csv(Path(os.environ["KAJIAN_REFERENCE"], "ordgetis_localg", "getisord.csv"))
    tree = cKDTree(raster[["x", "y"]].to_numpy())
    pairs = tree.query_pairs(metres * (1 + 1e-9), output_type="ndarray")
    both = np.concatenate([pairs, pairs[:, ::-1]])
    W = csr_array((np.ones(len(both)), both.T), shape=(len(raster),) * 2)
    found = getis_ord(raster["val"], W, permutations=9, rng=np.random.default_rng(0))
    assert found.statistic[119] == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize("star", [False, True])
def test_the_statistic_agrees_with_esda(values: np.ndarray, star: bool) -> None:
    esda = pytest.importorskip("esda")
    libpysal = pytest.importorskip("libpysal")
    W = lattice(8)
    graph = libpysal.weights.W.from_sparse(W)
    theirs = esda.G_Local(values, graph, transform="B", star=star, permutations=0)
    ours = getis_ord(values, W, star=star, permutations=9, rng=np.random.default_rng(0))
    np.testing.assert_allclose(ours.statistic, theirs.Zs, rtol=1e-9)


def test_origin_and_scale_do_not_matter(values: np.ndarray) -> None:
    W = lattice(8)
    first, moved, turned = (
        getis_ord(x, W, permutations=DRAWS, rng=np.random.default_rng(3))
        for x in (values, 7 + 3 * values, -values)
    )
    np.testing.assert_allclose(moved.statistic, first.statistic, rtol=1e-9)
    np.testing.assert_allclose(turned.statistic, -first.statistic, rtol=1e-9)
    np.testing.assert_array_equal(moved.p_value, first.p_value)


def test_p_is_that_of_the_local_moran_statistic(values: np.ndarray) -> None:
    W = lattice(8)
    ours = getis_ord(values, W, permutations=DRAWS, rng=np.random.default_rng(3))
    moran = local_moran(values, W, permutations=DRAWS, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(ours.p_value, moran.p_value)
    assert ours.naive == moran.naive


def test_a_planted_hot_corner_is_found_after_correction() -> None:
    side = 12
    values = np.random.default_rng(1).standard_normal((side, side))
    values[:4, :4] += 4
    found = getis_ord(
        pd.Series(values.ravel(), index=[f"u{k}" for k in range(side**2)]),
        lattice(side),
        permutations=9_999,
        rng=np.random.default_rng(2),
    )
    table = found.tidy().set_index("unit")
    assert table.loc["u0", "significant"]
    assert table.loc["u0", "kind"] == "panas"
    # No more than the corner and its rim.
    assert 9 <= found.significant.sum() <= 25
    assert found.naive > found.significant.sum()
    assert "panas" in str(found)


def test_noise_gives_a_flat_map_in_nearly_all_cases() -> None:
    rng = np.random.default_rng(9)
    W = lattice(10)
    hits = [getis_ord(rng.standard_normal(100), W, permutations=DRAWS, rng=rng) for _ in range(40)]
    assert np.mean([found.significant.any() for found in hits]) <= 0.15  # nominal 0.05
    assert np.mean([found.naive for found in hits]) == pytest.approx(5, abs=1.5)


def test_a_unit_without_neighbour_has_no_statistic(values: np.ndarray) -> None:
    W = lattice(8).tolil()
    W[0, :] = 0
    found = getis_ord(values, csr_array(W), permutations=DRAWS, rng=np.random.default_rng(0))
    assert np.isnan(found.statistic[0])
    assert np.isnan(found.p_value[0])
    assert found.kind[0] == ""
    assert not found.significant[0]


def test_a_lone_value_has_nothing_around_that_could_vary() -> None:
    values = np.zeros(64)
    values[9] = 3.0
    found = getis_ord(values, lattice(8), permutations=DRAWS, rng=np.random.default_rng(0))
    assert (found.statistic[9], found.p_value[9], found.kind[9]) == (0, 1, "")
    assert found.kind[10] == "panas"
    assert np.isfinite(found.statistic).all()


def test_an_outlier_is_not_a_cluster_of_its_own_kind() -> None:
    """One unit far above a trough: G* is positive, but what the draws find is the trough."""
    values = np.random.default_rng(3).normal(size=(12, 12))
    values[3:8, 3:8] -= 4
    values[5, 5] = 60
    star, plain = (
        getis_ord(
            values.ravel(), lattice(12), star=s, permutations=9_999, rng=np.random.default_rng(1)
        )
        for s in (True, False)
    )
    unit = 5 * 12 + 5
    assert star.statistic[unit] > 0
    assert star.p_value[unit] < 0.01
    assert (star.kind[unit], star.significant[unit]) == ("", False)
    assert plain.kind[unit] == "dingin"


def test_what_cannot_be_tested_is_refused(values: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    everybody = csr_array(np.ones((64, 64)) - np.eye(64))
    with pytest.raises(MethodError, match="bertetangga dengan semua unit lain"):
        getis_ord(values, everybody, permutations=9, rng=rng)
    with pytest.raises(MethodError, match="FDR 0 di luar"):
        getis_ord(values, lattice(8), permutations=9, rng=rng, fdr=0)
    with pytest.raises(MethodError, match="1 dari 64 nilai kosong"):
        getis_ord(np.where(np.arange(64) == 3, np.nan, values), lattice(8), permutations=9, rng=rng)
