from __future__ import annotations

import pandas as pd
import pytest


def test_activity_fits_age_and_school(persons):
    child = persons["umur"] < 15
    assert (child == (persons["kegiatan"] == "di_bawah_umur_kerja")).all()
    pupil = (persons["partisipasi_sekolah"] == "masih_sekolah") & ~child
    assert (pupil == (persons["kegiatan"] == "sekolah")).all()


def test_the_work_of_heads_stands_in_both_tables(persons, homes):
    head = persons[persons["hubungan"] == "kepala"].set_index("id_rumah_tangga")["kegiatan"]
    outside = head.isin(["mengurus_rumah_tangga", "lainnya"])
    said = homes["kerja_kepala"].loc[head.index]
    assert (outside == (said == "bukan_angkatan_kerja")).all()
    assert (head[~outside] == said[~outside]).all()


def test_only_workers_have_work_insurance(persons):
    insured = persons.groupby("kegiatan")["jaminan_kerja"].mean()
    assert insured["formal"] > 0.7
    assert 0 < insured["informal"] < 0.2
    assert (insured.drop(["formal", "informal"]) == 0).all()


def test_subsidised_insurance_is_what_the_programme_says(persons, read):
    recipients = read("penerima").query("program == 'PBI_JKN'")["nik"]
    assert set(recipients) == set(persons.query("jaminan_kesehatan == 'pbi_apbn'")["nik"])


def test_disability_rises_with_age(persons):
    disabled = persons["disabilitas"] != "tidak_ada"
    share = disabled.groupby(pd.cut(persons["umur"], [-1, 29, 59, 120])).mean()
    assert share.is_monotonic_increasing


def test_the_truth_counts_informal_workers_and_the_uninsured(persons, homes, read):
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")
    place = persons["id_rumah_tangga"].map(homes["kode_wilayah"])
    informal = persons["kegiatan"] == "informal"
    bare = 100 * (persons["jaminan_kerja"] == 0)[informal].groupby(place[informal]).mean()
    uninsured = 100 * (persons["jaminan_kesehatan"] == "tidak_ada").groupby(place).mean()
    for found, column in (
        (bare, "informal_tanpa_bpjs_pct"),
        (uninsured, "tanpa_jaminan_kesehatan_pct"),
    ):
        pd.testing.assert_series_equal(found, truth[column], check_names=False)


@pytest.mark.parametrize("sex", ["L", "P"])
def test_work_ends_smoothly_with_age(persons, sex):
    some = persons[(persons["jk"] == sex) & (persons["umur"] >= 45)]
    active = some["kegiatan"].isin(["formal", "informal", "menganggur"])
    share = active.groupby((some["umur"] // 5) * 5).mean()
    # Some 100 persons above 80: standard errors of 4 points.
    falls = -share.loc[45:85].diff().dropna()
    assert falls.between(-0.06, 0.25).all()
    assert share[45] > 0.5
    assert share[85] < 0.15
    assert active.groupby(some["umur"]).mean().loc[55:65].diff().abs().max() < 0.2


def test_hardly_anybody_old_works_formally_and_nobody_looks_for_work(persons):
    old = persons[persons["umur"] > 70]
    assert (old["kegiatan"] == "formal").mean() < 0.01
    assert old["jaminan_kerja"].mean() < 0.005
    assert not (persons.loc[persons["umur"] > 75, "kegiatan"] == "menganggur").any()


def test_the_young_look_for_work_more_often(persons):
    force = persons[persons["kegiatan"].isin(["formal", "informal", "menganggur"])]
    jobless = (force["kegiatan"] == "menganggur").groupby(force["umur"] < 25).mean()
    assert jobless[True] > 2 * jobless[False]
