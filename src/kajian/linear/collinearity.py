"""Which columns of a design matrix repeat others."""

from __future__ import annotations

import numpy as np

from kajian.linear.fixed_effects import RELATIVE_ZERO, Codes, Floats


def repeated_columns(X: Floats) -> Codes:
    """Return the places of the columns that combine the ones before them, or are zero.

    Parameters
    ----------
    X
        Shape (n, k), at least as many rows as columns.
    """
    scaled = X / np.maximum(np.linalg.norm(X, axis=0), np.finfo(float).tiny)
    return np.flatnonzero(np.abs(np.diag(np.linalg.qr(scaled, mode="r"))) < RELATIVE_ZERO)
