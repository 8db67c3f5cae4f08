from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.errors import MethodError
from kajian.mapping.districts.convergence import convergence

NAMES = {"unit": "kode", "time": "tahun", "value": "y"}


def rng(seed=1):
    return np.random.default_rng(seed)


def long(x, years):
    """Turn units by years into a long table."""
    wide = pd.DataFrame(x, columns=years).rename_axis(index="kode", columns="tahun")
    return wide.melt(ignore_index=False, value_name="y").reset_index()


def test_beta_agrees_with_statsmodels(mexico):
    x = mexico[["pcgdp1940", "pcgdp2000"]].to_numpy()
    result = convergence(
        long(x, [1940, 2000]), **NAMES, start=1940, end=2000, rng=rng(), replicates=99
    )
    growth = np.log(x[:, 1] / x[:, 0]) / 60
    fit = sm.OLS(growth, sm.add_constant(np.log(x[:, 0]))).fit(cov_type="HC3", use_t=True)
    row = result.tidy().set_index("term").loc["beta_slope"]
    assert row["estimate"] == pytest.approx(fit.params[1], rel=1e-10)
    assert row["std_error"] == pytest.approx(fit.bse[1], rel=1e-8)
    assert row["p_value"] == pytest.approx(fit.pvalues[1], rel=1e-6)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(fit.conf_int()[1], rel=1e-8)


def test_a_known_speed_is_recovered():
    # log y closes 3% of the gap to 2 each year, without noise.
    years = np.arange(2010, 2021)
    start = rng().normal(2, 0.5, size=(20, 1))
    path = np.exp(2 + (start - 2) * np.exp(-0.03 * (years - 2010)))
    result = convergence(long(path, years), **NAMES, start=2010, end=2020, rng=rng())
    terms = result.tidy().set_index("term")
    assert terms.loc["beta_speed", "estimate"] == pytest.approx(0.03, rel=1e-9)
    change = np.log(path[:, -1]).var() - np.log(path[:, 0]).var()
    assert terms.loc["log_variance_change", "estimate"] == pytest.approx(change, rel=1e-9)
    slope = np.polyfit(years, np.log(path).var(axis=0), 1)[0]
    assert terms.loc["log_variance_trend", "estimate"] == pytest.approx(slope, rel=1e-6)
    cv = path[:, 0].std() / path[:, 0].mean()
    assert result.sigma["cv"][0] == pytest.approx(cv, rel=1e-12)
    assert terms.loc["log_variance_change", "conf_high"] < 0
    assert "Konvergensi 2010-2020" in str(result)


def test_sigma_interval_covers_the_true_change():
    # Log variance falls from 0.25 to 0.16 in the population; correlation 0.9 between the years.
    covered = []
    for seed in range(300):
        logs = rng(seed).multivariate_normal([2, 2], [[0.25, 0.18], [0.18, 0.16]], size=60)
        result = convergence(
            long(np.exp(logs), [2010, 2020]),
            **NAMES,
            start=2010,
            end=2020,
            rng=rng(seed + 1),
            replicates=400,
        )
        row = result.tidy().set_index("term").loc["log_variance_change"]
        covered.append(row["conf_low"] <= -0.09 <= row["conf_high"])
    # Percentile intervals of a variance with n = 60 fall somewhat short of 95%; three standard
    # errors of a share from 300 trials are 0.04.
    assert 0.86 <= np.mean(covered) <= 0.99


def test_same_seed_same_interval_and_the_table_is_left_alone():
    table = long(rng().lognormal(size=(10, 3)), [2010, 2012, 2020])
    before = table.copy()
    first, second = (
        convergence(table, **NAMES, start=2010, end=2020, rng=rng(7), replicates=99)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.tidy(), second.tidy())
    pd.testing.assert_frame_equal(table, before)
    assert first.sigma["time"].tolist() == [2010, 2012, 2020]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="y"), "Kolom y"),
        (lambda t: t[t["tahun"] != 2020], "tidak ada di tabel"),
        (lambda t: pd.concat([t, t.tail(1)]), "lebih dari sekali"),
        (lambda t: t.drop(index=t.index[0]), r"0 \(2010\)"),
        (lambda t: t.assign(y=t["y"].where(t["kode"] != 3, -1)), r"3 \(2010\)"),
        (lambda t: t[t["kode"] < 3], "sedikitnya 5"),
        (lambda t: t.assign(y=t["y"].where(t["tahun"] != 2010, 4.0)), "bernilai sama"),
    ],
)
def test_convergence_refuses(change, message):
    table = long(rng().lognormal(size=(8, 3)), [2010, 2015, 2020])
    with pytest.raises(MethodError, match=message):
        convergence(change(table), **NAMES, start=2010, end=2020, rng=rng(), replicates=9)
