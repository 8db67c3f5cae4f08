from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.staggered import att_gt
from kajian.linear.regression import panel_fe

# csdid (Stata) with lpop, method(dripw), as printed in its author's documentation: doubly robust
# ATT(g, t) and analytic standard errors for the data of Callaway & Sant'Anna (2021).
CSDID = """
2004 2004 -.0145297 .0221292
2004 2005 -.0764219 .0286713
2004 2006 -.1404483 .0353782
2004 2007 -.1069039 .0328865
2006 2004 -.0004721 .0222234
2006 2005 -.0062025 .0184957
2006 2006  .0009606 .0194002
2006 2007 -.0412939 .0197211
2007 2004  .0267278 .0140657
2007 2005 -.0045766 .0157178
2007 2006 -.0284475 .0181809
2007 2007 -.0287814 .016239
"""
PRINTED = 6e-8
"""Half of csdid's last digit, and a little."""


def cell(effects, cohort, time):
    return effects.tidy().set_index(["cohort", "time"]).loc[(cohort, time)]


def test_published_effects_without_covariates(mpdta, county):
    table, figures, tol = mpdta
    effects = att_gt(table, **county)
    for cohort, time in ((2004, 2004), (2006, 2006), (2007, 2007)):
        published = figures[f"att_{cohort}_{time}"]
        assert cell(effects, cohort, time)["estimate"] == pytest.approx(published, abs=tol)


def test_published_doubly_robust_effects_and_errors(mpdta, county):
    table, _, _ = mpdta
    effects = att_gt(table, **county, covariates=["lpop"], inference="large")
    for line in CSDID.strip().splitlines():
        cohort, time, estimate, error = map(float, line.split())
        ours = cell(effects, cohort, time)
        assert ours["estimate"] == pytest.approx(estimate, abs=PRINTED)
        assert ours["std_error"] == pytest.approx(error, abs=PRINTED)
    test = effects.pretrend()
    assert (test.statistic, test.n_restrictions) == (pytest.approx(6.841824981670454), 5)
    assert test.p_value == pytest.approx(0.2326722805724242)


@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_a_cell_is_a_difference_of_mean_changes(waves, names, control):
    panel = waves(np.random.default_rng(4))
    effects = att_gt(panel, **names, control=control)
    wide = panel.pivot_table(index="kelurahan", columns="tahun", values="miskin_pct")
    cohort = panel.groupby("kelurahan")["mulai"].first().fillna(np.inf).to_numpy()
    ours = cell(effects, 2022, 2023)
    change = (wide[2023] - wide[2021]).to_numpy()
    own = change[cohort == 2022]
    others = [change[cohort == g] for g in (np.inf, 2024) if control == "not_yet" or g == np.inf]
    expected = own.mean() - np.concatenate(others).mean()
    assert ours["estimate"] == pytest.approx(expected, rel=1e-12)
    assert (ours["base"], ours["n_treated"]) == (2021, 10)
    assert ours["n_controls"] == sum(map(len, others))
    # The variance of a mean of strata: each cohort's own, with n - 1, and Welch's t.
    n = sum(map(len, others))
    parts = [own.var(ddof=1) / 10] + [o.var(ddof=1) * len(o) / n**2 for o in others]
    spare = [9] + [len(o) - 1 for o in others]
    assert ours["std_error"] == pytest.approx(np.sqrt(sum(parts)), rel=1e-12)
    df = sum(parts) ** 2 / sum(p**2 / s for p, s in zip(parts, spare, strict=True))
    place = np.flatnonzero((effects.cohorts == 2022) & (effects.times == 2023))[0]
    assert effects.df[place] == pytest.approx(df, rel=1e-12)


def test_bases_and_anticipation(waves, names):
    panel = waves(np.random.default_rng(4))
    varying = att_gt(panel, **names, control="not_yet").tidy().set_index(["cohort", "time"])["base"]
    assert varying.loc[2024].to_dict() == {2022: 2021, 2023: 2022, 2024: 2023, 2025: 2023}
    universal = att_gt(panel, **names, base_period="universal").tidy()
    assert universal.set_index(["cohort", "time"])["base"].loc[2024].to_dict() == {
        2021: 2023,
        2022: 2023,
        2024: 2023,
        2025: 2023,
    }
    early = att_gt(panel, **names, control="not_yet", anticipation=1)
    assert len(early.panel.always_treated) == 10
    bases = early.tidy().set_index(["cohort", "time"])["base"]
    assert bases.loc[2024].to_dict() == {2022: 2021, 2023: 2022, 2024: 2022, 2025: 2022}
    # In 2023 the cohort of 2024 already reacts: it is no comparison for the cohort of 2023.
    assert cell(early, 2023, 2023)["n_controls"] == 24
    assert early.pretrend().n_restrictions == 1


