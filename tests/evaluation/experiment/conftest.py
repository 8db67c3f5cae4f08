"""Experiments with a known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def village_trial() -> Callable[..., pd.DataFrame]:
    """Draw villages within strata into arms ``kontrol`` and ``bantuan``; the effect is 1."""

    def draw(rng: np.random.Generator, villages: int = 16, effect: float = 1.0) -> pd.DataFrame:
        sizes = rng.integers(5, 30, size=villages)
        village = np.repeat(np.arange(villages), sizes)
        strata = np.arange(villages) // 4
        drawn = np.concatenate([rng.permutation([0, 0, 1, 1]) for _ in range(villages // 4)])
        age = rng.normal(40, 10, size=village.size)
        outcome = strata[village] + rng.normal(scale=0.5, size=villages)[village]
        outcome = outcome + 0.05 * age + rng.normal(size=village.size) + effect * drawn[village]
        return pd.DataFrame(
            {
                "hasil": outcome,
                "lengan": np.where(drawn == 1, "bantuan", "kontrol")[village],
                "desa": [f"d{code:02d}" for code in village],
                "strata": [f"s{code}" for code in strata[village]],
                "umur": age,
            }
        )

    return draw
