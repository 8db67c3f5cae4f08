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


def test_the_city_has_all_ages(persons):
    shares = np.histogram(persons["umur"], [0, 15, 30, 45, 60, 120])[0] / len(persons)
    assert (shares > 0.1).all()
