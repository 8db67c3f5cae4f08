"""Classes of a choropleth: by which rule they are made, their bounds, and how a legend says so."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import MINUS, format_number

Rule = Literal["kuantil", "jenks", "sama"]
RULE_NAMES: Mapping[str, str] = MappingProxyType(
    {"kuantil": "kuantil", "jenks": "Fisher-Jenks", "sama": "lebar sama"}
)
FIXED = "batas tetap"


def class_bounds(
    values: NDArray[np.float64],
    classes: int | Sequence[float],
    decimals: int,
    rule: Rule = "kuantil",
) -> NDArray[np.float64]:
    """Return rising upper bounds of classes, the last of them not below the largest value.

    Parameters
    ----------
    values
        Numbers, missing allowed.
    classes
        Number of classes (fewer come back when values tie), or upper bounds.
    decimals
        Bounds are rounded to what is printed.
    rule
        How a number of classes is made of the values: ``"kuantil"`` about equally many in each,
        ``"jenks"`` the least squares within classes, ``"sama"`` classes of equal width.

    Raises
    ------
    MethodError
        When there is no value, the rule is unknown or given together with bounds, or the bounds
        do not rise or do not cover the data.

    Notes
    -----
    Quantiles are values of the data: the smallest that leaves a share of at least i / k at or
    below it. Fisher-Jenks (Fisher 1958, JASA 53: 789-798) and equal intervals are those of
    mapclassify.
    """
    known = np.round(values[np.isfinite(values)], decimals)
    if not len(known):
        raise MethodError("Peta tanpa satu angka pun. Perbaikan: periksa kolom yang dipetakan.")
    if rule not in RULE_NAMES or (rule != "kuantil" and not isinstance(classes, int)):
        raise MethodError(
            f"Aturan kelas '{rule}' tidak dikenal atau diberikan bersama batas kelas. "
            f"Perbaikan: pakai {', '.join(RULE_NAMES)} dengan jumlah kelas, atau batas saja."
        )
    if not isinstance(classes, int):
        bounds = np.round(np.asarray(classes, dtype=float), decimals)
        if (np.diff(bounds) <= 0).any() or bounds[-1] < known.max():
            raise MethodError(
                f"Batas kelas {list(classes)} tidak menaik atau tidak memuat angka terbesar "
                f"{format_number(float(known.max()), decimals)}. Perbaikan: susun menaik sampai "
                "angka terbesar itu."
            )
        return bounds
    if rule == "kuantil":
        edges = np.quantile(known, np.arange(1, classes + 1) / classes, method="inverted_cdf")
    else:
        edges = _by_library(known, min(classes, len(np.unique(known))), rule)
    return np.unique(edges.round(decimals))


def _by_library(known: NDArray[np.float64], classes: int, rule: Rule) -> NDArray[np.float64]:
    """Return the bounds of mapclassify, which takes seconds to import."""
    if classes == 1:
        return np.array([known.max()])
    import mapclassify  # type: ignore[import-untyped]

    classifier = mapclassify.FisherJenks if rule == "jenks" else mapclassify.EqualInterval
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Numba not installed")  # a map has few hundred values
        return np.asarray(classifier(known, k=classes).bins, dtype=float)


def class_of(
    values: NDArray[np.float64], bounds: NDArray[np.float64], decimals: int
) -> NDArray[np.intp]:
    """Return the class of each value as it is printed, -1 where it is missing."""
    classes = np.searchsorted(bounds, values.round(decimals))
    return np.where(np.isfinite(values), classes, -1)


def rule_words(classes: object, rule: Rule) -> str:
    """Write by which rule the classes of a map are made."""
    return f"kelas: {RULE_NAMES[rule] if isinstance(classes, int) else FIXED}"


def class_range(low: float, high: float, decimals: int) -> str:
    """Write the range of a class; the first of given classes has no lower end."""
    last = format_number(high, decimals)
    if low == -np.inf:
        return f"sampai {last}"
    first = format_number(low, decimals)
    if first == last:
        return last
    return f"{first} sampai {last}" if MINUS in first + last else f"{first}–{last}"
