"""Marks of an estimate by how precise it is: dots, pale intervals, words; told apart in grey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from kajian.drawing.style import ACCENT, CONTRAST, INK, LINE, MUTED, PALE
from kajian.errors import MethodError
from kajian.mapping.survey.result import LABELS

SHOWN, CAUTION, WITHHELD, UNSAMPLED = LABELS
MEANING: Mapping[str, str] = MappingProxyType(
    {
        SHOWN: "dugaan dan selang kepercayaannya",
        CAUTION: "hati-hati: dugaan kasar",
        WITHHELD: "tidak ditampilkan: terlalu kasar, hanya selangnya",
    }
)
TRUTH, CUT = "truth", "cut"  # marks of the legend besides these kinds
CUT_MEANING = "selang berlanjut di luar gambar"

GLYPH_MM = 7.0  # of a mark in the legend
TICK_MM = 1.5  # but of the truth's
WORDS_MM = 1.5  # between a mark and its words
TICK: Mapping[str, Any] = MappingProxyType(
    {"color": CONTRAST, "markersize": 7.5, "markeredgewidth": 1.4, "zorder": 5}
)


@dataclass(frozen=True, slots=True)
class Look:
    """How estimates of one precision are drawn; without dots where ``face`` is None."""

    colour: str
    width: float
    face: str | None


LOOKS = {
    SHOWN: Look(ACCENT, 1.8, ACCENT),
    CAUTION: Look(ACCENT, 1.0, "white"),
    WITHHELD: Look(LINE, 2.4, None),
}


def checked_labels(labels: pd.Series, names: pd.Series) -> pd.Series:
    """Return the precision of every row, ``tanpa sampel`` where it is missing; refuse others."""
    labels = labels.astype(object).fillna(UNSAMPLED)
    strange = ~labels.isin([*LOOKS, UNSAMPLED])
    if strange.any():
        raise MethodError(
            f"Ketelitian '{labels[strange].iloc[0]}' pada baris {names[strange].iloc[0]} tidak "
            f"dikenal. Perbaikan: pakai {', '.join(LABELS)}."
        )
    return labels


def draw_rows(ax: Axes, rows: pd.DataFrame, end: float) -> None:
    """Draw guides, intervals and dots, the truths on top of them, and words where there is none.

    Parameters
    ----------
    ax
        Axes from 0 to ``end``.
    rows
        Columns ``low``, ``high``, ``estimate``, ``label``, ``y`` and, where known, ``truth``.
    end
        Right end of the axis.
    """
    ax.hlines(rows["y"], 0, end, color=PALE, linewidth=0.6, zorder=0)
    for kind, look in LOOKS.items():
        some = rows.loc[rows["label"] == kind, ["low", "high", "estimate", "y"]]
        draw_marks(ax, look, some.to_numpy(float), (0, end))
    truths = rows["truth"] if "truth" in rows else pd.Series(np.nan, rows.index)
    ax.plot(truths, rows["y"], "|", **TICK)
    silent = (rows["label"] == UNSAMPLED) | rows[["low", "high"]].isna().any(axis=1)
    for kind, truth, y in zip(
        rows["label"][silent], truths[silent], rows["y"][silent], strict=True
    ):
        left = truth > end / 2  # the words keep clear of the tick
        ax.annotate(
            kind,
            (0 if left else end, y),
            xytext=(2 if left else -1, 0),
            textcoords="offset points",
            ha="left" if left else "right",
            va="center_baseline",
            color=MUTED,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5},
        )


def draw_total(ax: Axes, total: float, words: str) -> None:
    """Draw the value of the whole as a line through all rows, named above them."""
    ax.axvline(total, color=INK, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=1)
    left = total < np.mean(ax.get_xlim())
    ax.annotate(
        words,
        (total, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-2 if left else 2, 2),
        textcoords="offset points",
        ha="left" if left else "right",
    )


def marks_drawn(rows: pd.DataFrame, end: float) -> list[str]:
    """Return the marks that a legend has to explain, in its order."""
    known = rows[rows[["low", "high"]].notna().all(axis=1)]
    kinds = [kind for kind in LOOKS if (known["label"] == kind).any()]
    cut = ((known["high"] > end) | (known["low"] < 0)) & (known["label"] != UNSAMPLED)
    return kinds + [CUT] * bool(cut.any()) + [TRUTH] * ("truth" in rows)


def glyph_mm(kind: str) -> float:
    """Return the room (mm) that a mark of the legend takes, up to its words."""
    return WORDS_MM + (TICK_MM if kind == TRUTH else GLYPH_MM)


def explain(page: Axes, kind: str, words: str, x: float, y: float) -> None:
    """Draw one mark of the legend, with its words, on page axes (mm)."""
    start, end = x + glyph_mm(kind), x + GLYPH_MM
    if kind == TRUTH:
        page.plot(x + TICK_MM / 2, y, "|", **TICK)
    elif kind == CUT:
        draw_marks(page, LOOKS[CAUTION], np.array([[x, np.inf, np.nan, y]]), (x, end - 0.8))
    else:
        draw_marks(page, LOOKS[kind], np.array([[x, end, x + GLYPH_MM / 2, y]]), (x, end))
    page.text(start, y, words, va="center_baseline")


def draw_marks(ax: Axes, look: Look, marks: NDArray[np.float64], ends: tuple[float, float]) -> None:
    """Draw intervals, cut at the ends of the axis with an arrow, and dots.

    Parameters
    ----------
    ax
        Axes of any unit.
    look
        Colour, width and dot.
    marks
        Low, high, estimate and row (y) of each, shape (n, 4).
    ends
        Where the axis begins and ends.
    """
    low, high, estimate, y = marks.T
    drawn: dict[str, Any] = {"color": look.colour, "clip_on": False}
    ax.hlines(y, np.maximum(low, ends[0]), np.minimum(high, ends[1]), linewidth=look.width, **drawn)
    for beyond, end, arrow in ((low < ends[0], ends[0], "<"), (high > ends[1], ends[1], ">")):
        ax.plot(np.full(beyond.sum(), end), y[beyond], arrow, markersize=3.6, **drawn)
    if look.face:
        dot: dict[str, Any] = {
            "markersize": 4.6,
            "markerfacecolor": look.face,
            "markeredgewidth": 1.2,
        }
        ax.plot(estimate, y, "o", zorder=4, **dot, **drawn)
