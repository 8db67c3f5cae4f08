from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.evaluation.synthetic.predictors import Predictor
from kajian.evaluation.synthetic.synthetic_control import synthetic_control


@pytest.fixture(scope="session")
def tobacco():
    """39 states, 1970-2000, with predictors (Abadie, Diamond and Hainmueller 2010)."""
    folder = os.environ.get("KAJIAN_REFERENCE")
    if not folder:
        pytest.skip("KAJIAN_REFERENCE is not set: the published data are not at hand")
    table = pd.read_csv(Path(folder) / "prop99_adh_table1" / "smoking_adh.csv")
    return table.assign(age15to24_pct=100 * table["age15to24"]).astype({"year": int})


@pytest.fixture(scope="session")
def smoking(tobacco):
    """Cigarette sales alone."""
    return tobacco[["st", "year", "cigsale"]]


@pytest.fixture(scope="session")
def adh_predictors():
    """Seven predictors of Table 1, in its order."""
    averaged = [
        Predictor(name, range(1980, 1989)) for name in ("lnincome", "age15to24_pct", "retprice")
    ]
    lagged = [Predictor("cigsale", year) for year in (1988, 1980, 1975)]
    return [*averaged, Predictor("beer", range(1984, 1989)), *lagged]


@pytest.fixture(scope="session")
def california(tobacco, adh_predictors):
    """Synthetic California with the seven predictors."""
    return synthetic_control(
        tobacco,
        unit="st",
        time="year",
        outcome="cigsale",
        treated="California",
        start=1989,
        predictors=adh_predictors,
    )


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
def covariate_panel(factor_panel):
    """Return a maker of such panels with two covariates, log_pdrb and tpt_pct."""

    def make(rng, **sizes):
        panel = factor_panel(rng, **sizes)
        level = panel.groupby("kode_wilayah")["kemiskinan_pct"].transform("mean")
        noise = rng.normal(size=(2, len(panel)))
        return panel.assign(log_pdrb=10 - level + noise[0], tpt_pct=5 + noise[1])

    return make


@pytest.fixture
def names():
    return {"unit": "kode_wilayah", "time": "tahun", "outcome": "kemiskinan_pct"}
