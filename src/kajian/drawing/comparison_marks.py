"""Marks of a direct and of a small-area estimate on one row, told apart in grey."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes

from kajian.drawing.precision import GLYPH_MM, TICK, TICK_MM, WORDS_MM, Look, draw_marks
from kajian.drawing.style import ACCENT, INK, MUTED

APART = 0.19  # of a row: direct above, small-area below the middle
DIRECT = Look("#9aa4a9", 1.1, "white")
BARE = Look("#9aa4a9", 1.1, None)
MODEL = Look(ACCENT, 1.9, ACCENT)
ROUGH = Look(ACCENT, 1.0, "white")
HIDDEN = Look("#8fb9bc", 0.8, None)
LAYERS = {
    "withheld": (BARE, -APART),
    "direct": (DIRECT, -APART),
    "model": (MODEL, APART),
    "rough": (ROUGH, APART),
    "hidden": (HIDDEN, APART),
}
MEANING: Mapping[str, str] = MappingProxyType(
    {
        "direct": "dugaan langsung",
        "withheld": "dugaan langsung tidak ditampilkan, hanya selangnya",
        "model": "dugaan area kecil",
        "rough": "dugaan area kecil, hati-hati",
        "hidden": "dugaan area kecil tidak ditampilkan, hanya selangnya",
        "truth": "kebenaran",
        "cut": "selang berlanjut di luar gambar",
        "silent": "nama abu-abu: tanpa dugaan langsung",
    }
)


def glyph_mm(kind: str) -> float:
    """Return the room (mm) that a mark of the legend takes, up to its words."""
    if kind == "silent":
        return 0.0
    return WORDS_MM + (TICK_MM if kind == "truth" else GLYPH_MM)


def explain(page: Axes, kind: str, words: str, x: float, y: float) -> None:
    """Draw one mark of the legend, with its words, on page axes (mm)."""
    if kind == "truth":
        page.plot(x + TICK_MM / 2, y, "|", **TICK)
    elif kind == "cut":
        draw_marks(page, DIRECT, np.array([[x, np.inf, np.nan, y]]), (x, x + GLYPH_MM - 0.8))
    elif kind in LAYERS:
        mark = np.array([[x, x + GLYPH_MM, x + GLYPH_MM / 2, y]])
        draw_marks(page, LAYERS[kind][0], mark, (x, x + GLYPH_MM))
    colour = MUTED if kind == "silent" else INK
    page.text(x + glyph_mm(kind), y, words, va="center_baseline", color=colour)
