from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from shapely.geometry import LineString, Point, box

from kajian.errors import MethodError
from kajian.mapping.access.catchment import floating_catchment, population_grid
from kajian.mapping.access.distance import access

CRS = "EPSG:32749"
DECAYS = ("none", "linear", "gaussian")


def points(places, crs=CRS, **columns):
    return gpd.GeoDataFrame(geometry=[Point(p) for p in places], crs=crs).assign(**columns)


def line(*at, **columns):
    return points([(x, 0) for x in at], **columns)


def units(*shapes, crs=CRS, **columns):
    names = [f"u{i}" for i in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"kode": names, **columns}, geometry=list(shapes), crs=crs)


def test_who_has_two_facilities_in_reach_adds_up_both_ratios():
    homes = line(*range(11), jiwa=1)
    # In reach of the first are the homes 0 to 7, of the second 7 to 10.
    found = floating_catchment(homes, line(3.5, 10), population="jiwa", radius_m=3.5)
    assert found.facilities["persons"].tolist() == [8, 4]
    expected = [1 / 8] * 7 + [1 / 8 + 1 / 4] + [1 / 4] * 3
    assert found.access.tolist() == pytest.approx(expected)


def by_hand(homes, doctors, radius, weight):
    """The two steps as they are written down, one place at a time."""
    ratio = []
    for where, supply in zip(doctors.geometry, doctors["dokter"], strict=True):
        near = [
            (jiwa, where.distance(home))
            for home, jiwa in zip(homes.geometry, homes["jiwa"], strict=True)
        ]
        demand = sum(jiwa * weight(d / radius) for jiwa, d in near if d <= radius)
        ratio.append(supply / demand if demand > 0 else 0)
    reach = [[home.distance(where) for where in doctors.geometry] for home in homes.geometry]
    return [
        sum(r * weight(d / radius) for r, d in zip(ratio, row, strict=True) if d <= radius)
        for row in reach
    ]


WEIGHTS = {
    "none": lambda s: 1,
    "linear": lambda s: 1 - s,
    "gaussian": lambda s: (np.exp(-(s**2) / 2) - np.exp(-0.5)) / (1 - np.exp(-0.5)),
}


def random_case(seed, homes=60, doctors=7):
    rng = np.random.default_rng(seed)
    return (
        points(
            rng.uniform(0, 1000, (homes, 2)),
            jiwa=rng.integers(0, 50, homes),
            desa=rng.choice(["a", "b", "c"], homes),
        ),
        points(rng.uniform(0, 1000, (doctors, 2)), dokter=rng.integers(1, 9, doctors)),
    )


@pytest.mark.parametrize("decay", DECAYS)
def test_two_steps_by_hand(decay):
    homes, doctors = random_case(1)
    found = floating_catchment(
        homes, doctors, population="jiwa", capacity="dokter", radius_m=300, decay=decay
    )
    assert found.access == pytest.approx(by_hand(homes, doctors, 300, WEIGHTS[decay]))


@given(st.integers(0, 10_000), st.sampled_from(DECAYS), st.floats(20, 2_000))
@settings(max_examples=60, deadline=None)
def test_capacity_in_reach_is_shared_out_in_full(seed, decay, radius_m):
    homes, doctors = random_case(seed, homes=12, doctors=4)
    found = floating_catchment(
        homes, doctors, population="jiwa", capacity="dokter", radius_m=radius_m, decay=decay
    )
    shared = (found.access * homes["jiwa"]).sum()
    assert shared + found.idle_capacity == pytest.approx(doctors["dokter"].sum())
    assert found.overall["access"] == pytest.approx(shared / homes["jiwa"].sum())


def test_people_spread_evenly_and_one_facility_give_the_weight_by_distance():
    area = units(box(-400, -400, 400, 400), jiwa=[6400])
    grid = population_grid(area, "jiwa", 5, key="kode")
    found = floating_catchment(
        grid, points([(0, 0)]), population="persons", radius_m=300, decay="gaussian"
    )
    # In polar coordinates the people in reach are the density times 2 pi r^2 integral s w(s) ds.
    in_reach = 0.01 * 2 * np.pi * 300**2 * quad(lambda s: s * WEIGHTS["gaussian"](s), 0, 1)[0]
    # 11,300 cells of 5 m, errors at the rim of the order of the weight there, which is zero.
    assert found.facilities["persons"].iloc[0] == pytest.approx(in_reach, rel=1e-3)
    assert found.overall["without_share"] == pytest.approx(1 - np.pi * 300**2 / 800**2, abs=0.002)


