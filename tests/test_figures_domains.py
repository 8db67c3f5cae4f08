"""What a reader sees of estimates for small areas, and the stamp that marks simulated data."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures, maps
from kajian.drawing.precision import LOOKS, WITHHELD
from kajian.drawing.slots import place_rows
from kajian.drawing.style import CONTRAST, contrast_ratio, luminance, text_mm, theme
from kajian.errors import MethodError

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"Laweyan": 11, "Serengan": 7, "Pasar Kliwon": 10, "Jebres": 11, "Banjarsari": 15}
COLUMNS = {"name": "nama", "estimate": "p0", "low": "bawah", "high": "atas", "label": "mutu"}


def sample(seed: int = 54) -> pd.DataFrame:
    """54 kelurahan, 35 of them with a sample, of which five have no interval worth the name."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(list(SIZES), list(SIZES.values()))
    truth = rng.uniform(2, 20, 54)
    half = rng.uniform(3, 25, 54)
    estimate = np.abs(truth + rng.normal(0, half / 2))
    quality = np.array(["layak", "hati-hati", "tidak ditampilkan"])[np.digitize(half, [8, 15])]
    table = pd.DataFrame(
        {
            "nama": [f"Kelurahan {i:02d}" for i in range(54)],
            "kecamatan": groups,
            "p0": estimate,
            "bawah": np.clip(estimate - half, 0, None),
            "atas": estimate + half,
            "mutu": quality,
            "benar": truth,
        }
    )
    numbers = ["p0", "bawah", "atas"]
    table.loc[rng.permutation(54)[:19], numbers] = np.nan
    table.loc[table["p0"].isna(), "mutu"] = [np.nan, "tanpa sampel"] * 9 + [np.nan]
    silent = table.index[table["mutu"] == WITHHELD][:5]
    table.loc[silent[:3], numbers] = np.nan
    table.loc[silent[3:], numbers] = 0.0
    return table


def draw(table: pd.DataFrame, **changes: object) -> Figure:
    options = {
        "truth": "benar",
        "group": "kecamatan",
        "total": 9.1,
        "xlabel": "Penduduk miskin (persen)",
    }
    return figures.domain_estimates(table, **COLUMNS, **(options | changes))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sample()


@pytest.fixture(scope="module")
def chart(table: pd.DataFrame) -> Figure:
    return draw(table)


def panels(fig: Figure) -> list[Axes]:
    return [ax for ax in fig.axes if ax.axison]


def marks(axes: list[Axes], *markers: str) -> list[tuple[float, str]]:
    """Value and name of the row of every mark of the given shapes."""
    found = []
    for ax in axes:
        labels = [label.get_text() for label in ax.get_yticklabels()]
        names = dict(zip(ax.get_yticks(), labels, strict=True))
        for line in ax.lines:
            if line.get_marker() in markers:
                found += [
                    (float(x), names[y])
                    for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
                    if np.isfinite(x)
                ]
    return found


def words(fig: Figure, folder: Path) -> list[tuple[str, shapely.Polygon]]:
    """Every text as the SVG has it, with its box in points."""
    svg, _ = figures.save_figure(fig, folder / "gambar")
    return [(element.text or "", text_box(element)) for element in ET.parse(svg).iter(f"{SVG}text")]


def text_box(element: ET.Element) -> shapely.Polygon:
    style = dict(part.split(":") for part in element.attrib["style"].replace(" ", "").split(";"))
    size = float(style["font-size"].removesuffix("px"))
    assert size in (7.5, 8.5)
    width = text_mm(element.text or "", size, int(style.get("font-weight", 400)))[0] / 25.4 * 72
    moved = re.match(r"translate\((\S+) (\S+)\)", element.attrib["transform"])
    x, y = map(float, moved.groups() if moved else (element.attrib["x"], element.attrib["y"]))
    x -= width * {"start": 0, "middle": 0.5, "end": 1}[style.get("text-anchor", "start")]
    return shapely.box(x, y - 0.66 * size, x + width, y + 0.2 * size)


# Estimates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{}, {"group": None, "truth": None, "total": None}, {"total": 31.0, "axis_end": 40.0}],
)
def test_words_stay_on_the_page_and_apart(
    table: pd.DataFrame, changes: dict[str, object], tmp_path: Path
) -> None:
    fig = draw(table, **changes)
    found = words(fig, tmp_path)
    page = shapely.box(0, 0, *(fig.get_size_inches() * 72))
    assert len(found) > 70
    for text, box in found:
        assert page.contains(box), text
    for (one, a), (other, b) in itertools.combinations(found, 2):
        assert not shapely.intersects(a, b), (one, other)


