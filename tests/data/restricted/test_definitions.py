from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from kajian.data.restricted.applied import (
    adequate_sanitation,
    adequate_water,
    below_floor,
    in_age_bounds,
)
from kajian.data.restricted.definitions import (
    Bridge,
    _content,
    bridges_between,
    comparable,
    definition,
    definition_on,
    definitions,
    require_comparable,
)
from kajian.data.restricted.tables import TABLES, restricted_table
from kajian.errors import DataError, MethodError

FLOOR = "hunian.luas_lantai"
SUSENAS, KEPMENSOS = f"{FLOOR}/susenas-7.2", f"{FLOOR}/kepmensos-146-8"
KIMPRASWIL_7, KIMPRASWIL_9 = f"{FLOOR}/kimpraswil-2002-7.2", f"{FLOOR}/kimpraswil-2002-9"
WATER_OLD, WATER = "air.layak/bps-2015", "air.layak/bps-2019"


# --- the list -------------------------------------------------------------------------------

EVERY, BRIDGES = _content()


def test_ids_are_unique():
    assert len({one.id for one in EVERY}) == len(EVERY)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_each_definition_says_what_it_rests_on(one):
    assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+/[a-z0-9._-]+", one.id)
    assert all(isinstance(day, dt.date) for day in (one.valid_from, one.valid_to or one.valid_from))
    assert one.valid_to is None or one.valid_from < one.valid_to
    assert isinstance(one.checked, bool)
    assert one.source.startswith("http")
    assert one.checked or one.note
    assert all((one.title, one.text, one.number, one.legal_title))


@pytest.mark.parametrize("bridge", BRIDGES, ids=lambda bridge: bridge.first)
def test_bridges_join_two_definitions_of_one_indicator(bridge):
    first, second = definition(bridge.first), definition(bridge.second)
    assert first.indicator == second.indicator
    assert first != second
    assert bridge.kind in ("identical", "recompute", "factor")
    if bridge.kind == "identical":
        assert first.parameters == second.parameters


def test_indicators_named_by_the_schemas_are_defined():
    named = {
        field.definition
        for table in TABLES
        for field in restricted_table(table).table_schema.fields
        if field.definition
    }
    assert named
    assert all(definitions(indicator) for indicator in named)


def test_a_floor_has_three_sizes():
    sizes = {one.parameters["luas_min_m2_per_orang"] for one in definitions(FLOOR)}
    assert sizes == {7.2, 8.0, 9.0}


def test_unknown_names_list_the_known():
    with pytest.raises(DataError, match=re.escape(SUSENAS)):
        definition(f"{FLOOR}/tujuh")
    with pytest.raises(DataError, match=re.escape(FLOOR)):
        definitions("hunian.luas")


# --- by date --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "day", "name"),
    [
        # Inpres 4/2025 was signed on 5 February 2025 (Kementerian Sosial).
        ("dtsen.snapshot", dt.date(2025, 2, 4), "dtsen.snapshot/dtks"),
        ("dtsen.snapshot", dt.date(2025, 2, 5), "dtsen.snapshot/dtsen"),
        ("air.layak", dt.date(2018, 12, 31), WATER_OLD),
        ("air.layak", dt.date(2019, 1, 1), WATER),
    ],
)
def test_the_definition_in_force(indicator, day, name):
    assert definition_on(indicator, day).id == name


def test_rules_in_force_together_must_be_chosen_from():
    with pytest.raises(DataError, match="berlaku bersamaan") as caught:
        definition_on(FLOOR, dt.date(2020, 6, 1))
    assert SUSENAS in caught.value.remedy
    assert KEPMENSOS in caught.value.remedy
    with pytest.raises(DataError) as caught:
        definition_on(FLOOR, dt.date(2022, 12, 31))  # Kepmensos 262/HUK/2022 repeals 146/HUK/2013
    assert KEPMENSOS not in caught.value.remedy


def test_a_day_before_any_rule():
    with pytest.raises(DataError, match="tidak ada definisi") as caught:
        definition_on("dtsen.snapshot", dt.date(2010, 1, 1))
    assert "2021" in caught.value.remedy


# --- comparing ------------------------------------------------------------------------------


def test_different_floors_are_not_compared():
    assert not comparable(KIMPRASWIL_9, SUSENAS)
    with pytest.raises(DataError) as caught:
        require_comparable(KIMPRASWIL_9, SUSENAS)
    message = str(caught.value)
    for part in ("= 9,0", "= 7,2", "403/KPTS/M/2002", "2012", "hitung ulang", "jumlah_anggota"):
        assert part in message
    assert caught.value.rows == [KIMPRASWIL_9, SUSENAS]


def test_the_same_number_by_identical_rules_is_compared_both_ways():
    assert comparable(KIMPRASWIL_7, SUSENAS)
    assert comparable(SUSENAS, KIMPRASWIL_7)
    require_comparable(SUSENAS, KIMPRASWIL_7)


def test_equal_ages_for_other_people_are_not_compared():
    old, new = (one.id for one in definitions("ppks.perempuan_rawan_sosial_ekonomi"))
    assert definition(old).parameters == definition(new).parameters
    with pytest.raises(DataError, match="definisi yang berbeda"):
        require_comparable(old, new)


