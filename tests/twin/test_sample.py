from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.twin.chunks import city_rng
from kajian.twin.places import settle
from kajian.twin.sample import Design, design_of, draw_sample
from kajian.twin.truth import TRUTH


def design(households: int) -> Design:
    return design_of(households, TRUTH.survei, TRUTH.penduduk)


@pytest.mark.parametrize("households", [5_000, 180_000])
def test_the_design_is_the_documented_one(units, kecamatan, households):
    places = settle(units, kecamatan, households, TRUTH, city_rng(3, "places"))
    sample = draw_sample(places, design(households), city_rng(3, "sample"))
    assert len(sample) == 1000
    assert sample["penimbang"].sum() == pytest.approx(households)
    assert not sample.duplicated(["kode_wilayah", "posisi"]).any()
    assert (sample.groupby("klaster").size() == 10).all()
    assert sample.groupby("strata")["klaster"].nunique().min() >= 2
    assert sample["strata"].nunique() == 10
    counts = {place.code: place.households for place in places}
    assert (sample["posisi"] < sample["kode_wilayah"].map(counts)).all()


def test_some_kelurahan_have_no_sample(units, kecamatan):
    places = settle(units, kecamatan, 180_000, TRUTH, city_rng(3, "places"))
    sample = draw_sample(places, design(180_000), city_rng(3, "sample"))
    assert 40 <= sample["kode_wilayah"].nunique() < 54


def test_estimates_are_unbiased_over_redraws(places, homes, known):
    size = homes["jumlah_anggota"]
    poor = homes["kapita_rp"] < known["hasil.garis_kemiskinan_rp"]
    frame = pd.DataFrame({"n": size, "poor": size * poor, "kode_wilayah": homes["kode_wilayah"]})
    frame["posisi"] = frame.groupby("kode_wilayah").cumcount()
    estimates = []
    for draw in range(30):
        sample = draw_sample(places, design(10_000), np.random.default_rng(draw))
        seen = sample.merge(frame, on=["kode_wilayah", "posisi"])
        assert len(seen) == len(sample)
        estimates.append((seen["penimbang"] @ seen["poor"]) / (seen["penimbang"] @ seen["n"]))
    error = np.std(estimates, ddof=1) / np.sqrt(30)
    assert np.mean(estimates) == pytest.approx(0.0769, abs=3 * error)
    assert 0.002 < error * np.sqrt(30) < 0.03


def test_blocks_are_drawn_in_proportion_to_their_households(places):
    few = [place for place in places if place.district == "Serengan"]
    small = Design(clusters=8, households_per_cluster=5, block=20)
    drawn = pd.concat(draw_sample(few, small, np.random.default_rng(n)) for n in range(150))
    sizes = pd.Series({place.code: place.households for place in few})
    for _, chosen in drawn.groupby("strata"):
        share = chosen["kode_wilayah"].value_counts(normalize=True)
        expected = sizes[share.index] / sizes[share.index].sum()
        # Systematic draws of 4 clusters vary less than 600 independent ones: 0.02.
        np.testing.assert_allclose(share, expected, atol=0.04)
