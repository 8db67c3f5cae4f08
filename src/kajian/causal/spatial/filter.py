"""The spatial filter I - rho W: where it is regular, its determinant, and the likeliest rho."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigvals, eigvalsh
from scipy.optimize import minimize_scalar

from kajian.causal.spatial.weights import row_standardised
from kajian.errors import MethodError
from kajian.language import format_number
from kajian.linear.fixed_effects import Floats

GRID = 50
NEAR_SINGULAR = 1e-3
"""A parameter this close to an end of its interval, relative to that end, is no estimate."""
REAL = 1e-6
"""Eigenvalues with a smaller imaginary part count as real."""


@dataclass(frozen=True, slots=True, eq=False)
class SpatialFilter:
    """Row-standardised weights and what their eigenvalues say about I - rho W.

    Attributes
    ----------
    W
        Shape (n, n); every row sums to one.
    eigenvalues
        Of W, shape (n,); complex when the weights are not symmetric before scaling.
    bounds
        Open interval of rho around zero in which I - rho W is regular: from one over the most
        negative real eigenvalue (minus one when there is none) to one (LeSage & Pace 2009,
        chapter 4).
    """

    W: Floats
    eigenvalues: NDArray[np.complex128]
    bounds: tuple[float, float]

    def log_determinant(self, rho: float) -> float:
        """Return log |I - rho W| (Ord 1975)."""
        return float(np.log(np.abs(1 - rho * self.eigenvalues)).sum())

    def information(self, rho: float) -> tuple[Floats, float, float]:
        """Return G = W (I - rho W)^-1, the trace of G, and the trace of G G + G'G."""
        G = np.asarray(np.linalg.solve((np.eye(len(self.W)) - rho * self.W).T, self.W.T).T, float)
        own = self.eigenvalues / (1 - rho * self.eigenvalues)
        return G, float(own.sum().real), float((own**2).sum().real + (G * G).sum())

    def maximise(self, log_density: Callable[[float], float], name: str) -> float:
        """Return the rho at which log_density + log |I - rho W| is highest.

        A grid over the whole interval, finer between -1 and 1, then Brent's method around its best
        point: the likelihood may have several hills.

        Raises
        ------
        MethodError
            When the likelihood rises to an end of the interval.
        """
        low, high = self.bounds

        def loss(rho: float) -> float:
            return -log_density(rho) - self.log_determinant(rho)

        inside = np.union1d(*(np.linspace(end, high, GRID + 1)[1:-1] for end in (low, -1.0)))
        best = int(np.argmin([loss(rho) for rho in inside]))
        grid = [low, *inside, high]
        rho = float(
            minimize_scalar(
                loss,
                bounds=(grid[best], grid[best + 2]),
                method="bounded",
                options={"xatol": 1e-10},
            ).x
        )
        if 1 - max(rho / low, rho / high) < NEAR_SINGULAR:
            raise MethodError(
                f"Parameter spasial {name} terdorong ke ujung selangnya "
                f"({format_number(low, 3)} sampai {format_number(high, 3)}), tempat I - {name} W "
                "tidak dapat dibalik. Perbaikan: periksa bobot (setiap satuan bertetangga dengan "
                "hampir semua satuan lain?) dan tren ruang pada hasil, atau pakai model lain."
            )
        return rho


def spatial_filter(linked: Floats) -> SpatialFilter:
    """Scale neighbour weights, shape (n, n) with no empty row, and find their eigenvalues.

    Weights that are symmetric before scaling share their eigenvalues with a symmetric matrix (Ord
    1975), found several times faster.
    """
    sums = linked.sum(axis=1)
    W = row_standardised(linked)
    if (linked == linked.T).all():
        values = eigvalsh(linked / np.sqrt(np.outer(sums, sums))).astype(complex)
    else:
        values = eigvals(W)
    real = values.real[np.abs(values.imag) < REAL]
    lowest = float(real.min())
    return SpatialFilter(W, values, (1 / lowest if lowest < -REAL else -1.0, 1.0))