def test_nearer_counts_more_with_decay():
    homes, doctor = line(0, 90, 99, 101, jiwa=1), line(0)
    share = {
        decay: floating_catchment(
            homes, doctor, population="jiwa", radius_m=100, decay=decay
        ).access
        for decay in DECAYS
    }
    assert share["none"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    for decay in ("linear", "gaussian"):
        assert (np.diff(share[decay]) < 0).all()
        assert share[decay][3] == 0


def test_who_has_nothing_in_reach_and_what_nobody_reaches():
    homes = line(0, 50, 500, 900, jiwa=[10, 30, 60, 0])
    doctors = line(20, 700, 900, 9000, dokter=[2, 0, 5, 7])
    found = floating_catchment(homes, doctors, population="jiwa", capacity="dokter", radius_m=250)
    # A facility without capacity serves nobody; at 900 nobody lives; 9000 is out of reach.
    assert found.overall["without_share"] == pytest.approx(0.6)
    assert found.nearest_m.tolist() == [20, 30, 400, 0]
    assert found.idle_capacity == 12
    assert found.access.tolist() == pytest.approx([0.05, 0.05, 0, 0])
    assert found.quantile([0, 0.59, 0.61, 1]).tolist() == pytest.approx([0, 0, 0.05, 0.05])
    assert "60.0% orang tanpa fasilitas" in str(found)


def test_units_are_averaged_over_their_people():
    homes, doctors = random_case(3)
    homes.loc[homes["desa"] == "c", "jiwa"] = 0
    found = floating_catchment(
        homes, doctors, population="jiwa", capacity="dokter", radius_m=200, by="desa"
    )
    table = found.tidy().set_index("unit")
    for name in "ab":
        inside = (homes["desa"] == name).to_numpy()
        weights = homes["jiwa"][inside]
        assert table.loc[name, "persons"] == weights.sum()
        for column, value in {
            "access": found.access,
            "nearest_m": found.nearest_m,
            "without_share": found.access == 0,
        }.items():
            mean = np.average(value[inside], weights=weights)
            assert table.loc[name, column] == pytest.approx(mean)
    assert table.loc["c", "persons"] == 0
    assert table.loc["c", ["access", "without_share"]].isna().all()
    parts = table.dropna(subset="access")
    for column in ("access", "nearest_m", "without_share"):
        whole = np.average(parts[column], weights=parts["persons"])
        assert found.overall[column] == pytest.approx(whole)


def test_shares_near_the_boundary():
    area = units(box(0, -500, 500, 500), box(500, -500, 1000, 500))
    homes = line(50, 150, 250, 500, jiwa=[1, 2, 3, 4], desa=["a", "a", "a", "b"])
    options = {"population": "jiwa", "radius_m": 100, "by": "desa"}
    found = floating_catchment(homes, line(80, 220, 500), **options, area=area)
    table = found.tidy().set_index("unit")
    # Only 50 is nearer than 100 m to the rim; 50 and 150 reach the facility at 80, which is too.
    assert table["edge_share"].to_dict() == pytest.approx({"a": 1 / 6, "b": 0})
    assert table["shared_share"].to_dict() == pytest.approx({"a": 3 / 6, "b": 0})
    assert "10% dekat batas" in str(found)
    blind = floating_catchment(homes, line(80, 220, 500), **options)
    assert blind.tidy()[["edge_share", "shared_share"]].isna().all(axis=None)
    assert "tidak diberikan" in str(blind)


@pytest.mark.parametrize("decay", DECAYS)
def test_order_units_of_measure_and_copies_do_not_matter(decay):
    homes, doctors = random_case(5)
    options = {"population": "jiwa", "capacity": "dokter", "decay": decay, "by": "desa"}
    first = floating_catchment(homes, doctors, radius_m=250, **options)
    turned = floating_catchment(homes[::-1], doctors[::-1], radius_m=250, **options)
    assert turned.access[::-1] == pytest.approx(first.access, rel=1e-12)
    pd.testing.assert_frame_equal(turned.tidy(), first.tidy(), rtol=1e-12)
    wide = [table.set_geometry(table.scale(3, 3, origin=(0, 0))) for table in (homes, doctors)]
    assert floating_catchment(*wide, radius_m=750, **options).access == pytest.approx(first.access)
    doubled = floating_catchment(
        homes.assign(jiwa=2 * homes["jiwa"]), doctors, radius_m=250, **options
    )
    assert 2 * doubled.access == pytest.approx(first.access)
    # Two desks at one place are as good as one of twice the capacity.
    halves = pd.concat([doctors.assign(dokter=doctors["dokter"] / 2)] * 2, ignore_index=True)
    assert floating_catchment(homes, halves, radius_m=250, **options).access == pytest.approx(
        first.access
    )


def test_inputs_stay_as_they_were():
    homes, doctors = random_case(6)
    before = homes.copy(), doctors.copy()
    floating_catchment(homes, doctors, population="jiwa", radius_m=250, by="desa")
    for given_table, copy in zip((homes, doctors), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(given_table), pd.DataFrame(copy))


def test_people_are_spread_over_the_grid_of_their_unit():
    # The second is too small for the grid, the third has nobody.
    area = units(
        box(0, 0, 1000, 500), box(1001, 1, 1003, 3), box(0, 500, 500, 1000), jiwa=[800, 7, 0]
    )
    grid = population_grid(area, "jiwa", 50, key="kode")
    assert grid.crs == area.crs
    by_unit = grid.groupby("kode")["persons"]
    assert by_unit.sum().tolist() == [800, 7, 0]
    assert by_unit.size().tolist() == [200, 1, 100]
    assert by_unit.nunique().tolist() == [1, 1, 1]
    # The points are those of the distance, so both measures see the same people.
    doctor = points([(100, 100)])
    far = access(area, doctor, key="kode", spacing_m=50, population="jiwa").overall()["mean_m"]
    found = floating_catchment(grid, doctor, population="persons", radius_m=100)
    assert found.overall["nearest_m"] == pytest.approx(far[0])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"radius_m": 0}, "Jangkauan 0 m"),
        ({"radius_m": np.nan}, "Jangkauan nan m"),
        ({"decay": "step"}, "Peluruhan 'step'.*none, linear, gaussian"),
        ({"population": "orang"}, "Kolom orang tidak ada di demand"),
        ({"capacity": "kursi"}, "Kolom kursi tidak ada di facilities"),
        ({"by": "dusun"}, "Kolom dusun tidak ada di demand"),
        ({"demand": line(0, 1, jiwa=[1, None])}, "Kolom jiwa di demand kosong pada 1 dari 2"),
        ({"demand": line(0, 1, jiwa=[1, -1])}, "bukan angka nol atau lebih pada 1 baris: 1"),
        ({"demand": line(0, 1, jiwa=["1", "dua"])}, "bukan angka nol atau lebih pada 1 baris: 1"),
        ({"demand": line(0, 1, jiwa=[0, 0])}, "nol di semua baris"),
        ({"facilities": line(0, dokter=[0]), "capacity": "dokter"}, "nol di semua baris"),
        ({"facilities": line(0).iloc[:0]}, "Tabel facilities kosong"),
        ({"facilities": points([(0, 0)], crs="EPSG:4326")}, "facilities tidak bersatuan meter"),
        ({"facilities": points([(0, 0)], crs="EPSG:32748")}, "CRS demand dan facilities berbeda"),
        ({"facilities": points([(0, 0)], crs=None)}, "facilities tidak punya sistem koordinat"),
        ({"facilities": units(LineString([(0, 0), (1, 1)]))}, "facilities harus berupa titik"),
        ({"area": units(box(0, 0, 9, 9), crs="EPSG:32748")}, "CRS demand dan area berbeda"),
    ],
)
def test_bad_input_is_named(changed, message):
    sound = {"demand": line(0, 1, jiwa=1), "facilities": line(0), "population": "jiwa"}
    options = {**sound, "radius_m": 10, **changed}
    with pytest.raises(MethodError, match=message) as caught:
        floating_catchment(options.pop("demand"), options.pop("facilities"), **options)
    assert "Perbaikan: " in str(caught.value)


@pytest.mark.parametrize(
    ("area", "spacing_m", "message"),
    [
        (units(box(0, 0, 9, 9), jiwa=[1]), 0, "Jarak kisi 0 m"),
        (units(box(0, 0, 9, 9), jiwa=[1]), np.inf, "Jarak kisi inf m"),
        (units(box(0, 0, 9, 9), orang=[1]), 5, "Kolom jiwa tidak ada di units"),
        (units(box(0, 0, 9, 9), jiwa=[-1]), 5, "bukan angka nol atau lebih"),
        (units(box(0, 0, 9, 9), jiwa=[1], crs=4326), 5, "tidak bersatuan meter"),
        (units(box(0, 0, 9, 9), box(9, 0, 18, 9), jiwa=[1, 1]).assign(kode="a"), 5, "berulang: a"),
    ],
)
def test_bad_grids_are_named(area, spacing_m, message):
    with pytest.raises(MethodError, match=message):
        population_grid(area, "jiwa", spacing_m, key="kode")
