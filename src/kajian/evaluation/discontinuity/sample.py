"""The rows of a discontinuity design: complete, centred at the cutoff, ascending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import (
    KERNELS,
    Bandwidth,
    Kernel,
    windows,
)
from kajian.linear.fixed_effects import Codes, Floats
from kajian.linear.frame import codes_of

REPEATED = 0.2
"""Share of rows that repeat another value of x from which a design counts as discrete: a
convention, shared with other software."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows in ascending order of the running variable.

    Attributes
    ----------
    x
        Running variable minus the cutoff, shape (n,).
    columns
        Outcome, then treatment and covariates where given, shape (n, k).
    cluster
        Codes, shape (n,), or None.
    n_dropped
        Rows left out because a value is missing.
    """

    x: Floats
    columns: Floats
    cluster: Codes | None
    n_dropped: int

    @property
    def repeated_share(self) -> float:
        """Share of rows that repeat another value of x: the larger of the two sides."""
        middle = int(np.searchsorted(self.x, 0.0))
        sides = (self.x[:middle], self.x[middle:])
        return max(1 - np.unique(side).size / side.size for side in sides)


def running_sample(
    x: Any, cutoff: float, columns: dict[str, Any] | None = None, cluster: Any = None
) -> Sample:
    """Check the columns of a design and put its complete rows in order.

    Parameters
    ----------
    x
        Running variable, shape (n,).
    cutoff
        Value of x from which the right side starts.
    columns
        Other numbers by their names in messages, each of shape (n,).
    cluster
        Labels, shape (n,), or None.

    Raises
    ------
    MethodError
        Values that are not finite numbers, shapes that differ, no complete row, a running
        variable that does not vary, or a cutoff without rows on both sides.
    """
    named = {"x (variabel penentu)": x, **(columns or {})}
    _require_one_shape([*named.values(), *([] if cluster is None else [cluster])])
    table = pd.DataFrame({name: _numbers(values, name) for name, values in named.items()})
    complete = table.notna().all(axis=1).to_numpy()
    labels = None if cluster is None else pd.Series(np.asarray(cluster))
    if labels is not None:
        complete = complete & labels.notna().to_numpy()
    if not complete.any():
        raise MethodError(
            "Tidak ada baris yang lengkap. Perbaikan: periksa nilai kosong pada "
            f"{', '.join(named)}."
        )
    values = table.to_numpy()[complete]
    order = np.lexsort(values.T[::-1])
    values = values[order]
    centred = values[:, 0] - cutoff
    _require_two_sides(values[:, 0], cutoff)
    codes = None if labels is None else codes_of(labels[complete].iloc[order])
    return Sample(centred, values[:, 1:], codes, int((~complete).sum()))


def _require_one_shape(columns: list[Any]) -> None:
    shapes = [np.shape(values) for values in columns]
    if len(set(shapes)) > 1 or len(shapes[0]) != 1:
        raise MethodError(
            f"Bentuk kolom tidak cocok: {', '.join(map(str, shapes))}. "
            "Perbaikan: beri satu angka per baris dan ambil semua kolom dari tabel yang sama."
        )


def _numbers(values: Any, name: str) -> Floats:
    column = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values))
    if not pd.api.types.is_numeric_dtype(column):
        raise MethodError(
            f"Kolom {name} tidak berisi angka melainkan {column.dtype}. "
            "Perbaikan: ubah kolom itu menjadi angka (titik desimal, tanpa satuan)."
        )
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise MethodError(
            f"Kolom {name} tak terhingga pada {int(np.isinf(numbers).sum())} baris. "
            "Perbaikan: periksa pembagian dengan nol atau logaritma nol."
        )
    return numbers


def _require_two_sides(x: Floats, cutoff: float) -> None:
    if not x[0] < cutoff <= x[-1]:
        raise MethodError(
            f"Ambang {cutoff:g} tidak membelah data: x berjalan dari {x[0]:g} sampai {x[-1]:g}, "
            "sehingga satu sisi kosong. Perbaikan: periksa ambang dan satuannya."
        )


def check_choices(order: int, kernel: str, level: float) -> None:
    """Refuse an order, kernel or level that does not exist."""
    if not (isinstance(order, int) and 0 <= order <= 3):
        raise MethodError(
            f"Derajat polinomial {order!r} tidak tersedia. Perbaikan: pilih 0 sampai 3; derajat "
            "satu lazim dipakai."
        )
    if kernel not in KERNELS:
        raise MethodError(
            f"Kernel {kernel!r} tidak dikenal. Perbaikan: pilih dari {', '.join(KERNELS)}."
        )
    if not 0.5 <= level < 1:
        raise MethodError(
            f"Tingkat kepercayaan {level:g} tidak sah. Perbaikan: pilih dari 0.5 sampai di "
            "bawah satu, misalnya 0.95."
        )


def bandwidth_pair(bandwidth: float | tuple[float, float]) -> tuple[float, float]:
    """One bandwidth twice, or both, when they are positive."""
    first, second = bandwidth if isinstance(bandwidth, tuple) else (bandwidth, bandwidth)
    if not (0 < first < np.inf and 0 < second < np.inf):
        raise MethodError(
            f"Lebar pita {bandwidth} tidak sah. Perbaikan: beri angka positif dalam satuan x."
        )
    return float(first), float(second)


def require_distinct(x: Floats, h: Bandwidth, kernel: Kernel, needed: int) -> None:
    """Refuse a bandwidth that holds fewer distinct points on a side than a polynomial needs."""
    for (window, bandwidth), side in zip(windows(x, h, kernel), ("kiri", "kanan"), strict=True):
        found = np.unique(x[window]).size
        if found < needed:
            raise MethodError(
                f"Di {side} ambang, dalam lebar pita {bandwidth:g}, hanya ada {found} nilai x yang "
                f"berbeda; diperlukan sedikitnya {needed}. Perbaikan: perlebar pita, turunkan "
                "derajat polinomial, atau pakai acakan setempat (local randomisation) bila x "
                "memang diskret."
            )


def distinct_distances(x: Floats, count: int) -> tuple[float, float]:
    """Distance to the count-th distinct point on the left and on the right, or to the farthest."""
    distinct = np.unique(x)
    left, right = -distinct[distinct < 0][::-1], distinct[distinct >= 0]
    return float(left[:count][-1]), float(right[:count][-1])


def require_distinct_sides(x: Floats, needed: int) -> None:
    """Refuse a side with too few distinct points to choose a bandwidth from."""
    for side, name in ((x[x < 0], "kiri"), (x[x >= 0], "kanan")):
        found = np.unique(side).size
        if found < needed:
            raise MethodError(
                f"Di {name} ambang hanya ada {found} nilai x yang berbeda dari {side.size} baris; "
                f"lebar pita otomatis memerlukan sedikitnya {needed}. Perbaikan: pakai acakan "
                "setempat (local randomisation) atau rancangan lain; atau tetapkan bandwidth bila "
                "nilainya cukup rapat di sekitar ambang."
            )
