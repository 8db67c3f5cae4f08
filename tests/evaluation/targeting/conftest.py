from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def make_city(rng, *, strata=3, clusters=120, households=20):
    """Households in clusters that differ; a noisy score chooses fewer than are eligible."""
    cluster = np.repeat(np.arange(strata * clusters), households)
    shared = rng.normal(size=strata * clusters)[cluster]
    log_welfare = rng.normal(size=cluster.size) + 0.7 * shared
    score = log_welfare + 0.6 * rng.normal(size=cluster.size) + 0.4 * shared
    return pd.DataFrame(
        {
            "strata": cluster // clusters,
            "klaster": cluster,
            "pengeluaran": np.exp(log_welfare),
            "skor": score,
            "berhak": log_welfare < np.quantile(log_welfare, 0.25),
            "menerima": score < np.quantile(score, 0.18),
            "kepala": rng.choice(["laki-laki", "perempuan"], cluster.size),
            "umur": rng.choice(["muda", "dewasa", "lansia"], cluster.size),
        }
    )


@pytest.fixture(scope="package")
def city():
    return make_city(np.random.default_rng(20))


@pytest.fixture(scope="package")
def draw_survey(city):
    """Draw clusters by stratum and half of their households, with weights."""
    rows = city.groupby("klaster").indices

    def draw(rng, clusters=14):
        taken = [
            number
            for _, each in city.groupby("strata")["klaster"]
            for number in rng.choice(each.unique(), clusters, replace=False)
        ]
        chosen = np.concatenate([rng.choice(rows[c], 10, replace=False) for c in taken])
        return city.iloc[chosen].assign(bobot=120 / clusters * 2).reset_index(drop=True)

    return draw


@pytest.fixture(scope="package")
def survey(draw_survey):
    table = draw_survey(np.random.default_rng(21))
    spread = np.random.default_rng(22).uniform(0.5, 2, len(table))
    return table.assign(bobot=table["bobot"] * spread)
