"""Themes by place: how many segments of talk name each, in one matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, require, wrap
from kajian.drawing.legend import ROW_MM, SWATCH_MM, Entry, draw_box
from kajian.drawing.looks import MISSING, Look, colour_classes
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import (
    FULL_MM,
    LINE,
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

CELL_MM = 5.6  # height of a row
NARROWEST_MM = 12.0  # of a column
PART_MM = 1.0  # between the rows of two dimensions
WORDS_MM = 3.0  # between columns of words
EDGE_MM = 0.5
GAP_MM = 0.5  # between cells
KEY_GAP_MM = 4.5
BELOW_KEY_MM = 2.0

Box = tuple[float, float, float, float]  # left, low, width, height


def theme_matrix(
    table: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    value: str,
    label: str,
    group: str,
    unit: str,
    hidden: str,
    shade: str | None = None,
    decimals: int = 0,
    classes: int | Sequence[float] = 4,
    names: Mapping[str, str] | None = None,
    sizes: Mapping[str, str] | None = None,
    width_mm: float = FULL_MM,
) -> Figure:
    """Draw themes down and places across, with the number of each cell on a shade of grey.

    Parameters
    ----------
    table
        One row per theme and place, such as `kajian.qualitative.themes.ThemeTable.cells`; themes,
        dimensions and places are drawn in the order in which they first stand there.
    rows, columns, group
        Columns of the theme, the place and the dimension to which the theme belongs.
    value
        Column of the number that is written.
    label
        Column that is empty where the number may be shown; other cells are hatched.
    unit
        What the shades tell, and its unit, above the legend.
    hidden
        What hatched cells mean, e.g. ``kurang dari 5 segmen``.
    shade
        Column of the number that makes the shade, by default `value`.
    decimals
        Of the written numbers and, with them, of the classes.
    classes
        Number of shades, each of the same width, or their upper bounds.
    names
        Words of themes, where they are not their codes.
    sizes
        Words under the names of places, e.g. on how many segments each rests.
    width_mm
        Width on paper.

    Raises
    ------
    MethodError
        When a column is missing, a theme and place stand twice or not at all, a theme has two
        dimensions, a number that may be shown is missing, or the columns do not fit the page.
    """
    require(table, [rows, columns, value, label, group, *([shade] if shade else [])])
    table = table.astype({rows: "str", columns: "str"})
    themes, places = (list(dict.fromkeys(table[name])) for name in (rows, columns))
    dimensions = _dimensions(table, rows, columns, group)
    cells = list(zip(table[rows], table[columns], strict=True))
    shown = table[label].fillna("").eq("").to_numpy()
    numbers, shades = (
        np.where(shown, table[name].to_numpy(float, na_value=np.nan), np.nan)
        for name in (value, shade or value)
    )
    lost = shown & (np.isnan(numbers) | np.isnan(shades))
    if lost.any():
        raise MethodError(
            f"Angka kosong tanpa keterangan: {', '.join(cells[int(lost.argmax())])}. "
            f"Perbaikan: isi kolom {value}, atau kolom {label} bila disembunyikan."
        )
    looks, entries = colour_classes(shades, _bounds(shades, classes, decimals), decimals, "")
    content = dict(zip(cells, zip(looks, numbers.tolist(), strict=True), strict=True))
    words = {name: _capital((names or {}).get(name, name)) for name in themes}
    left = max(text_mm(_capital(text), weight=600)[0] for text in dimensions) + WORDS_MM
    margin = left + max(text_mm(text)[0] for text in words.values()) + WORDS_MM
    column = (width_mm - margin - EDGE_MM) / len(places)
    if column < NARROWEST_MM:
        raise MethodError(
            f"{len(places)} tempat tidak muat pada gambar selebar {width_mm:.0f} mm. "
            "Perbaikan: lebarkan gambarnya, atau gambar lebih sedikit tempat."
        )
    middles = {place: margin + column * (i + 0.5) for i, place in enumerate(places)}
    heads = {
        place: [*wrap(place, column - 1, SMALL, 600).split("\n"), *_size(sizes, place)]
        for place in places
    }
    key = [*entries, *([] if shown.all() else [Entry(hidden, MISSING)])]
    title = wrap(unit, width_mm - 2 * EDGE_MM, SMALL, 600).split("\n")
    top = LINE_MM * len(title) + ROW_MM * (_key_places(key, width_mm)[-1][1] + 1) + BELOW_KEY_MM
    head = LINE_MM * max(map(len, heads.values())) + 1.2
    height = top + head + CELL_MM * len(themes) + PART_MM * len(dimensions)
    with theme():
        fig = new_figure(width_mm, height)
        page = page_axes(fig)
        _draw_key(page, title, key, width_mm, height)
        y = height - top - head
        for place, lines in heads.items():
            for line, text in enumerate(reversed(lines)):
                size = bool(sizes) and line == 0
                look_of: dict[str, Any] = {"color": MUTED} if size else {"fontweight": 600}
                page.text(middles[place], y + 1.2 + LINE_MM * line, text, ha="center", **look_of)
        for dimension, own in dimensions.items():
            page.plot([0, width_mm], [y, y], color=LINE, linewidth=0.5, solid_capstyle="butt")
            y -= PART_MM
            middle_y = y - CELL_MM / 2
            page.text(EDGE_MM, middle_y, _capital(dimension), va="center_baseline", fontweight=600)
            for name in own:
                y -= CELL_MM
                page.text(left, y + CELL_MM / 2, words[name], va="center_baseline")
                for place, middle in middles.items():
                    box = (middle - column / 2, y, column, CELL_MM)
                    _draw_cell(page, *content[name, place], decimals, box)
        return finish(fig)


def _dimensions(table: pd.DataFrame, rows: str, columns: str, group: str) -> dict[str, list[str]]:
    """Themes of each dimension, in the order of the table, in which every cell stands once."""
    cells = table[[rows, columns]]
    if cells.duplicated().any() or len(cells) != cells.nunique().prod():
        raise MethodError(
            "Tabel tema tidak memuat setiap pasangan tema dan tempat tepat sekali. "
            "Perbaikan: sisakan satu baris per pasangan, dan isi pasangan yang belum ada."
        )
    kinds = table[[rows, group]].drop_duplicates()
    wrong = kinds[rows].duplicated() | kinds[group].isna()
    if wrong.any():
        raise MethodError(
            f"Tema {kinds.loc[wrong, rows].iloc[0]} tidak punya tepat satu dimensi. "
            f"Perbaikan: samakan kolom {group} di semua barisnya."
        )
    return {str(name): own[rows].tolist() for name, own in kinds.groupby(group, sort=False)}


def _bounds(
    shades: NDArray[np.float64], classes: int | Sequence[float], decimals: int
) -> int | Sequence[float]:
    """Upper bounds of classes of one width; fewer where the numbers are nearly alike."""
    if not isinstance(classes, int) or np.isnan(shades).all():
        return classes
    edges = np.linspace(np.nanmin(shades), np.nanmax(shades), classes + 1)[1:]
    return [float(edge) for edge in np.unique(edges.round(decimals))]


def _key_places(key: Sequence[Entry], width: float) -> list[tuple[float, int]]:
    lengths = [SWATCH_MM[0] + 2 + text_mm(entry.label)[0] for entry in key]
    return flow(lengths, KEY_GAP_MM, width - 2 * EDGE_MM)


def _draw_key(
    page: Axes, title: Sequence[str], key: Sequence[Entry], width: float, top: float
) -> None:
    """Say what shades and hatching mean, downwards from ``top``."""
    for text in title:
        top -= LINE_MM
        page.text(EDGE_MM, top + 0.4, text, fontweight=600)
    for entry, (x, line) in zip(key, _key_places(key, width), strict=True):
        low = top - ROW_MM * (line + 1) + (ROW_MM - SWATCH_MM[1]) / 2
        draw_box(page, entry, x + EDGE_MM, low)


def _draw_cell(page: Axes, look: Look, number: float, decimals: int, box: Box) -> None:
    left, low, wide, tall = box
    page.add_patch(
        Rectangle((left + GAP_MM / 2, low + GAP_MM / 2), wide - GAP_MM, tall - GAP_MM, **look)
    )
    if np.isfinite(number):
        page.text(
            left + wide / 2,
            low + tall / 2,
            format_number(number, decimals),
            ha="center",
            va="center_baseline",
            color=text_colour(str(look["facecolor"])),
        )


def _size(sizes: Mapping[str, str] | None, place: str) -> list[str]:
    return [sizes.get(place, "")] if sizes else []


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
