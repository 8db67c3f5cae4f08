"""Effects by year, bounds on unequal trends, and jumps at a cutoff."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import t as student

from kajian import figures
from kajian.drawing.events import AFTER, BAND, BEFORE, CLEAR, REFERENCE, TRUTH, UNCLEAR
from kajian.drawing.jump import BIN, CURVE
from kajian.errors import MethodError

YEARS = np.array([-4, -3, -2, 0, 1, 2])
EVENTS = pd.DataFrame({"w": YEARS, "e": [0.1, -0.2, 0.0, 1.1, 1.8, 2.4]})
EVENTS = EVENTS.assign(
    l=EVENTS["e"] - 0.5, h=EVENTS["e"] + 0.5, pl=EVENTS["e"] - 0.8, ph=EVENTS["e"] + 0.8,
    benar=[np.nan, np.nan, np.nan, 1.0, 2.0, 3.0],
)  # fmt: skip
BOUNDS = pd.DataFrame({"m": [0.5, 0.0, 1.0], "l": [0.2, 0.5, -0.4], "h": [2.4, 2.0, 3.1]})
BINS = pd.DataFrame(
    {
        "side": ["left"] * 3 + ["right"] * 3,
        "x_mean": [31.0, 35, 39, 41, 45, 49],
        "y_mean": [5.0, 5.2, 5.4, 6.9, 7.0, 7.3],
        "std_error": [0.2, 0.2, 0.3, 0.2, 0.2, np.nan],
        "n": [30, 25, 9, 30, 30, 5],
    }
)
FITTED = pd.DataFrame(
    {"side": ["left"] * 2 + ["right"] * 2, "x": [33.0, 40, 40, 48], "y": [5.1, 5.5, 6.7, 7.2]}
)


def study(table: pd.DataFrame = EVENTS, **changes) -> Figure:
    options = {"time": "w", "estimate": "e", "low": "l", "high": "h", "reference": -1}
    return figures.event_study_chart(table, **(options | {"ylabel": "Persen poin"} | changes))


def bounded(table: pd.DataFrame = BOUNDS, **changes) -> Figure:
    options = {"bound": "m", "low": "l", "high": "h", "original": (0.6, 1.9)}
    words = {"xlabel": "Pelanggaran yang dibolehkan", "ylabel": "Persen poin"}
    return figures.bounds_chart(table, **(options | words | changes))


def jump(bins: pd.DataFrame = BINS, curve: pd.DataFrame = FITTED, **changes) -> Figure:
    options = {"cutoff": 40.0, "xlabel": "Skor seleksi", "ylabel": "Omzet (juta rupiah)"}
    return figures.discontinuity_chart(bins, curve, **(options | changes))


def chart(fig: Figure) -> Axes:
    (ax,) = (ax for ax in fig.axes if ax.axison)
    return ax


def dots(ax: Axes, look: dict) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in ax.lines
        if line.get_marker() == look["marker"] and line.get_color() == look["color"]
        for x, y in line.get_xydata()
        if np.isfinite(y)
    ]


def spans(ax: Axes, width: float) -> dict[float, tuple[float, float]]:
    """Ends of the upright lines of one width, by their place."""
    return {
        float(segment[0, 0]): (float(segment[:, 1].min()), float(segment[:, 1].max()))
        for lines in ax.collections
        if lines.get_linewidth()[0] == width
        for segment in lines.get_segments()
    }


# Event study ---------------------------------------------------------------------------------


def test_years_before_and_after_are_told_apart(assert_readable) -> None:
    fig = study(truth="benar", band_low="pl", band_high="ph")
    ax = chart(fig)
    rows = list(zip(EVENTS["w"], EVENTS["e"], strict=True))
    assert dots(ax, BEFORE) == rows[:3]
    assert dots(ax, AFTER) == rows[3:]
    assert dots(ax, REFERENCE) == [(-1.0, 0.0)]
    assert dots(ax, TRUTH) == [(0, 1), (1, 2), (2, 3)]
    assert spans(ax, BAND["linewidth"])[2] == pytest.approx((1.6, 3.2))
    assert spans(ax, AFTER["linewidth"])[2] == pytest.approx((1.9, 2.9))
    assert spans(ax, BEFORE["linewidth"])[-4] == pytest.approx((-0.4, 0.6))
    upright = [line for line in ax.lines if list(line.get_xdata()) == [-0.5, -0.5]]
    assert len(upright) == 1
    words = assert_readable(fig)
    assert {"Tahun sejak program mulai", "tahun acuan", "efek yang ditanam"} <= set(words)
    assert {"−4", "−1", "2", "selang serentak semua tahun"} <= set(words)
    low, high = ax.get_ylim()
    assert low < -1.0
    assert high > 3.2


def test_without_truth_and_band_the_legend_is_short(assert_readable) -> None:
    words = assert_readable(study())
    assert not {"efek yang ditanam", "selang serentak semua tahun"} & set(words)


def test_many_years_and_rows_in_any_order(assert_readable, assert_same_bytes) -> None:
    years = np.array([y for y in range(-30, 31) if y != -1])
    table = pd.DataFrame({"w": years, "e": years / 10.0, "l": years / 10 - 1, "h": years / 10 + 1})
    fig = study(table)
    assert_readable(fig)
    assert_same_bytes(study(), study(EVENTS.sample(frac=1, random_state=4)))
    assert_same_bytes(jump(), jump(BINS[::-1], FITTED[::-1]))


def test_years_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(MethodError, match="kosong"):
        study(EVENTS.iloc[:0])
    with pytest.raises(MethodError, match="kolom w"):
        study(EVENTS.drop(columns="w"))
    with pytest.raises(MethodError, match="benar"):
        study(EVENTS.drop(columns="benar"), truth="benar")
    with pytest.raises(MethodError, match="tahun acuan 0"):
        study(reference=0)
    with pytest.raises(MethodError, match="berulang"):
        study(pd.concat([EVENTS, EVENTS]))
    with pytest.raises(MethodError, match="tidak bulat"):
        study(EVENTS.assign(w=EVENTS["w"] + 0.5))
    with pytest.raises(MethodError, match="baris -3"):
        study(EVENTS.assign(e=[0, np.nan, 0, 0, 0, 0]))


# Bounds --------------------------------------------------------------------------------------


def test_bounds_are_sorted_after_the_original(assert_readable) -> None:
    fig = bounded()
    ax = chart(fig)
    places = ax.get_xticks()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["tren sejajar", "0,0", "0,5", "1,0"]
    clear, unclear = spans(ax, CLEAR["linewidth"]), spans(ax, UNCLEAR["linewidth"])
    assert [clear[x] for x in places[:3]] == [(0.6, 1.9), (0.5, 2.0), (0.2, 2.4)]
    assert unclear == {places[3]: (-0.4, 3.1)}
    assert {"selang tidak mencakup nol", "selang mencakup nol"} <= set(assert_readable(fig))


def test_only_marks_that_are_drawn_are_explained(assert_readable) -> None:
    words = assert_readable(bounded(BOUNDS[BOUNDS["l"] > 0]))
    assert "selang mencakup nol" not in words


def test_bounds_that_are_none_are_refused() -> None:
    with pytest.raises(MethodError, match="kolom m"):
        bounded(BOUNDS.drop(columns="m"))
    with pytest.raises(MethodError, match="kosong"):
        bounded(BOUNDS.iloc[:0])
    with pytest.raises(MethodError, match="berulang"):
        bounded(pd.concat([BOUNDS, BOUNDS]))
    with pytest.raises(MethodError, match="tak terhingga"):
        bounded(BOUNDS.assign(h=np.inf))
    with pytest.raises(MethodError, match="terbalik"):
        bounded(original=(1.9, 0.6))


def test_zero_is_told_apart_in_grey(lab) -> None:
    light = lab([CLEAR["color"], UNCLEAR["color"]])[:, 0]
    assert light[1] - light[0] > 20


# Discontinuity -------------------------------------------------------------------------------


def test_bins_curves_and_cutoff(assert_readable) -> None:
    fig = jump()
    ax = chart(fig)
    assert dots(ax, BIN) == list(zip(BINS["x_mean"], BINS["y_mean"], strict=True))
    fitted = [line for line in ax.lines if line.get_linewidth() == CURVE["linewidth"]]
    curves = [line.get_xydata().tolist() for line in fitted]
    assert curves == [[[33.0, 5.1], [40.0, 5.5]], [[40.0, 6.7], [48.0, 7.2]]]
    intervals = spans(ax, 1.0)
    assert len(intervals) == 5  # one bin has no error
    half = student.ppf(0.975, 8) * 0.3
    assert intervals[39.0] == pytest.approx((5.4 - half, 5.4 + half))
    assert {"ambang 40", "Skor seleksi", "Omzet (juta rupiah)"} <= set(assert_readable(fig))


def test_the_cutoff_has_its_decimals_and_its_name(assert_readable) -> None:
    moved = {"cutoff": 0.25, "cutoff_label": "batas lulus"}
    bins = BINS.assign(x_mean=BINS["x_mean"] - 39.75)
    words = assert_readable(jump(bins, FITTED.assign(x=FITTED["x"] - 39.75), **moved))
    assert "batas lulus 0,25" in words


def test_what_lies_on_the_wrong_side_is_refused() -> None:
    with pytest.raises(MethodError, match="ambang 36"):
        jump(cutoff=36.0)
    with pytest.raises(MethodError, match="x_mean"):
        jump(BINS.assign(side="tengah"))
    with pytest.raises(MethodError, match="kolom n"):
        jump(BINS.drop(columns="n"))
    with pytest.raises(MethodError, match="kosong"):
        jump(BINS, FITTED.iloc[:0])
