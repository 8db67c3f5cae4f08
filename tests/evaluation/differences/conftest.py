from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

EFFECT = np.array([1.0, 2.5, 4.0, 5.0])
"""True effect by years since the start, in points."""


@pytest.fixture(scope="session")
def waves():
    """Return a maker of panels like a city's: kelurahan, five years, adoption by level."""

    def make(rng, *, sizes=(10, 10, 10), units=54, noise=0.6, effect=EFFECT):
        years = np.arange(2021, 2026)
        level = rng.normal(10, 3, units)
        order = np.argsort(-(level + rng.normal(0, 2, units)))
        cohort = np.full(units, np.nan)
        cohort[order[: sum(sizes)]] = np.repeat([2022, 2023, 2024][: len(sizes)], sizes)
        exposure = years - cohort[:, None]
        gain = np.where(exposure >= 0, effect[np.nan_to_num(exposure).clip(0, 3).astype(int)], 0.0)
        common = np.array([0.0, 0.3, -0.2, 0.5, 0.8])
        values = level[:, None] + common + gain + noise * rng.normal(size=(units, 5))
        return pd.DataFrame(
            {
                "kelurahan": np.repeat([f"33.72.{i:03d}" for i in range(units)], 5),
                "tahun": np.tile(years, units),
                "mulai": np.repeat(cohort, 5),
                "miskin_pct": values.ravel(),
            }
        )

    return make


@pytest.fixture(scope="session")
def names():
    return {"outcome": "miskin_pct", "unit": "kelurahan", "time": "tahun", "cohort": "mulai"}


@pytest.fixture
def mpdta(published):
    """Teen employment in 500 counties (Callaway & Sant'Anna 2021), with figures and tolerance."""
    (table,), figures, tol = published("mpdta_cs")
    cohort = table["first.treat"].where(table["first.treat"] > 0)
    return table.assign(cohort=cohort), figures, tol


@pytest.fixture(scope="session")
def county():
    return {"outcome": "lemp", "unit": "countyreal", "time": "year", "cohort": "cohort"}
