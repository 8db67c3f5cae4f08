from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def smoking():
    """Cigarette sales of 39 states, 1970-2000 (Abadie, Diamond and Hainmueller 2010)."""
    folder = os.environ.get("KAJIAN_REFERENCE")
    if not folder:
        pytest.skip("KAJIAN_REFERENCE is not set: the published data are not at hand")
    table = pd.read_csv(Path(folder) / "prop99_adh_table1" / "smoking_adh.csv")
    return table.astype({"year": int})[["st", "year", "cigsale"]]


@pytest.fixture
def factor_panel():
    """Return a maker of long panels: two common factors, unit levels and noise, no effect."""

    def make(rng, units=8, times=14, noise=0.3):
        paths = rng.normal(size=(times, 2)).cumsum(axis=0) @ rng.normal(size=(2, units))
        values = paths + rng.normal(size=units) + noise * rng.normal(size=(times, units))
        wide = pd.DataFrame(
            values,
            index=pd.Index(np.arange(2010, 2010 + times), name="tahun"),
            columns=pd.Index([f"33.{i:02d}" for i in range(1, units + 1)], name="kode_wilayah"),
        )
        return wide.melt(ignore_index=False, value_name="kemiskinan_pct").reset_index()

    return make


@pytest.fixture
def names():
    return {"unit": "kode_wilayah", "time": "tahun", "outcome": "kemiskinan_pct"}
