"""What a reader of the maps sees: honest classes, words that part, marks that are explained."""

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
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

from kajian import maps
from kajian.drawing.classes import class_bounds
from kajian.drawing.legend import Block, Entry, legend_variants
from kajian.drawing.looks import filled
from kajian.drawing.plan import Plan, arrange, dissolve
from kajian.drawing.style import contrast_ratio, luminance, mix, sequential, text_colour, text_mm
from kajian.errors import DataError, MethodError

BOUNDARIES = Path(__file__).parents[1] / "data" / "raw" / "batas-wilayah"
SURAKARTA = "33.72"
UTM = 32749
SVG_TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(scope="module")
def kelurahan() -> gpd.GeoDataFrame:
    units = gpd.read_file(BOUNDARIES / "kelurahan_surakarta.geojson")
    return units.assign(jarak_m=300 + 900 * np.random.default_rng(54).random(len(units)))


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    units = gpd.read_file(BOUNDARIES / "kabkota_jateng.geojson")
    names = units["nama"].str.removeprefix("Kabupaten ")
    p0 = 4 + 10 * np.random.default_rng(35).random(len(units))
    return units.assign(nama=names, p0_pct=p0)


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    """Six squares of 1 km with their own numbers, 1.0 to 6.0, in two groups."""
    corners = [(x, y) for y in (0, 1000) for x in (0, 1000, 2000)]
    shapes = [shapely.box(5e5 + x, 9.16e6 + y, 5e5 + x + 1000, 9.16e6 + y + 1000)
              for x, y in corners]  # fmt: skip
    table = {
        "kode_wilayah": [f"33.72.0{i}" for i in range(1, 7)],
        "nama": ["Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"],
        "kecamatan": ["Selatan"] * 3 + ["Utara"] * 3,
        "nilai": np.arange(1.0, 7.0),
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=UTM)


def draw_kelurahan(units: gpd.GeoDataFrame) -> Figure:
    return maps.choropleth(
        units,
        "jarak_m",
        legend_title="Jarak rata-rata ke SMP negeri terdekat (meter)",
        decimals=0,
        labels="number",
        group="kecamatan",
        hatch=units["jarak_m"] > 900,
        hatch_label="batas atas: dekat tepi kota",
    )


def draw_districts(units: gpd.GeoDataFrame) -> Figure:
    return maps.choropleth(
        units,
        "p0_pct",
        legend_title="Penduduk miskin 2025 (persen)",
        decimals=1,
        labels="name",
        highlight=[SURAKARTA],
    )


@pytest.fixture(scope="module")
def kelurahan_map(kelurahan: gpd.GeoDataFrame) -> Figure:
    return draw_kelurahan(kelurahan)


@pytest.fixture(scope="module")
def district_map(districts: gpd.GeoDataFrame) -> Figure:
    return draw_districts(districts)


