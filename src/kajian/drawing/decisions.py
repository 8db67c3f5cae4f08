"""How often each member of a list would be on it, were the list decided anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kajian.drawing.axes import guide, require
from kajian.drawing.mark_key import Mark
from kajian.drawing.one_column import DOT, HOLLOW, row_figure
from kajian.drawing.style import ACCENT, MM_PER_POINT, MUTED, SHADE, finish, mix, text_mm, theme
from kajian.errors import MethodError
from kajian.language import format_number, format_percent

ROW_MM = 4.2
LISTED: dict[str, Any] = {**DOT, "linestyle": ""}
STEM: dict[str, Any] = {"color": mix(ACCENT, "#ffffff", 0.65), "linewidth": 1.2}
FIRM: dict[str, Any] = {"color": SHADE, "linewidth": 7.5, "solid_capstyle": "butt"}


def decision_chart(
    table: pd.DataFrame,
    *,
    name: str = "anggota",
    listed: str = "disarankan",
    share: str = "bagian_pct",
    firm_pct: float = 95.0,
    xlabel: str = "Bagian hitungan ulang yang memuatnya (persen)",
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw in which share of runs each member is on the list, the surest on top.

    Drawn are the members of the recommended list and those on the list in more than
    ``100 - firm_pct`` percent of runs; the last row counts the others.

    Parameters
    ----------
    table
        One row per member, such as `kajian.evidence.decisions.DecisionFlip.tidy`.
    name, listed, share
        Columns of the name, of whether it is on the recommended list (a filled dot), and of the
        share of runs with it on the list, in percent.
    firm_pct
        Least share that makes a member firm; it and its opposite end are shaded.
    xlabel
        What the shares are of, and the unit.
    size_mm
        Width and height on paper; by default full width and as high as the rows need.

    Raises
    ------
    MethodError
        When a column or value is missing, a share is outside 0-100, `firm_pct` is not between 50
        and 100, nobody was ever listed, or the rows do not fit the page.
    """
    require(table, [name, listed, share])
    rows = pd.DataFrame({"name": table[name].astype(str), "listed": table[listed]})
    rows["share"] = table[share].to_numpy(float, na_value=np.nan)
    wrong = ~rows["share"].between(0, 100) | ~rows["listed"].isin([True, False])
    if wrong.any() or not 50 < firm_pct < 100:
        where = f"pada baris {rows.loc[wrong, 'name'].iloc[0]}" if wrong.any() else str(firm_pct)
        raise MethodError(
            f"Bagian hitungan ulang, keanggotaan, atau batas tegas tidak sah: {where}. Perbaikan: "
            f"isi kolom {share} dengan 0 sampai 100, {listed} dengan benar/salah, dan firm_pct "
            "di antara 50 dan 100."
        )
    rows["listed"] = rows["listed"].astype(bool)
    drawn = rows["listed"] | (rows["share"] > 100 - firm_pct)
    if not drawn.any():
        raise MethodError(
            "Daftar yang disarankan kosong dan tidak seorang pun sering masuk pada hitungan ulang. "
            "Perbaikan: jangan gambar daftar ini; sebutkan bahwa ia kosong."
        )
    rest = rows.loc[~drawn, "share"]
    rows = rows[drawn].sort_values(["share", "listed", "name"], ascending=[False, False, True])
    names = [*rows["name"], *([f"{len(rest)} lainnya"] if len(rest) else [])]
    limits = f"{format_number(firm_pct, 0)}%", f"{format_number(100 - firm_pct, 0)}%"
    marks = [
        Mark("masuk daftar yang disarankan", LISTED),
        *([] if rows["listed"].all() else [Mark("di luar daftar itu", HOLLOW)]),
        Mark(f"tegas: sedikitnya {limits[0]}, atau paling banyak {limits[1]}", FIRM),
    ]
    words = [_words(value) for value in rows["share"]]
    right = 4.5 + max(text_mm(word)[0] for word in words)
    with theme():
        fig, ax, y = row_figure(
            names, marks=marks, xlabel=xlabel, row_mm=ROW_MM, right_mm=right, size_mm=size_mm
        )
        ax.set_xlim(0, 100)
        guide(ax)
        for ends in ((0, 100 - firm_pct), (firm_pct, 100)):
            ax.axvspan(*ends, color=SHADE, linewidth=0, zorder=0)
        height, inside = y[: len(rows)], rows["listed"].to_numpy()
        ax.hlines(height, 0, rows["share"], **STEM)
        for look, some in ((LISTED, inside), (HOLLOW, ~inside)):
            ax.plot(rows["share"][some], height[some], **look, zorder=4, clip_on=False)
        for word, line in zip(words, height, strict=True):
            ax.annotate(
                word,
                (1, line),
                xycoords=ax.get_yaxis_transform(),
                xytext=((right - 0.5) / MM_PER_POINT, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                annotation_clip=False,
            )
        if len(rest):
            largest = format_percent(np.ceil(rest.max()), 0)
            ax.get_yticklabels()[-1].set_color(MUTED)
            ax.annotate(
                f"masing-masing paling banyak {largest}" if rest.max() else "tidak pernah masuk",
                (100 - firm_pct, y[-1]),
                xytext=(3, 0),
                textcoords="offset points",
                va="center_baseline",
                color=MUTED,
            )
        return finish(fig)


def _words(value: float) -> str:
    """Write a share in percent, never as none or all where it is neither."""
    if 0 < value < 0.5:
        return "<1%"
    return ">99%" if 99.5 <= value < 100 else format_percent(value, 0)
