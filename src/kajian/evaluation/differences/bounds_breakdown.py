"""The largest violation of parallel trends at which an effect still differs from zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.differences.bounds import (
    NAMES,
    Restriction,
    checked_path,
    robust_interval,
)
from kajian.evaluation.differences.bounds_path import EventStudyLike, Target
from kajian.language import format_number

STEPS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Breakdown:
    """How large a violation must be before zero can no longer be excluded.

    Attributes
    ----------
    restriction, level, target
        As in :class:`ParallelTrendsBounds`.
    mbar
        Largest bound found at which the robust interval excludes zero; None when it includes zero
        even at a bound of zero.
    includes_zero_at
        Smallest bound found at which it includes zero.
    """

    restriction: Restriction
    level: float
    target: dict[int, float]
    mbar: float | None
    includes_zero_at: float

    def tidy(self) -> pd.DataFrame:
        """One row: restriction, mbar (missing when zero is never excluded), includes_zero_at."""
        return pd.DataFrame(
            {
                "restriction": [self.restriction],
                "mbar": [np.nan if self.mbar is None else self.mbar],
                "includes_zero_at": [self.includes_zero_at],
            }
        )

    def __str__(self) -> str:
        level = format_number(100 * self.level, 0)
        if self.mbar is None:
            return (
                f"Selang {level}% memuat nol, juga tanpa penyimpangan ({NAMES[self.restriction]})"
            )
        return (
            f"Selang {level}% tidak memuat nol selama penyimpangan tren "
            f"({NAMES[self.restriction]}) tidak melebihi {format_number(self.mbar, 3)}"
        )


def breakdown(
    event_study: EventStudyLike,
    *,
    restriction: Restriction = "relative_magnitudes",
    target: Target = None,
    level: float = 0.95,
    resolution: float = 0.01,
) -> Breakdown:
    """Largest violation at which the robust interval still excludes zero.

    The bound is doubled until zero is included, twenty steps up to there find the first one that
    includes it, and bisection narrows the step. Because intervals need not be nested, every bound
    tried below the answer excludes zero, but only those were tried.

    Parameters
    ----------
    event_study, restriction, target, level
        As in :func:`parallel_trends_bounds`.
    resolution
        Width of the last bracket, relative to its upper end.

    Raises
    ------
    MethodError
        As in :func:`parallel_trends_bounds`; also a resolution outside (0, 1).
    """
    path = checked_path(event_study, restriction, target, level)
    if not 0 < resolution < 1:
        raise MethodError(
            f"resolution {resolution} tidak di antara 0 dan 1. Perbaikan: tulis misalnya 0.01."
        )

    def excludes(m: float) -> bool:
        low, high = robust_interval(path, restriction, m, level)
        return low > 0 or high < 0

    unit = 1.0
    if restriction == "smoothness":
        effect = path.effect()
        unit = float(np.sqrt(effect @ path.covariance @ effect))
    low, high = _bracket(excludes, unit) if excludes(0.0) else (None, 0.0)
    while low is not None and high - low > resolution * high:
        middle = (low + high) / 2
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return Breakdown(
        restriction=restriction,
        level=level,
        target=path.target(),
        mbar=low,
        includes_zero_at=high,
    )


def _bracket(excludes: Callable[[float], bool], unit: float) -> tuple[float, float]:
    """Two neighbouring bounds, the first of which excludes zero and the second does not."""
    high = unit
    while excludes(high):
        high *= 2
    low = 0.0
    for step in np.linspace(0.0, high, STEPS + 1)[1:-1]:
        if not excludes(step):
            return low, float(step)
        low = float(step)
    return low, high
