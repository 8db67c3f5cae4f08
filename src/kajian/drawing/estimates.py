"""Charts of estimates: coefficients with several intervals, and a synthetic control."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian.drawing.axes import end_labels, number_ticks, value_axis, wrap, year_axis
from kajian.drawing.style import (
    ACCENT,
    BODY,
    FULL_MM,
    INK,
    LINE,
    MUTED,
    SHADE,
    SMALL,
    add_axes,
    finish,
    new_figure,
    page_mm,
    text_mm,
    theme,
)
from kajian.errors import MethodError

ESTIMATE_COLUMNS = ("label", "estimate", "conf_low", "conf_high", "mde", "method")


def coefficient_plot(
    estimates: pd.DataFrame,
    *,
    xlabel: str = "",
    undetectable: str = "tak terdeteksi: efek sebenarnya di dalam pita ini mudah terlewat (< MDE)",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw each term in a panel with its own scale, one interval per method of inference.

    The band from minus to plus the minimum detectable effect is shaded: a true effect
    inside it is likely to be missed by this design.

    Parameters
    ----------
    estimates
        Columns ``label`` (term), ``estimate``, ``conf_low``, ``conf_high``, ``mde`` (positive,
        same unit, missing where not stated) and ``method``; one row per term and method.
        Terms and methods are drawn in the order in which they first appear.
    xlabel
        Unit of all terms, written once below the panels.
    undetectable
        What the shaded band means.
    size_mm
        Width and height on paper; by default full width and as high as the methods need.

    Raises
    ------
    MethodError
        When a column is missing, or a term has two rows for one method.
    """
    absent = [column for column in ESTIMATE_COLUMNS if column not in estimates.columns]
    if absent or estimates.empty or estimates.duplicated(["label", "method"]).any():
        raise MethodError(
            f"Tabel taksiran kosong, berganda, atau tanpa kolom {', '.join(absent) or '-'}. "
            "Perbaikan: sediakan satu baris per label dan method dengan kolom "
            f"{', '.join(ESTIMATE_COLUMNS)}."
        )
    terms, methods = estimates["label"].unique(), list(estimates["method"].unique())
    shaded = bool(estimates["mde"].notna().any())
    foot = 6 + (4 if xlabel else 0) + (5 if shaded else 0)
    width, height = size_mm or (FULL_MM, 6.5 * len(methods) + foot + 12)
    with theme():
        fig = new_figure(width, height)
        margin = max(text_mm(method)[0] for method in methods) + 4
        panel = (width - margin) / len(terms)
        titles = [wrap(term, panel - 5, BODY, 600) for term in terms]
        top = 3.7 * max(title.count("\n") + 1 for title in titles) + 2
        for i, term in enumerate(terms):
            ax = add_axes(fig, margin + i * panel, foot, (len(terms) - 1 - i) * panel + 4, top)
            rows = estimates[estimates["label"] == term]
            _draw_term(ax, rows, methods)
            ax.set_title(titles[i], loc="left", pad=4)
            ax.set_yticks(range(len(methods)), methods if i == 0 else [""] * len(methods))
        if xlabel:
            fig.text(
                (margin + (width - margin) / 2) / width, (foot - 8.5) / height, xlabel, ha="center"
            )
        if shaded:
            _band_key(fig, margin / width, 1.2 / height, undetectable)
        return finish(fig)


def _draw_term(ax: Axes, rows: pd.DataFrame, methods: list[str]) -> None:
    """Draw the intervals of one term; the first method is accented."""
    numbers = rows[["estimate", "conf_low", "conf_high", "mde"]].to_numpy(float)
    for method, (estimate, low, high, mde) in zip(rows["method"], numbers, strict=True):
        y = methods.index(method)
        colour, width, size = (ACCENT, 2.2, 5.0) if y == 0 else (MUTED, 1.4, 4.0)
        if np.isfinite(mde):
            corner, extent = (-mde, y - 0.5), (2 * mde, 1.0)
            ax.add_patch(Rectangle(corner, *extent, color=SHADE, linewidth=0, zorder=0))
        ax.hlines(y, low, high, color=colour, linewidth=width)
        ax.plot(estimate, y, "o", color=colour, markersize=size)
    low, high = (
        np.nanmin([*numbers[:, 1], *-numbers[:, 3], 0]),
        np.nanmax([*numbers[:, 2:].ravel(), 0]),
    )
    pad = 0.04 * (high - low)
    ax.set(xlim=(low - pad, high + pad), ylim=(len(methods) - 0.5, -0.5))
    ax.axvline(0, color=INK, linewidth=0.7, zorder=1)
    ax.spines["left"].set_visible(False)
    number_ticks(ax.xaxis, 4)


