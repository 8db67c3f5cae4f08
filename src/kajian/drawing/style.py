"""The look of every figure and map: type, colours, sizes, and how a file is saved.

Nothing here touches global settings: a drawing function works inside :func:`theme`, and
:func:`save_figure` enters it again, since matplotlib reads its SVG settings only when it writes.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import font_source_sans_pro
import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path

from kajian.errors import MethodError

FONT = "Source Sans Pro"
FONT_FILES = {"Regular": 400, "It": 400, "Semibold": 600, "Bold": 700}

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
CAP_HEIGHT = 0.66  # of the type size, for this typeface

FULL_MM = 170.0
HALF_MM = 82.0
SMALL, BODY = 7.5, 8.5  # the two text sizes, in points at printed size

INK = "#1a2226"
MUTED = "#5a656b"
LINE = "#c3cacd"
PALE = "#eef1f2"
SHADE = "#e1e7e9"
ACCENT = "#00606a"
CONTRAST = "#b4501a"
SCALE_ANCHORS = ("#e4f1ef", "#8cc7c2", "#2b7b80", "#0a3a44")

RC: dict[Any, Any] = {
    "font.family": [FONT],
    "font.size": SMALL,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.titlesize": BODY,
    "axes.titleweight": 600,
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.use_locale": False,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "xtick.major.pad": 2.5,
    "lines.solid_capstyle": "round",
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.45,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "text.hinting": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "kajian",
    "path.simplify": False,
}


@contextmanager
def theme() -> Iterator[None]:
    """Apply the study's look inside a ``with`` block and leave global settings as they were."""
    _register_fonts()
    with mpl.rc_context(RC):
        yield


@functools.cache
def _register_fonts() -> None:
    """Make the wheel's font files known under one family name, each with its true weight."""
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    manager = font_manager.fontManager
    for style, weight in FONT_FILES.items():
        manager.addfont(str(folder / f"SourceSansPro-{style}.ttf"))
        # The Semibold file calls itself a family of its own; a reader of the SVG does not.
        manager.ttflist[-1] = replace(manager.ttflist[-1], name=FONT, weight=weight)


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of a printed size; it is not known to pyplot and needs no closing."""
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))


def page_mm(fig: Figure) -> tuple[float, float]:
    """Return the printed width and height (mm) of a figure."""
    width, height = fig.get_size_inches() * MM_PER_INCH
    return float(width), float(height)


def add_axes(fig: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Add axes whose frame keeps the given distances (mm) from the edges of the page."""
    width, height = page_mm(fig)
    if left + right >= width or bottom + top >= height:
        raise MethodError(
            f"Gambar {width:.0f} x {height:.0f} mm terlalu kecil untuk labelnya. "
            "Perbaikan: perbesar ukuran gambar atau singkat labelnya."
        )
    return fig.add_axes(
        (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - bottom - top) / height,
        )
    )


@functools.cache
def text_mm(text: str, size: float = SMALL, weight: int = 400) -> tuple[float, float]:
    """Return width and height (mm, from baseline to the top of capitals) of one line of text."""
    _register_fonts()
    font = font_manager.FontProperties(family=FONT, size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return width * MM_PER_POINT, CAP_HEIGHT * size * MM_PER_POINT


def finish(fig: Figure) -> Figure:
    """Lay the figure out while the theme holds, so that late-made ticks wear its fonts."""
    fig.draw_without_rendering()
    return fig


def save_figure(fig: Figure, path_without_suffix: str | Path) -> list[Path]:
    """Write a figure as SVG (text stays text) and as PNG (200 dpi), the same bytes every time.

    Parameters
    ----------
    fig
        A figure made by this package.
    path_without_suffix
        Where to write; ``.svg`` and ``.png`` are added. The folder is made when missing.

    Returns
    -------
    list of pathlib.Path
        The SVG and the PNG. Each appears under its name only when it is complete.
    """
    stem = Path(path_without_suffix)
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    with theme():
        for suffix, metadata in ((".svg", {"Date": None}), (".png", {"Software": None})):
            target = stem.with_name(stem.name + suffix)
            draft = stem.with_name(f".{stem.name}.{os.getpid()}{suffix}")
            try:
                fig.savefig(draft, format=suffix[1:], dpi=200, metadata=metadata)
                if suffix == ".svg":
                    _name_fallback(draft)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
            written.append(target)
    return written


def _name_fallback(svg: Path) -> None:
    """Let a reader without the typeface take another sans serif; matplotlib would look for it."""
    family = f"font-family: '{FONT}'".encode()
    svg.write_bytes(svg.read_bytes().replace(family, family + b", sans-serif"))


def sequential(classes: int) -> list[str]:
    """Return the map scale, light to dark, as hex colours; every step is darker than the last."""
    if not 1 <= classes <= 5:
        raise MethodError(
            f"Skala warna punya 1 sampai 5 kelas, bukan {classes}. Perbaikan: pilih 4 atau 5 kelas."
        )
    ramp = LinearSegmentedColormap.from_list("kajian", SCALE_ANCHORS)
    positions = np.linspace(0, 1, classes) if classes > 1 else np.array([0.4])
    return [to_hex(ramp(p)) for p in positions]


def luminance(colour: str) -> float:
    """Relative luminance of a colour in [0, 1] (WCAG 2.2, definition of relative luminance)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_colour(fill: str) -> str:
    """Return ink or white, whichever reads better on a fill."""
    return max((INK, "#ffffff"), key=lambda text: contrast_ratio(text, fill))


def mix(one: str, other: str, share: float) -> str:
    """Blend two colours without transparency; ``share`` is that of the second."""
    first, second = to_rgb(one), to_rgb(other)
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(first, second, strict=True))
    return to_hex((red, green, blue))
