"""Whether two groups can each carry a regression of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.causal.decomposition.categories import dummies_of
from kajian.causal.decomposition.rank import require_full_rank
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats

Rows = NDArray[np.bool_]


def two_groups(sample: pd.DataFrame, group: str, first: Any) -> tuple[tuple[Any, Any], Rows]:
    """Return the labels of the groups A and B, and which rows belong to A.

    Raises
    ------
    MethodError
        When there are not exactly two levels, or `first` is none of them.
    """
    levels = sorted(sample[group].unique())
    if len(levels) != 2:
        raise MethodError(
            f"Kolom {group} berisi {len(levels)} kelompok pada baris lengkap "
            f"({', '.join(map(str, levels[:5]))}), seharusnya dua. "
            "Perbaikan: pilih dua kelompok, atau gabungkan yang lain."
        )
    if first is not None and first not in levels:
        raise MethodError(
            f"Kelompok {first!r} tidak ada dalam kolom {group}. "
            f"Perbaikan: pilih {levels[0]!r} atau {levels[1]!r}."
        )
    if first == levels[1]:
        levels.reverse()
    return (levels[0], levels[1]), (sample[group] == levels[0]).to_numpy()


def require_estimable(
    design: pd.DataFrame, y: Floats, in_a: Rows, groups: tuple[Any, Any], outcome: str
) -> None:
    """Refuse a design that cannot be estimated in each group.

    Raises
    ------
    MethodError
        An outcome that does not vary, a category of one group only, or as `require_full_rank`.
    """
    for label, rows in zip(groups, (in_a, ~in_a), strict=True):
        if np.ptp(y[rows]) == 0:
            raise MethodError(
                f"Hasil {outcome} tidak berubah dalam kelompok {label}. "
                "Perbaikan: periksa kolom hasil."
            )
        here = design.loc[rows]
        _require_categories(here, label)
        require_full_rank(here, f"dalam kelompok {label}")


def _require_categories(design: pd.DataFrame, label: Any) -> None:
    """Refuse categories that the group does not have."""
    X = design.to_numpy()
    for term, places in dummies_of(design).items():
        absent = [str(design.columns[place]) for place in places if not X[:, place].any()]
        if X[:, places].any(axis=1).all():
            absent.append(f"acuan {term}")
        if absent:
            raise MethodError(
                f"Kelompok {label} tidak memuat kategori {', '.join(absent)}. "
                "Perbaikan: gabungkan kategori itu dengan yang lain, atau keluarkan barisnya."
            )


def require_independent(
    codes: Codes | None, in_a: Rows, groups: tuple[Any, Any], cluster: str | None
) -> None:
    """Refuse a group that lies in one cluster: its error cannot be told.

    Raises
    ------
    MethodError
        Naming the group.
    """
    for label, rows in zip(groups, (in_a, ~in_a), strict=True):
        if codes is not None and np.unique(codes[rows]).size < 2:
            raise MethodError(
                f"Kelompok {label} hanya memuat satu klaster ({cluster}). "
                "Perbaikan: pakai pengelompokan yang lebih halus."
            )