def test_a_bridge_that_was_crossed_lets_pass():
    with pytest.raises(DataError):
        require_comparable(WATER_OLD, WATER)
    require_comparable(WATER_OLD, WATER, bridges=bridges_between(WATER, WATER_OLD))
    own = Bridge(first=KEPMENSOS, second=KIMPRASWIL_9, kind="factor", how="Faktor 1,1.")
    require_comparable(KIMPRASWIL_9, KEPMENSOS, bridges=[own])
    with pytest.raises(DataError):
        require_comparable(KIMPRASWIL_9, SUSENAS, bridges=[own])


def test_a_misspelt_definition_is_not_comparable_with_itself():
    with pytest.raises(DataError, match="tidak dikenal"):
        comparable("hunian.luas_lantai/x", "hunian.luas_lantai/x")


# --- applying -------------------------------------------------------------------------------


def test_one_home_is_large_enough_or_not_by_its_rule():
    # 30 m2 for four persons: 7.5 m2 each.
    judged = {one.id: below_floor([30.0], [4], one.id).item() for one in definitions(FLOOR)}
    assert {name for name, small in judged.items() if small} == {
        KIMPRASWIL_9,
        KEPMENSOS,
        f"{FLOOR}/bps14-8",
    }


def test_exactly_the_floor_is_enough_for_any_household():
    persons = np.arange(1, 31)
    for area in (7.2 * persons, np.round(7.2 * persons, 1)):
        assert not below_floor(area, persons, SUSENAS).any()
        assert below_floor(area - 0.01, persons, SUSENAS).all()


@pytest.mark.parametrize(("area", "persons"), [([np.nan], [1]), ([10.0], [0])])
def test_impossible_homes_are_not_judged(area, persons):
    with pytest.raises(MethodError, match="luas lantai"):
        below_floor(area, persons, SUSENAS)


@pytest.mark.parametrize(
    ("name", "ages"),
    [
        ("ppks.anak_balita_telantar/permensos-8-2012", [0, 5]),
        ("ppks.anak_balita_telantar/edisi-lama", [0, 4]),
        ("ppks.anak_telantar/permensos-8-2012", [6, 18]),
        ("ppks.anak_berhadapan_hukum/permensos-8-2012", [12, 17]),
        ("ppks.lansia/uu-13-1998", [60, 120]),
        ("pendidikan.anak_tidak_sekolah/kajian-13-18", [13, 18]),
    ],
)
def test_ages_include_both_bounds(name, ages):
    every = np.arange(121)
    inside = every[in_age_bounds(every, name)]
    assert [inside.min(), inside.max()] == ages
    assert len(inside) == ages[1] - ages[0] + 1


def test_a_missing_age_is_not_judged():
    with pytest.raises(MethodError, match="umur"):
        in_age_bounds(pd.Series([3, None], dtype="Int64"), "ppks.anak/uu-23-2002")


SOURCES = pd.Series(
    ["ledeng", "sumur_bor", "sumur_terlindung", "sumur_tak_terlindung", "kemasan", "lainnya"],
    name="sumber_air",
)


def test_water_is_judged_by_its_source():
    unbottled = SOURCES[SOURCES != "kemasan"]
    assert adequate_water(unbottled, WATER).tolist() == [True, True, True, False, False]


@pytest.mark.parametrize("washing", [True, False])
def test_bottled_water_needs_an_assumption_or_data(washing):
    with pytest.raises(MethodError, match="bottled"):
        adequate_water(SOURCES, WATER)
    wanted = [True, True, True, False, washing, False]
    assert adequate_water(SOURCES, WATER, bottled=washing).tolist() == wanted
    assert adequate_water(SOURCES, WATER, bottled=[washing] * 6).tolist() == wanted


def test_water_before_2019_cannot_be_judged_without_the_distance():
    with pytest.raises(MethodError, match=re.escape(WATER)):
        adequate_water(SOURCES, WATER_OLD)


def test_a_missing_source_is_not_judged():
    with pytest.raises(MethodError, match="sumber_air"):
        adequate_water(SOURCES.mask(SOURCES == "ledeng"), WATER)


def test_sanitation_needs_both_a_toilet_and_a_tank():
    facilities = ["sendiri", "bersama", "umum", "tidak_ada"]
    disposals = ["tangki_septik", "ipal", "sungai_tanah", "tidak_ada"]
    grid = pd.MultiIndex.from_product([facilities, disposals]).to_frame(index=False)
    for name, allowed in (
        ("sanitasi.layak/bps-2019", {"sendiri", "bersama"}),
        ("sanitasi.layak_sendiri/sdg-2019", {"sendiri"}),
    ):
        adequate = grid[adequate_sanitation(grid[0], grid[1], name)]
        assert set(adequate[0]) == allowed
        assert set(adequate[1]) == {"tangki_septik", "ipal"}
        assert len(adequate) == 2 * len(allowed)


def test_a_definition_is_applied_only_to_what_it_defines():
    with pytest.raises(MethodError, match=re.escape(SUSENAS)):
        below_floor([10.0], [1], WATER)
