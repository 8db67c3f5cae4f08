from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, eye_array
from threadpoolctl import threadpool_limits

from kajian.errors import MethodError
from kajian.mapping.clusters import permutation
from kajian.mapping.clusters.getis_ord import getis_ord
from kajian.mapping.clusters.local_moran import local_moran
from kajian.mapping.clusters.moran import moran, moran_table


def rng(seed=1):
    return np.random.default_rng(seed)


def ring(n, reach=1):
    """Units on a circle, neighbours of the next `reach` on either side; row-standardised."""
    W = np.zeros((n, n))
    for step in range(1, reach + 1):
        W[np.arange(n), (np.arange(n) + step) % n] = 1 / (2 * reach)
    return csr_array(W + W.T)


def uneven():
    """Seven units with unequal, asymmetric weights."""
    W = np.zeros((7, 7))
    for i, j, w in [(0, 1, 1), (0, 2, 3), (1, 0, 2), (2, 3, 1), (2, 4, 1), (2, 5, 4), (3, 2, 1)]:
        W[i, j] = w
    for i, j, w in [(4, 5, 2), (4, 6, 1), (5, 4, 1), (6, 0, 1), (6, 5, 2)]:
        W[i, j] = w
    return csr_array(W)


SEVEN = np.array([4.0, 7.0, 1.0, 9.0, 2.5, 3.0, 12.0])


@pytest.fixture(scope="module")
def columbus():
    folder = Path(libpysal.examples.get_path("columbus.shp"))
    frame = gpd.read_file(folder)
    weights = libpysal.weights.Queen.from_dataframe(frame, use_index=False)
    weights.transform = "r"
    return frame["CRIME"].to_numpy(), weights


def test_published_columbus():
    if "KAJIAN_REFERENCE" not in os.environ:
        pytest.skip("KAJIAN_REFERENCE is unset: published Columbus data are not at hand")
    folder = Path(os.environ["KAJIAN_REFERENCE"], "columbus_moran")
    crime = pd.read_csv(folder / "columbus_old.csv")["CRIME"].to_numpy()
    pairs = pd.read_csv(folder / "columbus_old_nb.csv").to_numpy() - 1
    A = csr_array((np.ones(len(pairs)), pairs.T), shape=(49, 49))
    W = csr_array(A / A.sum(axis=1)[:, None])
    result = moran(crime, W, permutations=99, rng=rng())
    # Printed by R's spdep to 9 or 10 digits.
    assert result.statistic == pytest.approx(0.510951264, abs=1e-8)
    assert result.expected == pytest.approx(-0.0208333333, abs=1e-8)
    assert result.variance_normal == pytest.approx(0.008779831457, abs=1e-8)
    assert result.variance_random == pytest.approx(0.00890876156, abs=1e-8)
    assert result.p_value == 1 / 100
    assert "p = 0.01000 dari 99 permutasi (dua sisi)" in str(result)


def test_agrees_with_esda(columbus):
    import esda

    crime, weights = columbus
    W = csr_array(weights.sparse)
    theirs = esda.Moran(crime, weights, permutations=0)
    ours = moran(crime, W, permutations=9, rng=rng())
    assert ours.statistic == pytest.approx(theirs.I, rel=1e-12)
    assert ours.variance_normal == pytest.approx(theirs.VI_norm, rel=1e-10)
    assert ours.variance_random == pytest.approx(theirs.VI_rand, rel=1e-10)
    assert ours.p_random == pytest.approx(theirs.p_rand, rel=1e-9)

    local_theirs = esda.Moran_Local(crime, weights, permutations=0)
    local_ours = local_moran(crime, W, permutations=9, rng=rng())
    n = crime.size
    # esda scales by n - 1, we by n.
    np.testing.assert_allclose(local_ours.statistic, local_theirs.Is * n / (n - 1), rtol=1e-10)
    names = np.array(["", "HH", "LH", "LL", "HL"])
    assert (local_ours.quadrant == names[local_theirs.q]).all()


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_permutation_p_is_the_exact_one(alternative):
    W, dense = uneven(), uneven().toarray()
    z = SEVEN - SEVEN.mean()
    draws = np.array([p @ dense @ p for p in map(np.array, permutations(z))])
    observed, centre = z @ dense @ z, draws.mean()
    exact = {
        "two-sided": np.abs(draws - centre) >= abs(observed - centre) - 1e-9,
        "greater": draws >= observed - 1e-9,
        "less": draws <= observed + 1e-9,
    }[alternative].mean()
    result = moran(SEVEN, W, permutations=40_000, rng=rng(), alternative=alternative)
    # Four standard errors of a share from 40,000 draws: at most 0.01.
    assert result.p_value == pytest.approx(exact, abs=0.01)
    scale = 7 / dense.sum() / (z @ z)
    # All 5,040 orderings give the moments exactly; the draws within four standard errors.
    assert result.expected == pytest.approx(scale * centre, abs=1e-12)
    assert result.variance_random == pytest.approx(scale**2 * draws.var(), rel=1e-10)
    assert result.draws_sd == pytest.approx(scale * draws.std(), rel=0.02)
    assert result.draws_mean == pytest.approx(scale * centre, abs=4 * result.draws_sd / 200)


