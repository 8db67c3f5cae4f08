"""Targeting by group: small groups, absent groups, differences and their tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from kajian.errors import MethodError
from kajian.evaluation.targeting.columns import targeting_by
from kajian.evaluation.targeting.targeting import targeting

COLUMNS = {
    "eligible": "berhak",
    "received": "menerima",
    "weights": "bobot",
    "strata": "strata",
    "cluster": "klaster",
}


def test_groups_add_up_to_the_whole(survey):
    found = targeting_by(survey, by=["kepala", "umur"], welfare="pengeluaran", **COLUMNS)
    table = found.tidy()
    assert set(table["by"]) == {"semua", "kepala", "umur"}
    whole = found.measure("coverage")["estimate"]
    eligible = survey[survey["berhak"]]
    for by in ("kepala", "umur"):
        rows = table[(table["by"] == by) & (table["term"] == "coverage")].set_index("group")
        sizes = eligible.groupby(by)["bobot"].sum()
        assert (rows["estimate"] * sizes).sum() / sizes.sum() == pytest.approx(whole)
        alone = eligible[eligible[by] == rows.index[0]]
        assert rows["estimate"].iloc[0] == pytest.approx(
            np.average(alone["menerima"], weights=alone["bobot"])
        )


def test_the_difference_of_two_groups(survey):
    found = targeting_by(survey, by=["kepala"], **COLUMNS)
    rows = found.comparisons.set_index("term")
    assert list(rows["versus"].unique()) == ["perempuan"]
    groups = found.measures[found.measures["by"] == "kepala"].set_index(["group", "term"])
    for term, row in rows.iterrows():
        one, other = (groups.loc[(sex, term), "estimate"] for sex in ("laki-laki", "perempuan"))
        assert row["estimate"] == pytest.approx(one - other)
        assert row["p_holm"] == row["p_value"]
    # Leave one cluster out at a time, within strata: another way to the same error. The two agree
    # up to the curvature of the ratios.
    left_out = []
    for (stratum, cluster), _ in survey.groupby(["strata", "klaster"]):
        rest = survey[survey["klaster"] != cluster]
        means = rest[rest["berhak"]].groupby("kepala")[["menerima", "bobot"]]
        parts = means.apply(lambda g: np.average(g["menerima"], weights=g["bobot"]))
        left_out.append((stratum, parts["laki-laki"] - parts["perempuan"]))
    by_stratum = pd.DataFrame(left_out, columns=["strata", "d"]).groupby("strata")["d"]
    variance = sum((len(d) - 1) / len(d) * ((d - d.mean()) ** 2).sum() for _, d in by_stratum)
    assert rows.loc["coverage", "std_error"] == pytest.approx(np.sqrt(variance), rel=0.05)


def test_many_groups_are_each_compared_with_the_others_and_adjusted(survey):
    found = targeting_by(survey, by=["umur"], **COLUMNS)
    rows = found.comparisons[found.comparisons["term"] == "coverage"]
    assert set(rows["versus"]) == {"lainnya"}
    assert len(rows) == 3
    theirs = multipletests(rows["p_value"].astype(float), method="holm")[1]
    np.testing.assert_allclose(rows["p_holm"], theirs)
    assert found.measures["by"].value_counts()["umur"] == 3 * 11


def test_size_where_groups_do_not_differ(draw_survey):
    rng = np.random.default_rng(8)
    draws = 80
    smallest = []
    for _ in range(draws):
        s = draw_survey(rng)
        s["acak"] = rng.integers(4, size=len(s))
        found = targeting_by(s, by=["acak"], **COLUMNS).comparisons
        smallest.append(found.groupby("term")["p_holm"].min())
    rejected = (pd.DataFrame(smallest) < 0.05).mean()
    # Nominal at most 0.05, Monte Carlo error 0.024.
    assert (rejected < 0.05 + 3 * 0.024).all()


def test_a_real_difference_is_found(survey):
    table = survey.assign(grup=np.where(survey.index % 2, "a", "b"))
    table["menerima"] |= table["berhak"] & (table["grup"] == "a")
    row = targeting_by(table, by=["grup"], **COLUMNS).comparisons.set_index("term").loc["coverage"]
    assert row["conf_low"] > 0
    assert row["p_value"] < 0.01


def test_small_groups_are_withheld_and_their_counts_with_them():
    eligible = np.repeat([True, False], 20)
    received = np.tile([True, False], 20)
    by = np.r_[["besar"] * 17, ["kecil"] * 3, ["besar"] * 20].astype(object)
    found = targeting(eligible, received, by=pd.Series(by, name="wilayah"), sampling=False)
    groups = found.measures[found.measures["by"] == "wilayah"].set_index(["group", "term"])
    small = groups.loc["kecil"]
    assert (small.loc[["coverage", "leakage", "eligible_share"], "label"] == "ditahan").all()
    assert small["estimate"].isna().all()
    assert small.loc["coverage", ["n", "clusters", "df"]].isna().all()
    assert (small.loc["ineligible_reached", ["label", "n"]] == ["tanpa dasar", 0]).all()
    assert groups.loc[("besar", "coverage"), "label"] == "tampil"
    # With two groups the difference would give the small one away.
    difference = found.comparisons.set_index("term").loc["coverage"]
    assert difference["label"] == "ditahan"
    assert np.isnan(difference["estimate"])
    assert "ditahan karena kurang dari 5 baris" in str(found)
    shown = targeting(eligible, received, by=by, sampling=False, minimum=1)
    assert "ditahan" not in set(shown.measures["label"])


def test_a_category_without_rows_stays_visible(survey):
    names = ["dewasa", "lansia", "muda", "balita"]
    table = survey.assign(umur=pd.Categorical(survey["umur"], categories=names))
    found = targeting_by(table, by=["umur"], **COLUMNS)
    absent = found.measures[found.measures["group"] == "balita"]
    assert (absent["label"] == "tanpa dasar").all()
    assert (absent["n"] == 0).all()
    assert "balita" not in set(found.comparisons["group"])


def test_one_cluster_has_no_error():
    eligible = np.ones(40, dtype=bool)
    received = np.tile([True, False], 20)
    cluster = np.repeat([0, 1, 2, 3], 10)
    found = targeting(eligible, received, by=cluster == 0, cluster=cluster)
    row = found.measures.query("by != 'semua' and group == True").set_index("term").loc["coverage"]
    assert (row["estimate"], row["label"]) == (0.5, "tanpa galat")
    assert np.isnan(row["std_error"])


def test_the_same_groups_from_an_array_a_mapping_or_a_table(survey):
    options = {"strata": survey["strata"], "cluster": survey["klaster"]}
    columns = survey["berhak"], survey["menerima"], None, survey["bobot"]
    table = targeting_by(survey, by=["umur"], **COLUMNS).measures
    for by in (survey["umur"], {"umur": survey["umur"].to_numpy()}):
        pd.testing.assert_frame_equal(targeting(*columns, by, **options).measures, table)


def test_missing_column(survey):
    with pytest.raises(MethodError, match=r"Kolom kelurahan tidak ada.*Perbaikan"):
        targeting_by(survey, by=["kelurahan"], **COLUMNS)


def test_cost_from_a_column_or_a_number(survey):
    table = survey.assign(rupiah=survey["menerima"] * 600_000.0)
    by_column = targeting_by(table, by=["umur"], cost_rp="rupiah", **COLUMNS)
    by_number = targeting_by(table, by=["umur"], cost_rp=600_000, **COLUMNS)
    pd.testing.assert_frame_equal(by_column.measures, by_number.measures)
    assert by_number.measure("cost_per_eligible_rp")["estimate"] >= 600_000