@pytest.fixture(scope="module")
def plans(kelurahan: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> dict[str, Plan]:
    entries = [Entry(f"{i}0,0–{i}9,9", filled("white")) for i in range(5)]
    numbered = maps.label_key(kelurahan, group="kecamatan")
    named = maps.label_key(districts)
    row = int(np.flatnonzero(districts["kode_wilayah"] == SURAKARTA)[0])
    legends = legend_variants([Block("Judul legenda (persen)", entries)], "kelas: kuantil")
    size = (170.0, 100.0)
    return {
        "kelurahan": arrange(kelurahan, numbered, legends, "number", [], size),
        "districts": arrange(districts, named, legends, "name", [row], size),
    }


def texts(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.findobj(Text) if text.get_text()]


def legend_classes(fig: Figure) -> list[tuple[float, float]]:
    """Read the printed classes back into numbers."""
    found = (re.fullmatch(r"([\d.,]+)–([\d.,]+)\D*", text) for text in texts(fig))
    number = str.maketrans({".": "", ",": "."})
    return [(float(m[1].translate(number)), float(m[2].translate(number))) for m in found if m]


# Colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_scale_darkens_in_steps_that_survive_grey_print(classes: int) -> None:
    light = np.array([116 * luminance(c) ** (1 / 3) - 16 for c in sequential(classes)])  # CIE L*
    # Ten units of L* are told apart in a legend without colour.
    assert (np.diff(light) < -10).all()


@pytest.mark.parametrize(
    "fill", [*(c for k in range(1, 6) for c in sequential(k)), *maps.CLUSTER_PALETTE.values()]
)
def test_words_contrast_with_every_fill(fill: str) -> None:
    assert contrast_ratio(text_colour(fill), fill) >= 4.5


def test_cluster_kinds_differ_in_grey() -> None:
    light = sorted(116 * luminance(c) ** (1 / 3) - 16 for c in maps.CLUSTER_PALETTE.values())
    assert (np.diff(light) > 5).all()


def test_mix_goes_from_one_colour_to_the_other() -> None:
    assert mix("#000000", "#ffffff", 0) == "#000000"
    assert mix("#000000", "#ffffff", 1) == "#ffffff"


def test_more_classes_than_eyes_can_tell_are_refused(squares: gpd.GeoDataFrame) -> None:
    with pytest.raises(MethodError, match="4 atau 5 kelas"):
        maps.choropleth(squares, "nilai", classes=6, legend_title="x", decimals=0)


# Classes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kelurahan", "districts"])
def test_every_value_is_in_exactly_one_printed_class(
    name: str, request: pytest.FixtureRequest
) -> None:
    fixture, column, decimals = {
        "kelurahan": ("kelurahan_map", "jarak_m", 0),
        "districts": ("district_map", "p0_pct", 1),
    }[name]
    values = request.getfixturevalue(name)[column].round(decimals)
    classes = legend_classes(request.getfixturevalue(fixture))
    assert len(classes) == 5
    assert all(sum(low <= value <= high for low, high in classes) == 1 for value in values)
    counts = [int(values.between(low, high).sum()) for low, high in classes]
    assert max(counts) - min(counts) <= 2  # quantiles; ties after rounding may move one


@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(0, 2),
)
def test_bounds_rise_and_cover(values: list[float], classes: int, decimals: int) -> None:
    bounds = class_bounds(np.array(values), classes, decimals)
    assert 1 <= len(bounds) <= classes
    assert (np.diff(bounds) > 0).all()
    assert bounds[-1] == np.round(values, decimals).max()


def test_given_bounds_are_kept_for_comparison(squares: gpd.GeoDataFrame) -> None:
    fig = maps.choropleth(
        squares, "nilai", classes=[2, 4, 8], legend_title="Nilai", decimals=1, unit_suffix="%"
    )
    assert {"sampai 2,0%", "2,1–4,0%", "4,1–8,0%"} <= set(texts(fig))


@pytest.mark.parametrize("bounds", [[2, 4], [4, 2, 8]])
def test_bounds_that_do_not_fit_are_refused(squares: gpd.GeoDataFrame, bounds: list[float]) -> None:
    with pytest.raises(MethodError, match="Batas kelas"):
        maps.choropleth(squares, "nilai", classes=bounds, legend_title="x", decimals=0)


def test_units_wear_the_colour_of_their_class(squares: gpd.GeoDataFrame) -> None:
    fig = maps.choropleth(squares, "nilai", classes=[2, 4, 6], legend_title="x", decimals=0)
    fills = [patch.get_facecolor() for patch in fig.findobj(PathPatch)]
    light = [luminance(fill[:3]) for fill in fills]
    assert light[0] == light[1] > light[2] == light[3] > light[4] == light[5]


# Marks ---------------------------------------------------------------------------------------


