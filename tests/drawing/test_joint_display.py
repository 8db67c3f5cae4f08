"""A theme beside its number: the same places in both panels, what is hidden said in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kajian import figures
from kajian.drawing.joint_display import UNKNOWN, UNTOLD
from kajian.errors import MethodError

PLACES = ["Banjarsari", "Jebres", "Laweyan", "Pasar Kliwon", "Serengan"]
LINKS = {"air": ("sumur", "naik"), "kerja": ("bpjs", "naik"), "rumah": ("layak", "turun")}
NAMES = {"air": "sanitasi dan air"}


@pytest.fixture
def cells() -> pd.DataFrame:
    shares = {"air": [15.0, 20, 19, 9, 17], "kerja": [10, 14, 11, 12, 9]}
    shares["rumah"] = [np.nan, 9, 10, 12, np.nan]
    rows = [(t, place, x) for t, xs in shares.items() for place, x in zip(PLACES, xs, strict=True)]
    return pd.DataFrame(rows, columns=["tema", "tempat", "bagian_pct"])


@pytest.fixture
def numbers() -> pd.DataFrame:
    """Wells with intervals and the city; informal work near 100; a register without intervals."""
    wells = [(24.0, 20, 30), (29, 23, 36), (26, 17, 39), (21, 16, 26), (np.nan, np.nan, np.nan)]
    bpjs = [(93.0, 90, 96), (92, 88, 95), (91, 83, 95), (93.5, 87, 97), (88, 80, 94)]
    sound = [(x, np.nan, np.nan) for x in (89.1, 84.1, 86.0, 89.3, 86.6)]
    rows = [
        (key, name, "persen", place, *values)
        for key, name, all_values in (
            ("sumur", "Rumah tangga yang minum dari sumur gali", wells),
            ("bpjs", "Pekerja informal tanpa BPJS Ketenagakerjaan", bpjs),
            ("layak", "Rumah tangga dengan sanitasi layak", sound),
        )
        for place, values in zip(PLACES, all_values, strict=True)
    ]
    rows.append(("sumur", rows[0][1], "persen", "", 25.0, 22.0, 28.0))
    columns = ["angka", "nama", "satuan", "tempat", "nilai", "bawah", "atas"]
    return pd.DataFrame(rows, columns=columns)


def panels(fig: Figure) -> list[tuple[Axes, Axes]]:
    axes = fig.axes[1:]  # after the page
    return list(zip(axes[::2], axes[1::2], strict=True))


def dots(ax: Axes, marker: str) -> np.ndarray:
    [line] = [line for line in ax.lines if line.get_marker() == marker]
    return np.asarray(line.get_xdata(), dtype=float)


def names(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def test_three_themes_fit_a_third_of_a_page(cells, numbers, assert_readable):
    fig = figures.joint_display(
        cells, numbers, LINKS, names=NAMES, readings={"air": "tanpa pola"}, width_mm=174
    )
    assert fig.get_figheight() * 25.4 <= 80
    words = assert_readable(fig)
    assert "Sanitasi dan air: tanpa pola" in words
    assert {"Kerja", "Rumah", "kota"} <= set(words)
    assert "Rumah tangga dengan sanitasi layak (persen)" in words
    assert words.count("Serengan") == 3
    assert words.count(UNTOLD) == 2
    assert words.count(UNKNOWN) == 1


def test_both_panels_have_the_same_places_the_greatest_problem_on_top(cells, numbers):
    fig = figures.joint_display(cells, numbers, LINKS)
    for theme, (number, direction), (left, right) in zip(
        LINKS, LINKS.values(), panels(fig), strict=True
    ):
        value = numbers[numbers["angka"] == number].set_index("tempat")["nilai"]
        share = cells[cells["tema"] == theme].set_index("tempat")["bagian_pct"]
        order = names(left)
        assert sorted(order) == PLACES
        np.testing.assert_array_equal(dots(left, "D"), share[order])
        np.testing.assert_array_equal(dots(right, "o"), value[order])
        known = value[order].dropna().to_numpy()
        assert (np.diff(known) <= 0).all() if direction == "naik" else (np.diff(known) >= 0).all()
        assert left.get_ylim() == right.get_ylim()
    assert names(panels(fig)[0][0])[-1] == "Serengan"  # of which the number is not known


def test_intervals_and_the_city_are_drawn_where_they_are_known(cells, numbers):
    wells, work, sound = (
        right for _, right in panels(figures.joint_display(cells, numbers, LINKS))
    )
    found = {tuple(ends[:, 0]) for ends in wells.collections[-1].get_segments()}
    assert found == {(20, 30), (23, 36), (17, 39), (16, 26)}
    assert len(work.collections[-1].get_segments()) == 5
    assert len(sound.collections[-1].get_segments()) == 0
    city = [line for line in wells.lines if list(line.get_xdata()) == [25.0, 25.0]]
    assert len(city) == 1
    assert len(work.lines) == len(wells.lines) - 1


def test_axes_are_honest(cells, numbers):
    pairs = panels(figures.joint_display(cells, numbers, LINKS))
    assert {left.get_xlim() for left, _ in pairs} == {(0.0, 20.0)}  # shares can be compared
    wells, work, _ = (right.get_xlim() for _, right in pairs)
    assert wells[0] == 0
    assert 70 < work[0] <= 80  # near 100: from zero nothing would be told apart
    assert work[1] >= 97


def test_the_legend_explains_what_is_drawn(cells, numbers, assert_readable):
    exact = figures.joint_display(cells, numbers, {"rumah": LINKS["rumah"]})
    words = assert_readable(exact)
    assert "angka tanpa selang" in words
    assert "angka dan selang kepercayaannya" not in words
    assert "kota" not in words
    sure = figures.joint_display(cells, numbers, {"air": LINKS["air"]}, whole="seluruh kota")
    assert "angka tanpa selang" not in assert_readable(sure)
    assert "seluruh kota" in assert_readable(sure)


def test_an_interval_without_its_number_is_not_drawn(cells, numbers):
    hidden = numbers.assign(nilai=numbers["nilai"].mask(numbers["tempat"] == "Jebres"))
    [(_, right)] = panels(figures.joint_display(cells, hidden, {"air": LINKS["air"]}))
    assert len(right.collections[-1].get_segments()) == 3


def test_nothing_to_show_is_said(cells, numbers, assert_readable):
    empty = numbers.assign(nilai=np.nan, bawah=np.nan, atas=np.nan)
    fig = figures.joint_display(cells.assign(bagian_pct=np.nan), empty, {"air": LINKS["air"]})
    words = assert_readable(fig)
    assert words.count(UNTOLD) == words.count(UNKNOWN) == 5


def test_what_cannot_be_drawn_is_refused(cells, numbers):
    def refused(match: str, cells=cells, numbers=numbers, links=LINKS, **options) -> None:
        with pytest.raises(MethodError, match=match):
            figures.joint_display(cells, numbers, links, **options)

    refused("Tidak ada tema yang digambar", links={})
    refused("Tema laut tidak dapat dipasangkan", links={"laut": ("sumur", "naik")})
    refused(r"angka entah \(naik\)", links={"air": ("entah", "naik")})
    refused(r"sumur \(miring\)", links={"air": ("sumur", "miring")})
    refused("tertulis dua kali", cells=pd.concat([cells, cells]))
    refused("tertulis dua kali", numbers=pd.concat([numbers, numbers]))
    refused("di Jebres tidak masuk akal", cells=cells.assign(bagian_pct=150.0))
    refused("tidak masuk akal", numbers=numbers.assign(atas=0.0))
    refused("tidak masuk akal", numbers=numbers.assign(atas=np.nan))
    refused("tanpa kolom nilai", numbers=numbers.drop(columns="nilai"))
    refused("terlalu sempit", width_mm=70)
