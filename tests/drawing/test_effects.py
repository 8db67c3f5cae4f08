"""One row per estimate: ways of estimating, balance, shares, and whom programmes reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures
from kajian.drawing.forest import AFTER, BEFORE
from kajian.drawing.one_column import DOT
from kajian.drawing.style import ACCENT
from kajian.errors import MethodError

WAYS = pd.DataFrame(
    {
        "cara": ["undian (patokan)", "selisih mentah", "doubly robust (AIPW)", "tanpa galat"],
        "e": [0.12, 0.31, 0.13, 0.18],
        "l": [0.04, 0.22, 0.06, np.nan],
        "h": [0.2, 0.4, 0.2, np.nan],
        "jenis": ["uji coba", "tanpa undian", "tanpa undian", "tanpa undian"],
    }
)
BALANCE = pd.DataFrame(
    {
        "n": ["umur", "jenis kelamin", "Laweyan"],
        "a": [0.31, -0.22, 0.05],
        "b": [0.02, -0.04, np.nan],
    }
)
SHARES = pd.DataFrame(
    {
        "faktor": ["pendidikan", "umur", "tidak terjelaskan"],
        "bagian": [23.45, -1.2, 77.75],
        "l": [18.0, -3.0, 70.0],
        "h": [29.0, 0.5, 82.0],
    }
)
REACH = pd.DataFrame(
    {
        "program": ["PKH", "Sembako", "Bantuan kota (register)", "PIP"],
        "cakupan_pct": [51.2, 82.0, 37.0, np.nan],
        "cakupan_bawah_pct": [43.0, 76.0, np.nan, np.nan],
        "cakupan_atas_pct": [59.0, 89.0, np.nan, np.nan],
        "bocor_pct": [29.0, 33.0, 49.0, 68.4],
        "bocor_bawah_pct": [20.0, 26.0, np.nan, 62.0],
        "bocor_atas_pct": [36.0, 40.0, np.nan, 75.0],
    }
)
MEASURES = {"cakupan": "Menjangkau yang berhak (%)", "bocor": "Penerima yang tidak berhak (%)"}


def compare(table: pd.DataFrame = WAYS, **changes) -> Figure:
    options = {"label": "cara", "estimate": "e", "low": "l", "high": "h", "xlabel": "log omzet"}
    return figures.effect_comparison(table, **(options | changes))


def balance(table: pd.DataFrame = BALANCE, **changes) -> Figure:
    return figures.balance_chart(table, **({"label": "n", "before": "a", "after": "b"} | changes))


def shares(table: pd.DataFrame = SHARES, **changes) -> Figure:
    options = {"label": "faktor", "share": "bagian", "low": "l", "high": "h"}
    return figures.share_bars(table, **(options | {"xlabel": "Bagian (persen)"} | changes))


def reach(table: pd.DataFrame = REACH, **changes) -> Figure:
    return figures.targeting_chart(table, **({"label": "program", "measures": MEASURES} | changes))


def panels(fig: Figure) -> list[Axes]:
    return [ax for ax in fig.axes if ax.axison]


def dots(ax: Axes, face: str | None = None) -> dict[float, float]:
    """Value of the dots at each height, of one filling where it is given."""
    return {
        float(y): float(x)
        for line in ax.lines
        if line.get_marker() == "o" and face in (None, line.get_markerfacecolor())
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
        if np.isfinite(x)
    }


def spans(ax: Axes, width: float) -> list[tuple[float, float]]:
    """Ends of the level lines of one width, from top to bottom."""
    found = [
        (float(segment[0, 1]), *np.sort(segment[:, 0]).tolist())
        for lines in ax.collections
        if lines.get_linewidth()[0] == width
        for segment in lines.get_segments()
        if np.isfinite(segment).all()
    ]
    return [(low, high) for _, low, high in sorted(found)]


# Ways of estimating --------------------------------------------------------------------------


def test_estimates_have_their_intervals_or_none(assert_readable) -> None:
    fig = compare(truth=0.11)
    (ax,) = panels(fig)
    assert list(dots(ax).values()) == pytest.approx([0.12, 0.31, 0.13, 0.18])
    assert dots(ax, "white") == {3.0: 0.18}
    assert spans(ax, DOT["linewidth"]) == [(0.04, 0.2), (0.22, 0.4), (0.06, 0.2)]
    upright = {float(line.get_xdata()[0]) for line in ax.lines if len(line.get_xdata()) == 2}
    assert {0.0, 0.11} <= upright
    words = assert_readable(fig)
    assert {"efek yang ditanam", "taksiran tanpa selang", "log omzet", *WAYS["cara"]} <= set(words)


def test_kinds_stand_above_their_rows(assert_readable) -> None:
    fig = compare(kinds="jenis")
    assert_readable(fig)
    (ax,) = panels(fig)
    lines = dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))
    assert lines["uji coba"] < lines["undian (patokan)"] < lines["tanpa undian"]
    assert lines["tanpa undian"] < lines["selisih mentah"]
    assert "efek yang ditanam" not in [text.get_text() for text in ax.texts]


def test_an_estimate_may_lie_outside_its_interval() -> None:
    # The robust interval of a discontinuity is not centred on the conventional estimate.
    (ax,) = panels(compare(WAYS.assign(e=[0.25, 0.31, 0.13, 0.18])))
    assert dots(ax)[0.0] == 0.25


def test_ways_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(MethodError, match="Tabel untuk gambar kosong"):
        compare(WAYS.iloc[:0])
    with pytest.raises(MethodError, match="entah"):
        compare(estimate="entah")
    with pytest.raises(MethodError, match="selisih mentah"):
        compare(WAYS.assign(e=[0.1, np.nan, 0.1, 0.1]))
    with pytest.raises(MethodError, match="undian"):
        compare(WAYS.assign(l=WAYS["h"] + 1))
    with pytest.raises(MethodError, match="AIPW"):
        compare(WAYS.assign(h=[0.2, 0.4, np.nan, np.nan]))
    with pytest.raises(MethodError, match="AIPW"):
        compare(WAYS.assign(h=[0.2, 0.4, np.inf, np.nan]))
    with pytest.raises(MethodError, match="Kolom jenis kosong pada baris undian"):
        compare(WAYS.assign(jenis=[None, "a", "a", "a"]), kinds="jenis")
    with pytest.raises(MethodError, match="4 baris tidak muat"):
        compare(size_mm=(170, 20))


# Balance -------------------------------------------------------------------------------------


def test_differences_lose_their_sign_and_meet_the_line(assert_readable) -> None:
    fig = balance()
    (ax,) = panels(fig)
    assert dots(ax, BEFORE["markerfacecolor"]) == {0.0: 0.31, 1.0: 0.22, 2.0: 0.05}
    assert dots(ax, AFTER["color"]) == {0.0: 0.02, 1.0: 0.04}
    assert ax.get_xlim()[0] == 0
    words = assert_readable(fig)
    assert {"batas 0,1", "sebelum penyesuaian", "sesudah penyesuaian"} <= set(words)
    assert "batas 0,25" in assert_readable(balance(threshold=0.25, names=("awal", "akhir")))


def test_differences_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(MethodError, match="kolom b"):
        balance(BALANCE.drop(columns="b"))
    with pytest.raises(MethodError, match="kosong"):
        balance(BALANCE.iloc[:0])
    with pytest.raises(MethodError, match="umur"):
        balance(BALANCE.assign(a=[np.nan, 1, 1]))


# Shares --------------------------------------------------------------------------------------


def test_bars_reach_from_zero_to_the_share(assert_readable) -> None:
    fig = shares()
    (ax,) = panels(fig)
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [bar.get_x() + bar.get_width() for bar in bars] == pytest.approx([23.45, -1.2, 77.75])
    assert all(bar.get_x() == 0 for bar in bars)
    assert spans(ax, 1.0) == [(18, 29), (-3, 0.5), (70, 82)]
    words = assert_readable(fig)
    assert {"23,5", "−1,2", "77,8", "selang kepercayaan"} <= set(words)


def test_shares_without_intervals(assert_readable) -> None:
    words = assert_readable(shares(SHARES.assign(l=np.nan, h=np.nan), decimals=0))
    assert "selang kepercayaan" not in words
    assert {"23", "−1", "78"} <= set(words)
    with pytest.raises(MethodError, match="umur"):
        shares(SHARES.assign(bagian=[1, np.nan, 2]))
    with pytest.raises(MethodError, match="kosong"):
        shares(SHARES.iloc[:0])


# Programmes ----------------------------------------------------------------------------------


def test_each_measure_has_its_panel(assert_readable) -> None:
    fig = reach(total={"cakupan": 44.4})
    first, second = panels(fig)
    assert list(dots(first).values()) == pytest.approx([51.2, 82, 37])
    assert dots(second) == pytest.approx({0: 29, 1: 33, 2: 49, 3: 68.4})
    assert dots(first, "white") == {2.0: 37.0}  # a register has no interval
    assert spans(first, DOT["linewidth"]) == [(43, 59), (76, 89)]
    assert first.get_xlim() == (0, 100)
    assert second.get_xlim()[0] == 0
    words = assert_readable(fig)
    assert {*MEASURES.values(), "51%", "68%", "tidak ditampilkan", "semua 44,4%"} <= set(words)
    assert words.count("PKH") == 1


def test_a_hidden_estimate_leaves_no_trace(assert_same_bytes) -> None:
    other = REACH.copy()
    other.loc[3, ["cakupan_bawah_pct", "cakupan_atas_pct"]] = [20.0, 30.0]
    assert_same_bytes(reach(), reach(other))


def test_long_headings_and_three_measures(assert_readable) -> None:
    table = REACH.rename(columns=lambda name: name.replace("bocor", "lain")).join(
        REACH.filter(like="bocor")
    )
    measures = {**MEASURES, "lain": "Rumah tangga yang layak tetapi tidak tercatat dalam daftar"}
    words = assert_readable(reach(table, measures=measures))
    assert "Penerima yang tidak berhak (%)" in words


def test_percentages_that_are_none_are_refused() -> None:
    with pytest.raises(MethodError, match="bocor_atas_pct"):
        reach(REACH.drop(columns="bocor_atas_pct"))
    with pytest.raises(MethodError, match="kosong"):
        reach(REACH.iloc[:0])
    with pytest.raises(MethodError, match="bocor pada baris Sembako"):
        reach(REACH.assign(bocor_pct=[1, 133, 1, 1]))
    with pytest.raises(MethodError, match="cakupan pada baris PKH"):
        reach(REACH.assign(cakupan_bawah_pct=[60, 76, np.nan, np.nan]))
    with pytest.raises(MethodError, match="satu sampai tiga"):
        reach(measures={})
    with pytest.raises(MethodError, match="biaya"):
        reach(total={"biaya": 1.0})
    with pytest.raises(MethodError, match="tidak muat"):
        reach(size_mm=(170, 20))


def test_one_accent_colour() -> None:
    for fig in (compare(), balance(), shares(), reach()):
        lines = [line for ax in panels(fig) for line in ax.lines]
        colours = {line.get_color() for line in lines if line.get_marker() == "o"}
        assert colours <= {ACCENT, BEFORE["color"]}
