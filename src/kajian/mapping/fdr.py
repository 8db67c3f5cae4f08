"""Many tests at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError

Floats = NDArray[np.float64]


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Turn p-values into q-values that control the false discovery rate.

    Parameters
    ----------
    p
        P-values, shape (m,), each in 0-1.

    Returns
    -------
    ndarray
        Q-values, shape (m,), in the order of `p`: rejecting ``q <= f`` is the step-up procedure
        of Benjamini and Hochberg (1995), JRSS-B 57(1), section 3.1, at rate f.

    Raises
    ------
    MethodError
        A p-value is missing or outside 0-1.
    """
    p = np.asarray(p, dtype=float)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise MethodError(
            "Nilai p harus satu deret angka antara 0 dan 1 tanpa yang kosong. "
            "Perbaikan: keluarkan uji yang tidak menghasilkan nilai p."
        )
    order = np.argsort(p)[::-1]
    scaled = p[order] * p.size / np.arange(p.size, 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum.accumulate(scaled)
    return q
