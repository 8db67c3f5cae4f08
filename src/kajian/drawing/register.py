"""A register of programmes: which office serves which target group for which aim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian.drawing.axes import LINE_MM, require, wrap
from kajian.drawing.legend import ROW_MM, SWATCH_MM, Entry, draw_box
from kajian.drawing.looks import MISSING, Look
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    INK,
    LINE,
    MUTED,
    SMALL,
    finish,
    mix,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError
from kajian.language import format_number

PAD_MM = 1.9  # above and below the words of a row, together
INNER_MM = 1.0  # between a column and its words
DOT_MM = 2.6  # from a dot to its words
GAP_MM = 1.2  # between columns
EDGE_MM = 0.5  # around a box
NARROWEST_MM = 20.0  # of a column
HIGHEST_MM = 235.0  # a page of the brief
SHARED: Look = {"facecolor": mix(ACCENT, "#ffffff", 0.88), "edgecolor": ACCENT, "linewidth": 1.0}
UNNAMED = "pelaksana tidak disebut"
NOBODY = "belum ada program yang disebut"

Office = tuple[str, bool]  # what is written, and whether its office is named
Filled = dict[tuple[str, str], list[Office]]
Box = tuple[float, float, float, float]  # left, low, width, height
Key = Sequence[tuple[str, Look | None]]


def programme_chart(
    cells: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    aims: Mapping[str, str],
    groups: Mapping[str, str],
    silent: Sequence[str] = (),
    width_mm: float = FULL_MM,
) -> Figure:
    """Draw one row per target group and one column per aim, with the offices that serve them.

    Parameters
    ----------
    cells
        One row per aim, group and office: codes ``tujuan`` and ``kelompok``, ``opd`` (missing
        where nobody is named) and ``jumlah_program``, its number of programmes.
    gaps
        Aims and groups (``tujuan``, ``kelompok``) that must not be missed and that no programme
        names, with ``bersinggungan``, the groups joined by semicolons through which part of them
        may be reached, missing if none.
    aims, groups
        Words of the codes, in the order in which they are drawn; a group stands in the chart when
        it is in `cells` or `gaps`.
    silent
        Offices in the register without a programme, written at the foot.
    width_mm
        Width on paper; the chart is as high as its rows need.

    Raises
    ------
    MethodError
        When a column is missing, a code has no words, an aim, group and office stand there twice,
        or the chart does not fit the page.
    """
    if not cells.empty or gaps.empty:
        require(cells, ["tujuan", "kelompok", "opd", "jumlah_program"])
    filled = _filled(cells, aims, groups)
    empty = _empty(gaps, aims, groups)
    shown = [code for code in groups if any(code == group for _, group in [*filled, *empty])]
    margin = max(text_mm(groups[code])[0] for code in shown) + 2
    column = (width_mm - margin + GAP_MM) / len(aims)
    if column - GAP_MM < NARROWEST_MM:
        raise MethodError(
            f"{len(aims)} tujuan tidak muat pada gambar selebar {width_mm:.0f} mm. "
            "Perbaikan: lebarkan gambarnya, atau gambar lebih sedikit tujuan."
        )
    lines = {
        place: _lines(offices, column - GAP_MM - 2 * INNER_MM) for place, offices in filled.items()
    }
    heights = [
        PAD_MM + LINE_MM * max([1, *(len(lines.get((aim, code), ())) for aim in aims)])
        for code in shown
    ]
    headings = [wrap(_capital(words), column - GAP_MM, SMALL, 600) for words in aims.values()]
    blank = {code for code in shown if not any((aim, code) in filled for aim in aims)}
    key: list[tuple[str, Look | None]] = [("program satu OPD (angka: bila lebih dari satu)", None)]
    if any(_named(offices) > 1 for offices in filled.values()):
        key.append(("dua OPD atau lebih: perlu disepakati bersama", SHARED))
    if any(group not in blank for _, group in empty):
        key.append((NOBODY, MISSING))
    foot = _foot(silent, width_mm)
    top = ROW_MM * (_key_places(key, width_mm)[-1][1] + 1) + 1.5
    head = LINE_MM * max(words.count("\n") + 1 for words in headings) + 1.2
    height = top + head + sum(heights) + LINE_MM * len(foot) + 1
    if height > HIGHEST_MM:
        raise MethodError(
            f"{len(shown)} kelompok sasaran perlu gambar setinggi {height:.0f} mm, lebih dari satu "
            "halaman. Perbaikan: gambar sebagian kelompoknya, atau singkat nama OPD-nya."
        )
    with theme():
        fig = new_figure(width_mm, height)
        page = page_axes(fig)
        _draw_key(page, key, width_mm, height)
        y = height - top - head
        lefts = [margin + i * column for i in range(len(aims))]
        for left, words in zip(lefts, headings, strict=True):
            for line, text in enumerate(reversed(words.split("\n"))):
                page.text(left, y + 1.2 + LINE_MM * line, text, fontweight=600)
        for code, tall in zip(shown, heights, strict=True):
            page.plot([0, width_mm], [y, y], color=LINE, linewidth=0.5, solid_capstyle="butt")
            y -= tall
            page.text(0, y + tall / 2, groups[code], va="center_baseline")
            low, high = y + EDGE_MM, tall - 2 * EDGE_MM
            if code in blank:
                touching = [names for (_, group), names in empty.items() if group == code]
                _draw_gap(page, touching, (margin, low, width_mm - margin - EDGE_MM, high))
                continue
            for aim, left in zip(aims, lefts, strict=True):
                box = (left, low, column - GAP_MM - EDGE_MM, high)
                if (aim, code) in filled:
                    _draw_offices(page, lines[aim, code], _named(filled[aim, code]), box)
                elif (aim, code) in empty:
                    page.add_patch(Rectangle(box[:2], *box[2:], **MISSING))
        for line, text in enumerate(foot):
            page.text(0, y - LINE_MM * (line + 1), text, color=MUTED)
        return finish(fig)


def _filled(cells: pd.DataFrame, aims: Mapping[str, str], groups: Mapping[str, str]) -> Filled:
    """Offices of each aim and group: most programmes first, else in the order of the table."""
    _check_words(cells, aims, groups)
    if cells.duplicated(["tujuan", "kelompok", "opd"]).any():
        raise MethodError(
            "Satu OPD tertulis dua kali untuk tujuan dan kelompok yang sama. "
            "Perbaikan: jumlahkan programnya dalam satu baris."
        )
    filled: Filled = {}
    for row in cells.sort_values("jumlah_program", ascending=False, kind="stable").to_dict(
        "records"
    ):
        known = isinstance(row["opd"], str)
        name = row["opd"] if known else UNNAMED
        count = int(row["jumlah_program"])
        words = f"{name} ({format_number(count, 0)})" if count > 1 else name
        filled.setdefault((row["tujuan"], row["kelompok"]), []).append((words, known))
    return filled


def _empty(
    gaps: pd.DataFrame, aims: Mapping[str, str], groups: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """Groups that touch each gap."""
    if gaps.empty:
        return {}
    require(gaps, ["tujuan", "kelompok", "bersinggungan"])
    _check_words(gaps, aims, groups)
    return {
        (row["tujuan"], row["kelompok"]): str(row["bersinggungan"]).split("; ")
        if isinstance(row["bersinggungan"], str)
        else []
        for row in gaps.to_dict("records")
    }


def _check_words(table: pd.DataFrame, aims: Mapping[str, str], groups: Mapping[str, str]) -> None:
    for column, words in (("tujuan", aims), ("kelompok", groups)):
        if strange := sorted(set(table[column]) - set(words)):
            raise MethodError(
                f"Kode {column} '{strange[0]}' tidak punya sebutan. "
                f"Perbaikan: pilih dari {', '.join(words)}."
            )


def _named(offices: Sequence[Office]) -> int:
    """Count the offices with a name."""
    return sum(known for _, known in offices)


def _lines(offices: Sequence[Office], room: float) -> list[tuple[str, bool, bool]]:
    """Break offices into lines: words, whether an office begins here, whether it is named."""
    tally = text_mm(_tally(_named(offices)), weight=600)[0] + 1 if _named(offices) > 1 else 0.0
    lines: list[tuple[str, bool, bool]] = []
    for words, known in offices:
        texts = wrap(words, room - DOT_MM).split("\n")
        if not lines and tally:  # the first line leaves room for the tally
            first = wrap(words, room - DOT_MM - tally).partition("\n")[0]
            rest = words.removeprefix(first).strip()
            texts = [first, *(wrap(rest, room - DOT_MM).split("\n") if rest else [])]
        lines += [(text, i == 0, known) for i, text in enumerate(texts)]
    return lines


def _draw_offices(
    page: Axes, lines: Sequence[tuple[str, bool, bool]], named: int, box: Box
) -> None:
    """Write the offices of one aim and group, framed and counted where there are several."""
    left, low, wide, tall = box
    y = low + tall / 2 + LINE_MM * (len(lines) - 1) / 2
    if named > 1:
        page.add_patch(Rectangle((left, low), wide, tall, **SHARED))
        end = left + wide - INNER_MM
        look = {"color": ACCENT, "fontweight": 600}
        page.text(end, y, _tally(named), ha="right", va="center_baseline", fontdict=look)
    for text, begins, known in lines:
        if begins:
            _dot(page, left + INNER_MM + 0.9, y)
        colour = INK if known else MUTED
        page.text(left + INNER_MM + DOT_MM, y, text, va="center_baseline", color=colour)
        y -= LINE_MM


def _draw_gap(page: Axes, touching: Sequence[Sequence[str]], box: Box) -> None:
    """Hatch a row, and say that nobody names the group and what may reach part of it."""
    left, low, wide, tall = box
    page.add_patch(Rectangle((left, low), wide, tall, **MISSING))
    names = list(dict.fromkeys(name for some in touching for name in some))
    words = f"{NOBODY}; sebagian mungkin lewat program bagi {', '.join(names)}" if names else NOBODY
    ground = {"facecolor": "white", "linewidth": 0, "pad": 1.2}
    middle = (left + wide / 2, low + tall / 2)
    page.text(*middle, words, ha="center", va="center_baseline", bbox=ground)


def _key_places(key: Key, width: float) -> list[tuple[float, int]]:
    return flow([SWATCH_MM[0] + 2 + text_mm(words)[0] for words, _ in key], 4.5, width)


def _draw_key(page: Axes, key: Key, width: float, top: float) -> None:
    """Say what the marks mean, downwards from ``top``."""
    for (words, look), (x, line) in zip(key, _key_places(key, width), strict=True):
        low = top - ROW_MM * (line + 1) + (ROW_MM - SWATCH_MM[1]) / 2
        if look is None:
            middle = low + SWATCH_MM[1] / 2
            _dot(page, x + 1.0, middle)
            page.text(x + DOT_MM, middle, words, va="center_baseline")
        else:
            draw_box(page, Entry(words, look), x + EDGE_MM, low)


def _foot(silent: Sequence[str], width: float) -> list[str]:
    if not silent:
        return []
    return wrap(f"Program belum dirinci: {', '.join(silent)}", width).split("\n")


def _tally(count: int) -> str:
    return f"{format_number(count, 0)} OPD"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _dot(page: Axes, x: float, y: float) -> None:
    page.plot([x], [y], "o", color=ACCENT, markersize=3.6, linestyle="")
