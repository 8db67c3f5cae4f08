from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def survey(read) -> pd.DataFrame:
    return read("survei")


def test_the_survey_describes_households_that_exist(survey, homes):
    shown = ["kode_wilayah", "jumlah_anggota", "luas_lantai_m2", "sumber_air", "umur_kepala"]
    found = homes.assign(pengeluaran_kapita_rp=homes["kapita_rp"].astype("int64"))
    keys = [*shown, "pengeluaran_kapita_rp"]
    assert len(survey.merge(found[keys].drop_duplicates(), on=keys)) == len(survey) == 1000


def test_weighted_sums_come_near_to_the_city(survey, homes, persons):
    weight = survey["penimbang"]
    assert weight.sum() == pytest.approx(len(homes))
    # A sample of 1,000 households: relative standard errors are about 2 and 5 percent.
    assert weight @ survey["jumlah_anggota"] == pytest.approx(len(persons), rel=0.06)
    informal = (persons["kegiatan"] == "informal").sum()
    assert weight @ survey["pekerja_informal"] == pytest.approx(informal, rel=0.15)


def test_parts_are_not_larger_than_the_whole(survey, known):
    size = survey["jumlah_anggota"]
    for part, whole in (
        (survey["anak_13_18_tidak_sekolah"], survey["anak_13_18"]),
        (survey["pekerja_informal_tanpa_bpjs"], survey["pekerja_informal"]),
        (survey["anggota_disabilitas"], size),
        (survey["anggota_tanpa_jaminan_kesehatan"], size),
    ):
        assert (part <= whole).all()
        assert part.sum() > 0
    assert set(survey["tahun"]) == {2025}
    assert set(survey["garis_kemiskinan_rp"]) == {known["hasil.garis_kemiskinan_rp"]}
