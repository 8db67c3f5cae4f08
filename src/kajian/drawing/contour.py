"""What an omitted variable would leave of an estimate: contour lines, and benchmarks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kajian.drawing.axes import (
    TICK_STEPS,
    NumberTicks,
    end_labels,
    number_ticks,
    require,
    value_axis,
)
from kajian.drawing.contour_labels import place_beside
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.sheet import page_axes
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    INK,
    MUTED,
    add_axes,
    finish,
    new_figure,
    page_mm,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

FOOT_MM = 9.0
LINE_EVERY_MM = 9.0
LOWEST_MM = 2.2  # at the right edge; a contour line below that hugs the axes
HEADING, ZERO = "taksiran tersisa", "nol"
GREY = "#9aa4a9"
OF_TREATMENT = "Peubah terlewat menjelaskan … persen sisa perlakuan"
OF_OUTCOME = "Peubah terlewat menjelaskan … persen sisa hasil"
POINT: dict[str, Any] = {"marker": "D", "markersize": 4.0, "color": INK, "linestyle": ""}
ORIGIN: dict[str, Any] = {"marker": "o", "markersize": 6.0, "color": ACCENT, "linestyle": ""}


def sensitivity_contour(
    grid: pd.DataFrame,
    bounds: pd.DataFrame,
    *,
    estimate: float,
    decimals: int | None = None,
    xlabel: str = OF_TREATMENT,
    ylabel: str = OF_OUTCOME,
    size_mm: tuple[float, float] = (FULL_MM, 88.0),
) -> Figure:
    """Draw the estimate that is left, by how much an omitted variable explains.

    Parameters
    ----------
    grid
        One row per point of a full grid: ``r2_dz_x`` and ``r2_yz_dx`` (0 to 1), ``estimate``.
    bounds
        One row per benchmark: ``term``, ``multiple``, ``r2_dz_x``, ``r2_yz_dx``, ``estimate``; no
        rows where there is none. The multiples of one benchmark stand on a line from the origin.
    estimate
        The estimate without an omitted variable, a dot at the origin.
    decimals
        Of the written estimate; by default two figures.
    xlabel, ylabel
        What the axes show.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing, the grid is not full, its shares are not 0 to 1, a number is
        missing, a benchmark is outside the grid, or its name finds no room.
    """
    across, up, left_over = _matrix(grid)
    marks = _benchmarks(bounds, across, up)
    digits = _decimals(estimate) if decimals is None else decimals
    key = [Mark(f"taksiran {format_number(estimate, digits)}", ORIGIN)]
    key += [Mark("bila ada peubah terlewat sekuat patokan", POINT)] * bool(marks)
    top = key_height(key, size_mm[0]) + 6.5
    levels = _levels(up, left_over, size_mm[1] - top - FOOT_MM)
    heights = dict(zip(_words(list(levels)), levels.values(), strict=True))
    with theme():
        fig = new_figure(*size_mm)
        right = 3 + max(text_mm(word, weight=600)[0] for word in (*heights, HEADING))
        ax = add_axes(fig, 11, FOOT_MM, right, top)
        ax.set(xlim=(0, across[-1]), ylim=(0, up[-1]), xlabel=xlabel)
        value_axis(ax, ylabel)
        number_ticks(ax.xaxis, 8)
        ax.grid(visible=False)
        ax.spines["left"].set_visible(True)
        lines: list[NDArray[np.float64]] = []
        if levels:
            look: dict[str, Any] = {
                "colors": [ACCENT if level == 0 else GREY for level in levels],
                "linewidths": [2.2 if level == 0 else 0.8 for level in levels],
            }
            drawn = ax.contour(across, up, left_over, list(levels), linestyles="solid", **look)
            lines = [part for group in drawn.allsegs for part in group]
            end_labels(ax, heights, {word: ACCENT if word == ZERO else MUTED for word in heights})
            ax.annotate(
                HEADING, (1, 1), xycoords="axes fraction", xytext=(3, 8.5),
                textcoords="offset points", color=MUTED, annotation_clip=False,
            )  # fmt: skip
        for points in marks.values():
            ax.plot(*np.vstack([[0.0, 0.0], points]).T, color=INK, linewidth=0.6, zorder=3)
            ax.plot(*points.T, **POINT, clip_on=False, zorder=5)
        ax.plot(0, 0, **ORIGIN, clip_on=False, zorder=6)
        page = page_axes(fig)
        draw_mark_key(page, key, *size_mm)
        _write(ax, page, marks, lines)
        return finish(fig)


def _matrix(grid: pd.DataFrame) -> tuple[NDArray[np.float64], ...]:
    """Return both axes (percent) and the estimates, shape (up, across)."""
    columns = ["r2_dz_x", "r2_yz_dx", "estimate"]
    require(grid, columns)
    shares = grid[columns[:2]].to_numpy(float)
    if grid.duplicated(columns[:2]).any() or not ((shares >= 0) & (shares <= 1)).all():
        raise MethodError(
            "Kisi kepekaan berulang atau R2-nya di luar 0 sampai 1. "
            "Perbaikan: pakai tabel dari contour_grid(...).tidy()."
        )
    wide = grid.pivot_table(index="r2_yz_dx", columns="r2_dz_x", values="estimate")
    if min(wide.shape) < 2 or wide.isna().to_numpy().any() or len(grid) != wide.size:
        raise MethodError(
            f"Kisi kepekaan {wide.shape[0]} x {wide.shape[1]} tidak lengkap. "
            "Perbaikan: sediakan setiap pasangan, sedikitnya dua nilai per sumbu."
        )
    return (
        100 * wide.columns.to_numpy(float),
        100 * wide.index.to_numpy(float),
        wide.to_numpy(float),
    )


def _benchmarks(
    bounds: pd.DataFrame, across: NDArray[np.float64], up: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return the points (percent) of every benchmark, the weakest first, by their words."""
    columns = ["term", "multiple", "r2_dz_x", "r2_yz_dx"]
    if absent := [column for column in columns if column not in bounds]:
        raise MethodError(
            f"Tabel patokan tanpa kolom {', '.join(absent)}. "
            f"Perbaikan: sediakan kolom {', '.join(columns)}."
        )
    x, y = 100 * bounds["r2_dz_x"].to_numpy(float), 100 * bounds["r2_yz_dx"].to_numpy(float)
    outside = ~((x >= 0) & (x <= across[-1]) & (y >= 0) & (y <= up[-1]))
    if outside.any():
        raise MethodError(
            f"Patokan {bounds['term'][outside].iloc[0]} di luar kisi. "
            "Perbaikan: perluas kisinya sampai memuat semua patokan."
        )
    rows = bounds.assign(x=x, y=y).sort_values("multiple", kind="stable")
    named = {}
    for term, own in rows.groupby("term", sort=False):
        multiples = ", ".join(f"{multiple:g}x".replace(".", ",") for multiple in own["multiple"])
        named[f"{multiples} {str(term).replace('_', ' ')}"] = own[["x", "y"]].to_numpy(float)
    return named


