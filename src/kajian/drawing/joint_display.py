"""A theme of the interviews beside the number that it may explain, place by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, TICK_STEPS, guide, require, wrap
from kajian.drawing.mark_key import Mark, draw_mark_key, key_height
from kajian.drawing.one_column import DOT
from kajian.drawing.sheet import page_axes
from kajian.drawing.style import (
    CONTRAST,
    FULL_MM,
    INK,
    MUTED,
    PALE,
    SMALL,
    add_axes,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError

ROW_MM = 3.05
TICKS_MM = 4.6  # below the rows of a theme
RISE_MM = 0.9  # between the words above a panel and its rows
APART_MM = 1.0  # between themes
GAP_MM = 8.0  # between a theme and its number
EDGE_MM = 3.0
WHOLE = ""
TOLD: dict[str, Any] = {"color": CONTRAST, "marker": "D", "markersize": 4.0, "linestyle": ""}
EXACT: dict[str, Any] = {**DOT, "linestyle": ""}
CITY: dict[str, Any] = {"color": INK, "linewidth": 0.9, "linestyle": (0, (1, 1.6))}
UNTOLD, UNKNOWN = "disembunyikan", "tidak ditampilkan"


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A theme and its number, by place.

    Attributes
    ----------
    left, right
        Words above the panels.
    places
        Names of the rows, from top to bottom.
    told
        Share of segments (percent), missing where hidden, shape (n,).
    numbers
        Value and both ends of its interval, missing where not known, shape (n, 3).
    whole
        Value of all places together, or missing.
    """

    left: str
    right: str
    places: list[str]
    told: NDArray[np.float64]
    numbers: NDArray[np.float64]
    whole: float


def joint_display(
    cells: pd.DataFrame,
    numbers: pd.DataFrame,
    links: Mapping[str, tuple[str, str]],
    *,
    names: Mapping[str, str] | None = None,
    readings: Mapping[str, str] | None = None,
    told: str = "bagian segmen yang menyebut tema (persen)",
    whole: str = "kota",
    width_mm: float = FULL_MM,
) -> Figure:
    """Draw how much is told of a theme at the left, the number that it may explain at the right.

    Each theme has a row of two panels with the same places, where the number shows the greatest
    problem on top; what is told follows the same order when both go together.

    Parameters
    ----------
    cells
        Themes by place, as `kajian.qualitative.themes.ThemeTable.cells`: ``tema``, ``tempat``,
        ``bagian_pct`` (missing where hidden).
    numbers
        As `kajian.qualitative.joint_display.joint_display` takes them: ``angka``, ``nama``,
        ``satuan``, ``tempat`` (empty for the whole), ``nilai`` (missing where
        it may not be shown), ``bawah``, ``atas``.
    links
        For each theme, in the order of the drawing, its number and whether that rises (``naik``)
        or falls (``turun``) as the problem grows.
    names
        Words of themes, where they are not their codes.
    readings
        What the comparison says of a theme (``bacaan``), written behind its name.
    told
        What the left panels show, and its unit.
    whole
        Name of the whole, whose value is an upright line.
    width_mm
        Width on paper.

    Raises
    ------
    MethodError
        No links; a column, theme or number is not there; a place stands twice; a share or an
        interval that cannot be; or the words do not fit the page.
    """
    require(cells, ["tema", "tempat", "bagian_pct"])
    require(numbers, ["angka", "nama", "satuan", "tempat", "nilai", "bawah", "atas"])
    if not links:
        raise MethodError("Tidak ada tema yang digambar. Perbaikan: sebut tema dan angkanya.")
    pairs = [
        _pair(cells, numbers, name, link, (names or {}).get(name, name), (readings or {}).get(name))
        for name, link in links.items()
    ]
    margin = max(text_mm(place)[0] for pair in pairs for place in pair.places) + 2
    panel = (width_mm - margin - GAP_MM - EDGE_MM) / 2
    if panel < 4 * text_mm(UNKNOWN)[0] / 3:
        raise MethodError(
            f"Gambar selebar {width_mm:.0f} mm terlalu sempit untuk dua panel. "
            "Perbaikan: lebarkan gambarnya, atau singkat nama tempatnya."
        )
    heads = [[wrap(words, panel + EDGE_MM, SMALL, 600).split("\n")
              for words in (pair.left, pair.right)] for pair in pairs]  # fmt: skip
    tops = [LINE_MM * max(map(len, head)) + RISE_MM for head in heads]
    rows = [ROW_MM * len(pair.places) for pair in pairs]
    marks = _marks(pairs, told, whole)
    key = key_height(marks, width_mm) + APART_MM
    height = key + sum(tops) + sum(rows) + (TICKS_MM + APART_MM) * len(pairs) - APART_MM
    told_span = 0.0, _span(np.concatenate([pair.told for pair in pairs]))[1]
    with theme():
        fig = new_figure(width_mm, height)
        page = page_axes(fig)
        draw_mark_key(page, marks, width_mm, height)
        y = height - key
        for pair, head, top, tall in zip(pairs, heads, tops, rows, strict=True):
            right = margin + panel + GAP_MM
            for left, lines in zip((margin, right), head, strict=True):
                for line, words in enumerate(lines):
                    page.text(left, y - LINE_MM * (line + 1) + 0.6, words, fontweight=600)
            y -= top
            frame = {"bottom": y - tall, "top": height - y}
            share = add_axes(fig, margin, right=width_mm - margin - panel, **frame)
            _draw_told(share, pair, told_span)
            _draw_numbers(add_axes(fig, right, right=EDGE_MM, **frame), pair)
            y -= tall + TICKS_MM + APART_MM
        return finish(fig)


