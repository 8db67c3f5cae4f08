"""What an omitted variable would leave: values on their contour lines, benchmarks named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

from kajian import figures
from kajian.causal.sensitivity.bias import adjusted
from kajian.drawing.contour import ORIGIN, POINT
from kajian.drawing.style import ACCENT
from kajian.errors import MethodError

COVARIATES = {
    "pendidikan": (0.02, 0.05),
    "umur": (0.01, 0.008),
    "jenis_kelamin": (0.004, 0.012),
    "anggota": (0.03, 0.09),
    "tempat": (0.015, 0.02),
}


def grid(estimate: float = -0.21, std_error: float = 0.03, df: int = 900) -> pd.DataFrame:
    axis = np.linspace(0, 0.4, 41)
    left, _ = adjusted(estimate, std_error, df, axis[None, :], axis[:, None])
    x, y = np.meshgrid(axis, axis)
    return pd.DataFrame({"r2_dz_x": x.ravel(), "r2_yz_dx": y.ravel(), "estimate": left.ravel()})


@pytest.fixture
def bounds() -> pd.DataFrame:
    rows = [
        (name, multiple, multiple * x, multiple * y, 0.0)
        for name, (x, y) in COVARIATES.items()
        for multiple in (1.0, 2.0, 3.0)
    ]
    return pd.DataFrame(rows, columns=["term", "multiple", "r2_dz_x", "r2_yz_dx", "estimate"])


def contours(fig: Figure) -> tuple[QuadContourSet, dict[float, str]]:
    """The lines of the chart, with the colour of each level."""
    drawn = [each for ax in fig.axes for each in ax.collections]
    (found,) = (each for each in drawn if isinstance(each, QuadContourSet))
    colours = [to_hex(colour) for colour in found.get_edgecolor()]
    return found, dict(zip(found.levels.tolist(), colours, strict=True))


def test_lines_stand_where_the_estimate_has_their_value(bounds) -> None:
    fig = figures.sensitivity_contour(grid(), bounds, estimate=-0.21)
    drawn, colours = contours(fig)
    assert [level for level, colour in colours.items() if colour == ACCENT] == [0.0]
    for level, parts in zip(drawn.levels, drawn.allsegs, strict=True):
        x, y = np.vstack(parts).T / 100
        left, _ = adjusted(-0.21, 0.03, 900, x, y)
        # Lines are straight within a cell of one percent; the estimate bends there.
        np.testing.assert_allclose(left, level, atol=0.004)


def test_benchmarks_and_the_estimate_are_drawn_and_named(bounds, assert_readable) -> None:
    fig = figures.sensitivity_contour(grid(), bounds, estimate=-0.21)
    words = assert_readable(fig)
    names = [name.replace("_", " ") for name in COVARIATES]
    assert {f"1x, 2x, 3x {name}" for name in names} <= set(words)
    assert {"nol", "taksiran −0,21", "taksiran tersisa"} <= set(words)
    ax = fig.axes[0]
    spots = {
        marker: np.vstack([line.get_xydata() for line in ax.lines if line.get_marker() == marker])
        for marker in (POINT["marker"], ORIGIN["marker"])
    }
    np.testing.assert_allclose(spots["o"], [[0, 0]])
    found = {tuple(point) for point in spots["D"].round(6)}
    wanted = (100 * bounds[["r2_dz_x", "r2_yz_dx"]].to_numpy()).round(6)
    assert found == {tuple(point) for point in wanted}


def test_single_multiples_and_estimates_of_any_size(bounds, assert_readable) -> None:
    one = bounds[bounds["multiple"] == 2].assign(multiple=2.5)
    words = assert_readable(figures.sensitivity_contour(grid(1234, 300, 50), one, estimate=1234))
    assert "2,5x pendidikan" in words
    assert "taksiran 1.234" in words


def test_zero_out_of_reach_and_no_benchmarks(bounds, assert_readable) -> None:
    far = figures.sensitivity_contour(grid(5.0, 0.01), bounds.iloc[:0], estimate=5.0)
    assert ACCENT not in contours(far)[1].values()
    words = assert_readable(far)
    assert "nol" not in words
    assert not any("patokan" in word for word in words)


def test_rows_in_any_order_give_the_same_bytes(bounds, assert_same_bytes) -> None:
    table = grid()
    shuffled = table.sample(frac=1, random_state=2)
    assert_same_bytes(
        figures.sensitivity_contour(table, bounds, estimate=-0.21),
        figures.sensitivity_contour(shuffled, bounds, estimate=-0.21),
    )


def test_bad_tables_are_refused(bounds) -> None:
    table = grid()

    def draw(grid_: pd.DataFrame, bounds_: pd.DataFrame, **options) -> Figure:
        return figures.sensitivity_contour(grid_, bounds_, estimate=-0.21, **options)

    with pytest.raises(MethodError, match="estimate"):
        draw(table.drop(columns="estimate"), bounds)
    with pytest.raises(MethodError, match="kosong"):
        draw(table.iloc[:0], bounds)
    with pytest.raises(MethodError, match="tidak lengkap"):
        draw(table.iloc[1:], bounds)
    with pytest.raises(MethodError, match="berulang"):
        draw(pd.concat([table, table]), bounds)
    with pytest.raises(MethodError, match="di luar 0 sampai 1"):
        draw(table.assign(r2_dz_x=100 * table["r2_dz_x"]), bounds)
    with pytest.raises(MethodError, match="tanpa kolom multiple"):
        draw(table, bounds.drop(columns="multiple"))
    with pytest.raises(MethodError, match="anggota di luar kisi"):
        draw(table, bounds.assign(r2_yz_dx=5 * bounds["r2_yz_dx"] * (bounds["term"] == "anggota")))
    with pytest.raises(MethodError, match="tidak muat"):
        draw(table, bounds, size_mm=(60, 45))
