from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def scores():
    """Return a maker of designs: score, outcome with a jump of one, cluster, and treatment."""

    def make(seed=1, n=800, decimals=None):
        rng = np.random.default_rng(seed)
        x = 2 * rng.beta(2, 4, n) - 0.8
        if decimals is not None:
            x = np.round(x, decimals)
        traits = np.column_stack([x + rng.normal(size=n), rng.normal(size=n)])
        treatment = (rng.uniform(size=n) < 0.2 + 0.6 * (x >= 0)).astype(float)
        y = np.cos(3 * x) + (x >= 0) + traits @ [0.5, 0.2] + 0.3 * rng.normal(size=n)
        return {"x": x, "y": y, "traits": traits, "treatment": treatment}

    return make
