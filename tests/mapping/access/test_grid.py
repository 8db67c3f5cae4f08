from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from kajian.mapping.access.grid import edge_distance, grid_points, nearest_unit


def units(*shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:32749")


PAIR = units(box(0, 0, 525, 1000), box(525, 0, 1000, 1000))


def test_points_on_a_shared_border_belong_to_the_first_unit():
    # With 50 m, grid points lie at 25, 75, ...: the border runs through a column of them.
    place, home = grid_points(PAIR, 50)
    assert np.bincount(home).tolist() == [11 * 20, 9 * 20]
    assert len(np.unique(shapely.get_coordinates(place), axis=0)) == 400
    assert np.bincount(grid_points(PAIR[::-1], 50)[1]).tolist() == [10 * 20, 10 * 20]


def test_the_grid_does_not_move_with_the_units():
    alone = shapely.get_coordinates(grid_points(units(box(10, 10, 190, 190)), 50)[0])
    beside = shapely.get_coordinates(
        grid_points(units(box(10, 10, 190, 190), box(-333, -77, -300, 0)), 50)[0]
    )
    assert set(map(tuple, alone)) <= set(map(tuple, beside))


def test_a_unit_that_the_grid_misses_has_a_point_inside():
    # The centroid of a hook lies outside of it.
    hook = Polygon([(0, 0), (20, 0), (20, 2), (2, 2), (2, 20), (0, 20)])
    place, home = grid_points(units(hook), 50)
    assert home.tolist() == [0]
    assert hook.contains(place[0])


@pytest.mark.parametrize(("tolerance_m", "home"), [(0, [0, 1, -1, -1]), (12, [0, 1, 0, -1])])
def test_a_point_outside_belongs_to_the_nearest_unit_within_the_tolerance(tolerance_m, home):
    place = shapely.points([(525, 500), (900, 500), (-10, 500), (500, 1020)])
    assert nearest_unit(PAIR, place, tolerance_m).tolist() == home


def test_distance_to_the_outer_boundary_is_that_of_shapely():
    ring = box(0, 0, 900, 900) - box(300, 300, 400, 400)
    parts = units(ring & box(0, 0, 450, 900), ring & box(450, 0, 900, 900))
    place, _ = grid_points(parts, 70)
    # Inner borders are no edge, the rim of a hole is one.
    expected = shapely.distance(ring.boundary, place)
    np.testing.assert_allclose(edge_distance(parts, place), expected, atol=1e-9)