def test_missing_and_flagged_units_are_shown_and_explained(squares: gpd.GeoDataFrame) -> None:
    units = squares.assign(nilai=squares["nilai"].where(squares["nilai"] != 3))
    flags = pd.Series([True, True, False, False, False, False])
    fig = maps.choropleth(
        units, "nilai", classes=2, legend_title="x", decimals=0, hatch=flags, hatch_label="tepi"
    )
    hatched = [patch for patch in fig.findobj(PathPatch) if patch.get_hatch()]
    boxes = [patch for patch in fig.findobj(Rectangle) if patch.get_hatch()]
    assert len(hatched) == 3  # two flagged, one missing
    assert len({patch.get_hatch() for patch in hatched}) == 2
    assert len(boxes) == 2
    assert {"tepi", "tidak ada data"} <= set(texts(fig))


def test_nothing_is_explained_that_is_not_there(squares: gpd.GeoDataFrame) -> None:
    fig = maps.choropleth(squares, "nilai", classes=2, legend_title="x", decimals=0)
    assert "tidak ada data" not in texts(fig)
    assert not [patch for patch in fig.findobj(PathPatch) if patch.get_hatch()]


def test_scale_bar_is_true(squares: gpd.GeoDataFrame) -> None:
    fig = maps.choropleth(squares, "nilai", classes=2, legend_title="x", decimals=0)
    bar = next(line for line in fig.axes[0].lines if line.get_gid() == "scale")
    (km,) = (float(t.removesuffix(" km").replace(",", ".")) for t in texts(fig) if "km" in t)
    square_mm = fig.findobj(PathPatch)[0].get_path().get_extents().width
    # A square of 1 km; UTM at its central meridian shrinks lengths by 0.04%, the same for both.
    assert np.ptp(bar.get_xdata()) == pytest.approx(km * square_mm, rel=1e-6)


def test_far_islands_stand_in_a_named_frame_off_the_land(plans: dict[str, Plan]) -> None:
    sheet = plans["districts"].sheet
    assert sheet.inset is not None
    assert sheet.inset_name == "Jepara (digeser)"
    whole = shapely.union_all(sheet.shapes)
    crossing = shapely.intersection(whole, sheet.inset.exterior)
    assert crossing.is_empty
    inside = shapely.area(shapely.intersection(whole, sheet.inset))
    assert inside > 0
    assert inside < 0.01 * shapely.area(whole)


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kelurahan", "districts"])
def test_labels_legend_and_list_do_not_collide(plans: dict[str, Plan], name: str) -> None:
    plan = plans[name]
    x, y = plan.legend_corner
    width, height = plan.legend.size
    boxes = {"legenda": shapely.box(x, y, x + width, y + height)}
    boxes |= {f"{label.text} {i}": label.box for i, label in enumerate(plan.labels)}
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        assert shapely.area(shapely.intersection(a, b)) < 0.05, (one, other)  # mm2: a touch


@pytest.mark.parametrize("name", ["kelurahan", "districts"])
def test_every_unit_is_named_once(plans: dict[str, Plan], name: str) -> None:
    plan = plans[name]
    units = [label.unit for label in plan.labels if label.unit >= 0]
    assert sorted(units) == list(range(len(plan.sheet.shapes)))


@pytest.mark.parametrize("name", ["kelurahan", "districts"])
def test_labels_stand_on_their_own_unit_or_have_a_leader(plans: dict[str, Plan], name: str) -> None:
    plan = plans[name]
    for label in plan.labels:
        if label.unit < 0:
            continue
        shape = plan.sheet.shapes[label.unit]
        anchor = label.leader[0] if label.leader else (label.x, label.y)
        assert shape.buffer(0.3).contains(shapely.Point(anchor)), label.text


def test_group_names_stand_outside_and_nearest_their_group(
    plans: dict[str, Plan], kelurahan: gpd.GeoDataFrame
) -> None:
    plan = plans["kelurahan"]
    table = maps.label_key(kelurahan, group="kecamatan").loc[kelurahan.index]
    names, outlines = dissolve(table, plan.sheet.shapes)
    groups = [label for label in plan.labels if label.unit < 0]
    assert sorted(label.text for label in groups) == sorted(names)
    for label in groups:
        distances = shapely.distance(label.box, outlines)
        assert names[int(np.argmin(distances))] == label.text
        assert distances.min() > 0