def _levels(
    up: NDArray[np.float64], left_over: NDArray[np.float64], height: float
) -> dict[float, float]:
    """Return round values, zero among them where it is reached, and their heights at the edge."""
    low, high = float(left_over.min()), float(left_over.max())
    locator = MaxNLocator(int(height / LINE_EVERY_MM), steps=TICK_STEPS)
    ticks = np.asarray(locator.tick_values(low, high))
    order = np.argsort(left_over[:, -1], kind="stable")
    found = {}
    for tick in ticks[(low < ticks) & (ticks < high)]:
        level = 0.0 if abs(tick) < 1e-9 * (high - low) else float(tick)
        at = float(np.interp(level, left_over[order, -1], up[order]))
        if level == 0 or at / up[-1] * height > LOWEST_MM:
            found[level] = at
    return found


def _words(levels: list[float]) -> list[str]:
    """Write the values of contour lines."""
    texts = NumberTicks().format_ticks(levels)
    return [ZERO if level == 0 else text for level, text in zip(levels, texts, strict=True)]


def _decimals(value: float) -> int:
    return int(np.clip(1 - np.floor(np.log10(abs(value))), 0, 5)) if value else 0


def _write(
    ax: Axes,
    page: Axes,
    named: dict[str, NDArray[np.float64]],
    lines: list[NDArray[np.float64]],
) -> None:
    """Write words beside the last of their points, with a thin line where they stand apart."""
    fig = ax.get_figure(root=True)
    assert isinstance(fig, Figure)
    page_size = np.array(page_mm(fig))
    x0, y0, wide, high = ax.get_position().bounds
    corner, size = np.array([x0, y0]) * page_size, np.array([wide, high]) * page_size
    scale = size / np.array([ax.get_xlim()[1], ax.get_ylim()[1]])
    spots = [points * scale + corner for points in named.values()]
    rays = [np.vstack([corner, points]) for points in spots]
    curves = [*rays, *(line * scale + corner for line in lines if len(line) > 1)]
    frame = (*(corner + 0.5), *(corner + size))
    for label in place_beside(spots, list(named), [shapely.linestrings(c) for c in curves], frame):
        if label.leader:
            page.plot(*np.transpose(label.leader), color=MUTED, linewidth=0.5)
        page.text(
            label.x, label.y, label.text, ha="center", va="center_baseline",
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.4},
        )  # fmt: skip
