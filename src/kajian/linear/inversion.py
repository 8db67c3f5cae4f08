"""From a test to an interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

DOUBLINGS = 40
PRECISION = 1e-6  # of the first step
ROUNDING = 1e-12  # a p that equals alpha but for rounding rejects


def interval_end(
    p_value: Callable[[float], float], estimate: float, step: float, alpha: float
) -> float:
    """Find where p falls to alpha when the null moves away from the estimate.

    The distance is doubled until the null is rejected, and halved after that. Where p is not
    monotone this is one crossing, not proven to be the outermost.

    Parameters
    ----------
    p_value
        p of a null, in the units of the estimate.
    estimate, step
        Where to start, and the first step with its direction: a standard error, say.
    alpha
        One minus the confidence level.

    Returns
    -------
    float
        Infinite, with the sign of the step, where no null is rejected.
    """

    def rejected(null: float) -> bool:
        return p_value(null) <= alpha + ROUNDING

    inside, width = estimate, step
    for _ in range(DOUBLINGS):
        if rejected(estimate + width):
            break
        inside, width = estimate + width, 2 * width
    else:
        return float(np.copysign(np.inf, step))
    outside = estimate + width
    while abs(outside - inside) > PRECISION * abs(step):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
    return outside