def test_half_a_page_holds_all_kelurahan(chart: Figure, table: pd.DataFrame) -> None:
    width, height = chart.get_size_inches() * 25.4
    assert width == pytest.approx(170)
    assert height < 140  # mm; an A4 page has 297
    named = [label.get_text() for ax in panels(chart) for label in ax.get_yticklabels()]
    assert sorted(named) == sorted([*table["nama"], *SIZES])


def test_dots_are_the_estimates_that_may_be_shown(chart: Figure, table: pd.DataFrame) -> None:
    shown = table[table["mutu"].isin(["layak", "hati-hati"])]
    assert len(shown) > 10
    assert sorted(marks(panels(chart), "o")) == sorted(zip(shown["p0"], shown["nama"], strict=True))


def test_precise_and_rough_dots_differ_without_colour(chart: Figure, table: pd.DataFrame) -> None:
    faces = {}
    for ax in panels(chart):
        for line in ax.lines:
            if line.get_marker() == "o":
                faces |= dict.fromkeys(map(float, line.get_xdata()), line.get_markerfacecolor())
    for value, quality in zip(table["p0"], table["mutu"], strict=True):
        if value in faces:
            assert (faces[value] == "white") == (quality == "hati-hati")


def test_a_withheld_estimate_is_nowhere_in_the_file(table: pd.DataFrame, tmp_path: Path) -> None:
    """Another estimate, at the end of the same interval, changes no byte."""
    other = table.copy()
    withheld = other["mutu"] == WITHHELD
    other.loc[withheld, "p0"] = other.loc[withheld, "atas"]
    other.loc[withheld & (other["atas"] == 0), ["bawah", "p0", "atas"]] = 30.0
    assert not other["p0"].equals(table["p0"])
    first = figures.save_figure(draw(table), tmp_path / "satu")
    second = figures.save_figure(draw(other), tmp_path / "dua")
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()


def test_every_truth_has_a_tick(chart: Figure, table: pd.DataFrame) -> None:
    assert sorted(marks(panels(chart), "|")) == sorted(
        zip(table["benar"], table["nama"], strict=True)
    )


def test_rows_without_a_mark_say_why_beside_their_tick(table: pd.DataFrame, tmp_path: Path) -> None:
    truth = table["benar"].where(table.index % 3 > 0, 39.0)  # also on the side of the words
    fig = draw(table.assign(benar=truth), axis_end=40.0)
    unsampled = table["mutu"].isna() | (table["mutu"] == "tanpa sampel")
    found = words(fig, tmp_path)
    texts = [text for text, _ in found]
    assert texts.count("tanpa sampel") == unsampled.sum()
    assert texts.count(WITHHELD) == 5
    height = fig.get_size_inches()[1] * 72
    for ax in panels(fig):
        to_points = ax.transData.transform
        for line in (line for line in ax.lines if line.get_marker() == "|"):
            ticks = to_points(np.column_stack(line.get_data())) / fig.dpi * 72
            for (x, y), (text, box) in itertools.product(ticks, found):
                if text in ("tanpa sampel", WITHHELD):
                    assert not box.intersects(shapely.Point(x, height - y)), text


def test_intervals_are_true_and_cut_ones_end_in_an_arrow(table: pd.DataFrame) -> None:
    fig = draw(table, axis_end=33.0)
    drawn = table[table["atas"] > table["bawah"]]
    beyond = drawn[drawn["atas"] > 33]
    assert 0 < len(beyond) < len(drawn)
    assert sorted(marks(panels(fig), ">")) == sorted((33.0, name) for name in beyond["nama"])
    spans = [
        (float(start[0]), float(end[0]))
        for ax in panels(fig)
        for lines in ax.collections
        if isinstance(lines, LineCollection) and lines.get_zorder() > 0
        for start, end in (ends for ends in lines.get_segments() if len(ends))
    ]
    expected = zip(drawn["bawah"], drawn["atas"].clip(upper=33), strict=True)
    np.testing.assert_allclose(sorted(spans), sorted(expected))


def test_axis_covers_dots_truths_and_three_intervals_in_four(
    chart: Figure, table: pd.DataFrame
) -> None:
    (start, end), other = (ax.get_xlim() for ax in panels(chart))
    assert (start, end) == other
    dots = table.loc[table["mutu"].isin(["layak", "hati-hati"]), "p0"]
    assert start == 0
    assert max(dots.max(), table["benar"].max()) <= end
    assert (table["atas"].dropna() <= end).mean() >= 0.75


def test_city_line_stands_in_every_column_with_its_number(chart: Figure) -> None:
    for ax in panels(chart):
        assert any(np.array_equal(line.get_xdata(), [9.1, 9.1]) for line in ax.lines)
        assert "kota 9,1%" in {text.get_text() for text in ax.texts}


