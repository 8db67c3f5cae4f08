"""A square lattice of places, and its neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def lattice() -> pd.DataFrame:
    """Ten by ten places, neighbours on each side: symmetric weights, real eigenvalues."""
    index = np.arange(100).reshape(10, 10)
    linked = np.zeros((100, 100))
    for a, b in ((index[:-1], index[1:]), (index[:, :-1], index[:, 1:])):
        linked[a, b] = linked[b, a] = 1
    names = [f"33.{i:03d}" for i in range(100)]
    return pd.DataFrame(linked, index=names, columns=names)


@pytest.fixture(scope="session")
def nearest() -> pd.DataFrame:
    """Sixty scattered places and their three nearest: not symmetric, complex eigenvalues."""
    places = np.random.default_rng(3).uniform(size=(60, 2))
    apart = ((places[:, None] - places) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    linked = (apart <= np.sort(apart, axis=1)[:, [2]]).astype(float)
    names = [f"33.{i:03d}" for i in range(60)]
    return pd.DataFrame(linked, index=names, columns=names)


@pytest.fixture(scope="session")
def simulate():
    """Draw a sample from a Durbin model (theta = 0: a lag model) or an error model."""

    def draw(weights, rng, rho, theta=0.0, errors_only=False):
        linked = weights.to_numpy()
        W = linked / linked.sum(axis=1, keepdims=True)
        x, e = rng.normal(size=(2, len(W)))
        A = np.eye(len(W)) - rho * W
        mean = 1 + x + theta * (W @ x)
        y = mean + np.linalg.solve(A, e) if errors_only else np.linalg.solve(A, mean + e)
        return pd.DataFrame({"kode": weights.index, "x": x, "y": y})

    return draw