def test_one_cohort_equals_the_two_way_event_study(waves, names):
    panel = waves(np.random.default_rng(5), sizes=(0, 12))
    effects = att_gt(panel, **names, base_period="universal")
    treated = panel["mulai"].notna()
    dummies = {f"d{t}": (treated & (panel["tahun"] == t)) * 1.0 for t in (2021, 2023, 2024, 2025)}
    fit = panel_fe(
        f"miskin_pct ~ {' + '.join(dummies)}",
        panel.assign(**dummies),
        entity="kelurahan",
        time="tahun",
        vcov={"CRV1": "kelurahan"},
    )
    np.testing.assert_allclose(effects.estimates, fit.coefficients, rtol=1e-10)


def test_clusters_of_one_unit_change_nothing_and_larger_ones_are_summed(waves, names):
    panel = waves(np.random.default_rng(6))
    alone = att_gt(panel, **names)
    same = att_gt(panel.assign(c=panel["kelurahan"]), **names, cluster="c")
    np.testing.assert_allclose(same.std_errors, alone.std_errors, rtol=1e-12)
    # Everything twice, each pair a cluster: as many independent pieces of information as before.
    twin = panel.assign(kelurahan=panel["kelurahan"] + "b")
    both = pd.concat([panel, twin], ignore_index=True)
    pairs = att_gt(both.assign(c=both["kelurahan"].str[:9]), **names, cluster="c")
    np.testing.assert_allclose(pairs.std_errors, alone.std_errors, rtol=1e-12)
    np.testing.assert_allclose(pairs.df, alone.df, rtol=1e-12)
    # Clusters across cohorts: one stratum, clusters minus one degrees of freedom.
    across = att_gt(panel.assign(c=panel["kelurahan"].str[-1]), **names, cluster="c")
    assert across.sampling.n_clusters == 10
    np.testing.assert_allclose(across.df, 9)


def test_scale_row_order_and_a_common_shock_do_not_matter(waves, names):
    panel = waves(np.random.default_rng(7))
    panel["x"] = np.repeat(np.random.default_rng(8).normal(size=54), 5)
    plain = att_gt(panel, **names, covariates=["x"])
    moved = panel.assign(
        miskin_pct=3 * panel["miskin_pct"] + 7 * panel["tahun"], x=1e6 * panel["x"] + 1e7
    ).sample(frac=1, random_state=2)
    other = att_gt(moved, **names, covariates=["x"])
    np.testing.assert_allclose(other.estimates, 3 * plain.estimates, rtol=1e-9)
    np.testing.assert_allclose(other.std_errors, 3 * plain.std_errors, rtol=1e-9)
    np.testing.assert_allclose(plain.influence.mean(axis=0), 0, atol=1e-12)


def test_without_never_treated_the_last_cohort_has_no_control(waves, names):
    panel = waves(np.random.default_rng(9)).dropna()
    with pytest.raises(MethodError, match="control='not_yet'"):
        att_gt(panel, **names)
    effects = att_gt(panel, **names, control="not_yet")
    assert (2024, 2024) in effects.without_control
    assert set(zip(effects.cohorts, effects.times, strict=True)).isdisjoint(effects.without_control)
    assert "Tanpa pembanding, tidak diduga" in str(effects)


def test_gaps_are_counted_in_calendar_time(waves, names):
    panel = waves(np.random.default_rng(4)).query("tahun != 2023 and mulai != 2023")
    effects = att_gt(panel, **names, allow_gaps=(2023,))
    assert list(effects.panel.times) == [2021, 2022, 2024, 2025]
    assert cell(effects, 2024, 2024)["base"] == 2022
    assert list(aggregate(effects, "dynamic").terms) == [-2, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t, {"control": "all"}, "control='all' tidak dikenal"),
        (lambda t: t, {"base_period": "first"}, "base_period='first' tidak dikenal"),
        (lambda t: t, {"method": "ipw"}, "method='ipw' tidak dikenal"),
        (lambda t: t, {"inference": "exact"}, "Inferensi 'exact' tidak dikenal"),
        (
            lambda t: t.assign(mulai=t["mulai"].mask(t["kelurahan"] == "33.72.000", 2025)),
            {},
            "satu klaster\\): kohort 2025",
        ),
        (lambda t: t.assign(c=1), {"cluster": "c"}, "seluruh panel"),
        (
            lambda t: t.assign(x=t["mulai"].notna() + np.tile([0.0], 270)),
            {"covariates": ["x"]},
            "tidak menentukan 2 koefisien",
        ),
        (
            lambda t: t.assign(x=t["mulai"].notna() + np.repeat(np.arange(54) / 200, 5)),
            {"covariates": ["x"]},
            "berpeluang diperlakukan mendekati 0 atau 1",
        ),
        (
            lambda t: t.assign(
                miskin_pct=t["miskin_pct"].where(t["tahun"] != 2022, t["miskin_pct"].shift())
            ),
            {},
            "perubahan hasil sama persis",
        ),
    ],
)
def test_bad_requests(waves, names, change, options, message):
    with pytest.raises(MethodError, match=message):
        att_gt(change(waves(np.random.default_rng(1))), **{**names, **options})
