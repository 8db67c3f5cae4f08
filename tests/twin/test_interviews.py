from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kajian.twin.interviews import SPEAKERS, THEMES, draw_interviews, expected_agreement
from kajian.twin.truth import TRUTH


def test_agreement_by_hand():
    # Coders who guess agree once in nine; coders who are always right, always.
    blind = replace(TRUTH.wawancara, ketepatan_a=1 / 9, ketepatan_b=1 / 9)
    assert expected_agreement(blind) == pytest.approx((1 / 9, 0))
    sure = replace(TRUTH.wawancara, ketepatan_a=1.0, ketepatan_b=1.0)
    assert expected_agreement(sure) == (1, 1)


def test_coders_agree_as_often_as_stated(places):
    many = replace(TRUTH.wawancara, segmen=9_000)
    table = draw_interviews(places, many, np.random.default_rng(5))
    codes = table.pivot_table(index="id_segmen", columns="pengode", values="tema", aggfunc="first")
    expected, kappa = expected_agreement(many)
    found = (codes["A"] == codes["B"]).mean()
    assert found == pytest.approx(expected, abs=3 * np.sqrt(expected * (1 - expected) / 9_000))
    chance = sum((codes["A"] == theme).mean() * (codes["B"] == theme).mean() for theme in THEMES)
    assert (found - chance) / (1 - chance) == pytest.approx(kappa, abs=0.02)


def test_every_segment_says_that_it_is_simulated_and_stands_once_for_each_coder(read):
    table = read("wawancara")
    assert len(table) == 300
    assert not table.duplicated(["id_segmen", "pengode"]).any()
    assert table["teks"].str.fullmatch(r"\[SIMULASI\] [A-Z][^\[\]]+\.").all()
    per_segment = table.groupby("id_segmen")[["teks", "tanggal", "kode_wilayah", "peran_informan"]]
    assert (per_segment.nunique() == 1).all().all()
    assert table["teks"].nunique() == 150
    assert set(table["peran_informan"]) == set(SPEAKERS)
    assert set(table["tema"]) == set(THEMES)


def test_the_stated_number_of_themes_is_that_of_the_sentences():
    assert len(THEMES) == TRUTH.wawancara.tema
