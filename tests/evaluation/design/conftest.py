"""Neighbours on a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def grid() -> Callable[[int, int], pd.DataFrame]:
    """Give a table of neighbours (sharing a side) of a grid of units ``u00``, ``u01``, ..."""

    def build(rows: int, columns: int) -> pd.DataFrame:
        y, x = np.divmod(np.arange(rows * columns), columns)
        apart = np.abs(y[:, None] - y) + np.abs(x[:, None] - x)
        units = [f"u{code:02d}" for code in range(rows * columns)]
        return pd.DataFrame((apart == 1).astype(int), index=units, columns=units)

    return build
