"""Winners and losers: one bar per unit, to the right where it gains and to the left where not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kajian.drawing.axes import require
from kajian.drawing.columns import (
    EDGE_MM,
    GAP_MM,
    column_axes,
    columns_of,
    margin_of,
    name_rows,
    page_height,
)
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    INK,
    MUTED,
    PALE,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

GAIN, LOSS = ACCENT, "#e9a879"  # half as light, and as light again
ROW_MM = 3.3
BAR = 0.62  # of a row
TOP_MM = 6.0
FOOT_MM = 5.5
BOX_MM = (4.0, 2.4)
UNKNOWN = "tanpa data"


def change_chart(
    table: pd.DataFrame,
    *,
    name: str,
    change: str,
    group: str | None = None,
    xlabel: str,
    decimals: int = 0,
    gain_label: str = "bertambah",
    loss_label: str = "berkurang",
    net_label: str | None = None,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw what every unit gains or loses, the largest gain of each group on top.

    Parameters
    ----------
    table
        One row per unit; more than 20 rows stand in two columns.
    name, change
        Columns of the name and of the gain (positive) or loss (negative), missing allowed.
    group
        Column of the group (kecamatan), in the order of whose first rows the groups stand.
    xlabel
        Quantity and unit, such as ``"Perubahan belanja modal (juta rupiah)"``.
    decimals
        Decimals of the numbers at the bars.
    gain_label, loss_label
        Words of the legend; they are followed by the number of units.
    net_label
        With this word the sum of each group stands beside its name.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column is missing, no unit has a number, or the rows do not fit the page.
    """
    require(table, [name, change, *([group] if group else [])])
    if not np.isfinite(table[change].to_numpy(float)).any():
        raise MethodError(f"Kolom {change} kosong. Perbaikan: isi perubahan setiap wilayah.")
    order = pd.factorize(table[group])[0] if group else np.zeros(len(table))
    numbers = table[change].to_numpy(float)
    rows = table.iloc[np.lexsort((table[name].astype(str), -numbers, order))]
    slots = columns_of(rows, name, group)
    width = size_mm[0] if size_mm else FULL_MM
    height = page_height(slots, len(rows), ROW_MM, TOP_MM + FOOT_MM, size_mm)
    exact = rows[change].to_numpy(float)
    values = np.where(exact.round(decimals) == 0, 0.0, exact)  # as it is printed
    nets = _nets(rows[group], exact, net_label, decimals) if group and net_label else {}
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        margin = margin_of(rows[name], slots)
        page.text((margin + width - EDGE_MM) / 2, 1.2, xlabel, ha="center")
        counts = {gain_label: (values > 0).sum(), loss_label: (values < 0).sum()}
        _explain(page, counts, width, height - TOP_MM / 2)
        axes = column_axes(fig, slots, margin, FOOT_MM, TOP_MM)
        bar_mm = (width - GAP_MM * (slots.columns - 1)) / slots.columns - margin - EDGE_MM
        limits = _limits(values, decimals, bar_mm)
        longest = max(text_mm(words, weight=600)[0] for words in (UNKNOWN, *nets.values()))
        room = limits[1] * bar_mm / (limits[1] - limits[0])
        outward = 1 if room > longest + 1.6 else -1  # where words that are no bar stand
        for side, ax in enumerate(axes):
            ax.set_xlim(*limits)
            ax.xaxis.set_visible(False)
            ax.spines["bottom"].set_visible(False)
            own = slots.column == side
            _draw_bars(ax, values[own], slots.line[own], decimals, outward)
            name_rows(ax, list(rows[name]), slots, side, np.isnan(values))
            for column, line, text in slots.headings if nets else ():
                if column == side:
                    _beside(ax, nets[text], 0, line, outward, INK, 600)
        return finish(fig)


def _signed(value: float, decimals: int) -> str:
    """Write a change with its sign."""
    printed = round(value, decimals) + 0.0  # no minus before a zero
    return ("+" if printed > 0 else "") + format_number(printed, decimals)


def _limits(values: NDArray[np.float64], decimals: int, width: float) -> tuple[float, float]:
    """Return the ends of an axis with room for the number at the end of every bar."""
    known = values[np.isfinite(values)]
    words = np.array([text_mm(_signed(value, decimals))[0] + 1.6 for value in known])
    right = max([*words[known >= 0], 1.0])
    left = max([*words[known < 0], 1.0])
    low, high = min(0.0, known.min()), max(0.0, known.max())
    if width <= left + right:
        raise MethodError(
            "Gambar terlalu sempit untuk angka pada batangnya. "
            "Perbaikan: perlebar gambar, atau pakai satuan yang lebih besar."
        )
    per_mm = max(high - low, 1e-9) / (width - left - right)
    return low - left * per_mm, high + right * per_mm


def _draw_bars(
    ax: Axes, values: NDArray[np.float64], y: NDArray[np.float64], decimals: int, outward: int
) -> None:
    """Draw bars from zero, with their numbers beyond their ends."""
    ax.hlines(y, *ax.get_xlim(), color=PALE, linewidth=0.6, zorder=0)
    ax.barh(y, values, BAR, color=np.where(values >= 0, GAIN, LOSS), zorder=2)
    ax.axvline(0, color=INK, linewidth=0.8, zorder=3)
    for value, line in zip(values, y, strict=True):
        if np.isfinite(value):
            _beside(ax, _signed(value, decimals), value, line, -1 if value < 0 else 1, INK)
        else:
            _beside(ax, UNKNOWN, 0, line, outward, MUTED)


def _beside(
    ax: Axes, words: str, x: float, y: float, outward: int, colour: str, weight: int = 400
) -> None:
    """Write words at the right (1) or left (-1) of a place, over the guide of their row."""
    ax.annotate(
        words,
        (x, y),
        xytext=(2.2 * outward, 0),
        textcoords="offset points",
        ha="left" if outward > 0 else "right",
        va="center_baseline",
        color=colour,
        fontweight=weight,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.4},
    )


def _nets(
    groups: pd.Series, values: NDArray[np.float64], words: str, decimals: int
) -> dict[str, str]:
    """Return the sum of each group, in words."""
    sums = pd.Series(values).groupby(groups.astype(str).to_numpy()).sum()
    return {str(key): f"{words} {_signed(float(total), decimals)}" for key, total in sums.items()}


def _explain(page: Axes, counts: dict[str, int], width: float, y: float) -> None:
    """Draw the legend of the two colours, with how many units have each, on one line."""
    words = [f"{label} ({count})" for label, count in counts.items()]
    lengths = [BOX_MM[0] + 1.5 + text_mm(text)[0] for text in words]
    for text, colour, (x, _) in zip(words, (GAIN, LOSS), flow(lengths, GAP_MM, width), strict=True):
        page.add_patch(Rectangle((x + 0.5, y - BOX_MM[1] / 2), *BOX_MM, color=colour, linewidth=0))
        page.text(x + BOX_MM[0] + 2, y, text, va="center_baseline")
