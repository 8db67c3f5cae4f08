"""Axes as a reader of the brief expects them: Indonesian numbers, whole years, named line ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, Formatter, MaxNLocator

from kajian.drawing.style import MM_PER_POINT, MUTED, PALE, SMALL, page_mm, text_mm
from kajian.errors import MethodError
from kajian.language import format_number

YEAR_MM = 7.0  # room of one year on an axis
LINE_MM = 3.4  # from one line of small text to the next
TICK_STEPS = (1, 2, 2.5, 5, 10)


class NumberTicks(Formatter):
    """Tick labels with decimal comma, with as many decimals as the step between ticks needs."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Write all ticks of an axis."""
        steps = np.abs(np.diff(np.asarray(values, dtype=float)))
        step = float(steps.min()) if steps.size else 1.0
        decimals = next((d for d in range(6) if abs(step - round(step, d)) <= 1e-6 * step), 6)
        return [format_number(value, decimals) for value in values]

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Write one tick on its own."""
        return self.format_ticks([0.0, x])[1]


class YearTicks(Formatter):
    """Tick labels for whole years: no thousand dot, nothing between years."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Write one tick."""
        return f"{x:.0f}" if abs(x - round(x)) < 1e-6 else ""


def number_ticks(axis: Axis, ticks: int) -> None:
    """Write round numbers along an axis, about as many as asked for."""
    axis.set_major_locator(MaxNLocator(ticks, steps=TICK_STEPS))
    axis.set_major_formatter(NumberTicks())


def guide(ax: Axes, ticks: int = 5) -> None:
    """Write numbers below an axis, with faint guides up through the rows."""
    number_ticks(ax.xaxis, ticks)
    ax.grid(axis="x", color=PALE, linewidth=0.7)
    ax.set_axisbelow(True)


def year_axis(ax: Axes, years: Iterable[int], *, pad: float = 0.3) -> None:
    """Write years below an axis: as many as fit, with both ends where an even step allows."""
    span = list(years)
    first, last = int(min(span)), int(max(span))
    room = ax.get_position().width * _page(ax)[0] / YEAR_MM
    fitting = [step for step in range(1, last - first + 1) if (last - first) / step <= room] or [1]
    even = [step for step in fitting if (last - first) % step == 0]
    step = even[0] if even and (last - first) / even[0] >= 3 else fitting[0]
    ax.set_xlim(first - pad, last + pad)
    ax.xaxis.set_major_locator(FixedLocator(list(range(last, first - 1, -step))[::-1]))
    ax.xaxis.set_major_formatter(YearTicks())


def value_axis(ax: Axes, label: str, *, ticks: int = 5, rise: float = 3.0) -> None:
    """Write a vertical axis: numbers without a spine, faint guides, the name above it, level."""
    number_ticks(ax.yaxis, ticks)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color=PALE, linewidth=0.7)
    ax.set_axisbelow(True)
    left = ax.get_position().x0 * _page(ax)[0]
    ax.annotate(
        label,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-min(left - 0.5, 8) / MM_PER_POINT, rise / MM_PER_POINT),
        textcoords="offset points",
        fontsize=SMALL,
        fontweight=600,
    )


def end_labels(ax: Axes, heights: Mapping[str, float], colours: Mapping[str, str]) -> None:
    """Write names to the right of an axis at their line's last value, moved apart if need be."""
    low, high = ax.get_ylim()
    axis_mm = ax.get_position().height * _page(ax)[1]
    gap = LINE_MM * (high - low) / axis_mm
    for name, y in zip(heights, spread(list(heights.values()), gap), strict=True):
        ax.annotate(
            name,
            (1, y),
            xycoords=ax.get_yaxis_transform(),
            xytext=(3, 0),
            textcoords="offset points",
            va="center_baseline",
            color=colours[name],
            fontweight=400 if colours[name] == MUTED else 600,
            annotation_clip=False,
        )


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move labels apart until neighbours stand at least ``gap`` from each other, keeping order.

    Labels that touch form a block centred on the mean of where its members want to be.
    """
    order = np.argsort(positions, kind="stable")
    blocks: list[list[float]] = []
    for position in np.asarray(positions, dtype=float)[order]:
        blocks.append([position])
        while len(blocks) > 1 and _bottom(blocks[-1], gap) - _top(blocks[-2], gap) < gap - 1e-12:
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [_bottom(block, gap) + i * gap for block in blocks for i in range(len(block))]
    result = np.empty(len(placed))
    result[order] = placed
    return [float(y) for y in result]


def _bottom(block: list[float], gap: float) -> float:
    return float(np.mean(block)) - gap * (len(block) - 1) / 2


def _top(block: list[float], gap: float) -> float:
    return float(np.mean(block)) + gap * (len(block) - 1) / 2


def wrap(text: str, width_mm: float, size: float = SMALL, weight: int = 400) -> str:
    """Break a text into lines that are no wider than ``width_mm`` where its words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_mm(longer, size, weight)[0] <= width_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _page(ax: Axes) -> tuple[float, float]:
    fig = ax.get_figure(root=True)
    assert isinstance(fig, Figure)
    return page_mm(fig)


def require(table: pd.DataFrame, columns: Sequence[Hashable]) -> None:
    """Refuse a table that is empty or lacks a column."""
    absent = [column for column in columns if column not in table.columns]
    if absent or table.empty:
        raise MethodError(
            f"Tabel untuk gambar kosong atau tanpa kolom {', '.join(map(str, absent or columns))}. "
            f"Perbaikan: sediakan kolom {', '.join(map(str, columns))}."
        )
