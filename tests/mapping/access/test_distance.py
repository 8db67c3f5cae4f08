from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from kajian.errors import MethodError
from kajian.mapping.access.distance import access, density

CRS = "EPSG:32749"
# Mean distance from a corner of a square to its points, per side.
CORNER = (np.sqrt(2) + np.log(1 + np.sqrt(2))) / 3


def units(*shapes, crs=CRS):
    names = [f"33.72.{i:02d}" for i in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"kode_wilayah": names}, geometry=list(shapes), crs=crs)


def points(*places, crs=CRS, **columns):
    return gpd.GeoDataFrame(columns, geometry=[Point(p) for p in places], crs=crs)


SQUARE = box(0, 0, 1000, 1000)


def test_mean_distance_from_a_corner_of_a_square():
    table = access(units(SQUARE), points((0, 0)), key="kode_wilayah", spacing_m=10).tidy()
    assert table.columns.tolist() == [
        *("kode_wilayah", "group", "mean_m", "median_m", "p90_m", "edge_share", "lower_m"),
        "grid_points",
    ]
    row = table.iloc[0]
    assert (row["group"], row["grid_points"]) == ("semua", 10_000)
    # Midpoint rule with 100 x 100 cells: error of the order of (1/100)^2.
    assert row["mean_m"] == pytest.approx(1000 * CORNER, rel=1e-4)
    # Half of the square lies within r of the corner where pi r^2 / 4 = 1/2.
    assert row["median_m"] == pytest.approx(1000 * np.sqrt(2 / np.pi), abs=10)
    assert row["p90_m"] == pytest.approx(
        np.quantile(np.hypot(*np.meshgrid(np.arange(5, 1000, 10), np.arange(5, 1000, 10))), 0.9)
    )
    assert row["edge_share"] > 0.9


def test_share_nearer_to_the_edge_than_to_the_centre():
    # Putnam 1989 B1: a share (4 sqrt(2) - 5) / 3 of a square is nearer to its centre.
    table = access(units(SQUARE), points((500, 500)), key="kode_wilayah", spacing_m=10).tidy()
    # The curve crosses about 2% of the cells of 10 m; half of that is generous.
    assert table["edge_share"][0] == pytest.approx(1 - (4 * np.sqrt(2) - 5) / 3, abs=0.01)


def test_lower_bound_is_reached_where_the_edge_is_nearer():
    table = access(units(SQUARE), points((500, 500)), key="kode_wilayah", spacing_m=5).tidy()
    row = table.iloc[0]
    # Distance to the boundary averages 1000/6 over a square; the minimum of both is below each.
    assert row["lower_m"] < min(row["mean_m"], 1000 / 6 + 1)
    corner = access(units(SQUARE), points((0, 0)), key="kode_wilayah", spacing_m=5).tidy()
    # From a corner the boundary is always nearer, so the bound is the distance to it: 1000/6.
    assert corner.iloc[0]["lower_m"] == pytest.approx(1000 / 6, rel=1e-3)


@pytest.mark.parametrize(("tolerance_m", "counted"), [(0.0, 0), (9.0, 0), (11.0, 1)])
def test_a_facility_just_outside_counts_within_the_tolerance(tolerance_m, counted):
    table = density(units(SQUARE), points((500, 1010)), key="kode_wilayah", tolerance_m=tolerance_m)
    assert table["facilities"].tolist() == [counted]


def test_inner_borders_are_no_edge():
    halves = units(box(0, 0, 500, 1000), box(500, 0, 1000, 1000))
    table = access(halves, points((500, 500)), key="kode_wilayah", spacing_m=10).tidy()
    assert table["edge_share"].tolist() == pytest.approx([0.7810, 0.7810], abs=0.01)


def test_a_facility_on_a_shared_border_counts_once():
    pair = units(box(0, 0, 500, 1000), box(500, 0, 1000, 1000))
    schools = points((500, 500), (900, 500), (5000, 5000))
    table = density(pair, schools, key="kode_wilayah")
    assert table["facilities"].tolist() == [1, 1]
    assert table["per_km2"].tolist() == pytest.approx([2.0, 2.0])


def test_a_unit_between_grid_points_still_has_one():
    # A thin ring segment whose centroid lies outside of it.
    hook = Polygon([(0, 0), (20, 0), (20, 2), (2, 2), (2, 20), (0, 20)])
    table = access(units(hook, SQUARE), points((0, 0)), key="kode_wilayah").tidy()
    assert table["grid_points"].tolist() == [1, 400]
    assert 0 < table["mean_m"][0] < 20


def test_each_group_has_its_own_nearest():
    schools = points((0, 0), (1000, 1000), (0, 1000), jenjang_publik=["SD", "SD", "SMP"])
    result = access(units(SQUARE), schools, key="kode_wilayah", by="jenjang_publik", spacing_m=20)
    mean = result.tidy().set_index("group")["mean_m"]
    assert mean["SMP"] == pytest.approx(1000 * CORNER, rel=1e-3)
    # To the nearer of two opposite corners: on the triangle x + y < 1 the integral of the distance
    # is 2 * integral over 0..pi/4 of r^3/3 with r = 1 / (cos t + sin t); doubled for both corners.
    angle = (np.arange(20_000) + 0.5) * np.pi / 2 / 20_000
    integral = 2 * ((np.cos(angle) + np.sin(angle)) ** -3 / 3).sum() * np.pi / 2 / 20_000
    assert mean["SD"] == pytest.approx(1000 * integral, rel=1e-3)
    counted = density(units(SQUARE), schools, key="kode_wilayah", by="jenjang_publik")
    assert counted["facilities"].tolist() == [2, 1]
    assert "SD" in str(result)


