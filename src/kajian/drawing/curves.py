"""Charts of few curves, each named beside itself: Lorenz curves and sensitivity to a cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kajian.drawing.axes import number_ticks, require, value_axis
from kajian.drawing.curve_names import Curve, name_curves
from kajian.drawing.style import (
    ACCENT,
    CONTRAST,
    HALF_MM,
    INK,
    MUTED,
    add_axes,
    finish,
    mix,
    new_figure,
    theme,
)
from kajian.errors import MethodError

LOOKS: tuple[dict[str, Any], ...] = (
    {"color": ACCENT, "linestyle": "-"},
    {"color": CONTRAST, "linestyle": (0, (3.2, 1.4))},
    {"color": INK, "linestyle": (0, (1, 1.3))},
    {"color": MUTED, "linestyle": (0, (4, 1.3, 1, 1.3))},
)
EQUALITY = "pemerataan sempurna"


def lorenz_chart(
    curves: pd.DataFrame,
    *,
    curve: str = "curve",
    population: str = "population",
    share: str = "share",
    low: str | None = None,
    high: str | None = None,
    xlabel: str = "Penduduk, dari yang termiskin (persen)",
    ylabel: str = "Bagian kumulatif (persen)",
    size_mm: tuple[float, float] = (HALF_MM, HALF_MM),
) -> Figure:
    """Draw Lorenz or concentration curves below, or above, the line of perfect equality.

    Parameters
    ----------
    curves
        Long table, one row per curve and point; at most four curves, in the order in which they
        first appear.
    curve
        Column with the name that is written beside the curve.
    population, share
        Columns of the cumulative shares of the population and of the quantity, 0 to 1.
    low, high
        Columns of a pointwise band around the share.
    xlabel, ylabel
        Who is lined up, and what is summed.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing, a share is missing or outside 0 to 1, a population does not
        rise, or there are more than four curves.
    """
    band = [column for column in (low, high) if column]
    require(curves, [curve, population, share, *band])
    numbers = curves[[population, share]].to_numpy(float)
    parts = {str(name): rows for name, rows in curves.groupby(curve, sort=False)}
    falling = [n for n, rows in parts.items() if (np.diff(rows[population].to_numpy()) < 0).any()]
    outside = ~((numbers >= -1e-9) & (numbers <= 1 + 1e-9)).all(axis=1)
    if falling or outside.any():
        wrong = falling[0] if falling else curves[curve].iloc[int(np.argmax(outside))]
        raise MethodError(
            f"Kurva {wrong} tidak menaik, kosong, atau di luar 0 sampai 1. "
            "Perbaikan: urutkan menurut bagian penduduk dan pakai bagian 0 sampai 1."
        )
    _check_count(parts, "kurva")
    with theme():
        fig = new_figure(*size_mm)
        ax = add_axes(fig, 9, 9, 3, 6)
        ax.set(xlim=(0, 100), ylim=(0, 100), xlabel=xlabel)
        ax.plot([0, 100], [0, 100], color=MUTED, linewidth=0.7)
        value_axis(ax, ylabel)
        number_ticks(ax.xaxis, 5)
        drawn = []
        for look, (name, rows) in zip(LOOKS, parts.items(), strict=False):
            points = 100 * rows[[population, share]].to_numpy(float)
            ends = 100 * rows[band].to_numpy(float) if len(band) == 2 else None
            drawn.append(_draw(ax, Curve(name, points, look, ends)))
        name_curves(ax, drawn, diagonal=EQUALITY)
        return finish(fig)


def sensitivity_lines(
    table: pd.DataFrame,
    *,
    x: str,
    lines: Mapping[str, str],
    bands: Mapping[str, tuple[str, str]] | None = None,
    chosen: float | None = None,
    chosen_label: str = "batas yang dipakai",
    xlabel: str,
    ylabel: str,
    size_mm: tuple[float, float] = (HALF_MM, 58.0),
) -> Figure:
    """Draw how measures move with a cut-off, such as H and M0 with k.

    Parameters
    ----------
    table
        One row per value of the cut-off.
    x
        Column of the cut-off.
    lines
        Columns of at most four measures of one unit, with the names written beside them.
    bands
        For some of these the columns of the ends of a pointwise interval.
    chosen, chosen_label
        The cut-off that the study uses, an upright line, and its name.
    xlabel, ylabel
        Cut-off and quantity, with their units.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When a column is missing, the cut-off repeats, there are more than four lines, or the
        chosen cut-off is not in the table.
    """
    bands = bands or {}
    require(table, [x, *lines, *(column for ends in bands.values() for column in ends)])
    rows = table.sort_values(x)
    along = rows[x].to_numpy(float)
    outside = chosen is not None and not along[0] <= chosen <= along[-1]
    if (np.diff(along) <= 0).any() or outside:
        raise MethodError(
            f"Nilai {x} berulang, atau batas terpilih {chosen} di luar tabel. "
            "Perbaikan: sediakan satu baris per nilai batas, termasuk batas terpilih."
        )
    _check_count(lines, "garis")
    columns = [*lines, *(column for ends in bands.values() for column in ends)]
    top = float(np.nanmax(rows[columns].to_numpy(float)))
    with theme():
        fig = new_figure(*size_mm)
        ax = add_axes(fig, 9, 9, 3, 10 if chosen is not None else 6)
        pad = 0.03 * (along[-1] - along[0])
        ax.set(xlim=(along[0] - pad, along[-1] + pad), ylim=(0, 1.06 * top), xlabel=xlabel)
        value_axis(ax, ylabel, rise=6.5 if chosen is not None else 3.0)
        number_ticks(ax.xaxis, 6)
        drawn = []
        for look, (column, name) in zip(LOOKS, lines.items(), strict=False):
            points = rows[[x, column]].to_numpy(float)
            ends = rows[list(bands[column])].to_numpy(float) if column in bands else None
            drawn.append(_draw(ax, Curve(name, points, look, ends)))
            ax.plot(*points.T, "o", color=look["color"], markersize=3, zorder=3)
        taken = []
        if chosen is not None:
            ax.axvline(chosen, color=INK, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=2)
            _name_cutoff(ax, chosen, chosen_label)
            taken = [np.array([[chosen, 0.0], [chosen, 1.06 * top]])]
        name_curves(ax, drawn, taken)
        return finish(fig)


def _draw(ax: Axes, curve: Curve) -> Curve:
    """Draw a curve over its band."""
    x, y = curve.points.T
    if curve.band is not None:
        low, high = curve.band.T
        pale = mix(curve.look["color"], "#ffffff", 0.78)
        ax.fill_between(x, low, high, color=pale, linewidth=0, zorder=1)
    ax.plot(x, y, linewidth=1.7, zorder=3, clip_on=False, **curve.look)
    return curve


def _name_cutoff(ax: Axes, chosen: float, words: str) -> None:
    """Write the name of the upright line above it, towards the middle of the chart."""
    left = chosen < np.mean(ax.get_xlim())
    ax.annotate(
        words,
        (chosen, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-2 if left else 2, 2),
        textcoords="offset points",
        ha="left" if left else "right",
    )


def _check_count(curves: Mapping[str, object], what: str) -> None:
    if len(curves) > len(LOOKS):
        raise MethodError(
            f"{len(curves)} {what} dalam satu gambar tidak terbaca. "
            f"Perbaikan: pilih paling banyak {len(LOOKS)}."
        )
