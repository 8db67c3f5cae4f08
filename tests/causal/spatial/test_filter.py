"""The spatial filter: determinant, traces and interval against dense algebra."""

from __future__ import annotations

import numpy as np
import pytest

from kajian.causal.spatial.filter import spatial_filter
from kajian.errors import MethodError

# Sums over a hundred eigenvalues against LU: only rounding may differ.
EXACT = 1e-10


@pytest.mark.parametrize("table", ["lattice", "nearest"])
@pytest.mark.parametrize("rho", [-0.7, 0.0, 0.9])
def test_eigenvalues_give_determinant_and_traces(request, table, rho):
    built = spatial_filter(request.getfixturevalue(table).to_numpy())
    A = np.eye(len(built.W)) - rho * built.W
    G, trace, traces = built.information(rho)
    assert built.log_determinant(rho) == pytest.approx(np.linalg.slogdet(A)[1], abs=EXACT)
    np.testing.assert_allclose(G @ A, built.W, atol=EXACT)
    assert trace == pytest.approx(np.trace(G), abs=EXACT)
    assert traces == pytest.approx(np.trace(G @ G + G.T @ G), rel=EXACT)


def test_interval_ends_where_the_filter_is_singular(lattice, nearest):
    chessboard = spatial_filter(lattice.to_numpy())
    assert chessboard.bounds == pytest.approx((-1, 1))  # two colours: eigenvalue -1
    assert np.iscomplex(spatial_filter(nearest.to_numpy()).eigenvalues).any()
    pair_of_three = spatial_filter(1 - np.eye(3))
    assert pair_of_three.bounds == pytest.approx((-2, 1))
    one_way_ring = spatial_filter(np.roll(np.eye(3), 1, axis=1))  # no negative real eigenvalue
    assert one_way_ring.bounds == (-1, 1)


def test_the_highest_of_two_hills_is_found(lattice):
    built = spatial_filter(lattice.to_numpy())

    def two_hills(rho):
        return 60 * np.exp(-((rho + 0.6) ** 2) / 0.005) + 80 * np.exp(-((rho - 0.5) ** 2) / 0.005)

    assert built.maximise(two_hills, "rho") == pytest.approx(0.5, abs=0.01)


def test_a_likelihood_that_rises_to_the_end_is_refused(lattice):
    built = spatial_filter(lattice.to_numpy())
    with pytest.raises(MethodError, match=r"lambda terdorong ke ujung selangnya \(−1,000 sampai"):
        built.maximise(lambda rho: 1e6 * rho, "lambda")
