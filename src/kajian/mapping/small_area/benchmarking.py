"""Estimates of areas that add up to the figure published for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.mapping.small_area.result import normal_limits, precision_label, relative_error_pct
from kajian.mapping.survey.result import Floats

Method = Literal["ratio", "difference", "weighted"]


@dataclass(frozen=True, slots=True, eq=False)
class Benchmarked:
    """Estimates of m areas whose weighted mean is the target.

    Attributes
    ----------
    areas, shares
        Labels, and shares of the population that sum to 1.
    estimate, adjustment
        The estimate after benchmarking, and what was added to the one before.
    mse, interval_mse
        Mean squared error, and the squared error that the interval allows for; both grow by the
        squared adjustment.
    sampled
        Whether the area has a sample.
    before, target, target_std_error
        Weighted mean before; the published figure, and its standard error (zero if exact).
    method, upper, level
        How the difference was distributed, the largest possible value, and the interval's level.
    """

    areas: pd.Index
    shares: Floats
    estimate: Floats
    adjustment: Floats
    mse: Floats
    interval_mse: Floats
    sampled: NDArray[np.bool_]
    before: float
    target: float
    target_std_error: float
    method: Method
    upper: float
    level: float

    @property
    def rmse(self) -> Floats:
        """Root of the mean squared error."""
        return np.sqrt(self.mse)

    @property
    def rse_pct(self) -> Floats:
        """Root mean squared error in percent of the estimate."""
        return relative_error_pct(self.estimate, self.mse)

    @property
    def label(self) -> NDArray[np.str_]:
        """How far each estimate may be shown (see `precision_label`)."""
        return precision_label(self.rse_pct, self.sampled)

    def tidy(self) -> pd.DataFrame:
        """Return one row per area: area, share, estimate, adjustment, errors, limits, label."""
        low, high = normal_limits(self.estimate, self.interval_mse, self.level, (0, self.upper))
        return pd.DataFrame(
            {
                "area": self.areas,
                "share": self.shares,
                "estimate": self.estimate,
                "adjustment": self.adjustment,
                "rmse": self.rmse,
                "conf_low": low,
                "conf_high": high,
                "rse_pct": self.rse_pct,
                "sampled": self.sampled,
                "label": self.label,
            }
        )

    def __str__(self) -> str:
        gap = self.target - self.before
        off = (
            "angka acuan dianggap tanpa galat"
            if self.target_std_error == 0
            else f"galat baku angka acuan {format_number(self.target_std_error, 4)}"
        )
        return (
            f"{len(self.areas)} wilayah disesuaikan ({self.method}) dari rata-rata "
            f"{format_number(self.before, 4)} ke angka acuan {format_number(self.target, 4)} "
            f"(selisih {format_number(gap, 4)}; {off})"
        )


def benchmark(
    estimates: ArrayLike,
    shares: ArrayLike,
    target: float,
    *,
    mse: ArrayLike,
    method: Method = "ratio",
    interval_mse: ArrayLike | None = None,
    sampled: ArrayLike | None = None,
    target_std_error: float = 0.0,
    upper: float = np.inf,
    areas: Sequence[Any] | pd.Index | None = None,
    level: float = 0.95,
) -> Benchmarked:
    """Adjust estimates so that their weighted mean equals a published figure.

    Parameters
    ----------
    estimates
        Shape (m,), between 0 and `upper`.
    shares
        Shape (m,), population of each area, or its share; not negative.
    target
        The figure for all areas together, in units of `estimates`.
    mse
        Shape (m,), mean squared errors of `estimates`.
    method
        How the difference is distributed: ``"ratio"`` in proportion to the estimates,
        ``"difference"`` equally, ``"weighted"`` in proportion to `mse`, so that what is known
        well moves little.
    interval_mse
        Shape (m,), the squared errors that intervals allow for; without it, `mse`.
    sampled
        Shape (m,), whether an area has a sample; without it, all have.
    target_std_error
        Standard error of the published figure, which is itself often an estimate. It is said
        with the result; it adds nothing to the errors, since the adjustment that it causes is
        in them already.
    upper
        The largest possible value: 1 for shares, 100 for percentages.
    areas
        Labels; without them 0, 1, ...
    level
        Of the confidence interval.

    Returns
    -------
    Benchmarked

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, an estimate is outside 0 to `upper`, a share or
        error is negative, the target cannot be reached, or `level` is outside 0-1.

    Notes
    -----
    With shares w that sum to 1, minimises ``sum_i w_i (change_i)^2 / a_i`` subject to the target
    and the bounds, with a the estimates, ones, or the errors: Datta, Ghosh, Steorts and Maples
    (2011), TEST 20, 574-588; Bell, Datta and Ghosh (2013), Biometrika 100, 189-202. Without a
    bound that binds, ``change_i = a_i * gap / sum_j w_j a_j``. The mean squared error grows by
    the squared adjustment, as in You, Rao and Dick (2004), Statistics in Transition 6, 631-640:
    under the model, the error of a best predictor is uncorrelated with whatever the data decide.
    It grows at least as much as the estimate, so that no label improves by the adjustment. This is
    cautious: an exact total takes away the error that all areas share, which is not credited.
    """
    x, w, error = (np.asarray(a, dtype=float) for a in (estimates, shares, mse))
    wide = error if interval_mse is None else np.asarray(interval_mse, dtype=float)
    seen = np.ones(x.shape, dtype=bool) if sampled is None else np.asarray(sampled, dtype=bool)
    labels = pd.RangeIndex(x.size) if areas is None else pd.Index(areas)
    if method not in get_args(Method):
        raise MethodError(
            f"method '{method}' tidak dikenal. Perbaikan: pilih {', '.join(get_args(Method))}."
        )
    if x.ndim != 1 or any(a.shape != x.shape for a in (w, error, wide, seen, labels)):
        raise MethodError(
            f"Pendugaan ({x.size}), bobot penduduk ({w.size}), galat ({error.size}), dan label "
            f"({labels.size}) tidak sama panjang. Perbaikan: ambil dari tabel yang sama."
        )
    _refuse(labels, ~((x >= 0) & (x <= upper)), f"punya pendugaan kosong atau di luar 0-{upper:g}")
    _refuse(labels, ~(np.isfinite(w) & (w >= 0)), "punya bobot penduduk kosong atau negatif")
    _refuse(
        labels,
        ~(np.isfinite(error + wide) & (error >= 0) & (wide >= 0)),
        "punya galat kosong atau negatif",
    )
    if not 0 < level < 1:
        raise MethodError(f"level {level} di luar 0-1. Perbaikan: isi misalnya 0.95.")
    reachable = np.isfinite(target) and 0 <= target <= upper
    if not reachable or not target_std_error >= 0 or w.sum() == 0:
        raise MethodError(
            f"Angka acuan {target:g} (galat baku {target_std_error:g}) tidak dapat dicapai. "
            "Perbaikan: isi dalam satuan pendugaan, misalnya 0,0831 untuk proporsi 8,31%."
        )
    w = w / w.sum()
    movable = {"ratio": x, "difference": np.ones(x.size), "weighted": error}[method]
    changed = _moved(x, w, movable, float(target), upper)
    adjustment = changed - x
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.where(x > 0, np.maximum(changed / x, 1.0), 1.0) ** 2
    return Benchmarked(
        areas=labels,
        shares=w,
        estimate=changed,
        adjustment=adjustment,
        mse=np.maximum(error + adjustment**2, error * grown),
        interval_mse=np.maximum(wide + adjustment**2, wide * grown),
        sampled=seen,
        before=float(w @ x),
        target=float(target),
        target_std_error=float(target_std_error),
        method=method,
        upper=float(upper),
        level=level,
    )


def _moved(x: Floats, w: Floats, movable: Floats, target: float, upper: float) -> Floats:
    """Move values to a weighted mean, in proportion to `movable`, and hold them at the bounds."""
    changed, free = x.copy(), np.ones(x.size, dtype=bool)
    while True:
        room = float(w[free] @ movable[free])
        gap = target - float(w[free] @ x[free]) - float(w[~free] @ changed[~free])
        if room == 0:
            break
        changed[free] = x[free] + movable[free] * gap / room
        outside = (changed < 0) | (changed > upper)
        if not outside.any():
            return changed
        changed, free = changed.clip(0, upper), free & ~outside
    if abs(gap) > 1e-12 * max(target, float(w @ x)):
        raise MethodError(
            f"Angka acuan {target:g} tidak dapat dicapai dari pendugaan ini tanpa keluar dari "
            f"0-{upper:g}. Perbaikan: pilih method='difference', atau periksa angkanya."
        )
    return changed


def _refuse(labels: pd.Index, wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        first = ", ".join(map(str, labels[wrong][:5]))
        raise MethodError(
            f"{int(wrong.sum())} wilayah {what} ({first}). Perbaikan: periksa barisnya; untuk "
            "proporsi, pakai fay_herriot dengan proportion=True."
        )
