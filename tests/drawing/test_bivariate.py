"""Two quantities on one map: nine colours that every eye can tell apart, and a true legend."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from kajian import maps
from kajian.drawing.bivariate import SCHEME
from kajian.drawing.style import contrast_ratio, text_colour
from kajian.errors import MethodError

FLAT = [colour for row in SCHEME for colour in row]


def draw(units, **changes) -> Figure:
    options = {
        "x_title": "Penduduk miskin (persen)",
        "y_title": "Belanja modal 2021–2025 per penduduk (ribu rupiah)",
        "decimals": (1, 0),
        "group": "kecamatan",
    }
    return maps.bivariate_map(units, "miskin", "belanja", **(options | changes))


@pytest.fixture(scope="module")
def chart(kelurahan) -> Figure:
    return draw(kelurahan)


def fills(fig: Figure, count: int = 54) -> list[str]:
    return [to_hex(patch.get_facecolor()) for patch in fig.findobj(PathPatch)[:count]]


# A difference of 2.3 is just noticeable; in a map, among outlines, about ten are wanted.
@pytest.mark.parametrize(("eye", "least"), [("none", 20), ("protan", 12), ("deutan", 15)])
def test_all_nine_colours_differ_for_every_eye(lab, eye, least) -> None:
    seen = lab(FLAT, eye)
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) > least


def test_all_nine_differ_in_grey_and_darken_upwards(lab) -> None:
    light = lab(FLAT)[:, 0]
    assert np.diff(np.sort(light)).min() > 7.5  # the map scale has ten, with five colours
    square = light.reshape(3, 3)
    assert (np.diff(square, axis=0) < 0).all()
    assert (np.diff(square, axis=1) < 0).all()


@pytest.mark.parametrize("fill", FLAT)
def test_words_contrast_with_every_fill(fill) -> None:
    assert contrast_ratio(text_colour(fill), fill) >= 4.5


def test_units_wear_the_colour_of_both_classes(kelurahan, chart) -> None:
    terciles = [
        pd.qcut(kelurahan[column].round(places), 3, labels=False)
        for column, places in (("miskin", 1), ("belanja", 0))
    ]
    assert fills(chart) == [SCHEME[i][j] for i, j in zip(*terciles, strict=True)]


def test_the_square_counts_its_units_and_has_the_ends_of_the_classes(
    kelurahan, chart, assert_readable
) -> None:
    words = assert_readable(chart)
    page = chart.axes[0]
    boxes = [
        patch
        for patch in page.findobj(Rectangle)
        if to_hex(patch.get_facecolor()) in FLAT and patch.get_width() == patch.get_height()
    ]
    assert len(boxes) == 9
    own = fills(chart)
    for box in boxes:
        x, y = box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2
        inside = [t.get_text() for t in page.texts if np.hypot(t._x - x, t._y - y) < 1]
        count = own.count(to_hex(box.get_facecolor()))
        assert inside == ([str(count)] if count else [])
    x_ends = kelurahan["miskin"].round(1).quantile([0, 1])
    assert {f"{end:.1f}".replace(".", ",") for end in x_ends} <= set(words)
    assert {"makin tinggi →", "makin tinggi ↑", "Penduduk miskin (persen)"} <= set(words)
    assert words.count("Angka: banyaknya wilayah.") == 1
    assert words.count("kelas: kuantil") == 1


@pytest.mark.parametrize(
    ("size", "labels"),
    [((170.0, 118.0), "number"), ((140.0, 90.0), "none"), ((72.0, 130.0), "none")],
)
def test_words_stay_apart_with_every_mark(kelurahan, assert_readable, size, labels) -> None:
    fig = draw(
        kelurahan.assign(belanja=kelurahan["belanja"].where(kelurahan.index != 5)),
        hatch=kelurahan["mutu"] == "hati-hati",
        withheld=kelurahan["mutu"] == "tidak ditampilkan",
        labels=labels,
        size_mm=size,
    )
    words = assert_readable(fig)
    assert {"hati-hati", "tidak ditampilkan", "tidak ada data"} <= set(words)


def test_nothing_is_explained_that_is_not_there(chart, words_of) -> None:
    words = {text for text, _ in words_of(chart)}
    assert not {"hati-hati", "tidak ditampilkan", "tidak ada data"} & words


def test_a_withheld_number_leaves_no_trace(kelurahan, assert_same_bytes) -> None:
    hidden = kelurahan["mutu"] == "tidak ditampilkan"
    other = kelurahan.assign(miskin=kelurahan["miskin"].mask(hidden, 99.0))
    assert_same_bytes(draw(kelurahan, withheld=hidden), draw(other, withheld=hidden))


def test_given_bounds_and_fewer_classes(kelurahan, words_of) -> None:
    bounds = ([8.0, 25.0], [150.0, 2000.0])
    fig = draw(kelurahan, classes=bounds)
    assert set(fills(fig)) == {SCHEME[i][j] for i in (0, 2) for j in (0, 2)}
    words = [text for text, _ in words_of(fig)]
    assert {"8,0", "25,0", "150", "2.000", "kelas: batas tetap"} <= set(words)
    one = draw(kelurahan.assign(miskin=7.0))  # ties leave a single class
    assert set(fills(one)) == set(SCHEME[1])


def test_bad_input_is_refused(kelurahan) -> None:
    with pytest.raises(MethodError, match="paling banyak 3 kelas"):
        draw(kelurahan, classes=4)
    with pytest.raises(MethodError, match="tanpa satu angka"):
        draw(kelurahan.assign(miskin=np.nan))
    with pytest.raises(MethodError, match="arsiran"):
        draw(kelurahan, withheld=pd.Series([True] * 54, index=range(1, 55)))
    with pytest.raises(MethodError, match="entah"):
        draw(kelurahan, group="entah")
    with pytest.raises(MethodError, match="Batas kelas"):
        draw(kelurahan, classes=([3.0, 5.0], [1.0, 9000.0]))
    with pytest.raises(MethodError, match="Legenda tidak muat"):
        draw(kelurahan, labels="none", size_mm=(40, 40))
