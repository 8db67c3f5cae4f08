"""How often each member is on a list: every dot at its share, nobody left out unsaid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kajian import figures
from kajian.errors import MethodError

TABLE = pd.DataFrame(
    {
        "anggota": ["Jebres", "Sondakan", "Laweyan", "Joglo", "Gajahan", "Sewu", "Kemlayan"],
        "disarankan": [True, True, True, False, False, False, True],
        "bagian_pct": [100, 99.8, 62.5, 50, 4.2, 0, 0.2],
    }
)


def rows_axes(fig: Figure) -> Axes:
    return next(ax for ax in fig.axes if ax.axison)


def dots(fig: Figure) -> dict[str, tuple[float, bool]]:
    """Share of the dot beside each name, and whether it is filled."""
    ax = rows_axes(fig)
    names = dict(
        zip(ax.get_yticks(), (tick.get_text() for tick in ax.get_yticklabels()), strict=True)
    )
    return {
        names[y]: (x, line.get_markerfacecolor() != "white")
        for line in ax.lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def test_dots_are_true_and_filled_for_the_recommended(assert_readable) -> None:
    fig = figures.decision_chart(TABLE)
    drawn = TABLE[~TABLE["anggota"].isin(["Gajahan", "Sewu"])]
    expected = zip(drawn["anggota"], drawn["bagian_pct"], drawn["disarankan"], strict=True)
    assert dots(fig) == {name: (share, listed) for name, share, listed in expected}
    words = assert_readable(fig)
    for word in ("100%", ">99%", "63%", "<1%", "2 lainnya", "masing-masing paling banyak 5%"):
        assert word in words
    assert "di luar daftar itu" in words
    assert "tegas: sedikitnya 95%, atau paling banyak 5%" in words


def test_the_surest_stand_on_top_whatever_the_order_of_rows(assert_same_bytes) -> None:
    fig = figures.decision_chart(TABLE.iloc[::-1])
    names = [tick.get_text() for tick in rows_axes(fig).get_yticklabels()]
    assert names == ["Jebres", "Sondakan", "Laweyan", "Joglo", "Kemlayan", "2 lainnya"]
    assert_same_bytes(fig, figures.decision_chart(TABLE))


def test_the_firm_ends_follow_the_limit(assert_readable) -> None:
    fig = figures.decision_chart(TABLE, firm_pct=90)
    spans = sorted(
        (patch.get_x(), patch.get_x() + patch.get_width()) for patch in rows_axes(fig).patches
    )
    assert spans == [(0, 10), (90, 100)]
    assert "tegas: sedikitnya 90%, atau paling banyak 10%" in assert_readable(fig)


@pytest.mark.parametrize("width", [85, 174])
def test_narrow_and_wide_pages_hold_the_words(width: int, kelurahan, assert_readable) -> None:
    shares = np.linspace(100, 0, 24)
    table = pd.DataFrame({"anggota": kelurahan["nama"].iloc[:24], "bagian_pct": shares})
    assert_readable(
        figures.decision_chart(table.assign(disarankan=shares > 40), size_mm=(width, 120))
    )


def test_what_is_not_there_is_not_explained(assert_readable) -> None:
    words = assert_readable(figures.decision_chart(TABLE[TABLE["disarankan"]]))
    assert "di luar daftar itu" not in words
    assert not [word for word in words if "lainnya" in word]
    never = TABLE.assign(bagian_pct=[100, 100, 100, 0, 0, 0, 100])
    assert "tidak pernah masuk" in assert_readable(figures.decision_chart(never))


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"bagian_pct": np.nan}, {}, "tidak sah: pada baris Jebres"),
        ({"bagian_pct": 100.1}, {}, "tidak sah: pada baris Jebres"),
        ({"disarankan": "ya"}, {}, "tidak sah: pada baris Jebres"),
        ({}, {"firm_pct": 40}, "tidak sah: 40"),
        ({}, {"share": "bagian"}, "tanpa kolom bagian"),
        ({"disarankan": False, "bagian_pct": 1.0}, {}, "Daftar yang disarankan kosong"),
        ({}, {"size_mm": (170, 25)}, "6 baris tidak muat"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change: dict, options: dict, message: str) -> None:
    with pytest.raises(MethodError, match=message):
        figures.decision_chart(TABLE.assign(**change), **options)
