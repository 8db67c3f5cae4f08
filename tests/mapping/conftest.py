from __future__ import annotations

from pathlib import Path

import libpysal
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def mexico():
    """Output per head of 32 states of Mexico, shipped with PySAL."""
    return pd.read_csv(Path(libpysal.examples.get_path("mexico.csv")))
