"""Coded segments in long format: checked once, then arrays of coders, segments and themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.linear.frame import require_columns

Bools = NDArray[np.bool_]
Rule = Literal["both", "either"]

SEGMENT, CODER, THEME, INTERVIEW = "id_segmen", "pengode", "tema", "id_wawancara"
ABOUT = ("kode_wilayah", "peran_informan")
OPTIONAL = (INTERVIEW, "jenis", "teks", "parafrase")
SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class CodedSegments:
    """Which coder gave which segment which themes.

    Attributes
    ----------
    segments
        What is known of each segment, one row each, in the order of their names (the index); a
        cell that is empty in some of its rows is taken from the others.
    coders, themes
        Their names, sorted.
    coded
        Whether a coder coded a segment, shape (coders, segments).
    present
        Whether he gave it a theme, shape (coders, segments, themes).
    """

    segments: pd.DataFrame
    coders: tuple[str, ...]
    themes: tuple[str, ...]
    coded: Bools
    present: Bools

    @property
    def common(self) -> Bools:
        """Whether a segment was coded by two coders or more, shape (segments,)."""
        return np.asarray(self.coded.sum(axis=0) >= 2)

    def counted(self, rule: Rule) -> Bools:
        """Which segments a rule can judge, shape (segments,)."""
        return self.common if _known(rule) == "both" else np.ones(len(self.segments), dtype=bool)

    def having(self, rule: Rule) -> Bools:
        """Which segments have which theme, shape (segments, themes).

        By ``both``, every coder of a segment gave it the theme, and there are two or more; by
        ``either``, at least one did.
        """
        if _known(rule) == "either":
            return np.asarray(self.present.any(axis=0))
        agreed = (self.present | ~self.coded[:, :, None]).all(axis=0)
        return np.asarray(agreed & self.common[:, None])


def coded_segments(codes: pd.DataFrame, extra: Sequence[str] = ()) -> CodedSegments:
    """Check coded segments and give them as arrays.

    Parameters
    ----------
    codes
        One row per segment, coder and theme: ``id_segmen``, ``pengode``, ``tema``,
        ``kode_wilayah``, ``peran_informan``; optional ``id_wawancara``, ``jenis``, ``teks``,
        ``parafrase``. A coder who found no theme in a segment has one row without ``tema``.
    extra
        More columns that belong to a segment, e.g. its kecamatan.

    Raises
    ------
    MethodError
        No rows; a column is absent; a segment, coder, place, role, interview or ``extra`` is
        missing; a row is doubled; a coder gave a segment both a theme and none; rows of one segment
        tell different things of it.
    """
    require_columns(codes, [SEGMENT, CODER, THEME, *ABOUT, *extra])
    if codes.empty:
        raise MethodError("Tabel kode kosong. Perbaikan: isi satu baris per segmen dan tema.")
    table = codes.reset_index(drop=True)
    table[THEME] = table[THEME].mask(table[THEME].astype("str").str.strip() == "")
    filled = [SEGMENT, CODER, *ABOUT, *extra, *({INTERVIEW} & set(table.columns))]
    for name in filled:
        _refuse(table, table[name].isna(), f"kolom {name} kosong", "isi, atau hapus barisnya")
    key = [SEGMENT, CODER, THEME]
    _refuse(table, table.duplicated(key), "segmen, pengode, dan tema berulang", "sisakan satu")
    without = table[THEME].isna()
    mixed = without & table.duplicated([SEGMENT, CODER], keep=False)
    _refuse(table, mixed, "pengode memberi tema sekaligus tanpa tema", "hapus baris tanpa tema")
    about = [name for name in dict.fromkeys((*ABOUT, *OPTIONAL, *extra)) if name in table.columns]
    _refuse_variation(table, about)

    segment, names = pd.factorize(table[SEGMENT], sort=True)
    coder, coders = pd.factorize(table[CODER], sort=True)
    theme, themes = pd.factorize(table[THEME], sort=True)
    coded = np.zeros((len(coders), len(names)), dtype=bool)
    coded[coder, segment] = True
    present = np.zeros((*coded.shape, len(themes)), dtype=bool)
    given = theme >= 0
    present[coder[given], segment[given], theme[given]] = True
    return CodedSegments(
        segments=table.groupby(SEGMENT)[about].first(),
        coders=tuple(map(str, coders)),
        themes=tuple(map(str, themes)),
        coded=coded,
        present=present,
    )


def _known(rule: Rule) -> Rule:
    if rule not in ("both", "either"):
        raise MethodError(f"Aturan '{rule}' tidak dikenal. Perbaikan: pilih 'both' atau 'either'.")
    return rule


def _refuse(table: pd.DataFrame, wrong: pd.Series, problem: str, remedy: str) -> None:
    if not wrong.any():
        return
    rows = [f"baris ke-{row + 1} ({table.loc[row, SEGMENT]})" for row in table.index[wrong]]
    raise MethodError(
        f"Tabel kode: {problem} pada {len(rows)} baris: {', '.join(rows[:SHOWN])}. "
        f"Perbaikan: {remedy}."
    )


def _refuse_variation(table: pd.DataFrame, about: list[str]) -> None:
    first = table.groupby(SEGMENT)[about].transform("first")
    for name in about:
        value = table[name]
        differs = value.notna() & (value != first[name])
        if differs.any():
            segments = table.loc[differs, SEGMENT].drop_duplicates().astype(str)
            raise MethodError(
                f"Kolom {name} berbeda di antara baris satu segmen, pada {len(segments)} segmen: "
                f"{', '.join(segments[:SHOWN])}. Perbaikan: samakan di semua baris segmen itu."
            )
