from __future__ import annotations

import pytest

# Permensos 8/2012, as far as the tables show it.
AGES = {
    "anak_balita_telantar": (0, 5),
    "anak_telantar": (6, 18),
    "anak_berhadapan_hukum": (12, 17),
    "anak_disabilitas": (0, 17),
    "lansia_telantar": (60, 120),
    "perempuan_rawan_sosial_ekonomi": (18, 59),
}
OF_THE_POOR = ["anak_balita_telantar", "anak_telantar", "lansia_telantar", "fakir_miskin"]


@pytest.mark.parametrize("category", AGES)
def test_categories_have_their_ages(persons, category):
    ages = persons.loc[persons["kategori_ppks"] == category, "umur"]
    assert ages.between(*AGES[category]).all()


def test_some_people_have_a_category(persons):
    assert 0.005 < persons["kategori_ppks"].notna().mean() < 0.05
    assert persons["kategori_ppks"].nunique() > 8


def test_categories_fit_sex_disability_and_poverty(persons, homes, known):
    poor = homes["kapita_rp"] < known["hasil.garis_kemiskinan_rp"]
    poor = persons["id_rumah_tangga"].map(poor)
    category = persons["kategori_ppks"]
    assert poor[category.isin(OF_THE_POOR)].all()
    women = category == "perempuan_rawan_sosial_ekonomi"
    assert (persons.loc[women, "jk"] == "P").all()
    disabled = category.isin(["penyandang_disabilitas", "anak_disabilitas"])
    assert (persons.loc[disabled, "disabilitas"] != "tidak_ada").all()
