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


def adjusted_p_values(
    extreme: NDArray[np.int64], tested: NDArray[np.bool_], permutations: int
) -> tuple[Floats, Floats]:
    """Turn counts of extreme permutations into p- and q-values; missing where nothing was tested.

    Parameters
    ----------
    extreme
        Draws at least as extreme as the observed statistic, shape (n,).
    tested
        Units that have a test, shape (n,).
    permutations
        Number of draws.
    """
    p_value = np.where(tested, (1 + extreme) / (1 + permutations), np.nan)
    q_value = np.full(p_value.size, np.nan)
    q_value[tested] = benjamini_hochberg(p_value[tested])
    return p_value, q_value
