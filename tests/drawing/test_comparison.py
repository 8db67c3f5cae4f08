"""Direct and small-area estimates on one row: what is drawn, hidden, and explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from kajian import figures
from kajian.drawing.comparison_marks import BARE, DIRECT, MEANING, MODEL
from kajian.errors import MethodError


@pytest.fixture(scope="module")
def table(kelurahan) -> pd.DataFrame:
    rng = np.random.default_rng(54)
    truth, half = kelurahan["miskin"].to_numpy(), rng.uniform(4, 14, 54)
    direct = np.abs(truth + rng.normal(0, half / 2))
    model = 0.4 * truth + 5
    found = pd.DataFrame(kelurahan[["nama", "kecamatan", "mutu"]]).assign(
        d=direct, d0=(direct - half).clip(0), d1=direct + half,
        m=model, m0=model - 2, m1=model + 2, benar=truth,
        mutu_m=np.array(["hati-hati", "layak", "layak", "tidak ditampilkan", "layak", "layak"] * 9),
    )  # fmt: skip
    found.loc[found["mutu"] == "tanpa sampel", ["d", "d0", "d1"]] = np.nan
    return found


def draw(table: pd.DataFrame, **changes) -> Figure:
    options = {
        "name": "nama",
        "direct": ("d", "d0", "d1"),
        "model": ("m", "m0", "m1"),
        "direct_label": "mutu",
        "model_label": "mutu_m",
        "truth": "benar",
        "group": "kecamatan",
        "total": 9.1,
        "xlabel": "Penduduk miskin (persen)",
    }
    return figures.estimate_comparison(table, **(options | changes))


@pytest.fixture(scope="module")
def chart(table) -> Figure:
    return draw(table)


def dots(fig: Figure, colour: str, face: str) -> list[float]:
    return sorted(
        float(x)
        for ax in fig.axes
        if ax.axison
        for line in ax.lines
        if line.get_marker() == "o"
        and (line.get_color(), line.get_markerfacecolor()) == (colour, face)
        for x in line.get_xdata()
        if np.isfinite(x)
    )


def test_dots_are_the_estimates_that_may_be_shown(table, chart) -> None:
    shown = table["mutu"].isin(["layak", "hati-hati"])
    rough, plain = table["mutu_m"] == "hati-hati", table["mutu_m"] == "layak"
    assert dots(chart, DIRECT.colour, "white") == sorted(table.loc[shown, "d"])
    assert dots(chart, MODEL.colour, MODEL.colour) == sorted(table.loc[plain, "m"])
    assert dots(chart, MODEL.colour, "white") == sorted(table.loc[rough, "m"])


def test_words_are_apart_and_the_legend_explains_what_is_drawn(table, assert_readable) -> None:
    words = assert_readable(draw(table, axis_end=30.0))
    assert set(MEANING.values()) <= set(words)
    assert set(table["nama"]) <= set(words)
    simple = draw(
        table.assign(mutu="layak", d=1.0, d0=0.5, d1=2.0),
        model_label=None, truth=None, total=None, group=None, axis_end=30.0,
    )  # fmt: skip
    words = assert_readable(simple)
    assert {word for word in MEANING.values() if word in words} == {
        MEANING["direct"],
        MEANING["model"],
    }


def test_a_withheld_estimate_leaves_no_trace(table, assert_same_bytes) -> None:
    hidden = table["mutu"] == "tidak ditampilkan"
    other = table.assign(d=table["d"].mask(hidden, table["d1"]))
    assert_same_bytes(draw(table), draw(other))


def test_names_without_direct_estimate_are_grey(table, chart) -> None:
    names = [label for ax in chart.axes if ax.axison for label in ax.get_yticklabels()]
    colours = {label.get_text(): label.get_color() for label in names}
    silent = table["mutu"] == "tanpa sampel"
    grey = {colours[name] for name in table.loc[silent, "nama"]}
    ink = {colours[name] for name in table.loc[~silent, "nama"]}
    assert len(grey) == len(ink) == 1
    assert grey != ink


def test_direct_and_model_differ_in_grey(lab) -> None:
    light = lab([DIRECT.colour, MODEL.colour])[:, 0]
    assert light[0] - light[1] > 20
    assert BARE.face is None


def test_axis_covers_every_dot_truth_and_model_interval(table, chart) -> None:
    (start, end), other = (ax.get_xlim() for ax in chart.axes if ax.axison)
    assert (start, end) == other
    assert start == 0
    shown = table["mutu"].isin(["layak", "hati-hati"])
    assert end >= max(table["m1"].max(), table["benar"].max(), table.loc[shown, "d"].max())


def test_bad_tables_are_refused(table) -> None:
    first = table["mutu"] == "layak"
    name = table.loc[first, "nama"].iloc[0]
    with pytest.raises(MethodError, match="bagus"):
        draw(table.assign(mutu="bagus"))
    with pytest.raises(MethodError, match=name):
        draw(table.assign(d=table["d"].mask(first, 99.0)))
    with pytest.raises(MethodError, match="axis_end"):
        draw(table, axis_end=5.0)
    with pytest.raises(MethodError, match="54 baris tidak muat"):
        draw(table, size_mm=(170, 80))
    with pytest.raises(MethodError, match="entah"):
        draw(table, truth="entah")
