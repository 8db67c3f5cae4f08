"""Counts of conditional permutation, against every permutation there is and another algorithm."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import hypergeom

from kajian.mapping.clusters.conditional import extreme_sums


def ring(n: int, reach: int = 1) -> np.ndarray:
    """Return neighbours on a circle, `reach` to either side."""
    steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    near = np.minimum(steps, n - steps)
    return ((near > 0) & (near <= reach)).astype(float)


def exact_share(z: np.ndarray, W: np.ndarray, i: int) -> float:
    """Share of all draws of unit i's neighbours that are as extreme as the observed."""
    others = np.delete(np.arange(z.size), i)
    weights = W[i][W[i] > 0]
    expected = -z[i] * weights.sum() / (z.size - 1)
    sums = np.array([z[list(p)] @ weights for p in itertools.permutations(others, weights.size)])
    return float((np.abs(sums - expected) >= abs(W[i] @ z - expected) - 1e-12).mean())


@pytest.mark.parametrize("kind", ["even", "mixed", "uneven"])
def test_counts_agree_with_all_permutations(kind: str) -> None:
    rng = np.random.default_rng(4)
    z = rng.standard_normal(7)
    z -= z.mean()
    W = ring(7)
    if kind == "mixed":  # two to five neighbours
        W[0, :6] = W[1, 3:] = 1
        np.fill_diagonal(W, 0)
    if kind == "uneven":
        W *= rng.uniform(0.5, 2, W.shape)
    draws = 60_000
    counts = extreme_sums(z, csr_array(W), draws, rng)
    exact = np.array([exact_share(z, W, i) for i in range(7)])
    # Four standard deviations of a share of that many draws.
    np.testing.assert_allclose(counts / draws, exact, atol=4 * 0.5 / np.sqrt(draws))


def test_even_and_uneven_weights_are_counted_alike() -> None:
    """A hair of unevenness takes the other way through the code, and changes nothing else."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal(300)
    z -= z.mean()
    W = ring(300, 3)
    # So small that none of 18 million sums crosses a limit; so many that units come in blocks.
    hair = W * (1 + 1e-9 * rng.standard_normal(W.shape))
    even = extreme_sums(z, csr_array(W), 60_000, np.random.default_rng(1))
    other = extreme_sums(z, csr_array(hair), 60_000, np.random.default_rng(1))
    np.testing.assert_array_equal(even, other)


def test_a_scale_of_the_weights_changes_nothing() -> None:
    z = np.random.default_rng(6).standard_normal(60)
    z -= z.mean()
    counts = [
        extreme_sums(z, csr_array(ring(60, 2) * scale), 500, np.random.default_rng(2))
        for scale in (1.0, 0.25, 1e6)
    ]
    assert (counts[0] == counts[1]).all()
    assert (counts[0] == counts[2]).all()


def test_units_without_neighbour_count_nothing_and_ties_count_fully() -> None:
    z = np.array([1.0, 1.0, -1.0, -1.0, 1.0, -1.0])
    W = ring(6)
    W[5] = 0
    counts = extreme_sums(z, csr_array(W), 999, np.random.default_rng(0))
    assert counts[5] == 0
    # Unit 1 has neighbours 1 and -1, which add up to 0; its mean is -0.4: only sums of 0 are as
    # near, so sums of 2 and -2 are extreme, and so are those of 0, which tie.
    assert counts[1] == 999


@pytest.mark.parametrize(("n", "reach"), [(200, 2), (400, 30), (1_000, 80)])
def test_two_values_follow_the_hypergeometric_distribution(n: int, reach: int) -> None:
    """In the longest sequence, positions drawn one by one are hardly ever distinct."""
    high = np.random.default_rng(8).random(n) < 0.3
    W, draws = ring(n, reach), 4_000
    counts = extreme_sums(high - high.mean(), csr_array(W), draws, np.random.default_rng(9))
    m = 2 * reach
    for i in range(0, n, 7):
        marked = int(high.sum() - high[i])
        sums = np.arange(m + 1)
        law = hypergeom(n - 1, marked, m).pmf(sums)
        centre = m * marked / (n - 1)
        exact = law[np.abs(sums - centre) >= abs(W[i] @ high - centre) - 1e-9].sum()
        # Four standard deviations of a share of that many draws.
        assert counts[i] / draws == pytest.approx(exact, abs=4 * 0.5 / np.sqrt(draws))


def test_rare_draws_of_long_sequences_are_distinct() -> None:
    """With every unit a neighbour, each draw is all others: their sum never varies."""
    z = np.random.default_rng(7).standard_normal(9)
    z -= z.mean()
    W = np.ones((9, 9)) - np.eye(9)
    counts = extreme_sums(z, csr_array(W), 50, np.random.default_rng(0))
    assert (counts == 50).all()
