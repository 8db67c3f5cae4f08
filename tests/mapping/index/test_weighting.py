from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.index.normalise import described_indicators
from kajian.mapping.index.weighting import indicator_weights, principal_components, weight_matrices


def described(dimensions, **columns):
    codes = [f"i{j}" for j in range(len(dimensions))]
    table = {"code": codes, "dimension": dimensions, "direction": 1, "weight": 1.0}
    return described_indicators(pd.DataFrame({**table, **columns}))


def frame(values):
    values = np.asarray(values, dtype=float)
    return pd.DataFrame(values, columns=[f"i{j}" for j in range(values.shape[1])])


def correlated(n=40, seed=1):
    rng = np.random.default_rng(seed)
    return frame(rng.normal(size=(n, 1)) + rng.normal(size=(n, 4)) * [0.3, 0.6, 0.9, 1.2])


def test_entropy_by_hand():
    # Shares 0, 1/2, 1/2 and 0, 1/4, 3/4 of the sum; both relative to ln 3.
    values = frame([[5, 10], [7, 20], [7, 40]])
    first = 1 - np.log(2) / np.log(3)
    second = 1 + (0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(3)
    found = indicator_weights(described(["x", "x"]), values, "entropy")["weight"]
    assert found.tolist() == pytest.approx(np.array([first, second]) / (first + second))


def test_entropy_looks_at_the_good_side():
    values = frame([[0, 0], [1, 1], [3, 3]])
    turned = indicator_weights(described(["x", "x"], direction=[1, -1]), values, "entropy")
    # Turned, 0, 1, 3 become 3, 2, 0.
    other = indicator_weights(described(["x", "x"]), frame([[0, 3], [1, 2], [3, 0]]), "entropy")
    assert turned["weight"].tolist() == pytest.approx(other["weight"].tolist())


def test_pca_against_a_singular_value_decomposition():
    values = correlated()
    z = ((values - values.mean()) / values.std()).to_numpy()
    first = np.linalg.svd(z, full_matrices=False)[2][0] ** 2
    found = indicator_weights(described(["x"] * 4), values, "pca")["weight"]
    assert found.tolist() == pytest.approx(first)
    assert found.sum() == pytest.approx(1)


def test_pca_is_done_within_dimensions_and_leaves_these_their_weights():
    indicators = described(["x", "y", "x", "x"], dimension_weight=[1, 3, 1, 1])
    found = indicator_weights(indicators, correlated(), "pca")
    assert found.groupby("dimension")["weight"].sum().tolist() == pytest.approx([1, 1])
    assert found["weight"][1] == 1
    assert found["dimension_weight"].tolist() == [0.25, 0.75, 0.25, 0.25]


def test_components_of_a_known_matrix():
    # Eigenvalues 1 + 1, 1, 1 - 1; first vector (0.6, 1, 0.8) / sqrt(2).
    matrix = np.array([[1, 0.6, 0], [0.6, 1, 0.8], [0, 0.8, 1]])
    eigenvalues, loadings = principal_components(matrix)
    assert eigenvalues.tolist() == pytest.approx([2, 1, 0], abs=1e-12)
    assert loadings[:, 0].tolist() == pytest.approx([0.6, 1, 0.8])
    # Largest element positive: (0.8, 0, -0.6).
    assert loadings[:, 1].tolist() == pytest.approx([0.8, 0, -0.6], abs=1e-12)
    np.testing.assert_allclose(loadings @ loadings.T, matrix, atol=1e-12)


def test_equal_sized_loadings_start_positive():
    _, loadings = principal_components(np.array([[1, 0.5], [0.5, 1]]))
    assert (loadings[0] > 0).all()


def test_weights_as_matrices():
    indicators = described(["x", "y", "x"], weight=[1, 5, 3], dimension_weight=[1, 4, 1])
    within, between = weight_matrices(indicator_weights(indicators, correlated(), "given"))
    assert within.tolist() == [[0.25, 0, 0.75], [0, 1, 0]]
    assert between.tolist() == [0.2, 0.8]


def test_equal_weights_override_all():
    indicators = described(["x", "y", "x"], weight=[1, 5, 3], dimension_weight=[1, 4, 1])
    found = indicator_weights(indicators, correlated(), "equal")
    assert found["weight"].tolist() == [0.5, 1, 0.5]
    assert found["dimension_weight"].tolist() == [0.5] * 3


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([[1, -1], [2, -3], [3, -2]], "pca", "'x' tidak bermakna: indikatornya tidak searah"),
        ([[1, 2], [2, 4], [3, 6]], "pca", "berkorelasi sempurna"),
        ([[1, -2], [2, -4], [3, -6]], "pca", "berkorelasi sempurna"),
        ([[0, 0], [0, 1], [1, 0], [1, 1]], "pca", "sama besar"),
        ([[1, 2], [1, 4], [1, 6]], "entropy", "berbeda antarunit"),
        ([[1, 2], [1, 4], [1, 6]], "pca", "berbeda antarunit"),
    ],
)
def test_weights_that_the_data_cannot_give(values, weights, message):
    with pytest.raises(MethodError, match=message):
        indicator_weights(described(["x", "x"]), frame(values), weights)
