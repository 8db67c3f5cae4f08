"""Wild cluster bootstrap against an enumerated case, a slow re-estimation and its own promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kajian.causal.inference.bootstrap import wild_cluster_bootstrap
from kajian.errors import MethodError
from kajian.linear.regression import ols, panel_fe


def clustered_data(rng, n_clusters=6, per_cluster=7):
    cluster = np.repeat(np.arange(n_clusters), per_cluster)
    effect = rng.normal(size=n_clusters)
    return pd.DataFrame(
        {
            "kode": cluster,
            "segmen": cluster * 2 + (np.tile(np.arange(per_cluster), n_clusters) > 2),
            "tahun": np.tile(np.arange(per_cluster), n_clusters),
            "x": rng.normal(size=n_clusters)[cluster] + rng.normal(size=cluster.size),
            "z": rng.normal(size=cluster.size),
            "y": effect[cluster] + rng.normal(size=cluster.size),
        }
    )


def test_enumerated_case(published):
    (table,), figures, tol = published("wildboot_10clusters")
    result = wild_cluster_bootstrap(
        ols("y ~ x", table, vcov={"CRV1": "year"}),
        "x",
        "year",
        null=1.0,
        weights="rademacher",
        rng=np.random.default_rng(0),
    )
    assert result.enumerated
    assert result.n_draws == 2**10
    assert result.statistic == pytest.approx(figures["t"], abs=1e-8)
    assert result.p_value == pytest.approx(figures["p"], abs=tol)


def slow_p_value(y, D, x, cluster, null):
    """Re-estimate every artificial sample with all dummies; return the share at least as extreme.

    The CRV1 factor is common to all samples, so statsmodels' own serves.
    """

    def t(outcome):
        fit = sm.OLS(outcome, np.column_stack([x, D])).fit(
            cov_type="cluster", cov_kwds={"groups": cluster}
        )
        return (fit.params[0] - null) / fit.bse[0]

    restricted = sm.OLS(y - null * x, D).fit()
    observed = abs(t(y))
    extreme = 0
    groups = cluster.max() + 1
    for pattern in range(2**groups):
        signs = 1 - 2 * (pattern >> np.arange(groups) & 1)
        artificial = restricted.fittedvalues + null * x + signs[cluster] * restricted.resid
        extreme += abs(t(artificial)) >= observed - 1e-9
    return extreme / 2**groups


@pytest.mark.parametrize("null", [0.0, 0.25])
def test_panel_equals_slow_reestimation(null):
    table = clustered_data(np.random.default_rng(4))
    fit = panel_fe("y ~ x + z", table, entity="segmen", time="tahun", vcov={"CRV1": "kode"})
    fast = wild_cluster_bootstrap(
        fit, "x", "kode", null=null, weights="rademacher", rng=np.random.default_rng(0)
    )
    years = pd.get_dummies(table["tahun"], dtype=float).iloc[:, 1:-1]
    D = np.column_stack([pd.get_dummies(table["segmen"], dtype=float), years, table["z"]])
    slow = slow_p_value(
        table["y"].to_numpy(), D, table["x"].to_numpy(), table["kode"].to_numpy(), null
    )
    assert fast.p_value == slow  # both count the same 64 samples
    assert 0 < slow < 1


def test_cluster_across_entities_equals_slow_reestimation():
    """Clusters that cut through the fixed effects: nothing may rely on nesting."""
    table = clustered_data(np.random.default_rng(5), n_clusters=9, per_cluster=6)
    fit = panel_fe("y ~ x", table, entity="kode", time="tahun", vcov={"CRV1": "tahun"})
    fast = wild_cluster_bootstrap(
        fit, "x", "tahun", weights="rademacher", rng=np.random.default_rng(0)
    )
    years = pd.get_dummies(table["tahun"], dtype=float).iloc[:, 1:]
    D = np.column_stack([pd.get_dummies(table["kode"], dtype=float), years])
    slow = slow_p_value(
        table["y"].to_numpy(), D, table["x"].to_numpy(), table["tahun"].to_numpy(), 0.0
    )
    assert fast.p_value == slow


@pytest.mark.parametrize("weights", ["rademacher", "webb"])
def test_interval_holds_the_nulls_that_are_not_rejected(weights):
    fit = ols("y ~ x + z", clustered_data(np.random.default_rng(6), 9), vcov={"CRV1": "kode"})

    def run(null):
        return wild_cluster_bootstrap(
            fit, "x", "kode", null=null, draws=999, weights=weights, rng=np.random.default_rng(1)
        )

    result = run(0.0)
    nudge = 1e-4 * result.std_error  # bisection stops at 1e-6 standard errors
    assert result.conf_low < result.estimate < result.conf_high
    assert run(result.conf_low + nudge).p_value > 0.05 >= run(result.conf_low - nudge).p_value
    assert run(result.conf_high - nudge).p_value > 0.05 >= run(result.conf_high + nudge).p_value
    assert list(result.tidy().columns)[:6] == [
        "term", "estimate", "std_error", "p_value", "conf_low", "conf_high"
    ]  # fmt: skip
    assert "9 klaster" in str(result)


@pytest.mark.parametrize(("n_clusters", "floor"), [(4, 1 / 8), (5, 1 / 16)])
def test_floor_of_few_clusters(n_clusters, floor):
    """However strong the effect, five clusters give no two-sided p below 1/16."""
    table = clustered_data(np.random.default_rng(7), n_clusters)
    table["y"] = 100 * table["x"] + table["y"]
    result = wild_cluster_bootstrap(
        ols("y ~ x", table), "x", "kode", weights="rademacher", rng=np.random.default_rng(0)
    )
    assert result.p_value == result.p_floor == floor
    assert np.isinf([result.conf_low, result.conf_high]).all()  # 95% cannot be reached
    assert "tak terbatas" in str(result)


SIZES = {
    "5": [8, 8, 8, 8, 8],
    "8 tak seimbang": [4, 4, 6, 6, 10, 10, 20, 20],
    "10 tak seimbang": [3, 3, 4, 4, 5, 5, 8, 8, 12, 20],
    "20 tak seimbang": [2] * 8 + [5] * 8 + [12] * 4,
}


def refitted(fit, x, y):
    """The same regression of other data, without reading its formula again."""
    X = np.column_stack([np.ones_like(x), x])
    coefficients = np.linalg.lstsq(X, y)[0]
    return replace(fit, X=X, y=y, coefficients=coefficients, residuals=y - X @ coefficients)


@pytest.mark.parametrize(
    ("design", "weights"),
    [
        ("5", "webb"),
        ("8 tak seimbang", "rademacher"),
        ("10 tak seimbang", "webb"),
        ("10 tak seimbang", "rademacher"),
        ("20 tak seimbang", "webb"),
        ("20 tak seimbang", "rademacher"),
    ],
)
def test_size_and_coverage(design, weights):
    """The point of the method: 5% tests reject about 5% of true nulls, intervals hold about 95%."""
    rng = np.random.default_rng(2025)
    repetitions, rejected, covered, rejected_normal = 300, 0, 0, 0
    sizes = SIZES[design]
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    x, y = rng.normal(size=(2, cluster.size))
    fit = ols("y ~ x", pd.DataFrame({"x": x, "y": y}))
    for _ in range(repetitions):
        x = rng.normal(size=len(sizes))[cluster] + 0.3 * rng.normal(size=cluster.size)
        y = x + rng.normal(size=len(sizes))[cluster] + rng.normal(size=cluster.size)
        result = wild_cluster_bootstrap(
            refitted(fit, x, y), "x", cluster, null=1.0, draws=299, weights=weights, rng=rng
        )
        rejected += result.p_value <= 0.05
        covered += result.conf_low <= 1 <= result.conf_high
        rejected_normal += abs(result.statistic) > 1.96
    # Three binomial standard errors around 5% in 300 repetitions are 1.2% and 8.8%.
    assert 0.012 < rejected / repetitions < 0.088
    assert covered == repetitions - rejected  # the interval holds what the test does not reject
    if len(sizes) <= 10:
        assert rejected_normal / repetitions > 0.12  # the same data mislead the normal test


def test_five_clusters_and_two_signs_keep_their_floor():
    """All 32 patterns: p is a multiple of 1/16 that says so, and 1/16 as often as it should be."""
    rng = np.random.default_rng(2026)
    cluster = np.repeat(np.arange(5), SIZES["5"])
    x, y = rng.normal(size=(2, cluster.size))
    fit = ols("y ~ x", pd.DataFrame({"x": x, "y": y}))
    p_values = []
    for _ in range(300):
        x, y = (rng.normal(size=5)[cluster] + rng.normal(size=cluster.size) for _ in range(2))
        result = wild_cluster_bootstrap(
            refitted(fit, x, y), "x", cluster, weights="rademacher", rng=rng
        )
        p_values.append(result.p_value)
        assert "p terkecil yang mungkin 0,063" in str(result)
    np.testing.assert_array_equal(np.mod(p_values, 1 / 16), 0)
    assert min(p_values) == 1 / 16
    # Three binomial standard errors around 1/16 in 300 repetitions.
    assert np.mean(np.array(p_values) == 1 / 16) == pytest.approx(1 / 16, abs=0.042)


def test_same_seed_same_result_and_labels_may_be_given():
    table = clustered_data(np.random.default_rng(8), 20)
    fit = ols("y ~ x", table)
    a, b, c = (
        wild_cluster_bootstrap(fit, "x", by, draws=499, rng=np.random.default_rng(seed))
        for by, seed in [("kode", 1), (table["kode"].to_numpy(), 1), ("kode", 2)]
    )
    pd.testing.assert_frame_equal(a.tidy(), b.tidy())
    assert a.p_floor == 1 / 500
    assert a.conf_low != c.conf_low


def test_bad_requests_are_refused():
    rng = np.random.default_rng(9)
    fit = ols("y ~ x", clustered_data(rng))
    with pytest.raises(MethodError, match="Suku 'umk' tidak ada"):
        wild_cluster_bootstrap(fit, "umk", "kode", rng=rng)
    with pytest.raises(MethodError, match="Kolom kecamatan tidak ada"):
        wild_cluster_bootstrap(fit, "x", "kecamatan", rng=rng)
    with pytest.raises(MethodError, match="Hanya 1 klaster"):
        wild_cluster_bootstrap(fit, "x", np.zeros(fit.n_obs), rng=rng)
    with pytest.raises(MethodError, match="Bobot 'normal'"):
        wild_cluster_bootstrap(fit, "x", "kode", weights="normal", rng=rng)
    with pytest.raises(MethodError, match="Label berjumlah 3"):
        wild_cluster_bootstrap(fit, "x", [1, 2, 3], rng=rng)
