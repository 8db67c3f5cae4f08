from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.data.geometry import distance_matrix_km
from kajian.errors import DataError
from kajian.twin.chunks import city_rng
from kajian.twin.places import district_population, largest_remainder, settle
from kajian.twin.truth import TRUTH

# BPS 2021; Jebres is the city, 522,728, less the others.
PUBLIC_2021 = {
    "Laweyan": 88_578,
    "Serengan": 47_853,
    "Pasar Kliwon": 78_565,
    "Jebres": 138_859,
    "Banjarsari": 168_873,
}


def test_at_the_default_size_each_kecamatan_has_its_public_population(units, kecamatan):
    places = settle(units, kecamatan, 180_000, TRUTH, city_rng(1, "places"))
    persons = pd.Series([place.persons for place in places])
    counts = persons.groupby([place.district for place in places]).sum()
    assert counts.to_dict() == PUBLIC_2021
    assert sum(place.households for place in places) == 180_000


def test_size_changes_neither_shares_nor_fields(units, kecamatan, places):
    large = settle(units, kecamatan, 1_000_000, TRUTH, city_rng(7, "places"))
    assert [p.effect for p in large] == [p.effect for p in places]
    # Small counts are whole numbers, so that a share may be off by one household in 10,000.
    small_share = np.array([p.households for p in places]) / 10_000
    large_share = np.array([p.households for p in large]) / 1_000_000
    np.testing.assert_allclose(small_share, large_share, atol=1.01e-4)


def test_fields_have_the_documented_correlation(units, kecamatan):
    apart = distance_matrix_km(units.sort_values("kode_wilayah"))[0, 5]
    without_free_part = replace(TRUTH, spasial=replace(TRUTH.spasial, simpangan_bebas=0.0))
    draws = np.array(
        [
            [place.effect for place in settle(units, kecamatan, 5_000, without_free_part, rng)]
            for rng in map(np.random.default_rng, range(100))
        ]
    )
    found = np.corrcoef(draws[:, 0], draws[:, 5])[0, 1]
    expected = np.exp(-apart / TRUTH.spasial.jangkauan_km)
    # Fisher's z of a correlation from 100 draws has standard error 1 / sqrt(97).
    assert np.arctanh(found) == pytest.approx(np.arctanh(expected), abs=3 / np.sqrt(97))
    assert draws.std() == pytest.approx(TRUTH.spasial.simpangan_spasial, rel=0.1)


def test_two_missing_kecamatan_are_named(kecamatan):
    spoilt = kecamatan.assign(
        penduduk_2021_jiwa=kecamatan["penduduk_2021_jiwa"].where(lambda n: n < 80_000)
    )
    with pytest.raises(DataError, match=r"33\.72\.01.*Perbaikan: lengkapi"):
        district_population(spoilt, TRUTH.penduduk)


def test_a_kelurahan_without_households_is_refused(units, kecamatan):
    with pytest.raises(DataError, match="tidak berpenghuni"):
        settle(units, kecamatan, 100, TRUTH, city_rng(1, "places"))


def test_largest_remainder_by_hand():
    # Shares 2.5, 1.75, 0.75: two seats are left for the largest remainders, 0.75 and 0.75.
    assert largest_remainder([50, 35, 15], 5).tolist() == [2, 2, 1]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30), st.integers(0, 10**6))
def test_largest_remainder_stays_within_one_of_the_share(weights, total):
    counts = largest_remainder(weights, total)
    assert counts.sum() == total
    assert (abs(counts - np.array(weights) / sum(weights) * total) < 1).all()