def test_order_of_rows_and_inputs_do_not_matter():
    pair = units(box(0, 0, 500, 1000), box(500, 0, 1000, 700))
    schools = points((100, 100), (800, 300), (250, 900))
    before = pair.copy()
    first = access(pair, schools, key="kode_wilayah").tidy()
    second = access(pair[::-1], schools[::-1], key="kode_wilayah").tidy()
    pd.testing.assert_frame_equal(
        first, second.sort_values("kode_wilayah", ignore_index=True), rtol=1e-12
    )
    pd.testing.assert_frame_equal(pd.DataFrame(pair), pd.DataFrame(before))


@pytest.mark.parametrize(
    ("area", "schools", "options", "message"),
    [
        (units(SQUARE, crs=None), points((0, 0)), {}, "tidak punya sistem koordinat"),
        (units(SQUARE), points((0, 0), crs=None), {}, "tidak punya sistem koordinat"),
        (units(box(0, 0, 1, 1), crs=4326), points((0, 0), crs=4326), {}, "bersatuan meter"),
        (units(SQUARE), points((0, 0), crs="EPSG:32748"), {}, "berbeda"),
        (units(SQUARE), points((0, 0)), {"key": "kode"}, "Kolom kode"),
        (units(SQUARE), points((0, 0)), {"by": "jenjang"}, "Kolom jenjang"),
        (units(SQUARE), points((0, 0), j=[None]), {"by": "j"}, "Kolom j di points kosong pada 1"),
        (units(SQUARE), points((0, 0)).iloc[:0], {}, "kosong"),
        (units(SQUARE), points((0, 0)), {"spacing_m": 0}, "Jarak kisi"),
        (units(SQUARE, Polygon()), points((0, 0)), {}, "Geometri units"),
        (
            units(Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])),
            points((0, 0)),
            {},
            "Geometri units kosong atau tidak sah",
        ),
        (
            units(SQUARE),
            gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1, 1)])], crs=CRS),
            {},
            "berupa titik",
        ),
        (
            pd.concat([units(SQUARE), units(SQUARE)], ignore_index=True),
            points((0, 0)),
            {},
            "berulang",
        ),
    ],
)
def test_bad_input_is_named(area, schools, options, message):
    with pytest.raises(MethodError, match=message):
        access(area, schools, **{"key": "kode_wilayah", **options})


def test_people_weigh_the_mean_and_leave_each_unit_as_it_was():
    pair = units(box(0, 0, 500, 1000), box(500, 0, 1000, 1000), box(0, 1000, 100, 1100))
    pair["jiwa"] = [900, 100, 0]
    options = {"key": "kode_wilayah", "spacing_m": 20}
    school = points((0, 0), (100, 50), kind=["SD", "SMP"])
    plain = access(pair, school, by="kind", **options)
    people = access(pair, school, by="kind", population="jiwa", **options)
    table = people.tidy()
    assert table.pop("persons").tolist() == [900, 100, 0] * 2
    pd.testing.assert_frame_equal(table, plain.tidy())
    for group, rows in table.groupby("group"):
        for column in ("mean_m", "lower_m", "edge_share"):
            got = people.overall().set_index("group").loc[group, column]
            assert got == pytest.approx(np.average(rows[column], weights=[900, 100, 0]))
            got = plain.overall().set_index("group").loc[group, column]
            assert got == pytest.approx(np.average(rows[column], weights=rows["grid_points"]))
    assert "tiap orang sama" in str(people)
    assert "tiap orang sama" not in str(plain)


def test_larger_areas_are_averages_of_their_units():
    pair = units(box(0, 0, 500, 1000), box(500, 0, 1000, 1000), box(1000, 0, 1500, 1000))
    pair["jiwa"] = [1, 3, 5]
    options = {"key": "kode_wilayah", "spacing_m": 50, "population": "jiwa"}
    found = access(pair, points((0, 0)), **options)
    parent = dict(zip(pair["kode_wilayah"], ["utara", "utara", "selatan"], strict=True))
    means = found.overall(parent).set_index("parent")["mean_m"]
    near, middle, far = found.tidy()["mean_m"]
    assert means.to_dict() == pytest.approx({"selatan": far, "utara": (near + 3 * middle) / 4})
    assert found.overall(pd.Series(parent)).set_index("parent")["mean_m"].equals(means)
    with pytest.raises(MethodError, match=r"1 wilayah tanpa wilayah induk: 33.72.03"):
        found.overall({code: name for code, name in parent.items() if name == "utara"})
    pair["jiwa"] = [1, 3, 0]
    with pytest.raises(MethodError, match="Wilayah tanpa penduduk: selatan"):
        access(pair, points((0, 0)), **options).overall(parent)
