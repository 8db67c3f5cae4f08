"""Lorenz curves and sensitivity lines: true to the numbers, and every curve with its own name."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure

from kajian import figures
from kajian.drawing.curves import EQUALITY, LOOKS
from kajian.errors import MethodError

P = np.linspace(0, 1, 51)
POWERS = {"pengeluaran 2021 (Gini 0,33)": 2.0, "pengeluaran 2025 (Gini 0,29)": 1.8, "bantuan": 0.6}


@pytest.fixture(scope="module")
def curves() -> pd.DataFrame:
    parts = [
        pd.DataFrame({"curve": name, "population": P, "share": P**power})
        for name, power in POWERS.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    half = 0.03 * np.sqrt(table["population"] * (1 - table["population"]))
    low, high = (table["share"] - half).clip(0), (table["share"] + half).clip(upper=1)
    return table.assign(low=low, high=high)


@pytest.fixture(scope="module")
def measures() -> pd.DataFrame:
    k = np.arange(10, 101, 10)
    h = 70 * np.exp(-k / 28)
    table = pd.DataFrame({"k": k, "H": h, "M0": h * (0.35 + 0.006 * k)})
    return table.assign(rendah=table["H"] * 0.9, tinggi=table["H"] * 1.1)


def draw_lines(measures: pd.DataFrame, **changes) -> Figure:
    options = {
        "x": "k",
        "lines": {"H": "H: penduduk miskin multidimensi", "M0": "M0"},
        "bands": {"H": ("rendah", "tinggi")},
        "chosen": 30,
        "xlabel": "Batas deprivasi k (persen)",
        "ylabel": "Persen",
    }
    return figures.sensitivity_lines(measures, **(options | changes))


def test_curves_and_bands_are_true(curves) -> None:
    fig = figures.lorenz_chart(curves, low="low", high="high")
    ax = fig.axes[0]
    drawn = [line for line in ax.lines if len(line.get_xdata()) == len(P)]
    for line, power in zip(drawn, POWERS.values(), strict=True):
        np.testing.assert_allclose(line.get_xdata(), 100 * P)
        np.testing.assert_allclose(line.get_ydata(), 100 * P**power)
    diagonal = next(line for line in ax.lines if len(line.get_xdata()) == 2)
    assert np.array_equal(diagonal.get_xydata(), [[0, 0], [100, 100]])
    bands = [c for c in ax.collections if isinstance(c, FillBetweenPolyCollection)]
    for band, (_, rows) in zip(bands, curves.groupby("curve", sort=False), strict=True):
        ends = band.get_paths()[0].vertices[:, 1]
        assert set((100 * rows["low"]).round(9)) <= set(ends.round(9))
        assert set((100 * rows["high"]).round(9)) <= set(ends.round(9))


@pytest.mark.parametrize("size", [(82.0, 82.0), (110.0, 70.0)])
def test_every_curve_is_named_with_its_line_on_free_ground(curves, assert_readable, size) -> None:
    fig = figures.lorenz_chart(curves, low="low", high="high", size_mm=size)
    words = assert_readable(fig)
    for name in (*POWERS, EQUALITY):
        assert words.count(name) == 1
    page = fig.axes[1]
    samples = {line.get_color(): line for line in page.lines}
    names = {text.get_text(): text for text in page.texts}
    drawn = [line for line in fig.axes[0].lines if len(line.get_xdata()) == len(P)]
    for line, name in zip(drawn, POWERS, strict=True):
        sample, text = samples[line.get_color()], names[name]
        assert text.get_color() == line.get_color()
        assert sample.get_linestyle() == line.get_linestyle()
        gap = text.get_position()[0] - max(sample.get_xdata())
        assert 0 < gap < 2  # mm


def test_names_touch_no_curve(curves, words_of) -> None:
    fig = figures.lorenz_chart(curves)
    height = fig.get_size_inches()[1] * 72
    words = dict(words_of(fig))
    for line in fig.axes[0].lines:
        xy = fig.axes[0].transData.transform(line.get_xydata()) / fig.dpi * 72
        path = shapely.LineString(xy * [1, -1] + [0, height])
        assert not [name for name in (*POWERS, EQUALITY) if words[name].intersects(path)]


def test_curves_differ_in_grey(lab) -> None:
    light = lab([look["color"] for look in LOOKS])[:, 0]
    dashes = [look["linestyle"] for look in LOOKS]
    for (a, dash), (b, other) in itertools.combinations(zip(light, dashes, strict=True), 2):
        assert abs(a - b) > 8 or dash != other


def test_lines_bands_and_cutoff_are_true_and_named(measures, assert_readable) -> None:
    fig = draw_lines(measures)
    words = assert_readable(fig)
    assert {"H: penduduk miskin multidimensi", "M0", "batas yang dipakai", "Persen"} <= set(words)
    ax = fig.axes[0]
    solid = [line for line in ax.lines if line.get_marker() == "None"]
    np.testing.assert_allclose(solid[0].get_ydata(), measures["H"])
    np.testing.assert_allclose(solid[1].get_ydata(), measures["M0"])
    assert list(solid[2].get_xdata()) == [30, 30]
    assert ax.get_ylim()[0] == 0


def test_rows_of_any_order_draw_the_same(measures, assert_same_bytes) -> None:
    assert_same_bytes(draw_lines(measures), draw_lines(measures.iloc[::-1]))


def test_bad_tables_are_refused(curves, measures) -> None:
    with pytest.raises(MethodError, match="entah"):
        figures.lorenz_chart(curves, share="entah")
    with pytest.raises(MethodError, match="bantuan"):
        figures.lorenz_chart(
            curves.assign(share=curves["share"].where(curves["curve"] != "bantuan"))
        )
    with pytest.raises(MethodError, match="pengeluaran 2021"):
        figures.lorenz_chart(curves.iloc[::-1].sort_values("curve", ascending=True, kind="stable")
                             .replace("bantuan", "pengeluaran 2021"))  # fmt: skip
    with pytest.raises(MethodError, match="5 kurva"):
        figures.lorenz_chart(pd.concat([curves[:51].assign(curve=str(i)) for i in range(5)]))
    with pytest.raises(MethodError, match="berulang"):
        draw_lines(pd.concat([measures, measures]))
    with pytest.raises(MethodError, match="di luar tabel"):
        draw_lines(measures, chosen=5)
    with pytest.raises(MethodError, match="tidak muat"):
        draw_lines(measures, lines={"H": "nama yang panjang sekali " * 4, "M0": "M0"})
