"""Test of sorting around a cutoff: a jump in the density of the running variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.bandwidth import FEWEST_DISTINCT
from kajian.evaluation.discontinuity.density import side_densities
from kajian.evaluation.discontinuity.density_bandwidth import density_bandwidths
from kajian.evaluation.discontinuity.local_polynomial import Kernel, windows
from kajian.evaluation.discontinuity.result import jump_of
from kajian.evaluation.discontinuity.sample import (
    REPEATED,
    bandwidth_pair,
    check_choices,
    require_distinct,
    require_distinct_sides,
    running_sample,
)
from kajian.language import format_number, format_p_value, format_percent


@dataclass(frozen=True, slots=True, eq=False)
class DensityTest:
    """A test of equal densities on the two sides of a cutoff.

    No rejection does not show that nobody sorted: sorting in both directions can balance, and a
    small sample finds only large jumps.

    Attributes
    ----------
    density_left, density_right
        Bias-corrected densities at the cutoff, per unit of x.
    estimate, std_error, conf_low, conf_high
        Right minus left density, its jackknife standard error and interval.
    statistic, p_value
        Estimate over standard error, and its two-sided normal p-value.
    cutoff, h_left, h_right
        In units of x.
    order, kernel, level
        The choices made; the bias correction raises the order by one.
    n_left, n_right, n_obs, n_dropped
        Rows with positive weight on each side, all rows, and rows left out without a value.
    repeated_share
        Share of rows that repeat another value of x: the larger of the two sides.
    note
        What a reader must know, in Indonesian; empty when there is nothing to say.
    """

    density_left: float
    density_right: float
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    statistic: float
    p_value: float
    cutoff: float
    h_left: float
    h_right: float
    order: int
    kernel: Kernel
    level: float
    n_left: int
    n_right: int
    n_obs: int
    n_dropped: int
    repeated_share: float
    note: str

    def tidy(self) -> pd.DataFrame:
        """Return one row, `density_jump`, in units of one over x."""
        columns = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
        row = {name: [getattr(self, name)] for name in columns}
        return pd.DataFrame({"term": ["density_jump"], **row})

    def __str__(self) -> str:
        lines = [
            f"Uji kepadatan di ambang {format_number(self.cutoff, 2)}: "
            f"T = {format_number(self.statistic, 3)} ({format_p_value(self.p_value)}); "
            f"{self.n_left} baris dalam lebar pita {format_number(self.h_left, 3)} di kiri, "
            f"{self.n_right} dalam {format_number(self.h_right, 3)} di kanan",
            "Tidak ditolak bukan berarti tidak ada yang memilih sisi.",
        ]
        return "\n".join([*lines, *([self.note] if self.note else [])])


def density_test(
    x: Any,
    cutoff: float = 0.0,
    *,
    bandwidth: float | tuple[float, float] | None = None,
    order: int = 2,
    kernel: Kernel = "triangular",
    level: float = 0.95,
) -> DensityTest:
    """Test whether the density of x jumps at a cutoff, as when units choose their side.

    A polynomial of order p + 1 is fitted to the empirical distribution function on each side,
    within a bandwidth chosen for order p; the slopes are densities free of leading bias (Cattaneo,
    Jansson & Ma 2018 and 2020, unrestricted test). Units at the cutoff belong to the right side.

    Parameters
    ----------
    x
        Running variable, shape (n,); missing values are left out and counted.
    cutoff
        In units of x.
    bandwidth
        In units of x: one for both sides or (left, right); when omitted, see `density_bandwidths`.
    order
        p, 1 to 3.
    kernel
        `triangular`, `epanechnikov` or `uniform`.
    level
        Confidence level of the interval of the jump.

    Raises
    ------
    MethodError
        Values that are not finite numbers, an empty side, or too few distinct values on a side or
        within a bandwidth.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=2000)
    >>> bunched = np.append(x, np.linspace(0, 0.1, 200))
    >>> density_test(bunched).p_value < 0.05
    True
    """
    check_choices(order, kernel, level)
    if order == 0:
        raise MethodError(
            "Uji kepadatan memerlukan polinomial sedikitnya berderajat satu. "
            "Perbaikan: pilih order 1, 2 atau 3."
        )
    sample = running_sample(x, cutoff)
    if bandwidth is None:
        require_distinct_sides(sample.x, FEWEST_DISTINCT)
        h = density_bandwidths(sample.x, order, kernel)
    else:
        h = bandwidth_pair(bandwidth)
    require_distinct(sample.x, h, kernel, order + 3)
    densities = side_densities(sample.x, h, order + 1, kernel)
    left, right = (float(each) for each in densities.estimates)
    jump = jump_of(right - left, float(densities.variances.sum()), level, np.inf)
    n_left, n_right = (int(rows.stop - rows.start) for rows, _ in windows(sample.x, h, kernel))
    notes = []
    if sample.repeated_share >= REPEATED:
        notes.append(
            f"{format_percent(100 * sample.repeated_share, 0)} baris mengulang nilai x yang sama, "
            "padahal uji ini untuk x kontinu: hasilnya dapat keliru ke dua arah."
        )
    if min(left, right) <= 0:
        notes.append("Kepadatan taksiran di satu sisi tidak positif: datanya terlalu sedikit.")
    return DensityTest(
        density_left=left,
        density_right=right,
        estimate=jump.estimate,
        std_error=jump.std_error,
        conf_low=jump.conf_low,
        conf_high=jump.conf_high,
        statistic=jump.estimate / jump.std_error,
        p_value=jump.p_value,
        cutoff=cutoff,
        h_left=h[0],
        h_right=h[1],
        order=order,
        kernel=kernel,
        level=level,
        n_left=n_left,
        n_right=n_right,
        n_obs=sample.x.size,
        n_dropped=sample.n_dropped,
        repeated_share=sample.repeated_share,
        note=" ".join(notes),
    )
