from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ORDER = ["tidak_punya", "sd", "smp", "sma", "pt"]
LEAST_YEARS = {"tidak_punya": 0, "sd": 6, "smp": 9, "sma": 12, "pt": 16}


@pytest.fixture(scope="module")
def by_age(persons) -> pd.DataFrame:
    """Share of each age at each level; none is those who do not attend."""
    level = persons["jenjang_sekolah"].fillna("none")
    return pd.crosstab(persons["umur"], level, normalize="index")


def test_pupils_attend_the_level_of_their_age_with_some_lag(persons):
    pupils = persons[persons["partisipasi_sekolah"] == "masih_sekolah"]
    bounds = {"paud": (3, 7), "sd": (6, 13), "smp": (12, 16), "sma": (15, 19), "pt": (18, 26)}
    for level, group in pupils.groupby("jenjang_sekolah"):
        assert group["umur"].between(*bounds[level]).all(), level
    others = persons["partisipasi_sekolah"] != "masih_sekolah"
    assert persons.loc[others, "jenjang_sekolah"].isna().all()


def test_children_of_six_are_partly_in_sd_and_those_of_twelve_partly_in_smp(by_age):
    # 400 children of each age: standard errors are below 2.5 points.
    assert 0.1 < by_age.loc[6, "sd"] < 0.3
    assert by_age.loc[6, "paud"] > 0.25
    assert by_age.loc[7, "sd"] > 0.88
    assert (by_age.loc[8:11, "sd"] > 0.97).all()
    assert by_age.loc[12, "sd"] > 0.7
    assert 0.1 < by_age.loc[12, "smp"] < 0.3
    assert 0.02 < by_age.loc[13, "sd"] < 0.12
    assert 0.5 < by_age.loc[18, "sma"] < 0.8


def test_students_are_still_at_university_at_24_but_not_at_30(by_age):
    assert (by_age.loc[19:23, "pt"] > 0.08).all()
    assert by_age.loc[24, "pt"] > by_age.loc[25, "pt"] > 0
    assert (by_age.loc[27:, "none"] == 1).all()


def test_few_of_the_married_study(persons):
    wives = persons[(persons["hubungan"] == "pasangan") & (persons["umur"] <= 24)]
    assert (wives["partisipasi_sekolah"] == "masih_sekolah").mean() < 0.05


def test_the_young_have_finished_what_they_attended(persons):
    young = persons[persons["umur"].between(20, 24) & (persons["hubungan"] == "anak")]
    assert young["ijazah"].isin(["sma", "pt"]).mean() > 0.7
    assert (young["ijazah"] == "tidak_punya").mean() < 0.06


def test_certificates_come_before_the_level_attended(persons):
    before = {"paud": "tidak_punya", "sd": "tidak_punya", "smp": "sd", "sma": "smp", "pt": "sma"}
    pupils = persons.dropna(subset="jenjang_sekolah")
    assert (pupils["jenjang_sekolah"].map(before) == pupils["ijazah"]).all()


def test_years_are_enough_for_the_certificate_and_possible_at_the_age(persons):
    assert (persons["lama_sekolah_tahun"] >= persons["ijazah"].map(LEAST_YEARS)).all()
    assert (persons["lama_sekolah_tahun"] <= (persons["umur"] - 5).clip(lower=0)).all()


def test_those_who_never_went_have_nothing_from_school(persons):
    never = persons[persons["partisipasi_sekolah"].isin(["tidak_pernah", "belum_sekolah"])]
    assert (never["lama_sekolah_tahun"] == 0).all()
    assert (never["ijazah"] == "tidak_punya").all()
    said = persons["partisipasi_sekolah"]
    assert not (said[persons["umur"] < 7] == "tidak_pernah").any()
    assert not (said[persons["umur"] > 8] == "belum_sekolah").any()


def test_the_education_of_heads_stands_in_both_tables(persons, homes):
    head = persons[persons["hubungan"] == "kepala"].set_index("id_rumah_tangga")["ijazah"]
    said = homes["pendidikan_kepala"].replace("tidak_tamat_sd", "tidak_punya")
    pd.testing.assert_series_equal(head.loc[said.index], said, check_names=False)


def test_attendance_rises_with_consumption(persons, homes):
    teenager = persons[persons["umur"].between(13, 18)]
    welfare = np.log(homes["kapita_rp"]).reindex(teenager["id_rumah_tangga"])
    fifth = pd.qcut(welfare, 5, labels=False).to_numpy()
    attends = (teenager["partisipasi_sekolah"] == "masih_sekolah").groupby(fifth).mean()
    assert attends[0] < attends[4] - 0.03


def test_the_truth_counts_teenagers_out_of_school(persons, homes, read):
    teenager = persons[persons["umur"].between(13, 18)]
    place = teenager["id_rumah_tangga"].map(homes["kode_wilayah"])
    out = 100 * (teenager["partisipasi_sekolah"] != "masih_sekolah").groupby(place).mean()
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")["anak_tidak_sekolah_pct"]
    pd.testing.assert_series_equal(out, truth.dropna(), check_names=False)
