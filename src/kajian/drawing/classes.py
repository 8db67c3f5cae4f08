"""Classes of a choropleth: their bounds, and how a legend writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import MINUS, format_number


def class_bounds(
    values: NDArray[np.float64], classes: int | Sequence[float], decimals: int
) -> NDArray[np.float64]:
    """Return rising upper bounds of classes, the last of them not below the largest value.

    Parameters
    ----------
    values
        Numbers, missing allowed.
    classes
        Number of quantile classes (fewer come back when values tie), or upper bounds.
    decimals
        Bounds are rounded to what is printed.

    Raises
    ------
    MethodError
        When there is no value, the bounds do not rise, or they do not cover the data.
    """
    known = np.round(values[np.isfinite(values)], decimals)
    if not len(known):
        raise MethodError("Peta tanpa satu angka pun. Perbaikan: periksa kolom yang dipetakan.")
    if isinstance(classes, int):
        edges = np.quantile(known, np.arange(1, classes + 1) / classes, method="inverted_cdf")
        return np.unique(edges.round(decimals))
    bounds = np.round(np.asarray(classes, dtype=float), decimals)
    if (np.diff(bounds) <= 0).any() or bounds[-1] < known.max():
        raise MethodError(
            f"Batas kelas {list(classes)} tidak menaik atau tidak memuat angka terbesar "
            f"{format_number(float(known.max()), decimals)}. Perbaikan: susun menaik sampai "
            "angka terbesar itu."
        )
    return bounds


def class_range(low: float, high: float, decimals: int) -> str:
    """Write the range of a class; the first of given classes has no lower end."""
    last = format_number(high, decimals)
    if low == -np.inf:
        return f"sampai {last}"
    first = format_number(low, decimals)
    if first == last:
        return last
    return f"{first} sampai {last}" if MINUS in first + last else f"{first}–{last}"