def test_legend_explains_what_is_drawn_and_nothing_else(table: pd.DataFrame) -> None:
    def legend(rows: pd.DataFrame, **changes: object) -> list[str]:
        page = next(ax for ax in draw(rows, **changes).axes if not ax.axison)
        return [text.get_text() for text in page.texts if "persen" not in text.get_text()]

    explained = [
        "dugaan dan selang kepercayaannya",
        "hati-hati: dugaan kasar",
        "tidak ditampilkan: terlalu kasar, hanya selangnya",
        "selang berlanjut di luar gambar",
        "kebenaran",
    ]
    assert legend(table, axis_end=33.0) == explained
    rough = table[table["mutu"] == "hati-hati"]
    assert legend(rough, truth=None, axis_end=99.0) == explained[1:2]
    assert legend(table[table["mutu"].isna()], truth=None) == []


def test_marks_are_told_apart_in_grey() -> None:
    pale, dark = LOOKS[WITHHELD].colour, LOOKS["layak"].colour
    assert luminance(pale) > 0.5 > luminance(dark)
    assert contrast_ratio(pale, dark) > 3  # of graphics, by the guideline
    assert contrast_ratio(CONTRAST, pale) > 3


@given(st.lists(st.integers(1, 12), min_size=1, max_size=7), st.integers(1, 2))
def test_groups_stay_whole_and_columns_are_short(sizes: list[int], columns: int) -> None:
    groups = pd.Series(np.repeat([f"K{i}" for i in range(len(sizes))], sizes))
    slots = place_rows(len(groups), columns, groups)
    places = [*zip(slots.column, slots.line, strict=True), *((c, y) for c, y, _ in slots.headings)]
    for (one, a), (other, b) in itertools.combinations(places, 2):
        assert one != other or abs(a - b) >= 1
    assert max(line for _, line in places) <= slots.lines - 1
    for i, (column, line, name) in enumerate(slots.headings):
        rows = groups == name
        assert name == f"K{i}"
        assert set(slots.column[rows]) == {column}
        assert list(slots.line[rows]) == [line + 1 + k for k in range(sizes[i])]
        above = [y for other, y in places if other == column and y < line]
        assert not above or line - max(above) == 1.5
    whole = [size + 1 for size in sizes]
    cuts = range(1, len(sizes)) if columns == 2 and len(sizes) > 1 else [0]
    best = min(max(sum(whole[:cut]), sum(whole[cut:])) for cut in cuts)
    assert slots.lines <= best + 0.5 * (len(sizes) - 1)  # half a line above each further group


def test_rows_without_groups_fill_columns_evenly() -> None:
    slots = place_rows(27, 2)
    assert np.bincount(slots.column).tolist() == [14, 13]
    assert slots.lines == 14


def test_bad_tables_are_refused(table: pd.DataFrame) -> None:
    first = table["mutu"] == "layak"
    name = table.loc[first, "nama"].iloc[0]
    with pytest.raises(MethodError, match="bagus"):
        draw(table.assign(mutu="bagus"))
    with pytest.raises(MethodError, match=name):
        draw(table.assign(p0=table["p0"].where(~first, 99.0)))
    with pytest.raises(MethodError, match=name):
        draw(table.assign(atas=table["atas"].where(~first)))
    with pytest.raises(MethodError, match="axis_end"):
        draw(table, axis_end=12.0)
    with pytest.raises(MethodError, match=r"tidak muat.*sekitar 12"):
        draw(table, size_mm=(170, 60))
    with pytest.raises(MethodError, match="Kolom kecamatan kosong"):
        draw(table.assign(kecamatan=table["kecamatan"].where(table.index > 3)))
    with pytest.raises(MethodError, match="entah"):
        draw(table, group="entah")


# The stamp -----------------------------------------------------------------------------------


def draw_map(**options: object) -> Figure:
    shapes = [shapely.box(5e5 + x, 9.16e6, 5e5 + x + 900, 9.161e6) for x in (0, 900, 1800)]
    units = gpd.GeoDataFrame(
        {"kode_wilayah": ["1", "2", "3"], "nama": ["Satu", "Dua", "Tiga"], "a": [1.0, 2, 3],
         "b": [3.0, 2, 1], "jenis": ["HH", "LL", "HL"]}, geometry=shapes, crs=32749,
    )  # fmt: skip
    if "pair" in options:
        return maps.choropleth_pair(
            units, ("a", "b"), titles=("Kiri", "Kanan"), legend_title="x", decimals=0,
            size_mm=(100, 60),
        )  # fmt: skip
    if "kinds" in options:
        return maps.cluster_map(units, units["jenis"], size_mm=(100, 60))
    return maps.choropleth(
        units, "a", classes=2, legend_title="x", decimals=0, labels="name", size_mm=(100, 60)
    )


