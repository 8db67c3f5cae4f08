from __future__ import annotations

import warnings

import numpy as np
import pytest
from libpysal.graph import Graph
from scipy import sparse
from shapely import box

from kajian.data.coverage import check_coverage
from kajian.data.geometry import (
    areas_km2,
    connected,
    contiguity_matrix,
    distance_matrix_km,
    knn_matrix,
    metric,
    neighbours,
    row_standardise,
)
from kajian.errors import DataError, MethodError

LAYERS = ("kelurahan_surakarta", "kabkota_jateng")


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(("rule", "rook"), [("line", True), ("touch", False)])
def test_contiguity_agrees_with_libpysal(outlines, layer, rule, rook):
    units = outlines(layer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Graph.build_contiguity(units.set_index("kode_wilayah"), rook=rook).sparse.toarray()
    np.testing.assert_array_equal(contiguity_matrix(units, "kode_wilayah", rule).toarray(), theirs)


def test_nearest_neighbours_agree_with_libpysal(outlines):
    # Within one city the plane of UTM and the ellipsoid order distances alike.
    units = outlines("kelurahan_surakarta")
    centroids = metric(units).geometry.centroid.set_axis(units["kode_wilayah"])
    theirs = Graph.build_knn(centroids, k=4).sparse.toarray()
    np.testing.assert_array_equal(knn_matrix(units, 4).toarray(), theirs)


def test_distances_between_two_cities(outlines):
    # Kota Semarang - Kota Surakarta: the haversine on a sphere departs from the ellipsoid by at
    # most 0.56%.
    units = outlines("kabkota_jateng")
    centroids = metric(units).geometry.centroid.to_crs(4326).set_axis(units["kode_wilayah"])
    place = {code: row for row, code in enumerate(units["kode_wilayah"])}
    start, end = centroids["33.74"], centroids["33.72"]
    phi = np.radians([start.y, end.y])
    half = np.radians([end.y - start.y, end.x - start.x]) / 2
    chord = np.sin(half[0]) ** 2 + np.prod(np.cos(phi)) * np.sin(half[1]) ** 2
    D = distance_matrix_km(units)
    expected = 2 * 6371.0088 * np.arcsin(np.sqrt(chord))
    assert D[place["33.74"], place["33.72"]] == pytest.approx(expected, rel=0.006)
    np.testing.assert_allclose(D, D.T, atol=1e-9)
    assert (np.diag(D) == 0).all()


def test_utm_zone_of_the_city(outlines):
    assert metric(outlines("kelurahan_surakarta")).crs.to_epsg() == 32749


def test_neighbours_by_hand(checkerboard):
    line = neighbours(checkerboard, key="kode_wilayah")
    assert list(zip(line["origin"], line["destination"], strict=True)) == [
        *[("a", "b"), ("a", "c"), ("b", "a"), ("b", "d")],
        *[("c", "a"), ("c", "d"), ("d", "b"), ("d", "c")],
    ]
    np.testing.assert_allclose(line["shared_m"], 100, rtol=1e-9)
    touch = neighbours(checkerboard, key="kode_wilayah", rule="touch")
    assert len(touch) == 12
    assert touch.query("origin == 'a' and destination == 'd'")["shared_m"].item() == 0


def test_matrix_follows_row_order(checkerboard):
    units = checkerboard.iloc[[3, 0, 1, 2]]
    expected = [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    np.testing.assert_array_equal(contiguity_matrix(units, "kode_wilayah").toarray(), expected)


def test_area_does_not_depend_on_the_projection_or_orientation(checkerboard):
    units = checkerboard
    turned = units.set_geometry(units.geometry.reverse())
    np.testing.assert_allclose(areas_km2(units), areas_km2(turned), rtol=1e-12)
    # Near the central meridian the scale is 0.9996: true areas are larger by its square.
    np.testing.assert_allclose(areas_km2(units), 0.01 / 0.9996**2, rtol=2e-5)


def test_islands_stay_zero_and_disconnect(squares):
    units = squares(box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6))
    W = contiguity_matrix(units, "kode_wilayah")
    assert not connected(W)
    np.testing.assert_array_equal(row_standardise(W).sum(axis=1), [1, 1, 0])
    assert check_coverage(units, key="kode_wilayah").components == 2


def test_row_standardise_leaves_its_input():
    W = sparse.csr_array(np.array([[0.0, 1, 1], [1, 0, 0], [0, 0, 0]]))
    before = W.toarray()
    np.testing.assert_array_equal(
        row_standardise(W).toarray(), [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 0]]
    )
    np.testing.assert_array_equal(W.toarray(), before)


@pytest.mark.parametrize(
    "ask", [metric, areas_km2, lambda units: check_coverage(units, key="kode_wilayah")]
)
def test_no_crs_is_refused(checkerboard, ask):
    with pytest.raises(DataError, match="CRS"):
        ask(checkerboard.set_crs(None, allow_override=True))


def test_repeated_code_is_refused(checkerboard):
    units = checkerboard.assign(kode_wilayah=["a", "a", "b", "c"])
    with pytest.raises(DataError, match="lebih dari satu baris") as caught:
        contiguity_matrix(units, "kode_wilayah")
    assert caught.value.rows == ["a"]


def test_wrong_choices_list_the_right_ones(checkerboard):
    with pytest.raises(MethodError, match="line, touch"):
        neighbours(checkerboard, key="kode_wilayah", rule="queen")  # type: ignore[arg-type]
    with pytest.raises(MethodError, match="antara 1 dan 3"):
        knn_matrix(checkerboard, 4)
