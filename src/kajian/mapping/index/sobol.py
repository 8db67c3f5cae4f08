"""Sobol indices: which input of a function its output varies with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from kajian.errors import MethodError

Floats = NDArray[np.float64]

BOOTSTRAPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class SobolIndices:
    """Shares of the variance of an output; arrays have one element per input.

    Attributes
    ----------
    names
        Inputs.
    first, first_error
        Share that an input explains by itself, and its Monte Carlo standard error. An estimate
        may fall a little outside 0-1.
    total, total_error
        Share that an input explains by itself and together with the others.
    variance
        Variance of the output. When it is zero, so are all indices.
    n
        Base points.
    """

    names: tuple[str, ...]
    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats
    variance: float
    n: int

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return two rows per input: term, order, estimate, std_error, conf_low, conf_high.

        Parameters
        ----------
        level
            Level of the normal intervals for the Monte Carlo error.
        """
        margin = -ndtri((1 - level) / 2)
        parts = {"first": (self.first, self.first_error), "total": (self.total, self.total_error)}
        tables = [
            pd.DataFrame(
                {
                    "term": self.names,
                    "order": order,
                    "estimate": estimate,
                    "std_error": error,
                    "conf_low": estimate - margin * error,
                    "conf_high": estimate + margin * error,
                }
            )
            for order, (estimate, error) in parts.items()
        ]
        return pd.concat(tables, ignore_index=True)

    def __str__(self) -> str:
        if self.variance == 0:
            return "Indeks Sobol: luaran tidak berubah oleh masukan mana pun"
        order = np.argsort(-self.total, kind="stable")
        parts = ", ".join(f"{self.names[i]} {self.first[i]:.2f}/{self.total[i]:.2f}" for i in order)
        return f"Indeks Sobol (utama/total) dari {self.n} titik dasar: {parts}"


def sobol_indices(
    function: Callable[[Floats], Floats],
    dimensions: int | Sequence[str],
    n: int,
    rng: np.random.Generator,
) -> SobolIndices:
    """Estimate first-order and total Sobol indices on the unit cube.

    Parameters
    ----------
    function
        Maps points, shape (m, d) with coordinates in [0, 1), to finite outputs, shape (m,). It is
        called once, with ``m = n (d + 2)``.
    dimensions
        Number of inputs d, or their names.
    n
        Base points, a power of two.
    rng
        Source of randomness: scrambles the points and draws the bootstrap samples.

    Returns
    -------
    SobolIndices

    Raises
    ------
    MethodError
        No input, n that is not a power of two (at least 2), or outputs that are not finite.

    Notes
    -----
    Two sets of scrambled Sobol' points A and B; of AB_i column i is B's. Saltelli, Annoni, Azzini,
    Campolongo, Ratto and Tarantola (2010), Computer Physics Communications 181(2):
    ``S_i = mean(f_B (f_ABi - f_A)) / V``, with f centred, and Jansen's
    ``T_i = mean((f_A - f_ABi)^2) / (2 V)``. Errors are bootstrapped over base points as if those
    were independent; the points are spread more evenly than that, so the errors are cautious.
    """
    names = (
        tuple(f"x{i + 1}" for i in range(dimensions))
        if isinstance(dimensions, int)
        else tuple(dimensions)
    )
    d = len(names)
    if d < 1 or n < 2 or n & (n - 1):
        raise MethodError(
            f"Indeks Sobol tidak dapat dihitung dari {d} masukan dan {n} titik dasar. Perbaikan: "
            "sedikitnya satu masukan, dan titik sebanyak pangkat dua, misalnya 1024."
        )
    points = qmc.Sobol(2 * d, scramble=True, rng=rng).random(n)
    A, B = points[:, :d], points[:, d:]
    mixed = np.repeat(A[None], d, axis=0)
    for i in range(d):
        mixed[i, :, i] = B[:, i]
    output = np.asarray(function(np.concatenate([A, B, *mixed])), dtype=float)
    if output.shape != (n * (d + 2),) or not np.isfinite(output).all():
        raise MethodError(
            f"Fungsi memberi luaran berbentuk {output.shape} atau bukan angka. "
            "Perbaikan: satu angka untuk setiap titik."
        )
    f_a, f_b, *f_ab = output.reshape(d + 2, n)
    mean = (f_a.mean() + f_b.mean()) / 2
    by_point = np.column_stack(
        [
            *[(f_b - mean) * (f - f_a) for f in f_ab],
            *[(f_a - f) ** 2 / 2 for f in f_ab],
            (f_a + f_b) / 2 - mean,
            ((f_a - mean) ** 2 + (f_b - mean) ** 2) / 2,
        ]
    )
    estimate, variance = _shares(by_point.mean(axis=0, keepdims=True))
    counts = rng.multinomial(n, np.full(n, 1 / n), size=BOOTSTRAPS)
    spread = _shares(counts @ by_point / n)[0].std(axis=0, ddof=1)
    return SobolIndices(
        names=names,
        first=estimate[0, :d],
        first_error=spread[:d],
        total=estimate[0, d:],
        total_error=spread[d:],
        variance=float(variance[0, 0]),
        n=n,
    )


def _shares(means: Floats) -> tuple[Floats, Floats]:
    """Divide the means of the last rows by the variance; zero where nothing varies."""
    variance = np.maximum(means[:, -1:] - means[:, -2:-1] ** 2, 0.0)
    parts = means[:, :-2]
    return np.divide(parts, variance, out=np.zeros_like(parts), where=variance > 0), variance
