"""What a whole is made of: one bar of 100% per place, its parts named above the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kajian.drawing.axes import require
from kajian.drawing.part_names import name_lines
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import (
    FULL_MM,
    MUTED,
    SMALL,
    finish,
    new_figure,
    text_colour,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

COLOURS = ("#00606a", "#e9a879", "#8a949a", "#c9e3e0")  # told apart in grey
ROW_MM, BAR_MM = 6.2, 4.8
NAME_MM = 3.5  # from one line of names to the next
WHITE_MM = 0.35  # between parts
KEY_MM = 5.0
WHOLE_PP = 0.5  # by which the parts of a row may miss 100 percent, for rounding


def stacked_contributions(
    table: pd.DataFrame,
    *,
    label: str,
    parts: Mapping[str, str],
    dimensions: Mapping[str, str] | None = None,
    highlight: Collection[str] = (),
    decimals: int = 0,
    xlabel: str = "",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw the share of every part in the whole, one bar per place.

    Parameters
    ----------
    table
        One row per place, drawn from top to bottom as they stand.
    label
        Column with the name of the place.
    parts
        Columns with the shares (percent), which add up to 100 in every row, and the words that
        are written above the first bar.
    dimensions
        Dimension of each part, at most four; parts of a dimension stand together in one colour,
        which the legend names. Without it every part is a dimension of its own and needs none.
    highlight
        Places whose name is bold, such as the city.
    decimals
        Decimals of the numbers, which are written where they fit.
    xlabel
        What the whole is, written below the bars.
    size_mm
        Width and height on paper; by default full width and as high as the bars need.

    Raises
    ------
    MethodError
        When a column is missing, a share is missing or negative, the shares of a row do not add
        up to 100, there are more than four dimensions, or the bars do not fit the page.
    """
    require(table, [label, *parts])
    own = dict(dimensions) if dimensions else dict.fromkeys(parts, "")
    _check(table, label, parts, own)
    kinds = list(dict.fromkeys(own[part] for part in parts))
    order = sorted(parts, key=lambda part: kinds.index(own[part]))
    colours = [
        COLOURS[kinds.index(own[part]) if dimensions else i % len(COLOURS)]
        for i, part in enumerate(order)
    ]
    shares = table[order].to_numpy(float)
    starts = np.cumsum(shares, axis=1) - shares
    width = size_mm[0] if size_mm else FULL_MM
    left = max(text_mm(str(name), weight=600)[0] for name in table[label]) + 2.5
    bar = width - left - 1
    if bar < 40:
        raise MethodError(
            f"Batang 100% tidak muat pada lebar {width:.0f} mm. "
            "Perbaikan: perlebar gambar atau singkat nama wilayahnya."
        )
    middles = left + (starts[0] + shares[0] / 2) / 100 * bar
    names = [parts[part] for part in order]
    spots = name_lines(names, middles, (left - 1, width - 1))
    head = NAME_MM * (1 + max(line for _, line in spots)) + 1.6
    foot = (4.6 if xlabel else 0.5) + (KEY_MM if dimensions else 0)
    least = head + foot + ROW_MM * len(table)
    height = size_mm[1] if size_mm else least
    row = (height - head - foot) / len(table)
    if row < 3.6:
        raise MethodError(
            f"{len(table)} batang tidak muat pada gambar setinggi {height:.0f} mm. "
            f"Perbaikan: pakai tinggi sekitar {least:.0f} mm."
        )
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        top = height - head
        _write_names(page, names, middles, spots, top)
        for i, name in enumerate(table[label]):
            y = top - row * (i + 0.5)
            weight = 600 if name in set(highlight) else 400
            look: dict[str, Any] = {"ha": "right", "va": "center_baseline", "fontweight": weight}
            page.text(left - 1.5, y, str(name), **look)
            thick = BAR_MM * min(row / ROW_MM, 1)
            _draw_bar(page, left + starts[i] / 100 * bar, shares[i] / 100 * bar, y, thick, colours)
            _write_shares(page, left + starts[i] / 100 * bar, shares[i], bar, y, colours, decimals)
        if xlabel:
            page.text(left + bar / 2, foot - 3.6, xlabel, ha="center")
        if dimensions:
            _explain(page, kinds, width)
        return finish(fig)


def _check(
    table: pd.DataFrame, label: str, parts: Mapping[str, str], dimensions: Mapping[str, str]
) -> None:
    """Refuse shares that are no shares, and dimensions that are unknown or too many."""
    shares = table[list(parts)].to_numpy(float)
    wrong = ~(shares >= 0).all(axis=1) | (np.abs(shares.sum(axis=1) - 100) > WHOLE_PP)
    if wrong.any():
        raise MethodError(
            f"Bagian pada baris {table[label][wrong].iloc[0]} kosong, negatif, atau tidak "
            "berjumlah 100 persen. Perbaikan: hitung bagian tiap indikator terhadap jumlahnya."
        )
    lost = [part for part in parts if part not in dimensions]
    count = len(set(dimensions.values()))
    if lost or count > len(COLOURS):
        raise MethodError(
            f"Ada {count} dimensi, dan indikator tanpa dimensi: {', '.join(lost) or '-'}. "
            f"Perbaikan: beri setiap indikator satu dari paling banyak {len(COLOURS)} dimensi."
        )


def _draw_bar(
    page: Axes,
    starts: NDArray[np.float64],
    lengths: NDArray[np.float64],
    y: float,
    thick: float,
    colours: Sequence[str],
) -> None:
    """Draw the parts of one bar with a little white between them."""
    for start, length, colour in zip(starts, lengths, colours, strict=True):
        visible = max(length - WHITE_MM, min(length, 0.1))
        page.add_patch(Rectangle((start, y - thick / 2), visible, thick, color=colour, linewidth=0))


def _write_shares(
    page: Axes,
    starts: NDArray[np.float64],
    shares: NDArray[np.float64],
    bar: float,
    y: float,
    colours: Sequence[str],
    decimals: int,
) -> None:
    """Write the number of each part where it fits."""
    for start, share, colour in zip(starts, shares, colours, strict=True):
        words, length = format_number(share, decimals), share / 100 * bar
        if text_mm(words)[0] + 1.2 <= length:
            look: dict[str, Any] = {
                "ha": "center",
                "va": "center_baseline",
                "color": text_colour(colour),
            }
            page.text(start + (length - WHITE_MM) / 2, y, words, **look)


def _write_names(
    page: Axes,
    names: Sequence[str],
    middles: NDArray[np.float64],
    spots: Sequence[tuple[float, int]],
    top: float,
) -> None:
    """Write the names of the parts above the first bar, with a line down to each."""
    for name, x, (left, line) in zip(names, middles, spots, strict=True):
        y = top + 1.4 + NAME_MM * line
        page.plot([x, x], [top - 0.5, y - 0.4], color=MUTED, linewidth=0.5)
        page.text(left, y + 0.4, name, fontsize=SMALL)


def _explain(page: Axes, kinds: Sequence[str], width: float) -> None:
    """Draw the legend of the dimensions at the foot of the page."""
    lengths = [5.5 + text_mm(kind)[0] for kind in kinds]
    for kind, colour, (x, _) in zip(kinds, COLOURS, flow(lengths, 4.0, width), strict=False):
        page.add_patch(Rectangle((x + 0.5, 1.0), 4.0, 2.4, color=colour, linewidth=0))
        page.text(x + 6, 2.2, kind, va="center_baseline")
