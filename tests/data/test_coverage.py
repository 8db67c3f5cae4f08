from __future__ import annotations

import pytest
from shapely import Polygon, box

from kajian.data.coverage import check_coverage
from kajian.errors import DataError


# The counts are those published with the outlines.
@pytest.mark.parametrize(
    ("layer", "n", "line", "touch"),
    [("kelurahan_surakarta", 54, 127, 147), ("kabkota_jateng", 35, 73, 74)],
)
def test_published_counts(outlines, layer, n, line, touch):
    coverage = check_coverage(outlines(layer), key="kode_wilayah")
    assert coverage.n_units == n
    assert coverage.pairs_line == line
    assert coverage.pairs_touch == touch
    assert coverage.components == 1


def test_area_of_the_city(outlines):
    # Published 46.67 km2. A UTM zone shrinks areas by 0.08% (scale 0.9996 squared) at its centre;
    # the ellipsoid does not, so 0.15% covers the choice of projection behind the published sum.
    area = check_coverage(outlines("kelurahan_surakarta"), key="kode_wilayah").area_km2
    assert area == pytest.approx(46.67, rel=0.0015)


def test_overlap_names_the_pair(squares):
    units = squares(box(0, 0, 100, 100), box(90, 0, 200, 100), box(200, 0, 300, 100))
    with pytest.raises(DataError) as caught:
        check_coverage(units, key="kode_wilayah", file="batas.geojson")
    assert caught.value.rows == ["a dan b (1.000,0 m2)"]
    assert caught.value.file == "batas.geojson"


def test_hole_names_the_units_around_it(squares):
    ring = Polygon(box(0, 0, 300, 300).exterior, [box(100, 100, 200, 200).exterior])
    units = squares(ring, box(300, 0, 400, 300))
    # The second square meets the ring only outside; its corner vertices match.
    with pytest.raises(DataError) as caught:
        check_coverage(units, key="kode_wilayah")
    assert "celah" in caught.value.problem
    assert caught.value.rows == ["a"]


def test_unmatched_border_names_both_sides(squares):
    units = squares(box(0, 0, 100, 100), box(100, 0, 200, 50), box(0, 100, 100, 200))
    with pytest.raises(DataError) as caught:
        check_coverage(units, key="kode_wilayah")
    assert "berimpit" in caught.value.problem
    assert set(caught.value.rows) == {"a", "b"}


def test_bow_tie_is_refused(squares):
    units = squares(Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
    with pytest.raises(DataError, match="tidak sah") as caught:
        check_coverage(units, key="kode_wilayah")
    assert caught.value.rows[0].startswith("a (")


def test_empty_outline_is_refused(squares):
    with pytest.raises(DataError, match="kosong") as caught:
        check_coverage(squares(box(0, 0, 1, 1), Polygon()), key="kode_wilayah")
    assert caught.value.rows == ["b"]


def test_summary_is_indonesian(checkerboard):
    text = str(check_coverage(checkerboard, key="kode_wilayah"))
    assert "4 pasangan berbagi garis batas (6 bersinggungan)" in text
