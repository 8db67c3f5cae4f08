from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def members(persons, homes) -> pd.DataFrame:
    """Persons with what is known of their household."""
    return persons.join(homes[["jumlah_anggota", "jk_kepala", "umur_kepala"]], "id_rumah_tangga")


def test_every_household_has_its_members_one_head_and_at_most_one_spouse(persons, homes):
    size = persons.groupby("id_rumah_tangga").size()
    assert (size == homes["jumlah_anggota"].sort_index()).all()
    home = persons["id_rumah_tangga"]
    assert ((persons["hubungan"] == "kepala").groupby(home).sum() == 1).all()
    assert (persons["hubungan"] == "pasangan").groupby(home).sum().max() == 1


def test_the_head_is_the_one_that_the_household_describes(members):
    head = members[members["hubungan"] == "kepala"]
    assert (head["jk"] == head["jk_kepala"]).all()
    assert (head["umur"] == head["umur_kepala"]).all()
    assert head["jk"].value_counts(normalize=True)["P"] > 0.1


def test_couples_are_married_adults_of_two_sexes(members):
    spouse = members[members["hubungan"] == "pasangan"]
    assert (spouse["jk"] != spouse["jk_kepala"]).all()
    assert (spouse["status_kawin"] == "kawin").all()
    assert (spouse["umur"] >= 19).all()
    assert (members.loc[members["umur"] < 19, "status_kawin"] == "belum_kawin").all()


def test_generations_are_far_enough_apart(members):
    parents = members["hubungan"].isin(["kepala", "pasangan"])
    youngest = members[parents].groupby("id_rumah_tangga")["umur"].min()
    child = members[members["hubungan"] == "anak"]
    gap = child["id_rumah_tangga"].map(youngest) - child["umur"]
    assert gap.between(17, 45).all()
    elder = members[members["hubungan"] == "orang_tua"]
    assert (elder["umur"] - elder["umur_kepala"] >= 18).all()


def test_ages_are_complete_years_at_the_snapshot(persons):
    born = pd.to_datetime(persons["tanggal_lahir"])
    turned = born.dt.month * 100 + born.dt.day <= 630
    assert (persons["umur"] == 2025 - born.dt.year - ~turned).all()
    # 29,040 births fall on all days of the year alike.
    assert born.dt.day_of_year.nunique() >= 365


def ratio(persons: pd.DataFrame, first: int, last: int) -> float:
    """Men per 100 women."""
    sex = persons.loc[persons["umur"].between(first, last), "jk"].value_counts()
    return 100 * sex["L"] / sex["P"]


def test_women_outlive_men(persons):
    # Standard errors of the small twin: about 1.3, 2.7 and 4.5.
    assert 95 < ratio(persons, 0, 49) < 105
    assert 80 < ratio(persons, 60, 120) < 97
    assert 60 < ratio(persons, 75, 120) < 88
    assert ratio(persons, 0, 49) > ratio(persons, 60, 74) > ratio(persons, 80, 120)


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_neither_sex_is_missing_at_an_age(persons, first):
    assert 86 < ratio(persons, first, first + 9) < 116


@pytest.mark.parametrize("who", ["LP", "L", "P"])
def test_ages_do_not_pile_up(persons, who):
    age = persons.loc[persons["jk"].isin(list(who)), "umur"]
    count = age.value_counts().reindex(range(121), fill_value=0)
    beside = (count.shift(1) + count.shift(-1)) / 2
    enough = beside >= 60
    assert enough.loc[1:70].all()
    assert (count[enough] < 1.5 * beside[enough]).all()
    assert count.loc[85:].max() < 60


def test_the_old_become_fewer_smoothly(persons):
    fives = np.histogram(persons["umur"], range(45, 106, 5))[0]
    assert (np.diff(fives) <= 0).all()
    assert fives[-1] == 0
    assert (fives[1:8] > 0.45 * fives[:7]).all()


def test_the_city_has_all_ages(persons):
    shares = np.histogram(persons["umur"], [0, 15, 30, 45, 60, 120])[0] / len(persons)
    assert (shares > 0.1).all()


def test_widows_are_more_than_widowers_and_than_the_divorced(persons):
    status = pd.crosstab(persons["jk"], persons["status_kawin"])
    assert status.loc["P", "cerai_mati"] > 1.5 * status.loc["L", "cerai_mati"]
    assert status["cerai_mati"].sum() > 1.2 * status["cerai_hidup"].sum()
    old = persons[(persons["umur"] >= 75) & (persons["jk"] == "P")]
    assert (old["status_kawin"] == "cerai_mati").mean() > 0.4


def test_young_children_of_the_head_are_unmarried_and_hardly_any_divorced(persons):
    young = persons[(persons["hubungan"] == "anak") & persons["umur"].between(19, 24)]
    shares = young["status_kawin"].value_counts(normalize=True)
    assert shares["belum_kawin"] > 0.95
    assert shares.get("cerai_hidup", 0) + shares.get("cerai_mati", 0) < 0.01


def test_parents_of_the_head_have_been_married(persons):
    parents = persons[persons["hubungan"] == "orang_tua"]
    assert (parents["umur"] >= 65).all()
    assert (parents["status_kawin"] != "belum_kawin").all()
