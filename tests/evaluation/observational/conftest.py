from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.treatment.tests.results as results


@pytest.fixture(scope="session")
def births():
    """Cattaneo's (2010) births, which statsmodels carries for its own tests."""
    table = pd.read_csv(Path(results.__file__).parent / "cataneo2.csv")
    coded = [name for name in table if name.endswith("_")]
    return table.drop(columns=[name[:-1] for name in coded]).rename(columns=lambda n: n.rstrip("_"))


def draw(rng, n=400):
    """Selection on x and z; the effect is 1 + x / 2, so 1 for everybody."""
    x, z = rng.normal(size=(2, n))
    d = rng.random(n) < 1 / (1 + np.exp(0.4 - 0.7 * x - 0.4 * z))
    y = x + 0.5 * z + 0.5 * x**2 + (1 + 0.5 * x) * d + rng.normal(size=n)
    return pd.DataFrame({"x": x, "z": z, "d": d, "y": y})


@pytest.fixture(scope="session")
def simulated():
    return draw(np.random.default_rng(12))


def truth(estimand):
    """Effect in the design of `draw`; its mean among the treated by quadrature."""
    if estimand == "ATE":
        return 1.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    x, z = np.meshgrid(nodes, nodes)
    mass = np.outer(weights, weights) / (1 + np.exp(0.4 - 0.7 * x - 0.4 * z))
    return 1 + 0.5 * (mass * x).sum() / mass.sum()


@pytest.fixture(scope="session")
def coverage():
    """Give bias, its Monte Carlo error, and the share of intervals that hold the truth."""

    def run(estimate, estimand, draws=60, seed=3):
        rng = np.random.default_rng(seed)
        fits = [estimate(draw(rng)) for _ in range(draws)]
        estimates = np.array([fit.estimate for fit in fits])
        true = truth(estimand)
        held = np.mean([fit.conf_low <= true <= fit.conf_high for fit in fits])
        return estimates.mean() - true, estimates.std() / np.sqrt(draws), held

    return run
