"""Variances of shares from few clusters, made usable by what all areas say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.mapping.survey.result import Floats


@dataclass(frozen=True, slots=True, eq=False)
class SmoothedVariance:
    """Smoothed variances of the shares of m areas.

    Attributes
    ----------
    areas
        Labels.
    variance
        Shape (m,), positive; missing for areas without sample.
    direct_variance
        What each area's own sample says of its variance.
    expected
        The share on which each variance rests, 0 to 1.
    design_effect
        Variance over that of a simple random sample of as many households, for all areas.
    used
        Whether the area's own variance entered the design effect.
    """

    areas: pd.Index
    variance: Floats
    direct_variance: Floats
    expected: Floats
    design_effect: float
    used: NDArray[np.bool_]

    def tidy(self) -> pd.DataFrame:
        """Return one row per area: area, variance, direct_variance, expected, used."""
        return pd.DataFrame(
            {
                "area": self.areas,
                "variance": self.variance,
                "direct_variance": self.direct_variance,
                "expected": self.expected,
                "used": self.used,
            }
        )

    def __str__(self) -> str:
        zero = int((self.direct_variance == 0).sum())
        return (
            f"Ragam {int(np.isfinite(self.variance).sum())} wilayah dihaluskan dengan satu efek "
            f"rancangan {format_number(self.design_effect, 2)} dari {int(self.used.sum())} "
            f"wilayah; {zero} di antaranya semula bernilai nol"
        )


def smoothed_variance(
    estimate: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    clusters: ArrayLike,
    *,
    expected: ArrayLike | None = None,
    areas: Sequence[Any] | pd.Index | None = None,
) -> SmoothedVariance:
    """Smooth the variances of estimated shares: ``design effect * p (1 - p) / n``.

    The variance of a share from two or three clusters is mostly chance, zero where nobody in the
    sample is poor, and small where the share came out small: an area-level model that believed it
    would trust lucky samples most. Here p is not the area's own estimate, and the design effect
    is the one of all areas.

    Parameters
    ----------
    estimate, variance
        Shape (m,), shares from 0 to 1 and their variances under the design; missing for areas
        without sample. A variance from one cluster is missing or zero, and not used.
    n, clusters
        Shape (m,), households and clusters of each area's sample.
    expected
        Shape (m,), the share to expect of each area, above 0 and below 1, such as the synthetic
        estimate of a first model (cut off above zero); without it the mean share of all areas,
        weighted by n. With it, large areas with much poverty do not raise the design effect.
    areas
        Labels; without them 0, 1, ...

    Returns
    -------
    SmoothedVariance

    Raises
    ------
    MethodError
        When lengths differ, a share is outside 0-1, an area has an estimate without households or
        the reverse, a variance is negative, or all usable variances are zero.

    Notes
    -----
    A generalised variance function for shares: Wolter (2007), Introduction to Variance
    Estimation, 2nd ed., ch. 7. The design effect is a mean over areas with two clusters or more,
    weighted by clusters minus one. Within a stratum the linearised variance of an area's share
    lets the deviations of c clusters from their own mean stand for those from the true mean, which
    makes it too small by ``(c - 1) / c`` where the stratum has many more clusters; this is undone.
    """
    p, v = np.asarray(estimate, dtype=float), np.asarray(variance, dtype=float)
    n, c = np.asarray(n, dtype=float), np.asarray(clusters, dtype=float)
    labels = pd.RangeIndex(p.size) if areas is None else pd.Index(areas)
    if p.ndim != 1 or not p.shape == v.shape == n.shape == c.shape == labels.shape:
        raise MethodError(
            f"Pendugaan ({p.size}), ragam ({v.size}), n ({n.size}), klaster ({c.size}), dan label "
            f"({labels.size}) tidak sama panjang. Perbaikan: ambil semuanya dari tabel yang sama."
        )
    sampled = n > 0
    _refuse(labels, sampled != np.isfinite(p), "punya pendugaan tanpa sampel, atau sebaliknya")
    _refuse(labels, (p < 0) | (p > 1), "punya proporsi di luar 0-1")
    _refuse(labels, v < 0, "punya ragam negatif")
    used = sampled & (c >= 2) & np.isfinite(v)
    if not used.any() or not (v[used] > 0).any():
        raise MethodError(
            f"Ragam langsung {int(used.sum())} wilayah yang punya dua klaster atau lebih "
            "semuanya nol. Perbaikan: gabungkan wilayah, atau pakai indikator yang lebih sering."
        )
    if expected is None:
        share = np.full(p.size, np.average(p[sampled], weights=n[sampled]))
    else:
        share = np.broadcast_to(np.asarray(expected, dtype=float), p.shape).copy()
    _refuse(labels, ~((share > 0) & (share < 1)), "punya proporsi harapan di luar 0-1")
    simple = share * (1 - share) / np.where(sampled, n, np.nan)
    ratio = v[used] / simple[used] * c[used] / (c[used] - 1)
    design_effect = float(np.average(ratio, weights=c[used] - 1))
    return SmoothedVariance(
        areas=labels,
        variance=design_effect * simple,
        direct_variance=v,
        expected=share,
        design_effect=design_effect,
        used=used,
    )


def _refuse(labels: pd.Index, wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        first = ", ".join(map(str, labels[wrong][:5]))
        raise MethodError(
            f"{int(wrong.sum())} wilayah {what} ({first}). Perbaikan: periksa barisnya; proporsi "
            "dan ragamnya berasal dari domain_mean dengan proportion=True."
        )
