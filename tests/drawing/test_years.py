"""Small multiples: the same classes and scale in every year, one legend, one scale bar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from kajian import maps
from kajian.drawing.style import sequential
from kajian.errors import DataError, MethodError


@pytest.fixture(scope="module")
def units(kelurahan):
    rng = np.random.default_rng(6)
    values = {year: rng.uniform(2, 20, 54) for year in range(2020, 2027)}
    return kelurahan.assign(**{str(year): found for year, found in values.items()})


def draw(units, count: int = 5, **changes) -> Figure:
    options = {"legend_title": "Penduduk miskin (persen)", "decimals": 1, "group": "kecamatan"}
    years = [str(year) for year in range(2020, 2020 + count)]
    return maps.small_multiples(units, years, **(options | changes))


def panels(fig: Figure) -> list[Axes]:
    return [ax for ax in fig.axes if ax.findobj(PathPatch)]


def left_and_top(ax: Axes, fig: Figure) -> np.ndarray:
    """Where the first outline of a map stands on paper, mm from the upper left corner."""
    x, _, _, y = ax.findobj(PathPatch)[0].get_window_extent().extents / fig.dpi * 25.4
    return np.array([x, fig.get_size_inches()[1] * 25.4 - y])


@pytest.mark.parametrize("count", range(1, 7))
def test_years_stand_in_a_grid_with_one_legend_and_one_bar(units, count, assert_readable) -> None:
    fig = draw(units, count)
    words = assert_readable(fig)
    maps_drawn = panels(fig)
    assert len(maps_drawn) == count
    assert [word for word in words if word.startswith("20")] == [
        str(2020 + i) for i in range(count)
    ]
    assert sum(word.endswith(" km") for word in words) == 1
    assert words.count("kelas: kuantil") == words.count("Penduduk miskin (persen)") == 1
    places = np.array([left_and_top(ax, fig) for ax in maps_drawn])
    in_a_row = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}[count]
    assert len(np.unique(places[:, 0].round(1))) == in_a_row
    assert len(np.unique(places[:, 1].round(1))) == -(-count // in_a_row)
    assert words.count("Serengan") <= 1  # the kecamatan are named on the first map only
    width, height = fig.get_size_inches() * 25.4
    assert width == pytest.approx(170)
    assert height < 250


def test_the_legend_fills_the_free_corner_of_five(units) -> None:
    five, six = draw(units, 5), draw(units, 6)
    assert five.get_size_inches()[1] < six.get_size_inches()[1]
    bar = next(line for ax in five.axes for line in ax.lines if line.get_gid() == "scale")
    assert bar.get_xdata().min() > 2 * 170 / 3


def test_the_same_number_has_the_same_colour_in_every_year(units) -> None:
    bounds = [5, 10, 15, 18, 20]
    fig = draw(units, 3, classes=bounds)
    scale = np.array(sequential(5))
    for ax, year in zip(panels(fig), ("2020", "2021", "2022"), strict=True):
        colours = [to_hex(patch.get_facecolor()) for patch in ax.findobj(PathPatch)[:54]]
        assert colours == scale[np.searchsorted(bounds, units[year].round(1))].tolist()


def test_classes_are_made_of_all_years(units, words_of) -> None:
    words = [text for text, _ in words_of(draw(units, 4, classes=3))]
    values = units[["2020", "2021", "2022", "2023"]].round(1).to_numpy()
    ends = [word.replace(",", ".").split("–") for word in words if "–" in word]
    assert len(ends) == 3
    counts = [int(((values >= float(a)) & (values <= float(b))).sum()) for a, b in ends]
    assert sum(counts) == values.size
    assert max(counts) - min(counts) <= 6  # 72 each; ties after rounding move some


def test_flags_belong_to_their_year(units, words_of, assert_same_bytes) -> None:
    hidden = units.index < 10
    flags = [None, pd.Series(hidden, units.index)]
    fig = draw(units, 2, withheld=flags, hatch=[pd.Series(hidden, units.index), None])
    left, right = panels(fig)
    assert len(left.findobj(PathPatch)) - 54 - 5 == 10  # lines over ten; five kecamatan
    marked = [patch.get_hatch() for patch in right.findobj(PathPatch)[:54]]
    assert [hatch is not None for hatch in marked] == hidden.tolist()
    words = {text for text, _ in words_of(fig)}
    assert {"hati-hati", "tidak ditampilkan"} <= words
    other = units.assign(**{"2021": units["2021"].mask(hidden, 99.0)})
    assert_same_bytes(draw(units, 2, withheld=flags), draw(other, 2, withheld=flags))


def test_gaps_are_explained(units, words_of) -> None:
    gap = units.assign(**{"2021": units["2021"].where(units.index > 3)})
    assert "tidak ada data" in {text for text, _ in words_of(draw(gap, 5))}


def test_bad_input_is_refused(units) -> None:
    with pytest.raises(MethodError, match="7 tahun"):
        draw(units, 7)
    with pytest.raises(MethodError, match="0 tahun"):
        draw(units, 0)
    with pytest.raises(MethodError, match="sebanyak itu"):
        draw(units, 3, titles=["satu"])
    with pytest.raises(MethodError, match="1999"):
        maps.small_multiples(units, ["1999"], legend_title="x", decimals=0)
    with pytest.raises(MethodError, match="5 peta"):
        draw(units, 5, size_mm=(170, 20))
    with pytest.raises(DataError, match="CRS"):
        draw(units.set_crs(None, allow_override=True))