def test_highlighted_unit_is_named_even_where_it_is_tiny(district_map: Figure) -> None:
    name = next(t for t in district_map.findobj(Text) if t.get_text() == "Kota Surakarta")
    assert name.get_fontweight() == 600


@pytest.mark.parametrize("name", ["kelurahan_map", "district_map"])
def test_printed_words_stay_on_the_page_and_apart(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    fig = request.getfixturevalue(name)
    svg, _ = maps.save_figure(fig, tmp_path / name)
    width, height = fig.get_size_inches() * 72
    boxes = [(element.text, text_box(element)) for element in ET.parse(svg).iter(SVG_TEXT)]
    assert len(boxes) > 40
    for text, box in boxes:
        assert shapely.box(0, 0, width, height).contains(box), text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not shapely.intersects(a, b), (one, other)


def text_box(element: ET.Element) -> shapely.Polygon:
    """Ink box of an SVG text, in points: from the descenders to the top of the capitals."""
    style = dict(part.split(":") for part in element.attrib["style"].replace(" ", "").split(";"))
    size = float(style["font-size"].removesuffix("px"))
    assert size >= 7.5  # the least that is read at printed size
    width = text_mm(element.text or "", size, int(style.get("font-weight", 400)))[0] / 25.4 * 72
    moved = re.match(r"translate\((\S+) (\S+)\)", element.attrib["transform"])
    x, y = map(float, moved.groups() if moved else (element.attrib["x"], element.attrib["y"]))
    x -= width * {"start": 0, "middle": 0.5, "end": 1}[style.get("text-anchor", "start")]
    return shapely.box(x, y - 0.66 * size, x + width, y + 0.2 * size)


def test_numbered_map_lists_every_name_under_its_group(
    kelurahan_map: Figure, kelurahan: gpd.GeoDataFrame
) -> None:
    printed = texts(kelurahan_map)
    key = maps.label_key(kelurahan, group="kecamatan")
    assert list(key["number"]) == list(range(1, 55))
    assert key["key"].is_monotonic_increasing
    assert (key["group"] != key["group"].shift()).sum() == 5  # groups are not interleaved
    assert set(key["name"]) | set(key["group"]) <= set(printed)
    for number in key["number"]:
        assert printed.count(str(number)) >= 2  # on the map and in the list


def test_names_without_room_become_a_numbered_list(district_map: Figure) -> None:
    printed = texts(district_map)
    assert {"Kota Salatiga", "Wonogiri"} <= set(printed)
    listed = [text for text in printed if text.isdigit()]
    assert all(listed.count(number) >= 2 for number in listed)


def test_same_call_gives_same_bytes(
    kelurahan: gpd.GeoDataFrame, kelurahan_map: Figure, tmp_path: Path
) -> None:
    first = maps.save_figure(kelurahan_map, tmp_path / "satu")
    second = maps.save_figure(draw_kelurahan(kelurahan), tmp_path / "dua")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_row_order_does_not_matter(squares: gpd.GeoDataFrame) -> None:
    options = {"legend_title": "x", "decimals": 0, "labels": "number", "group": "kecamatan"}
    one = maps.choropleth(squares, "nilai", classes=2, **options)
    other = maps.choropleth(squares.iloc[::-1], "nilai", classes=2, **options)
    assert sorted(texts(one)) == sorted(texts(other))


# Clusters ------------------------------------------------------------------------------------


def test_cluster_map_counts_its_kinds(squares: gpd.GeoDataFrame) -> None:
    kinds = pd.Series(["HH", "HH", "LL", "tidak nyata", "tidak nyata", ""])
    fig = maps.cluster_map(squares, kinds)
    assert {"tinggi, dikelilingi tinggi (2)", "rendah, dikelilingi rendah (1)"} <= set(texts(fig))
    assert {"tidak nyata (2)", "tanpa tetangga atau data"} <= set(texts(fig))
    fills = [patch.get_facecolor() for patch in fig.findobj(PathPatch)]
    assert fills[0] == fills[1] != fills[2]


def test_cluster_map_of_hot_spots_says_what_a_naive_map_would_show(
    squares: gpd.GeoDataFrame,
) -> None:
    kinds = pd.Series(["panas", "panas", "dingin", "tidak nyata", "tidak nyata", "tidak nyata"])
    fig = maps.cluster_map(squares, kinds, statistic="getis", naive=5)
    words = " ".join(texts(fig))
    assert "titik panas: sekitarnya tinggi (2)" in words
    assert "titik dingin: sekitarnya rendah (1)" in words
    assert "dikelilingi" not in words
    assert "Nyata setelah koreksi: 3 wilayah. Peta tanpa koreksi akan menandai 5." in words
    fills = [patch.get_facecolor() for patch in fig.findobj(PathPatch)]
    assert fills[0] == fills[1] != fills[2] != fills[3]


def test_a_map_without_survivors_still_says_what_a_naive_map_would_show(
    squares: gpd.GeoDataFrame,
) -> None:
    words = " ".join(texts(maps.cluster_map(squares, pd.Series(["tidak nyata"] * 6), naive=2)))
    assert "Nyata setelah koreksi: 0 wilayah. Peta tanpa koreksi akan menandai 2." in words


def test_cluster_map_keeps_own_colours_and_words(squares: gpd.GeoDataFrame) -> None:
    fig = maps.cluster_map(
        squares,
        pd.Series(["a"] * 6),
        palette={"a": "#123456"},
        category_names={"a": "kelompok"},
    )
    assert "kelompok (6)" in texts(fig)
    assert "koreksi" not in " ".join(texts(fig))


def test_wrong_statistic_and_naive_count_are_refused(squares: gpd.GeoDataFrame) -> None:
    kinds = pd.Series(["HH"] * 6)
    with pytest.raises(MethodError, match="geary"):
        maps.cluster_map(squares, kinds, statistic="geary")
    with pytest.raises(MethodError, match="menandai 5"):
        maps.cluster_map(squares, kinds, naive=5)
    with pytest.raises(MethodError, match="HH"):
        maps.cluster_map(squares, kinds, statistic="getis")


def test_unknown_kind_is_refused(squares: gpd.GeoDataFrame) -> None:
    with pytest.raises(MethodError, match="XX"):
        maps.cluster_map(squares, pd.Series(["XX"] * 6))
    with pytest.raises(MethodError, match="sebaris"):
        maps.cluster_map(squares, pd.Series(["HH"] * 6, index=range(1, 7)))


# Bad input -----------------------------------------------------------------------------------


def test_a_map_on_which_nothing_may_be_shown_is_one_of_outlines(squares):
    figure = maps.choropleth(
        squares.assign(nilai=np.nan), "nilai", legend_title="x", decimals=0, missing_label="ditahan"
    )
    words = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert "ditahan" in words
    assert not any("–" in word for word in words)


def test_bad_input_is_refused(squares: gpd.GeoDataFrame) -> None:
    options = {"legend_title": "x", "decimals": 0, "classes": 2}
    with pytest.raises(MethodError, match="entah"):
        maps.choropleth(squares, "entah", **options)
    with pytest.raises(MethodError, match=r"99\.99"):
        maps.choropleth(squares, "nilai", highlight=["99.99"], **options)
    flags = pd.Series([True] * 6, index=range(1, 7))
    with pytest.raises(MethodError, match="arsiran"):
        maps.choropleth(squares, "nilai", hatch=flags, hatch_label="x", **options)
    with pytest.raises(DataError, match="CRS"):
        maps.choropleth(squares.set_crs(None, allow_override=True), "nilai", **options)
    with pytest.raises(MethodError, match="Legenda tidak muat"):
        maps.choropleth(squares, "nilai", size_mm=(20, 20), **options)
