"""Estimates and t statistics over the strength of an omitted variable, for a contour figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kajian.causal.sensitivity.bias import adjusted
from kajian.causal.sensitivity.omitted_variable import Sensitivity
from kajian.errors import MethodError
from kajian.language import format_number
from kajian.linear.fixed_effects import Floats


@dataclass(frozen=True, slots=True, eq=False)
class ContourGrid:
    """What would be left of an estimate, by strength of the confounder.

    Attributes
    ----------
    treatment
        Name of the coefficient.
    r2_dz_x, r2_yz_dx
        Axes, shapes (m,) and (p,): partial R2 of the confounder with treatment and with outcome.
    estimate, std_error, statistic
        Shape (p, m): adjusted estimate, its classical error, and t of a zero effect.
    critical
        Value of t beyond which the interval at the level of the `Sensitivity` leaves out zero.
    """

    treatment: str
    r2_dz_x: Floats
    r2_yz_dx: Floats
    estimate: Floats
    std_error: Floats
    statistic: Floats
    critical: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per point: r2_dz_x, r2_yz_dx, estimate, std_error, statistic."""
        across, down = np.meshgrid(self.r2_dz_x, self.r2_yz_dx)
        names = ("r2_dz_x", "r2_yz_dx", "estimate", "std_error", "statistic")
        arrays = (across, down, self.estimate, self.std_error, self.statistic)
        return pd.DataFrame({name: each.ravel() for name, each in zip(names, arrays, strict=True)})

    def __str__(self) -> str:
        low, high = format_number(self.estimate.min(), 3), format_number(self.estimate.max(), 3)
        return (
            f"Kisi kepekaan {self.treatment}: {self.estimate.shape[0]} x {self.estimate.shape[1]} "
            f"titik, dugaan {low} sampai {high}"
        )


def contour_grid(
    result: Sensitivity,
    *,
    r2_dz_x: Sequence[float] | Floats | None = None,
    r2_yz_dx: Sequence[float] | Floats | None = None,
    points: int = 61,
) -> ContourGrid:
    """Adjust an estimate for every pair of strengths of a confounder that works against it.

    Parameters
    ----------
    result
        Of `sensitivity`.
    r2_dz_x, r2_yz_dx
        Axes in [0, 1). When omitted, `points` equal steps from 0 to 0.4, or to where every bound
        and the robustness value fit in.
    points
        Length of an axis that is not given, at least 2.

    Raises
    ------
    MethodError
        Too few points, or an axis outside [0, 1).

    References
    ----------
    Cinelli & Hazlett (2020), JRSS-B 82(1), 39-67.
    """
    if points < 2:
        raise MethodError(f"Kisi dengan {points} titik per sumbu. Perbaikan: isi sedikitnya 2.")

    def axis(given: Sequence[float] | Floats | None, name: str) -> Floats:
        if given is None:
            largest = max([0.4, 1.1 * result.rv, *(1.1 * result.bounds[name])])
            return np.linspace(0, min(largest, 0.99), points)
        values = np.asarray(given, dtype=float)
        if values.ndim != 1 or values.size == 0 or not ((values >= 0) & (values < 1)).all():
            raise MethodError(
                f"Sumbu {name} harus berisi R2 parsial dari 0 sampai di bawah 1. "
                "Perbaikan: periksa nilainya; pakai pecahan, bukan persen."
            )
        return values

    across, down = axis(r2_dz_x, "r2_dz_x"), axis(r2_yz_dx, "r2_yz_dx")
    estimate, std_error = adjusted(
        result.estimate, result.std_error, result.df, across[None, :], down[:, None]
    )
    return ContourGrid(
        treatment=result.treatment,
        r2_dz_x=across,
        r2_yz_dx=down,
        estimate=estimate,
        std_error=std_error,
        statistic=estimate / std_error,
        critical=float(stdtrit(result.df - 1, (1 + result.level) / 2)),
    )