def test_local_p_is_the_exact_one():
    W = uneven()
    z = SEVEN - SEVEN.mean()
    result = local_moran(SEVEN, W, permutations=40_000, rng=rng())
    for i in range(7):
        weights = W.toarray()[i]
        weights = weights[weights > 0]
        others = np.delete(z, i)
        lags = np.array([np.dot(p, weights) for p in permutations(others, weights.size)])
        observed = W.toarray()[i] @ z
        exact = (np.abs(lags - lags.mean()) >= abs(observed - lags.mean()) - 1e-9).mean()
        # Four standard errors of a share from 40,000 draws: at most 0.01.
        assert result.p_value[i] == pytest.approx(exact, abs=0.01)


@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=20), st.floats(0.1, 10))
def test_unit_of_measure_does_not_matter(values, factor):
    x = np.array(values)
    if np.ptp(x) < 1e-3:  # cancellation would eat the digits
        x = x + np.arange(x.size)
    W = ring(x.size)
    first = moran(x, W, permutations=1, rng=rng()).statistic
    second = moran(factor * x + 17, W, permutations=1, rng=rng()).statistic
    assert first == pytest.approx(second, abs=1e-6)


def test_local_statistics_add_up_to_the_global_one():
    x, W = rng(3).normal(size=30), ring(30)
    local = local_moran(x, W, permutations=9, rng=rng())
    whole = moran(x, W, permutations=9, rng=rng())
    assert local.statistic.sum() / W.sum() == pytest.approx(whole.statistic, rel=1e-12)


def test_memory_chunks_do_not_change_the_answer(monkeypatch):
    x, W = rng(4).normal(size=12), ring(12)
    whole = moran(x, W, permutations=999, rng=rng())
    monkeypatch.setattr(permutation, "_CHUNK", 12 * 100)
    assert moran(x, W, permutations=999, rng=rng()).p_value == whole.p_value


def test_a_planted_cluster_is_found_and_noise_is_not():
    W = ring(60, reach=4)
    x = rng(5).normal(size=60)
    noise = local_moran(x, W, permutations=9_999, rng=rng())
    # The first of 60 ordered p must be below 0.0008 to pass at 5%: noise gets there rarely.
    assert noise.significant.sum() == 0
    x[20:30] += 12
    planted = local_moran(pd.Series(x), W, permutations=9_999, rng=rng())
    table = planted.tidy()
    found = set(table.loc[table["significant"] & (table["quadrant"] == "HH"), "unit"])
    # Inside, at least six of eight neighbours are high too, against 1.2 expected by chance.
    assert set(range(22, 28)) <= found <= set(range(20, 30))
    assert "HH" in str(planted)


def test_threads_do_not_change_the_answer():
    n = 50_000  # linear algebra shares out sums of this length
    step = csr_array((np.ones(n), (np.arange(n), (np.arange(n) + 1) % n)), shape=(n, n))
    x, W = rng(7).normal(size=n), csr_array((step + step.T) / 2)
    found = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads):
            local = local_moran(x, W, permutations=99, rng=rng())
            hot = getis_ord(x, W, permutations=99, rng=rng())
        found.append((local.statistic.tobytes(), local.p_value.tobytes(), hot.statistic.tobytes()))
    assert len(set(found)) == 1


def test_an_island_has_no_local_test():
    W = ring(8).tolil()
    W[3, :] = 0
    result = local_moran(rng(6).normal(size=8), csr_array(W), permutations=99, rng=rng())
    assert np.isnan(result.p_value[3])
    assert result.quadrant[3] == ""
    assert not result.significant[3]
    assert np.isfinite(np.delete(result.q_value, 3)).all()
    assert moran(rng(6).normal(size=8), csr_array(W), permutations=9, rng=rng()).islands == 1


def test_inputs_and_global_randomness_are_left_alone():
    x, W = SEVEN.copy(), uneven()
    before = W.toarray()
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    moran(x, W, permutations=99, rng=rng())
    local_moran(x, W, permutations=99, rng=rng())
    assert (x == SEVEN).all()
    assert (W.toarray() == before).all()
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_table_has_a_row_for_each_choice_of_weights():
    table = moran_table(
        SEVEN, {"cincin": ring(7), "asimetris": uneven()}, permutations=99, rng=rng()
    )
    assert table["term"].tolist() == ["cincin", "asimetris"]
    assert table["neighbours_mean"].tolist() == pytest.approx([2.0, 12 / 7])
    direct = moran(SEVEN, uneven(), permutations=9, rng=rng()).statistic
    assert table["estimate"][1] == pytest.approx(direct, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "W", "message"),
    [
        (np.ones(7), ring(7), "sama"),
        (np.append(SEVEN[:6], np.nan), ring(7), "kosong"),
        (SEVEN, ring(8), "berukuran"),
        (SEVEN, csr_array((7, 7), dtype=float), "bertetangga"),
        (SEVEN, csr_array(eye_array(7)), "diagonal"),
        (SEVEN[:3], ring(3), "4 unit"),
    ],
)
def test_bad_input_is_named(values, W, message):
    for method in (moran, local_moran):
        with pytest.raises(MethodError, match=message):
            method(values, W, permutations=9, rng=rng())


def test_bad_choices_are_named():
    with pytest.raises(MethodError, match="alternatif"):
        moran(SEVEN, ring(7), rng=rng(), alternative="dua")
    with pytest.raises(MethodError, match="permutasi"):
        moran(SEVEN, ring(7), rng=rng(), permutations=0)
    with pytest.raises(MethodError, match="FDR"):
        local_moran(SEVEN, ring(7), rng=rng(), fdr=5)
    with pytest.raises(MethodError, match="matriks bobot"):
        moran_table(SEVEN, {}, rng=rng())
