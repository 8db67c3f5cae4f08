"""From a long panel to the matrix of outcomes that a synthetic control needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from kajian.errors import MethodError


def outcome_matrix(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: str,
    donors: Sequence[str] | None = None,
    allow_gaps: Sequence[int] = (),
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Arrange a long panel as one complete matrix, times by units.

    Parameters
    ----------
    panel
        One row per unit and time. Rows of units that are not used are ignored.
    unit, time, outcome
        Column names: unit code (text), time (sortable), and outcome (number).
    treated
        Code of the treated unit.
    donors
        Codes of the comparison units; every other unit of the panel when omitted.
    allow_gaps
        Times declared in advance as possibly incomplete. Such a time is left out, for all units,
        when any unit lacks it.

    Returns
    -------
    (T, 1 + J) table without missing cells, times ascending, treated unit first and donors in
    ascending order; and the declared times that were left out.

    Raises
    ------
    MethodError
        Absent column, unknown unit, no donor, a unit-time pair twice, an outcome that is not a
        number, or a missing cell at a time that was not declared.
    """
    require_columns(panel, [unit, time, outcome])
    known = sorted(panel[unit].dropna().unique(), key=str)
    pool = _donor_pool(known, unit, treated, donors)
    rows = panel.loc[panel[unit].isin([treated, *pool]), [unit, time, outcome]]
    for column in (time, outcome):
        if not pd.api.types.is_numeric_dtype(rows[column]):
            raise MethodError(
                f"Kolom {column} tidak berisi angka melainkan {rows[column].dtype}. "
                "Perbaikan: ubah kolom itu menjadi angka (titik desimal, tanpa satuan)."
            )
    if rows[time].isna().any():
        raise MethodError(
            f"Kolom {time} kosong untuk {some(rows.loc[rows[time].isna(), unit].tolist())}. "
            "Perbaikan: isi waktunya atau buang baris itu."
        )
    twice = rows[rows.duplicated([unit, time])]
    if len(twice):
        raise MethodError(
            f"Baris ganda untuk {_pairs(twice[unit], twice[time])}. "
            "Perbaikan: sisakan satu baris untuk setiap unit dan waktu."
        )
    cells = rows.set_index([time, unit])[outcome].astype(float)
    wide = cells.unstack(unit)[[treated, *pool]].sort_index()  # noqa: PD010
    return _without_gaps(wide, allow_gaps)


def require_columns(panel: pd.DataFrame, needed: list[str]) -> None:
    """Refuse a panel that lacks a column, listing those it has."""
    absent = [name for name in needed if name not in panel.columns]
    if absent:
        raise MethodError(
            f"Kolom {', '.join(absent)} tidak ada dalam panel. "
            f"Perbaikan: pilih dari kolom yang ada: {', '.join(map(str, panel.columns))}."
        )


def _donor_pool(
    known: list[str], unit: str, treated: str, donors: Sequence[str] | None
) -> list[str]:
    """Check the units named and return the donors in ascending order."""
    if treated not in known:
        raise MethodError(
            f"Unit yang dievaluasi, {treated!r}, tidak ada dalam kolom {unit}. "
            f"Perbaikan: pilih dari {some(known)}; kode wilayah harus berupa teks."
        )
    pool = [code for code in known if code != treated] if donors is None else list(donors)
    strangers = [code for code in pool if code not in known]
    if strangers:
        raise MethodError(
            f"Unit pembanding {some(strangers)} tidak ada dalam kolom {unit}. "
            f"Perbaikan: pilih dari {some(known)}."
        )
    if treated in pool or len(set(pool)) < len(pool):
        raise MethodError(
            f"Daftar pembanding memuat unit yang dievaluasi ({treated}) atau kode yang berulang. "
            "Perbaikan: sebut setiap pembanding sekali saja, tanpa unit yang dievaluasi."
        )
    if not pool:
        raise MethodError(
            f"Tidak ada unit pembanding untuk {treated}. "
            "Perbaikan: sertakan setidaknya satu unit lain dalam panel."
        )
    return sorted(pool, key=str)


def _without_gaps(
    wide: pd.DataFrame, allow_gaps: Sequence[int]
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Leave out the declared incomplete times and refuse every other missing cell."""
    missing = ~np.isfinite(wide.to_numpy())
    incomplete = missing.any(axis=1)
    declared = wide.index.isin(list(allow_gaps))
    at, of = np.nonzero(missing & ~declared[:, None])
    if len(at):
        raise MethodError(
            f"Nilai kosong untuk {_pairs(wide.columns[of], wide.index[at])}. "
            "Perbaikan: lengkapi nilainya, keluarkan unit itu dari daftar pembanding, "
            "atau nyatakan waktunya lebih dahulu dalam allow_gaps."
        )
    absent = [
        moment
        for moment in allow_gaps
        if moment not in wide.index and wide.index.min() < moment < wide.index.max()
    ]
    dropped = sorted({*wide.index[incomplete], *absent})
    return wide.loc[~incomplete], tuple(dropped)


def some(items: Sequence[object], limit: int = 6) -> str:
    """Name the first few items and count the rest."""
    shown = ", ".join(map(str, items[:limit]))
    return f"{shown} dan {len(items) - limit} lainnya" if len(items) > limit else shown


def _pairs(units: Iterable[object], times: Iterable[object]) -> str:
    return some([f"{code} ({moment})" for code, moment in zip(units, times, strict=True)])
