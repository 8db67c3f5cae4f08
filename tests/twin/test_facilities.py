from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from kajian.privacy.gate import admit
from kajian.privacy.patterns import identity_kinds
from kajian.twin.chunks import CityStage, city_rng
from kajian.twin.facilities import draw_facilities
from kajian.twin.truth import TRUTH

MODEL = TRUTH.fasilitas


def test_each_health_centre_says_that_it_is_simulated_and_lies_in_its_kelurahan(read, units):
    table = read("fasilitas")
    assert len(table) == MODEL.puskesmas == table["id_fasilitas"].nunique()
    assert table["id_fasilitas"].str.startswith("SIM-").all()
    assert table["nama_fasilitas"].str.contains("Simulasi").all()
    here = gpd.points_from_xy(table["bujur"], table["lintang"], crs="EPSG:4326")
    outline = units.set_index("kode_wilayah").geometry.to_crs("EPSG:4326")
    assert gpd.GeoSeries(here).within(outline[table["kode_wilayah"]], align=False).all()


def test_nothing_in_the_table_looks_like_an_identity(read):
    assert identity_kinds(read("fasilitas").to_csv(sep=" ")) == []
    assert identity_kinds(read("fasilitas").to_csv()) == []


@pytest.mark.parametrize("count", [17, 4_000])
def test_health_centres_are_in_proportion_to_people(units, places, count):
    table = draw_facilities(
        units, places, replace(MODEL, puskesmas=count), np.random.default_rng(1)
    )
    persons = pd.Series({place.code: place.persons for place in places})
    found = table["kode_wilayah"].value_counts().reindex(persons.index, fill_value=0)
    district = persons.index.str[:8]
    for by in (persons.index, district):
        expected = persons.groupby(by).sum() / persons.sum() * count
        # A systematic draw gives each the whole number below or above its share.
        assert (found.groupby(by).sum() - expected).abs().max() < 1


def test_the_start_is_random(units, places):
    drawn = [
        draw_facilities(units, places, MODEL, np.random.default_rng(seed)) for seed in range(200)
    ]
    found = pd.concat(drawn)["kode_wilayah"].value_counts() / 200
    persons = pd.Series({place.code: place.persons for place in places})
    expected = persons / persons.sum() * MODEL.puskesmas
    # A count of a kelurahan is one of two whole numbers: its deviation is at most 1/2, that of the
    # mean of 200 at most 0.035; the largest of 54 stays below four of them.
    assert (found.reindex(expected.index, fill_value=0) - expected).abs().max() < 0.14


def test_staff_is_drawn_from_the_parameters(units, places):
    many = replace(MODEL, puskesmas=4_000)
    table = draw_facilities(units, places, many, np.random.default_rng(1))
    logs = np.log(table["kapasitas"])
    # Rounding to whole persons adds a variance of (1/12)/40^2; errors of mean and deviation are
    # 0.3 / sqrt(4000) = 0.005.
    assert logs.mean() == pytest.approx(np.log(MODEL.tenaga_kesehatan), abs=0.02)
    assert logs.std() == pytest.approx(MODEL.simpangan_tenaga, abs=0.02)
    assert table["kapasitas"].min() >= 1


def test_all_places_of_a_kelurahan_are_alike(units, places):
    largest = max(places, key=lambda place: place.area_km2)
    many = replace(MODEL, puskesmas=2_000)
    table = draw_facilities(units, [largest], many, np.random.default_rng(2))
    outline = units.set_index("kode_wilayah").geometry.to_crs("EPSG:4326")[largest.code]
    centre, low = outline.centroid, np.array(outline.bounds[:2])
    size = np.array(outline.bounds[2:]) - low
    # The deviation of a coordinate is less than half of the extent: 0.5 / sqrt(2000) = 0.011.
    mean = table[["bujur", "lintang"]].mean().to_numpy()
    assert np.abs((mean - [centre.x, centre.y]) / size).max() < 0.05


def test_the_order_of_outlines_does_not_matter(units, places):
    first, second = (
        draw_facilities(table, places, MODEL, np.random.default_rng(3))
        for table in (units, units[::-1])
    )
    pd.testing.assert_frame_equal(first, second)


def test_the_gate_lets_the_table_in_as_it_is(read, tmp_path):
    table = read("fasilitas")
    (tmp_path / "terbatas").mkdir()
    table.to_csv(tmp_path / "terbatas" / "fasilitas.csv", index=False)
    admit(tmp_path / "terbatas", tmp_path / "gerbang", key=bytes(32))
    admitted = pd.read_parquet(tmp_path / "gerbang" / "tables" / "fasilitas.parquet")
    assert admitted.dtypes[["lintang", "bujur"]].astype(str).tolist() == ["float64", "float64"]
    pd.testing.assert_frame_equal(admitted, table, check_dtype=False)


def test_health_centres_have_a_stream_of_their_own():
    stages = CityStage.__args__
    draws = {city_rng(7, stage).integers(2**62) for stage in stages}
    assert len(draws) == len(stages)
    # The streams of the tables that were there before have not moved.
    assert stages[:4] == ("places", "sample", "waves", "interviews")
