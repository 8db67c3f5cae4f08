"""Shares of a whole, with their intervals: one bar per factor, negative shares included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.mark_key import Mark
from kajian.drawing.one_column import numbers_of, row_figure, zero_axis
from kajian.drawing.style import ACCENT, INK, MM_PER_POINT, finish, mix, text_mm, theme
from kajian.language import format_number

BAR = mix(ACCENT, "#ffffff", 0.55)
BAR_PT = 7.5
INTERVAL: dict[str, Any] = {"color": INK, "linewidth": 1.0}


def share_bars(
    table: pd.DataFrame,
    *,
    label: str,
    share: str,
    low: str,
    high: str,
    xlabel: str,
    decimals: int = 1,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw the share of every factor as a bar with its interval, and write it beside.

    Parameters
    ----------
    table
        One row per factor, drawn from top to bottom as they stand.
    label, share, low, high
        Columns of the name, the share (percent, which may be negative) and the ends of its
        interval; both ends may be missing.
    xlabel
        Of what these are shares, and the unit.
    decimals
        Decimals of the written shares.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column or a share is missing, an interval is not one, or the rows do not fit the
        page.
    """
    numbers = numbers_of(table, label, (share, low, high))
    words = [format_number(number, decimals) for number in numbers[:, 0]]
    bars = {"color": BAR, "linewidth": BAR_PT, "solid_capstyle": "butt"}
    known = ~np.isnan(numbers[:, 1])
    marks = [Mark("bagian", bars)]
    marks += [Mark("selang kepercayaan", INTERVAL)] * bool(known.any())
    right = 3 + max(text_mm(word, weight=600)[0] for word in words)
    with theme():
        fig, ax, y = row_figure(
            [str(name) for name in table[label]],
            marks=marks,
            xlabel=xlabel,
            right_mm=right,
            size_mm=size_mm,
        )
        zero_axis(ax, numbers.ravel())
        ax.barh(y, numbers[:, 0], height=0.56, color=BAR, linewidth=0, zorder=2)
        ax.hlines(y[known], *numbers[known, 1:].T, **INTERVAL, zorder=3)
        for word, row in zip(words, y, strict=True):
            ax.annotate(
                word,
                (1, row),
                xycoords=ax.get_yaxis_transform(),
                xytext=((right - 0.5) / MM_PER_POINT, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                fontweight=600,
                annotation_clip=False,
            )
        return finish(fig)
