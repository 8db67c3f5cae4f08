"""What a panel must satisfy before differences are taken: each rule names who breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats

Integers = NDArray[np.int64]


def require_binary(data: pd.DataFrame, column: str) -> None:
    """Refuse a column with values other than 0 and 1 (or booleans), missing ones included."""
    values = data[column]
    wrong = ~values.isin([0, 1])
    if wrong.any():
        raise MethodError(
            f"Kolom {column} harus berisi 0 atau 1; {int(wrong.sum())} baris tidak demikian, "
            f"misalnya {values[wrong].iloc[0]!r}. Perbaikan: tulis 1 untuk ya dan 0 untuk tidak, "
            "tanpa sel kosong."
        )


def require_labels(data: pd.DataFrame, column: str) -> None:
    """Refuse a label that is missing."""
    empty = int(data[column].isna().sum())
    if empty:
        raise MethodError(
            f"Kolom {column} kosong pada {empty} baris. Perbaikan: isi, atau buang baris itu."
        )


def require_whole(data: pd.DataFrame, column: str, unit: str, *, missing_allowed: bool) -> None:
    """Refuse a time that is not a whole number."""
    values = data[column]
    remedy = (
        "tulis tahun sebagai bilangan bulat; kosongkan untuk unit yang tidak pernah diperlakukan."
        if missing_allowed
        else "tulis tahun sebagai bilangan bulat, tanpa sel kosong."
    )
    if not pd.api.types.is_numeric_dtype(values) and not (missing_allowed and values.isna().all()):
        raise MethodError(
            f"Kolom {column} tidak berisi angka melainkan {values.dtype}. Perbaikan: {remedy}"
        )
    numbers = values.astype(float)
    wrong = ~(numbers % 1 == 0) & ~(numbers.isna() & missing_allowed)
    if wrong.any():
        raise MethodError(
            f"Kolom {column} tidak bulat atau kosong untuk {some(data.loc[wrong, unit])}. "
            f"Perbaikan: {remedy}"
        )


def without_gaps(
    rows: pd.DataFrame, unit: str, time: str, outcome: str, allow_gaps: Sequence[int]
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Leave out the declared incomplete times and refuse every other hole in the panel."""
    if not pd.api.types.is_numeric_dtype(rows[outcome]):
        raise MethodError(
            f"Kolom {outcome} tidak berisi angka melainkan {rows[outcome].dtype}. "
            "Perbaikan: ubah kolom itu menjadi angka (titik desimal, tanpa satuan)."
        )
    labels, of = np.unique(rows[unit].to_numpy(), return_inverse=True)
    times, at = np.unique(rows[time].to_numpy().astype(np.int64), return_inverse=True)
    filled = np.zeros((labels.size, times.size), dtype=bool)
    filled[of, at] = np.isfinite(rows[outcome].to_numpy(dtype=float, na_value=np.nan))
    declared = np.isin(times, list(allow_gaps))
    holes = ~filled & ~declared
    if holes.any():
        i, t = np.nonzero(holes)
        raise MethodError(
            f"Tidak ada nilai {outcome} untuk {pairs(labels[i], times[t])}. Perbaikan: lengkapi "
            "nilainya, keluarkan unit itu, atau nyatakan waktunya lebih dahulu dalam allow_gaps."
        )
    used = times[filled.all(axis=0)]
    inside = range(int(times[0]), int(times[-1]) + 1)
    absent = [moment for moment in inside if moment not in used]
    undeclared = [moment for moment in absent if moment not in allow_gaps]
    if undeclared:
        raise MethodError(
            f"Tidak ada satu unit pun yang teramati pada {time} {some(undeclared)}. Perbaikan: "
            "lengkapi waktu itu, atau nyatakan lebih dahulu dalam allow_gaps."
        )
    return rows[rows[time].isin(used)].reset_index(drop=True), tuple(absent)


def require_constant(rows: pd.DataFrame, column: str, unit: str, shape: tuple[int, int]) -> None:
    """Refuse a column that changes within a unit; rows are sorted, `shape` is (N, T)."""
    codes = pd.factorize(rows[column])[0].reshape(shape)
    changing = (codes != codes[:, :1]).any(axis=1)
    if changing.any():
        labels = rows[unit].to_numpy().reshape(shape)[changing, 0]
        raise MethodError(
            f"Kolom {column} berubah di dalam {some(labels)}. "
            "Perbaikan: beri satu nilai yang sama pada semua baris satu unit."
        )


def require_cohorts(cohorts: Floats, times: Integers, column: str) -> None:
    """Refuse a cohort written 0 and one whose first treated time is not observed."""
    if times[0] > 0 and (cohorts == 0).any():
        raise MethodError(
            f"Kolom {column} berisi 0 untuk {int((cohorts == 0).sum())} unit. Perbaikan: kosongkan "
            "untuk unit yang tidak pernah diperlakukan."
        )
    inside = np.unique(cohorts[(cohorts >= times[0]) & (cohorts <= times[-1])])
    lost = inside[~np.isin(inside, times)].astype(int)
    if lost.size:
        raise MethodError(
            f"Perlakuan dimulai pada {some(lost)}, waktu yang tidak teramati, sehingga awalnya "
            "tidak dapat dibandingkan. Perbaikan: lengkapi waktu itu, atau keluarkan kohortnya."
        )


def require_contrast(cohorts: Floats, times: Integers, n_always: int) -> None:
    """Refuse a panel without treated units, or in which all start at the same time."""
    if not (cohorts <= times[-1]).any():
        lost = f" ({n_always} unit sudah diperlakukan sejak waktu pertama)" if n_always else ""
        raise MethodError(
            f"Tidak ada unit yang mulai diperlakukan di dalam panel{lost}. "
            "Perbaikan: periksa kolom kohort, atau sertakan waktu sebelum perlakuan."
        )
    if np.unique(cohorts).size < 2:
        raise MethodError(
            "Tidak ada unit pembanding: semua unit mulai diperlakukan pada waktu yang sama. "
            "Perbaikan: sertakan unit yang tidak, atau belum, diperlakukan."
        )


def require_variation(outcomes: Floats, cohorts: Floats, times: Integers, outcome: str) -> None:
    """Refuse an outcome that is constant before treatment: it cannot show parallel trends."""
    untreated = cohorts[:, None] > times
    still = np.diff(outcomes, axis=1)[untreated[:, 1:]]
    before = outcomes[:, times < cohorts.min()]
    if not still.any() or np.ptp(before) == 0:
        raise MethodError(
            f"Hasil {outcome} tidak berubah sama sekali sebelum perlakuan, sehingga tidak ada tren "
            "yang dapat dibandingkan. Perbaikan: periksa apakah kolom itu sudah diukur pada "
            "waktu-waktu awal."
        )


def some(items: Iterable[Any], limit: int = 6) -> str:
    """Write the first few different items and count the rest."""
    shown = list(dict.fromkeys(map(str, items)))
    more = f" dan {len(shown) - limit} lainnya" if len(shown) > limit else ""
    return ", ".join(shown[:limit]) + more


def pairs(units: Iterable[Any], times: Iterable[Any]) -> str:
    """Write the first few units, each with its time."""
    return some(f"{label} ({int(moment)})" for label, moment in zip(units, times, strict=True))
