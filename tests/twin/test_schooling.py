from __future__ import annotations

import numpy as np
import pandas as pd

ORDER = ["tidak_punya", "sd", "smp", "sma", "pt"]
LEAST_YEARS = {"tidak_punya": 0, "sd": 6, "smp": 9, "sma": 12, "pt": 16}


def test_pupils_attend_the_level_of_their_age(persons):
    pupils = persons[persons["partisipasi_sekolah"] == "masih_sekolah"]
    ages = pupils.groupby("jenjang_sekolah")["umur"].agg(["min", "max"])
    expected = {"paud": (3, 6), "sd": (7, 12), "smp": (13, 15), "sma": (16, 18), "pt": (19, 23)}
    assert dict(zip(ages.index, ages.itertuples(index=False, name=None), strict=True)) == expected
    others = persons["partisipasi_sekolah"] != "masih_sekolah"
    assert persons.loc[others, "jenjang_sekolah"].isna().all()


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
    young = persons["umur"] < 7
    assert not persons.loc[young, "partisipasi_sekolah"].isin(["tidak_pernah"]).any()
    assert not persons.loc[~young, "partisipasi_sekolah"].isin(["belum_sekolah"]).any()


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