def _band_key(fig: Figure, left: float, bottom: float, label: str) -> None:
    """Name the shaded band on a line of its own at the foot of the page."""
    width, height = page_mm(fig)
    swatch = Rectangle(
        (left, bottom), 5 / width, 2.6 / height, facecolor=SHADE, edgecolor=LINE, linewidth=0.5
    )
    fig.add_artist(swatch)
    fig.text(left + 6.5 / width, bottom + 0.4 / height, label, color=INK, fontsize=SMALL)


def synthetic_paths(
    actual: pd.Series,
    synthetic: pd.Series,
    placebo_gaps: pd.DataFrame,
    *,
    start: int,
    unit_label: str,
    ylabel: str,
    synthetic_label: str = "kontrol sintetis",
    gap_label: str = "Selisih (persen poin)",
    size_mm: tuple[float, float] = (FULL_MM, 68.0),
) -> Figure:
    """Draw a unit beside its synthetic control, and its gap among the placebo gaps.

    Parameters
    ----------
    actual, synthetic
        Value of the unit and of its synthetic control, indexed by year.
    placebo_gaps
        Gap (value minus synthetic control) of every placebo unit; rows are units, columns years.
    start
        First year of the treated period.
    unit_label, synthetic_label
        Names written at the end of the two lines.
    ylabel, gap_label
        Quantity and unit of the left and of the right panel.
    size_mm
        Width and height on paper.

    Raises
    ------
    MethodError
        When the series do not share their years or ``start`` lies outside them.
    """
    years = pd.RangeIndex(int(actual.index.min()), int(actual.index.max()) + 1)
    if not actual.index.equals(synthetic.index) or not years.min() < start <= years.max():
        raise MethodError(
            f"Deret {unit_label} dan kontrol sintetisnya berbeda tahun, atau tahun mulai {start} "
            "di luar deret. Perbaikan: pakai tahun yang sama untuk keduanya dan mulai di dalamnya."
        )
    actual, synthetic = actual.reindex(years), synthetic.reindex(years)
    placebo = placebo_gaps.T.reindex(years)
    gap = actual - synthetic
    names = (unit_label, synthetic_label)
    with theme():
        fig = new_figure(*size_mm)
        label = 3 + max(text_mm(name, weight=600)[0] for name in names)
        placebo_name, half = "plasebo", size_mm[0] / 2
        left = add_axes(fig, 8, 6, half + label, 11)
        left.plot(years, synthetic, color=INK, linewidth=1.3, linestyle=(0, (3, 1.6)))
        left.plot(years, actual, color=ACCENT, linewidth=2)
        end_labels(
            left,
            {unit_label: actual.dropna().iloc[-1], synthetic_label: synthetic.dropna().iloc[-1]},
            {unit_label: ACCENT, synthetic_label: INK},
        )
        right = add_axes(fig, half + 10, 6, label, 11)
        right.plot(years, placebo.to_numpy(), color=LINE, linewidth=0.7)
        right.axhline(0, color=INK, linewidth=0.6)
        right.plot(years, gap, color=ACCENT, linewidth=2)
        edge = placebo.ffill().iloc[-1]
        ends = {unit_label: gap.dropna().iloc[-1]}
        if not edge.empty:
            ends[placebo_name] = edge.iloc[(edge - ends[unit_label]).abs().argmax()]
        end_labels(right, ends, {unit_label: ACCENT, placebo_name: MUTED})
        for ax, words in ((left, ylabel), (right, gap_label)):
            year_axis(ax, years)
            value_axis(ax, words, rise=5.5)
            _mark_start(ax, start)
        return finish(fig)


def _mark_start(ax: Axes, start: int) -> None:
    """Draw the line between the last year before and the first year of the treated period."""
    ax.axvline(start - 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
    ax.annotate(
        f"sejak {start}",
        (start - 0.5, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        color=MUTED,
        fontsize=SMALL,
    )
