"""Water-filling: one level for all units, but for those that stand at a bound of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import format_rupiah

Floats = NDArray[np.float64]


def fill(weight: Floats, low: Floats, high: Floats, total: int) -> Floats:
    """Find amounts ``level * weight``, clipped to the bounds, that add up to the total.

    Parameters
    ----------
    weight
        Shape (runs, n), zero or more.
    low, high
        Shape (n,), with ``sum(low) <= total``.

    Returns
    -------
    ndarray
        Shape (runs, n), not rounded.

    Raises
    ------
    MethodError
        When the upper bounds of all units with a weight leave money over.

    Notes
    -----
    The sum is a piecewise linear function of the level that never falls. A search by halves finds
    the two break points between which it passes the total; there it is known which units stand at
    a bound, and what they leave is shared by the others. Patriksson (2008), European Journal of
    Operational Research 185, 1-46, reviews such problems.
    """
    most = np.where(weight > 0, high, low).sum(axis=1)
    if (most < total).any():
        raise MethodError(
            f"Plafon menyisakan {format_rupiah(float(total - most.min()))}: wilayah yang "
            "kebutuhannya bukan nol tidak boleh menerima lebih banyak lagi. "
            "Perbaikan: naikkan plafon, atau periksa kebutuhan yang bernilai nol."
        )
    # As the level rises, a unit leaves its lower bound at `starts` and meets its upper at `stops`.
    used = weight > 0
    divisor = np.where(used, weight, 1.0)
    starts = np.where(used, low / divisor, np.inf)
    stops = np.where(used, high / divisor, np.inf)
    none, beyond = np.zeros((len(weight), 1)), np.full((len(weight), 1), np.inf)
    breaks = np.sort(np.hstack([none, starts, stops, beyond]), axis=1)
    below, above = _bracket(weight, low, high, total, breaks)
    bound = np.where(starts >= above, low, np.where(stops <= below, high, np.nan))
    free = np.where(np.isnan(bound), weight, 0.0)
    left = total - np.nansum(bound, axis=1, keepdims=True)
    sums = free.sum(axis=1, keepdims=True)
    amounts = np.where(free > 0, left * free / np.where(sums > 0, sums, 1.0), bound)
    return np.asarray(np.clip(amounts, low, high))


def _bracket(
    weight: Floats, low: Floats, high: Floats, total: int, breaks: Floats
) -> tuple[Floats, Floats]:
    """Find the neighbouring break points, shapes (runs, 1), between which the total is reached."""
    run = np.arange(len(breaks))
    below, above = np.zeros_like(run), np.full_like(run, breaks.shape[1] - 1)
    while (above - below > 1).any():
        middle = (below + above) // 2
        level = breaks[run, middle]
        finite = np.where(np.isinf(level), 0.0, level)[:, None]
        enough = np.isinf(level) | (np.clip(finite * weight, low, high).sum(axis=1) >= total)
        above = np.where(enough, middle, above)
        below = np.where(enough, below, middle)
    return breaks[run, below][:, None], breaks[run, above][:, None]
