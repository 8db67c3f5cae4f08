"""Two maps in one look: the same classes and scale, one legend, nothing shown that is withheld."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

from kajian import maps
from kajian.drawing.style import sequential, text_mm
from kajian.errors import DataError, MethodError

BOUNDARIES = Path(__file__).parents[1] / "data" / "raw" / "batas-wilayah"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"
ROUGH, WITHHELD, UNSAMPLED = slice(0, 8), slice(8, 20), slice(20, 39)
TITLES = ("Dugaan survei", "Kebenaran (SIMULASI)")


@pytest.fixture(scope="module")
def kelurahan() -> gpd.GeoDataFrame:
    """54 kelurahan: 8 with a rough estimate, 12 withheld, 19 without sample."""
    units = gpd.read_file(BOUNDARIES / "kelurahan_surakarta.geojson")
    rng = np.random.default_rng(54)
    truth = rng.uniform(2, 20, len(units))
    order = rng.permutation(len(units))
    estimate = np.clip(truth + rng.normal(0, 6, len(units)), 0.5, None)
    estimate[order[UNSAMPLED]] = np.nan
    flags = {
        name: np.isin(np.arange(len(units)), order[part])
        for name, part in {"kasar": ROUGH, "ditahan": WITHHELD, "kosong": UNSAMPLED}.items()
    }
    return units.assign(dugaan=estimate, benar=truth, **flags)


def draw(units: gpd.GeoDataFrame, **changes: object) -> Figure:
    options = {
        "titles": TITLES,
        "classes": [5, 10, 15, 20, 60],
        "legend_title": "Penduduk miskin (persen)",
        "decimals": 1,
        "unit_suffix": "%",
        "group": "kecamatan",
        "hatch": units["kasar"],
        "withheld": units["ditahan"],
    }
    return maps.choropleth_pair(units, ("dugaan", "benar"), **(options | changes))


@pytest.fixture(scope="module")
def pair(kelurahan: gpd.GeoDataFrame) -> Figure:
    return draw(kelurahan)


def texts(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.findobj(Text) if text.get_text()]


def sides(fig: Figure) -> list[Axes]:
    """Axes of the left and of the right map."""
    return [ax for ax in fig.axes if ax.findobj(PathPatch)]


def units_of(ax: Axes, count: int) -> list[PathPatch]:
    return ax.findobj(PathPatch)[:count]


def on_page(patch: PathPatch, fig: Figure) -> np.ndarray:
    """Bounds of an outline on paper, mm."""
    return patch.get_window_extent().extents / fig.dpi * 25.4


def test_both_maps_have_one_size_and_stand_side_by_side(pair: Figure) -> None:
    width, height = pair.get_size_inches() * 25.4
    left, right = (
        np.array([on_page(patch, pair) for patch in units_of(ax, 54)]) for ax in sides(pair)
    )
    moved = right - left
    assert np.ptp(moved[:, 0]) < 0.01
    assert np.abs(moved[:, [1, 3]]).max() < 0.01
    assert left[:, 2].max() < right[:, 0].min()
    assert right[:, 2].max() <= width
    assert left[:, 1].min() > 15  # mm; the legend stands below
    assert left[:, 3].max() <= height - 5  # and the titles above
    assert width == pytest.approx(170)
    assert height < 100
    # Each map takes nearly all of its half of the page.
    assert np.ptp(left[:, [0, 2]]) > 0.92 * width / 2


def test_scale_bar_is_true(kelurahan: gpd.GeoDataFrame, pair: Figure) -> None:
    bar = next(line for ax in pair.axes for line in ax.lines if line.get_gid() == "scale")
    (km,) = (float(t.removesuffix(" km").replace(",", ".")) for t in texts(pair) if " km" in t)
    bounds = np.array([on_page(patch, pair) for patch in units_of(sides(pair)[0], 54)])
    west, _, east, _ = kelurahan.to_crs(32749).total_bounds
    metres_per_mm = (east - west) / np.ptp(bounds[:, [0, 2]])
    # Bounds on paper include half a stroke at either side.
    assert np.ptp(bar.get_xdata()) * metres_per_mm == pytest.approx(km * 1000, rel=0.01)


def test_the_same_number_has_the_same_colour_on_both_maps(kelurahan: gpd.GeoDataFrame) -> None:
    units = kelurahan.assign(dugaan=kelurahan["benar"])
    fig = draw(units, hatch=None, withheld=None)
    left, right = (
        [to_hex(patch.get_facecolor()) for patch in units_of(ax, 54)] for ax in sides(fig)
    )
    assert left == right
    scale = np.array(sequential(5))
    expected = scale[np.searchsorted([5, 10, 15, 20, 60], units["benar"].round(1))]
    assert left == expected.tolist()


def test_classes_are_made_of_the_numbers_on_both_maps(kelurahan: gpd.GeoDataFrame) -> None:
    found = texts(draw(kelurahan, classes=4, unit_suffix=""))
    classes = [re.fullmatch(r"(\d+,\d)–(\d+,\d)", text) for text in found]
    bounds = [[float(part.replace(",", ".")) for part in m.groups()] for m in classes if m]
    shown = kelurahan.loc[~kelurahan["ditahan"], "dugaan"].dropna()
    values = pd.concat([shown, kelurahan["benar"]]).round(1)
    assert len(bounds) == 4
    assert bounds[0][0] == values.min()
    assert bounds[-1][1] == values.max()
    counts = [int(values.between(*ends).sum()) for ends in bounds]
    assert sum(counts) == len(values)
    assert max(counts) - min(counts) <= 3  # quantiles; ties after rounding may move some


def test_a_withheld_number_leaves_no_trace(kelurahan: gpd.GeoDataFrame, tmp_path: Path) -> None:
    other = kelurahan.assign(dugaan=kelurahan["dugaan"].mask(kelurahan["ditahan"], 55.0))
    for classes in (5, [5, 10, 15, 20, 60]):
        first = maps.save_figure(draw(kelurahan, classes=classes), tmp_path / "satu")
        second = maps.save_figure(draw(other, classes=classes), tmp_path / "dua")
        for one, two in zip(first, second, strict=True):
            assert one.read_bytes() == two.read_bytes()


def test_marks_stand_on_their_units_and_are_explained_once(
    kelurahan: gpd.GeoDataFrame, pair: Figure
) -> None:
    left, right = sides(pair)
    looks = [patch.get_hatch() for patch in units_of(left, 54)]
    blank = {hatch: {i for i, h in enumerate(looks) if h == hatch} for hatch in set(looks)}
    withheld, unsampled = (set(np.flatnonzero(kelurahan[name])) for name in ("ditahan", "kosong"))
    assert withheld in blank.values()
    assert unsampled in blank.values()
    assert len(blank) == 3  # these two and none
    lines = [patch for patch in left.findobj(PathPatch)[54:] if patch.get_hatch()]
    flagged = units_of(left, 54)
    assert len(lines) == 8
    for patch, row in zip(lines, np.flatnonzero(kelurahan["kasar"]), strict=True):
        assert np.array_equal(patch.get_path().vertices, flagged[row].get_path().vertices)
    assert not [patch for patch in right.findobj(PathPatch) if patch.get_hatch()]
    hatches = {*blank, lines[0].get_hatch()} - {None}
    boxes = [patch.get_hatch() for patch in pair.findobj(Rectangle) if patch.get_hatch()]
    assert sorted(boxes) == sorted(hatches)
    for words in ("hati-hati", "tidak ditampilkan", "tanpa sampel", *TITLES):
        assert texts(pair).count(words) == 1


def test_nothing_is_explained_that_is_not_there(kelurahan: gpd.GeoDataFrame) -> None:
    whole = kelurahan.assign(dugaan=kelurahan["benar"])
    found = texts(draw(whole, hatch=None, withheld=None))
    assert not {"hati-hati", "tidak ditampilkan", "tanpa sampel"} & set(found)
    # A flag on a unit whose number is not shown says nothing.
    found = texts(draw(kelurahan, hatch=kelurahan["ditahan"]))
    assert "hati-hati" not in found


def test_a_gap_on_the_right_map_alone_is_explained(kelurahan: gpd.GeoDataFrame) -> None:
    units = kelurahan.assign(dugaan=1.0, benar=kelurahan["benar"].where(kelurahan.index > 0))
    fig = draw(units, hatch=None, withheld=None)
    assert "tanpa sampel" in texts(fig)
    looks = [[patch.get_hatch() for patch in units_of(ax, 54)] for ax in sides(fig)]
    assert [sum(hatch is not None for hatch in side) for side in looks] == [0, 1]


@pytest.mark.parametrize("width", [140, 174])
def test_words_stay_on_the_page_apart_and_off_the_map(
    kelurahan: gpd.GeoDataFrame, width: float, tmp_path: Path
) -> None:
    fig = draw(
        kelurahan,
        hatch_label="hati-hati (galat baku relatif 25–50%)",
        withheld_label="tidak ditampilkan (galat baku relatif di atas 50%)",
        size_mm=(width, 96),
    )
    svg, _ = maps.save_figure(fig, tmp_path / "pasangan")
    boxes = [(element.text or "", text_box(element)) for element in ET.parse(svg).iter(SVG_TEXT)]
    page = shapely.box(0, 0, width / 25.4 * 72, 96 / 25.4 * 72)
    assert len(boxes) == 2 * 6 + 11  # titles, kecamatan; title, boxes, bar, rule
    for text, box in boxes:
        assert page.contains(box), text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not shapely.intersects(a, b), (one, other)
    height = 96 / 25.4 * 72
    for ax in sides(fig):
        for patch in units_of(ax, 54):
            xy = patch.get_transform().transform_path(patch.get_path()).vertices / fig.dpi * 72
            land = shapely.MultiPoint(xy * [1, -1] + [0, height])
            assert not [text for text, box in boxes if shapely.intersects(box, land)]


def text_box(element: ET.Element) -> shapely.Polygon:
    """Ink box of an SVG text, in points: from the descenders to the top of the capitals."""
    style = dict(part.split(":") for part in element.attrib["style"].replace(" ", "").split(";"))
    size = float(style["font-size"].removesuffix("px"))
    assert size in (7.5, 8.5)
    width = text_mm(element.text or "", size, int(style.get("font-weight", 400)))[0] / 25.4 * 72
    moved = re.match(r"translate\((\S+) (\S+)\)", element.attrib["transform"])
    x, y = map(float, moved.groups() if moved else (element.attrib["x"], element.attrib["y"]))
    x -= width * {"start": 0, "middle": 0.5, "end": 1}[style.get("text-anchor", "start")]
    return shapely.box(x, y - 0.66 * size, x + width, y + 0.2 * size)


def test_islands_of_a_province_stand_in_a_frame_on_both_maps() -> None:
    units = gpd.read_file(BOUNDARIES / "kabkota_jateng.geojson").assign(a=1.0, b=2.0)
    fig = maps.choropleth_pair(
        units, ("a", "b"), titles=("A", "B"), classes=2, legend_title="x", decimals=0
    )
    assert texts(fig).count("Kabupaten Jepara (digeser)") == 2


def test_same_call_gives_same_bytes(
    kelurahan: gpd.GeoDataFrame, pair: Figure, tmp_path: Path
) -> None:
    before = kelurahan.copy()
    first = maps.save_figure(pair, tmp_path / "satu")
    second = maps.save_figure(draw(kelurahan), tmp_path / "dua")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert kelurahan.equals(before)


def test_bad_input_is_refused(kelurahan: gpd.GeoDataFrame) -> None:
    with pytest.raises(MethodError, match="entah"):
        draw(kelurahan, group="entah")
    with pytest.raises(MethodError, match="Batas kelas"):
        draw(kelurahan, classes=[5, 10])
    with pytest.raises(MethodError, match="arsiran"):
        draw(kelurahan, withheld=kelurahan["ditahan"].iloc[::-1])
    with pytest.raises(MethodError, match="tidak muat pada lebar 170"):
        draw(kelurahan, missing_label="tanpa sampel " * 20)
    with pytest.raises(MethodError, match="tidak muat"):
        draw(kelurahan, titles=("Dugaan " * 12, "Kebenaran"))
    with pytest.raises(MethodError, match="tidak muat"):
        draw(kelurahan, size_mm=(170, 20))
    with pytest.raises(DataError, match="CRS"):
        draw(kelurahan.set_crs(None, allow_override=True))