def _pair(
    cells: pd.DataFrame,
    numbers: pd.DataFrame,
    name: str,
    link: tuple[str, str],
    words: str,
    reading: str | None,
) -> Pair:
    """Put the places of a theme in the order of its number."""
    number, direction = link
    own = cells[cells["tema"] == name]
    other = numbers[numbers["angka"] == number].assign(tempat=lambda t: t["tempat"].fillna(WHOLE))
    if own.empty or other.empty or direction not in ("naik", "turun"):
        raise MethodError(
            f"Tema {name} tidak dapat dipasangkan dengan angka {number} ({direction}). "
            f"Perbaikan: pilih tema dari {', '.join(sorted(set(cells['tema'])))}, angka dari "
            f"{', '.join(sorted(set(numbers['angka'])))}, dan arah naik atau turun."
        )
    if own["tempat"].duplicated().any() or other["tempat"].duplicated().any():
        raise MethodError(
            f"Ada tempat yang tertulis dua kali untuk tema {name} atau angka {number}. "
            "Perbaikan: sisakan satu baris per tempat."
        )
    values = other.set_index("tempat")[["nilai", "bawah", "atas"]].astype("Float64").astype(float)
    values = values.mask(values["nilai"].isna())
    found = own.set_index("tempat")[["bagian_pct"]].astype("Float64").astype(float).join(values)
    found = found.sort_values("nilai", ascending=direction == "turun", kind="stable")
    wrong = (found["bawah"] > found["nilai"]) | (found["nilai"] > found["atas"])
    wrong |= found["bawah"].isna() != found["atas"].isna()
    wrong |= (found["bagian_pct"] < 0) | (found["bagian_pct"] > 100)
    if wrong.any():
        raise MethodError(
            f"Bagian segmen atau selang untuk tema {name} di {found.index[wrong][0]} tidak masuk "
            "akal. Perbaikan: periksa bagian_pct (0 sampai 100), nilai, bawah, dan atas."
        )
    title, unit = other[["nama", "satuan"]].iloc[0]
    left = words[:1].upper() + words[1:]
    return Pair(
        left=f"{left}: {reading}" if reading else left,
        right=f"{title} ({unit})" if unit else str(title),
        places=found.index.astype("str").tolist(),
        told=found["bagian_pct"].to_numpy(),
        numbers=found[["nilai", "bawah", "atas"]].to_numpy(),
        whole=float(values["nilai"].get(WHOLE, np.nan)),
    )


def _marks(pairs: list[Pair], told: str, whole: str) -> list[Mark]:
    """Explain the marks that are drawn."""
    numbers = np.concatenate([pair.numbers for pair in pairs])
    known = np.isfinite(numbers)
    marks = [Mark(told, TOLD)]
    marks += [Mark("angka dan selang kepercayaannya", DOT)] * bool(known[:, 1].any())
    marks += [Mark("angka tanpa selang", EXACT)] * bool((known[:, 0] & ~known[:, 1]).any())
    return marks + [Mark(whole, CITY)] * any(np.isfinite(pair.whole) for pair in pairs)


def _draw_told(ax: Axes, pair: Pair, span: tuple[float, float]) -> None:
    _rows(ax, pair, span)
    ax.set_yticks(range(len(pair.places)), pair.places)
    ax.plot(pair.told, range(len(pair.told)), zorder=4, clip_on=False, **TOLD)
    _say(ax, np.isnan(pair.told), UNTOLD)


def _draw_numbers(ax: Axes, pair: Pair) -> None:
    value, low, high = pair.numbers.T
    span = _span(np.array([*pair.numbers.ravel(), pair.whole]))
    _rows(ax, pair, span)
    ax.set_yticks([])
    y, sure = np.arange(len(value)), np.isfinite(low)
    line = {"color": DOT["color"], "linewidth": DOT["linewidth"]}
    ax.hlines(y[sure], low[sure], high[sure], **line)
    ax.plot(value, y, zorder=4, clip_on=False, **EXACT)
    if np.isfinite(pair.whole):
        ax.axvline(pair.whole, zorder=1, **CITY)
    _say(ax, np.isnan(value), UNKNOWN, right=pair.whole < sum(span) / 2)


def _rows(ax: Axes, pair: Pair, span: tuple[float, float]) -> None:
    """Lay out the rows of a panel."""
    count = len(pair.places)
    ax.set(xlim=span, ylim=(count - 0.5, -0.5))
    ax.hlines(range(count), *span, color=PALE, linewidth=0.6, zorder=0)
    ax.spines["left"].set_visible(False)
    guide(ax, 4)


def _say(ax: Axes, rows: NDArray[np.bool_], words: str, *, right: bool = False) -> None:
    """Write why rows are empty, at an end of their panel."""
    for row in np.flatnonzero(rows):
        ax.annotate(
            words,
            (float(right), row),
            xycoords=ax.get_yaxis_transform(),
            xytext=(-2 if right else 2, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center_baseline",
            color=MUTED,
        )


def _span(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return round numbers around all values, from zero unless all are far from it."""
    known = values[np.isfinite(values)]
    if not len(known) or not known.any():
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    start = low if low > high / 2 else min(low, 0.0)
    ticks = MaxNLocator(4, steps=TICK_STEPS).tick_values(start, high)
    return float(ticks[0]), float(ticks[-1])
