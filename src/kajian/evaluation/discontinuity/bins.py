"""What a discontinuity plot shows: means of bins and the fitted curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import coefficient_weights, powers
from kajian.evaluation.discontinuity.result import RegressionDiscontinuity
from kajian.evaluation.discontinuity.sample import running_sample
from kajian.linear.fixed_effects import Floats

CURVE_POINTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class RdBins:
    """Means and curves around a cutoff, in units of y and x.

    Attributes
    ----------
    bins
        One row per bin, ascending: `side` (`left`, `right`), `x_low, x_high` (extremes of its
        rows), `x_mean, y_mean`, `std_error` of the mean, and `n`.
    curve
        The polynomials behind the conventional estimate, without covariates: `side, x, y`, from
        the edge of the bandwidth (or of the data) to the cutoff.
    cutoff, h
        In units of x.
    """

    bins: pd.DataFrame
    curve: pd.DataFrame
    cutoff: float
    h: float

    def tidy(self) -> pd.DataFrame:
        """Return the table of bins."""
        return self.bins.copy()


def rd_bins(
    y: Any,
    x: Any,
    fit: RegressionDiscontinuity,
    *,
    reach: float | None = None,
    bins: int = 20,
    fewest: int = 5,
) -> RdBins:
    """Average the outcome in bins of nearly equal numbers of rows on each side of a cutoff.

    Parameters
    ----------
    y, x
        Outcome and running variable, shapes (n,), as given to `regression_discontinuity`.
    fit
        Its result: cutoff, bandwidth, order and kernel of the curve.
    reach
        Distance from the cutoff that is shown, in units of x; twice h when omitted.
    bins
        Most bins on a side. Rows that share a value of x stay together, so there may be fewer.
    fewest
        Fewest rows in a bin, as disclosure control asks.

    Raises
    ------
    MethodError
        Fewer rows within reach on a side than a bin needs, or numbers that are not positive.
    """
    reach = 2 * fit.h if reach is None else reach
    if not (reach > 0 and bins >= 1 and fewest >= 2):
        raise MethodError(
            f"Bin tidak dapat dibuat dengan reach {reach:g}, bins {bins} dan fewest {fewest}. "
            "Perbaikan: reach harus positif, bins sedikitnya 1 dan fewest sedikitnya 2."
        )
    sample = running_sample(x, fit.cutoff, {"y (hasil)": y})
    at, outcome = sample.x, sample.columns[:, 0]
    weights = [
        coefficient_weights(at, fit.h, fit.order, fit.kernel, derivative)
        for derivative in range(fit.order + 1)
    ]
    tables, curves = [], []
    for name, side in (("left", at < 0), ("right", at >= 0)):
        near = side & (np.abs(at) <= reach)
        tables.append(_side_bins(at[near], outcome[near], name, bins, fewest))
        beta = np.array([each[side] @ outcome[side] for each in weights])
        grid = np.linspace(0.0, min(fit.h, float(np.abs(at[side]).max())), CURVE_POINTS)
        u = np.sort(grid if name == "right" else -grid)
        curves.append(
            pd.DataFrame({"side": name, "x": fit.cutoff + u, "y": powers(u, fit.order) @ beta})
        )
    table = pd.concat(tables, ignore_index=True)
    table[["x_low", "x_high", "x_mean"]] += fit.cutoff
    return RdBins(table, pd.concat(curves, ignore_index=True), fit.cutoff, fit.h)


def _side_bins(x: Floats, y: Floats, side: str, bins: int, fewest: int) -> pd.DataFrame:
    if x.size < fewest:
        raise MethodError(
            f"Hanya {x.size} baris di satu sisi ambang dalam jangkauan gambar; satu bin memerlukan "
            f"{fewest}. Perbaikan: perlebar reach."
        )
    ends = np.append(np.flatnonzero(np.diff(x)) + 1, x.size)
    targets = np.linspace(0, x.size, bins + 1)[1:-1]
    starts = [0]
    for end in np.unique(ends[np.searchsorted(ends, targets)]):
        if end - starts[-1] >= fewest and x.size - end >= fewest:
            starts.append(int(end))
    groups = np.repeat(np.arange(len(starts)), np.diff([*starts, x.size]))
    grouped = pd.DataFrame({"x": x, "y": y}).groupby(groups)
    table = grouped.agg(
        x_low=("x", "min"),
        x_high=("x", "max"),
        x_mean=("x", "mean"),
        y_mean=("y", "mean"),
        std_error=("y", "sem"),
        n=("y", "size"),
    )
    table.insert(0, "side", side)
    return table
