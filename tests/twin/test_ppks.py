from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from kajian.data.restricted.definitions import definition
from kajian.data.restricted.tables import restricted_table
from kajian.twin.build import draw_part
from kajian.twin.calibration import calibrate
from kajian.twin.ppks import CATEGORIES, draw_ppks
from kajian.twin.problems import MEANING, Problem, Problems
from kajian.twin.truth import TRUTH

DEFINED = (
    *("anak_balita_telantar", "anak_telantar", "anak_berhadapan_hukum", "anak_jalanan"),
    *("lansia_telantar", "perempuan_rawan_sosial_ekonomi"),
)
STREET = ["anak_jalanan", "gelandangan", "pengemis", "pemulung"]
OF_THE_POOR = [
    *("anak_balita_telantar", "anak_telantar", "lansia_telantar", "fakir_miskin", "tuna_susila"),
    *("perempuan_rawan_sosial_ekonomi", *STREET),
]


@pytest.fixture(scope="module")
def many(chunks) -> pd.DataFrame:
    """Everybody of a few kelurahan, with forty draws of their category."""
    calibration = calibrate(chunks[:8], TRUTH, 7.69)
    parts = [draw_part(chunk, calibration) for chunk in chunks[:8]]
    rows = []
    for part in parts:
        home = part.households.loc[part.persons["rumah_tangga"]].reset_index(drop=True)
        known = home[["miskin", "status_rumah", "punya_mobil"]]
        persons = pd.concat([part.persons.reset_index(drop=True), known], axis=1)
        for seed in range(40):
            drawn = draw_ppks(Reseeded(seed), part.persons, part.households, TRUTH.ppks)
            some = persons.assign(kategori_ppks=drawn.astype("str"))
            rows.append(some[drawn.notna().to_numpy()])
    return pd.concat(rows)


class Reseeded:
    """Stands for a chunk whose stream is another one."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def rng(self, stage: str) -> np.random.Generator:
        return np.random.default_rng(self.seed)


@pytest.mark.parametrize("category", DEFINED)
def test_bounds_are_those_of_the_definition(category):
    bounds = definition(f"ppks.{category}/permensos-8-2012").parameters
    problem: Problem = getattr(TRUTH.ppks, category)
    assert problem.umur_dari == bounds["umur_dari"]
    assert problem.umur_sampai == bounds.get("umur_sampai", 120)


def test_categories_are_those_of_the_schema_but_for_the_customary():
    field = restricted_table("orang").field("kategori_ppks")
    assert {*CATEGORIES, "komunitas_adat_terpencil"} == set(field.constraints.enum)
    assert {getattr(TRUTH.ppks, name).siapa for name in CATEGORIES} == set(MEANING)


@pytest.mark.parametrize("category", [part.name for part in fields(Problems)])
def test_everybody_is_of_the_age_of_the_category(many, category):
    problem: Problem = getattr(TRUTH.ppks, category)
    ages = many.loc[many["kategori_ppks"] == category, "umur"]
    assert ages.between(problem.umur_dari, problem.umur_sampai).all()
    if category.startswith("anak_"):
        assert problem.umur_sampai <= 18


def test_the_street_belongs_to_the_poor_without_house_and_car(many):
    street = many[many["kategori_ppks"].isin(STREET)]
    assert set(street["kategori_ppks"]) == set(STREET)
    assert street["miskin"].all()
    assert (street["status_rumah"] != "milik_sendiri").all()
    assert (street["punya_mobil"] == 0).all()
    assert many.loc[many["kategori_ppks"].isin(OF_THE_POOR), "miskin"].all()


def test_frequencies_are_plausible(many):
    counts = many["kategori_ppks"].value_counts()
    assert counts["pemulung"] > counts["pengemis"] > counts["gelandangan"]
    assert counts["gelandangan"] > 5 * counts.get("korban_perdagangan_orang", 0)
    assert counts["penyandang_disabilitas"] == counts.max()
    child = [name for name in CATEGORIES if name.startswith("anak_")]
    assert (counts[child] > 0).all()


def test_some_people_have_a_category(persons):
    assert 0.01 < persons["kategori_ppks"].notna().mean() < 0.03
    assert persons["kategori_ppks"].nunique() > 12


def test_categories_fit_sex_and_disability(persons):
    category = persons["kategori_ppks"]
    women = category.isin(["perempuan_rawan_sosial_ekonomi", "korban_kekerasan"])
    assert (persons.loc[women, "jk"] == "P").all()
    disabled = category.isin(["penyandang_disabilitas", "anak_disabilitas"])
    assert (persons.loc[disabled, "disabilitas"] != "tidak_ada").all()
