"""Covariates from before the treatment, partialled out around a cutoff."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import (
    Kernel,
    kernel_weights,
    powers,
    windows,
)
from kajian.linear.fixed_effects import Floats


def covariate_columns(covariates: Any) -> dict[str, Any]:
    """Name the columns of an (n,) or (n, k) array or table."""
    if covariates is None:
        return {}
    table = pd.DataFrame(covariates)
    return {f"covariates: {name}": table[name] for name in table.columns}


def partial_out(
    x: Floats, outcomes: Floats, covariates: Floats, h: float, order: int, kernel: Kernel
) -> Floats:
    """Take out of the outcomes what covariates explain beside the two local polynomials.

    Parameters
    ----------
    x
        Running variable minus the cutoff, ascending, shape (n,).
    outcomes, covariates
        Shapes (n, m) and (n, k).
    h, order, kernel
        Bandwidth, order and weights of the polynomial of each side. Coefficients of covariates are
        common to both sides (Calonico, Cattaneo, Farrell & Titiunik 2019).

    Returns
    -------
    Adjusted outcomes, shape (n, m).

    Raises
    ------
    MethodError
        When covariates are collinear, also with the polynomials, within the bandwidth.
    """
    residuals, sizes = [], []
    for window, bandwidth in windows(x, h, kernel):
        u = x[window] / bandwidth
        root = np.sqrt(kernel_weights(u, kernel))[:, None]
        basis = np.linalg.qr(root * powers(u, order))[0]
        values = root * np.column_stack([outcomes[window], covariates[window]])
        residuals.append(values - basis @ (basis.T @ values))
        sizes.append((values**2).sum(axis=0))
    left, right = np.split(np.concatenate(residuals), [outcomes.shape[1]], axis=1)
    scale = np.sqrt(np.sum(sizes, axis=0))[outcomes.shape[1] :]
    scale[scale == 0] = 1.0
    rank = int(np.linalg.matrix_rank(right / scale, tol=1e-8))
    if rank < covariates.shape[1]:
        raise MethodError(
            f"Dari {covariates.shape[1]} kovariat, hanya {rank} yang membawa keterangan sendiri "
            "dalam lebar pita. Perbaikan: keluarkan kovariat yang tetap, yang ganda, atau yang "
            "merupakan fungsi dari x."
        )
    gamma = np.linalg.lstsq(right / scale, left, rcond=None)[0]
    return np.asarray(outcomes - covariates / scale @ gamma)