def draw_coefficients() -> Figure:
    rows = {"label": "UMK", "estimate": 0.1, "conf_low": -1, "conf_high": 1.0, "mde": 0.5}
    return figures.coefficient_plot(
        pd.DataFrame([rows | {"method": "gugus"}]), xlabel="persen poin", size_mm=(170, 40)
    )


def draw_synthetic() -> Figure:
    series = pd.Series([3.0, 2, 1], index=[2020, 2021, 2022])
    gaps = pd.DataFrame([[0.1, 0, 0.3]], columns=series.index)
    return figures.synthetic_paths(
        series, series + 0.2, gaps, start=2022, unit_label="Kota", ylabel="persen"
    )


def draw_paths() -> Figure:
    rows = pd.DataFrame({"k": ["a"] * 3 + ["b"] * 3, "t": [2020, 2021, 2022] * 2, "v": range(6)})
    return figures.time_paths(
        rows, unit="k", time="t", value="v", highlight={"a": "Kota"}, ylabel="persen"
    )


KINDS: dict[str, Callable[[], Figure]] = {
    "paths": draw_paths,
    "dispersion": lambda: figures.dispersion_plot(
        pd.DataFrame({"t": [2020, 2021, 2022], "v": [1.0, 3, 2]}), time="t", measures={"v": "CV"}
    ),
    "ranks": lambda: figures.rank_chart(
        pd.DataFrame({"label": ["A", "B"], "rank": [1, 2], "low": 1, "high": 2}), size_mm=(82, 30)
    ),
    "pairs": lambda: figures.paired_dots(
        pd.DataFrame({"label": ["A"], "a": [1.0], "b": [2.0]}), a_label="a", b_label="b",
        xlabel="km",
    ),
    "coefficients": draw_coefficients,
    "synthetic": draw_synthetic,
    "domains": lambda: draw(sample(), size_mm=(170, 130)),
    "choropleth": draw_map,
    "clusters": lambda: draw_map(kinds=True),
    "pair": lambda: draw_map(pair=True),
}  # fmt: skip


def pixels(fig: Figure) -> np.ndarray:
    """The figure at ten pixels a millimetre, so that the strip is a whole number of them."""
    with theme():
        fig.set_dpi(254)
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


@pytest.mark.parametrize("kind", KINDS)
def test_stamp_adds_a_strip_and_leaves_the_rest(kind: str) -> None:
    before = pixels(KINDS[kind]())
    after = pixels(figures.stamp(KINDS[kind](), "SIMULASI"))
    assert after.shape == (before.shape[0] + 50, *before.shape[1:])
    # No hatch is compared: its lines begin at the corner of the page, which is drawn anew.
    # Positions are divided by another height, so that an edge may round to the next shade.
    changed = np.abs(after[50:] - before).max(axis=-1) > 40
    assert changed.mean() < 1e-4
    strip = after[:50]
    assert (strip[:, : after.shape[1] - 250] == 255).all()
    assert (strip[:, -250:] < 200).any()


def test_stamp_is_readable_text_in_a_box_at_the_top_right(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    fig = figures.stamp(draw(table), "SIMULASI")
    box = next(patch for patch in fig.artists if isinstance(patch, Rectangle) and patch.get_gid())
    x0, y0, x1, y1 = box.get_window_extent().extents / fig.dpi * 72
    width, height = fig.get_size_inches() * 72
    found = words(fig, tmp_path)
    (word,) = (shape for text, shape in found if text == "SIMULASI")
    frame = shapely.box(x0, height - y1, x1, height - y0)
    assert frame.contains(word)
    assert width - x1 < 3
    assert height - y1 < 3
    assert not any(frame.intersects(shape) for text, shape in found if text != "SIMULASI")
    assert contrast_ratio(CONTRAST, "#ffffff") >= 4.5


def test_a_figure_is_stamped_once_per_word(tmp_path: Path) -> None:
    once = figures.stamp(KINDS["coefficients"](), "SIMULASI")
    twice = figures.stamp(figures.stamp(KINDS["coefficients"](), "SIMULASI"), "SIMULASI")
    for one, other in zip(
        figures.save_figure(once, tmp_path / "satu"),
        figures.save_figure(twice, tmp_path / "dua"),
        strict=True,
    ):
        assert one.read_bytes() == other.read_bytes()
    both = words(figures.stamp(twice, "DRAF"), tmp_path)
    boxes = [box for text, box in both if text in ("SIMULASI", "DRAF")]
    assert len(boxes) == 2
    assert not boxes[0].intersects(boxes[1])


@pytest.mark.parametrize("text", ["", " ", "dua\nbaris", "SIMULASI " * 20])
def test_a_stamp_that_cannot_be_written_is_refused(text: str) -> None:
    with pytest.raises(MethodError, match="SIMULASI"):
        figures.stamp(KINDS["ranks"](), text)
